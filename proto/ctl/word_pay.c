/* Paying in words: what is paid is read and shown, and sent as it was shown; what became of it is waited for. */
#include "common/codec.h"
#include "common/number.h"
#include "common/text.h"
#include "proto/ctl/ctl_session.h"
#include "proto/ctl/ctl_show.h"
#include "proto/ctl/word_inside.h"
#include "proto/paper/show.h"
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define PARTS 16 /* invoices that one request can name by their numbers */

struct review {
    const char *invoices[PARTS];
    const struct document *read[PARTS];
    int n;
    struct money sum;
};

static enum err read_all(struct ctl *c, struct review *r)
{
    enum err e = OK;
    for (int i = 0; i < r->n && !e; i++) {
        struct document_get_out got;
        const char *words[] = {arena_printf(c->a, "invoice=%s", r->invoices[i]), "peek=true"};
        e = ctl_ask_for(c, OPNO_invoice_get, words, 2, &got);
        if (!e && !got.document)
            e = refuse(&c->why, ERR_IO, "", "the answer has no invoice in it");
        if (e)
            break;
        r->read[i] = got.document;
    }
    return e;
}

static enum err review_one(struct ctl *c, struct review *r, const struct document *d)
{
    if (d->state != DOC_OPEN)
        return refuse(&c->why, ERR_STATE, "invoice", "%s: nothing is due on it", word_shown(c, d->number));
    struct money due = d->balance, of_it = due;
    enum err e = OK;
    if (c->part && (e = number_read_money(c->part, due.currency, "--part", &of_it.amount, &c->why)) != OK)
        return e;
    if (r->sum.currency[0] && strcmp(r->sum.currency, due.currency) != 0)
        return refuse(&c->why, ERR_CURRENCY, "invoice", "the invoices are in different currencies");
    e = money_add(r->sum.amount, of_it.amount, &r->sum.amount);
    if (e)
        return refuse(&c->why, e, "invoice", "%s", err_sentence(e));
    memcpy(r->sum.currency, due.currency, sizeof r->sum.currency);
    word_tell(c, "%s  due %s", word_shown(c, d->number), word_amount(c->a, due));
    if (c->part)
        word_tell(c, ": %s of it", word_amount(c->a, of_it));
    word_tell(c, "\n");
    return OK;
}

