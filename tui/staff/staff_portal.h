/* The portal's name (A3): portal_name.c changes it, portal_tell.c then writes to everyone concerned. */
#ifndef TUI_STAFF_PORTAL_H
#define TUI_STAFF_PORTAL_H
#include "tui/full/ui.h"

/* Instead of the screen that calls: the portal has another name; active, invited: persons it concerns. The names are copied. */
void portal_tell_all(struct ui *ui, const char *name, const char *before, int64_t active, int64_t invited);
#endif
