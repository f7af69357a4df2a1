/* Writing a document (F3, F4): what is typed is computed at once, as the server will. */
#include "tui/staff/editor.h"
#include "tui/both/document_draw.h"
#include "tui/full/book_screen.h"
#include "tui/full/book_inside.h"
#include "tui/portal/books.h"
#include "tui/staff/editor_inside.h"
#include <inttypes.h>
#include <string.h>

static void make_id(void *ctx, uint8_t id[16])
{
    ui_id(ctx, id);
}

static void open(struct ui *ui, void *state, uint64_t subject)
{
    struct editor *e = state;
    (void)subject;
    e->w = writing_open(client_me(ui), ui_today(ui), make_id, ui);
}

static void close_state(void *state)
{
    editor_fini(state);
}

void editor_new(struct ui *ui, int kind, uint64_t customer)
{
    struct editor *e = ui_push(ui, &screen_staff_editor, 0);
    e->w->kind = kind;
    e->w->customer = customer;
}

void editor_edit(struct ui *ui, const struct document *doc)
{
    struct editor *e = ui_push(ui, &screen_staff_editor, doc->id);
    e->w->kind = doc->kind;
    e->w->id = doc->id;
    e->w->customer = doc->customer;
}

void editor_recur(struct ui *ui, uint64_t schedule, uint64_t customer)
{
    struct editor *e = ui_push(ui, &screen_staff_schedule, schedule);
    e->w->kind = DOC_INVOICE;
    e->w->recurs = true;
    e->w->id = schedule;
    e->w->customer = customer;
}

/* --- loading */

static void kind_done(struct ui *ui, void *state, const struct said *said)
{
    struct editor *e = state;
    size_t n;
    e->w->kind = doc_kinds(&n)[said->choice].kind;
    ui_reload(ui);
}

static void kind_cancelled(struct ui *ui, void *state)
{
    (void)state;
    ui_pop(ui);
}

static void ask_kind(struct ui *ui)
{
    size_t n;
    const struct doc_traits *kinds = doc_kinds(&n);
    const char **names = arena_alloc(ui_arena(ui), (n + 1) * sizeof *names);
    for (size_t i = 0; i < n; i++)
        names[i] = doc_noun(kinds[i].kind);
    ui_dialog(ui, &(struct dialog){.kind = DIALOG_CHOOSE,
                                   .title = "What to write",
                                   .choices = names,
                                   .yes = "Go on",
                                   .done = kind_done,
                                   .cancelled = kind_cancelled});
}

static void ask_needed(struct ui *ui, const struct editor *e, enum writing_need need, int tag)
{
    enum op_number op;
    struct arena *a = arena_open();
    const void *in = writing_needs(e->w, need, &op, a);
    if (in)
        ui_ask(ui, tag, op, in);
    arena_close(a);
}

static void load(struct ui *ui, void *state, enum load why)
{
    struct editor *e = state;
    (void)why;
    if (e->ready) /* the draft is here, and stays as it is */
        return;
    if (!e->w->kind) {
        ask_kind(ui);
        return;
    }
    ui_title(ui, "%s", writing_name(e->w, "Edit"));
    for (int need = 0; need < WRITING_NEEDS; need++)
        ask_needed(ui, e, (enum writing_need)need, need);
}

static void take_needed(struct ui *ui, struct editor *e, int need, const void *out)
{
    writing_take(e->w, (enum writing_need)need, out);
    if (need == NEED_DOCUMENT && e->w->recurs) /* whose it is was not known before */
        ask_needed(ui, e, NEED_CUSTOMER, NEED_CUSTOMER);
    if (e->ready || !e->w->ready)
        return;
    const char *closed = writing_closed(e->w);
    if (closed) {
        ui_toast(ui, TONE_BAD, "%s", closed);
        ui_pop(ui);
        return;
    }
    ui_title(ui, "%s", writing_name(e->w, "Edit"));
    editor_fill(e);
    e->ready = true;
}

/* --- saving */

static void go_on(struct ui *ui, struct editor *e, enum writing_wants now, const struct reply *r);

static const char *const stale_choices[] = {"Keep writing, change nothing yet", "Save mine on top of it",
                                            "Take the newer one, drop mine", NULL};

static void stale_done(struct ui *ui, void *state, const struct said *said)
{
    struct editor *e = state;
    if (said->choice == 0)
        return;
    e->newer = said->choice == 2;
    writing_refresh(e->w);
    ask_needed(ui, e, NEED_DOCUMENT, EDITOR_AGAIN);
}

static void took_newer(struct ui *ui, struct editor *e, const void *out)
{
    writing_newer(e->w, out, !e->newer);
    editor_fill(e);
    e->dirty = !e->newer;
    if (!e->newer)
        go_on(ui, e, writing_save(e->w, e->w->sends), NULL);
}

static void again_done(struct ui *ui, void *state, const struct said *said)
{
    struct editor *e = state;
    (void)said;
    go_on(ui, e, writing_save(e->w, e->w->sends), NULL);
}

