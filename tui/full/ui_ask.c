/* Asks and their answers, events, and the passing of time. */
#include "tui/full/ui_inside.h"
#include <stdio.h>
#include <string.h>

void ui_set_backend(struct ui *ui, const struct ui_backend *b)
{
    ui->backend = *b;
}

static struct pending *find(struct ui *ui, unsigned serial, int tag)
{
    for (int i = 0; i < UI_PENDING; i++)
        if (ui->pending[i].ticket && ui->pending[i].serial == serial && ui->pending[i].tag == tag)
            return &ui->pending[i];
    return NULL;
}

void ui_ask_with(struct ui *ui, const struct ask *ask)
{
    ui_ask_for(ui, ui_self(ui)->serial, ask);
}

void ui_ask_for(struct ui *ui, unsigned serial, const struct ask *ask)
{
    struct pending *p = find(ui, serial, ask->tag);
    if (p && ui->backend.cancel)
        ui->backend.cancel(ui->backend.ctx, p->ticket);
    for (int i = 0; !p && i < UI_PENDING; i++)
        if (!ui->pending[i].ticket)
            p = &ui->pending[i];
    if (!p || ask->tag < 0 || ask->tag >= UI_TAGS)
        return;
    memset(p, 0, sizeof *p);
    if (++ui->ticket == 0)
        ++ui->ticket;
    p->ticket = ui->ticket;
    p->serial = serial;
    p->tag = ask->tag;
    p->live = ui->in_event;
    p->since = ui->now;
    snprintf(p->busy, sizeof p->busy, "%s", ask->busy ? ask->busy : "");
    if (!ui->backend.start || !ui->backend.start(ui->backend.ctx, p->ticket, ask, &p->failed))
        if (p->failed.code == OK)
            p->failed.code = ERR_OFFLINE;
}

void ui_ask(struct ui *ui, int tag, enum op_number op, const void *in)
{
    struct ask ask = {.tag = tag, .op = op_at(op), .in = in};
    ui_ask_with(ui, &ask);
}

bool ui_asks(const struct ui *ui, unsigned serial)
{
    for (int i = 0; i < UI_PENDING; i++)
        if (ui->pending[i].ticket && ui->pending[i].serial == serial)
            return true;
    return false;
}

bool ui_waiting(const struct ui *ui, int tag)
{
    return find((struct ui *)(uintptr_t)ui, ui_self(ui)->serial, tag) != NULL;
}

int64_t ui_waiting_since(const struct ui *ui)
{
    int64_t since = 0;
    for (int i = 0; i < UI_PENDING; i++)
        if (ui->pending[i].ticket && (!since || ui->pending[i].since < since))
            since = ui->pending[i].since;
    return since;
}

bool ui_locked(const struct ui *ui, const char **busy)
{
    for (int i = 0; i < UI_PENDING; i++)
        if (ui->pending[i].ticket && ui->pending[i].busy[0]) {
            *busy = ui->pending[i].busy;
            return true;
        }
    return false;
}

static void to_finder(struct ui *ui, struct pending *p, const struct reply *r)
{
    static const struct refusal fine;
    struct reply reply = *r;
    struct instance *before = ui_enter(ui, ui_here(ui));
    p->ticket = 0;
    if (!reply.why)
        reply.why = &fine;
    finder_answer(ui, &reply);
    ui->calling = before;
    ui_run_loads(ui);
    ui_focus_widgets(ui);
}

void ui_answer(struct ui *ui, unsigned ticket, const struct reply *r)
{
    static const struct refusal fine;
    struct pending *p = NULL;
    for (int i = 0; ticket && i < UI_PENDING; i++)
        if (ui->pending[i].ticket == ticket)
            p = &ui->pending[i];
    struct instance *i = p ? ui_by_serial(ui, p->serial) : NULL;
    if (p && finder_is(ui, p->serial)) {
        to_finder(ui, p, r);
        return;
    }
    if (!i) {
        if (p)
            p->ticket = 0;
        arena_close(r->arena);
        return;
    }
    const unsigned serial = i->serial;
    int tag = p->tag;
    bool live = p->live, before_event = ui->in_event;
    p->ticket = 0;
    struct reply reply = *r;
    if (!reply.why)
        reply.why = &fine;
    struct instance *before = ui_enter(ui, i);
    ui->in_event = live; /* what it asks on is as unhurried */
    struct arena *old = r->code == OK ? i->replies[tag] : r->arena;
    if (r->code == OK)
        i->replies[tag] = r->arena;
    if (i->screen->reply)
        i->screen->reply(ui, i->state, tag, &reply);
    if (reply.code != OK)
        ui_expect_nothing(i);
    arena_close(old); /* after reply: until now the state pointed into it */
    ui->in_event = before_event;
    ui->calling = before;
    ui_dirty(ui, live ? PAINT_LATER : PAINT_NOW);
    ui_run_loads(ui);
    ui_focus_widgets(ui);
    if (ui_here(ui)->serial == serial)
        ahead_feed(ui, reply.code == OK);
}

