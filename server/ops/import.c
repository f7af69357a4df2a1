#include "server/ops/import.h"
#include "common/date.h"
#include "common/text.h"
#include "server/core/numbered.h"
#include "server/ops/contact.h"
#include "server/ops/customer.h"
#include "server/ops/patch.h"
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define PROBLEMS 500 /* of an answer */
#define ROWS 500     /* of a batch */

void import_begin(struct import *im, struct call *c, bool check, bool update)
{
    *im = (struct import){.c = c, .check = check, .update = update};
    if (call_today(c, &im->today) != OK)
        im->today = DATE_MAX; /* the fault is met again, and told, where the settings are read */
    im->problems.v = arena_alloc(c->arena, PROBLEMS * sizeof *im->problems.v);
}

void import_known(struct import *im)
{
    if (!im->already.v)
        im->already.v = arena_alloc(im->c->arena, ROWS * sizeof *im->already.v);
    im->known++;
    im->told = 0;
    if (im->already.n < ROWS)
        im->already.v[im->already.n++] = (struct import_known){.row = im->row};
}

void import_blame(struct import *im, const char *field, const char *format, ...)
{
    char reason[256];
    struct arena *a = im->c->arena;
    va_list ap;
    if (im->problems.n == PROBLEMS)
        return;
    va_start(ap, format);
    vsnprintf(reason, sizeof reason, format, ap);
    va_end(ap);
    err_mend(reason);
    im->problems.v[im->problems.n++] =
        (struct import_problem){.row = im->row,
                                .field = arena_text(a, field, strlen(field)),
                                .reason = arena_text(a, reason, strlen(reason))};
}

void import_blame_absent(struct import *im, const char *field, const char *what, const char *name)
{
    size_t before = im->problems.n;
    import_blame(im, field, "there is no %s %.60s", what, name);
    if (im->problems.n > before)
        im->problems.v[before].absent = true;
}

enum err import_blame_why(struct import *im, const char *prefix, enum err e)
{
    const struct refusal *why = &im->c->why;
    if (e <= 0)
        return e;
    const char *field =
        arena_printf(im->c->arena, "%s%s%s", prefix, *prefix && *why->field ? "." : "", why->field);
    import_blame(im, field, "%s", why->code == e && why->detail[0] ? why->detail : err_sentence(e));
    im->c->why = (struct refusal){0};
    return OK;
}

void import_check_source(struct import *im, const char *source)
{
    size_t whole = strlen(source), size = whole;
    (void)text_trimmed(source, &size);
    if (size != whole)
        import_blame(im, "source", "begins or ends with a blank, or with what is not seen");
    else if (text_unseen(source))
        import_blame(im, "source", "has a character that is not seen");
}

enum err import_refuse_told(struct call *c, size_t row, const char *path, const struct shape *shape,
                            const char *more, const void *given)
{
    const struct shape_head *head = given;
    enum err e = OK;
    for (size_t i = 0; given && i < shape->n && !e; i++) {
        const struct field *f = &shape->fields[i];
        const void *at = (const char *)given + f->offset;
        const char *inner = arena_printf(c->arena, "%s.%s", path, f->name);
        if (!(head->has >> i & 1))
            continue;
        if (!import_takes(f, NULL) && !(more && import_takes(f, more)))
            return REFUSE(c, ERR_INVALID, arena_printf(c->arena, "rows.%zu.%s", row, inner),
                          "is computed: it is told, and can not be given");
        if (f->type == FIELD_SHAPE)
            e = import_refuse_told(c, row, inner, f->shape(), NULL, *(void *const *)at);
        const struct any_list *list = at;
        for (size_t k = 0; f->type == FIELD_LIST && k < list->n && !e; k++)
            e = import_refuse_told(c, row, arena_printf(c->arena, "%s.%zu", inner, k), f->shape(), NULL,
                                   (const char *)list->v + k * f->shape()->size);
    }
    return e;
}

enum err import_at_row(struct call *c, size_t row, enum err e)
{
    char inner[sizeof c->why.field];
    if (e <= 0)
        return e;
    memcpy(inner, c->why.field, sizeof inner);
    snprintf(c->why.field, sizeof c->why.field, "rows.%zu%s%.70s", row, *inner ? "." : "", inner);
    return e;
}

/* Any stored shape that has one, by its field. */
static enum err source_of(struct call *c, enum kind kind, uint64_t id, const char **source)
{
    const struct shape *shape = record_shape(kind);
    const struct field *f = shape_field(shape, "source", 6);
    char *record = arena_alloc(c->arena, shape->size);
    enum err e = record_get(&c->txn, kind, id, record);
    if (!e)
        *source = *(const char **)(record + f->offset);
    return e;
}

