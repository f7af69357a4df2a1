/* Inside of list.c and list_draw.c only. */
#ifndef TUI_LIST_ROWS_H
#define TUI_LIST_ROWS_H
#include "tui/full/edit.h"
#include "tui/full/list.h"

#define LIST_COLUMNS 16
struct kept_row {
    uint64_t id;
    const char *cells[LIST_COLUMNS];
    unsigned style, styles[LIST_COLUMNS];
    int64_t user;
    bool marked;
};
struct list {
    const struct list_column *columns;
    size_t column_count;
    struct arena *arena, *filling; /* filling: of a list_begin whose list_end is still to come */
    struct kept_row *rows, *new_rows;
    size_t count, capacity, new_count, new_capacity;
    size_t *shown; /* indexes of rows that pass the filter, in the order shown */
    size_t shown_count;
    size_t cursor; /* index into shown */
    uint64_t cursor_id, wanted_id;
    bool loaded, more, asked_more, focused, filter_open, remote_filter, remote_sort, descending, takes_marks,
        expects, renews;
    int64_t total;
    int fresh;
    int sort; /* column, −1: as they came */
    struct edit *typed;
    struct arena *terms;                   /* of filter */
    struct filter filter;                  /* the last that was understood */
    char *query;                           /* its text */
    char choices[300];                     /* what Tab could go on with, until the next key; "" nothing */
    char why[300];                         /* why what is typed was refused; "" when it was not */
    struct filter_field own[LIST_COLUMNS]; /* the language of the columns */
    char names[LIST_COLUMNS][80];          /* its words: the title as it stands there, then the name */
    struct filter_fields columns_fields;
    const struct filter_fields *fields;
    struct {
        uint64_t *v;
        size_t n, capacity;
    } away; /* marked, and not among the rows: on a page that was not loaded again, or filtered out by the server */
    int64_t matched; /* that the server counted; −1: it did not */
    bool matched_more;
    char sums[300];
    const char *empty_text;
    int widest[LIST_COLUMNS], new_widest[LIST_COLUMNS]; /* columns of the widest cell */
    int top, page; /* first row shown and rows a page, as last drawn: history of the view, not of the data */
};
bool list_mark(
    struct list *l); /* the record under the cursor, or not any more; false: nothing is marked here */
bool list_back(struct list *l, uint64_t id); /* one that was away is marked: it is a row again */
void list_away(struct list *l, uint64_t id);
void list_arrange(struct list *l); /* after rows, filter or order changed */
#endif
