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

/* --- what is changed as it was read */

/* Operations that want the revision of what they change: what reads it, and where it stands in their arguments. */
static const struct {
    enum op_number op, reads;
    const char *id, *of,
        *field; /* id: the argument that says which, and what the reader calls it; NULL: there is one */
} revised[] = {
    {OPNO_customer_edit_own, OPNO_customer_get, NULL, NULL, "revision"},
    {OPNO_settings_update, OPNO_settings_get, NULL, NULL, "business.revision"},
    {OPNO_customer_update, OPNO_customer_get, "id", "customer", "customer.revision"},
    {OPNO_schedule_update, OPNO_schedule_get, "id", "schedule", "schedule.revision"},
    {OPNO_mail_settings_set, OPNO_mail_settings_get, NULL, NULL, "settings.revision"},
};

static long long revision_in(const struct op *reads, const void *got)
{
    union {
        const struct customer_get_out *customer;
        const struct settings_get_out *settings;
        const struct schedule_get_out *schedule;
        const struct mail_settings_get_out *mail;
    } out = {.customer = got};
    switch (op_number(reads)) {
    case OPNO_customer_get: return out.customer->customer ? out.customer->customer->revision : 0;
    case OPNO_settings_get: return out.settings->business ? out.settings->business->revision : 0;
    case OPNO_schedule_get: return out.schedule->schedule ? out.schedule->schedule->revision : 0;
    case OPNO_mail_settings_get: return out.mail->settings ? out.mail->settings->revision : 0;
    default: return 0;
    }
}

/* Of one of those above. *field: where it belongs; NULL: it is given already. */
static enum err revision_now(struct ctl *c, size_t at, const char **field, long long *revision)
{
    const struct op *reads = op_at(revised[at].reads);
    void *got = arena_alloc(c->a, reads->out()->size);
    const char *id = revised[at].id ? word_given(c, revised[at].id) : NULL, *word = "";
    *field = word_given(c, revised[at].field) ? NULL : revised[at].field;
    if (!*field)
        return OK;
    if (revised[at].id && !id)
        return refuse(&c->why, ERR_INVALID, revised[at].id, "say which %s", revised[at].of);
    if (id)
        word = arena_printf(c->a, "%s=%s", revised[at].of, id);
    enum err e = ctl_ask_for(c, revised[at].reads, &word, id ? 1 : 0, got);
    *revision = e ? 0 : revision_in(reads, got);
    return e;
}

static enum err paper_revision(struct ctl *c, const struct op *op, const char **field, long long *revision)
{
    const struct document *d;
    *field = word_given(c, "revision") ? NULL : "revision";
    enum err e = *field ? as_it_stands(c, op, &d) : OK;
    if (*field && !e)
        *revision = d->revision;
    return e;
}

int act_revision(struct ctl *c, const struct op *op)
{
    const size_t n = sizeof revised / sizeof *revised;
    const char *field;
    long long revision = 0;
    size_t at = 0;
    while (at < n && op_at(revised[at].op) != op)
        at++;
    enum err e = at < n ? revision_now(c, at, &field, &revision) : paper_revision(c, op, &field, &revision);
    if (e)
        return ctl_fail(c, e);
    if (field)
        word_also(c, arena_printf(c->a, "%s=%lld", field, revision));
    return verb_op(c, op);
}

/* --- automatic charges */

int act_agree(struct ctl *c, const struct op *op)
{
    struct method_get_out got;
    const char *saved = word_given(c, "saved"), *most = word_given(c, "ceiling");
    if (word_given(c, "version") && c->yes)
        return verb_op(c, op);
    if (!saved || !most)
        return word_fail(c, ERR_INVALID, saved ? "ceiling" : "saved",
                         saved ? "say the most that one charge may be" : "say which saved method");
    const char *word = arena_printf(c->a, "saved=%s", saved);
    enum err e = ctl_ask_for(c, OPNO_method_get, &word, 1, &got);
    if (e)
        return ctl_fail(c, e);
    word_tell(c, "%s\nWith %s, at most %s each.\n", got.text ? text_shown(c->a, got.text, true) : "",
              word_shown(c, got.saved ? got.saved->title : NULL), word_shown(c, most));
    if (!word_agreed(c, "AGREE"))
        return word_not_done(
            c, arena_printf(c->a,
                            "Nothing was agreed to. To agree to it as shown: the same command with "
                            "--version %lld --yes",
                            (long long)got.version));
    if (!word_given(c, "version"))
        word_also(c, arena_printf(c->a, "version=%lld", (long long)got.version));
    return verb_op(c, op);
}

int act_events(struct ctl *c, const struct op *op)
{
    return c->follow ? verb_events(c) : verb_op(c, op);
}
