/* What a customer agrees to, so that what is due is charged by itself (E13): the text, who and when, how much at most; withdrawn at any time. */
#include "common/money.h"
#include "server/due/due.h"
#include "server/ops/method.h"
#include "server/ops/method_mail.h"
#include <string.h>

/* Another text is another CONSENT_VERSION: what was agreed to stands with it in the method. */
enum err method_consent_text(struct call *c, const char **text)
{
    const struct business *b;
    enum err e = call_business(c, &b);
    if (e)
        return e;
    *text = arena_printf(
        c->arena,
        "%s may charge this method of payment without asking me each time, for recurring invoices and "
        "for instalments, on the day on which they are due, up to the amount that I state for each "
        "charge. A charge that fails is tried at most twice more, three and seven days later, and I "
        "am told by mail. I can withdraw this here at any time, and it ends at once.",
        b->name && *b->name ? b->name : "The business");
    return OK;
}

enum err method_end_consent(struct call *c, struct saved_method *m)
{
    struct consent *on = &m->consents.v[m->consents.n - 1];
    on->ended = c->now;
    on->ended_by = c->who.name;
    m->held.n = 0;
    enum err e = due_drop(c, DUE_CHARGE, m->id);
    return e ? e : method_event(c, m, WHAT_AUTOMATIC_OFF, on->ceiling, NULL);
}

/* Of a customer one is charged by itself: another one's consent ends. */
static enum err end_other(struct call *c, struct saved_method *m)
{
    struct saved_method other;
    struct saved_method *on = &other;
    enum err e = method_marked(c, m->customer, METHOD_AUTOMATIC, &other);
    if (e)
        return e == ERR_NOT_FOUND ? OK : e;
    if (other.id == m->id)
        on = m;
    e = method_end_consent(c, on);
    return e || on == m ? e : record_put(&c->txn, KIND_SAVED_METHOD, on);
}

enum err op_method_agree(struct call *c, const struct method_agree_in *in, struct method_agree_out *out)
{
    const char *text;
    enum err e = method_usable(c, in->saved, &out->saved);
    struct saved_method *m = out->saved;
    if (!e && in->version != CONSENT_VERSION)
        e = REFUSE(c, ERR_STALE, "version", "the text is another one now: read it again");
    if (!e && in->ceiling.amount <= 0)
        e = REFUSE(c, ERR_INVALID, "ceiling", "has to be more than nothing");
    if (!e && m->consents.n >= 50)
        e = REFUSE(c, ERR_STATE, "saved", "it was agreed to too often: remove it, and save it anew");
    if (!e)
        e = end_other(c, m);
    if (!e)
        e = method_consent_text(c, &text);
    if (e)
        return e;
    struct consent *all = arena_alloc(c->arena, (m->consents.n + 1) * sizeof *all);
    if (m->consents.n)
        memcpy(all, m->consents.v, m->consents.n * sizeof *all);
    all[m->consents.n] = (struct consent){.version = CONSENT_VERSION,
                                          .text = text,
                                          .ceiling = in->ceiling,
                                          .at = c->now,
                                          .by = c->who.name,
                                          .contact = c->who.person,
                                          .place = c->who.place};
    m->consents = (struct consent_list){m->consents.n + 1, all};
    e = record_put(&c->txn, KIND_SAVED_METHOD, m);
    if (!e)
        e = method_event(c, m, WHAT_AUTOMATIC_ON, in->ceiling, NULL);
    method_finish(c, m);
    return e ? e : charge_wake(c, m->customer);
}

enum err op_method_withdraw(struct call *c, const struct method_withdraw_in *in,
                            struct method_withdraw_out *out)
{
    struct saved_method *m = arena_alloc(c->arena, sizeof *m);
    (void)in;
    enum err e = method_marked(c, c->who.customer, METHOD_AUTOMATIC, m);
    if (e)
        return e == ERR_NOT_FOUND ? REFUSE(c, ERR_STATE, "", "nothing is charged by itself") : e;
    e = method_end_consent(c, m);
    if (!e)
        e = record_put(&c->txn, KIND_SAVED_METHOD, m);
    method_finish(c, m);
    out->saved = m;
    return e;
}

enum err op_method_known(struct call *c, const struct method_known_in *in, struct method_known_out *out)
{
    struct saved_method m;
    enum err e = method_marked(c, in->customer, METHOD_FIRST, &m);
    out->exists = !e;
    if (!e || e == ERR_NOT_FOUND)
        e = method_marked(c, in->customer, METHOD_AUTOMATIC, &m);
    if (e)
        return e == ERR_NOT_FOUND ? OK : e;
    const struct consent *on = consent_of(&m);
    out->automatic = true;
    out->since = on->at;
    out->by = on->by;
    out->ceiling = on->ceiling;
    out->held = m.held;
    return OK;
}
