/* What can be done with a document of any kind, once. What only some can do is in document_answer.c and
 * document_write_off.c; the rules are in document.h,
 * the transitions in common/doc_kind.def. */
#include "server/ops/doc_code.h"
#include "server/ops/document.h"
#include "server/ops/patch.h"
#include "server/ops/payment.h"

enum err op_document_create(struct call *c, const struct document_create_in *in,
                            struct document_create_out *out)
{
    struct document d;
    enum err e = document_build(c, call_doc_kind(c), in->customer, in->document, &d);
    if (!e)
        e = document_create(c, &d, in->send);
    if (!e)
        out->document = document_give(c, &d);
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

enum err op_document_update(struct call *c, const struct document_update_in *in,
                            struct document_update_out *out)
{
    struct document d, working;
    const char *changed;
    enum err e = document_of_kind(c, in->id, &d);
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
        out->document = document_give(c, &working);
    return e;
}

enum err op_document_send(struct call *c, const struct document_send_in *in, struct document_send_out *out)
{
    struct document d, working;
    enum err e = document_of_kind(c, in->id, &d);
    if (!e)
        e = document_may(c, &d, ACT_SEND, NULL);
    if (!e && d.state == DOC_OPEN && !d.rework)
        e = REFUSE(c, ERR_STATE, call_doc(c)->word, "it was sent already, and has not been changed since");
    if (!e)
        e = document_working(c, &d, &working);
    if (!e && GIVEN(document_send_in, in, revision))
        e = patch_revision(c, "revision", true, in->revision, working.revision);
    if (e)
        return e;
    if (d.sent && (d.revision > working.revision ||
                   !d.rework)) /* answered after the rework, or again as it was: above both */
        working.revision = document_next_revision(&d);
    if (!in->code && in->contact)
        return REFUSE(c, ERR_INVALID, "contact", "goes with `code`: who gets the mail");
    e = document_send(c, &working);
    if (!e && in->code)
        e = doc_code_send(c, &working, in->contact, &out->code);
    if (!e)
        out->document = document_give(c, &working);
    return e;
}

enum err op_document_list(struct call *c, const struct document_list_in *in, struct document_list_out *out)
{
    const struct document_query q = {.kind = call_doc_kind(c),
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
    out->rows = page.rows;
    out->next = page.next;
    out->total = page.total;
    if (page.counted) {
        GIVE(document_list_out, out, matched, page.matched);
        GIVE(document_list_out, out, matched_more, page.matched_more);
    }
    if (page.counted && !page.matched_more)
        GIVE(document_list_out, out, sums, page.sums);
    return OK;
}

enum err op_document_get(struct call *c, const struct document_get_in *in, struct document_get_out *out)
{
    struct document *d = arena_alloc(c->arena, sizeof *d), *shown = d;
    struct document_about about;
    enum err e = document_of_kind(c, in->id, d);
    if (!e && d->rework && !call_by_customer(c)) {
        shown = arena_alloc(c->arena, sizeof *shown);
        e = document_working(c, d, shown);
    }
    if (!e)
        e = document_finish(c, shown);
    if (!e)
        e = document_about(c, d, &about);
    if (!e && d->state == DOC_OPEN && call_doc(c)->owes > 0)
        e = payment_offers_of(c, d);
    if (!e)
        e = payment_told(c, d, &out->told, NULL);
    if (e)
        return e;
    shown->not_by_card = d->not_by_card;
    shown->offers = d->offers;
    shown->paying = d->paying;
    document_look(c, d, in->peek);
    out->document = shown;
    out->comments = about.comments;
    out->events = about.events;
    out->payments = about.payments;
    out->versions = about.versions;
    return OK;
}

enum err op_document_delete(struct call *c, const struct document_delete_in *in,
                            struct document_delete_out *out)
{
    struct document d;
    (void)out;
    enum err e = document_of_kind(c, in->id, &d);
    return e ? e : document_delete(c, &d, in->revision);
}

enum err op_document_duplicate(struct call *c, const struct document_duplicate_in *in,
                               struct document_duplicate_out *out)
{
    struct document d, working, copy;
    enum err e = document_of_kind(c, in->id, &d);
    if (!e)
        e = document_working(c, &d, &working);
    if (!e)
        e = document_like(c, &working, call_doc_kind(c), false, &copy);
    if (!e)
        e = document_create(c, &copy, false);
    if (!e)
        out->document = document_give(c, &copy);
    return e;
}

enum err op_document_void(struct call *c, const struct document_void_in *in, struct document_void_out *out)
{
    struct document d;
    enum err e = document_of_kind(c, in->id, &d);
    if (!e)
        e = document_void(c, &d, in->reason);
    if (!e)
        out->document = document_give(c, &d);
    return e;
}

enum err op_document_preview(struct call *c, const struct document_preview_in *in,
                             struct document_preview_out *out)
{
    struct document d;
    enum err e = document_build(c, DOC_INVOICE, in->customer, in->document, &d);
    if (!e)
        out->document = document_give(c, &d);
    return e;
}
