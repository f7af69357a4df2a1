/* Inside of record*.c: recording a payment (record.c), and how much of it is for which invoice (record_parts.c). */
#ifndef TUI_STAFF_RECORD_INSIDE_H
#define TUI_STAFF_RECORD_INSIDE_H
#include "tui/staff/staff_screens.h"

#define PARTS 100 /* what one page of invoice.list gives */

struct part {
    uint64_t invoice;
    struct money due, amount; /* amount 0: not settled by this payment */
};
struct record {
    uint64_t customer, first; /* first: the invoice to begin with, 0: none */
    char name[256], currency[4];
    struct form *form;
    struct list *list;
    const struct document_list_out *page;
    struct part parts[PARTS];
    size_t n;
    bool touched, unknown; /* unknown: it was sent, and nobody knows what became of it */
    uint8_t id[16];        /* made at the first review, and again after every change */
    bool has_id;
    bool despite; /* what was sent last said that pending payments are known */
    int32_t today;
};

struct part *recording_part(struct record *s, uint64_t invoice);
void recording_took_invoices(struct record *s);
struct money recording_sum(const struct record *s); /* of all parts */

/* Keys on the list of invoices. */
const char *recording_has_row(const struct ui *ui, const void *state);
void recording_run_amount(struct ui *ui, void *state);
bool recording_key(struct ui *ui, void *state, const struct key *k);
#endif
