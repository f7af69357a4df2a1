/* Staff accounts: what the operations on them share. */
#ifndef SERVER_OPS_STAFF_H
#define SERVER_OPS_STAFF_H
#include "server/core/call.h"

/* All of them: there are STAFF_MAX at most. */
#define STAFF_MAX 100
enum err staff_all(struct call *c, struct staff_list *all) MUST_USE;
/* May there be a new account like this? ERR_INVALID with the field, ERR_EXISTS. */
enum err staff_check_new(struct call *c, const char *name, const char *email, int role) MUST_USE;
/* The portal has another name: who was invited and has not come yet is sent a new code, which is for that name; the old one ends. */
enum err staff_invite_again(struct call *c) MUST_USE;
enum err staff_check_name(struct call *c, const char *name) MUST_USE;
enum err staff_check_role(struct call *c, int role) MUST_USE;
#endif
