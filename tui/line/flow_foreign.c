/* Books that are not described yet, as line mode has them: until each is a file in tui/portal. */
#include "tui/line/flow.h"
#include "tui/line/talk_book.h"
#include <string.h>

static const struct {
    const char *name;
    enum turn (*open)(struct talk *t, uint64_t id);
} places[] = {{"customer", flow_customer}};

bool line_knows(const char *name)
{
    for (size_t i = 0; i < COUNT_OF(places); i++)
        if (strcmp(places[i].name, name) == 0)
            return true;
    return false;
}

enum turn line_foreign(struct talk *t, const char *name, uint64_t id)
{
    for (size_t i = 0; i < COUNT_OF(places); i++)
        if (strcmp(places[i].name, name) == 0)
            return places[i].open(t, id);
    return TURN_BACK;
}