static void tell_kept(struct ui *ui, void *state)
{
    struct editor *e = state;
    int64_t minutes = (ui_now(ui) - e->kept) / 60000;
    if (minutes < 1)
        ui_status(ui, "Draft kept%s", e->dirty ? " · changed since" : "");
    else
        ui_status(ui, "Draft kept %" PRId64 " min ago%s", minutes, e->dirty ? " · changed since" : "");
    ui_after(ui, 30000, tell_kept);
}

static void sent(struct ui *ui, struct editor *e)
{
    ui_toast(ui, TONE_GOOD, DOCUMENT_SENT);
    e->dirty = false;
    book_instead(ui, paper_book(e->w->kind), e->w->id);
}

static void refused(struct ui *ui, struct editor *e, const struct reply *r)
{
    if (*r->why->field && editor_refuse(e, r->why))
        ui_toast(ui, TONE_BAD, "%s", *r->why->detail ? r->why->detail : err_sentence(r->code));
    else
        (void)ui_refused(ui, r);
}

static void go_on(struct ui *ui, struct editor *e, enum writing_wants now, const struct reply *r)
{
    switch (now) {
    case WRITING_ASKS:
        ui_ask_with(ui, &(struct ask){.tag = EDITOR_SAVE,
                                      .op = op_at(e->w->op),
                                      .in = e->w->in,
                                      .id = e->w->request,
                                      .busy = e->w->sends ? "Sending…" : "Saving…"});
        break;
    case WRITING_KEPT:
        e->dirty = false;
        if (e->w->recurs) {
            ui_toast(ui, TONE_GOOD, "%s", writing_done(e->w, now));
            if (e->made)
                book_instead(ui, &book_schedule, e->w->id);
            else /* that is where it was opened */
                ui_pop(ui);
            break;
        }
        e->kept = ui_now(ui);
        tell_kept(ui, e);
        ui_toast(ui, TONE_GOOD, "%s", writing_done(e->w, now));
        break;
    case WRITING_SENT: sent(ui, e); break;
    case WRITING_STALE:
        ui_dialog(ui, &(struct dialog){.kind = DIALOG_CHOOSE,
                                       .title = "It was changed meanwhile",
                                       .text = "Somebody saved this document while you were writing.",
                                       .choices = stale_choices,
                                       .done = stale_done});
        break;
    case WRITING_UNKNOWN:
        ui_confirm(ui, "Not known whether it was done", WRITING_LOST, "Ask once more", again_done);
        break;
    case WRITING_REFUSED: refused(ui, e, r); break;
    }
}

static void took_saved(struct ui *ui, struct editor *e, const struct reply *r)
{
    bool fresh = !e->w->id;
    enum writing_wants now =
        writing_answer(e->w, r->code, r->why, strcmp(r->why->detail, CLIENT_NOT_SENT) == 0, r->out);
    e->made = e->made || (fresh && e->w->id);
    if (fresh && e->w->id)
        ui_made(ui, e->w->recurs ? SUBJECT_SCHEDULE : doc_kind(e->w->kind)->subject, e->w->id);
    ui_title(ui, "%s", writing_name(e->w, "Edit"));
    go_on(ui, e, now, r);
}

/* Those that are still offered. */
static void took_items(struct editor *e, const struct reply *r)
{
    const struct item_list *all = &((const struct item_list_out *)r->out)->items;
    struct item_list *offered = arena_alloc(r->arena, sizeof *offered);
    offered->v = arena_alloc(r->arena, (all->n + 1) * sizeof *offered->v);
    for (size_t i = 0; i < all->n; i++)
        if (all->v[i].active)
            offered->v[offered->n++] = all->v[i];
    e->matches = offered->n ? offered : NULL;
}

static void reply(struct ui *ui, void *state, int tag, const struct reply *r)
{
    struct editor *e = state;
    if (tag == EDITOR_SAVE)
        took_saved(ui, e, r);
    else if (r->code != OK && tag == EDITOR_ITEMS)
        e->matches = NULL;
    else if (r->code != OK)
        (void)ui_refused(ui, r);
    else if (tag == EDITOR_ITEMS)
        took_items(e, r);
    else if (tag == EDITOR_AGAIN)
        took_newer(ui, e, r->out);
    else
        take_needed(ui, e, tag, r->out);
}

/* --- keys */

/* Is all of it fine? Says what is not, and goes there. */
static bool checked(struct ui *ui, struct editor *e, bool send)
{
    struct editor_focus f;
    if (!editor_check(e)) {
        ui_toast(ui, TONE_BAD, "Something is missing or wrong: look where it is marked.");
        return false;
    }
    const char *why = writing_lacks(e->w, send, &f.at, &f.row);
    if (why)
        ui_toast(ui, TONE_BAD, "%s", why);
    return !why;
}

