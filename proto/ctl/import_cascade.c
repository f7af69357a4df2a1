/* What stays out because something else does. */
#include "proto/ctl/ctl_import.h"

static void out_with(struct import_set *set, const struct import_file *file, struct import_row *row,
                     bool said, size_t line, const char *column, const char *reason)
{
    row->bad = true;
    if (said)
        import_problem(set, row->from ? row->from : file, line, column, "stays out: %s", reason);
}

/* A payment goes on without the parts whose invoices stay out; what they were is unused then. One of nothing but such parts stays out too;
 * of one that had an unused rest besides all is. */
static void drop_parts(struct import_set *set, struct import_file *file, struct import_row *row, bool said)
{
    struct import_payment *in = row->in;
    size_t *lines = arena_alloc(set->c->a, row->parts * sizeof *lines), n = 0;
    struct import_part *parts = arena_alloc(set->c->a, row->parts * sizeof *parts);
    bool unused = false;
    for (size_t k = 0; k < in->parts.n; k++) {
        const struct import_row *settles = import_settled_row(set, &in->parts.v[k]);
        if (!settles || !settles->bad) {
            lines[n] = row->part_lines[k];
            parts[n++] = in->parts.v[k];
            continue;
        }
        *(in->parts.v[k].retainer ? &row->in_advance : &row->applied) -= in->parts.v[k].amount.amount;
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

/* What settles it is not open, the source says: where that stays out, so does an invoice that would be. One that is here already is left
 * as it is. */
static void keep_out_one(struct import_set *set, struct import_row *row, const char *what, const char *of,
                         size_t line, bool said)
{
    if (!row || row->bad || row->known || row->state != DOC_OPEN)
        return;
    if (set->writing) {
        import_note(set,
                    arena_printf(set->c->a,
                                 "shows more due than the file says: %s on it was refused when it was in",
                                 what),
                    row->name);
        return;
    }
    row->bad = true;
    if (said)
        import_problem(set, &set->files[IMPORT_INVOICES], row->line, "Invoice Number",
                       "stays out: %s on it does (line %zu of the %s)", what, line, of);
}

static void keep_out(struct import_set *set, const struct import_row *payment, bool said)
{
    const struct import_payment *in = payment->in;
    for (size_t k = 0; k < in->parts.n; k++)
        if (!in->parts.v[k].retainer)
            keep_out_one(set, import_settled_row(set, &in->parts.v[k]), "a payment", "payments",
                         payment->part_lines[k], said);
}

/* A use, or a refund, without what it is out of, or without the invoice. */
static void out_with_its_credit(struct import_set *set, const struct import_file *file,
                                struct import_row *row, bool said)
{
    const struct import_credit *in = row->in; /* a refund begins alike */
    const struct import_row *credit = import_credit_row(set, in->of, in->number), *invoice = NULL;
    if (file->op == OPNO_import_credits)
        invoice = import_invoice_row(set, in->invoice);
    if (credit && credit->bad)
        out_with(set, file, row, said, row->line, "", "what it comes out of does");
    else if (invoice && invoice->bad)
        out_with(set, file, row, said, row->line, "Invoice Number", "the invoice does");
}

static void keep_out_all(struct import_set *set, bool said)
{
    const struct import_file *file = &set->files[IMPORT_PAYMENTS];
    for (size_t i = 0; i < file->n; i++)
        if (file->rows[i].bad)
            keep_out(set, &file->rows[i], said);
    file = &set->files[IMPORT_CREDITS];
    for (size_t i = 0; i < file->n; i++)
        if (file->rows[i].bad)
            keep_out_one(set,
                         import_invoice_row(set, ((const struct import_credit *)file->rows[i].in)->invoice),
                         "credit used", "credits applied", file->rows[i].line, said);
}

void import_cascade_back(struct import_set *set, bool said)
{
    keep_out_all(set, said);
    for (int i = IMPORT_PAYMENTS; i < IMPORT_FILES; i++)
        import_cascade(set, &set->files[i], said);
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
        else if (!row->bad && (file->op == OPNO_import_credits || file->op == OPNO_import_refunds))
            out_with_its_credit(set, file, row, said);
    }
}
