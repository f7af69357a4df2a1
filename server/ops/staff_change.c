/* Staff accounts: inviting, changing, resetting (F9). Somebody always stays who can do it. */
#include "server/mail/outbox.h"
#include "server/ops/factor.h"
#include "server/ops/person.h"
#include "server/ops/staff.h"
#include "server/ops/ticket.h"
#include "server/ops/patch.h"
#include <string.h>

static enum err note(struct call *c, int what, const struct staff *s, const char *text)
{
    struct event event = {
        .what = what, .subject = SUBJECT_STAFF, .about = (int64_t)s->id, .number = s->name, .text = text};
    return call_event(c, &event);
}

static bool has_password(const struct staff *s)
{
    return s->password && *s->password;
}

static bool can_administer(const struct staff *s)
{
    return s->role == ROLE_ADMIN && s->active && has_password(s);
}

/* ERR_STATE when nobody but that one could administer the business. */
static enum err check_not_last(struct call *c, const struct staff *s)
{
    struct staff_list all;
    enum err e = staff_all(c, &all);
    bool others = !can_administer(s);
    for (size_t i = 0; !e && i < all.n; i++)
        others = others || (all.v[i].id != s->id && can_administer(&all.v[i]));
    return e || others
               ? e
               : REFUSE(c, ERR_STATE, "staff", "%s is the last administrator who can sign in", s->name);
}

/* Sends a code; the account's record is written with what is known of it. mail: by which; may be NULL. */
static enum err give_code(struct call *c, struct staff *s, enum ticket_kind kind, uint64_t *mail)
{
    const struct holder h = {.side = SIDE_STAFF, .staff = *s, .customer_name = ""};
    struct ticket ticket;
    if (!mail_reaches(s->email))
        return REFUSE(c, ERR_INVALID, "email", "mail can not be sent to %s; staff.create needs none",
                      s->email);
    enum err e = ticket_send(c, kind, &h, &ticket);
    if (!e && mail)
        *mail = ticket.mail;
    if (!e && kind == TICKET_INVITATION) {
        s->access = ACCESS_INVITED;
        s->invited = ticket.created;
        s->invite_expires = ticket.expires;
    }
    return e ? e : record_put(&c->txn, KIND_STAFF, s);
}

/* --- inviting ------------------------------------------------------------------------------------------------------------------ */
static enum err new_account(struct call *c, const struct staff_invite_in *in, struct staff *s)
{
    const char *missing = !GIVEN(staff_invite_in, in, name)    ? "name"
                          : !GIVEN(staff_invite_in, in, email) ? "email"
                          : !GIVEN(staff_invite_in, in, role)  ? "role"
                                                               : NULL;
    if (missing)
        return REFUSE(c, ERR_INVALID, missing, "has to be given for a new account");
    enum err e = staff_check_new(c, in->name, in->email, in->role);
    if (e)
        return e;
    *s = (struct staff){.name = in->name, .email = in->email, .role = in->role, .active = true};
    e = record_put(&c->txn, KIND_STAFF, s);
    return e ? e : note(c, WHAT_CREATED, s, enum_name(enum_role(), s->role));
}

static enum err old_account(struct call *c, const struct staff_invite_in *in, struct staff *s)
{
    const char *more = GIVEN(staff_invite_in, in, name)    ? "name"
                       : GIVEN(staff_invite_in, in, email) ? "email"
                       : GIVEN(staff_invite_in, in, role)  ? "role"
                                                           : NULL;
    if (more)
        return REFUSE(c, ERR_INVALID, more, "is for a new account; staff.update changes one that is there");
    enum err e = record_get(&c->txn, KIND_STAFF, in->staff, s);
    if (e)
        return e;
    if (!s->active)
        return REFUSE(c, ERR_STATE, "staff", "%s is deactivated", s->name);
    if (has_password(s))
        return REFUSE(c, ERR_STATE, "staff", "%s has a password already; staff.reset ends it", s->name);
    return OK;
}

enum err op_staff_invite(struct call *c, const struct staff_invite_in *in, struct staff_invite_out *out)
{
    struct staff *s = arena_alloc(c->arena, sizeof *s);
    enum err e = in->staff ? old_account(c, in, s) : new_account(c, in, s);
    if (!e)
        e = mail_held(c, &out->held);
    if (!e)
        e = give_code(c, s, TICKET_INVITATION, &out->mail);
    out->staff = s;
    return e ? e : note(c, WHAT_INVITED, s, NULL);
}

