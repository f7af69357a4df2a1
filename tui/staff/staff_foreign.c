/* Books that are not described yet, as the full screen has them: until each is a file in tui/portal. */
#include "tui/full/book_screen.h"
#include "tui/staff/staff_screens.h"
#include <string.h>

static void open_customer(struct ui *ui, uint64_t id)
{
    ui_push(ui, &screen_staff_customer, id);
}

static const struct {
    const char *name;
    void (*open)(struct ui *ui, uint64_t id);
} places[] = {{"customer", open_customer}};

bool full_knows(const char *name)
{
    for (size_t i = 0; i < COUNT_OF(places); i++)
        if (strcmp(places[i].name, name) == 0)
            return true;
    return false;
}

bool full_foreign(struct ui *ui, const char *name, uint64_t id)
{
    for (size_t i = 0; i < COUNT_OF(places); i++)
        if (strcmp(places[i].name, name) == 0) {
            places[i].open(ui, id);
            return true;
        }
    return false;
}
