/* A book on the screen: a list with its preview, or a record as its page; its acts as keys. */
#include "proto/paper/show.h"
#include "tui/face/fill_in.h"
#include "tui/full/book_inside.h"
#include "tui/full/look.h"
#include "tui/link/client.h"
#include <stdio.h>
#include <string.h>
#include <time.h>

struct page_start { /* a page of a list that is here */
    const char *after;
    size_t end; /* its rows are those before this one, and after the page before */
};
struct book_state {
    struct act_state act;
    const struct book *book;
    uint64_t id;       /* of the record; of a list, where its cursor begins */
    bool one;          /* a row of the list, by itself … */
    bool from_first;   /* … that is looked for from the first page on */
    struct list *list; /* NULL: a record */
    struct scene view; /* answers as they came, of a list all pages in `rows`; without a row and an arena */
    struct arena *rows;
    size_t room; /* for so many */
    struct page_start *pages;
    size_t pages_n, pages_room;
    bool further;               /* the next page is asked for, not the first */
    char find[401], after[401]; /* what is looked for; of a row by itself: its page */
    struct page *page;          /* of a record, in `told` */
    struct arena *told;         /* what is told now */
    struct arena *asked;        /* why an act is not possible: asked for each key on each paint */
};

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

static struct scene scene_of(const struct book_state *s, struct arena *a)
{
    struct scene v = s->view;
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    v.arena = a;
    v.now = (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
    v.id = s->id;
    v.find = s->find;
    v.after = s->after;
    if (s->list || s->one)
        (void)book_find(s->book, &v, s->list ? list_id(s->list) : s->id);
    if (s->list)
        v.after = page_of(s, &v);
    return v;
}

/* --- asking */

static void ask(struct ui *ui, struct book_state *s)
{
    const struct book *b = s->book;
    struct arena *a = arena_open();
    struct scene v = scene_of(s, a);
    if (s->list)
        v.after = s->further ? book_next(b, s->view.out) : NULL;
    ui_ask(ui, TAG_ROWS, b->op, book_asks(b, &v, -1));
    for (int i = 0; !s->further && b->also && b->also[i].op != OP_COUNT; i++)
        if (op_at(b->also[i].op)->who & ui_who(ui))
            ui_ask(ui, TAG_ALSO + i, b->also[i].op, book_asks(b, &v, i));
    arena_close(a);
}

/* --- acts as keys */

void act_key(const struct act *a, char *buffer, size_t size)
{
    char label[KEY_LABEL];
    strncpy(buffer, key_label(label, a->key), size - 1);
}

static const char *possible(const struct ui *ui, const void *state)
{
    const struct book_state *s = state;
    arena_reset(s->asked);
    if (!s->view.out)
        return "Still loading.";
    struct scene v = scene_of(s, s->asked);
    return act_impossible(s->book, ui_arg(ui), &v, act_key);
}

static void run_act(struct ui *ui, void *state)
{
    struct book_state *s = state;
    arena_reset(s->asked);
    struct scene v = scene_of(s, s->asked);
    act_begin(ui, &s->act, s->book, ui_arg(ui), &v);
}

/* The row of keys of an act. */
static struct key_row row_of(const struct act *a)
{
    return (struct key_row){
        .key = a->key, .action = a->name, .help = a->help, .possible = possible, .run = run_act, .arg = a};
}

static const char *can_open(const struct ui *ui, const void *state)
{
    (void)ui;
    return list_id(((const struct book_state *)state)->list) ? NULL : "There is nothing to open.";
}

static void open_row(struct ui *ui, void *state);

/* Enter opens the row; where the rows say all, it does the first act on one. */
static struct key_row enter_row(const struct book *b)
{
    if (b->tell)
        return (struct key_row){
            .key = K_ENTER, .action = "open", .help = "Look at it", .possible = can_open, .run = open_row};
    const struct act *a = b->acts;
    while (a->name && !book_about_row(b, a))
        a++;
    struct key_row row = row_of(a);
    row.key = K_ENTER;
    return row;
}

/* A row that is opened has the acts that are about it. */
static void make_keys(struct ui *ui, const struct book_state *s)
{
    const struct book *b = s->book;
    size_t n = 2;
    for (const struct act *a = b->acts; a->name; a++)
        n++;
    struct key_row *rows = arena_alloc(ui_arena(ui), n * sizeof *rows), *at = rows;
    if (s->list)
        *at++ = enter_row(b);
    for (const struct act *a = b->acts; a->name; a++)
        if ((!s->one || book_about_row(b, a)) && !(s->list && at[-1].arg == a))
            *at++ = row_of(a);
    ui_rows(ui, rows);
}

/* --- the list */

/* A count that has words of its own is a number no more. */
static bool is_number(const struct column *c, const struct field *f)
{
    return f->type == FIELD_MONEY || f->type == FIELD_DECIMAL || (f->type == FIELD_COUNT && !c->text);
}

static void make_list(struct ui *ui, struct book_state *s)
{
    const struct book *b = s->book;
    const struct shape *of = fill_field(op_at(b->op)->out(), b->rows)->shape();
    size_t n = 0;
    while (b->columns[n].field)
        n++;
    struct list_column *columns = arena_alloc(ui_arena(ui), n * sizeof *columns);
    for (size_t i = 0; i < n; i++) {
        const struct column *c = &b->columns[i];
        columns[i] = (struct list_column){.name = c->field,
                                          .title = c->title,
                                          .width = c->width,
                                          .grow = c->grow,
                                          .drop = c->drop,
                                          .right = is_number(c, fill_field(of, c->field)),
                                          .sortable = c->sorts};
    }
    s->list = ui_list(ui, columns, n);
    list_empty_text(s->list, b->empty);
    if (book_finds(b)) {
        list_remote(s->list, true, false);
        list_language(s->list, b->filter ? b->filter() : NULL);
    }
    if (s->id)
        list_select(s->list, s->id);
}

#define COLUMNS 16
static void add_row(const struct book_state *s, const struct scene *v, const struct shape *of)
{
    const struct book *b = s->book;
    const char *cells[COLUMNS];
    unsigned styles[COLUMNS];
    for (size_t i = 0; b->columns[i].field && i < COLUMNS; i++) {
        const struct column *c = &b->columns[i];
        cells[i] = book_cell(c, v, of);
        styles[i] = c->look ? look_style(c->look(v)) : STYLE_PLAIN;
    }
    list_add(s->list, &(struct list_row){.id = v->id,
                                         .cells = cells,
                                         .styles = styles,
                                         .style = b->look ? look_style(b->look(v)) : STYLE_PLAIN});
}

/* The rows from that one on. */
static void fill_list(struct book_state *s, size_t from)
{
    const struct shape *of;
    const char *first;
    arena_reset(s->told);
    struct scene v = scene_of(s, s->told);
    size_t n = book_rows(s->book, v.out, &of, &first);
    if (!from)
        list_begin(s->list);
    for (size_t i = from; i < n; i++) {
        v.row = first + i * of->size;
        v.id = book_row_id(of, v.row);
        add_row(s, &v, of);
    }
    list_end(s->list, book_next(s->book, v.out) != NULL, -1);
}

/* A page: of those that are here, the first or one more. Returns how many rows there were before it. */
static size_t take_page(struct book_state *s, const void *page)
{
    const struct shape *of;
    const char *first, *after = s->further ? book_next(s->book, s->view.out) : NULL;
    size_t before = after ? book_rows(s->book, s->view.out, &of, &first) : 0;
    if (!after) {
        arena_reset(s->rows);
        s->pages = NULL;
        s->room = s->pages_n = s->pages_room = 0;
    }
    s->view.out = book_join(s->book, s->rows, after ? s->view.out : NULL, page, &s->room);
    if (s->pages_n == s->pages_room)
        s->pages = arena_grow(s->rows, s->pages, &s->pages_room, sizeof *s->pages);
    s->pages[s->pages_n++] = (struct page_start){after, book_rows(s->book, s->view.out, &of, &first)};
    return before;
}

/* What is typed after "/": false while it is nothing that can be looked for. */
static bool take_find(struct book_state *s)
{
    if (!s->list || !book_finds(s->book))
        return true;
    if (!s->book->filter)
        return list_words(s->list, s->find, sizeof s->find);
    snprintf(s->find, sizeof s->find, "%s", list_query(s->list));
    return true;
}

/* --- one of them */

/* A row by itself that is not on its page any more, for it moved or what was looked for is not in it now: all pages, from the first.
 * False: it is here, or nowhere. */
static bool look_further(struct ui *ui, struct book_state *s)
{
    struct scene v = {.out = s->view.out};
    const char *next = book_next(s->book, s->view.out);
    if (book_find(s->book, &v, s->id) || (s->from_first && !next))
        return false;
    snprintf(s->after, sizeof s->after, "%s", s->from_first ? next : "");
    *s->find = '\0';
    s->from_first = true;
    ask(ui, s);
    return true;
}

static void tell(struct ui *ui, struct book_state *s)
{
    arena_reset(s->told);
    struct scene v = scene_of(s, s->told);
    s->page = NULL;
    if (s->one && !v.row) {
        ui_toast(ui, TONE_BAD, "It is not there any more.");
        return;
    }
    s->page = page_open(s->told);
    s->book->tell(s->page, &v);
    if (s->book->name_of)
        ui_title(ui, "%s", show_text(s->book->name_of(&v)));
}

/* --- the screen */

static void open(struct ui *ui, void *state, uint64_t subject)
{
    struct book_state *s = state;
    s->id = subject;
    s->view.me = client_me(ui);
    s->told = arena_open();
    s->rows = arena_open();
    s->asked = arena_open();
}

static void load(struct ui *ui, void *state, enum load why)
{
    struct book_state *s = state;
    s->view.today = ui_today(ui);
    if (why == LOAD_FIRST) {
        if (s->book->rows && !s->one)
            make_list(ui, s);
        if (!s->one)
            ui_title(ui, "%s", s->book->title);
        make_keys(ui, s);
    }
    s->further = why == LOAD_MORE;
    s->from_first = !*s->after && !*s->find;
    if (why != LOAD_SELECTED && take_find(s))
        ask(ui, s);
}

static void reply(struct ui *ui, void *state, int tag, const struct reply *r)
{
    struct book_state *s = state;
    if (act_reply(ui, &s->act, tag, r) || ui_refused(ui, r))
        return;
    size_t before = 0;
    if (tag != TAG_ROWS)
        s->view.also[tag - TAG_ALSO] = r->out;
    else if (s->list)
        before = take_page(s, r->out);
    else
        s->view.out = r->out;
    if (s->one && tag == TAG_ROWS && look_further(ui, s))
        return;
    if (s->list && s->view.out)
        fill_list(s, before);
    else if (s->view.out)
        tell(ui, s);
}

/* What is shown follows, but not under a question that is open, nor under somebody who has gone on in pages; and what is below others is read when one comes back to it. */
static void event(struct ui *ui, void *state, const struct event *e)
{
    const struct book_state *s = state;
    if (ui_on_top(ui) && !s->act.run && s->pages_n <= 1 && s->book->live & SUBJECT_BIT(e->subject))
        ui_reload(ui);
}

static void draw(const void *state, struct canvas *c)
{
    const struct book_state *s = state;
    if (s->list)
        list_draw(s->list, c);
    else if (s->page)
        page_draw(s->page, c, 1);
    else
        canvas_text(c, 1, 2, STYLE_DIM, "Loading …");
}

static void preview(const void *state, struct canvas *c)
{
    const struct book_state *s = state;
    struct arena *a = arena_open();
    struct scene v = scene_of(s, a);
    if (v.row && s->book->tell) {
        struct page *p = page_open(a);
        s->book->tell(p, &v);
        page_draw(p, c, 0);
    }
    arena_close(a);
}

static void close_state(void *state)
{
    struct book_state *s = state;
    run_close(s->act.run);
    arena_close(s->told);
    arena_close(s->rows);
    arena_close(s->asked);
}

static const struct screen screen_book_list = {.name = "book.list",
                                               .state_size = sizeof(struct book_state),
                                               .open = open,
                                               .load = load,
                                               .reply = reply,
                                               .event = event,
                                               .draw = draw,
                                               .preview = preview,
                                               .close = close_state};
static const struct screen screen_book_record = {.name = "book.record",
                                                 .state_size = sizeof(struct book_state),
                                                 .open = open,
                                                 .load = load,
                                                 .reply = reply,
                                                 .event = event,
                                                 .draw = draw,
                                                 .close = close_state,
                                                 .scrolls = true};

static void open_row(struct ui *ui, void *state)
{
    const struct book_state *s = state;
    arena_reset(s->asked);
    const struct scene v = scene_of(s, s->asked);
    struct book_state *one = ui_push(ui, &screen_book_record, v.id);
    one->book = s->book;
    one->one = true;
    snprintf(one->find, sizeof one->find, "%s", s->find);
    snprintf(one->after, sizeof one->after, "%s", show_text(v.after));
}

static bool on_top(const struct ui *ui, const struct book *b, uint64_t id)
{
    const struct screen *top = ui_top(ui);
    const struct book_state *s = ui_top_state(ui);
    return (top == &screen_book_list || top == &screen_book_record) && s->book == b && (!id || s->id == id);
}

void book_made(struct ui *ui, const struct book *b, uint64_t id)
{
    const struct book_state *s = ui_top_state(ui);
    if (on_top(ui, b, 0) && s->list)
        list_select(s->list, id);
}

void book_open(struct ui *ui, const struct book *b, uint64_t id)
{
    if (b->foreign)
        (void)full_foreign(ui, b->name, id);
    else if (!on_top(ui, b, id)) {
        struct book_state *s = ui_push(ui, b->rows ? &screen_book_list : &screen_book_record, id);
        s->book = b;
    }
}
