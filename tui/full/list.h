/* A list of records in columns. The cursor belongs to a record (by id), not to a row: new data may arrive at any time.
 * The list keeps copies of the cell texts; it never holds a record. Made with ui_list, freed with its screen.
 *
 * Loading: list_begin, list_add for each, list_end. More at the end (LOAD_MORE): list_add, list_end without list_begin. */
#ifndef TUI_LIST_H
#define TUI_LIST_H
#include "common/filter.h"
#include "tui/full/canvas.h"
#include "tui/full/keystroke.h"

struct list_column {
    const char *name;  /* for field:value and sorting; NULL: neither */
    const char *title; /* NULL in every column: no heading row */
    int width;         /* columns at least */
    int grow;          /* its share of what is left over, after what its texts need; 0: never wider */
    int drop;          /* when narrow, the highest goes first; 0: stays */
    bool right;        /* numbers and money: never cut, as wide as the widest cell, whatever `width` says */
    bool sortable;
    bool sparse; /* not there while it is empty in every row */
};
struct list_row {
    uint64_t id;              /* not 0 */
    const char *const *cells; /* one a column, copied; NULL entries are empty */
    unsigned style;           /* of the row */
    const unsigned *styles;   /* one a column, added to it; or NULL */
    int64_t user;             /* the screen's own: a state, flags */
};
struct list;
struct list *list_open(const struct list_column *columns, size_t count);
void list_close(struct list *l); /* accepts NULL */
/* Shown when there is nothing at all: "No invoices yet." The hidden-by-filter text is the list's own. */
void list_empty_text(struct list *l, const char *text);
/* The filter and the order are arguments of the operation: the list asks for LOAD_FILTER, LOAD_SORT instead of doing it.
 * Every list that may have more than a few hundred records wants this: a local filter pages through all of them. */
void list_remote(struct list *l, bool filter, bool sort);
/* What may be typed after "/": a table of common/filter_table.h, or of the screen's. NULL: words only. Without it the columns are the fields. What is not
 * understood is said where it is typed, and changes nothing else. */
void list_language(struct list *l, const struct filter_fields *fields);
/* The same for what only the server can tell; "" takes it back. */
void list_filter_why(struct list *l, const char *why);
/* Of a filtered list, as the server counted: how many pass (more: at least), and what they come to ("" or NULL: not known). −1: not counted. */
void list_matched(struct list *l, int64_t matched, bool more, const char *sums);

void list_begin(struct list *l);
void list_add(struct list *l, const struct list_row *row);
/* more: there are further pages. total: of all records, −1 unknown. */
void list_end(struct list *l, bool more, int64_t total);
void list_update(struct list *l, const struct list_row *row); /* a record that is there already, by id */
void list_fresh(struct list *l, int count);                   /* "3 new: r"; 0 clears, list_begin too */

enum list_event {
    LIST_IGNORED,
    LIST_USED,
    LIST_MOVED,  /* another record under the cursor */
    LIST_OPEN,   /* Enter */
    LIST_MORE,   /* used, and the next page is wanted (said once a page) */
    LIST_FILTER, /* remote filter text changed */
    LIST_SORT    /* remote order changed */
};
enum list_event list_key(struct list *l, const struct key *k);
/* The next page is wanted: the end is near, or the view is taller than what is here. True once a page. */
bool list_wants_more(struct list *l);
/* Other rows were asked for: until they are here (list_end), what is under the cursor is not what is meant. */
void list_expect(struct list *l, bool expects);
bool list_expects(const struct list *l);
/* Its rows were asked for again: until they are here, no further page is wanted, for its answer would take the place of theirs. */
void list_renew(struct list *l);
bool list_typing(const struct list *l); /* the filter line is open: letters are text */

bool list_loaded(const struct list *l);  /* list_end was called */
uint64_t list_id(const struct list *l);  /* under the cursor; 0 when nothing is shown */
int64_t list_user(const struct list *l); /* of that row, 0 */
const char *list_cell(const struct list *l, const char *column); /* its text, "" */
void list_select(struct list *l, uint64_t id);                   /* also before it arrives */
/* Moves the cursor by so many rows; returns the id now under it, 0 when there is no such row (and stays). */
uint64_t list_step(struct list *l, int by);
size_t list_count(const struct list *l); /* rows here, hidden ones too */
size_t list_shown(const struct list *l);
const char *list_filter_text(const struct list *l); /* as it is typed */
/* The last filter that was understood: its text, for the server, and its terms. */
const char *list_query(const struct list *l);
void list_set_filter(struct list *l, const char *text);
const char *list_sort(const struct list *l,
                      bool *descending); /* column name, or NULL for the natural order */
/* Lists that the server only searches by words: what is typed after "/" as that argument. False, and said in the list, for terms that are
 * none; `words` lives as long as the list's filter. */
bool list_words(struct list *l, char *words, size_t size);
/* Some act is about several: only then Space marks. */
void list_take_marks(struct list *l);
bool list_takes_marks(const struct list *l);
bool list_sorts(const struct list *l); /* has it a column to sort by? */
/* "status, number, customer": what the filter knows. Returns buffer. */
char *list_fields(const struct list *l, char *buffer, size_t size);
/* Marked ids in order; index from 0, 0 after the last. */
uint64_t list_marked(const struct list *l, size_t index);
void list_unmark(struct list *l);
/* "12 of 348", "25 shown, more", "3 marked", "3 new: r". Returns buffer. */
char *list_status(const struct list *l, char *buffer, size_t size);

/* Heading, rows and filter line in the whole view. What is `right` is shown whole: when room is short, columns with `drop` go,
 * then those that grow are shortened with "…", at last a row takes further lines for its numbers. */
void list_draw(const struct list *l, const struct canvas *c);
void list_set_focused(struct list *l, bool focused); /* by ui */
#endif
