#include "tui/full/list_rows.h"
#include "common/date.h"
#include "common/money.h"
#include "common/text.h"
#include <assert.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROWS_MAX 100000 /* what a person pages through; beyond it list_add is ignored */

/* "What" finds as what:, "Last used" as last_used:; the field's own name does, too. */
static const char *names_of(char *to, size_t size, const struct list_column *column)
{
    size_t n = 0;
    const char *title = column->name && column->title ? column->title : "";
    snprintf(to, size, "%s%s%s", title, *title ? " " : "", column->name ? column->name : "");
    for (; n < size - 1 && n < strlen(title); n++)
        to[n] = (char)(to[n] == ' ' ? '_' : tolower((unsigned char)to[n]));
    return to;
}

struct list *list_open(const struct list_column *columns, size_t count)
{
    assert(count <= LIST_COLUMNS);
    struct list *l = calloc(1, sizeof *l);
    if (!l)
        abort();
    l->columns = columns;
    l->column_count = count;
    for (size_t i = 0; i < count; i++)
        l->own[i] = (struct filter_field){.names = names_of(l->names[i], sizeof l->names[i], &columns[i]),
                                          .type = columns[i].right ? FILTER_DECIMAL : FILTER_WORDS,
                                          .id = (int)i,
                                          .plain = true};
    l->columns_fields = (struct filter_fields){l->own, count};
    l->fields = &l->columns_fields;
    l->matched = -1;
    l->arena = arena_open();
    l->typed = edit_open(120, false);
    l->total = -1;
    l->sort = -1;
    l->page = 10;
    l->empty_text = "Nothing here yet.";
    return l;
}

void list_close(struct list *l)
{
    if (!l)
        return;
    arena_close(l->arena);
    arena_close(l->filling);
    arena_close(l->terms);
    free(l->query);
    edit_close(l->typed);
    free(l->rows);
    free(l->new_rows);
    free(l->shown);
    free(l->away.v);
    free(l);
}

void list_empty_text(struct list *l, const char *text)
{
    l->empty_text = text;
}

void list_remote(struct list *l, bool filter, bool sort)
{
    l->remote_filter = filter;
    l->remote_sort = sort;
}

void list_language(struct list *l, const struct filter_fields *fields)
{
    static const struct filter_fields none = {0};
    l->fields = fields ? fields : &none;
}

void list_filter_why(struct list *l, const char *why)
{
    snprintf(l->why, sizeof l->why, "%s", why);
}

void list_matched(struct list *l, int64_t matched, bool more, const char *sums)
{
    l->matched = matched;
    l->matched_more = more;
    snprintf(l->sums, sizeof l->sums, "%s", sums ? sums : "");
}

/* --- rows coming in */

void list_begin(struct list *l)
{
    arena_close(l->filling);
    l->filling = arena_open();
    l->new_count = 0;
    memset(l->new_widest, 0, sizeof l->new_widest);
}

static void keep(struct list *l, struct arena *a, struct kept_row *to, const struct list_row *row)
{
    int *widest = l->filling ? l->new_widest : l->widest;
    to->id = row->id;
    to->style = row->style;
    to->user = row->user;
    for (size_t i = 0; i < l->column_count; i++) {
        const char *text = row->cells[i] ? row->cells[i] : "";
        to->cells[i] = arena_text(a, text, strlen(text));
        to->styles[i] = row->styles ? row->styles[i] : 0;
        int columns = (int)text_columns(text);
        widest[i] = columns > widest[i] ? columns : widest[i];
    }
}

static void add(struct kept_row **rows, size_t *count, size_t *capacity)
{
    if (*count == *capacity) {
        size_t more = *capacity ? *capacity * 2 : 32;
        struct kept_row *bigger = realloc(*rows, more * sizeof *bigger);
        if (!bigger)
            abort();
        *rows = bigger;
        *capacity = more;
    }
    memset(&(*rows)[*count], 0, sizeof **rows);
    ++*count;
}

static struct kept_row *by_id(const struct list *l, uint64_t id)
{
    for (size_t i = 0; i < l->count; i++)
        if (l->rows[i].id == id)
            return &l->rows[i];
    return NULL;
}

void list_add(struct list *l, const struct list_row *row)
{
    if (l->filling) {
        if (l->new_count >= ROWS_MAX)
            return;
        add(&l->new_rows, &l->new_count, &l->new_capacity);
        struct kept_row *to = &l->new_rows[l->new_count - 1];
        keep(l, l->filling, to, row);
    } else if (l->count < ROWS_MAX &&
               !by_id(l, row->id)) { /* pages may overlap when something was inserted */
        add(&l->rows, &l->count, &l->capacity);
        keep(l, l->arena, &l->rows[l->count - 1], row);
        l->rows[l->count - 1].marked = list_back(l, row->id);
    }
}

