/* What is done when a mail is due, and when the mail server is another (server/due/works.def). */
#include "common/log.h"
#include "server/core/daemon.h"
#include "server/due/due.h"
#include "server/mail/deliver.h"
#include "server/mail/smtp.h"
#include "server/mail/mime.h"
#include "server/ops/receipt_mail.h"
#include "server/ops/receipt_page.h"
#include "server/ops/reminder_mail.h"

/* Between its writing and its leaving what it asks for may have been paid. */
static enum err load_reminder(struct txn *t, const struct due_try *w, struct delivery *d)
{
    struct call c = {.arena = w->arena, .txn = *t, .now = w->now, .daemon = w->daemon};
    enum reminder_worth worth;
    enum err e = reminder_worth_of(&c, &d->mail, &worth);
    if (!e && worth == REMINDER_OVER)
        d->ended = REMINDER_ENDED;
    d->otherwise = !e && worth == REMINDER_OTHERWISE;
    return e;
}

/* Or what it is the receipt of may have been taken back. Its page goes with it as PDF, as it stands now. */
static enum err load_receipt(struct txn *t, const struct due_try *w, struct delivery *d)
{
    struct call c = {.arena = w->arena, .txn = *t, .now = w->now, .daemon = w->daemon};
    struct payment p;
    enum err e = record_get(t, KIND_PAYMENT, d->mail.payment, &p);
    if (!e && p.state == PAY_SUCCEEDED) {
        d->page = page_open(w->arena);
        e = receipt_page(&c, &p, d->page, &d->about);
    }
    if (e == ERR_NOT_FOUND || (!e && p.state != PAY_SUCCEEDED && p.state != PAY_DISPUTED))
        d->ended = RECEIPT_ENDED;
    return e == ERR_NOT_FOUND ? OK : e;
}

static enum err load(struct txn *t, struct due_try *w)
{
    struct delivery *d = arena_alloc(w->arena, sizeof *d);
    *d = (struct delivery){.id = (uint64_t)w->due.about, .now = w->now, .arena = w->arena};
    w->own = d;
    enum err e = deliver_load(t, d);
    if (!e && d->due && d->mail.template == TEMPLATE_REMINDER)
        e = load_reminder(t, w, d);
    if (!e && d->due && d->mail.template == TEMPLATE_RECEIPT)
        e = load_receipt(t, w, d);
    if (!e && !d->due)
        w->next = d->mail.state == MAIL_WAITING ? DUE_REST : DUE_DONE; /* until there is a mail server */
    return e;
}

static void log_outcome(const struct due_try *w, const struct delivery *d)
{
    bool sent = d->outcome.result == SMTP_SENT;
    log_line(sent ? LOG_INFO : LOG_WARN, sent ? "mail sent" : "mail not sent",
             "business=%u mail=%llu try=%lld result=%s settings=%d", w->business, (unsigned long long)d->id,
             (long long)d->mail.tries + 1, smtp_result_name((enum smtp_result)d->outcome.result), d->trouble);
}

/* A mail goes without it where it can not be set, which is in the log: its text says the same. */
static void attach(struct due_try *w, struct delivery *d)
{
    struct mime_file *file = arena_alloc(w->arena, sizeof *file);
    struct bytes pdf;
    if (d->ended || page_pdf(w->arena, d->page, &d->about, &pdf) != OK)
        return;
    *file = (struct mime_file){.name = d->about.file, .pdf = pdf.data, .size = pdf.size};
    d->file = file;
}

static void work(struct due_try *w)
{
    struct delivery *d = w->own;
    if (d->otherwise)
        return;
    if (d->page)
        attach(w, d);
    deliver(d, w->daemon->doors.mail_ca, &w->daemon->stopping);
    log_outcome(w, d);
    w->trouble = d->trouble;
    if (atomic_load(&w->daemon->stopping) && d->outcome.result != SMTP_SENT)
        w->next = DUE_LEFT; /* cut short */
}

/* The mail says itself when it is due next. */
static enum err write(struct call *c, struct due_try *w)
{
    const struct delivery *d = w->own;
    w->next = DUE_KEPT;
    if (d->otherwise)
        return reminder_again(c, d->id);
    enum err e = mail_settle(c, d->id, &d->outcome);
    return e || !d->ended ? e : reminder_withdrawn(c, d->id);
}

static enum err again(struct call *c, const struct due *due)
{
    struct mail *m = arena_alloc(c->arena, sizeof *m);
    enum err e = record_get(&c->txn, KIND_MAIL, (uint64_t)due->about, m);
    return e ? e : mail_try_again(c, m);
}

const struct due_doing mail_due = {.load = load, .work = work, .write = write, .again = again};

static enum err shift(struct call *c, struct due_try *w)
{
    size_t moved = 0;
    enum err e = mail_shift(c, &moved);
    w->next = moved ? DUE_MORE : DUE_DONE;
    return e;
}

const struct due_doing outbox_due = {.write = shift};
