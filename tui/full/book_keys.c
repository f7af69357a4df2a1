/* The keys of a book: its acts, the row under the cursor, the neighbours in the list, and taking back what was done. */
#include "tui/full/book_inside.h"
#include "tui/link/client.h"
#include <string.h>

_Static_assert(DELETE_KEY == K_DELETE, "one key");

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

/* What is told beside the book's own answer is on its way for the first time. */
static bool awaits_also(const struct ui *ui, const struct book_state *s)
{
    for (int i = 0; s->book->also && s->book->also[i].op != OP_COUNT; i++)
        if (!s->view.also[i] && ui_waiting(ui, TAG_ALSO + i))
            return true;
    return false;
}

static const char *possible(const struct ui *ui, const void *state)
{
    const struct book_state *s = state;
    arena_reset(s->asked);
    if ((!s->view.out || awaits_also(ui, s)) && needs_answer(s, ui_arg(ui)))
        return ui_loading;
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
    return v.out && (v.row || !book_about_row(s->book, a)) && a->offered(&v);
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
                            .quiet = a->quiet,
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

void book_watch_undo(struct ui *ui, const struct book_state *s)
{
    if (can_undo(ui, s))
        ui_after(ui, (int)(s->undo_until - ui_now(ui)), undo_is_over);
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

static void go(struct ui *ui, const struct book_state *s, int by)
{
    struct list *from = s->from;
    const uint64_t id = list_step(from, by);
    if (!id) {
        ui_toast(ui, TONE_INFO, "There is no other in the list.");
        return;
    }
    struct book_state *other = book_push(ui, s->book, id, true);
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
    if (!s->view.out)
        return ui_loading;
    if (!list_id(s->list))
        return "There is nothing to open.";
    return s->book->opens ? book_closed(s->book->opens, s->view.me) : NULL;
}

static const char *can_choose(const struct ui *ui, const void *state)
{
    const struct book_state *s = state;
    (void)ui;
    if (!s->view.out)
        return ui_loading;
    return list_id(s->list) ? NULL : "There is nothing to choose.";
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
        return (struct key_row){.key = K_ENTER,
                                .action = "open",
                                .help = "Look at it",
                                .possible = can_open,
                                .run = book_open_row};
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

void book_make_keys(struct ui *ui, const struct book_state *s)
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

void book_can_undo(struct ui *ui, struct run *r)
{
    struct book_state *s = (struct book_state *)(uintptr_t)ui_top_state(ui);
    if (!r->act->undo || !book_on_top(ui, r->book)) {
        run_close(r);
        return;
    }
    drop_undo(s);
    s->undo = r;
    s->undo_until = ui_now(ui) + UNDO_MS;
}
