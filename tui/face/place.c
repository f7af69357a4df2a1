#include "tui/face/place.h"

const char *place_now(const struct place *p, const struct scene *v)
{
    const char *now = p->now && v->out ? p->now(v) : NULL;
    return now ? now : p->help;
}
