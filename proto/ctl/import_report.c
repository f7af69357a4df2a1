/* What an import is about to do or has done: for programs (--json) and for people. */
#include "common/text.h"
#include "proto/ctl/ctl_import.h"
#include "proto/ctl/json.h"
#include <string.h>

struct sum {
    char currency[4];
    int64_t invoiced, paid, other;
    int64_t credited, used, refunded, in_advance;
    int64_t settled; /* of what was paid: on invoices of the files that come in */
};

struct sums {
    struct arena *arena;
    size_t n, capacity;
    struct sum *v;
};

static struct sum *sum_of(struct sums *sums, const char *currency)
{
    for (size_t i = 0; i < sums->n; i++)
        if (strcmp(sums->v[i].currency, currency) == 0)
            return &sums->v[i];
    if (sums->n == sums->capacity)
        sums->v = arena_grow(sums->arena, sums->v, &sums->capacity, sizeof *sums->v);
    struct sum *s = &sums->v[sums->n++];
    *s = (struct sum){.invoiced = 0};
    memcpy(s->currency, currency, sizeof s->currency);
    return s;
}

static json_t *amount_text(int64_t amount, const char *currency)
{
    char text[MONEY_TEXT];
    int digits = currency_digits(currency);
    return json_string(money_plain(text, amount, digits < 0 ? 2 : digits));
}

static void put_sum(json_t *to, const struct sum *s, bool new)
{
    json_object_set_new(to, "invoiced", amount_text(s->invoiced, s->currency));
    json_object_set_new(to, "paid", amount_text(s->paid, s->currency));
    if (s->other)
        json_object_set_new(to, "settled_otherwise", amount_text(s->other, s->currency));
    const struct {
        const char *key;
        int64_t amount;
    } more[] = {{"in_advance", s->in_advance},
                {"credited", s->credited},
                {"credits_applied", s->used},
                {"refunded", s->refunded}};
    for (size_t i = 0; i < sizeof more / sizeof *more; i++)
        if (more[i].amount)
            json_object_set_new(to, more[i].key, amount_text(more[i].amount, s->currency));
    if (!new) /* what is new may settle what was here */
        json_object_set_new(to, "outstanding", amount_text(s->invoiced - s->settled - s->other, s->currency));
}

/* Does the row come in, or is it here? `new`: does it come in with this run? */
static bool counts_in(const struct import_row *row, bool new)
{
    return !row->bad && !(new && row->known);
}

static void add_payment(const struct import_set *set, const struct import_row *row, struct sum *s)
{
    const struct import_part_list *parts = &((const struct import_payment *)row->in)->parts;
    s->paid += row->applied;
    s->in_advance += row->in_advance;
    for (size_t k = 0; k < parts->n; k++) {
        const struct import_row *invoice = import_settled_row(set, &parts->v[k]);
        if (invoice && !parts->v[k].retainer && !invoice->bad && invoice->state == DOC_OPEN)
            s->settled += parts->v[k].amount.amount;
    }
}

static void add_credit(const struct import_set *set, const struct import_row *row, struct sum *s)
{
    const struct import_credit *in = row->in;
    const struct import_row *invoice = import_invoice_row(set, in->invoice);
    s->used += row->amount;
    if (invoice && !invoice->bad && invoice->state == DOC_OPEN)
        s->settled += row->amount;
}

/* Is it worth a row of its own? */
static bool told(const struct import_file *file)
{
    return file->always || file->table.path || file->n;
}

static void sum_up(const struct import_set *set, bool new, struct sums *sums, json_t *out)
{
    for (int i = 0; i < IMPORT_FILES; i++) {
        const struct import_file *file = &set->files[i];
        json_int_t rows = 0, lines = 0;
        for (size_t k = 0; k < file->n; k++) {
            const struct import_row *row = &file->rows[k];
            if (!counts_in(row, new))
                continue;
            rows++;
            lines += (json_int_t)row->lines;
            if (i == IMPORT_CUSTOMERS)
                continue;
            struct sum *s = sum_of(sums, row->currency);
            s->other += i == IMPORT_INVOICES ? row->other : 0;
            if (i == IMPORT_PAYMENTS)
                add_payment(set, row, s);
            else if (i == IMPORT_CREDITS)
                add_credit(set, row, s);
            else if (i == IMPORT_REFUNDS)
                s->refunded += row->amount;
            else if (i == IMPORT_CREDIT_NOTES && row->state == DOC_OPEN)
                s->credited += row->amount;
            else if (i == IMPORT_INVOICES && row->state == DOC_OPEN)
                s->invoiced += row->amount;
        }
        if (told(file))
            json_object_set_new(out, file->what, json_integer(rows));
        if (i == IMPORT_INVOICES)
            json_object_set_new(out, "lines", json_integer(lines));
    }
}

