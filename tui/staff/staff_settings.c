/* Settings: what there is, how it is set, and the way to each. */
#include "tui/full/places_screen.h"
#include "tui/portal/books.h"
#include "tui/staff/staff_screens.h"

static void open(struct ui *ui, void *state, uint64_t subject)
{
    (void)subject;
    places_open(ui, state, &places_settings);
}

const struct screen screen_staff_settings = {.name = "staff.settings",
                                             .title = "Settings",
                                             .state_size = sizeof(struct places_state),
                                             .open = open,
                                             .load = places_load,
                                             .reply = places_reply,
                                             .event = places_event,
                                             .draw = places_draw,
                                             .close = places_close,
                                             .keys = places_keys};
