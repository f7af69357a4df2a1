/* One's own account: name, phone, password. */
#include "common/password_rules.h"
#include "server/core/limits.h"
#include "server/ops/factor.h"
#include "server/ops/password.h"
#include "server/ops/person.h"
#include "server/ops/session_open.h"
#include "server/ops/ticket.h"
#include "server/ops/tries.h"
#include "server/core/secret.h"
#include <string.h>

enum err op_password_rules(struct call *c, const struct password_rules_in *in, struct password_rules_out *out)
{
    (void)c, (void)in;
    out->rules = PASSWORD_RULES;
    out->least = PASSWORD_LEAST;
    out->most = PASSWORD_MOST;
    return OK;
}

static enum err own_hash(struct call *c, const char **hash)
{
    if (call_by_customer(c)) {
        struct contact p;
        enum err e = record_get(&c->txn, KIND_CONTACT, c->who.person, &p);
        if (!e)
            *hash = p.password;
        return e;
    }
    struct staff p;
    enum err e = record_get(&c->txn, KIND_STAFF, c->who.person, &p);
    if (!e)
        *hash = p.password;
    return e;
}

enum err session_password(struct call *c, const char *password, const char *field)
{
    const char *hash;
    struct tries tries = tries_of_password(c, call_own_side(c), c->who.person, NULL);
    tries.proven = c->who.means == MEANS_KEY;
    enum err e = tries_check(&tries, &c->why);
    if (!e && (!password || !*password))
        e = REFUSE(c, ERR_CREDENTIALS, field, "Give the present password.");
    if (!e)
        e = own_hash(c, &hash);
    if (e)
        return e;
    if (!secret_password_verify(hash, password))
        return tries_refuse(c, &tries, field, "That is not the present password.");
    tries_fine(&tries);
    return OK;
}

/* The one step of all faces before something touches credentials in a session that has shown nothing for a while. */
enum err prep_session_confirm(struct call *c, const struct session_confirm_in *in)
{
    enum err e = in->code ? factor_try(c, call_own_side(c), c->who.person, NULL, in->code, true)
                          : session_password(c, in->password, "password");
    if (e == ERR_CREDENTIALS && (in->code || in->password))
        call_refused(c, c->who.email ? c->who.email : "", in->code ? "code" : "password", NULL);
    return e;
}

enum err op_session_confirm(struct call *c, const struct session_confirm_in *in,
                            struct session_confirm_out *out)
{
    struct mfa used;
    enum err e = in->code ? factor_use(c, call_own_side(c), c->who.person, in->code, true, &used) : OK;
    out->until = c->now + LIMIT_SHOWN_MS;
    return e ? e : session_show(c, !in->code);
}

/* Would it do as a new one? */
static enum err fits(struct call *c, const char *password)
{
    if (call_by_customer(c)) {
        struct contact p;
        enum err e = record_get(&c->txn, KIND_CONTACT, c->who.person, &p);
        return e ? e : password_fits_contact(c, password, "password", &p);
    }
    return password_fits(c, password, "password", c->who.name, c->who.email, NULL);
}

enum err prep_password_change(struct call *c, const struct password_change_in *in)
{
    const char *made;
    enum err e = fits(c, in->password);
    if (!e && strcmp(in->old, in->password) == 0)
        e = REFUSE(c, ERR_INVALID, "password", "is the same as the present one");
    if (!e)
        e = session_password(c, in->old, "old");
    if (!e)
        e = secret_password_hash(c->arena, c->who.email, in->password, &made);
    if (!e)
        c->prepared = arena_text(c->arena, made, strlen(made));
    return e;
}

/* One human being with one password for several customers keeps one: where it was the same, it changes along. Not where a second factor
 * guards it: that one was not shown here, and one that was shown here says nothing about it. Nor where it is a one-time one, here or there:
 * that was chosen by nobody, and is changed at each. */
static enum err change_elsewhere(struct call *c, const struct contact *before, const char *hash)
{
    struct contact v[CANDIDATES];
    size_t n;
    if (before->must_change)
        return OK;
    enum err e = session_persons(c, c->who.email, v, &n);
    for (size_t i = 0; i < n && !e; i++) {
        if (v[i].id == before->id || !session_same_password(before, &v[i]) || v[i].mfa || v[i].must_change)
            continue;
        v[i].password = hash;
        v[i].invited = v[i].invite_expires = 0;
        e = record_put(&c->txn, KIND_CONTACT, &v[i]);
        if (!e) /* the one that asks may have been signed in there */
            e = call_end_sessions(c, SIDE_CUSTOMER, v[i].id, c->who.session);
        if (!e)
            e = ticket_end(c, SIDE_CUSTOMER, v[i].id);
        struct event event = {.what = WHAT_PASSWORD_CHANGED,
                              .subject = SUBJECT_CONTACT,
                              .about = (int64_t)v[i].id,
                              .customer = v[i].customer,
                              .number = v[i].name};
        if (!e)
            e = call_event(c, &event);
    }
    return e;
}

