/* After the portal got another name (A3): writing to everyone who has or was offered access, a part at a time, with its progress. */
#include "tui/staff/staff_portal.h"
#include "tui/full/book_screen.h"
#include "tui/portal/books.h"
#include "tui/staff/staff_screens.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

struct state {
    char name[64], before[64];
    int64_t active, invited; /* persons concerned, as counted before */
    int64_t done, left;
    enum { NOT_BEGUN, WRITING, STOPPED, DONE } step;
};

static const char *plural(int64_t n, const char *one, const char *many)
{
    return n == 1 ? one : many;
}

static void write_on(struct ui *ui, struct state *s)
{
    struct access_invite_all_in none = {0};
    s->step = WRITING;
    ui_ask(ui, 0, OPNO_access_invite_all, &none);
}

static void begin(struct ui *ui, void *state, const struct said *said)
{
    (void)said;
    write_on(ui, state);
}

static void offer(struct ui *ui, const struct state *s)
{
    char text[600];
    snprintf(text, sizeof text,
             "The portal is “%s” now. %" PRId64 " %s with access and %" PRId64
             " with an open invitation do not know yet: each gets a mail with the new name, and who was "
             "invited a new code.",
             s->name, s->active, plural(s->active, "person", "persons"), s->invited);
    ui_confirm(ui, "Write to everyone?", text, "Write to everyone", begin);
}

static void load(struct ui *ui, void *state, enum load why)
{
    const struct state *s = state;
    if (why == LOAD_FIRST && s->active + s->invited > 0)
        offer(ui, s);
}

static void reply(struct ui *ui, void *state, int tag, const struct reply *r)
{
    struct state *s = state;
    const struct access_invite_all_out *out = r->out;
    (void)tag;
    if (ui_refused(ui, r)) {
        s->step = STOPPED;
        return;
    }
    s->done += out->invited;
    s->left = out->left;
    if (out->left > 0 && out->invited > 0) {
        write_on(ui, s);
        return;
    }
    s->step = out->left ? STOPPED : DONE;
    ui_toast(ui, TONE_GOOD, "%" PRId64 " %s written; the outbox shows how they fare.", s->done,
             plural(s->done, "mail is", "mails are"));
}

static bool unsaved(const void *state)
{
    return ((const struct state *)state)->step == WRITING;
}

static void draw(const void *state, struct canvas *c)
{
    const struct state *s = state;
    int y = 1, width = c->columns > 92 ? 90 : c->columns - 2;
    int64_t all = s->done + s->left;
    canvas_print(c, y++, 1, STYLE_BOLD, "The portal is “%s” now; it was “%s”.", s->name, s->before);
    y++;
    if (s->step == NOT_BEGUN) {
        canvas_wrap(c, y, 1, width, 4, STYLE_PLAIN,
                    s->active + s->invited ? "Nobody has been told yet. a writes to everyone who has access "
                                             "or was invited; those who were "
                                             "invited get a new code."
                                           : "Nobody had access, so there is nobody to tell.");
        return;
    }
    if (all) {
        canvas_print(c, y, 1, STYLE_PLAIN, "Mails written  %" PRId64 " of %" PRId64, s->done, all);
        canvas_bar(c, y, 36, c->columns > 80 ? 40 : c->columns - 40, STYLE_INFO, s->done, all);
        y += 2;
    }
    if (s->step == STOPPED)
        canvas_wrap(c, y, 1, width, 4, STYLE_WARN,
                    "It stopped on the way: a goes on with those who are left.");
    else if (s->step == DONE)
        canvas_wrap(c, y, 1, width, 4, STYLE_PLAIN, "All of them are written to. O opens the outbox.");
}

static const char *can_begin(const struct ui *ui, const void *state)
{
    const struct state *s = state;
    (void)ui;
    switch (s->step) {
    case WRITING: return "It is being done.";
    case DONE: return "All of them are written to.";
    default: return s->active + s->invited ? NULL : "Nobody had access.";
    }
}

static void run_begin(struct ui *ui, void *state)
{
    offer(ui, state);
}

static void run_outbox(struct ui *ui, void *state)
{
    (void)state;
    book_open(ui, &book_outbox, 0);
}

static const struct key_row keys[] = {
    {.key = 'a',
     .action = "write to everyone",
     .help = "A mail with the new name to everyone concerned",
     .possible = can_begin,
     .run = run_begin},
    {.key = 'O', .action = "outbox", .help = "How the mails fare", .run = run_outbox},
    {0}};

static const struct screen screen_staff_portal_tell = {.name = "staff.portal_tell",
                                                       .title = "Tell everyone",
                                                       .state_size = sizeof(struct state),
                                                       .load = load,
                                                       .reply = reply,
                                                       .draw = draw,
                                                       .unsaved = unsaved,
                                                       .keys = keys};

void portal_tell_all(struct ui *ui, const char *name, const char *before, int64_t active, int64_t invited)
{
    struct state *s = ui_replace(ui, &screen_staff_portal_tell, 0);
    snprintf(s->name, sizeof s->name, "%s", name);
    snprintf(s->before, sizeof s->before, "%s", before);
    s->active = active;
    s->invited = invited;
}