static enum err review_all(struct ctl *c, struct review *r)
{
    enum err e = OK;
    for (int i = 0; i < r->n && !e; i++)
        e = review_one(c, r, r->read[i]);
    return e;
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

/* The whole request: the former words and, of the review, the parts, the sum and with what it is paid. */
static enum err compose(struct ctl *c, const struct review *r, const char *expect, const struct way *way)
{
    const char **words = (const char **)arena_alloc(c->a, (size_t)(c->n_words + r->n + 8) * sizeof *words);
    int n = 0;
    for (; n < c->n_words; n++)
        words[n] = c->words[n];
    for (int i = 0; i < r->n; i++)
        words[n++] = arena_printf(c->a, "parts.%d.invoice=%s", i, r->invoices[i]);
    if (c->part)
        words[n++] = arena_printf(c->a, "parts.0.amount=%s", word_amount(c->a, r->sum));
    words[n++] = arena_printf(c->a, "expect=%s", expect);
    c->words = words;
    c->n_words = n;
    return way_words(c, way);
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

/* Where it is paid, for people; the code where there is a terminal that it can be drawn on. */
static void tell_page(struct ctl *c, const struct payment *p)
{
    word_tell(c, "It is paid at this page, and turns to paid by itself: %s\n", word_shown(c, p->url));
    if (c->qr && isatty(STDOUT_FILENO))
        c->qr(stdout, p->url);
}

/* How one that is pending goes on. */
static void tell_going_on(struct ctl *c, const struct payment *p)
{
    char text[400];
    const char *number = word_shown(c, p->number);
    if (has_page(p))
        tell_page(c, p);
    else
        word_tell(c, "%s\n", show_pending(text, sizeof text, p));
    for (size_t i = 0; i < p->wants.n; i++)
        word_tell(c, "  %s: %s\n", word_shown(c, p->wants.v[i].label), word_shown(c, p->wants.v[i].help));
    if (p->wants.n)
        word_tell(c, "Give it: %s answer %s\n", c->call, number);
    word_tell(c, "How it stands: %s payment %s. To end it: %s calloff %s\n", c->call, number, c->call,
              number);
}

/* The first of them that is being paid already is shown with its payment, and nothing is paid. 0: none is; or else the exit code. */
static int show_first(struct ctl *c, const struct review *r)
{
    struct payment_get_out got;
    struct bytes result;
    int i = 0;
    while (i < r->n && !r->read[i]->paying)
        i++;
    if (i == r->n)
        return 0;
    const char *number = word_shown(c, r->read[i]->number);
    const char *word = arena_printf(c->a, "payment=id:%llu", (unsigned long long)r->read[i]->paying);
    enum err e = ctl_ask(c, op_at(OPNO_payment_get), &word, 1, &result);
    if (!e && (codec_read(c->a, op_at(OPNO_payment_get)->out(), result.data, result.size, &got) != OK ||
               !got.payment))
        e = refuse(&c->why, ERR_IO, "", "the answer is not what payment.get gives");
    if (!e)
        e = ctl_print(c, op_at(OPNO_payment_get), &result);
    if (e)
        return ctl_fail(c, e);
    if (got.payment->state == PAY_PENDING)
        tell_going_on(c, got.payment);
    return word_fail(c, ERR_PENDING, "invoice",
                     arena_printf(c->a, "%s is being paid by %s already: do not pay again%s", number,
                                  word_shown(c, got.payment->number),
                                  r->n > 1 ? "; the others can be paid without it" : ""));
}

/* r: NULL, or what was read before. */
static int pay(struct ctl *c, const struct op *op, bool wait, const struct review *r)
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
    const int shown = e == ERR_PENDING && r ? show_first(c, r) : 0;
    if (e)
        return shown ? shown : ctl_fail(c, e);
    if (has_page(&now)) {
        tell_page(c, &now);
        return 0;
    }
    if (now.state == PAY_PENDING && !wait) {
        word_tell(
            c,
            "It is pending: the gateway has not said yet. Do not pay again; --wait waits for its answer.\n");
        return 0;
    }
    if (now.state == PAY_PENDING)
        return word_fail(c, ERR_PENDING, "",
                         "the gateway has not said yet: do not pay again, look at payments --pending");
    if (now.state == PAY_FAILED)
        return word_fail(c, ERR_PAYMENT_FAILED, "",
                         now.failure && *now.failure ? now.failure : "nothing was taken");
    return 0;
}

/* How it is paid elsewhere, for people; the code where there is a terminal that it can be drawn on. */
static void print_told(struct ctl *c, const struct pay_told *told)
{
    printf("%s for %s\n", word_shown(c, told->title), word_shown(c, told->number));
    for (size_t i = 0; i < told->facts.n; i++) {
        printf("  ");
        show_padded(stdout, word_shown(c, told->facts.v[i].label), 12);
        printf("%s\n", word_shown(c, told->facts.v[i].value));
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
        words[n++] = arena_printf(c->a, "parts.0.amount=%s", word_amount(c->a, r->sum));
    words[n++] = arena_printf(c->a, "expect=%s", word_amount(c->a, r->sum));
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
    enum err e = review_all(c, r);
    for (size_t i = 0; i < me->ways.n && !e; i++)
        e = tell_way(c, r, me->ways.v[i].method);
    return e ? ctl_fail(c, e) : 0;
}

/* Before anything is asked for: is anything paid here, and what has to be said with it. Else there are ways to pay elsewhere, or it is refused. */
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
        word_tell(c, "%s\n", word_shown(c, me->card_note));
    if (me->ways.n || way_any(me))
        return OK;
    const char *bank = "";
    if (me->transfer && ctl_call(c, c->a, OPNO_settings_get, NULL, &settings) == OK && settings.business)
        bank = word_shown(c, settings.business->bank);
    return refuse(&c->why, ERR_SWITCHED_OFF, "", "paying by card is not offered here%s%s%s",
                  *bank ? "; by bank transfer to " : "", bank,
                  *bank ? ", quoting the number of the invoice" : "");
}

/* What is paid, with what, and whether that is meant. 0: it is; or else the exit code. */
static int agree(struct ctl *c, struct review *r, const struct way *way)
{
    word_tell(c, "Pay %s %s.\n", word_amount(c->a, r->sum), way_named(c, way));
    if (way->agree)
        word_tell(c, "You agree: %s\n", word_shown(c, way->agree));
    if (word_agreed(c, "PAY"))
        return 0;
    return word_not_done(
        c,
        arena_printf(c->a, "Nothing was paid. To pay as shown: the same command with %s--expect '%s' --yes%s",
                     way_option(c, way), word_amount(c->a, r->sum), way_lines(way)));
}

int act_pay(struct ctl *c, const struct op *op)
{
    struct review r = {.n = 0};
    struct way way = {.how = 0};
    const char *expect = word_given(c, "expect");
    struct session_me_out who;
    enum err e = collect(c, &r);
    if (!e)
        e = offer(c, &who);
    if (!e)
        e = read_all(c, &r);
    /* A command made from a review, or one that is repeated: what it paid may be paid by now. */
    const bool shown_before = expect && c->yes && !c->part;
    const int paying = e || shown_before ? 0 : show_first(c, &r);
    if (paying)
        return paying;
    if (!e && !way_any(who.me))
        return tell_ways(c, &r, who.me);
    if (!e && !shown_before)
        e = review_all(c, &r);
    if (!e)
        e = way_choose(c, who.me, r.read, r.n, shown_before, &way);
    if (e)
        return ctl_fail(c, e);
    const int refused = shown_before ? 0 : agree(c, &r, &way);
    if (refused)
        return refused;
    if (!expect)
        expect = word_amount(c->a, r.sum);
    for (int i = 1; i < c->n_words; i++) /* said once more by compose */
        if (strncmp(c->words[i], "expect=", 7) == 0)
            c->words[i--] = c->words[--c->n_words];
    e = compose(c, &r, expect, &way);
    return e ? ctl_fail(c, e) : pay(c, op, true, &r);
}

int verb_pay(struct ctl *c, const struct op *op)
{
    return pay(c, op, c->wait, NULL);
}
