/* The business is renamed while somebody is signed in: headers and texts follow with the first answer or event that says so. */
#include "tui/link/client_inside.h"
#include "proto/paper/show.h"
#include <stdio.h>
#include <string.h>

static void called(struct client *c, const char *name)
{
    struct me me = c->me;
    if (!name || !*name || !*show_text(me.email) || strcmp(name, show_text(me.business)) == 0)
        return;
    me.business = name;
    client_know(c->ui, &me);
}

void client_see_business(struct client *c, const struct op *op, const void *out)
{
    const struct business *b =
        op == op_at(OPNO_home_get)          ? ((const struct home_get_out *)out)->business
        : op == op_at(OPNO_settings_get)    ? ((const struct settings_get_out *)out)->business
        : op == op_at(OPNO_settings_update) ? ((const struct settings_update_out *)out)->business
                                            : NULL;
    if (b)
        called(c, b->name);
    if (b && *show_text(b->portal)) /* by which one signs in again */
        snprintf(c->portal, sizeof c->portal, "%s", b->portal);
}

/* An event about the business names it; one about a number series names that. */
void client_see_event(struct client *c, const struct event *e)
{
    if (e->subject == SUBJECT_BUSINESS && e->what == WHAT_CHANGED && e->text &&
        strncmp(e->text, "name", 4) == 0 && (!e->text[4] || e->text[4] == ','))
        called(c, e->number);
}
