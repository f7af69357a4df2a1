/* With what invoices are paid in words: as was said, or else by what all of them offer: a card, a page of the gateway's, an account that was saved
 * or is given now. */
#include "proto/ctl/ctl_session.h"
#include "proto/ctl/word_inside.h"
#include <string.h>

bool way_any(const struct me *me)
{
    return me->card || (me->debit && *me->debit);
}

struct papers {
    const struct document *const *v;
    int n;
};

static bool offers(const struct document *d, const char *method, enum pay_how how)
{
    size_t i = 0;
    while (i < d->offers.n && (method ? !d->offers.v[i].method || strcmp(d->offers.v[i].method, method) != 0
                                      : d->offers.v[i].how != (int)how))
        i++;
    return i < d->offers.n;
}

/* The first of them that does not offer to be paid so; NULL: all do. method: NULL: by any that is so. */
static const struct document *lacks(const struct papers *p, const char *method, enum pay_how how)
{
    for (int i = 0; i < p->n; i++)
        if (!offers(p->v[i], method, how))
            return p->v[i];
    return NULL;
}

static const char *const in_words[] = {[PAY_HOW_CARD] = "by card",
                                       [PAY_HOW_PAGE] = "online, at a page of the gateway's",
                                       [PAY_HOW_DEBIT] = "by direct debit, from an account that you give"};

/* "--how card, --how debit": what pays all of them; "" for none. */
static const char *open_ways(struct ctl *c, const struct papers *p)
{
    const char *text = "";
    for (int how = PAY_HOW_CARD; how <= PAY_HOW_DEBIT; how++)
        if (!lacks(p, NULL, how))
            text =
                arena_printf(c->a, "%s%s--how %s", text, *text ? ", " : "", enum_name(enum_pay_how(), how));
    return text;
}

/* Why it is not paid so, and which way is open. */
static enum err not_so(struct ctl *c, const struct papers *p, const struct document *d, const char *so)
{
    const char *number = word_shown(c, d->number), *ways = open_ways(c, p);
    const char *why = d->not_by_card && *d->not_by_card ? word_shown(c, d->not_by_card) : NULL;
    if (!d->offers.n)
        return refuse(&c->why, ERR_SWITCHED_OFF, "invoice", "%s: %s; how it is paid elsewhere: transfer %s",
                      number, why ? why : "can not be paid here", number);
    if (*ways)
        return refuse(&c->why, ERR_SWITCHED_OFF, "how", "%s is not paid %s: %s", number, so, ways);
    return refuse(&c->why, ERR_SWITCHED_OFF, "invoice",
                  "nothing pays all of them: %s is not paid %s. Pay them one after another", number, so);
}

/* Why a saved method does not pay them; NULL: it does. */
static const char *saved_lacks(struct ctl *c, const struct papers *p, const struct saved_method *m)
{
    const struct document *d = lacks(p, m->method, 0);
    if (m->state != METHOD_GOOD)
        return arena_printf(c->a, "it is %s", enum_name(enum_method_state(), m->state));
    if (m->barred && *m->barred)
        return m->barred;
    return d ? arena_printf(c->a, "%s does not offer it", word_shown(c, d->number)) : NULL;
}

static struct way with_saved(const struct saved_method *m, const struct me *me)
{
    return (struct way){.saved = m->id, .title = m->title, .agree = m->mode == MODE_DEBIT ? me->debit : NULL};
}

/* Said by --saved. What can not be read, or does not pay them, is refused where it is asked for. */
static enum err by_saved(struct ctl *c, const struct papers *p, const struct me *me, const char *which,
                         struct way *out)
{
    struct method_get_out got;
    const char *word = arena_printf(c->a, "saved=%s", which), *why;
    enum err e = ctl_ask_for(c, OPNO_method_get, &word, 1, &got);
    if (!e && !got.saved)
        e = refuse(&c->why, ERR_IO, "", "the answer has no saved method in it");
    if (e)
        return e;
    why = saved_lacks(c, p, got.saved);
    *out = with_saved(got.saved, me);
    return why && p->n ? refuse(&c->why, ERR_SWITCHED_OFF, "saved", "%s: %s", word_shown(c, out->title), why)
                       : OK;
}

/* The first account that is saved and pays them: it is not typed once more. */
static bool saved_account(struct ctl *c, const struct papers *p, const struct me *me, struct way *out)
{
    struct method_list_out got;
    if (me->document || ctl_call(c, c->a, OPNO_method_list, NULL, &got) != OK)
        return false;
    for (size_t i = 0; i < got.methods.n; i++)
        if (got.methods.v[i].mode == MODE_DEBIT && !saved_lacks(c, p, &got.methods.v[i])) {
            *out = with_saved(&got.methods.v[i], me);
            return true;
        }
    return false;
}

