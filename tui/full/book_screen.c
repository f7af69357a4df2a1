/* A book on the screen: a list with its preview, or a record as its page; its acts as keys. */
#include "proto/paper/show.h"
#include "tui/face/fill_in.h"
#include "tui/full/book_inside.h"
#include "tui/link/client.h"
#include <stdio.h>
#include <string.h>

_Static_assert(DELETE_KEY == K_DELETE, "one key");

/* --- asking */

/* after: those that go by the book's own answer. */
static void ask_also(struct ui *ui, struct book_state *s, const struct scene *v, bool after)
{
    const struct also *also = s->book->also;
    for (int i = 0; !s->further && also && also[i].op != OP_COUNT; i++)
        if (op_at(also[i].op)->who & (ui_who(ui) | BY_PUBLIC)) {
            s->owed |= 1u << (TAG_ALSO + i);
            if ((s->book->also_after >> i & 1) == after)
                ui_ask(ui, TAG_ALSO + i, also[i].op, book_asks(s->book, v, i));
        }
}

static void ask(struct ui *ui, struct book_state *s)
{
    const struct book *b = s->book;
    struct arena *a = arena_open();
    struct scene v = book_scene(s, a);
    if (s->list)
        v.after = s->further ? book_next(b, s->view.out) : NULL;
    s->owed |= 1u << TAG_ROWS;
    ui_ask(ui, TAG_ROWS, b->op, book_asks(b, &v, -1));
    ask_also(ui, s, &v, false);
    arena_close(a);
}

/* --- acts as keys */

void act_key(const struct act *a, char *buffer, size_t size)
{
    char label[KEY_LABEL];
    strncpy(buffer, key_label(label, a->key), size - 1);
}

/* What leads elsewhere from a list, and not from a row of it, needs no rows: who writes a new one does not wait for the old ones. */
static bool needs_answer(const struct book_state *s, const struct act *a)
{
    return !s->list || act_asks(a) || a->possible || a->offered || book_about_row(s->book, a);
}

static const char *possible(const struct ui *ui, const void *state)
{
    const struct book_state *s = state;
    arena_reset(s->asked);
    if (!s->view.out && needs_answer(s, ui_arg(ui)))
        return "Still loading.";
    struct scene v = book_scene_marked(s, s->asked);
    return act_impossible(s->book, ui_arg(ui), &v, act_key);
}

static void run_act(struct ui *ui, void *state)
{
    struct book_state *s = state;
    arena_reset(s->asked);
    struct scene v = book_scene_marked(s, s->asked);
    const struct act *a = ui_arg(ui);
    if (a->finds) {
        list_set_filter(s->list, a->finds(&v));
        ui_reload(ui);
        return;
    }
    act_begin(ui, &s->act, s->book, ui_arg(ui), &v);
}

static bool offered(const struct ui *ui, const void *state)
{
    const struct book_state *s = state;
    const struct act *a = ui_arg(ui);
    arena_reset(s->asked);
    const struct scene v = book_scene_marked(s, s->asked);
    return v.out && a->offered(&v);
}

/* The row of keys of an act. */
static struct key_row row_of(const struct book_state *s, const struct act *a)
{
    return (struct key_row){.key = a->key,
                            .action = a->name,
                            .help = a->help,
                            .possible = possible,
                            .offered = a->offered ? offered : NULL,
                            .lapses = book_about_row(s->book, a),
                            .run = run_act,
                            .arg = a};
}

/* --- taking back */

static bool can_undo(const struct ui *ui, const void *state)
{
    const struct book_state *s = state;
    return s->undo && ui_now(ui) < s->undo_until;
}

static void drop_undo(struct book_state *s)
{
    run_close(s->undo);
    s->undo = NULL;
}

static void undo_is_over(struct ui *ui, void *state)
{
    if (!can_undo(ui, state))
        drop_undo(state);
}

static void run_undo(struct ui *ui, void *state)
{
    struct book_state *s = state;
    struct run *done = s->undo;
    s->undo = NULL;
    act_begin(ui, &s->act, s->book, done->act->undo, &done->view);
    run_close(done);
}

