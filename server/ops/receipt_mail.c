#include "server/ops/receipt_mail.h"
#include "common/log.h"
#include "common/text.h"
#include "proto/paper/paper.h"
#include "server/core/limits.h"
#include "server/mail/outbox.h"
#include "server/ops/customer_mail.h"
#include "server/ops/person.h"
#include "server/ops/receipt_page.h"
#include "server/ops/reminder.h"

#define COLUMNS 72
#define TEXT_MOST 6000 /* of a mail's 8000 bytes */

/* The receipt, as the screens tell it to who paid. */
static enum err receipt_text(struct call *c, const struct payment *p, const char **out)
{
    struct page *page = page_open(c->arena);
    struct page_pdf about;
    enum err e = receipt_page(c, p, page, &about);
    *out = e ? "" : text_shown(c->arena, paper_text(c->arena, page, COLUMNS, TEXT_MOST), true);
    return e;
}

static enum err send(struct call *c, const struct payment *p, const struct reminded_mail_list *to)
{
    const char *text;
    enum err e = receipt_text(c, p, &text);
    const struct mail_value values[] = {{"number", p->number}, {"receipt", e ? "" : text}};
    for (size_t i = 0; i < to->n && !e; i++) {
        const struct mail_new mail = {.template = TEMPLATE_RECEIPT,
                                      .to = to->v[i].to,
                                      .to_name = to->v[i].name,
                                      .customer = p->customer,
                                      .payment = p->id,
                                      .values = values,
                                      .n = sizeof values / sizeof *values};
        e = mail_queue(c, &mail, NULL);
    }
    return e;
}

static enum err everybody(struct call *c, const struct payment *p, struct reminded_mail_list *to)
{
    struct customer customer;
    enum err e = record_needed(&c->txn, KIND_CUSTOMER, p->customer, &customer);
    return e ? e : customer_everybody(c, &customer, to);
}

enum err receipt_mail(struct call *c, const struct payment *p)
{
    const struct business *b;
    struct reminded_mail_list to = {0};
    bool no_server = false;
    enum err e = call_business(c, &b);
    if (!e)
        e = mail_held(c, &no_server);
    if (e || b->no_receipts || no_server)
        return e;
    e = everybody(c, p, &to);
    if (!e)
        e = send(c, p, &to);
    if (e > 0) {
        c->why = (struct refusal){0};
        log_line(LOG_ERROR, "a receipt can not be mailed", "business=%u payment=%llu code=%s",
                 c->txn.business, (unsigned long long)p->id, err_name(e));
        return OK;
    }
    return e;
}

/* --- once more ---------------------------------------------------------------------------------------------------------------- */
static enum err one(struct call *c, const struct payment *p, uint64_t contact, struct reminded_mail_list *to)
{
    struct contact *person = arena_alloc(c->arena, sizeof *person);
    enum err e = record_get(&c->txn, KIND_CONTACT, contact, person);
    if (!e && person->customer != p->customer)
        e = REFUSE(c, ERR_NOT_FOUND, "contact", "there is no such person at %s", p->customer_name);
    if (!e && !person_has_access(person))
        e = REFUSE(c, ERR_STATE, "contact", "%s can not sign in", person->name);
    if (e || !person->email || !mail_reaches(person->email))
        return e;
    *to = (struct reminded_mail_list){1, arena_alloc(c->arena, sizeof *to->v)};
    to->v[0] = (struct reminded_mail){.to = person->email, .name = person->name};
    return OK;
}

/* Receipts that people had mailed since this time yesterday: of that customer, and of all. */
static enum err sent_today(struct call *c, uint64_t customer, size_t *theirs, size_t *all)
{
    struct key k = index_key(&c->txn, INDEX_EVENT_WHAT);
    key_u8(&k, WHAT_RECEIPT_SENT);
    struct list_range range = list_range(&k);
    struct record_list l = {.kind = KIND_EVENT,
                            .view = shape_event(),
                            .ranges = &range,
                            .n = 1,
                            .backward = true,
                            .limit = LIMIT_RECEIPTS_ALL};
    enum err e = record_list(&c->txn, &l, &c->why);
    const struct event *v = l.rows;
    *theirs = *all = 0;
    for (size_t i = 0; i < l.count && !e; i++)
        if (v[i].at > c->now - LIMIT_RECEIPTS_MS) {
            *theirs += v[i].customer == customer;
            ++*all;
        }
    return e;
}

/* Nobody's mailbox is filled with them: of one customer there are so many in a day, and of all together no more than are counted. */
static enum err may_send(struct call *c, const struct payment *p)
{
    size_t theirs, all;
    enum err e = sent_today(c, p->customer, &theirs, &all);
    if (!e && theirs >= LIMIT_RECEIPTS_A_DAY)
        e = REFUSE(c, ERR_SLOW_DOWN, "payment",
                   "%d receipts were mailed to %s since this time yesterday: no more today",
                   LIMIT_RECEIPTS_A_DAY, p->customer_name);
    if (!e && all >= LIMIT_RECEIPTS_ALL)
        e = REFUSE(c, ERR_SLOW_DOWN, "payment",
                   "%d receipts were mailed since this time yesterday: no more today", LIMIT_RECEIPTS_ALL);
    return e;
}

enum err op_receipt_send(struct call *c, const struct receipt_send_in *in, struct receipt_send_out *out)
{
    struct payment p;
    struct reminded_mail_list to = {0};
    enum err e = record_get(&c->txn, KIND_PAYMENT, in->payment, &p);
    if (!e)
        e = receipt_there(c, &p);
    if (!e)
        e = may_send(c, &p);
    if (!e)
        e = in->contact ? one(c, &p, in->contact, &to) : everybody(c, &p, &to);
    if (!e && !to.n)
        e = REFUSE(c, ERR_NO_EMAIL, in->contact ? "contact" : "payment",
                   "nobody there has an address that mail reaches");
    if (!e)
        e = send(c, &p, &to);
    if (e)
        return e;
    out->to = (struct text_list){to.n, arena_alloc(c->arena, to.n * sizeof *out->to.v)};
    for (size_t i = 0; i < to.n; i++)
        out->to.v[i] = to.v[i].to;
    struct event event = {.what = WHAT_RECEIPT_SENT,
                          .subject = SUBJECT_PAYMENT,
                          .about = (int64_t)p.id,
                          .number = p.number,
                          .customer = p.customer,
                          .customer_name = p.customer_name,
                          .text =
                              arena_printf(c->arena, "to %s%s", to.v[0].to, to.n > 1 ? " and others" : ""),
                          .portal = true};
    e = call_event(c, &event);
    return e ? e : mail_held(c, &out->held);
}