bool ui_refused(struct ui *ui, const struct reply *r)
{
    struct instance *self = ui_self(ui);
    if (r->code == OK)
        return false;
    if (r->code == ERR_CANCELLED)
        return true;
    for (int w = 0; w < self->widget_count; w++)
        if (self->widgets[w].list && strcmp(r->why->field, "filter") == 0 && *r->why->detail) {
            list_filter_why(self->widgets[w].list, r->why->detail);
            return true;
        }
    for (int w = 0; w < self->widget_count; w++)
        if (self->widgets[w].form && *r->why->field && form_refuse(self->widgets[w].form, r->why)) {
            ui_focus(ui, self->widgets[w].form);
            return true;
        }
    const char *sentence = *r->why->detail ? r->why->detail : err_sentence(r->code);
    if (*r->why->field)
        ui_toast(ui, TONE_BAD, "%s: %s", r->why->field, sentence);
    else
        ui_toast(ui, TONE_BAD, "%s", sentence);
    return true;
}

void ui_event(struct ui *ui, const struct event *e)
{
    ui->in_event = true;
    for (int n = ui->depth; n-- > 0;) {
        struct instance *i = ui->stack[n], *before = ui_enter(ui, i);
        if (i->screen->event)
            i->screen->event(ui, i->state, e);
        ui->calling = before;
        if (n >= ui->depth)
            break;
    }
    ui_run_loads(ui);
    ui->in_event = false;
    ui_dirty(ui, PAINT_LATER);
}

/* --- time */

static void sooner(int64_t *next, int64_t due)
{
    if (*next < 0 || due < *next)
        *next = due;
}

static void tell_failed(struct ui *ui)
{
    for (int i = 0; i < UI_PENDING; i++)
        if (ui->pending[i].ticket && ui->pending[i].failed.code) {
            struct refusal why = ui->pending[i].failed;
            struct reply r = {.code = why.code, .why = &why};
            ui_answer(ui, ui->pending[i].ticket, &r);
        }
}

/* Seconds that are counted down, on the screen that is seen. */
static void forms_tick(struct ui *ui, const struct instance *i, int64_t *next)
{
    bool changed = false;
    for (int n = 0; n < i->widget_count; n++) {
        int64_t due = i->widgets[n].form ? form_tick(i->widgets[n].form, ui->now, &changed) : -1;
        if (due >= 0)
            sooner(next, due);
    }
    if (changed)
        ui_dirty(ui, PAINT_LATER);
}

static void instance_tick(struct ui *ui, struct instance *i, int64_t *next)
{
    struct instance *before = ui_enter(ui, i);
    if (i->timer && i->timer_due <= ui->now) {
        void (*fn)(struct ui *, void *) = i->timer;
        i->timer = NULL;
        fn(ui, i->state);
        ui_dirty(ui, PAINT_LATER);
    }
    ui->calling = before;
    if (i->timer)
        sooner(next, i->timer_due);
    if (i->selected_due && i->selected_due <= ui->now) {
        i->selected_due = 0;
        i->loads |= 1u << LOAD_SELECTED;
    }
    if (i->selected_due)
        sooner(next, i->selected_due);
}

int ui_tick(struct ui *ui, int64_t now)
{
    int64_t next = -1;
    ui->now = now;
    tell_failed(ui);
    for (int n = ui->depth; n-- > 0;)
        if (n < ui->depth)
            instance_tick(ui, ui->stack[n], &next);
    ui_run_loads(ui);
    if (ui_here(ui))
        forms_tick(ui, ui_here(ui), &next);
    if (ui_here(ui) && ui_here(ui)->selected_due)
        sooner(&next, ui_here(ui)->selected_due);
    if (ui->toast_until && ui->toast_until <= now) {
        ui->toast_until = 0;
        ui_dirty(ui, PAINT_LATER);
    } else if (ui->toast_until) {
        sooner(&next, ui->toast_until);
    }
    if (finder_tick(ui))
        sooner(&next, ui->finder.due);
    int64_t since = ui_waiting_since(ui);
    if (since) { /* the spinner: first after SPINNER_MS, then as often as news may paint */
        int64_t due = ui->painted > since + SPINNER_MS ? ui->painted + PAINT_MS : since + SPINNER_MS;
        if (due <= now && ui->painted < due)
            ui_dirty(ui, PAINT_NOW);
        sooner(&next, due > now ? due : now + PAINT_MS);
    }
    if (!ui->online) { /* how old the data is, in steps of 10 s */
        int64_t age = now - ui->offline_since, step = 10000;
        if (ui->painted < ui->offline_since + age / step * step)
            ui_dirty(ui, PAINT_LATER);
        sooner(&next, ui->offline_since + (age / step + 1) * step);
    }
    for (int i = 0; i < UI_PENDING; i++)
        if (ui->pending[i].ticket && ui->pending[i].failed.code)
            next = now;
    if (ui->paint == PAINT_LATER) {
        if (ui->painted + PAINT_MS <= now)
            ui->paint = PAINT_NOW;
        else
            sooner(&next, ui->painted + PAINT_MS);
    }
    return next < 0 ? -1 : next <= now ? 0 : (int)(next - now);
}