static const struct key_row undo_row = {.key = 'u',
                                        .action = "undo",
                                        .help = "Take back what was just done",
                                        .run = run_undo,
                                        .offered = can_undo};

static bool can_be_undone(const struct book *b)
{
    for (const struct act *a = b->acts; a->name; a++)
        if (a->undo)
            return true;
    return false;
}

/* --- the one before and the one after in the list that it was opened from */

static struct book_state *push(struct ui *ui, const struct book *b, uint64_t id, bool instead);

static void go(struct ui *ui, const struct book_state *s, int by)
{
    struct list *from = s->from;
    const uint64_t id = list_step(from, by);
    if (!id) {
        ui_toast(ui, TONE_INFO, "There is no other in the list.");
        return;
    }
    struct book_state *other = push(ui, s->book, id, true);
    if (other)
        other->from = from;
}

static void run_previous(struct ui *ui, void *state)
{
    go(ui, state, -1);
}

static void run_next(struct ui *ui, void *state)
{
    go(ui, state, 1);
}

static const char *can_open(const struct ui *ui, const void *state)
{
    const struct book_state *s = state;
    (void)ui;
    if (!list_id(s->list))
        return "There is nothing to open.";
    return s->book->opens ? book_closed(s->book->opens, s->view.me) : NULL;
}

static void open_row(struct ui *ui, void *state);

static const char *can_choose(const struct ui *ui, const void *state)
{
    (void)ui;
    return list_id(((const struct book_state *)state)->list) ? NULL : "There is nothing to choose.";
}

static void choose_row(struct ui *ui, void *state)
{
    const struct book_state *s = state;
    book_chosen *chosen = s->chosen;
    const struct book *chosen_for = s->chosen_for;
    const int what = s->what;
    const uint64_t id = list_id(s->list);
    ui_pop(ui); /* going back from there leads to where this was asked */
    if (chosen_for)
        book_open(ui, chosen_for, id);
    else
        chosen(ui, what, id);
}

/* Enter opens the row, or does what the book says; where the rows say all, the first act on one. */
static struct key_row enter_row(const struct book_state *s)
{
    const struct book *b = s->book;
    if (s->title)
        return (struct key_row){.key = K_ENTER,
                                .action = "choose",
                                .help = "This one",
                                .possible = can_choose,
                                .run = choose_row};
    const struct act *a = book_enters(b);
    if (!a)
        return (struct key_row){
            .key = K_ENTER, .action = "open", .help = "Look at it", .possible = can_open, .run = open_row};
    struct key_row row = row_of(s, a);
    row.key = K_ENTER;
    return row;
}

/* A row that is opened has the acts that are about it, a list to choose from those that are about none. */
static bool has_act(const struct book_state *s, const struct act *a)
{
    const bool about_row = book_about_row(s->book, a);
    return act_offered(a, s->view.me) && (!s->one || (about_row && !a->finds)) && (!s->title || !about_row);
}

static void make_keys(struct ui *ui, const struct book_state *s)
{
    const struct book *b = s->book;
    size_t n = 6;
    for (const struct act *a = b->acts; a->name; a++)
        n++;
    struct key_row *rows = arena_alloc(ui_arena(ui), n * sizeof *rows), *at = rows;
    if (s->list)
        *at++ = enter_row(s);
    const struct act *entered = s->list ? at[-1].arg : NULL;
    if (s->list && book_narrows(b))
        *at++ = (struct key_row){
            .key = 'f', .action = "show", .help = "Only some of them, or all", .run = book_ask_only};
    for (const struct act *a = b->acts; a->name; a++)
        if (has_act(s, a) && a != entered)
            *at++ = row_of(s, a);
    if (can_be_undone(b))
        *at++ = undo_row;
    if (s->from) {
        *at++ = (struct key_row){.key = '[',
                                 .action = "previous",
                                 .help = "The one before in the list",
                                 .run = run_previous,
                                 .quiet = true};
        *at++ = (struct key_row){
            .key = ']', .action = "next", .help = "The next one in the list", .run = run_next, .quiet = true};
    }
    ui_rows(ui, rows);
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
    struct scene v = book_scene(s, s->told);
    s->page = NULL;
    if (s->one && !v.row) {
        ui_toast(ui, TONE_BAD, "It is not there any more.");
        return;
    }
    s->page = page_open(s->told);
    s->book->tell(s->page, &v);
    if (s->book->says)
        ui_status(ui, "%s", show_text(s->book->says(&v)));
    if (s->book->name_of)
        ui_title(ui, "%s", show_text(s->book->name_of(&v)));
}

