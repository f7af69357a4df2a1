/* What staff can do: the main menu, today's work, customers and the portal access of their persons. */
#include "common/date.h"
#include "tui/line/flow.h"
#include "tui/line/talk_book.h"
#include "tui/line/talk_places.h"
#include "tui/portal/books.h"
#include <inttypes.h>
#include <string.h>

/* --- today */

struct today {
    const struct queue_get_out *queue; /* as it was told */
    int64_t document, comment;         /* said to need no answer just now: undo takes it back; 0: none */
};

static void load_today(struct talk *t, struct talk_rows *r)
{
    struct queue_get_in in = {0};
    const void *out;
    char amount[SHOW_TEXT];
    GIVE(queue_get_in, &in, limit, 100);
    r->failed = !talk_get(t, TAG_LIST, OPNO_queue_get, &in, &out);
    if (r->failed)
        return;
    const struct queue_get_out *q = out;
    ((struct today *)r->ctx)->queue = q;
    if (!*r->after) {
        for (size_t i = 0; i < q->notices.n; i++)
            talk_say(t, "%s", q->notices.v[i]);
        for (size_t i = 0; i < q->ageing.n; i++)
            say_owed(t, "Owed to the business", &q->ageing.v[i]);
        for (size_t i = 0; i < q->paid_month.n; i++)
            talk_fact(t, "Paid this month", "%s", show_money(amount, q->paid_month.v[i].amount));
    }
    size_t from = 0; /* the queue comes at once: its pages are made here */
    for (const char *c = r->after; *c >= '0' && *c <= '9'; c++)
        from = from * 10 + (size_t)(*c - '0');
    for (size_t i = from; i < q->work.n && r->n < TALK_PAGE; i++) {
        const struct work *w = &q->work.v[i];
        show_money(amount, w->amount);
        talk_row(t, r, (uint64_t)w->id, (int64_t)w->job << 16 | w->subject, w->number, "%s %s, %s%s%s%s%s",
                 enum_name(enum_job_kind(), w->job), show_text(w->number), show_text(w->customer_name),
                 *amount ? ", " : "", amount, w->text && *w->text ? ": " : "", show_text(w->text));
    }
    if (from + r->n < q->work.n) {
        char next[24];
        snprintf(next, sizeof next, "%zu", from + r->n);
        talk_next(r, next);
    }
}

static enum turn open_work(struct talk *t, struct talk_rows *r, uint64_t id, int64_t user)
{
    (void)r;
    return flow_about(t, (int)(user & 0xffff), id);
}

/* The comment that waits in that row; NULL after saying that it is none. */
static const struct work *comment_of(struct talk *t, const struct today *d, uint64_t id, int64_t user)
{
    for (size_t i = 0; user >> 16 == JOB_COMMENT && i < d->queue->work.n; i++)
        if (d->queue->work.v[i].job == JOB_COMMENT && (uint64_t)d->queue->work.v[i].id == id)
            return &d->queue->work.v[i];
    talk_say(t, "That row is no comment. Its number opens it.");
    return NULL;
}

static enum turn run_reply(struct talk *t, struct talk_rows *r, uint64_t id, int64_t user)
{
    struct comment_add_in in = {0};
    char text[16001];
    if (!comment_of(t, r->ctx, id, user))
        return TURN_BACK;
    enum turn turn = talk_ask_text(
        t, &(struct talk_prompt){.label = "Your answer", .help = "The customer sees it."}, text, sizeof text);
    if (turn != TURN_ON)
        return turn;
    GIVE(comment_add_in, &in, document, id);
    GIVE(comment_add_in, &in, text, text);
    GIVE(comment_add_in, &in, portal, true);
    if (!talk_get(t, TAG_ACT, OPNO_comment_add, &in, NULL))
        return talk_turn(t, TURN_BACK);
    talk_say(t, "Said. The customer sees it.");
    return TURN_AGAIN;
}

