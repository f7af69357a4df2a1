/* ":" takes a number or a name as well: the server says what is meant (portal.find) once typing rests. */
#include "tui/full/ui_inside.h"
#include <string.h>

#define REST_MS 120

void ui_set_finder(struct ui *ui, ui_opens *open)
{
    ui->finder.open = open;
}

bool finder_is(const struct ui *ui, unsigned serial)
{
    return serial == FINDER_SERIAL && ui->overlay == OVERLAY_PALETTE;
}

static void forget(struct finder *f)
{
    arena_close(f->arena);
    f->arena = NULL;
    f->found = NULL;
    f->due = 0;
    f->asked = f->wanted = false;
}

/* What was typed is another text now: what was found for the one before is none of its. */
void finder_typed(struct ui *ui)
{
    struct finder *f = &ui->finder;
    forget(f);
    if (f->open && ui->who != BY_PUBLIC && *edit_text(ui->command))
        f->due = ui->now + REST_MS;
}

void finder_close(struct ui *ui)
{
    forget(&ui->finder);
}

static void ask(struct ui *ui)
{
    struct finder *f = &ui->finder;
    struct portal_find_in in = {0};
    f->due = 0;
    f->asked = true;
    GIVE(portal_find_in, &in, text, edit_text(ui->command));
    ui_ask_for(ui, FINDER_SERIAL, &(struct ask){.op = op_at(OPNO_portal_find), .in = &in});
}

int64_t finder_tick(struct ui *ui)
{
    struct finder *f = &ui->finder;
    if (f->due && f->due <= ui->now)
        ask(ui);
    return f->due;
}

const struct hit *finder_hit(const struct ui *ui, size_t i)
{
    const struct portal_find_out *found = ui->finder.found;
    return found && i < found->hits.n ? &found->hits.v[i] : NULL;
}

void finder_go(struct ui *ui, const struct hit *hit)
{
    int what = hit->what;
    uint64_t id = (uint64_t)hit->id;
    ui->overlay = OVERLAY_NONE;
    if (!ui->finder.open(ui, what, id, hit->customer))
        ui_toast(ui, TONE_BAD, "There is no screen for that.");
    finder_close(ui);
}

/* Enter before the answer is there: it is gone to as soon as it is. */
bool finder_await(struct ui *ui)
{
    struct finder *f = &ui->finder;
    if (f->due)
        ask(ui);
    f->wanted = f->asked && !f->found;
    return f->wanted;
}

void finder_answer(struct ui *ui, const struct reply *r)
{
    struct finder *f = &ui->finder;
    bool wanted = f->wanted;
    if (r->code != OK) {
        arena_close(r->arena);
        forget(f);
        if (wanted)
            ui_toast(ui, TONE_BAD, "%s", *r->why->detail ? r->why->detail : err_sentence(r->code));
        return;
    }
    forget(f);
    f->arena = r->arena;
    f->found = r->out;
    if (wanted && finder_hit(ui, 0))
        finder_go(ui, finder_hit(ui, 0));
    else if (wanted && !palette_choose(ui)) /* what only its help explains */
        ui_toast(ui, TONE_BAD, "Nothing has that number or name.");
    ui_dirty(ui, PAINT_NOW);
}
