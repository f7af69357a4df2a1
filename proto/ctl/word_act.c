/* Words that look before they act: what somebody agrees to or pays is read, shown, and sent back as it was shown. */
#include "common/codec.h"
#include "common/date.h"
#include "common/number.h"
#include "common/text.h"
#include "proto/ctl/ctl_session.h"
#include "proto/ctl/ctl_show.h"
#include "proto/ctl/word.h"
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* The value of "field=…" among the arguments; NULL when it is not there. */
static const char *given(const struct ctl *c, const char *field)
{
    size_t n = strlen(field);
    for (int i = 1; i < c->n_words; i++)
        if (strncmp(c->words[i], field, n) == 0 && c->words[i][n] == '=')
            return c->words[i] + n + 1;
    return NULL;
}

/* There is room: word_arguments left some. */
static void also(struct ctl *c, const char *word)
{
    c->words[c->n_words++] = word;
}

static int fail(struct ctl *c, enum err e, const char *field, const char *detail)
{
    (void)refuse(&c->why, e, field, "%s", detail);
    return ctl_fail(c, e);
}

/* --yes, or the word typed on a terminal. */
static bool agreed(struct ctl *c, const char *word)
{
    const char *typed = "";
    if (c->yes)
        return true;
    if (c->json || !isatty(STDIN_FILENO) || !isatty(STDERR_FILENO))
        return false;
    fprintf(stderr, "Type %s to go on. ", word);
    return plain_line(c, word, &typed) == OK && strcmp(typed, word) == 0;
}

/* What people read before and after; with --json standard error has nothing but an error. */
PRINTF(2, 3)
static void tell(const struct ctl *c, const char *format, ...)
{
    va_list more;
    if (c->json)
        return;
    va_start(more, format);
    (void)vfprintf(stderr, format, more);
    va_end(more);
}

static const char *amount_of(struct arena *a, struct money m)
{
    char text[MONEY_TEXT];
    int digits = currency_digits(m.currency);
    return digits < 0 ? "?" : arena_printf(a, "%s %s", money_plain(text, m.amount, digits), m.currency);
}

static const char *shown(struct ctl *c, const char *text)
{
    return text && *text ? text_shown(c->a, text, false) : "\xE2\x80\x93";
}

/* Nobody agreed: how it is done as it was shown. */
static int not_done(struct ctl *c, const char *how)
{
    if (c->json)
        return fail(c, ERR_INVALID, "--yes", how);
    fprintf(stderr, "%s\n", how);
    return err_exit_code(ERR_INVALID);
}

/* --- estimates */

/* The paper that the operation is about: of estimate.accept what estimate.get tells. */
static enum err as_it_stands(struct ctl *c, const struct op *op, const struct document **out)
{
    struct document_get_out got;
    const char *field = op->in()->fields[0].name, *which = given(c, field);
    const char *get = arena_printf(c->a, "%.*s.get", (int)strcspn(op->name, "."), op->name);
    const struct op *getter = op_find(get, strlen(get));
    if (!which || !getter)
        return refuse(&c->why, ERR_INVALID, field, "say which %s", field);
    const char *words[] = {arena_printf(c->a, "%s=%s", field, which)};
    enum err e = ctl_ask_for(c, op_number(getter), words, 1, &got);
    if (!e && !got.document)
        e = refuse(&c->why, ERR_IO, "", "the answer has no %s in it", field);
    if (!e)
        *out = got.document;
    return e;
}

static void show_estimate(struct ctl *c, const struct document *d)
{
    char day[INSTANT_TEXT];
    tell(c, "Estimate %s, edition %lld, for %s\n", shown(c, d->number), (long long)d->edition,
         shown(c, d->customer_name));
    for (size_t i = 0; i < d->lines.n; i++)
        tell(c, "  %s\n", shown(c, d->lines.v[i].name));
    tell(c, "Total %s, good until %s\n", amount_of(c->a, d->total),
         d->due ? date_plain(day, d->due) : "\xE2\x80\x93");
    if (d->terms && *d->terms)
        tell(c, "Terms: %s\n", text_shown(c->a, d->terms, true));
}