static enum turn say_done(struct talk *t, int64_t document, int64_t comment, bool undo)
{
    struct comment_done_in in = {0};
    GIVE(comment_done_in, &in, document, (uint64_t)document);
    GIVE(comment_done_in, &in, comment, comment);
    if (undo)
        GIVE(comment_done_in, &in, undo, true);
    if (!talk_get(t, TAG_ACT, OPNO_comment_done, &in, NULL))
        return talk_turn(t, TURN_BACK);
    talk_say(t, undo ? "It waits for an answer again." : "Done. undo takes it back.");
    return TURN_AGAIN;
}

static enum turn run_done(struct talk *t, struct talk_rows *r, uint64_t id, int64_t user)
{
    struct today *d = r->ctx;
    const struct work *w = comment_of(t, d, id, user);
    if (!w)
        return TURN_BACK;
    int64_t comment = w->comment;
    enum turn turn = say_done(t, w->id, comment, false);
    if (turn == TURN_AGAIN) {
        d->document = (int64_t)id;
        d->comment = comment;
    }
    return turn;
}

static enum turn run_undo(struct talk *t, struct talk_rows *r, uint64_t id, int64_t user)
{
    struct today *d = r->ctx;
    int64_t document = d->document;
    (void)id;
    (void)user;
    d->document = 0;
    if (document)
        return say_done(t, document, d->comment, true);
    talk_say(t, "There is nothing to take back.");
    return TURN_BACK;
}

static const struct talk_row_act today_acts[] = {
    {.name = "reply",
     .help = "answer that comment; the customer sees it.",
     .op = OPNO_comment_add,
     .run = run_reply},
    {.name = "done", .help = "that comment needs no answer.", .op = OPNO_comment_done, .run = run_done},
    {.name = "undo", .help = "it does, after all.", .op = OPNO_comment_done, .bare = true, .run = run_undo},
    {0}};

enum turn flow_today(struct talk *t, void *ctx)
{
    struct today today = {0};
    struct talk_rows r = {.title = "Today",
                          .empty = "Nothing waits for anybody.",
                          .load = load_today,
                          .open = open_work,
                          .acts = today_acts,
                          .ctx = &today};
    (void)ctx;
    return talk_rows(t, &r);
}

/* --- customers */

static const char *const customer_shows[] = {"all", "active", "deactivated", NULL};

static void load_customers(struct talk *t, struct talk_rows *r)
{
    struct customer_list_in in = {0};
    const void *out;
    char amount[SHOW_TEXT];
    GIVE(customer_list_in, &in, limit, TALK_PAGE);
    if (*r->find)
        GIVE(customer_list_in, &in, filter, r->find);
    if (r->show)
        GIVE(customer_list_in, &in, active, r->show == 1);
    if (*r->after)
        GIVE(customer_list_in, &in, after, r->after);
    r->failed = !talk_get(t, TAG_LIST, OPNO_customer_list, &in, &out);
    if (r->failed)
        return;
    const struct customer_list_out *page = out;
    for (size_t i = 0; i < page->customers.n; i++) {
        const struct customer_row *c = &page->customers.v[i];
        talk_row(t, r, c->id, 0, NULL, "%s, owes %s, access %s%s", show_text(c->name),
                 c->outstanding.amount ? show_money(amount, c->outstanding) : "nothing",
                 show_access(c->access), c->active ? "" : ", deactivated");
    }
    talk_next(r, page->next);
}

static enum turn open_customer(struct talk *t, struct talk_rows *r, uint64_t id, int64_t user)
{
    (void)r;
    (void)user;
    return flow_customer(t, id);
}

enum turn flow_customers(struct talk *t, void *ctx)
{
    struct talk_rows r = {
        .title = "Customers",
        .empty = "No customers yet.",
        .none = "Nothing matches. find alone and show all bring everything back.",
        .find_help = "Words of the name, the company or the e-mail address, or balance>500, access:invited.",
        .shows = customer_shows,
        .load = load_customers,
        .open = open_customer};
    (void)ctx;
    return talk_rows(t, &r);
}