/* The index holds the begin of a key: of those that begin alike each is compared whole. */
enum err import_find(struct call *c, enum kind kind, enum index index, const char *source, uint64_t *id)
{
    struct key k = index_key(&c->txn, index);
    struct id_list ids = {0};
    *id = 0;
    enum err e = record_ids(&c->txn, key_text(&k, text_fold(c->arena, source)), SIZE_MAX, &ids);
    for (size_t i = 0; i < ids.n && !e && !*id; i++) {
        struct arena_mark before = arena_mark(c->arena);
        const char *other = NULL;
        e = source_of(c, kind, ids.v[i], &other);
        if (!e && other && strcmp(other, source) == 0)
            *id = ids.v[i];
        arena_release(c->arena, before);
    }
    return e;
}

enum err import_customer_of(struct import *im, const char *source, struct customer **customer)
{
    struct call *c = im->c;
    uint64_t id;
    enum err e = import_find(c, KIND_CUSTOMER, INDEX_CUSTOMER_SOURCE, source, &id);
    *customer = NULL;
    if (!e && !id)
        import_blame_absent(im, "customer_source", "customer", source);
    if (e || !id)
        return e;
    *customer = arena_alloc(c->arena, sizeof **customer);
    return record_get(&c->txn, KIND_CUSTOMER, id, *customer);
}

enum err import_invoice(struct call *c, const char *number, uint64_t *id)
{
    return numbered_document(c, DOC_INVOICE, number, id);
}

enum err import_retainer(struct call *c, const char *number, uint64_t *id)
{
    return numbered_document(c, DOC_RETAINER, number, id);
}

bool import_twice(struct import *im, const void *rows, size_t size, size_t source)
{
    const char *at = rows, *own = *(const char *const *)(const void *)(at + (size_t)im->row * size + source);
    for (int64_t k = 0; k < im->row; k++)
        if (strcmp(*(const char *const *)(const void *)(at + (size_t)k * size + source), own) == 0) {
            import_blame(im, "source", "is in the batch twice");
            return true;
        }
    return false;
}

void import_end(struct import *im, bool check)
{
    if (!im->problems.n)
        return;
    for (size_t i = 0; i < im->differs.n; i++)
        im->differs.v[i].applied = false;
    if (!check)
        im->created = im->changed = 0;
}

/* --- customers ------------------------------------------------------------------------------------------------------ */
static enum err look_at(struct import *im, const struct import_customers_in *in, size_t i)
{
    struct call *c = im->c;
    const struct import_customer *row = &in->rows.v[i];
    uint64_t id;
    (void)IMPORT_TWICE(im, in, import_customer);
    enum err e = import_find(c, KIND_CUSTOMER, INDEX_CUSTOMER_SOURCE, row->source, &id);
    if (e)
        return e;
    if (id) {
        import_known(im);
        return import_customer_again(im, row, id);
    }
    im->created++;
    import_check_source(im, row->source);
    if (!row->customer->currency || !*row->customer->currency)
        import_blame(im, "customer.currency", "has to be given");
    else
        e = import_blame_why(im, "", patch_check_currency(c, "customer.currency", row->customer->currency));
    if (!e)
        e = import_blame_why(im, "", patch_check_name(c, "customer.name", row->customer->name));
    if (!e)
        e = import_blame_why(im, "", patch_check_email(c, "customer.email", row->customer->email));
    if (!e && row->contact)
        e = import_blame_why(im, "", patch_check_name(c, "contact.name", row->contact->name));
    if (!e && row->contact)
        e = import_blame_why(im, "", patch_check_email(c, "contact.email", row->contact->email));
    return e;
}

static enum err bring_in(struct call *c, const struct import_customer *row)
{
    struct customer customer;
    struct contact contact;
    uint64_t id;
    enum err e = import_find(c, KIND_CUSTOMER, INDEX_CUSTOMER_SOURCE, row->source, &id);
    if (e || id)
        return e;
    e = customer_add(c, "customer", row->customer, row->source, WHAT_IMPORTED, &customer);
    if (!e && row->contact)
        e = contact_add(c, &customer, "contact", row->contact, &contact);
    return e;
}

enum err op_import_customers(struct call *c, const struct import_customers_in *in,
                             struct import_customers_out *out)
{
    struct import im;
    enum err e = OK;
    import_begin(&im, c, true, in->update);
    for (size_t i = 0; i < in->rows.n && !e; i++)
        if (GIVEN(customer, in->rows.v[i].customer,
                  revision)) /* of what is here; a row is of somewhere else */
            e = REFUSE(c, ERR_INVALID, arena_printf(c->arena, "rows.%zu.customer.revision", i),
                       "can not be given: it counts changes here");
    for (size_t i = 0; i < in->rows.n && !e; i++) {
        im.row = (int64_t)i;
        e = look_at(&im, in, i);
    }
    bool write = !in->check && !im.problems.n;
    if (write && !e && in->update && im.changed) { /* seen to be fine: now for real */
        import_begin(&im, c, false, true);
        for (size_t i = 0; i < in->rows.n && !e; i++) {
            im.row = (int64_t)i;
            e = look_at(&im, in, i);
        }
    }
    for (size_t i = 0; i < in->rows.n && !e && write; i++)
        e = import_at_row(c, i, bring_in(c, &in->rows.v[i]));
    IMPORT_END(&im, in, out);
    return e;
}