/* Marks go over to the rows that came, by id. The others stay away while there may be more than what came. */
static void carry_marks(struct list *l, bool part)
{
    for (size_t i = 0; i < l->count; i++)
        if (l->rows[i].marked)
            list_away(l, l->rows[i].id);
    for (size_t i = 0; i < l->new_count && l->away.n; i++)
        l->new_rows[i].marked = list_back(l, l->new_rows[i].id);
    if (!part)
        l->away.n = 0;
}

void list_expect(struct list *l, bool expects)
{
    l->expects = expects;
    l->renews = false;
}

void list_renew(struct list *l)
{
    l->renews = true;
}

bool list_expects(const struct list *l)
{
    return l->expects;
}

void list_end(struct list *l, bool more, int64_t total)
{
    list_expect(l, false);
    if (l->filling) {
        carry_marks(l, more || (l->remote_filter && l->filter.n));
        struct kept_row *rows = l->rows;
        size_t capacity = l->capacity;
        arena_close(l->arena);
        l->arena = l->filling;
        l->filling = NULL;
        l->rows = l->new_rows;
        l->count = l->new_count;
        l->capacity = l->new_capacity;
        l->new_rows = rows;
        l->new_capacity = capacity;
        l->new_count = 0;
        memcpy(l->widest, l->new_widest, sizeof l->widest);
        l->fresh = 0;
    }
    l->loaded = true;
    l->more = more;
    l->asked_more = false;
    l->total = total;
    list_arrange(l);
}

void list_update(struct list *l, const struct list_row *row)
{
    struct kept_row *have = by_id(l, row->id);
    if (!have)
        return;
    keep(l, l->arena, have, row);
    list_arrange(l);
}

void list_fresh(struct list *l, int count)
{
    l->fresh = count;
}

/* --- what is shown, in which order */

/* Numbers before words; "EUR 1,200.00" is a number. */
static bool numeric(const char *text, int64_t *value)
{
    char plain[48];
    size_t n = 0;
    text += strcspn(text, "-0123456789");
    for (; *text && n + 1 < sizeof plain && strchr("-0123456789.,", *text); text++)
        if (*text != ',')
            plain[n++] = *text;
    plain[n] = '\0';
    return n && decimal_parse(plain, value) == OK;
}

static void ask_cell(void *row, int id, struct filter_value *v)
{
    const struct kept_row *r = row;
    v->text[0] = r->cells[id];
    v->none = !numeric(r->cells[id], &v->number);
}

static bool passes(const struct list *l, struct kept_row *row)
{
    if (l->remote_filter || l->filter.n == 0)
        return true;
    struct arena *a = arena_open();
    bool all = filter_match(a, &l->filter, ask_cell, row);
    arena_close(a);
    return all;
}

static int compare(const void *left, const void *right, void *ctx)
{
    const struct list *l = ctx;
    size_t i = *(const size_t *)left, j = *(const size_t *)right;
    const char *a = l->rows[i].cells[l->sort], *b = l->rows[j].cells[l->sort];
    int64_t x, y;
    int order = 0;
    if (l->columns[l->sort].right && numeric(a, &x) && numeric(b, &y))
        order = (x > y) - (x < y);
    else
        order = strcoll(a, b);
    if (order == 0)
        return (i > j) - (i < j);
    return l->descending ? -order : order;
}

void list_arrange(struct list *l)
{
    size_t *shown = realloc(l->shown, (l->count + 1) * sizeof *shown);
    if (!shown)
        abort();
    l->shown = shown;
    l->shown_count = 0;
    for (size_t i = 0; i < l->count; i++)
        if (passes(l, &l->rows[i]))
            l->shown[l->shown_count++] = i;
    if (l->sort >= 0 && !l->remote_sort)
        qsort_r(l->shown, l->shown_count, sizeof *l->shown, compare, l);
    uint64_t follow = l->wanted_id ? l->wanted_id : l->cursor_id;
    for (size_t i = 0; follow && i < l->shown_count; i++)
        if (l->rows[l->shown[i]].id == follow) {
            l->cursor = i;
            l->wanted_id = 0;
            break;
        }
    if (l->cursor >= l->shown_count)
        l->cursor = l->shown_count ? l->shown_count - 1 : 0;
    l->cursor_id = list_id(l);
}

/* --- keys */

bool list_wants_more(struct list *l)
{
    bool near =
        l->cursor + (size_t)l->page + 1 >= l->shown_count || (size_t)(l->top + l->page) >= l->shown_count;
    if (!l->more || l->asked_more || l->renews || l->expects || !near)
        return false;
    l->asked_more = true;
    return true;
}

static enum list_event go(struct list *l, int64_t to)
{
    uint64_t before = l->cursor_id;
    l->wanted_id = 0; /* who moves has made up their mind */
    int64_t last = (int64_t)l->shown_count - 1;
    to = to > last ? last : to;
    l->cursor = to > 0 ? (size_t)to : 0;
    l->cursor_id = list_id(l);
    if (list_wants_more(l))
        return LIST_MORE;
    return l->cursor_id != before ? LIST_MOVED : LIST_USED;
}