int act_accept(struct ctl *c, const struct op *op)
{
    const struct document *d;
    if (given(c, "revision") && c->yes)
        return verb_op(c, op);
    if (!given(c, "signed_by"))
        return fail(c, ERR_INVALID, "signed_by", "say your name, as a signature");
    enum err e = as_it_stands(c, op, &d);
    if (e)
        return ctl_fail(c, e);
    show_estimate(c, d);
    if (!agreed(c, "ACCEPT"))
        return not_done(
            c, arena_printf(
                   c->a,
                   "Nothing was accepted. To accept it as shown: the same command with --revision %lld --yes",
                   (long long)d->revision));
    if (!given(c, "revision"))
        also(c, arena_printf(c->a, "revision=%lld", (long long)d->revision));
    int code = verb_op(c, op);
    if (code == 0) /* the answer is longer than a terminal: what came of it stands last */
        tell(c, "%s is accepted.\n", text_shown(c->a, d->number ? d->number : "It", false));
    return code;
}

int act_revision(struct ctl *c, const struct op *op)
{
    long long revision = 0;
    enum err e = OK;
    if (given(c, "revision"))
        return verb_op(c, op);
    if (op_number(op) == OPNO_customer_edit_own) {
        struct customer_get_out got;
        e = ctl_ask_for(c, OPNO_customer_get, NULL, 0, &got);
        revision = !e && got.customer ? got.customer->revision : 0;
    } else {
        const struct document *d;
        e = as_it_stands(c, op, &d);
        revision = e ? 0 : d->revision;
    }
    if (e)
        return ctl_fail(c, e);
    also(c, arena_printf(c->a, "revision=%lld", revision));
    return verb_op(c, op);
}

/* --- paying */

#define PARTS 16 /* invoices that one request can name by their numbers */

struct review {
    const char *invoices[PARTS];
    int n;
    struct money sum;
    bool online; /* at a page of the gateway's */
};

static enum err review_one(struct ctl *c, struct review *r, const char *invoice, bool card)
{
    struct document_get_out got;
    const char *words[] = {arena_printf(c->a, "invoice=%s", invoice), "peek=true"};
    enum err e = ctl_ask_for(c, OPNO_invoice_get, words, 2, &got);
    if (e || !got.document)
        return e ? e : refuse(&c->why, ERR_IO, "", "the answer has no invoice in it");
    if (card && got.document->not_by_card && *got.document->not_by_card)
        return refuse(&c->why, ERR_SWITCHED_OFF, "invoice", "%s: %s", shown(c, got.document->number),
                      shown(c, got.document->not_by_card));
    if (got.document->state != DOC_OPEN)
        return refuse(&c->why, ERR_STATE, "invoice", "%s: nothing is due on it",
                      shown(c, got.document->number));
    struct money due = got.document->balance, of_it = due;
    if (c->part && (e = number_read_money(c->part, due.currency, "--part", &of_it.amount, &c->why)) != OK)
        return e;
    if (r->sum.currency[0] && strcmp(r->sum.currency, due.currency) != 0)
        return refuse(&c->why, ERR_CURRENCY, "invoice", "the invoices are in different currencies");
    e = money_add(r->sum.amount, of_it.amount, &r->sum.amount);
    if (e)
        return refuse(&c->why, e, "invoice", "%s", err_sentence(e));
    memcpy(r->sum.currency, due.currency, sizeof r->sum.currency);
    tell(c, "%s  due %s", shown(c, got.document->number), amount_of(c->a, due));
    if (c->part)
        tell(c, ": %s of it", amount_of(c->a, of_it));
    tell(c, "\n");
    return OK;
}

/* The invoices among the words; what else is said of the payment stays. */
static enum err collect(struct ctl *c, struct review *r)
{
    int kept = 1;
    for (int i = 1; i < c->n_words; i++) {
        if (strncmp(c->words[i], "invoice=", 8) != 0) {
            c->words[kept++] = c->words[i];
            continue;
        }
        if (r->n == PARTS)
            return refuse(&c->why, ERR_TOO_LARGE, "invoice", "at most %d invoices at once", PARTS);
        r->invoices[r->n++] = c->words[i] + 8;
    }
    c->n_words = kept;
    if (r->n == 0)
        return refuse(&c->why, ERR_INVALID, "invoice", "say which invoices");
    if (c->part && r->n > 1)
        return refuse(&c->why, ERR_INVALID, "--part", "--part is of one invoice");
    return OK;
}

