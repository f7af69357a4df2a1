#include "common/tick.h"
#include <errno.h>
#include <time.h>

int64_t tick_now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

bool tick_wait(pthread_cond_t *cond, pthread_mutex_t *lock, int64_t until)
{
    const struct timespec when = {until / 1000, until % 1000 * 1000000};
    return pthread_cond_clockwait(cond, lock, CLOCK_MONOTONIC, &when) != ETIMEDOUT;
}