/* What the words say; 0: nothing. */
static enum err said(struct ctl *c, enum pay_how *how)
{
    const char *name = word_given(c, "how"), *online = word_given(c, "online");
    const struct enum_value *v = name ? enum_by_name(enum_pay_how(), name, strlen(name)) : NULL;
    if (name && !v)
        return refuse(&c->why, ERR_INVALID, "how", "card, page or debit");
    *how = v                                                  ? (enum pay_how)v->value
           : word_given(c, "iban") || word_given(c, "holder") ? PAY_HOW_DEBIT
           : word_given(c, "card_number")                     ? PAY_HOW_CARD
           : online && strcmp(online, "false") != 0           ? PAY_HOW_PAGE
                                                              : 0;
    return OK;
}

static void set(const struct me *me, enum pay_how how, struct way *out)
{
    *out = (struct way){.how = how, .agree = how == PAY_HOW_DEBIT ? me->debit : NULL};
}

enum err way_choose(struct ctl *c, const struct me *me, const struct document *const *read, int n,
                    bool shown_before, struct way *out)
{
    struct papers p = {.v = read, .n = n};
    const char *saved = word_given(c, "saved");
    enum pay_how how = 0;
    enum err e = said(c, &how);
    for (int i = 0; i < n && shown_before; i++)
        if (!read[i]->offers.n) /* paid by now, it may be: who sends it anew gets the answer of then */
            p.n = 0;
    if (e || saved)
        return e ? e : by_saved(c, &p, me, saved, out);
    if (!how && !p.n)
        how = me->card_here ? PAY_HOW_CARD : PAY_HOW_PAGE;
    const struct document *not = how ? lacks(&p, NULL, how) : NULL;
    if (not )
        return not_so(c, &p, not, in_words[how]);
    for (int i = PAY_HOW_CARD; i <= PAY_HOW_DEBIT && !how; i++)
        if (!lacks(&p, NULL, i))
            how = i;
    if (!how)
        return not_so(c, &p, lacks(&p, NULL, PAY_HOW_CARD), in_words[PAY_HOW_CARD]);
    set(me, how, out);
    if (how == PAY_HOW_DEBIT && !word_given(c, "how") && !word_given(c, "iban") && !word_given(c, "holder"))
        (void)saved_account(c, &p, me, out);
    return OK;
}

const char *way_named(struct ctl *c, const struct way *way)
{
    return way->saved ? arena_printf(c->a, "with %s", word_shown(c, way->title)) : in_words[way->how];
}

const char *way_option(struct ctl *c, const struct way *way)
{
    return way->saved && !word_given(c, "saved")
               ? arena_printf(c->a, "--saved %llu ", (unsigned long long)way->saved)
           : way->how == PAY_HOW_DEBIT && !word_given(c, "how") ? "--how debit "
                                                                : "";
}

const char *way_lines(const struct way *way)
{
    return way->how == PAY_HOW_CARD
               ? ", and the card's number, MM/YY and code as three lines of standard input"
           : way->how == PAY_HOW_DEBIT ? ", and the account's holder and IBAN as two lines of standard input"
                                       : "";
}

/* What is not said yet is a line of standard input, or asked for. */
static enum err account_words(struct ctl *c)
{
    const char *holder;
    enum err e = OK;
    if (!word_given(c, "holder") && !(e = plain_line(c, "holder", &holder)))
        word_also(c, arena_printf(c->a, "holder=%s%s", *holder == '@' ? "@" : "", holder));
    if (!word_given(c, "iban"))
        word_also(c, "iban=-");
    if (!word_given(c, "how"))
        word_also(c, "how=debit");
    return e;
}

enum err way_words(struct ctl *c, const struct way *way)
{
    static const char *const asked[] = {"card_number", "card_expiry", "card_code"};
    if (way->saved && !word_given(c, "saved"))
        word_also(c, arena_printf(c->a, "saved=%llu", (unsigned long long)way->saved));
    if (way->how == PAY_HOW_DEBIT)
        return account_words(c);
    if (way->how == PAY_HOW_PAGE && !word_given(c, "online"))
        word_also(c, "online=true");
    for (size_t i = 0; i < sizeof asked / sizeof *asked && way->how == PAY_HOW_CARD; i++)
        if (!word_given(c, asked[i]))
            word_also(c, arena_printf(c->a, "%s=-", asked[i]));
    return OK;
}
