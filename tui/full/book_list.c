/* A book's rows on the screen: columns, pages, the order and what is looked for; only some of them. */
#include "proto/paper/show.h"
#include "tui/face/fill_in.h"
#include "tui/full/book_inside.h"
#include "tui/full/look.h"
#include "tui/full/ui.h"
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

/* Where the page of the row that is meant begins. */
static const char *page_of(const struct book_state *s, const struct scene *v)
{
    const struct shape *of;
    const char *first;
    if (!v->row)
        return NULL;
    (void)book_rows(s->book, v->out, &of, &first);
    size_t at = (size_t)((const char *)v->row - first) / of->size, i = 0;
    while (i + 1 < s->pages_n && s->pages[i].end <= at)
        i++;
    return s->pages_n ? s->pages[i].after : NULL;
}

struct scene book_scene(const struct book_state *s, struct arena *a)
{
    struct scene v = s->view;
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    v.arena = a;
    v.now = (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
    v.id = s->id;
    v.codes = !s->letters;
    v.find = s->find;
    v.after = s->after;
    if (s->list || s->one)
        (void)book_find(s->book, &v, s->list ? list_id(s->list) : s->id);
    if (s->list)
        v.after = page_of(s, &v);
    return v;
}

/* With what is marked, for an act. */
struct scene book_scene_marked(const struct book_state *s, struct arena *a)
{
    struct scene v = book_scene(s, a);
    size_t room = 0;
    for (uint64_t id; s->list && (id = list_marked(s->list, v.marked_n)) != 0;) {
        if (v.marked_n == room)
            v.marked = arena_grow(a, v.marked, &room, sizeof *v.marked);
        v.marked[v.marked_n++] = id;
    }
    return v;
}

/* --- only some of the rows */

static void only_said(struct ui *ui, void *state, const struct said *said)
{
    struct book_state *s = state;
    struct option o;
    if (book_only(s->book, s->view.me, (size_t)said->choice, &o)) {
        s->view.only = (int)o.value;
        ui_reload(ui);
    }
}

const char *book_capital(struct arena *a, const char *text)
{
    return arena_printf(a, "%c%s", toupper((unsigned char)*text), text + 1);
}

void book_ask_only(struct ui *ui, void *state)
{
    const struct book_state *s = state;
    struct option o;
    size_t n = 0;
    arena_reset(s->choices);
    while (book_only(s->book, s->view.me, n, &o))
        n++;
    const char **names = arena_alloc(s->choices, (n + 1) * sizeof *names);
    for (size_t i = 0; i < n && book_only(s->book, s->view.me, i, &o); i++)
        names[i] = book_capital(s->choices, o.name);
    ui_dialog(
        ui, &(struct dialog){
                .kind = DIALOG_CHOOSE, .title = "Show", .choices = names, .yes = "Show", .done = only_said});
}

void book_say_only(struct ui *ui, const struct book_state *s)
{
    struct option o = {0};
    list_empty_text(s->list, book_empty(&s->view, s->nothing));
    for (size_t i = 0; s->view.only && book_only(s->book, s->view.me, i, &o) && o.value != s->view.only; i++)
        ;
    const char *says = !s->view.only    ? "%s"
                       : s->book->shows ? "Only %s: f shows others"
                                        : "Only %s ones: f shows others";
    ui_status(ui, says, s->view.only ? o.name : "");
}

/* --- the list */

/* What stands in place of rows; told anew with them, as it may depend on what was read with them. */
static void say_nothing(struct book_state *s)
{
    const struct scene v = book_scene(s, s->told);
    s->nothing =
        s->title ? book_words(s->book, s->told, s->book->empty, act_key) : book_nothing(s->book, &v, act_key);
    list_empty_text(s->list, book_empty(&v, s->nothing));
}

/* A count that has words of its own is a number no more. */
static bool is_number(const struct column *c, const struct field *f)
{
    return f->type == FIELD_MONEY || f->type == FIELD_DECIMAL || (f->type == FIELD_COUNT && !c->text);
}

static const char *label_of(struct ui *ui, const struct field *f)
{
    char label[64];
    field_label(label, sizeof label, f);
    return arena_text(ui_arena(ui), label, strlen(label));
}

void book_list_make(struct ui *ui, struct book_state *s)
{
    const struct book *b = s->book;
    const struct shape *of = fill_field(op_at(b->op)->out(), b->rows)->shape();
    size_t n = 0;
    while (b->columns[n].field)
        n++;
    struct list_column *columns = arena_alloc(ui_arena(ui), n * sizeof *columns);
    n = 0;
    for (const struct column *c = b->columns; c->field; c++) {
        if (!column_offered(c, &s->view))
            continue;
        columns[n++] =
            (struct list_column){.name = c->field,
                                 .title = c->title ? c->title : label_of(ui, fill_field(of, c->field)),
                                 .width = c->width,
                                 .grow = c->grow,
                                 .drop = c->drop,
                                 .sparse = c->sparse,
                                 .right = is_number(c, fill_field(of, c->field)),
                                 .sortable = c->sorts || c->sort};
        s->sorts = s->sorts || c->sort;
    }
    s->list = ui_list(ui, columns, n);
    ui_holds(ui, b->holds);
    say_nothing(s);
    list_remote(s->list, book_finds(b) != NULL, s->sorts);
    if (book_finds(b))
        list_language(s->list, b->filter ? b->filter() : NULL);
    for (const struct act *a = b->acts; a->name; a++)
        if (a->many && !s->title && !act_refused(a, s->view.me) && act_offered(a, s->view.me))
            list_take_marks(s->list);
    if (s->id)
        list_select(s->list, s->id);
}

#define COLUMNS 16
static void add_row(const struct book_state *s, const struct scene *v, const struct shape *of)
{
    const struct book *b = s->book;
    const char *cells[COLUMNS];
    unsigned styles[COLUMNS];
    size_t n = 0;
    for (const struct column *c = b->columns; c->field && n < COLUMNS; c++) {
        if (!column_offered(c, v))
            continue;
        styles[n] = c->look ? look_style(c->look(v)) : STYLE_PLAIN;
        cells[n++] = book_cell(c, v, of);
    }
    list_add(s->list, &(struct list_row){.id = v->id,
                                         .cells = cells,
                                         .styles = styles,
                                         .style = b->look ? look_style(b->look(v)) : STYLE_PLAIN});
}

/* They are counted for the first page. */
static void fill_matched(const struct book_state *s, const struct scene *v)
{
    bool more;
    const char *sums;
    const int64_t matched = book_matched(s->book, v, &more, &sums);
    list_matched(s->list, *s->find ? matched : -1, more, sums);
}

/* The rows from that one on. */
void book_list_fill(struct book_state *s, size_t from)
{
    const struct shape *of;
    const char *first;
    arena_reset(s->told);
    struct scene v = book_scene(s, s->told);
    size_t n = book_rows(s->book, v.out, &of, &first);
    say_nothing(s);
    if (!from)
        list_begin(s->list);
    for (size_t i = from; i < n; i++) {
        v.row = first + i * of->size;
        v.id = book_row_id(s->book, of, v.row);
        add_row(s, &v, of);
    }
    list_end(s->list, book_next(s->book, v.out) != NULL, book_total(s->book, v.out));
    if (!from)
        fill_matched(s, &v);
}

/* A page: of those that are here, the first or one more. Returns how many rows there were before it. */
size_t book_take_page(struct book_state *s, const void *page)
{
    const struct shape *of;
    const char *first, *after = s->further ? book_next(s->book, s->view.out) : NULL;
    size_t before = after ? book_rows(s->book, s->view.out, &of, &first) : 0;
    if (!after) {
        arena_reset(s->rows);
        s->pages = NULL;
        s->room = s->pages_n = s->pages_room = 0;
        s->fresh = 0;
    }
    s->view.out = book_join(s->book, s->rows, after ? s->view.out : NULL, page, &s->room);
    if (s->pages_n == s->pages_room)
        s->pages = arena_grow(s->rows, s->pages, &s->pages_room, sizeof *s->pages);
    s->pages[s->pages_n++] = (struct page_start){after, book_rows(s->book, s->view.out, &of, &first)};
    return before;
}

/* The order that the server is asked for. */
void book_take_order(struct book_state *s)
{
    bool down = false;
    const char *name = s->list && s->sorts ? list_sort(s->list, &down) : NULL;
    s->view.sort = 0;
    s->view.reverse = false;
    for (const struct column *c = s->book->columns; name && c->field; c++)
        if (strcmp(c->field, name) == 0) {
            s->view.sort = c->sort;
            s->view.reverse = down != c->down;
        }
}

/* What is typed after "/": false while it is nothing that can be looked for. */
bool book_take_find(struct book_state *s)
{
    if (!s->list || !book_finds(s->book))
        return true;
    if (!s->book->filter)
        return list_words(s->list, s->find, sizeof s->find);
    snprintf(s->find, sizeof s->find, "%s", list_query(s->list));
    return true;
}

/* --- what is read of a row, and that the list was read */

/* Of the row under the cursor, for the preview. */
void book_ask_peek(struct ui *ui, struct book_state *s)
{
    struct arena *a = arena_open();
    const struct scene v = book_scene(s, a);
    struct peek p;
    if (book_peeks(s->book, &v, &p)) {
        s->peek_asked = v.id;
        s->peek_op = p.op;
        ui_ask(ui, TAG_PEEK, p.op, p.in);
    }
    arena_close(a);
}

/* One that is gone meanwhile is not there in the list either. */
bool book_took_peek(struct book_state *s, int tag, const struct reply *r)
{
    if (tag != TAG_PEEK || (r->code != OK && r->code != ERR_NOT_FOUND))
        return false;
    s->peek = r->out;
    s->peek_id = r->code == OK ? s->peek_asked : 0;
    return true;
}

void book_say_seen(struct ui *ui, const struct book_state *s)
{
    struct arena *a = arena_open();
    const struct scene v = book_scene(s, a);
    struct peek p;
    if (s->book->seen && s->book->seen(&v, &p))
        ui_ask(ui, TAG_SEEN, p.op, p.in);
    arena_close(a);
}

bool book_took_seen(struct ui *ui, int tag, const struct reply *r)
{
    if (tag == TAG_SEEN && r->code == OK)
        ui_set_bell(ui, 0);
    return tag == TAG_SEEN; /* or else it is told as new once more */
}
