/* Words that look before they act: what somebody agrees to is read, shown, and sent back as it was shown. */
#include "common/codec.h"
#include "common/date.h"
#include "common/text.h"
#include "proto/ctl/ctl_show.h"
#include "proto/ctl/word_inside.h"
#include "proto/paper/show.h"
#include <string.h>

/* --- estimates */

/* The paper that the operation is about: of estimate.accept what estimate.get tells. */
static enum err as_it_stands(struct ctl *c, const struct op *op, const struct document **out)
{
    struct document_get_out got;
    const char *field = op->in()->fields[0].name, *which = word_given(c, field);
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
    char day[INSTANT_TEXT], when[SHOW_DEPOSIT];
    word_tell(c, "Estimate %s, edition %lld, for %s\n", word_shown(c, d->number), (long long)d->edition,
              word_shown(c, d->customer_name));
    for (size_t i = 0; i < d->lines.n; i++)
        word_tell(c, "  %s\n", word_shown(c, d->lines.v[i].name));
    word_tell(c, "Total %s, good until %s\n", word_amount(c->a, d->total),
              d->due ? date_plain(day, d->due) : "\xE2\x80\x93");
    if (d->deposit.amount)
        word_tell(c, "Deposit %s: %s\n", word_amount(c->a, d->deposit), show_deposit(when, d));
    if (d->terms && *d->terms)
        word_tell(c, "Terms: %s\n", text_shown(c->a, d->terms, true));
}

/* The answer is longer than a terminal: what came of it stands last. */
static int accept(struct ctl *c, const struct op *op)
{
    struct document_accept_out out;
    struct bytes result;
    enum err e = ctl_ask(c, op, c->words + 1, c->n_words - 1, &result);
    if (!e && (codec_read(c->a, op->out(), result.data, result.size, &out) != OK || !out.document))
        e = refuse(&c->why, ERR_IO, "", "the answer is not what %s gives", op->name);
    if (!e)
        e = ctl_print(c, op, &result);
    if (e)
        return ctl_fail(c, e);
    word_tell(c, "%s is accepted.\n", word_shown(c, out.document->number));
    if (out.deposit)
        word_tell(c, "%s asks for the deposit of %s.\n", word_shown(c, out.deposit->number),
                  word_amount(c->a, out.deposit->total));
    return 0;
}

int act_accept(struct ctl *c, const struct op *op)
{
    const struct document *d;
    if (word_given(c, "revision") && c->yes)
        return accept(c, op);
    if (!word_given(c, "signed_by"))
        return word_fail(c, ERR_INVALID, "signed_by", "say your name, as a signature");
    enum err e = as_it_stands(c, op, &d);
    if (e)
        return ctl_fail(c, e);
    show_estimate(c, d);
    if (!word_agreed(c, "ACCEPT"))
        return word_not_done(
            c, arena_printf(
                   c->a,
                   "Nothing was accepted. To accept it as shown: the same command with --revision %lld --yes",
                   (long long)d->revision));
    if (!word_given(c, "revision"))
        word_also(c, arena_printf(c->a, "revision=%lld", (long long)d->revision));
    return accept(c, op);
}

int act_revision(struct ctl *c, const struct op *op)
{
    long long revision = 0;
    enum err e = OK;
    if (word_given(c, "revision"))
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
    word_also(c, arena_printf(c->a, "revision=%lld", revision));
    return verb_op(c, op);
}

int act_events(struct ctl *c, const struct op *op)
{
    return c->follow ? verb_events(c) : verb_op(c, op);
}