/* --- one customer */

struct client_of_ours {
    uint64_t id;
    const struct contact_list *contacts; /* until the next ask with TAG_HOME */
};

static bool show_customer(struct talk *t, void *ctx)
{
    struct client_of_ours *c = ctx;
    struct customer_overview_in in = {0};
    const void *out;
    char amount[SHOW_TEXT], when[SHOW_TEXT];
    GIVE(customer_overview_in, &in, customer, c->id);
    if (!talk_get(t, TAG_HOME, OPNO_customer_overview, &in, &out))
        return false;
    const struct customer_overview_out *o = out;
    const struct customer *k = o->customer;
    c->contacts = &o->contacts;
    talk_title(t, "Customer %s%s", show_text(k->name), k->active ? "" : ", deactivated");
    talk_fact(t, "Company", "%s", show_text(k->company));
    talk_fact(t, "E-mail", "%s", show_text(k->email));
    talk_fact(t, "Phone", "%s", show_text(k->phone));
    talk_fact(t, "Tax id", "%s", show_text(k->tax_id));
    say_address(t, "Billing address", k->billing);
    talk_quote(t, "Remarks for staff", k->notes);
    say_owed(t, "Owes", o->ageing);
    if (o->last_payment)
        talk_fact(t, "Last payment", "%s, %s", show_money(amount, o->last_payment->amount),
                  date_short(when, o->last_payment->date));
    for (size_t i = 0; i < o->contacts.n; i++) {
        const struct contact *p = &o->contacts.v[i];
        talk_say(t, "Person %zu: %s%s%s, access %s%s", i + 1, show_text(p->name),
                 p->email && *p->email ? ", " : "", show_text(p->email), show_access(p->access),
                 p->mfa ? ", second factor" : "");
        if (p->last_sign_in)
            talk_fact(t, "Last sign-in", "%s",
                      show_when(when, p->last_sign_in, talk_me(t)->time_zone, talk_today(t)));
    }
    return true;
}

static enum turn which_person(struct talk *t, const struct client_of_ours *c, size_t *chosen)
{
    const char *names[100];
    size_t n = 0;
    if (c->contacts->n == 1) {
        *chosen = 0;
        return TURN_ON;
    }
    for (; n < c->contacts->n && n < COUNT_OF(names); n++)
        names[n] = show_text(c->contacts->v[n].name);
    return talk_choose(t, "Which person", names, n, chosen);
}

static const char *has_persons(struct talk *t, const void *ctx)
{
    (void)t;
    return ((const struct client_of_ours *)ctx)->contacts->n ? NULL : "There is no contact person.";
}

/* A person and a yes; then the operation over it. */
static enum turn confirm_person(struct talk *t, const struct client_of_ours *c, const char *question,
                                const struct contact **person)
{
    size_t chosen;
    bool yes;
    enum turn turn = which_person(t, c, &chosen);
    if (turn != TURN_ON)
        return turn;
    *person = &c->contacts->v[chosen];
    turn = talk_confirm(t, &yes, question, show_text((*person)->name));
    return turn == TURN_ON && !yes ? TURN_BACK : turn;
}

static enum turn run_invite(struct talk *t, void *ctx)
{
    const struct contact *p;
    struct access_invite_in in = {0};
    const void *out;
    enum turn turn = confirm_person(t, ctx, "Invite %s by mail? An earlier invitation ends.", &p);
    if (turn != TURN_ON)
        return turn;
    uint64_t id = p->id;
    struct id_list ids = {1, &id};
    GIVE(access_invite_in, &in, contacts, ids);
    if (!talk_get(t, TAG_ACT, OPNO_access_invite, &in, &out))
        return talk_turn(t, TURN_BACK);
    if (((const struct access_invite_out *)out)->held)
        talk_say(
            t, "There is no mail server yet: the mail waits in the outbox, where it can be read and copied.");
    else
        talk_say(t, "Invited. The mail is on its way.");
    return TURN_AGAIN;
}

