/* nng runs callbacks on twice as many threads as there are processors, a number that is fixed when nng is built. More threads than
 * processors that all wait for the same queue cost switches and gain nothing, for a request never waits for a disk that others could use
 * meanwhile: what is slow has threads of its own (server/core/pool.h). So the surplus is kept waiting, by callbacks that do not return before the
 * last listener of the process closes; nng's public functions can do no more. */
#include "server/door/listener_inside.h"
#include <dirent.h>
#include <nng/nng.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>

#define KEPT_LEAST \
    2 /* one may be in a handler while another goes on with an answer that the kernel did not take at once */
#define PARKED_MOST 256

static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER; /* who begins or ends; guards these: */
static unsigned users;
static nng_aio *aios[PARKED_MOST];
static size_t n_aios;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t over = PTHREAD_COND_INITIALIZER;
static bool ends;

static void wait_for_the_end(void *unused)
{
    (void)unused;
    pthread_mutex_lock(&lock);
    while (!ends)
        pthread_cond_wait(&over, &lock);
    pthread_mutex_unlock(&lock);
}

static void set_ends(bool now)
{
    pthread_mutex_lock(&lock);
    ends = now;
    pthread_cond_broadcast(&over);
    pthread_mutex_unlock(&lock);
}

static bool runs_callbacks(const char *thread)
{
    static const char of_nng[] = "nng:task\n";
    char path[64], name[32] = "";
    snprintf(path, sizeof path, "/proc/self/task/%.20s/comm", thread);
    FILE *file = fopen(path, "re");
    if (!file)
        return false;
    bool is = fgets(name, sizeof name, file) && strcmp(name, of_nng) == 0;
    fclose(file);
    return is;
}

/* As many as nng really started; where that is not to be seen, none. */
static size_t threads_of_nng(void)
{
    size_t n = 0;
    DIR *tasks = opendir("/proc/self/task");
    for (const struct dirent *d; tasks && (d = readdir(tasks)) != NULL;)
        n += d->d_name[0] != '.' && runs_callbacks(d->d_name);
    if (tasks)
        closedir(tasks);
    return n;
}

static size_t kept(void)
{
    cpu_set_t may;
    const size_t processors =
        sched_getaffinity(0, sizeof may, &may) == 0 ? (size_t)CPU_COUNT(&may) : PARKED_MOST;
    return processors > KEPT_LEAST ? processors : KEPT_LEAST;
}

void park_begin(void)
{
    pthread_mutex_lock(&turn);
    const size_t started = users++ ? 0 : threads_of_nng();
    for (size_t left = kept(); n_aios < PARKED_MOST && left + n_aios < started; n_aios++) {
        if (nng_aio_alloc(&aios[n_aios], wait_for_the_end, NULL) != 0)
            break;
        if (nng_aio_begin(aios[n_aios])) /* always: nobody stops it before */
            nng_aio_finish(aios[n_aios], 0);
    }
    pthread_mutex_unlock(&turn);
}

void park_end(void)
{
    pthread_mutex_lock(&turn);
    if (--users == 0) {
        set_ends(true);
        while (n_aios)
            nng_aio_free(aios[--n_aios]); /* waits for its callback */
        set_ends(false);
    }
    pthread_mutex_unlock(&turn);
}
