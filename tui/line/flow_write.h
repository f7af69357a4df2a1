/* Inside of flow_write*.c: flow_write_begin.c: what is written, and for whom; flow_write.c: writing it; flow_write_save.c:
 * keeping and sending it. */
#ifndef TUI_LINE_FLOW_WRITE_H
#define TUI_LINE_FLOW_WRITE_H
#include "common/date.h"
#include "common/text.h"
#include "tui/line/flow.h"
#include "tui/portal/writing.h"

#define WRITE_MATCHES 9 /* items, customers, drafts that are offered to choose from */

enum turn flow_write_lines(struct talk *t, struct writing *w) MUST_USE; /* until that is all: TURN_BACK */
enum turn flow_write_keep(struct talk *t, void *ctx);                   /* TURN_LEAVE: it is kept, or sent */
enum turn flow_write_recurring(struct talk *t, void *ctx);              /* … after what comes was told */
enum turn flow_write_send(struct talk *t, void *ctx);
enum turn flow_write_menu(struct talk *t, struct writing *w) MUST_USE;
#endif