/* --- the screen */

static void open(struct ui *ui, void *state, uint64_t subject)
{
    struct book_state *s = state;
    s->id = subject;
    s->view.me = client_me(ui);
    s->letters = ui_ascii(ui);
    s->told = arena_open();
    s->rows = arena_open();
    s->marked = arena_open();
    s->asked = arena_open();
}

/* What is read of a row for its preview; false: nothing. */
static bool peeks(const struct book *b, const struct scene *v, struct peek *p)
{
    const struct also *peek = b->peek;
    if (b->peeks)
        return b->peeks(v, p);
    if (!peek || !v->id)
        return false;
    void *in = arena_alloc(v->arena, op_at(peek->op)->in()->size);
    peek->complete(v, in);
    *p = (struct peek){peek->op, in};
    return true;
}

/* Of the row under the cursor, for the preview. */
static void ask_peek(struct ui *ui, struct book_state *s)
{
    struct arena *a = arena_open();
    const struct scene v = book_scene(s, a);
    struct peek p;
    if (peeks(s->book, &v, &p)) {
        s->peek_asked = v.id;
        s->peek_op = p.op;
        ui_ask(ui, TAG_PEEK, p.op, p.in);
    }
    arena_close(a);
}

static void load(struct ui *ui, void *state, enum load why)
{
    struct book_state *s = state;
    s->view.today = ui_today(ui);
    if (s->does && s->did) { /* what it was opened for is over */
        ui_pop(ui);
        return;
    }
    if (why == LOAD_SELECTED)
        ask_peek(ui, s);
    if (why == LOAD_FIRST) {
        if (s->book->rows && !s->one)
            book_list_make(ui, s);
        if (!s->one)
            ui_title(ui, "%s", s->title ? s->title : s->book->title);
        make_keys(ui, s);
    }
    s->further = why == LOAD_MORE;
    s->from_first = !*s->after && !*s->find;
    book_take_order(s);
    if (s->list && book_narrows(s->book))
        book_say_only(ui, s);
    if (why != LOAD_SELECTED && book_take_find(s))
        ask(ui, s);
}

static bool at_rest(const struct ui *ui, const struct book_state *s)
{
    return ui_on_top(ui) && !s->act.run && s->pages_n <= 1;
}

/* What changes by itself is looked at again, but not under a question that is open. */
static void look_again(struct ui *ui, void *state)
{
    struct book_state *s = state;
    arena_reset(s->asked);
    struct scene v = book_scene(s, s->asked);
    const int64_t ms = v.out && s->book->again ? s->book->again(&v) : 0;
    if (ms && at_rest(ui, s))
        ui_reload(ui);
    else if (ms)
        ui_after(ui, ms, look_again);
}

static void watch(struct ui *ui, const struct book_state *s)
{
    arena_reset(s->asked);
    const struct scene v = book_scene(s, s->asked);
    const int64_t ms = v.out && s->book->again ? s->book->again(&v) : 0;
    if (ms)
        ui_after(ui, ms, look_again);
    else if (can_undo(ui, s))
        ui_after(ui, (int)(s->undo_until - ui_now(ui)), undo_is_over);
}

static void ask_after(struct ui *ui, struct book_state *s)
{
    arena_reset(s->asked);
    const struct scene v = book_scene(s, s->asked);
    ask_also(ui, s, &v, true);
}

/* It is all here: the act takes its place, or says why not. */
static void begin_at_once(struct ui *ui, struct book_state *s)
{
    arena_reset(s->asked);
    const struct scene v = book_scene(s, s->asked);
    const struct act *a = book_act(s->book, s->book->at_once);
    const char *why = act_impossible(s->book, a, &v, act_key);
    if (!why) {
        act_begin(ui, &s->act, s->book, a, &v); /* this screen is gone then */
        return;
    }
    ui_toast(ui, TONE_BAD, "%s", why);
    ui_pop(ui);
}

