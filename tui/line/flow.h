/* The flows of line mode, and the tables that lead to them. A flow of its own: a function here, and a row in the table of its role. */
#ifndef TUI_LINE_FLOW_H
#define TUI_LINE_FLOW_H
#include "tui/line/talk.h"
#include "proto/paper/show.h"
#include "tui/full/qr.h"

/* Staff. */
enum turn flow_write(struct talk *t, void *ctx);             /* a new document of any kind, or a draft */
enum turn flow_write_for(struct talk *t, uint64_t customer); /* … for that one */
enum turn flow_write_kind(struct talk *t, int kind, uint64_t customer); /* customer 0: it is asked for */
enum turn flow_write_change(struct talk *t, int kind, uint64_t id);
enum turn flow_write_recur(struct talk *t, uint64_t schedule, uint64_t customer); /* one of both is 0 */
enum turn flow_write_recur_for(struct talk *t, uint64_t customer);                /* 0: who is asked */
#endif
