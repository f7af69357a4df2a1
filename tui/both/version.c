/* An estimate as it was when it was sent before (D4): the same screen for both sides. */
#include "tui/link/client.h"
#include "tui/both/document_draw.h"
#include "proto/paper/show.h"
#include <inttypes.h>

struct state {
    uint64_t estimate;
    int64_t revision;
    struct document_view v;
};

static void open(struct ui *ui, void *state, uint64_t subject)
{
    struct state *s = state;
    s->estimate = subject;
    s->v.me = client_me(ui);
    s->v.today = ui_today(ui);
}

static void load(struct ui *ui, void *state, enum load why)
{
    struct state *s = state;
    struct document_version_in in = {0};
    (void)why;
    GIVE(document_version_in, &in, id, s->estimate);
    GIVE(document_version_in, &in, revision, s->revision);
    ui_ask(ui, 0, OPNO_estimate_version, &in);
}

static void reply(struct ui *ui, void *state, int tag, const struct reply *r)
{
    struct state *s = state;
    char at[SHOW_TEXT];
    (void)tag;
    if (ui_refused(ui, r))
        return;
    const struct version *e = ((const struct document_version_out *)r->out)->version;
    s->v.doc = e->was;
    ui_title(ui, "Revision %" PRId64, e->edition);
    ui_status(ui, "As it was sent %s by %s. This is not what is offered now.",
              show_when(at, e->at, s->v.me->time_zone, s->v.today), show_text(e->by));
}

static void draw(const void *state, struct canvas *c)
{
    const struct state *s = state;
    if (s->v.doc)
        document_draw(&s->v, c);
    else
        canvas_loading(c, 1, 2);
}

static const struct screen screen_version = {.name = "version",
                                             .title = "Earlier version",
                                             .state_size = sizeof(struct state),
                                             .open = open,
                                             .load = load,
                                             .reply = reply,
                                             .draw = draw,
                                             .scrolls = true};

void document_version_open(struct ui *ui, uint64_t estimate, int64_t revision)
{
    struct state *s = ui_push(ui, &screen_version, estimate);
    s->revision = revision;
}
