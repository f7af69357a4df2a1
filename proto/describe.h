/* The contract as data, from the tables: what system.describe answers and posternctl's help prints. */
#ifndef PROTO_DESCRIBE_H
#define PROTO_DESCRIBE_H
#include "common/arena.h"
#include "proto/op.h"

/* All of it, or one operation with the shapes it uses (name NULL or "" for all). ERR_NOT_FOUND when there is no such operation.
 * Everything but `version` and `protocol` is filled, has-bits too; texts are static or in the arena. */
enum err describe(struct arena *a, const char *name, struct system_describe_out *out) MUST_USE;
/* "customer", "staff" … : how many of at most 10 were stored. */
size_t describe_roles(unsigned who, const char *names[10]);
const char *describe_type(const struct field *f); /* "text", "money", "list" … */
const char *describe_of(const struct field *f);   /* shape, enum or kind that it refers to; "" for none */
#endif
