/* Shared by audit.c and audit_verify.c. */
#ifndef SERVER_OPS_AUDIT_INSIDE_H
#define SERVER_OPS_AUDIT_INSIDE_H
#include "server/core/call.h"

/* The business of the session; for the operator the one of that portal, or the only one. */
enum err audit_enter(struct call *c, const char *portal) MUST_USE;
#endif
