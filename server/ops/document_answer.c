/* What only documents do that can be answered: accept, decline, become an invoice; and what was sent before. */
#include "common/date.h"
#include "server/ops/doc_code.h"
#include "server/ops/document.h"
#include "server/ops/patch.h"

#define ANSWERS 100 /* kept on an estimate, the newest */

/* --- answers --------------------------------------------------------------------------------------------------------- */
static void add_answer(struct call *c, struct document *d, const struct answer *answer)
{
    size_t n = d->answers.n, from = n >= ANSWERS ? n - ANSWERS + 1 : 0;
    struct answer *v = arena_alloc(c->arena, (n - from + 1) * sizeof *v);
    for (size_t i = from; i < n; i++)
        v[i - from] = d->answers.v[i];
    v[n - from] = *answer;
    v[n - from].revision = d->revision;
    v[n - from].at = c->now;
    v[n - from].by = c->who.name;
    v[n - from].contact = c->who.person;
    v[n - from].place = c->who.place;
    d->answers = (struct answer_list){n - from + 1, v};
}

/* An answer counts for exactly what was read: the state, the revision, the day, in this order. */
static enum err answer(struct call *c, uint64_t id, int64_t revision, enum document_act act,
                       const struct answer *given, struct document *d, struct document *deposit)
{
    int state;
    int32_t today;
    char day[DATE_TEXT];
    enum err e = document_of_kind(c, id, d);
    if (!e)
        e = document_may(c, d, act, &state);
    if (!e)
        e = patch_revision(c, "revision", true, revision, d->revision);
    if (!e)
        e = call_today(c, &today);
    if (!e && d->due < today)
        e = REFUSE(c, ERR_EXPIRED, call_doc(c)->word, "its last day was %s: ask for a new one",
                   date_plain(day, d->due));
    if (e)
        return e;
    add_answer(c, d, given);
    d->state = state;
    d->revision = document_next_revision(d);
    if (act == ACT_ACCEPT)
        e = document_moot_rework(c, d, "what was sent before was accepted"); /* what was accepted holds */
    if (!e && act == ACT_ACCEPT && d->deposit.amount)
        e = deposit_issue(c, d, deposit);
    if (!e)
        e = document_put(c, d);
    if (!e)
        e = document_event(c, d, act == ACT_ACCEPT ? WHAT_ACCEPTED : WHAT_DECLINED, true,
                           act == ACT_ACCEPT ? given->signed_by : document_excerpt(c, given->reason));
    return e ? e : document_finish(c, d);
}

/* Who came with the code of an estimate opens that alone: the deposit has a code of its own. */
static enum err mail_code(struct call *c, const struct document *deposit)
{
    struct doc_code code, *sent;
    if (!c->who.code)
        return OK;
    enum err e = record_get(&c->txn, KIND_DOC_CODE, c->who.code, &code);
    return e ? e : doc_code_send(c, deposit, code.contact, &sent);
}

enum err op_document_accept(struct call *c, const struct document_accept_in *in,
                            struct document_accept_out *out)
{
    const struct answer given = {.accepted = true, .signed_by = in->signed_by};
    struct document d, deposit;
    enum err e = answer(c, in->id, in->revision, ACT_ACCEPT, &given, &d, &deposit);
    if (!e && d.deposit_invoice)
        e = mail_code(c, &deposit);
    if (!e && d.deposit_invoice)
        out->deposit = document_give(c, &deposit);
    if (!e)
        out->document = document_give(c, &d);
    return e;
}

enum err op_document_decline(struct call *c, const struct document_decline_in *in,
                             struct document_decline_out *out)
{
    const struct answer given = {.reason = in->reason};
    struct document d;
    enum err e = answer(c, in->id, in->revision, ACT_DECLINE, &given, &d, NULL);
    if (!e)
        out->document = document_give(c, &d);
    return e;
}

/* --- becoming an invoice --------------------------------------------------------------------------------------------- */
enum err op_document_convert(struct call *c, const struct document_convert_in *in,
                             struct document_convert_out *out)
{
    struct document d, invoice;
    int state;
    enum err e = document_of_kind(c, in->id, &d);
    if (!e)
        e = document_may(c, &d, ACT_CONVERT, &state);
    if (!e)
        e = document_like(c, &d, doc_kind(d.kind)->becomes, true, &invoice);
    if (e)
        return e;
    invoice.estimate = d.id;
    e = document_blame(c, "invoice", document_compute(c, &invoice));
    if (!e)
        e = document_create(c, &invoice, in->send);
    if (e)
        return e;
    d.state = state;
    d.invoice = invoice.id;
    d.revision = document_next_revision(&d);
    e = document_put(c, &d);
    if (!e)
        e = document_event(c, &d, WHAT_CONVERTED, true, invoice.number);
    if (!e)
        e = document_finish(c, &d);
    if (e)
        return e;
    out->invoice = document_give(c, &invoice);
    out->document = document_give(c, &d);
    return OK;
}

enum err op_document_version(struct call *c, const struct document_version_in *in,
                             struct document_version_out *out)
{
    struct version *v = arena_alloc(c->arena, sizeof *v);
    struct document d;
    bool edition = GIVEN(document_version_in, in, edition);
    if (edition == GIVEN(document_version_in, in, revision))
        return REFUSE(c, ERR_INVALID, "edition", "say which: edition or revision");
    enum err e = document_of_kind(c, in->id, &d);
    if (!e)
        e = edition ? document_version_sent(c, &d, in->edition, v)
                    : document_version(c, in->id, in->revision, v);
    if (e == ERR_NOT_FOUND)
        return REFUSE(c, e, edition ? "edition" : "revision", "nothing was sent under that %s",
                      edition ? "edition" : "revision");
    if (!e)
        out->version = v;
    return e;
}
