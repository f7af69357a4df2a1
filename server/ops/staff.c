#include "server/ops/staff.h"
#include "common/address.h"
#include "common/text.h"
#include "server/ops/password.h"
#include "server/ops/patch.h"
#include "server/core/secret.h"
#include <string.h>

enum err staff_all(struct call *c, struct staff_list *all)
{
    struct key k = record_key(&c->txn, KIND_STAFF);
    struct list_range range = list_range(&k);
    struct record_list l = {
        .kind = KIND_STAFF, .view = shape_staff(), .ranges = &range, .n = 1, .limit = STAFF_MAX};
    enum err e = record_list(&c->txn, &l, &c->why);
    if (!e)
        *all = (struct staff_list){l.count, l.rows};
    return e;
}

enum err op_staff_list(struct call *c, const struct staff_list_in *in, struct staff_list_out *out)
{
    (void)in;
    return staff_all(c, &out->staff);
}

enum err staff_check_name(struct call *c, const char *name)
{
    return patch_check_name(c, "name", name);
}

enum err staff_check_role(struct call *c, int role)
{
    return role == ROLE_READER || role == ROLE_STAFF || role == ROLE_ADMIN
               ? OK
               : REFUSE(c, ERR_INVALID, "role", "must be one of reader, staff, admin");
}

enum err staff_check_new(struct call *c, const char *name, const char *email, int role)
{
    struct key k = index_key(&c->txn, INDEX_STAFF_EMAIL);
    struct total all;
    uint64_t other;
    enum err e = staff_check_name(c, name);
    if (!e)
        e = patch_check_email(c, "email", email);
    if (!e)
        e = staff_check_role(c, role);
    if (!e)
        e = total_sum(&c->txn, TOTAL_RECORDS, 0, "", KIND_STAFF, KIND_STAFF, &all);
    if (e)
        return e;
    if (all.count >= STAFF_MAX)
        return REFUSE(c, ERR_INVALID, "", "a business has at most %d staff accounts", STAFF_MAX);
    e = record_find(&c->txn, key_text(&k, address_key(c->arena, email)), &other);
    if (e == OK)
        return REFUSE(c, ERR_EXISTS, "email", "that address has an account already");
    return e == ERR_NOT_FOUND ? OK : e;
}

enum err prep_staff_create(struct call *c, const struct staff_create_in *in)
{
    const char *hash = NULL;
    enum err e = staff_check_new(c, in->name, in->email, in->role);
    if (!e)
        e = password_fits(c, in->password, "password", in->name, in->email, NULL);
    if (!e)
        e = secret_password_hash(c->arena, in->email, in->password, &hash);
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
                            .access = ACCESS_INVITED, /* until the first sign-in */
                            .must_change = !in->keep_password,
                            .password = c->prepared};
    enum err e = staff_check_new(c, in->name, in->email, in->role);
    if (!e)
        e = record_put(&c->txn, KIND_STAFF, staff);
    if (e)
        return e;
    struct event event = {
        .what = WHAT_CREATED, .subject = SUBJECT_STAFF, .about = (int64_t)staff->id, .number = staff->name};
    out->staff = staff;
    return call_event(c, &event);
}