/* Of the rows of the files without those that stay out; or only of those that are new here. */
static json_t *totals_of(const struct import_set *set, bool new)
{
    struct sums sums = {.arena = set->c->a};
    struct sum none = {.invoiced = 0};
    json_t *out = json_object();
    sum_up(set, new, &sums, out);
    if (sums.n > 1) { /* amounts of several currencies have no sum */
        json_t *currencies = json_object();
        for (size_t i = 0; i < sums.n; i++) {
            json_t *one = json_object();
            put_sum(one, &sums.v[i], new);
            json_object_set_new(currencies, sums.v[i].currency, one);
        }
        json_object_set_new(out, "currencies", currencies);
    } else {
        put_sum(out, sums.n ? sums.v : &none, new);
    }
    return out;
}

static json_t *unused_columns(const struct import_file *file)
{
    json_t *list = json_array();
    for (size_t i = 0; i < file->table.n_columns; i++)
        if (!file->table.used[i] && *file->table.names[i])
            json_array_append_new(list, json_text(file->table.names[i]));
    return list;
}

/* Of invoices that come in now: what is booked on one that was there already is not done again. */
static json_t *booked(const struct import_set *set)
{
    const struct import_file *invoices = &set->files[IMPORT_INVOICES];
    json_t *list = json_array(), *one;
    size_t i;
    json_array_foreach(set->booked, i, one)
    {
        const char *number = json_string_value(json_object_get(one, "invoice"));
        size_t place = import_find_number(invoices, number);
        if (place != SIZE_MAX && !invoices->rows[place].bad && !invoices->rows[place].known)
            json_array_append(list, one);
    }
    return list;
}

static json_t *counts(const struct import_set *set, size_t member, bool all)
{
    json_t *map = json_object();
    for (int i = 0; i < IMPORT_FILES; i++) {
        int64_t n = *(const int64_t *)((const char *)&set->files[i] + member);
        if (all ? told(&set->files[i]) : n != 0)
            json_object_set_new(map, set->files[i].what, json_integer(n));
    }
    return map;
}

enum err import_result(struct import_set *set, json_t *out)
{
    json_t *unused = json_object(), *map = NULL;
    json_object_set_new(out, "new", counts(set, offsetof(struct import_file, created), true));
    json_object_set_new(out, "known", counts(set, offsetof(struct import_file, known), true));
    json_object_set_new(out, "changed", counts(set, offsetof(struct import_file, changed), false));
    json_object_set_new(out, "totals", totals_of(set, false));
    json_object_set_new(out, "new_totals", totals_of(set, true));
    json_object_set_new(out, "booked", booked(set));
    json_object_set(out, "notes", set->notes);
    json_object_set(out, "differs", set->differs);
    json_object_set(out, "stayed_out", set->faults);
    for (int i = 0; i < IMPORT_FILES; i++)
        if (set->files[i].table.path)
            json_object_set_new(unused, set->files[i].what, unused_columns(&set->files[i]));
    json_object_set_new(out, "unused_columns", unused);
    json_object_set_new(out, "skipped", counts(set, offsetof(struct import_file, skipped), false));
    json_object_set_new(out, "dry_run", json_boolean(set->c->dry_run));
    enum err e = set->c->per_customer ? import_read_customers(set, &map) : OK;
    if (map)
        json_object_set_new(out, "customers", map);
    map = NULL;
    if (!e && set->c->per_invoice)
        e = import_read_invoices(set, &map);
    if (map)
        json_object_set_new(out, "invoices", map);
    return e;
}
