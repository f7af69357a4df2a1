/* What a session has still to show before it may do everything its role may (enum stage): said in one place.
 *     code → password → enrol → full
 * What may be asked at each stage is said on the operation (AT_CODE … in proto/ops). Only `code` is stored; the others follow from
 * the session and from what the business asks for now, so that switching the second factor on or off holds at once (C1, C6). */
#ifndef SERVER_OPS_STAGE_H
#define SERVER_OPS_STAGE_H
#include "server/core/call.h"

/* Does the business ask that side for a second factor? */
enum err stage_required(struct call *c, int side, bool *required) MUST_USE;
enum err stage_of(struct call *c, const struct session *s, int *stage) MUST_USE;
/* OK when the operation may be asked at that stage; else the refusal that says what comes first. */
enum err stage_check(struct call *c, int stage) MUST_USE;
#endif