/* The whole request: the former words and, of the review, the parts and the sum. */
static void compose(struct ctl *c, const struct review *r, const char *expect)
{
    const char **words = (const char **)arena_alloc(c->a, (size_t)(c->n_words + r->n + 8) * sizeof *words);
    int n = 0;
    for (; n < c->n_words; n++)
        words[n] = c->words[n];
    for (int i = 0; i < r->n; i++)
        words[n++] = arena_printf(c->a, "parts.%d.invoice=%s", i, r->invoices[i]);
    if (c->part)
        words[n++] = arena_printf(c->a, "parts.0.amount=%s", amount_of(c->a, r->sum));
    words[n++] = arena_printf(c->a, "expect=%s", expect);
    c->words = words;
    c->n_words = n;
    if (r->online)
        words[c->n_words++] = "online=true";
    static const char *const asked[] = {"card_number", "card_expiry", "card_code"};
    for (size_t i = 0; i < sizeof asked / sizeof *asked && !r->online; i++)
        if (!given(c, asked[i]))
            words[c->n_words++] = arena_printf(c->a, "%s=-", asked[i]);
}

static bool has_page(const struct payment *p)
{
    return p->state == PAY_PENDING && p->url && *p->url;
}

/* What became of it, once the gateway has said, or says where it is paid, or the time is over. */
static enum err outcome(struct ctl *c, const struct payment *p, bool wait, struct payment *now,
                        struct bytes *result)
{
    const char *word = arena_printf(c->a, "payment=id:%llu", (unsigned long long)p->id);
    struct payment_get_out got;
    enum err e = OK;
    *now = *p;
    for (int tries = 0; wait && tries < 20 && !e && now->state == PAY_PENDING && !has_page(now); tries++) {
        struct event_wait_in news = {.timeout = 1000};
        struct session_me_out me;
        e = ctl_call(c, c->a, OPNO_session_me, NULL, &me);
        if (!e) {
            GIVE(event_wait_in, &news, since, me.me ? me.me->last_event : 0);
            e = ctl_call(c, c->a, OPNO_event_wait, &news, NULL);
        }
        if (!e)
            e = ctl_ask_for(c, OPNO_payment_get, &word, 1, &got);
        if (!e && got.payment)
            *now = *got.payment;
    }
    if (!e)
        e = ctl_ask(c, op_at(OPNO_payment_get), &word, 1, result);
    if (e)
        return e;
    /* What is told is what is printed: it may have settled since. */
    if (codec_read(c->a, op_at(OPNO_payment_get)->out(), result->data, result->size, &got) != OK ||
        !got.payment)
        return refuse(&c->why, ERR_IO, "", "the answer is not what payment.get gives");
    *now = *got.payment;
    return OK;
}

static int pay(struct ctl *c, const struct op *op, bool wait)
{
    struct payment_pay_out out;
    struct payment now;
    struct bytes result;
    enum err e = ctl_ask_for(c, op_number(op), c->words + 1, c->n_words - 1, &out);
    if (!e && !out.payment)
        e = refuse(&c->why, ERR_IO, "", "the answer has no payment in it");
    if (!e)
        e = outcome(c, out.payment, wait, &now, &result);
    if (!e)
        e = ctl_print(c, op_at(OPNO_payment_get), &result);
    if (e)
        return ctl_fail(c, e);
    if (has_page(&now)) {
        tell(c, "It is paid at this page, and turns to paid by itself: %s\n", shown(c, now.url));
        if (c->qr && isatty(STDOUT_FILENO))
            c->qr(stdout, now.url);
        return 0;
    }
    if (now.state == PAY_PENDING && !wait) {
        tell(c,
             "It is pending: the gateway has not said yet. Do not pay again; --wait waits for its answer.\n");
        return 0;
    }
    if (now.state == PAY_PENDING)
        return fail(c, ERR_PENDING, "",
                    "the gateway has not said yet: do not pay again, look at payments --pending");
    if (now.state == PAY_FAILED)
        return fail(c, ERR_PAYMENT_FAILED, "",
                    now.failure && *now.failure ? now.failure : "nothing was taken");
    return 0;
}

/* How it is paid elsewhere, for people; the code where there is a terminal that it can be drawn on. */
static void print_told(struct ctl *c, const struct pay_told *told)
{
    printf("%s for %s\n", shown(c, told->title), shown(c, told->number));
    for (size_t i = 0; i < told->facts.n; i++) {
        printf("  ");
        show_padded(stdout, shown(c, told->facts.v[i].label), 12);
        printf("%s\n", shown(c, told->facts.v[i].value));
    }
    if (c->qr && told->qr && *told->qr && isatty(STDOUT_FILENO))
        c->qr(stdout, told->qr);
}

