/* How CSV files of banks are read (E15): kept here, used by the program that reads the file. */
#include "common/text.h"
#include "server/ops/bank.h"
#include <stdlib.h>
#include <string.h>

#define MAPPINGS_MAX 100

static enum err all(struct call *c, struct bank_mapping_list *to)
{
    struct key k = record_key(&c->txn, KIND_BANK_MAPPING);
    struct list_range range = list_range(&k);
    struct record_list l = {.kind = KIND_BANK_MAPPING,
                            .view = shape_bank_mapping(),
                            .ranges = &range,
                            .n = 1,
                            .limit = MAPPINGS_MAX};
    enum err e = record_list(&c->txn, &l, &c->why);
    if (!e)
        *to = (struct bank_mapping_list){l.count, l.rows};
    return e;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct bank_mapping *)a)->name, ((const struct bank_mapping *)b)->name);
}

enum err op_bank_mappings(struct call *c, const struct bank_mappings_in *in, struct bank_mappings_out *out)
{
    (void)in;
    enum err e = all(c, &out->mappings);
    if (!e && out->mappings.n)
        qsort(out->mappings.v, out->mappings.n, sizeof *out->mappings.v, by_name);
    return e;
}

static bool has(const char *text)
{
    return text && *text;
}

static enum err check(struct call *c, const struct bank_mapping *m)
{
    static const char *const orders[] = {"dmy", "mdy", "ymd"};
    bool known = !has(m->date_order);
    for (size_t i = 0; i < sizeof orders / sizeof *orders && !known; i++)
        known = strcmp(m->date_order, orders[i]) == 0;
    if (!known)
        return REFUSE(c, ERR_INVALID, "mapping.date_order", "is dmy, mdy or ymd");
    if (has(m->currency) && currency_digits(m->currency) < 0)
        return REFUSE(c, ERR_INVALID, "mapping.currency", "is no currency of ISO 4217");
    if (has(m->delimiter) && !strchr(";,|:t", *m->delimiter))
        return REFUSE(c, ERR_INVALID, "mapping.delimiter", "is one of ; , | : and t, a tab");
    if (!has(m->amount_column) && !has(m->credit_column))
        return REFUSE(c, ERR_INVALID, "mapping.amount_column",
                      "say which column has the amount, or which has what came in");
    if (has(m->amount_column) && (has(m->credit_column) || has(m->debit_column)))
        return REFUSE(c, ERR_INVALID, "mapping.amount_column",
                      "is one column, or what came in and what went out are two");
    return OK;
}

static enum err mapping_event(struct call *c, const struct bank_mapping *m, int what)
{
    struct event event = {.what = what,
                          .subject = SUBJECT_BUSINESS,
                          .about = (int64_t)c->txn.business,
                          .number = arena_printf(c->arena, "mapping %s", m->name)};
    return call_event(c, &event);
}

enum err op_bank_mapping_set(struct call *c, const struct bank_mapping_set_in *in,
                             struct bank_mapping_set_out *out)
{
    struct bank_mapping_list there;
    struct bank_mapping *m = arena_copy(c->arena, in->mapping, sizeof *in->mapping);
    m->id = 0;
    enum err e = check(c, m);
    if (!e)
        e = all(c, &there);
    for (size_t i = 0; !e && i < there.n; i++)
        if (strcmp(text_fold(c->arena, there.v[i].name), text_fold(c->arena, m->name)) == 0)
            m->id = there.v[i].id;
    if (!e && !m->id && there.n == MAPPINGS_MAX)
        e = REFUSE(c, ERR_STATE, "mapping.name", "there are %d already", MAPPINGS_MAX);
    if (e)
        return e;
    const int what = m->id ? WHAT_CHANGED : WHAT_CREATED;
    e = record_put(&c->txn, KIND_BANK_MAPPING, m);
    out->mapping = m;
    return e ? e : mapping_event(c, m, what);
}

enum err op_bank_mapping_remove(struct call *c, const struct bank_mapping_remove_in *in,
                                struct bank_mapping_remove_out *out)
{
    struct bank_mapping m;
    (void)out;
    enum err e = record_get(&c->txn, KIND_BANK_MAPPING, in->mapping, &m);
    if (!e)
        e = record_del(&c->txn, KIND_BANK_MAPPING, m.id);
    return e ? e : mapping_event(c, &m, WHAT_DELETED);
}