static enum turn run_password(struct talk *t, void *ctx)
{
    const struct client_of_ours *c = ctx;
    struct access_enable_in in = {0};
    char password[201];
    size_t chosen;
    enum turn turn = which_person(t, c, &chosen);
    if (turn != TURN_ON)
        return turn;
    talk_say(t, "The password is for once: a new one is asked for at the first sign-in.");
    turn = flow_new_password(t, "One-time password", password, sizeof password);
    if (turn != TURN_ON)
        return turn;
    uint64_t id = c->contacts->v[chosen].id;
    struct id_list ids = {1, &id};
    GIVE(access_enable_in, &in, contacts, ids);
    GIVE(access_enable_in, &in, password, password);
    bool fine = talk_get(t, TAG_ACT, OPNO_access_enable, &in, NULL);
    explicit_bzero(password, sizeof password);
    if (!fine)
        return talk_turn(t, TURN_BACK);
    talk_say(t, "Access is switched on.");
    return TURN_AGAIN;
}

static enum turn run_off(struct talk *t, void *ctx)
{
    const struct contact *p;
    struct access_disable_in in = {0};
    enum turn turn = confirm_person(
        t, ctx, "Switch the access of %s off? Their sessions end at once, and their SSH keys are removed.",
        &p);
    if (turn != TURN_ON)
        return turn;
    uint64_t id = p->id;
    struct id_list ids = {1, &id};
    GIVE(access_disable_in, &in, contacts, ids);
    if (!talk_get(t, TAG_ACT, OPNO_access_disable, &in, NULL))
        return talk_turn(t, TURN_BACK);
    talk_say(t, "Access is switched off.");
    return TURN_AGAIN;
}

static enum turn run_factor(struct talk *t, void *ctx)
{
    const struct contact *p;
    struct mfa_reset_in in = {0};
    enum turn turn = confirm_person(t, ctx, "Take the second factor of %s away? Their sessions end.", &p);
    if (turn != TURN_ON)
        return turn;
    GIVE(mfa_reset_in, &in, contact, p->id);
    if (!talk_get(t, TAG_ACT, OPNO_mfa_reset, &in, NULL))
        return talk_turn(t, TURN_BACK);
    talk_say(t, "The second factor was reset.");
    return TURN_AGAIN;
}

static enum turn book_of_person(struct talk *t, const struct client_of_ours *c, const struct book *b)
{
    size_t chosen;
    enum turn turn = which_person(t, c, &chosen);
    if (turn == TURN_ON)
        turn = talk_book(t, b, c->contacts->v[chosen].id);
    return turn == TURN_END ? turn : TURN_AGAIN;
}

static enum turn run_sessions(struct talk *t, void *ctx)
{
    return book_of_person(t, ctx, &book_contact_sessions);
}

static enum turn run_keys(struct talk *t, void *ctx)
{
    return book_of_person(t, ctx, &book_contact_keys);
}

static enum turn run_estimates(struct talk *t, void *ctx)
{
    return flow_estimates(t, &((struct client_of_ours *)ctx)->id);
}

static enum turn run_invoices(struct talk *t, void *ctx)
{
    return flow_invoices(t, &((struct client_of_ours *)ctx)->id);
}

static enum turn run_payments(struct talk *t, void *ctx)
{
    return flow_payments(t, &((struct client_of_ours *)ctx)->id);
}

