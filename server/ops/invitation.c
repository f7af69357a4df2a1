/* Taking up an invitation, and choosing a new password for a forgotten one: a code of a mail, a password, and one is in (B3, B9). */
#include "server/ops/contact.h"
#include "server/ops/password.h"
#include "server/ops/person.h"
#include "server/ops/session_open.h"
#include "server/ops/ticket.h"
#include "server/core/secret.h"

/* What both operations are given. */
struct attempt {
    enum ticket_kind kind;
    const char *portal, *code, *password, *from;
    bool bound;
};

/* Finds the ticket and its person, and counts the tries. */
static enum err look(struct call *c, const struct attempt *a, struct ticket *t, struct holder *h)
{
    const struct tries tries = ticket_tries(c, a->portal, "code", a->from);
    enum err e = tries_check(&tries, &c->why);
    if (e)
        return e;
    e = call_portal(c, a->portal);
    if (!e)
        e = ticket_find(c, a->kind, a->code, t, h);
    if (!e)
        tries_fine(&tries);
    if (e != ERR_NOT_FOUND && e != ERR_CODE)
        return e;
    tries_failed(&tries);
    if (c->txn.business)
        call_refused(c, "", a->kind == TICKET_RESET ? "reset" : "invitation", a->from);
    return REFUSE(c, ERR_CODE, "", "%s", err_sentence(ERR_CODE));
}

static enum err prepare(struct call *c, const struct attempt *a)
{
    struct ticket t;
    struct holder h;
    const char *hash = NULL;
    enum err e = look(c, a, &t, &h);
    if (e)
        return e;
    if (h.side == SIDE_STAFF)
        e = password_fits(c, a->password, "password", h.staff.name, h.staff.email, NULL);
    else
        e = password_fits_contact(c, a->password, "password", &h.contact);
    if (!e)
        e = secret_password_hash(c->arena, t.email, a->password, &hash);
    c->prepared = (void *)(uintptr_t)hash;
    return e;
}

static enum err save(struct call *c, struct holder *h, const char *hash)
{
    if (h->side == SIDE_STAFF) {
        h->staff.password = hash;
        h->staff.must_change = false;
        h->staff.access = ACCESS_ACTIVE;
        h->staff.invited = h->staff.invite_expires = 0;
        return record_put(&c->txn, KIND_STAFF, &h->staff);
    }
    h->contact.password = hash;
    h->contact.must_change = false;
    h->contact.invited = h->contact.invite_expires = 0;
    return record_put(&c->txn, KIND_CONTACT, &h->contact);
}

/* The event is of the person, who is nobody yet to the daemon. */
static enum err note(struct call *c, const struct attempt *a, const struct holder *h)
{
    bool staff = h->side == SIDE_STAFF;
    bool first = staff ? !h->staff.last_sign_in : h->contact.access == ACCESS_INVITED;
    uint64_t person = staff ? h->staff.id : h->contact.id;
    const char *name = staff ? h->staff.name : h->contact.name;
    struct event event = {.what = a->kind == TICKET_INVITATION && first ? WHAT_JOINED : WHAT_PASSWORD_CHANGED,
                          .subject = staff ? SUBJECT_STAFF : SUBJECT_CONTACT,
                          .about = (int64_t)person,
                          .number = name,
                          .side = h->side,
                          .actor = (int64_t)person,
                          .name = name,
                          .customer = staff ? 0 : h->contact.customer,
                          .customer_name = staff ? NULL : h->customer_name,
                          .text = a->kind == TICKET_RESET ? "with a code by mail" : NULL};
    c->who.place = call_place(c, a->from);
    return call_event(c, &event);
}

/* The code is used up, whatever else was open for the person ends, and the session begins. */
static enum err enter(struct call *c, const struct attempt *a, const char **token, struct me **me,
                      struct choice_list *choices)
{
    struct ticket t;
    struct holder h;
    enum err e = call_portal(c, a->portal);
    if (!e)
        e = ticket_find(c, a->kind, a->code, &t, &h); /* again: it may have been used since */
    if (e)
        return e == ERR_NOT_FOUND ? REFUSE(c, ERR_CODE, "", "%s", err_sentence(ERR_CODE)) : e;
    const struct way_in way = {.side = h.side,
                               .person = (uint64_t)t.person,
                               .means = a->kind == TICKET_RESET ? MEANS_RESET : MEANS_INVITATION,
                               .from = a->from,
                               .bound = a->bound};
    e = save(c, &h, c->prepared);
    if (!e)
        e = person_shut(c, h.side, (uint64_t)t.person);
    if (!e)
        e = note(c, a, &h);
    if (!e && a->kind == TICKET_RESET)
        e = person_tell(c, h.side, (uint64_t)t.person, TEMPLATE_PASSWORD_CHANGED, NULL);
    if (!e)
        e = session_open(c, &way, token, me);
    return e ? e : session_choices(c, choices);
}

static struct attempt accepting(const struct invitation_accept_in *in)
{
    return (struct attempt){TICKET_INVITATION, in->portal, in->code, in->password, in->from, in->bound};
}

enum err prep_invitation_accept(struct call *c, const struct invitation_accept_in *in)
{
    const struct attempt a = accepting(in);
    return prepare(c, &a);
}

enum err op_invitation_accept(struct call *c, const struct invitation_accept_in *in,
                              struct invitation_accept_out *out)
{
    const struct attempt a = accepting(in);
    return enter(c, &a, &out->token, &out->me, &out->choices);
}

static struct attempt resetting(const struct password_reset_in *in)
{
    return (struct attempt){TICKET_RESET, in->portal, in->code, in->password, in->from, in->bound};
}

enum err prep_password_reset(struct call *c, const struct password_reset_in *in)
{
    const struct attempt a = resetting(in);
    return prepare(c, &a);
}

enum err op_password_reset(struct call *c, const struct password_reset_in *in, struct password_reset_out *out)
{
    const struct attempt a = resetting(in);
    return enter(c, &a, &out->token, &out->me, &out->choices);
}

enum err op_invitation_show(struct call *c, const struct invitation_show_in *in,
                            struct invitation_show_out *out)
{
    const struct attempt a = {.kind = TICKET_INVITATION, .portal = in->portal, .code = in->code};
    const struct business *b;
    struct ticket t;
    struct holder h;
    enum err e = look(c, &a, &t, &h);
    if (!e)
        e = call_business(c, &b);
    if (e)
        return e;
    out->name = h.side == SIDE_STAFF ? h.staff.name : h.contact.name;
    out->email = t.email;
    out->business = b->name;
    out->customer_name = h.side == SIDE_STAFF ? NULL : h.customer_name;
    out->expires = t.expires;
    return OK;
}
