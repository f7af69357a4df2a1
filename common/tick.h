/* Time as it passes, whatever the clock on the wall is set to: durations within this process (docs/decisions/clocks.md). */
#ifndef COMMON_TICK_H
#define COMMON_TICK_H
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

/* Milliseconds that only go on, from any start (CLOCK_MONOTONIC). */
int64_t tick_now(void);
/* Waits on the condition until it is signalled or that tick has come; false: the tick has come. The condition needs no clock of its own: it is waited for by
 * this one, by name. (A program whose clock on the wall is set otherwise for a test took waits by the condition's clock for over at once.) */
bool tick_wait(pthread_cond_t *cond, pthread_mutex_t *lock, int64_t until);
#endif
