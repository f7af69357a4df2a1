/* The screens of a customer's contact person. */
#ifndef TUI_CUSTOMER_SCREENS_H
#define TUI_CUSTOMER_SCREENS_H
#include "tui/link/client.h"
#include "proto/paper/show.h"
#include "tui/full/view.h"

/* What stands around what happened last on Home (struct painter). */
struct scene;
void home_around(const struct scene *v, struct canvas *c);
#endif
