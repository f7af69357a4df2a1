/* Asking for a new password. The answer tells nothing and is given before anything about the address is looked up; the mail is
 * written afterwards (FOLLOW_RESET). Why: docs/decisions/tickets.md. */
#include "server/mail/outbox.h"
#include "server/ops/follow_ops.h"
#include "server/ops/session_open.h"
#include "server/ops/ticket.h"
#include <string.h>

enum err op_password_ask_reset(struct call *c, const struct password_ask_reset_in *in,
                               struct password_ask_reset_out *out)
{
    (void)out;
    c->who.place = call_place(c, in->from);
    struct tries tries = ticket_tries(c, in->portal, "reset", in->from);
    const struct tries account = tries_of_address(c, in->portal, in->email, in->from);
    const bool known = tries_known(&account);
    tries.proven = known; /* held up by nobody else's asking, nor wrong passwords, from there */
    enum err e = tries_check(&tries, &c->why);
    if (e)
        return e;
    tries_failed(&tries); /* none is right or wrong: each counts */
    e = call_portal(c, in->portal);
    if (!e)
        call_follow_text(c, known ? FOLLOW_RESET_KNOWN : FOLLOW_RESET, in->email);
    return e == ERR_NOT_FOUND ? OK : e;
}

static enum err send(struct call *c, const struct holder *h, bool known)
{
    bool staff = h->side == SIDE_STAFF, sent;
    if (!mail_reaches(staff ? h->staff.email : h->contact.email))
        return OK;
    enum err e = ticket_send_reset(c, h, known, &sent);
    struct event event = {.what = WHAT_RESET_ASKED,
                          .subject = staff ? SUBJECT_STAFF : SUBJECT_CONTACT,
                          .about = (int64_t)(staff ? h->staff.id : h->contact.id),
                          .number = staff ? h->staff.name : h->contact.name,
                          .customer = staff ? 0 : h->contact.customer,
                          .customer_name = staff ? NULL : h->customer_name};
    return e || !sent ? e : call_event(c, &event);
}

/* The person of that address who was here last: it is one human being, and that session leads to the other customers. */
static enum err send_contact(struct call *c, const char *email, bool known)
{
    struct contact v[CANDIDATES];
    struct customer_row of;
    struct holder h = {.side = SIDE_CUSTOMER};
    size_t n, last = 0;
    enum err e = session_persons(c, email, v, &n);
    if (e || n == 0)
        return e;
    for (size_t i = 1; i < n; i++)
        if (v[i].last_sign_in > v[last].last_sign_in)
            last = i;
    h.contact = v[last];
    e = record_view(&c->txn, KIND_CUSTOMER, h.contact.customer, shape_customer_row(), &of);
    h.customer_name = e ? "" : of.name;
    return e ? e : send(c, &h, known);
}

/* Also one whose password an administrator has ended; not one who has never joined. */
static enum err send_staff(struct call *c, const char *email, bool known)
{
    struct holder h = {.side = SIDE_STAFF, .customer_name = ""};
    enum err e = session_staff(c, email, &h.staff);
    bool joined = !e && ((h.staff.password && *h.staff.password) || h.staff.last_sign_in);
    return joined ? send(c, &h, known) : e == ERR_NOT_FOUND ? OK : e;
}

enum err follow_reset(struct call *c, const char *email, bool known)
{
    enum err e = send_contact(c, email, known);
    return e ? e : send_staff(c, email, known);
}
