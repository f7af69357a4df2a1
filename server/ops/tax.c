/* Taxes. Rate and category never change once they are there: documents refer to them. (Those of older stores have no category
 * at 0 %, for nobody had said which: it can be given once.) */
#include "server/ops/frozen.h"
#include "server/ops/patch.h"

#define TAXES_MAX 100 /* what tax.list gives */

static enum err event_of(struct call *c, int what, const struct tax *tax, const char *text)
{
    struct event event = {
        .what = what, .subject = SUBJECT_TAX, .about = (int64_t)tax->id, .number = tax->name, .text = text};
    return call_event(c, &event);
}

static enum err settle(struct call *c, struct tax *tax)
{
    struct paper_tax t = {"tax.category", "tax.reason", tax->percent, tax->category, tax->reason};
    enum err e = paper_tax(c, &t);
    tax->category = t.category;
    tax->reason = t.reason;
    return e;
}

enum err op_tax_create(struct call *c, const struct tax_create_in *in, struct tax_create_out *out)
{
    struct tax *tax = arena_alloc(c->arena, sizeof *tax);
    struct key k = record_key(&c->txn, KIND_TAX);
    struct id_list all;
    tax->active = true;
    enum err e =
        patch_apply(c, shape_tax(), "tax", "name percent active category reason", in->tax, tax, NULL);
    if (!e)
        e = patch_check_name(c, "tax.name", tax->name);
    if (!e && !GIVEN(tax, in->tax, percent))
        e = REFUSE(c, ERR_INVALID, "tax.percent", "has to be given");
    if (!e && !tax->category)
        tax->category = tax->percent > 0 ? TAX_STANDARD : TAX_ZERO;
    if (!e)
        e = settle(c, tax);
    if (!e)
        e = record_ids(&c->txn, &k, TAXES_MAX, &all);
    if (!e && all.n >= TAXES_MAX)
        e = REFUSE(c, ERR_INVALID, "tax", "there are at most %d taxes", TAXES_MAX);
    if (!e)
        e = record_put(&c->txn, KIND_TAX, tax);
    if (!e)
        e = event_of(c, WHAT_CREATED, tax, NULL);
    if (!e)
        out->tax = tax;
    return e;
}

enum err op_tax_update(struct call *c, const struct tax_update_in *in, struct tax_update_out *out)
{
    struct tax *tax = arena_alloc(c->arena, sizeof *tax);
    const char *changed;
    enum err e = record_get(&c->txn, KIND_TAX, in->id, tax);
    if (!e && GIVEN(tax, in->tax, percent) && in->tax->percent != tax->percent)
        e = REFUSE(c, ERR_INVALID, "tax.percent",
                   "a rate stays as it is: add another tax and withdraw this one");
    if (!e)
        e = patch_apply(c, shape_tax(), "tax",
                        tax->category ? "name active reason" : "name active reason category", in->tax, tax,
                        &changed);
    if (!e)
        e = patch_check_name(c, "tax.name", tax->name);
    if (!e)
        e = settle(c, tax);
    if (!e && *changed) {
        e = record_put(&c->txn, KIND_TAX, tax);
        if (!e)
            e = event_of(c, WHAT_CHANGED, tax, changed);
    }
    if (!e)
        out->tax = tax;
    return e;
}

enum err op_tax_list(struct call *c, const struct tax_list_in *in, struct tax_list_out *out)
{
    (void)in;
    struct key k = record_key(&c->txn, KIND_TAX);
    struct list_range range = list_range(&k);
    struct record_list l = {
        .kind = KIND_TAX, .view = shape_tax(), .ranges = &range, .n = 1, .limit = TAXES_MAX};
    enum err e = record_list(&c->txn, &l, &c->why);
    if (!e)
        out->taxes = (struct tax_list){l.count, l.rows};
    return e;
}