/* One that is gone meanwhile is not there in the list either. */
static bool took_peek(struct book_state *s, int tag, const struct reply *r)
{
    if (tag != TAG_PEEK || (r->code != OK && r->code != ERR_NOT_FOUND))
        return false;
    s->peek = r->out;
    s->peek_id = r->code == OK ? s->peek_asked : 0;
    return true;
}

static bool gone(struct ui *ui, const struct book_state *s, int tag, const struct reply *r)
{
    if (tag != TAG_ROWS || s->book->rows || r->code != ERR_NOT_FOUND)
        return false;
    ui_toast(ui, TONE_BAD, "It is not there any more.");
    ui_pop(ui);
    return true;
}

/* The act that somebody came for. */
static void begin_with(struct ui *ui, struct book_state *s)
{
    if (!s->does || s->did || !s->view.out)
        return;
    s->did = true;
    const struct act *a = s->book->acts;
    while (strcmp(a->name, s->does) != 0)
        a++;
    arena_reset(s->asked);
    const struct scene v = book_scene(s, s->asked);
    const char *why = act_impossible(s->book, a, &v, act_key);
    if (why) {
        ui_toast(ui, TONE_BAD, "%s", why);
        ui_pop(ui);
    } else {
        act_begin(ui, &s->act, s->book, a, &v);
    }
}

static void reply(struct ui *ui, void *state, int tag, const struct reply *r)
{
    struct book_state *s = state;
    if (act_reply(ui, &s->act, tag, r) || took_peek(s, tag, r) || gone(ui, s, tag, r) || ui_refused(ui, r))
        return;
    size_t before = 0;
    if (tag != TAG_ROWS)
        s->view.also[tag - TAG_ALSO] = r->out;
    else if (s->list)
        before = book_take_page(s, r->out);
    else
        s->view.out = r->out;
    if (s->one && tag == TAG_ROWS && look_further(ui, s))
        return;
    s->owed &= ~(1u << tag);
    if (tag == TAG_ROWS && !s->list)
        ask_after(ui, s);
    if (s->book->at_once) {
        if (!s->owed)
            begin_at_once(ui, s);
        return;
    }
    if (s->list && s->view.out)
        book_list_fill(s, before);
    else if (s->view.out)
        tell(ui, s);
    if (tag == TAG_ROWS && !before && s->peek_id)
        ask_peek(ui, s); /* what is shown may have changed, too */
    watch(ui, s);
    begin_with(ui, s);
}

/* What is shown follows, but not under a question that is open, nor under somebody who has gone on in pages; and what is below others is read when one comes back to it. */
static void event(struct ui *ui, void *state, const struct event *e)
{
    struct book_state *s = state;
    arena_reset(s->asked);
    const struct scene v = book_scene(s, s->asked);
    if (!(s->book->live & SUBJECT_BIT(e->subject)) || !ui_on_top(ui))
        return;
    if (s->list && s->book->fresh && s->book->fresh(&v, e))
        list_fresh(s->list, ++s->fresh);
    else if (at_rest(ui, s) && !s->fresh)
        ui_reload(ui);
}

static const struct painter *painter_of(const struct book *b)
{
    const struct painter *p = full_painters;
    while (p->book && p->book != b)
        p++;
    return p;
}

/* What stands before the rows; c: what is left for them. */
static void draw_above(const struct book_state *s, struct canvas *c)
{
    const struct painter *p = painter_of(s->book);
    struct arena *a = arena_open();
    const struct scene v = book_scene(s, a);
    if (p->around) {
        p->around(&v, c);
    } else {
        struct page *page = page_open(a);
        s->book->above(page, &v);
        const int y = page->n ? page_draw(page, c, 0) + 1 : 0;
        *c = canvas_part(c, y, 0, c->rows - y, c->columns);
    }
    arena_close(a);
}

static void draw_list(const struct book_state *s, const struct canvas *c)
{
    const int below = s->book->note && c->rows > 8 ? 2 : 0;
    struct canvas part = canvas_part(c, 0, 0, c->rows - below, c->columns);
    if (s->book->above && !s->view.out) {
        canvas_loading(c, 1, 2);
        return;
    }
    if (s->book->above)
        draw_above(s, &part);
    list_draw(s->list, &part);
    if (below)
        canvas_fit(c, c->rows - 1, 2, c->columns - 3, STYLE_DIM, s->book->note);
}

