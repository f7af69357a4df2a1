/* The screens of staff. */
#ifndef TUI_STAFF_SCREENS_H
#define TUI_STAFF_SCREENS_H
#include "tui/client.h"
#include "tui/view.h"
#endif
