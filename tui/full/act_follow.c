/* What takes a while and must not be done twice, in place of its form: the request is sent again with the same id for as long as its answer is
 * missing, then looked at. The keyboard is locked until the outcome is known, or until it is known that it may take longer. */
#include "proto/paper/show.h"
#include "tui/full/book_inside.h"
#include <string.h>

#define TICK_MS 1000
#define LOOK_EVERY 2   /* ticks */
#define NUDGE_EVERY 10 /* ticks */
#define PATIENCE 8     /* ticks until one may leave what is still being done */

static enum run_wants wants(const struct form_state *s)
{
    return s->act.run->wants;
}

static bool under_way(const struct form_state *s)
{
    return wants(s) == RUN_ASKS || wants(s) == RUN_UNKNOWN || wants(s) == RUN_FOLLOWS;
}

static void look(struct ui *ui, struct form_state *s)
{
    struct run *r = s->act.run;
    const enum op_number op = r->act->follow->look;
    if (wants(s) == RUN_FOLLOWS && !ui_waiting(ui, TAG_LOOK))
        ui_ask(ui, TAG_LOOK, op, run_about(r, op));
}

static void tick(struct ui *ui, void *state)
{
    struct form_state *s = state;
    struct run *r = s->act.run;
    if (!s->follows || !under_way(s))
        return;
    s->ticks++;
    s->online = ui_online(ui);
    if (wants(s) == RUN_UNKNOWN && ui_online(ui) && !ui_waiting(ui, TAG_ACT)) {
        run_again(r);
        act_ask(ui, r);
    }
    if (s->ticks % LOOK_EVERY == 0)
        look(ui, s);
    if (wants(s) == RUN_FOLLOWS && s->ticks % NUDGE_EVERY == 0)
        ui_ask(ui, TAG_NUDGE, r->act->follow->nudge, run_about(r, r->act->follow->nudge));
    ui_after(ui, TICK_MS, tick);
}

void follow_step(struct ui *ui, struct form_state *s)
{
    if (under_way(s) && !s->follows) {
        s->follows = true;
        s->ticks = 0;
        s->online = true;
        form_kept(s->act.form); /* leaving asks nothing: what is secret is not a draft */
        ui_after(ui, TICK_MS, tick);
    }
    if (!under_way(s) && wants(s) != RUN_FAILED && wants(s) != RUN_REFUSED)
        s->follows = false;
}

void follow_event(struct ui *ui, struct form_state *s)
{
    look(ui, s);
}

void follow_reply(struct ui *ui, struct form_state *s, int tag, const struct reply *r)
{
    if (tag != TAG_LOOK || r->code != OK || wants(s) != RUN_FOLLOWS)
        return; /* it is looked at again anyway */
    run_looked(s->act.run, r->out);
    if (wants(s) != RUN_FOLLOWS)
        act_step(ui, &s->act);
}

/* --- drawing */

/* It was sent, and there is nobody who could answer. */
static bool lost(const struct form_state *s)
{
    return wants(s) == RUN_UNKNOWN || (wants(s) == RUN_ASKS && (s->act.run->unsure || !s->online));
}

static void draw_under_way(const struct form_state *s, const struct canvas *c)
{
    const struct run *r = s->act.run;
    const struct follow *f = r->act->follow;
    const bool slow = s->ticks >= PATIENCE;
    const char *says = lost(s)                           ? f->lost
                       : wants(s) == RUN_FOLLOWS && slow ? f->slow
                       : wants(s) == RUN_FOLLOWS         ? f->waits
                                                         : "Please wait. Keys do nothing until it is done.";
    const int y = 1 + canvas_wrap(c, 1, 3, c->columns - 6, 3, STYLE_BOLD, f->doing(&r->view, r->in));
    canvas_print(c, y, 3, STYLE_DIM, "%d s", s->ticks);
    canvas_wrap(c, y + 2, 3, c->columns - 6, 6, lost(s) || slow ? STYLE_WARN : STYLE_PLAIN, says);
    canvas_cursor(c, y + 2, 3);
}

static void draw_failed(const struct form_state *s, struct canvas *c)
{
    const struct run *r = s->act.run;
    struct scene v = r->view;
    struct canvas part = canvas_part(c, 0, 0, c->rows - 1, c->columns);
    v.out = r->out;
    if (!book_paint(r->act->goes, NULL, &v, &part))
        page_draw(r->page, &part, 0);
    canvas_print(c, c->rows - 1, 2, STYLE_REVERSE, "[ %s ]", r->act->follow->again);
    canvas_cursor(c, c->rows - 1, 4);
}

static void draw_refused(const struct form_state *s, const struct canvas *c)
{
    const struct run *r = s->act.run;
    canvas_text(c, 1, 3, STYLE_BAD, "Not done");
    const int y = 3 + canvas_wrap(c, 3, 3, c->columns - 6, 5, STYLE_PLAIN, r->sentence);
    canvas_text(c, y + 1, 3, STYLE_PLAIN, r->act->follow->nothing);
    canvas_text(c, y + 3, 3, STYLE_REVERSE, "[ Back ]");
    canvas_cursor(c, y + 3, 5);
}

void follow_draw(const struct form_state *s, struct canvas *c)
{
    if (wants(s) == RUN_FAILED)
        draw_failed(s, c);
    else if (wants(s) == RUN_REFUSED)
        draw_refused(s, c);
    else
        draw_under_way(s, c);
}

/* --- keys */

static void retry(struct ui *ui, struct form_state *s)
{
    struct run *r = s->act.run;
    run_retry(r);
    const char *first = NULL;
    for (const struct give *g = r->act->gives; g->field; g++)
        if (run_offered(r, g) && run_field(r, g)->type == FIELD_SECRET) {
            form_set(s->act.form, g->field, "");
            first = first ? first : g->field;
        }
    if (first)
        form_focus(s->act.form, first);
    s->follows = false;
    ui_focus(ui, s->act.form);
}

bool follow_key(struct ui *ui, struct form_state *s, const struct key *k)
{
    const bool may_leave =
        !under_way(s) || wants(s) == RUN_UNKNOWN || (wants(s) == RUN_FOLLOWS && s->ticks >= PATIENCE);
    const bool back = k->code == K_ESC || k->code == 'q';
    if (!may_leave)
        return true;
    if (k->code == K_ENTER && wants(s) == RUN_FAILED)
        retry(ui, s);
    else if (back || (k->code == K_ENTER && !under_way(s)))
        ui_pop(ui);
    else
        return k->code != '?' && k->code != 'Q';
    return true;
}
