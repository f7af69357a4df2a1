/* When somebody last set the clock: noticed while the daemon runs, and kept in the store for a day, so that it is said also after a start. What
 * was set while nothing ran is known only where it went back behind what is kept. */
#ifndef SERVER_CLOCK_SET_H
#define SERVER_CLOCK_SET_H
#include "common/err.h"
#include <stdint.h>

struct daemon;
struct kv;
enum err clock_set_begin(struct kv *kv) MUST_USE; /* at the start, before there are threads */
/* Has what the store does not know yet written down, by the writer. Often; any thread. */
void clock_set_mind(struct daemon *d);
void clock_set_finish(struct daemon *d); /* the same, after the writer has stopped */
/* How many ms ago it was, where that is within a day; −1: nobody did. Any thread. */
int64_t clock_set_ago(void);
#endif