static const struct deed customer_deeds[] = {
    {.name = "invoices", .help = "Its invoices", .op = OPNO_invoice_list, .run = run_invoices},
    {.name = "estimates", .help = "Its estimates", .op = OPNO_estimate_list, .run = run_estimates},
    {.name = "payments", .help = "Its payments", .op = OPNO_payment_list, .run = run_payments},
    {.name = "invite",
     .help = "Invite a person to the portal, or invite anew",
     .op = OPNO_access_invite,
     .possible = has_persons,
     .run = run_invite},
    {.name = "password",
     .help = "Switch access on with a one-time password",
     .op = OPNO_access_enable,
     .possible = has_persons,
     .run = run_password},
    {.name = "off",
     .help = "Switch access off",
     .op = OPNO_access_disable,
     .possible = has_persons,
     .run = run_off},
    {.name = "factor",
     .help = "Reset the second factor of a person",
     .op = OPNO_mfa_reset,
     .possible = has_persons,
     .run = run_factor},
    {.name = "sessions",
     .help = "Where a person is signed in; end one or all",
     .op = OPNO_session_list,
     .possible = has_persons,
     .run = run_sessions},
    {.name = "keys",
     .help = "The SSH keys of a person",
     .op = OPNO_key_list,
     .possible = has_persons,
     .run = run_keys},
    {0}};

enum turn flow_customer(struct talk *t, uint64_t id)
{
    struct client_of_ours c = {.id = id};
    return talk_menu(t, "Customer", customer_deeds, show_customer, &c);
}

/* --- oneself */

static bool show_you(struct talk *t, void *ctx)
{
    const struct me *me = talk_me(t);
    (void)ctx;
    talk_title(t, "Account");
    talk_fact(t, "Name", "%s", me->name);
    talk_fact(t, "E-mail", "%s", me->email);
    talk_fact(t, "Phone", "%s", me->phone);
    talk_fact(t, "Role", "%s", enum_name(enum_role(), me->role));
    return true;
}

static const struct deed account_deeds[] = {
    {.name = "you", .help = "Change your name and phone", .op = OPNO_account_update, .run = flow_you},
    {.name = "password",
     .help = "Change your password",
     .op = OPNO_password_change,
     .run = flow_change_password},
    {.name = "factor",
     .help = "Your sign-in at a glance: second factor, backup codes",
     .op = OPNO_mfa_show,
     .run = talk_book_deed,
     .arg = &book_sign_in},
    {.name = "keys",
     .help = "SSH keys that sign you in",
     .op = OPNO_key_list,
     .run = talk_book_deed,
     .arg = &book_keys},
    {.name = "sessions",
     .help = "Where you are signed in",
     .op = OPNO_session_list,
     .run = talk_book_deed,
     .arg = &book_sessions},
    {0}};

static enum turn flow_own(struct talk *t, void *ctx)
{
    (void)ctx;
    return talk_menu(t, "Account", account_deeds, show_you, NULL);
}

/* --- the main menu */

static const struct deed deeds_staff[] = {
    {.name = "today", .help = "What waits for somebody", .op = OPNO_queue_get, .run = flow_today},
    {.name = "customers",
     .help = "Customers and the access of their persons",
     .op = OPNO_customer_list,
     .run = flow_customers},
    {.name = "estimates", .help = "Estimates", .op = OPNO_estimate_list, .run = flow_estimates},
    {.name = "invoices", .help = "Invoices", .op = OPNO_invoice_list, .run = flow_invoices},
    {.name = "payments", .help = "Payments", .op = OPNO_payment_list, .run = flow_payments},
    {.name = "settings",
     .help = "The settings of the business",
     .op = OPNO_settings_get,
     .run = talk_places,
     .arg = &places_settings},
    {.name = "bell", .help = "What customers did", .op = OPNO_event_list, .run = flow_bell},
    {.name = "account", .help = "You: password, keys, sessions", .op = OPNO_session_me, .run = flow_own},
    {0}};

const struct deed *deeds_of_staff(struct arena *a)
{
    return talk_with_places(a, deeds_staff, &places_settings);
}
