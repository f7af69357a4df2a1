/* What the server holds of what was brought in: asked for, not remembered. */
#include "common/codec.h"
#include "common/sums.h"
#include "proto/ctl/ctl_import.h"
#include "proto/ctl/json.h"
#include <string.h>

static void put_money(json_t *to, const char *key, const struct money *m, const char *currency)
{
    char text[MONEY_TEXT];
    int digits = currency_digits(m->currency[0] ? m->currency : currency);
    json_object_set_new(to, key, json_text(money_plain(text, m->amount, digits < 0 ? 2 : digits)));
}

/* What was paid; "0" where nothing was. */
static void put_paid(json_t *to, const struct money *m, const char *currency)
{
    if (m->amount)
        put_money(to, "paid", m, currency);
    else
        json_object_set_new(to, "paid", json_text("0"));
}

/* The tax of the document's lines under the rounding that it does not have, for comparison. */
static enum err other_tax(struct arena *a, const struct document *d, struct money *tax, struct refusal *why)
{
    struct document other = *d;
    other.lines.v = arena_copy(a, d->lines.v, d->lines.n * sizeof *d->lines.v);
    other.tax_per_line = !d->tax_per_line;
    enum err e = sums_compute(a, &other, why);
    if (!e)
        *tax = other.tax;
    return e;
}

static enum err invoice_figures(struct ctl *c, struct arena *a, struct document *d, json_t **out)
{
    struct money other = {0, ""};
    if (!d->currency)
        d->currency = "";
    enum err e = other_tax(a, d, &other, &c->why);
    if (e)
        return e;
    json_t *one = *out = json_object();
    put_money(one, "subtotal", &d->subtotal, d->currency);
    put_money(one, "tax_per_rate", d->tax_per_line ? &other : &d->tax, d->currency);
    put_money(one, "tax_per_line", d->tax_per_line ? &d->tax : &other, d->currency);
    put_money(one, "total", &d->total, d->currency);
    put_paid(one, &d->paid, d->currency);
    return OK;
}

/* {"invoice": number, "peek": true}: by number, so packed by hand. */
static enum err read_invoice(struct ctl *c, struct arena *a, const char *number, struct document_get_out *out)
{
    const struct op *op = op_at(OPNO_invoice_get);
    struct buf args;
    struct bytes result;
    buf_init(&args, CALL_REQUEST_MAX);
    codec_map(&args, 2);
    codec_text(&args, "invoice");
    codec_text(&args, number);
    codec_text(&args, "peek");
    buf_add(&args, "\xC3", 1);
    enum err e = ctl_call_raw(c, op, args.data, args.size, &result);
    buf_fini(&args);
    if (!e && (codec_read(a, op->out(), result.data, result.size, out) != OK || !out->document))
        e = refuse(&c->why, ERR_IO, "", "the answer is not what %s gives", op->name);
    return e;
}

enum err import_read_invoices(struct import_set *set, json_t **out)
{
    const struct import_file *file = &set->files[IMPORT_INVOICES];
    struct arena *a = arena_open();
    json_t *map = json_object();
    enum err e = OK;
    for (size_t i = 0; i < file->n && !e; i++) {
        struct document_get_out got;
        json_t *one = NULL;
        arena_reset(a);
        e = read_invoice(set->c, a, file->rows[i].name, &got);
        if (e == ERR_NOT_FOUND && set->c->dry_run)
            e = OK; /* not there yet */
        else if (!e && (e = invoice_figures(set->c, a, got.document, &one)) == OK)
            json_object_set_new(map, file->rows[i].name, one);
    }
    arena_close(a);
    if (e)
        json_decref(map);
    else
        *out = map;
    return e;
}

/* Number and sum of a customer's invoices, from the pages of its list. */
static enum err sum_invoices(struct ctl *c, struct arena *a, uint64_t customer, int64_t *count,
                             int64_t *invoiced)
{
    struct document_list_in in = {.customer = customer, .limit = 100};
    struct document_list_out page;
    *count = *invoiced = 0;
    do {
        enum err e = ctl_call(c, a, OPNO_invoice_list, &in, &page);
        if (e)
            return e;
        for (size_t i = 0; i < page.rows.n; i++) {
            const struct document_row *row = &page.rows.v[i];
            ++*count;
            if (row->state == DOC_DRAFT || row->state == DOC_VOID)
                continue;
            e = money_add(*invoiced, row->total.amount, invoiced);
            if (e)
                return e;
        }
        in.after = page.next;
    } while (page.next && *page.next);
    return OK;
}

static enum err read_customer(struct ctl *c, struct arena *a, uint64_t id, const char **source, json_t **out)
{
    struct customer_overview_in in = {.customer = id};
    struct customer_overview_out got;
    int64_t count, invoiced;
    enum err e = ctl_call(c, a, OPNO_customer_overview, &in, &got);
    if (!e && !got.customer)
        e = refuse(&c->why, ERR_IO, "", "the answer is not what customer.overview gives");
    if (!e)
        e = sum_invoices(c, a, id, &count, &invoiced);
    if (e)
        return e;
    const char *currency = got.customer->currency ? got.customer->currency : "";
    struct money sum = money_of(invoiced, currency);
    *source = got.customer->source ? got.customer->source : "";
    *out = json_object();
    json_object_set_new(*out, "currency", json_text(currency));
    json_object_set_new(*out, "invoices", json_integer(count));
    put_money(*out, "invoiced", &sum, currency);
    put_paid(*out, got.paid ? &got.paid->amount : &(struct money){0, ""}, currency);
    put_money(*out, "outstanding", got.ageing ? &got.ageing->total : &(struct money){0, ""}, currency);
    return OK;
}

/* All customers on the server, by pages; those of the files (by name, then by source) are read. Two of one name: the
 * source stands behind the second's. */
enum err import_read_customers(struct import_set *set, json_t **out)
{
    const struct import_file *file = &set->files[IMPORT_CUSTOMERS];
    struct ctl *c = set->c;
    struct arena *a = arena_open(), *inner = arena_open();
    json_t *map = json_object();
    struct customer_list_in in = {.limit = 100};
    struct customer_list_out page = {.next = NULL};
    enum err e = OK;
    do {
        e = ctl_call(c, a, OPNO_customer_list, &in, &page);
        for (size_t i = 0; !e && i < page.customers.n; i++) {
            const char *name = page.customers.v[i].name ? page.customers.v[i].name : "", *source = "";
            json_t *one = NULL;
            arena_reset(inner);
            if (import_find(file->by_name, name) == SIZE_MAX)
                continue;
            e = read_customer(c, inner, page.customers.v[i].id, &source, &one);
            if (!e && import_find(file->by_source, source) != SIZE_MAX) {
                const char *key =
                    json_object_get(map, name) ? arena_printf(inner, "%s (%s)", name, source) : name;
                json_object_set(map, key, one);
            }
            json_decref(one);
        }
        in.after = page.next;
    } while (!e && page.next && *page.next);
    arena_close(inner);
    arena_close(a);
    if (e)
        json_decref(map);
    else
        *out = map;
    return e;
}
