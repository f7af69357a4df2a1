/* A book on the screen: a list with its preview, or a record as its page; its acts as keys. */
#include "proto/paper/show.h"
#include "tui/face/fill_in.h"
#include "tui/full/book_inside.h"
#include "tui/link/client.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- asking */

/* after: those that go by the book's own answer. */
static void ask_also(struct ui *ui, struct book_state *s, const struct scene *v, bool after)
{
    const struct also *also = s->book->also;
    for (int i = 0; !s->further && also && also[i].op != OP_COUNT; i++)
        if (op_at(also[i].op)->who & (ui_who(ui) | BY_PUBLIC) && book_may_also(s->book, (size_t)i, v->me)) {
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
    s->choices = arena_open();
    s->asked = arena_open();
}

static void load(struct ui *ui, void *state, enum load why)
{
    struct book_state *s = state;
    s->view.today = ui_today(ui);
    s->view.way = client_way(ui);
    if (why == LOAD_SELECTED)
        book_ask_peek(ui, s);
    if (why == LOAD_FIRST) {
        if (s->book->rows && !s->one)
            book_list_make(ui, s);
        if (!s->one)
            ui_title(ui, "%s", s->title ? s->title : s->book->title);
        book_make_keys(ui, s);
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
    else
        book_watch_undo(ui, s);
}

static void ask_after(struct ui *ui, struct book_state *s)
{
    arena_reset(s->asked);
    const struct scene v = book_scene(s, s->asked);
    ask_also(ui, s, &v, true);
}

static bool gone(struct ui *ui, const struct book_state *s, int tag, const struct reply *r)
{
    if (tag != TAG_ROWS || s->book->rows || r->code != ERR_NOT_FOUND)
        return false;
    ui_toast(ui, TONE_BAD, "It is not there any more.");
    ui_pop(ui);
    return true;
}

static void reply(struct ui *ui, void *state, int tag, const struct reply *r)
{
    struct book_state *s = state;
    if (act_reply(ui, &s->act, tag, r) || book_took_peek(s, tag, r) || book_took_seen(ui, tag, r) ||
        gone(ui, s, tag, r) || ui_refused(ui, r))
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
    if (s->list && s->view.out) {
        const bool expects = tag != TAG_ROWS && list_expects(s->list); /* the rows are those that were */
        book_list_fill(s, before);
        list_expect(s->list, expects);
    } else if (s->view.out)
        tell(ui, s);
    if (tag == TAG_ROWS && !before && s->list)
        book_say_seen(ui, s);
    if (tag == TAG_ROWS && !before && s->peek_id)
        book_ask_peek(ui, s); /* what is shown may have changed, too */
    watch(ui, s);
}

/* What is shown follows, but not under a question that is open, nor under somebody who has gone on in pages; and what is below others is read when one comes back to it. */
static void event(struct ui *ui, void *state, const struct event *e)
{
    struct book_state *s = state;
    arena_reset(s->asked);
    const struct scene v = book_scene(s, s->asked);
    if (!(s->book->live & SUBJECT_BIT(e->subject)) || !ui_on_top(ui))
        return;
    if (s->list && s->book->fresh && e->subject == s->book->holds && s->book->fresh(&v, e))
        list_fresh(s->list, ++s->fresh);
    else if (at_rest(ui, s) && !s->fresh)
        ui_reload(ui);
}

static void close_state(void *state)
{
    struct book_state *s = state;
    run_close(s->act.run);
    run_close(s->undo);
    arena_close(s->told);
    arena_close(s->rows);
    arena_close(s->choices);
    arena_close(s->asked);
}

static const struct screen screen_book_list = {.name = "book.list",
                                               .state_size = sizeof(struct book_state),
                                               .open = open,
                                               .load = load,
                                               .reply = reply,
                                               .event = event,
                                               .draw = book_draw,
                                               .preview = book_preview,
                                               .previews = book_previews,
                                               .close = close_state};
static const struct screen screen_book_record = {.name = "book.record",
                                                 .state_size = sizeof(struct book_state),
                                                 .open = open,
                                                 .load = load,
                                                 .reply = reply,
                                                 .event = event,
                                                 .draw = book_draw,
                                                 .preview = book_beside,
                                                 .previews = book_has_beside,
                                                 .preview_from = 160,
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

void book_open_row(struct ui *ui, void *state)
{
    const struct book_state *s = state;
    arena_reset(s->asked);
    const struct scene v = book_scene(s, s->asked);
    if (s->book->opens) {
        struct book_state *opened = book_push(ui, s->book->opens, v.id, false);
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

/* NULL: it is on top already, not described, or what it is opened with is chosen first. */
struct book_state *book_push(struct ui *ui, const struct book *b, uint64_t id, bool instead)
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
    if (b->picks && !id) {
        struct book_state *picks = pick(ui, b->picks, b->picks_only, b->picks_title);
        picks->chosen_for = b;
        return NULL;
    }
    if (b->straight) {
        act_straight(ui, b, id, instead ? ui_replace : ui_push);
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
    (void)book_push(ui, b, id, false);
}

void book_instead(struct ui *ui, const struct book *b, uint64_t id)
{
    (void)book_push(ui, b, id, true);
}

void book_open_marked(struct ui *ui, const struct book *b, const uint64_t *ids, size_t n)
{
    struct form_state *s = book_closed(b, client_me(ui)) ? NULL : act_straight(ui, b, 0, ui_push);
    uint64_t *marked = s ? malloc(n * sizeof *ids) : NULL;
    if (marked) {
        memcpy(marked, ids, n * sizeof *ids);
        s->marked = (struct id_list){n, marked};
    }
}

void book_start(struct ui *ui, const struct book *b)
{
    book_start_at(ui, b, 0);
}

void book_start_at(struct ui *ui, const struct book *b, uint64_t id)
{
    if (b->straight) {
        act_straight(ui, b, id, ui_start);
        return;
    }
    struct book_state *s = ui_start(ui, b->rows ? &screen_book_list : &screen_book_record, id);
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
