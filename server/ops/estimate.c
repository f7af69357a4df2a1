/* Estimates. The rules that they share with invoices are in document.h; the transitions in document_state.c. */
#include "common/date.h"
#include "server/ops/document.h"
#include "server/ops/patch.h"

#define ANSWERS 100 /* kept on an estimate, the newest */

/* Gives a document out: a copy in the arena. */
static struct document *give(struct call *c, const struct document *d)
{
    return arena_copy(c->arena, d, sizeof *d);
}

static enum err get(struct call *c, uint64_t id, struct document *d)
{
    return record_get(&c->txn, KIND_ESTIMATE, id, d);
}

enum err op_estimate_create(struct call *c, const struct estimate_create_in *in,
                            struct estimate_create_out *out)
{
    struct document d;
    enum err e = document_build(c, DOC_ESTIMATE, in->customer, in->document, &d);
    if (!e)
        e = document_create(c, &d, in->send);
    if (!e)
        out->estimate = give(c, &d);
    return e;
}

static enum err keep(struct call *c, struct document *d, struct document *working, const char *changed)
{
    enum err e;
    if (d->state == DOC_DRAFT) {
        working->revision++;
        e = document_put(c, working);
    } else {
        e = document_keep_rework(c, d, working);
    }
    e = document_blame(c, "document", e);
    if (!e)
        e = document_event(c, working, WHAT_CHANGED, false, changed);
    return e ? e : document_finish(c, working);
}

enum err op_estimate_update(struct call *c, const struct estimate_update_in *in,
                            struct estimate_update_out *out)
{
    struct document d, working;
    const char *changed;
    enum err e = get(c, in->estimate, &d);
    if (!e)
        e = document_may(c, &d, ACT_UPDATE, NULL);
    if (!e)
        e = document_working(c, &d, &working);
    if (!e)
        e = patch_revision(c, "revision", true, in->revision, working.revision);
    if (!e)
        e = document_change(c, &working, in->document, &changed);
    if (!e && *changed)
        e = keep(c, &d, &working, changed);
    if (!e)
        out->estimate = give(c, &working);
    return e;
}

enum err op_estimate_send(struct call *c, const struct estimate_send_in *in, struct estimate_send_out *out)
{
    struct document d, working;
    enum err e = get(c, in->estimate, &d);
    if (!e)
        e = document_may(c, &d, ACT_SEND, NULL);
    if (!e && d.state == DOC_OPEN && !d.rework)
        e = REFUSE(c, ERR_STATE, "estimate", "it was sent already, and has not been changed since");
    if (!e)
        e = document_working(c, &d, &working);
    if (!e && GIVEN(estimate_send_in, in, revision))
        e = patch_revision(c, "revision", true, in->revision, working.revision);
    if (e)
        return e;
    if (d.sent && (d.revision > working.revision ||
                   !d.rework)) /* answered after the rework, or again as it was: above both */
        working.revision = document_next_revision(&d);
    e = document_send(c, &working);
    if (!e)
        out->estimate = give(c, &working);
    return e;
}

enum err op_estimate_list(struct call *c, const struct estimate_list_in *in, struct estimate_list_out *out)
{
    const struct document_query q = {.kind = DOC_ESTIMATE,
                                     .customer = in->customer,
                                     .status = in->status,
                                     .search = in->search,
                                     .filter = in->filter,
                                     .sort = in->sort,
                                     .reverse = in->reverse,
                                     .limit = in->limit,
                                     .after = in->after,
                                     .from = in->from,
                                     .until = in->until,
                                     .least = in->least,
                                     .most = in->most};
    struct document_page page;
    enum err e = document_list(c, &q, &page);
    if (e)
        return e;
    out->estimates = page.rows;
    out->next = page.next;
    out->total = page.total;
    if (page.counted) {
        GIVE(estimate_list_out, out, matched, page.matched);
        GIVE(estimate_list_out, out, matched_more, page.matched_more);
    }
    if (page.counted && !page.matched_more)
        GIVE(estimate_list_out, out, sums, page.sums);
    return OK;
}

enum err op_estimate_get(struct call *c, const struct estimate_get_in *in, struct estimate_get_out *out)
{
    struct document *d = arena_alloc(c->arena, sizeof *d), *shown = d;
    struct document_about about;
    enum err e = get(c, in->estimate, d);
    if (!e && d->rework && !call_by_customer(c)) {
        shown = arena_alloc(c->arena, sizeof *shown);
        e = document_working(c, d, shown);
    }
    if (!e)
        e = document_finish(c, shown);
    if (!e)
        e = document_about(c, d, &about);
    if (e)
        return e;
    document_look(c, d, in->peek);
    out->estimate = shown;
    out->comments = about.comments;
    out->events = about.events;
    out->payments = about.payments;
    out->versions = about.versions;
    return OK;
}

