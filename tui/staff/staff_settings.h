/* Inside of the settings: staff_settings.c the first page, settings_forms.c the forms. */
#ifndef TUI_STAFF_SETTINGS_H
#define TUI_STAFF_SETTINGS_H
#include "tui/full/ui.h"

/* Forms of the business: its profile, its portal, how its documents begin. */
void settings_business(struct ui *ui);
void settings_portal(struct ui *ui);
void settings_documents(struct ui *ui);
#endif
