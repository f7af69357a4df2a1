/* Staff accounts. */
#include "common/text.h"
#include "server/ops/password.h"
#include "server/ops/patch.h"
#include "server/secret.h"
#include <string.h>

#define STAFF_MAX 100 /* what staff.list gives */

enum err op_staff_list(struct call *c, const struct staff_list_in *in, struct staff_list_out *out)
{
    (void)in;
    struct key k = record_key(&c->txn, KIND_STAFF);
    struct list_range range = list_range(&k);
    struct record_list l = {
        .kind = KIND_STAFF, .view = shape_staff(), .ranges = &range, .n = 1, .limit = STAFF_MAX};
    enum err e = record_list(&c->txn, &l, &c->why);
    if (!e)
        out->staff = (struct staff_list){l.count, l.rows};
    return e;
}

static enum err check(struct call *c, const struct staff_create_in *in)
{
    struct key k = index_key(&c->txn, INDEX_STAFF_EMAIL);
    struct total all;
    uint64_t other;
    enum err e = patch_check_name(c, "name", in->name);
    if (!e)
        e = patch_check_email(c, "email", in->email);
    if (!e && in->role != ROLE_READER && in->role != ROLE_STAFF && in->role != ROLE_ADMIN)
        e = REFUSE(c, ERR_INVALID, "role", "must be one of reader, staff, admin");
    if (!e)
        e = total_sum(&c->txn, TOTAL_RECORDS, 0, "", KIND_STAFF, KIND_STAFF, &all);
    if (e)
        return e;
    if (all.count >= STAFF_MAX)
        return REFUSE(c, ERR_INVALID, "", "a business has at most %d staff accounts", STAFF_MAX);
    e = record_find(&c->txn, key_text(&k, text_fold(c->arena, in->email)), &other);
    if (e == OK)
        return REFUSE(c, ERR_EXISTS, "email", "that address has an account already");
    return e == ERR_NOT_FOUND ? OK : e;
}

enum err prep_staff_create(struct call *c, const struct staff_create_in *in)
{
    const char *hash = NULL;
    enum err e = check(c, in);
    if (!e)
        e = password_fits(c, in->password, "password", in->name, in->email, NULL);
    if (!e)
        e = secret_password_hash(c->arena, in->password, &hash);
    c->prepared = (void *)(uintptr_t)hash;
    return e;
}

enum err op_staff_create(struct call *c, const struct staff_create_in *in, struct staff_create_out *out)
{
    struct staff *staff = arena_alloc(c->arena, sizeof *staff);
    *staff = (struct staff){.name = in->name,
                            .email = in->email,
                            .role = in->role,
                            .active = true,
                            .must_change = !in->keep_password,
                            .password = c->prepared};
    enum err e = check(c, in);
    if (!e)
        e = record_put(&c->txn, KIND_STAFF, staff);
    if (e)
        return e;
    struct event event = {
        .what = WHAT_CREATED, .subject = SUBJECT_STAFF, .about = (int64_t)staff->id, .number = staff->name};
    out->staff = staff;
    return call_event(c, &event);
}
