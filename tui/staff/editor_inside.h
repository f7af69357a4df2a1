/* Inside of the editor. editor.c: screen, loading, saving; editor_lines.c: its inputs; editor_totals.c: what is typed as a document,
 * and its totals; editor_keys.c: focus, keys, items that match; editor_errors.c: what is wrong; editor_draw.c. */
#ifndef TUI_STAFF_EDITOR_INSIDE_H
#define TUI_STAFF_EDITOR_INSIDE_H
#include "tui/staff/editor.h"
#include "tui/staff/staff_screens.h"

enum editor_head { HEAD_DATE, HEAD_DUE, HEAD_REFERENCE, HEADS };
enum editor_cell {
    CELL_NAME,
    CELL_QUANTITY,
    CELL_PRICE,
    CELL_DISCOUNT,
    CELL_TAX,
    CELL_TEXT,
    CELL_UNIT,
    CELL_TAX2,
    CELLS
};
enum editor_foot {
    FOOT_DISCOUNT,
    FOOT_SHIPPING,
    FOOT_SHIPPING_TAX,
    FOOT_ADJUSTMENT,
    FOOT_INCLUSIVE,
    FOOT_CARD,
    FOOT_TRANSFER,
    FOOT_NOTES,
    FOOT_TERMS,
    FOOT_SUPPLY,
    FOOT_PERIOD_FROM,
    FOOT_PERIOD_UNTIL,
    FOOT_STATEMENT,
    FEET
};
enum {
    EDITOR_GET,
    EDITOR_CUSTOMER,
    EDITOR_TAXES,
    EDITOR_BUSINESS,
    EDITOR_ITEMS,
    EDITOR_SAVE,
    EDITOR_SEND,
    EDITOR_AGAIN
};

#define EDITOR_LINES 1000
#define EDITOR_MATCHES 5
#define EDITOR_RATES 120

struct editor_row {
    struct input cell[CELLS];
    uint64_t item; /* it was made from, 0: none */
};
/* A tax that can be chosen: none (the first), those of the settings, and those that only stand on this document. */
struct editor_tax {
    uint64_t id;
    int64_t percent;
    int category;
    bool own; /* the reason is the line's own */
    char name[64];
    char reason[1204]; /* 300 characters */
    char label[96];
};
enum editor_area { AREA_HEAD, AREA_LINES, AREA_FOOT };
struct editor_focus {
    enum editor_area area;
    size_t row; /* of AREA_LINES */
    int at;     /* enum editor_head, editor_cell or editor_foot */
};
struct editor {
    int kind;
    uint64_t id; /* 0: not saved yet */
    uint64_t customer;
    int64_t revision;
    int state;
    char number[64], next_number[64], customer_name[256], currency[4], base_currency[4];
    int days;  /* between date and due */
    bool card; /* invoices can be paid by card here */
    bool tax_per_line, ready, dirty, sending, stale;
    bool have_document, have_customer, have_taxes, have_business;
    struct input head[HEADS], foot[FEET];
    struct editor_row **rows;
    size_t n, capacity;
    struct editor_tax taxes[EDITOR_RATES];
    const char *tax_labels[EDITOR_RATES + 1]; /* choices of the tax inputs */
    size_t tax_count;
    struct editor_focus focus;
    const struct item_list *matches; /* NULL: none shown */
    int match;                       /* chosen one, −1: none yet */
    struct arena *work;              /* of doc */
    struct document sent;            /* what the server is given */
    struct document doc;             /* as it stands, computed */
    struct refusal wrong;            /* why it does not add up */
    const struct customer *owner;    /* until ready */
    const struct business *business;
    const struct document *read;
    int32_t today;
    int64_t kept; /* ui_now when it was saved last, 0: never */
};

/* --- editor_lines.c */
void editor_init(struct editor *e);
void editor_fini(struct editor *e);
void editor_fill(struct editor *e, const struct document *d);
size_t editor_add_row(struct editor *e, size_t at); /* returns where it stands */
void editor_drop_row(struct editor *e, size_t at);
bool editor_row_empty(const struct editor_row *r);
void editor_set_taxes(struct editor *e, const struct tax_list *taxes);
void editor_take_item(struct editor *e, size_t row, const struct item *item);
const struct editor_tax *editor_tax_of(const struct editor *e, const struct input *in);
/* "10", "10 %": per cent; "25 EUR": an amount. */
bool editor_read_discount(const char *text, const char *currency, int64_t *percent, int64_t *amount,
                          struct refusal *why);
/* Rebuilds doc from what is typed and computes it as the server does. */
void editor_compute(struct editor *e);
/* A discount that was typed, in the form it is shown in: "10 %". */
void editor_tidy(const struct editor *e, struct input *in);
/* Is every input fine? Focuses the first that is not. */
bool editor_check(struct editor *e);
/* Puts a refusal of the server ("document.lines.2.quantity") where it belongs. */
bool editor_refuse(struct editor *e, const struct refusal *why);
struct input *editor_input(struct editor *e, const struct editor_focus *f);

/* --- editor_keys.c */
bool editor_key(struct ui *ui, void *state, const struct key *k);
void editor_run_line(struct ui *ui, void *state);
void editor_run_drop(struct ui *ui, void *state);

/* --- editor_errors.c */
/* What is wrong with a line, for the row under it: "Qty: …"; "" for nothing. */
char *editor_row_error(const struct editor *e, size_t i, char *buffer, size_t size);
/* The first that is wrong with the head or the foot, with the name of its field: those stand too close for rows of their own. */
bool editor_first_wrong(const struct editor *e, char *buffer, size_t size);

/* --- editor_draw.c */
void editor_draw(const void *state, struct canvas *c);
#endif
