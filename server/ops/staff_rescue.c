/* The way back for a business that has locked itself out: whoever holds the machine holds the store anyway. */
#include "common/text.h"
#include "server/ops/password.h"
#include "common/address.h"
#include "server/ops/person.h"
#include "server/ops/session_open.h"
#include "server/core/secret.h"

static enum err find(struct call *c, const struct staff_rescue_in *in, struct staff *staff)
{
    struct id_list ids;
    enum err e = call_portal(c, in->portal);
    if (e)
        return e == ERR_NOT_FOUND ? REFUSE(c, e, "portal", "there is no portal of that name here") : e;
    struct key k = index_key(&c->txn, INDEX_STAFF_EMAIL);
    e = record_ids(&c->txn, key_text(&k, address_key(c->arena, in->email)), 100, &ids);
    for (size_t i = 0; i < ids.n && !e; i++) {
        e = record_get(&c->txn, KIND_STAFF, ids.v[i], staff);
        if (!e && address_same(staff->email, in->email))
            return OK;
    }
    return e ? e : REFUSE(c, ERR_NOT_FOUND, "email", "no staff account of that portal has this address");
}

enum err prep_staff_rescue(struct call *c, const struct staff_rescue_in *in)
{
    struct staff staff;
    const char *hash = NULL;
    enum err e = find(c, in, &staff);
    if (!e)
        e = password_fits(c, in->password, "password", staff.name, staff.email, NULL);
    if (!e)
        e = secret_password_hash(c->arena, staff.email, in->password, &hash);
    c->prepared = (void *)(uintptr_t)hash;
    return e;
}

enum err op_staff_rescue(struct call *c, const struct staff_rescue_in *in, struct staff_rescue_out *out)
{
    struct staff *staff = arena_alloc(c->arena, sizeof *staff);
    enum err e = find(c, in, staff);
    if (e)
        return e;
    staff->role = ROLE_ADMIN;
    staff->active = true;
    staff->password = c->prepared;
    staff->must_change = true;
    staff->mfa = false;
    staff->access = ACCESS_INVITED; /* until the next sign-in */
    staff->invited = staff->invite_expires = 0;
    e = record_put(&c->txn, KIND_STAFF, staff);
    if (!e)
        e = person_forget(c, SIDE_STAFF, staff->id);
    struct event event = {
        .what = WHAT_PASSWORD_SET,
        .subject = SUBJECT_STAFF,
        .about = (int64_t)staff->id,
        .number = staff->name,
        .text = "made administrator by the operator; second factor, SSH keys and sessions ended"};
    out->staff = staff;
    return e ? e : call_event(c, &event);
}
