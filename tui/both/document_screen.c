#include "tui/both/document_screen.h"
#include "tui/link/client.h"
#include "proto/paper/show.h"
#include <inttypes.h>

void document_screen_open(struct ui *ui, struct document_screen *s, uint64_t id, int kind)
{
    s->id = id;
    s->kind = kind;
    s->v.me = client_me(ui);
    s->v.today = ui_today(ui);
}

void document_screen_load(struct ui *ui, void *state, enum load why)
{
    struct document_screen *s = state;
    (void)why;
    struct document_get_in in = {0};
    GIVE(document_get_in, &in, id, s->id);
    ui_ask(ui, DOCUMENT_GET, op_for(s->kind, ANY_document_get), &in);
}

static void take(struct ui *ui, struct document_screen *s, const void *out)
{
    const struct document_get_out *got = out;
    s->v.doc = got->document;
    s->v.comments = &got->comments;
    s->v.events = &got->events;
    s->v.payments = &got->payments;
    s->v.versions = &got->versions;
    s->v.told = &got->told;
    s->v.codes = s->v.me->role == ROLE_CUSTOMER && !ui_ascii(ui);
    s->v.today = ui_today(ui);
    const char *number = show_text(s->v.doc->number);
    ui_title(ui, "%s", *number ? number : "Draft");
}

bool document_screen_took(struct ui *ui, struct document_screen *s, int tag, const struct reply *r)
{
    if (tag == DOCUMENT_GET && r->code == ERR_NOT_FOUND) {
        ui_toast(ui, TONE_BAD, "This document is not there any more.");
        ui_pop(ui);
        return false;
    }
    if (ui_refused(ui, r))
        return false;
    take(ui, s, r->out);
    return tag == DOCUMENT_GET;
}

bool document_screen_concerns(const struct document_screen *s, const struct event *e)
{
    return (uint64_t)e->about == s->id || (doc_kind(s->kind)->owes && e->subject == SUBJECT_PAYMENT);
}

void document_screen_draw(const void *state, struct canvas *c)
{
    const struct document_screen *s = state;
    if (s->v.doc)
        document_draw(&s->v, c);
    else
        canvas_loading(c, 1, 2);
}

/* --- keys */

const char *document_screen_loaded(const struct ui *ui, const void *state)
{
    (void)ui;
    return ((const struct document_screen *)state)->v.doc ? NULL : "Not loaded yet.";
}

const char *document_screen_has_versions(const struct ui *ui, const void *state)
{
    const struct document_screen *s = state;
    const char *why = document_screen_loaded(ui, state);
    if (why)
        return why;
    return s->v.versions && s->v.versions->n ? NULL : "It was not sent in another form before.";
}

static void open_version(struct ui *ui, void *state, const struct said *said)
{
    const struct document_screen *s = state;
    if (s->v.versions && (size_t)said->choice < s->v.versions->n)
        document_version_open(ui, s->id, s->v.versions->v[said->choice].revision);
}

void document_screen_run_versions(struct ui *ui, void *state)
{
    const struct document_screen *s = state;
    size_t n = s->v.versions->n;
    if (n == 1) {
        open_version(ui, state, &(struct said){.choice = 0});
        return;
    }
    const char **names = arena_alloc(ui_arena(ui), (n + 1) * sizeof *names);
    for (size_t i = 0; i < n; i++) {
        const struct version *e = &s->v.versions->v[i];
        char at[SHOW_TEXT], total[SHOW_TEXT] = "";
        names[i] = arena_printf(ui_arena(ui), "Revision %" PRId64 ", sent %s  %s", e->edition,
                                show_when(at, e->at, s->v.me->time_zone, s->v.today),
                                e->was ? show_money(total, e->was->total) : "");
    }
    ui_dialog(ui, &(struct dialog){.kind = DIALOG_CHOOSE,
                                   .title = "Earlier versions",
                                   .choices = names,
                                   .yes = "Open",
                                   .done = open_version});
}

void document_screen_run_copy(struct ui *ui, void *state)
{
    ui_copy(ui, show_text(((struct document_screen *)state)->v.doc->number));
}

static void go(struct ui *ui, const struct document_screen *s, int by)
{
    struct list *from = s->from;
    uint64_t id = from ? list_step(from, by) : 0;
    if (!id) {
        ui_toast(ui, TONE_INFO,
                 from ? "There is no other in the list." : "Open it from its list to go on to others.");
        return;
    }
    ((struct document_screen *)ui_replace(ui, ui_top(ui), id))->from = from;
}

void document_screen_run_before(struct ui *ui, void *state)
{
    go(ui, state, -1);
}

void document_screen_run_after(struct ui *ui, void *state)
{
    go(ui, state, 1);
}

void document_screen_run_history(struct ui *ui, void *state)
{
    struct document_screen *s = state;
    (void)ui;
    s->v.whole = !s->v.whole;
}