/* False: nobody draws it by hand. */
bool book_paint(const struct book *b, const char *act, const struct scene *v, struct canvas *c)
{
    const struct painter *p = full_painters;
    while (p->book && (p->book != b || !p->paint || strcmp(show_text(p->act), show_text(act)) != 0))
        p++;
    if (p->book)
        p->paint(v, c);
    return p->book;
}

static bool paint(const struct book_state *s, struct canvas *c)
{
    struct arena *a = arena_open();
    const struct scene v = book_scene(s, a);
    const bool painted = book_paint(s->book, NULL, &v, c);
    arena_close(a);
    return painted;
}

static void draw(const void *state, struct canvas *c)
{
    const struct book_state *s = state;
    if (s->list)
        draw_list(s, c);
    else if (s->page && paint(s, c))
        return;
    else if (s->page)
        page_draw(s->page, c, 1);
    else
        canvas_loading(c, 1, 2);
}

/* Where the rows say all, they have the whole width. */
static bool previews(const void *state)
{
    const struct book_state *s = state;
    struct arena *a = arena_open();
    const struct scene v = book_scene(s, a);
    struct peek p;
    const bool some = peeks(s->book, &v, &p) || (s->book->tell && !s->book->peek);
    arena_close(a);
    return some;
}

static void preview_record(const struct book_state *s, struct canvas *c, struct arena *a)
{
    struct scene v = book_scene(s, a);
    const struct book *of = s->book->opens;
    if (s->peek_id != v.id) {
        canvas_text(c, 0, 1, STYLE_DIM, v.id ? "…" : "");
        return;
    }
    v.out = s->peek;
    v.row = NULL;
    v.codes = false;
    if (book_paint(of, NULL, &v, c))
        return;
    struct page *p = page_open(a);
    of->tell(p, &v);
    page_draw(p, c, 0);
}

static void preview(const void *state, struct canvas *c)
{
    const struct book_state *s = state;
    struct arena *a = arena_open();
    struct scene v = book_scene(s, a);
    if (s->book->peek) {
        preview_record(s, c, a);
    } else if (v.row && s->book->tell) {
        struct page *p = page_open(a);
        s->book->tell(p, &v);
        page_draw(p, c, 0);
    } else if (v.row && s->peek_id == v.id) {
        painter_of(s->book)->preview(&v, s->peek_op, s->peek, c);
    }
    arena_close(a);
}

