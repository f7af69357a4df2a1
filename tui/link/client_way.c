/* How this program came here, and which portal it goes to. */
#include "tui/link/client_inside.h"
#include <stdio.h>

const char *client_portal(const struct ui *ui)
{
    return client_of(ui)->portal;
}

void client_set_portal(struct ui *ui, const char *portal)
{
    snprintf(client_of(ui)->portal, sizeof client_of(ui)->portal, "%s", portal);
}

void client_go_to(struct ui *ui, const char *portal)
{
    if (portal && *portal && portal != client_portal(ui))
        client_set_portal(ui, portal);
}

const char *client_hint(const struct ui *ui)
{
    const char *hint = client_of(ui)->hint;
    return hint ? hint : "";
}

const char *client_fingerprint(const struct ui *ui)
{
    const char *fingerprint = client_of(ui)->fingerprint;
    return fingerprint ? fingerprint : "";
}

const char *client_from(const struct ui *ui)
{
    const char *from = client_of(ui)->from;
    return from ? from : "";
}

bool client_bound(const struct ui *ui)
{
    return client_of(ui)->bound;
}

const struct way_in *client_way(struct ui *ui)
{
    struct client *c = client_of(ui);
    c->way = (struct way_in){.portal = c->portal,
                             .from = client_from(ui),
                             .hint = client_hint(ui),
                             .fingerprint = client_fingerprint(ui),
                             .call = c->call ? c->call : "",
                             .bound = c->bound};
    return &c->way;
}
