/* An estimate as it was when it was sent before (D4). */
#include "tui/document.h"
#include "tui/staff/screens.h"
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
}

static void load(struct ui *ui, void *state, enum load why)
{
    struct state *s = state;
    struct estimate_version_in in = {0};
    (void)why;
    GIVE(estimate_version_in, &in, estimate, s->estimate);
    GIVE(estimate_version_in, &in, revision, s->revision);
    ui_ask(ui, 0, OPNO_estimate_version, &in);
}

static void reply(struct ui *ui, void *state, int tag, const struct reply *r)
{
    struct state *s = state;
    char at[SHOW_TEXT];
    (void)tag;
    if (ui_refused(ui, r))
        return;
    const struct version *v = ((const struct estimate_version_out *)r->out)->version;
    s->v.doc = v->was;
    s->v.today = ui_today(ui);
    ui_title(ui, "Revision %" PRId64, v->revision);
    ui_status(ui, "As it was sent %s by %s", show_when(at, v->at, s->v.me->utc_offset, s->v.today),
              show_text(v->by));
}

static void draw(const void *state, struct canvas *c)
{
    const struct state *s = state;
    if (s->v.doc)
        document_draw(&s->v, c);
}

static const struct screen screen_staff_version = {.name = "staff.version",
                                                   .title = "Earlier version",
                                                   .state_size = sizeof(struct state),
                                                   .open = open,
                                                   .load = load,
                                                   .reply = reply,
                                                   .draw = draw,
                                                   .scrolls = true};

void staff_version_open(struct ui *ui, uint64_t estimate, int64_t revision)
{
    struct state *s = ui_push(ui, &screen_staff_version, estimate);
    s->revision = revision;
}
