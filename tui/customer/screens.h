/* The screens of a customer's contact person. */
#ifndef TUI_CUSTOMER_SCREENS_H
#define TUI_CUSTOMER_SCREENS_H
#include "tui/client.h"
#include "tui/show.h"
#include "tui/view.h"

extern const struct screen screen_customer_home;
#endif