/* Dates are only looked at by the server, which knows what day it is; here any day will do to see whether they are understood. */
static bool understand(struct list *l)
{
    struct refusal why = {0}, ignored;
    struct filter filter;
    struct arena *a = arena_open();
    char *query = strdup(edit_text(l->typed));
    if (!query)
        abort();
    bool understood = filter_read(a, l->fields, query, DATE_UNIX_EPOCH, &filter, &why) == OK;
    list_filter_why(l, understood ? "" : why.detail);
    /* A term that is not understood filters nothing: the rows are those of what stands before it. */
    for (size_t n = strlen(query); !understood && n > 0;) {
        while (n > 0 && query[n - 1] != ' ')
            n--;
        n -= n > 0;
        query[n] = '\0';
        understood = filter_read(a, l->fields, query, DATE_UNIX_EPOCH, &filter, &ignored) == OK;
    }
    if (!understood || (*l->why && l->query && strcmp(query, l->query) == 0)) {
        arena_close(a);
        free(query);
        return false;
    }
    arena_close(l->terms);
    free(l->query);
    l->terms = a;
    l->query = query;
    l->filter = filter;
    return true;
}

static enum list_event filter_changed(struct list *l)
{
    if (!understand(l))
        return LIST_USED; /* the rows stay */
    list_arrange(l);
    return l->remote_filter ? LIST_FILTER : LIST_MOVED;
}

static bool completed(struct list *l)
{
    struct arena *a = arena_open();
    const char *more = filter_complete(a, l->fields, edit_text(l->typed));
    if (more)
        edit_set(l->typed, more);
    arena_close(a);
    return more != NULL;
}

static enum list_event filter_key(struct list *l, const struct key *k)
{
    char before[512];
    snprintf(before, sizeof before, "%s", edit_text(l->typed));
    *l->choices = '\0';
    if (k->code == K_ESC) {
        l->filter_open = false;
        edit_set(l->typed, "");
        return *before ? filter_changed(l) : LIST_USED;
    }
    if (k->code == K_TAB) { /* it never leaves: what is typed behind it is still meant for the filter */
        if (completed(l))
            return filter_changed(l);
        filter_choices(l->choices, sizeof l->choices, l->fields, before);
        return LIST_USED;
    }
    if (k->code == K_ENTER || k->code == K_DOWN || k->code == K_UP) {
        l->filter_open =
            *l->why && k->code == K_ENTER; /* what is not understood is not kept: it can be mended */
        return LIST_USED;
    }
    if (!edit_key(l->typed, k))
        return LIST_IGNORED;
    return strcmp(before, edit_text(l->typed)) != 0 ? filter_changed(l) : LIST_USED;
}

static enum list_event next_sort(struct list *l)
{
    int n = (int)l->column_count, from = l->sort;
    if (from >= 0 && !l->descending) {
        l->descending = true;
    } else {
        l->descending = false;
        for (l->sort = from + 1; l->sort < n && !l->columns[l->sort].sortable; l->sort++) {
        }
        if (l->sort == n)
            l->sort = -1;
        if (from < 0 && l->sort < 0)
            return LIST_IGNORED;
    }
    list_arrange(l);
    return l->remote_sort ? LIST_SORT : LIST_MOVED;
}

enum list_event list_key(struct list *l, const struct key *k)
{
    int64_t at = (int64_t)l->cursor;
    if (l->filter_open)
        return filter_key(l, k);
    switch (k->code) {
    case 'j':
    case 'n':
    case K_DOWN: return go(l, at + 1);
    case 'k':
    case 'N':
    case K_UP: return go(l, at - 1);
    case K_PAGE_DOWN: return go(l, at + l->page);
    case K_PAGE_UP: return go(l, at - l->page);
    case K_WHEEL_DOWN: return go(l, at + 3);
    case K_WHEEL_UP: return go(l, at - 3);
    case 'g':
    case K_HOME: return go(l, 0);
    case 'G':
    case K_END: return go(l, INT32_MAX);
    case ' ': return list_mark(l) ? go(l, at + 1) : LIST_IGNORED;
    case 's': return next_sort(l);
    case '/': l->filter_open = true; return LIST_USED;
    case K_ENTER: return l->shown_count ? LIST_OPEN : LIST_IGNORED;
    case K_ESC:
        if (!*edit_text(l->typed))
            return LIST_IGNORED;
        edit_set(l->typed, "");
        return filter_changed(l);
    default: return LIST_IGNORED;
    }
}

bool list_typing(const struct list *l)
{
    return l->filter_open;
}

void list_set_filter(struct list *l, const char *text)
{
    edit_set(l->typed, text);
    filter_changed(l);
}