static void run_save(struct ui *ui, void *state)
{
    struct editor *e = state;
    if (e->ready && checked(ui, e, false))
        go_on(ui, e, writing_save(e->w, false), NULL);
}

static void keep_done(struct ui *ui, void *state, const struct said *said)
{
    struct editor *e = state;
    (void)said;
    go_on(ui, e, writing_save(e->w, false), NULL);
}

static void send_done(struct ui *ui, void *state, const struct said *said)
{
    struct editor *e = state;
    (void)said;
    go_on(ui, e, writing_save(e->w, true), NULL);
}

static void run_send(struct ui *ui, void *state)
{
    struct editor *e = state;
    if (!e->ready || !checked(ui, e, true))
        return;
    struct arena *a = arena_open();
    struct page *p = page_open(a);
    writing_review(p, e->w);
    ui_confirm(ui, arena_printf(a, "Send this %s?", doc_noun(e->w->kind)), page_lines(a, p), "Send",
               send_done);
    arena_close(a);
}

/* It goes on by itself then: what comes, and when, is agreed to. */
static void run_recur(struct ui *ui, void *state)
{
    struct editor *e = state;
    if (!e->ready || !checked(ui, e, true))
        return;
    struct arena *a = arena_open();
    struct page *p = page_open(a);
    writing_review(p, e->w);
    ui_confirm(ui, e->w->id ? "Save it, from the next one on?" : "Let it recur?", page_lines(a, p), "Save",
               keep_done);
    arena_close(a);
}

static const char *const leave_choices[] = {"Go on writing", "Save, and leave later", "Leave without saving",
                                            NULL};

static void leave_done(struct ui *ui, void *state, const struct said *said)
{
    const struct editor *e = state;
    if (said->choice == 1)
        e->w->recurs ? run_recur(ui, state) : run_save(ui, state);
    else if (said->choice == 2)
        ui_pop(ui);
}

static bool key(struct ui *ui, void *state, const struct key *k)
{
    struct editor *e = state;
    if (editor_key(ui, state, k))
        return true;
    if (k->code != K_ESC || !e->dirty)
        return false;
    ui_dialog(ui, &(struct dialog){.kind = DIALOG_CHOOSE,
                                   .title = "What you wrote is not saved",
                                   .choices = leave_choices,
                                   .done = leave_done});
    return true;
}

#define WRITING_KEYS                                                                                     \
    {.key = CTRL('N'), .action = "line", .help = "A new line below", .run = editor_run_line},            \
        {.key = CTRL('D'), .action = "delete line", .help = "Delete this line", .run = editor_run_drop}, \
        {.action = "line up", .help = "Move this line up", .run = editor_run_up},                        \
        {.action = "line down", .help = "Move this line down", .run = editor_run_down},                  \
        {.key = K_ESC, .action = "leave", .help = "Leave; asks when something was changed"},             \
    {                                                                                                    \
        0                                                                                                \
    }

static const struct key_row keys[] = {
    {.key = K_F0 + 2, .action = "save", .help = "Save it as a draft", .run = run_save},
    {.key = K_F0 + 4, .action = "send", .help = "Save it and send it to the customer", .run = run_send},
    WRITING_KEYS};
static const struct key_row recur_keys[] = {
    {.key = K_F0 + 2, .action = "save", .help = "Save it: from the next one on", .run = run_recur},
    WRITING_KEYS};

/* Beside the grid: the document as it will be. */
static void preview(const void *state, struct canvas *c)
{
    const struct editor *e = state;
    const struct document_view v = {.doc = &e->w->sums, .me = e->w->me, .today = e->w->today};
    char what[80];
    if (editor_waits(e, what, sizeof what)) {
        int at = canvas_print(c, 1, 1, STYLE_WARN, "This waits for ");
        canvas_fit(c, 1, at, c->columns - at, STYLE_WARN, what);
        return;
    }
    int y = document_draw_head(&v, c, 0);
    y += document_draw_supply(v.doc, c, y);
    y += document_draw_parties(&v, c, y) + 1;
    y += document_draw_lines(v.doc, c, y);
    y += document_draw_totals(v.doc, c, y);
    (void)document_draw_notes(&v, c, y);
}

static bool previews(const void *state)
{
    const struct editor *e = state;
    return e->ready && !e->w->wrong.code;
}

static bool dirty(const void *state)
{
    return ((const struct editor *)state)->dirty;
}

#define EDITS(its_name, its_keys)                                                                    \
    {                                                                                                \
        .name = (its_name), .title = "Editor", .state_size = sizeof(struct editor), .open = open,    \
        .load = load, .reply = reply, .draw = editor_draw, .preview = preview, .previews = previews, \
        .key = key, .close = close_state, .unsaved = dirty, .types = true, .keys = (its_keys)        \
    }

const struct screen screen_staff_editor = EDITS("staff.editor", keys);
const struct screen screen_staff_schedule = EDITS("staff.schedule", recur_keys);