enum err op_estimate_delete(struct call *c, const struct estimate_delete_in *in,
                            struct estimate_delete_out *out)
{
    struct document d;
    (void)out;
    enum err e = get(c, in->estimate, &d);
    return e ? e : document_delete(c, &d, in->revision);
}

enum err op_estimate_duplicate(struct call *c, const struct estimate_duplicate_in *in,
                               struct estimate_duplicate_out *out)
{
    struct document d, working, copy;
    enum err e = get(c, in->estimate, &d);
    if (!e)
        e = document_working(c, &d, &working);
    if (!e)
        e = document_like(c, &working, DOC_ESTIMATE, false, &copy);
    if (!e)
        e = document_create(c, &copy, false);
    if (!e)
        out->estimate = give(c, &copy);
    return e;
}

enum err op_estimate_void(struct call *c, const struct estimate_void_in *in, struct estimate_void_out *out)
{
    struct document d;
    enum err e = get(c, in->estimate, &d);
    if (!e)
        e = document_void(c, &d, in->reason);
    if (!e)
        out->estimate = give(c, &d);
    return e;
}

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
                       const struct answer *given, struct document *d)
{
    int state;
    int32_t today;
    char day[DATE_TEXT];
    enum err e = get(c, id, d);
    if (!e)
        e = document_may(c, d, act, &state);
    if (!e)
        e = patch_revision(c, "revision", true, revision, d->revision);
    if (!e)
        e = call_today(c, &today);
    if (!e && d->due < today)
        e = REFUSE(c, ERR_EXPIRED, "estimate", "its last day was %s: ask for a new one",
                   date_plain(day, d->due));
    if (e)
        return e;
    add_answer(c, d, given);
    d->state = state;
    d->revision = document_next_revision(d);
    if (act == ACT_ACCEPT)
        e = document_moot_rework(c, d, "what was sent before was accepted"); /* what was accepted holds */
    if (!e)
        e = document_put(c, d);
    if (!e)
        e = document_event(c, d, act == ACT_ACCEPT ? WHAT_ACCEPTED : WHAT_DECLINED, true,
                           act == ACT_ACCEPT ? given->signed_by : document_excerpt(c, given->reason));
    return e ? e : document_finish(c, d);
}

enum err op_estimate_accept(struct call *c, const struct estimate_accept_in *in,
                            struct estimate_accept_out *out)
{
    const struct answer given = {.accepted = true, .signed_by = in->signed_by};
    struct document d;
    enum err e = answer(c, in->estimate, in->revision, ACT_ACCEPT, &given, &d);
    if (!e)
        out->estimate = give(c, &d);
    return e;
}

enum err op_estimate_decline(struct call *c, const struct estimate_decline_in *in,
                             struct estimate_decline_out *out)
{
    const struct answer given = {.reason = in->reason};
    struct document d;
    enum err e = answer(c, in->estimate, in->revision, ACT_DECLINE, &given, &d);
    if (!e)
        out->estimate = give(c, &d);
    return e;
}

/* --- becoming an invoice --------------------------------------------------------------------------------------------- */
enum err op_estimate_convert(struct call *c, const struct estimate_convert_in *in,
                             struct estimate_convert_out *out)
{
    struct document d, invoice;
    int state;
    enum err e = get(c, in->estimate, &d);
    if (!e)
        e = document_may(c, &d, ACT_CONVERT, &state);
    if (!e)
        e = document_like(c, &d, DOC_INVOICE, true, &invoice);
    if (e)
        return e;
    invoice.estimate = d.id;
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
    out->invoice = give(c, &invoice);
    out->estimate = give(c, &d);
    return OK;
}

enum err op_estimate_version(struct call *c, const struct estimate_version_in *in,
                             struct estimate_version_out *out)
{
    struct version *v = arena_alloc(c->arena, sizeof *v);
    struct document d;
    bool edition = GIVEN(estimate_version_in, in, edition);
    if (edition == GIVEN(estimate_version_in, in, revision))
        return REFUSE(c, ERR_INVALID, "edition", "say which: edition or revision");
    enum err e = get(c, in->estimate, &d);
    if (!e)
        e = edition ? document_version_sent(c, &d, in->edition, v)
                    : document_version(c, in->estimate, in->revision, v);
    if (e == ERR_NOT_FOUND)
        return REFUSE(c, e, edition ? "edition" : "revision", "nothing was sent under that %s",
                      edition ? "edition" : "revision");
    if (!e)
        out->version = v;
    return e;
}