enum err staff_invite_again(struct call *c)
{
    struct staff_list all;
    enum err e = staff_all(c, &all);
    for (size_t i = 0; !e && i < all.n; i++) {
        struct staff *s = &all.v[i];
        if (!s->active || has_password(s) || s->invite_expires <= c->now || !mail_reaches(s->email))
            continue;
        e = give_code(c, s, TICKET_INVITATION, NULL);
        if (!e)
            e = note(c, WHAT_INVITED, s, "the portal has another name");
    }
    return e;
}

/* --- changing ------------------------------------------------------------------------------------------------------------------ */
static int access_of(const struct staff *s)
{
    return !s->active         ? ACCESS_DISABLED
           : !has_password(s) ? ACCESS_NONE
           : s->last_sign_in  ? ACCESS_ACTIVE
                              : ACCESS_INVITED;
}

static enum err change_role(struct call *c, struct staff *s, int role)
{
    const char *text = arena_printf(c->arena, "role: %s → %s", enum_name(enum_role(), s->role),
                                    enum_name(enum_role(), role));
    enum err e = staff_check_role(c, role);
    if (!e && role != ROLE_ADMIN)
        e = check_not_last(c, s);
    if (!e)
        e = call_end_sessions(c, SIDE_STAFF, s->id, 0);
    s->role = role;
    return e ? e : note(c, WHAT_CHANGED, s, text);
}

static enum err change_active(struct call *c, struct staff *s, bool active)
{
    enum err e = active ? OK : check_not_last(c, s);
    if (!e)
        e = person_shut(c, SIDE_STAFF, s->id);
    if (!e) /* in both directions: an older store may have kept those of an account that was off */
        e = person_end_keys(c, SIDE_STAFF, s->id);
    s->active = active;
    s->access = access_of(s);
    s->invited = s->invite_expires = 0;
    return e ? e : note(c, active ? WHAT_ACCESS_ON : WHAT_ACCESS_OFF, s, NULL);
}

enum err op_staff_update(struct call *c, const struct staff_update_in *in, struct staff_update_out *out)
{
    struct staff *s = arena_alloc(c->arena, sizeof *s);
    enum err e = record_get(&c->txn, KIND_STAFF, in->staff, s);
    if (e)
        return e;
    const struct staff was = *s;
    if (GIVEN(staff_update_in, in, name) && strcmp(in->name, s->name) != 0) {
        e = staff_check_name(c, in->name);
        s->name = in->name;
        e = e ? e : note(c, WHAT_CHANGED, s, "name");
    }
    if (!e && GIVEN(staff_update_in, in, role) && in->role != s->role)
        e = change_role(c, s, in->role);
    if (!e && GIVEN(staff_update_in, in, active) && in->active != s->active)
        e = change_active(c, s, in->active);
    out->staff = s;
    return e || patch_same(shape_staff(), &was, s) ? e : record_put(&c->txn, KIND_STAFF, s);
}

/* --- resetting ----------------------------------------------------------------------------------------------------------------- */
static enum err take_factor(struct call *c, struct staff *s)
{
    bool had;
    enum err e = factor_remove(c, SIDE_STAFF, s->id, &had);
    s->mfa = false;
    if (!e && had)
        e = person_tell(c, SIDE_STAFF, s->id, TEMPLATE_MFA_RESET, NULL);
    return e || !had ? e : note(c, WHAT_MFA_RESET, s, NULL);
}

enum err op_staff_reset(struct call *c, const struct staff_reset_in *in, struct staff_reset_out *out)
{
    struct staff *s = arena_alloc(c->arena, sizeof *s);
    enum err e = record_get(&c->txn, KIND_STAFF, in->staff, s);
    if (!e && !s->active)
        e = REFUSE(c, ERR_STATE, "staff", "%s is deactivated", s->name);
    if (!e && !has_password(s) && !s->last_sign_in)
        e = REFUSE(c, ERR_STATE, "staff", "%s has not joined yet; staff.invite invites anew", s->name);
    if (!e)
        e = check_not_last(c, s);
    if (!e)
        e = mail_held(c, &out->held);
    if (!e)
        e = person_shut(c, SIDE_STAFF, s->id);
    if (!e && in->mfa)
        e = take_factor(c, s);
    if (!e)
        e = person_keys(c, SIDE_STAFF, s->id, &out->keys);
    if (e)
        return e;
    s->password = NULL;
    s->must_change = false;
    e = give_code(c, s, TICKET_RESET, &out->mail);
    out->staff = s;
    return e ? e : note(c, WHAT_RESET_ASKED, s, NULL);
}
