/* One thread, one poll(): descriptors, signals and timers. */
#ifndef TUI_LOOP_H
#define TUI_LOOP_H
#include "common/err.h"
#include <stdint.h>

struct loop;
/* now: monotonic milliseconds, NULL for the machine's. One loop per process (signals). */
enum err loop_open(int64_t (*now)(void), struct loop **out) MUST_USE;
void loop_close(struct loop *l); /* accepts NULL; gives signals back */
int64_t loop_now(const struct loop *l);

/* Calls fn when fd is readable or broken (revents as poll(2)). One watch a descriptor; at most 16. */
enum err loop_watch(struct loop *l, int fd, void (*fn)(void *ctx, int revents), void *ctx) MUST_USE;
void loop_unwatch(struct loop *l, int fd);
/* Calls fn once after ms; returns a number > 0 for loop_forget. At most 64 at a time (0 when full). */
int loop_after(struct loop *l, int64_t ms, void (*fn)(void *ctx), void *ctx);
void loop_forget(struct loop *l, int timer); /* 0 and expired ones are fine */
/* SIGWINCH, SIGTSTP, SIGCONT, and SIGHUP/SIGTERM/SIGINT arrive here, between two calls. SIGHUP and SIGTERM also arm an alarm: whatever
 * the program is stuck in, 80 ms later it is gone. */
void loop_signals(struct loop *l, void (*fn)(void *ctx, int signal), void *ctx);
/* Called after every round, before sleeping: the place to paint. */
void loop_each(struct loop *l, void (*fn)(void *ctx), void *ctx);
int loop_run(struct loop *l); /* until loop_stop; returns its code */
void loop_stop(struct loop *l, int code);
#endif
