#include "tui/staff/gather.h"
#include "tui/staff/staff_screens.h"
#include <stdio.h>
#include <string.h>

void gather_close(struct gather *g)
{
    arena_close(g->kept);
    g->kept = NULL;
}

static void ask(struct ui *ui, const struct gather *g, int tag)
{
    struct customer_get_in in = {0};
    GIVE(customer_get_in, &in, customer, g->customers[g->at]);
    ui_ask_with(ui, &(struct ask){.tag = tag,
                                  .op = op_at(OPNO_customer_get),
                                  .in = &in,
                                  .busy = "Looking up whom to turn to…"});
}

void gather_begin(struct ui *ui, struct gather *g, int tag, enum gather_for act)
{
    if (!g->kept)
        g->kept = arena_open();
    arena_reset(g->kept);
    g->who = (struct access_who){0};
    g->act = act;
    g->at = g->active = g->none = 0;
    if (g->n)
        ask(ui, g, tag);
}

/* The first to turn to who has an e-mail address. */
static const struct contact *choose(const struct customer_get_out *out)
{
    const struct contact *best = NULL;
    for (size_t i = 0; i < out->contacts.n; i++) {
        const struct contact *p = &out->contacts.v[i];
        if (p->email && *p->email && (!best || (p->primary && !best->primary)))
            best = p;
    }
    return best;
}

static void keep(struct gather *g, const struct customer_get_out *out)
{
    const struct contact *p = out->customer->active ? choose(out) : NULL;
    if (!p) {
        g->none++;
        return;
    }
    if (g->act == GATHER_INVITE && p->access == ACCESS_ACTIVE) {
        g->active++;
        return;
    }
    struct contact *copy = arena_copy(g->kept, p, sizeof *p);
    copy->name = arena_text(g->kept, show_text(p->name), strlen(show_text(p->name)));
    copy->email = arena_text(g->kept, p->email, strlen(p->email));
    copy->head.extra = NULL;
    g->who.v[g->who.n++] = copy;
}

void gather_reply(struct ui *ui, struct gather *g, struct access_acts *acts, int tag, const struct reply *r)
{
    if (r->code == OK)
        keep(g, r->out);
    else if (r->code == ERR_NOT_FOUND)
        g->none++;
    else if (ui_refused(ui, r))
        return;
    if (++g->at < g->n) {
        ask(ui, g, tag);
        return;
    }
    if (!g->who.n) {
        ui_toast(ui, TONE_BAD, "%s",
                 g->active ? "They have access already."
                           : "Nobody there has an e-mail address: open the customer to add one.");
        return;
    }
    if (g->active + g->none)
        ui_toast(ui, TONE_INFO, "Left out: %zu with access already, %zu without an e-mail address.",
                 g->active, g->none);
    if (g->act == GATHER_INVITE)
        access_invite(ui, acts, &g->who);
    else
        access_set_password(ui, &g->who);
}