enum err op_password_change(struct call *c, const struct password_change_in *in,
                            struct password_change_out *out)
{
    (void)in, (void)out;
    bool customer = call_by_customer(c), own;
    int side = call_own_side(c);
    struct session s;
    enum err e;
    if (customer) {
        struct contact p;
        e = record_get(&c->txn, KIND_CONTACT, c->who.person, &p);
        own = !e && !p.must_change;
        if (!e)
            e = change_elsewhere(c, &p, c->prepared);
        p.password = c->prepared;
        p.must_change = false;
        p.invited = p.invite_expires = 0;
        e = e ? e : record_put(&c->txn, KIND_CONTACT, &p);
    } else {
        struct staff p;
        e = record_get(&c->txn, KIND_STAFF, c->who.person, &p);
        own = !e && !p.must_change;
        p.password = c->prepared;
        p.must_change = false;
        p.invited = p.invite_expires = 0;
        e = e ? e : record_put(&c->txn, KIND_STAFF, &p);
    }
    if (!e)
        e = call_end_sessions(c, side, c->who.person, c->who.session);
    if (!e) /* codes that were sent by mail, too: perhaps that is why */
        e = ticket_end(c, side, c->who.person);
    if (!e && own) /* and not one that was good for once */
        e = person_tell(c, side, c->who.person, TEMPLATE_PASSWORD_CHANGED, NULL);
    if (!e)
        e = record_get(&c->txn, KIND_SESSION, c->who.session, &s);
    if (e)
        return e;
    s.must_change = false;
    s.shown = s.password_shown = c->now;
    e = record_put(&c->txn, KIND_SESSION, &s);
    struct event event = {.what = WHAT_PASSWORD_CHANGED,
                          .subject = customer ? SUBJECT_CONTACT : SUBJECT_STAFF,
                          .about = (int64_t)c->who.person,
                          .customer = c->who.customer,
                          .number = c->who.name};
    return e ? e : call_event(c, &event);
}

/* What was given and is not there already: is it the name, the phone? */
static bool takes(bool given, const char *new, const char **old)
{
    bool other = given && strcmp(new ? new : "", *old ? *old : "") != 0;
    *old = other ? new : *old;
    return other;
}

static enum err rename_person(struct call *c, const struct account_update_in *in, bool *name, bool *phone)
{
    bool name_too = GIVEN(account_update_in, in, name), phone_too = GIVEN(account_update_in, in, phone);
    struct contact contact;
    struct staff staff;
    bool customer = call_by_customer(c);
    enum err e = customer ? record_get(&c->txn, KIND_CONTACT, c->who.person, &contact)
                          : record_get(&c->txn, KIND_STAFF, c->who.person, &staff);
    if (e)
        return e;
    *name = takes(name_too, in->name, customer ? &contact.name : &staff.name);
    *phone = takes(phone_too, in->phone, customer ? &contact.phone : &staff.phone);
    if (!*name && !*phone)
        return OK;
    return customer ? record_put(&c->txn, KIND_CONTACT, &contact) : record_put(&c->txn, KIND_STAFF, &staff);
}

enum err op_account_update(struct call *c, const struct account_update_in *in, struct account_update_out *out)
{
    struct session s;
    bool name, phone;
    enum err e = rename_person(c, in, &name, &phone);
    if (!e)
        e = record_get(&c->txn, KIND_SESSION, c->who.session, &s);
    if (e || (!name && !phone))
        return e ? e : session_me(c, &s, &out->me);
    if (name)
        s.name = in->name;
    e = record_put(&c->txn, KIND_SESSION, &s);
    struct event event = {.what = WHAT_CHANGED,
                          .subject = call_by_customer(c) ? SUBJECT_CONTACT : SUBJECT_STAFF,
                          .about = (int64_t)c->who.person,
                          .customer = c->who.customer,
                          .number = s.name,
                          .text = name && phone ? "name, phone"
                                  : name        ? "name"
                                                : "phone"};
    if (!e)
        e = call_event(c, &event);
    return e ? e : session_me(c, &s, &out->me);
}
