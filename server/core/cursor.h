/* What a cursor belongs to: the operation, who asks in which business, and all arguments but where a page starts and how long it is. */
#ifndef SERVER_CURSOR_H
#define SERVER_CURSOR_H
#include "proto/op.h"

/* 32 bits over all that; 0 for an operation that takes no cursor. No secret: who makes up a cursor reads what they may read anyway. */
uint32_t cursor_seal(const struct op *op, const void *in, uint32_t business, uint64_t customer);
#endif
