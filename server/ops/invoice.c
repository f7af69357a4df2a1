/* Invoices. The rules that they share with estimates are in document.h; the transitions in document_state.c. */
#include "server/ops/document.h"
#include "server/ops/patch.h"
#include "server/ops/payment.h"

static struct document *give(struct call *c, const struct document *d)
{
    return arena_copy(c->arena, d, sizeof *d);
}

static enum err get(struct call *c, uint64_t id, struct document *d)
{
    return record_get(&c->txn, KIND_INVOICE, id, d);
}

enum err op_invoice_create(struct call *c, const struct invoice_create_in *in, struct invoice_create_out *out)
{
    struct document d;
    enum err e = document_build(c, DOC_INVOICE, in->customer, in->document, &d);
    if (!e)
        e = document_create(c, &d, in->send);
    if (!e)
        out->invoice = give(c, &d);
    return e;
}

enum err op_invoice_update(struct call *c, const struct invoice_update_in *in, struct invoice_update_out *out)
{
    struct document d;
    const char *changed;
    enum err e = get(c, in->invoice, &d);
    if (!e)
        e = document_may(c, &d, ACT_UPDATE, NULL);
    if (!e)
        e = patch_revision(c, "revision", true, in->revision, d.revision);
    if (!e)
        e = document_change(c, &d, in->document, &changed);
    if (!e && *changed) {
        d.revision++;
        e = document_blame(c, "document", document_put(c, &d));
        if (!e)
            e = document_event(c, &d, WHAT_CHANGED, false, changed);
    }
    if (!e)
        out->invoice = give(c, &d);
    return e;
}

enum err op_invoice_send(struct call *c, const struct invoice_send_in *in, struct invoice_send_out *out)
{
    struct document d;
    enum err e = get(c, in->invoice, &d);
    if (!e)
        e = document_may(c, &d, ACT_SEND, NULL);
    if (!e && GIVEN(invoice_send_in, in, revision))
        e = patch_revision(c, "revision", true, in->revision, d.revision);
    if (!e)
        e = document_send(c, &d);
    if (!e)
        out->invoice = give(c, &d);
    return e;
}

enum err op_invoice_list(struct call *c, const struct invoice_list_in *in, struct invoice_list_out *out)
{
    const struct document_query q = {.kind = DOC_INVOICE,
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
    out->invoices = page.rows;
    out->next = page.next;
    out->total = page.total;
    if (page.counted) {
        GIVE(invoice_list_out, out, matched, page.matched);
        GIVE(invoice_list_out, out, matched_more, page.matched_more);
    }
    if (page.counted && !page.matched_more)
        GIVE(invoice_list_out, out, sums, page.sums);
    return OK;
}

enum err op_invoice_get(struct call *c, const struct invoice_get_in *in, struct invoice_get_out *out)
{
    struct document *d = arena_alloc(c->arena, sizeof *d);
    struct document_about about;
    struct not_by_card bar;
    enum err e = get(c, in->invoice, d);
    if (!e)
        e = document_finish(c, d);
    if (!e)
        e = document_about(c, d, &about);
    if (!e && d->state == DOC_OPEN)
        e = payment_not_by_card(c, d->id, d->no_card, &bar);
    if (e)
        return e;
    d->not_by_card = d->state == DOC_OPEN ? bar.why : NULL;
    document_look(c, d, in->peek);
    out->invoice = d;
    out->comments = about.comments;
    out->events = about.events;
    out->payments = about.payments;
    out->versions = about.versions;
    return OK;
}

enum err op_invoice_delete(struct call *c, const struct invoice_delete_in *in, struct invoice_delete_out *out)
{
    struct document d;
    (void)out;
    enum err e = get(c, in->invoice, &d);
    return e ? e : document_delete(c, &d, in->revision);
}

enum err op_invoice_duplicate(struct call *c, const struct invoice_duplicate_in *in,
                              struct invoice_duplicate_out *out)
{
    struct document d, copy;
    enum err e = get(c, in->invoice, &d);
    if (!e)
        e = document_like(c, &d, DOC_INVOICE, false, &copy);
    if (!e)
        e = document_create(c, &copy, false);
    if (!e)
        out->invoice = give(c, &copy);
    return e;
}

enum err op_invoice_void(struct call *c, const struct invoice_void_in *in, struct invoice_void_out *out)
{
    struct document d;
    enum err e = get(c, in->invoice, &d);
    if (!e)
        e = document_void(c, &d, in->reason);
    if (!e)
        out->invoice = give(c, &d);
    return e;
}

/* What was due is given up: it is no balance any more, and stays on record by itself. */
enum err op_invoice_write_off(struct call *c, const struct invoice_write_off_in *in,
                              struct invoice_write_off_out *out)
{
    struct document d;
    int state;
    enum err e = get(c, in->invoice, &d);
    if (!e)
        e = document_may(c, &d, ACT_WRITE_OFF, &state);
    if (!e)
        e = document_no_pending(c, &d);
    if (e)
        return e;
    d.state = state;
    d.given_up = true;
    d.reason = in->reason;
    d.written_off = money_of(d.written_off.amount + d.balance.amount, d.currency); /* an import may have */
    d.balance = money_of(0, d.currency);
    d.revision++;
    e = document_put(c, &d);
    if (!e)
        e = document_event(c, &d, WHAT_WRITTEN_OFF, false, NULL);
    if (!e)
        e = document_finish(c, &d);
    if (!e)
        out->invoice = give(c, &d);
    return e;
}

enum err op_document_preview(struct call *c, const struct document_preview_in *in,
                             struct document_preview_out *out)
{
    struct document d;
    enum err e = document_build(c, DOC_INVOICE, in->customer, in->document, &d);
    if (!e)
        out->document = give(c, &d);
    return e;
}