static enum err tell_way(struct ctl *c, const struct review *r, const char *method)
{
    const char **words = (const char **)arena_alloc(c->a, (size_t)(r->n + 3) * sizeof *words);
    const struct op *op = op_at(OPNO_payment_begin);
    struct payment_begin_out out;
    struct bytes result;
    int n = 0;
    for (int i = 0; i < r->n; i++)
        words[n++] = arena_printf(c->a, "parts.%d.invoice=%s", i, r->invoices[i]);
    if (c->part)
        words[n++] = arena_printf(c->a, "parts.0.amount=%s", amount_of(c->a, r->sum));
    words[n++] = arena_printf(c->a, "expect=%s", amount_of(c->a, r->sum));
    words[n++] = arena_printf(c->a, "method=%s", method);
    enum err e = ctl_ask(c, op, words, n, &result);
    if (!e && c->json)
        return ctl_print(c, op, &result);
    if (!e && codec_read(c->a, op->out(), result.data, result.size, &out) != OK)
        e = refuse(&c->why, ERR_IO, "", "the answer is not what payment.begin gives");
    for (size_t i = 0; !e && i < out.told.n; i++)
        print_told(c, &out.told.v[i]);
    return e;
}

/* Nothing is paid: it is told how. */
static int tell_ways(struct ctl *c, struct review *r, const struct me *me)
{
    enum err e = OK;
    for (int i = 0; i < r->n && !e; i++)
        e = review_one(c, r, r->invoices[i], false);
    for (size_t i = 0; i < me->ways.n && !e; i++)
        e = tell_way(c, r, me->ways.v[i].method);
    return e ? ctl_fail(c, e) : 0;
}

/* Before anything is asked for: is paying by card offered here, and what has to be said with it. Else there are ways to pay elsewhere, or it is
 * refused. */
static enum err offer(struct ctl *c, struct session_me_out *who)
{
    struct settings_get_out settings;
    enum err e = ctl_call(c, c->a, OPNO_session_me, NULL, who);
    if (!e && !who->me)
        e = refuse(&c->why, ERR_IO, "", "the answer has nobody in it");
    if (e)
        return e;
    const struct me *me = who->me;
    if (me->card && me->card_note && *me->card_note)
        tell(c, "%s\n", shown(c, me->card_note));
    if (me->card || me->ways.n)
        return OK;
    const char *bank = "";
    if (me->transfer && ctl_call(c, c->a, OPNO_settings_get, NULL, &settings) == OK && settings.business)
        bank = shown(c, settings.business->bank);
    return refuse(&c->why, ERR_SWITCHED_OFF, "", "paying by card is not offered here%s%s%s",
                  *bank ? "; by bank transfer to " : "", bank,
                  *bank ? ", quoting the number of the invoice" : "");
}

int act_pay(struct ctl *c, const struct op *op)
{
    struct review r = {.n = 0};
    const char *expect = given(c, "expect");
    struct session_me_out who;
    enum err e = collect(c, &r);
    if (!e)
        e = offer(c, &who);
    if (!e && !who.me->card)
        return tell_ways(c, &r, who.me);
    r.online = !e && !who.me->card_here;
    bool shown_before =
        expect && c->yes && !c->part; /* a command made from a review, or one that is repeated */
    for (int i = 0; i < r.n && !e && !shown_before; i++)
        e = review_one(c, &r, r.invoices[i], true);
    if (e)
        return ctl_fail(c, e);
    if (!shown_before) {
        tell(c, "Pay %s %s.\n", amount_of(c->a, r.sum),
             r.online ? "online, at a page of the gateway's" : "by card");
        if (!agreed(c, "PAY"))
            return not_done(
                c,
                arena_printf(
                    c->a, "Nothing was paid. To pay as shown: the same command with --expect '%s' --yes%s",
                    amount_of(c->a, r.sum),
                    r.online ? ""
                             : ", and the card's number, MM/YY and code as three lines of standard input"));
    }
    if (!expect)
        expect = amount_of(c->a, r.sum);
    for (int i = 1; i < c->n_words; i++) /* said once more by compose */
        if (strncmp(c->words[i], "expect=", 7) == 0)
            c->words[i--] = c->words[--c->n_words];
    compose(c, &r, expect);
    return pay(c, op, true);
}

int verb_pay(struct ctl *c, const struct op *op)
{
    return pay(c, op, c->wait);
}

int act_events(struct ctl *c, const struct op *op)
{
    return c->follow ? verb_events(c) : verb_op(c, op);
}