static void close_state(void *state)
{
    struct book_state *s = state;
    run_close(s->act.run);
    run_close(s->undo);
    arena_close(s->told);
    arena_close(s->rows);
    arena_close(s->marked);
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
                                               .previews = previews,
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

static void open_one(struct ui *ui, const struct book_state *s, uint64_t id, const char *after)
{
    struct book_state *one = ui_push(ui, &screen_book_record, id);
    one->book = s->book;
    one->one = true;
    one->view.of = s->view.of;
    one->view.only = s->view.only;
    one->view.sort = s->view.sort;
    one->view.reverse = s->view.reverse;
    snprintf(one->find, sizeof one->find, "%s", s->find);
    snprintf(one->after, sizeof one->after, "%s", show_text(after));
}

static void open_row(struct ui *ui, void *state)
{
    const struct book_state *s = state;
    arena_reset(s->asked);
    const struct scene v = book_scene(s, s->asked);
    if (s->book->opens) {
        struct book_state *opened = push(ui, s->book->opens, v.id, false);
        if (opened)
            opened->from = s->list;
        return;
    }
    open_one(ui, s, v.id, v.after);
}

static bool on_top(const struct ui *ui, const struct book *b, uint64_t id)
{
    const struct screen *top = ui_top(ui);
    const struct book_state *s = ui_top_state(ui);
    return (top == &screen_book_list || top == &screen_book_record) && s->book == b &&
           (!id || (b->of ? s->view.of : s->id) == id);
}

bool book_on_top(const struct ui *ui, const struct book *b)
{
    return on_top(ui, b, 0);
}

bool book_picks(const struct ui *ui)
{
    return ui_top(ui) == &screen_book_list && ((const struct book_state *)ui_top_state(ui))->title;
}

void book_done(struct ui *ui, const struct book *b, uint64_t made, bool opens)
{
    const struct book_state *s = ui_top_state(ui);
    if (!on_top(ui, b, 0) || !s->list)
        return;
    list_unmark(s->list);
    if (made)
        list_select(s->list, made);
    if (made && opens)
        open_one(ui, s, made, NULL);
}

static struct book_state *pick(struct ui *ui, const struct book *b, int only, const char *title)
{
    struct book_state *s = ui_push(ui, &screen_book_list, 0);
    s->book = b;
    s->view.only = only;
    s->title = title;
    return s;
}

void book_can_undo(struct ui *ui, struct run *r)
{
    struct book_state *s = (struct book_state *)(uintptr_t)ui_top_state(ui);
    if (!r->act->undo || !on_top(ui, r->book, 0)) {
        run_close(r);
        return;
    }
    drop_undo(s);
    s->undo = r;
    s->undo_until = ui_now(ui) + UNDO_MS;
}

/* NULL: it is on top already, not described, or what it is opened with is chosen first. */
static struct book_state *push(struct ui *ui, const struct book *b, uint64_t id, bool instead)
{
    if (b->foreign || on_top(ui, b, id)) {
        if (b->foreign)
            (void)full_foreign(ui, b->name, id, NULL);
        return NULL;
    }
    const char *closed = book_closed(b, client_me(ui));
    if (closed) {
        ui_toast(ui, TONE_BAD, "%s", closed);
        return NULL;
    }
    if (b->straight) {
        act_straight(ui, b, false);
        return NULL;
    }
    if (b->picks && !id) {
        struct book_state *picks = pick(ui, b->picks, b->picks_only, b->picks_title);
        picks->chosen_for = b;
        return NULL;
    }
    struct book_state *s = (instead ? ui_replace : ui_push)(
        ui, b->rows ? &screen_book_list : &screen_book_record, b->of ? 0 : id);
    s->book = b;
    s->view.of = b->of ? id : 0;
    return s;
}

void book_open(struct ui *ui, const struct book *b, uint64_t id)
{
    (void)push(ui, b, id, false);
}

void book_instead(struct ui *ui, const struct book *b, uint64_t id)
{
    (void)push(ui, b, id, true);
}

void book_do_with(struct ui *ui, const struct book *b, uint64_t id, const char *act)
{
    struct book_state *s = push(ui, b, id, false);
    if (s)
        s->does = act;
}

void book_open_only(struct ui *ui, const struct book *b, uint64_t of, int only)
{
    struct book_state *s = push(ui, b, of, false);
    if (s)
        s->view.only = only;
}

void book_open_marked(struct ui *ui, const struct book *b, const uint64_t *ids, size_t n)
{
    struct book_state *s = push(ui, b, 0, false);
    if (!s)
        return;
    s->view.marked = arena_alloc(s->marked, n * sizeof *ids);
    memcpy(s->view.marked, ids, n * sizeof *ids);
    s->view.marked_n = n;
}

void book_start(struct ui *ui, const struct book *b)
{
    if (b->straight) {
        act_straight(ui, b, true);
        return;
    }
    struct book_state *s = ui_start(ui, b->rows ? &screen_book_list : &screen_book_record, 0);
    s->book = b;
}

void book_pick(struct ui *ui, const struct book *b, int only, const char *title, book_chosen *chosen,
               int what)
{
    struct book_state *s = pick(ui, b, only, title);
    s->chosen = chosen;
    s->what = what;
}

void book_do(struct ui *ui, const struct book *b, const char *name)
{
    const struct act *a = book_act(b, name);
    const char *why = act_refused(a, client_me(ui));
    if (why) {
        ui_toast(ui, TONE_BAD, "%s", why);
        return;
    }
    struct act_state none = {0}; /* the form's own from now on */
    act_begin(ui, &none, b, a, &(struct scene){.me = client_me(ui), .today = ui_today(ui)});
}
