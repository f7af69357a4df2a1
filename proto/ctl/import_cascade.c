/* What stays out because something else does. */
#include "proto/ctl/ctl_import.h"

static void out_with(struct import_set *set, const struct import_file *file, struct import_row *row,
                     bool said, size_t line, const char *column, const char *reason)
{
    row->bad = true;
    if (said)
        import_problem(set, file, line, column, "stays out: %s", reason);
}

/* A payment goes on without the parts whose invoices stay out; what they were is unused then. One of nothing but such parts stays out too;
 * of one that had an unused rest besides all is. */
static void drop_parts(struct import_set *set, struct import_file *file, struct import_row *row, bool said)
{
    const struct import_file *invoices = &set->files[IMPORT_INVOICES];
    struct import_payment *in = row->in;
    size_t *lines = arena_alloc(set->c->a, row->parts * sizeof *lines), n = 0;
    struct import_part *parts = arena_alloc(set->c->a, row->parts * sizeof *parts);
    bool unused = false;
    for (size_t k = 0; k < in->parts.n; k++) {
        size_t place = import_find_number(invoices, in->parts.v[k].number);
        if (place == SIZE_MAX || !invoices->rows[place].bad) {
            lines[n] = row->part_lines[k];
            parts[n++] = in->parts.v[k];
            continue;
        }
        row->applied -= in->parts.v[k].amount.amount;
        row->dropped += in->parts.v[k].amount.amount;
        unused = true;
        if (said)
            import_problem(set, file, row->part_lines[k], "Invoice Number",
                           "stays out: this part settles invoice %.40s, which does", in->parts.v[k].number);
    }
    if (!unused)
        return;
    if (!n && row->dropped == row->amount) {
        row->bad = true;
        return;
    }
    in->parts = (struct import_part_list){n, parts};
    row->part_lines = lines;
    row->parts = n;
    import_pack(set, file, row);
    import_note(set, "a part of a payment is credit, because its invoice stayed out", row->name);
}

/* What a payment settles is not open, the source says: where it stays out, so does an invoice that would be. One that is here already
 * is left as it is. */
static void keep_out(struct import_set *set, const struct import_row *payment, bool said)
{
    struct import_file *invoices = &set->files[IMPORT_INVOICES];
    const struct import_payment *in = payment->in;
    for (size_t k = 0; k < in->parts.n; k++) {
        size_t place = import_find_number(invoices, in->parts.v[k].number);
        struct import_row *row = place == SIZE_MAX ? NULL : &invoices->rows[place];
        if (!row || row->bad || row->known || row->state != DOC_OPEN)
            continue;
        if (set->writing) {
            import_note(set, "shows more due than the file says: a payment on it was refused when it was in",
                        row->name);
            continue;
        }
        row->bad = true;
        if (said)
            import_problem(set, invoices, row->line, "Invoice Number",
                           "stays out: a payment on it does (line %zu of the payments)",
                           payment->part_lines[k]);
    }
}

static void keep_out_all(struct import_set *set, bool said)
{
    const struct import_file *file = &set->files[IMPORT_PAYMENTS];
    for (size_t i = 0; i < file->n; i++)
        if (file->rows[i].bad)
            keep_out(set, &file->rows[i], said);
}

void import_cascade_back(struct import_set *set, bool said)
{
    keep_out_all(set, said);
    import_cascade(set, &set->files[IMPORT_PAYMENTS], said);
}

void import_left_open(struct import_set *set)
{
    keep_out_all(set, true);
}

void import_cascade(struct import_set *set, struct import_file *file, bool said)
{
    const struct import_file *customers = &set->files[IMPORT_CUSTOMERS];
    for (size_t i = 0; i < file->n && file != customers; i++) {
        struct import_row *row = &file->rows[i];
        if (!row->bad && row->customer != SIZE_MAX && customers->rows[row->customer].bad)
            out_with(set, file, row, said, row->line, "Customer ID", "its customer does");
        if (!row->bad && file == &set->files[IMPORT_PAYMENTS])
            drop_parts(set, file, row, said);
    }
}
