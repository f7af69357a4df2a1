/* The door with nothing behind it: what our listener can do, and what the tests with rude peers knock at.
 *
 *   echo_listener URL REPLY_SIZE [URL ...] [LIMIT=VALUE ...]
 *
 * Answers REPLY_SIZE bytes on the thread that received the request (0: the request itself). A request that begins with "later"
 * is answered by another thread, one with "hold" when somebody asks "free", and "known" shows that the peer is the one that follows.
 * Limits by their names in struct listener_limits. Prints "ready" when it listens, its stats as a
 * line of JSON at SIGUSR1 and at the end; SIGTERM ends it. */
#include "server/door/listener.h"
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct later {
    struct later *next;
    struct listener_request *request;
};

static uint8_t *reply;
static size_t reply_size;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t more = PTHREAD_COND_INITIALIZER;
static struct later *first, **last = &first, *held;
static bool over;

static void *answer_later(void *unused)
{
    (void)unused;
    pthread_mutex_lock(&lock);
    while (!over || first) {
        struct later *l = first;
        if (!l) {
            pthread_cond_wait(&more, &lock);
            continue;
        }
        first = l->next;
        if (!first)
            last = &first;
        pthread_mutex_unlock(&lock);
        listener_answer(l->request, reply, reply_size ? reply_size : 5);
        free(l);
        pthread_mutex_lock(&lock);
    }
    pthread_mutex_unlock(&lock);
    return NULL;
}

static bool begins(const uint8_t *body, size_t size, const char *word)
{
    return size >= strlen(word) && memcmp(body, word, strlen(word)) == 0;
}

static void free_held(void)
{
    pthread_mutex_lock(&lock);
    struct later *all = held;
    held = NULL;
    pthread_mutex_unlock(&lock);
    while (all) {
        struct later *l = all;
        all = l->next;
        listener_answer(l->request, reply, reply_size ? reply_size : 5);
        free(l);
    }
}

static void show(struct listener_request *request, const uint8_t *body, size_t size)
{
    char who[40];
    snprintf(who, sizeof who, "%.*s", (int)(size < 30 ? size : 30), (const char *)body);
    listener_known(request, who);
}

static void handle(void *context, struct listener_request *request, const struct peer *peer,
                   const uint8_t *body, size_t size)
{
    (void)context;
    (void)peer;
    bool holds = begins(body, size, "hold");
    struct later *l = holds || begins(body, size, "later") ? malloc(sizeof *l) : NULL;
    if (begins(body, size, "free"))
        free_held();
    if (begins(body, size, "known"))
        show(request, body, size);
    if (!l) {
        listener_answer(request, reply_size ? reply : body, reply_size ? reply_size : size);
        return;
    }
    *l = (struct later){.request = request};
    pthread_mutex_lock(&lock);
    if (holds) {
        l->next = held;
        held = l;
    } else {
        *last = l;
        last = &l->next;
        pthread_cond_signal(&more);
    }
    pthread_mutex_unlock(&lock);
}

static void report(struct listener *l)
{
    struct listener_stats s;
    listener_stats(l, &s);
    printf("{\"accepted\":%llu,\"open\":%llu,\"requests\":%llu,\"answers\":%llu,\"refused_busy\":%llu,"
           "\"refused_malformed\":%llu,\"bytes_in\":%llu,\"bytes_out\":%llu,\"timed_out\":%llu,\"displaced\":"
           "%llu,\"sends\":%llu}\n",
           (unsigned long long)s.accepted, (unsigned long long)s.open, (unsigned long long)s.requests,
           (unsigned long long)s.answers, (unsigned long long)s.refused_busy,
           (unsigned long long)s.refused_malformed, (unsigned long long)s.bytes_in,
           (unsigned long long)s.bytes_out, (unsigned long long)s.timed_out, (unsigned long long)s.displaced,
           (unsigned long long)s.sends);
    fflush(stdout);
}

static bool set_limit(struct listener_limits *most, const char *word)
{
    const struct {
        const char *name;
        int *number;
    } rows[] = {{"hello_ms", &most->hello_ms},
                {"partial_ms", &most->partial_ms},
                {"idle_ms", &most->idle_ms},
                {"send_ms", &most->send_ms},
                {"stranger_ms", &most->stranger_ms}};
    const struct {
        const char *name;
        unsigned *number;
    } counts[] = {{"peer_in_flight", &most->peer_in_flight},
                  {"connections", &most->connections},
                  {"connections_per_uid", &most->connections_per_uid},
                  {"stranger_in_flight", &most->stranger_in_flight},
                  {"person_connections", &most->person_connections}};
    const char *value = strchr(word, '=');
    if (!value)
        return false;
    size_t size = (size_t)(value - word);
    if (size == 8 && memcmp(word, "buffered", 8) == 0)
        return (most->buffered = strtoul(value + 1, NULL, 10)) > 0;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (strlen(rows[i].name) == size && memcmp(rows[i].name, word, size) == 0)
            return (*rows[i].number = atoi(value + 1)) > 0;
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
        if (strlen(counts[i].name) == size && memcmp(counts[i].name, word, size) == 0)
            return (*counts[i].number = (unsigned)atoi(value + 1)) > 0;
    return false;
}

int main(int argc, char **argv)
{
    struct listener_limits most = listener_limits_default();
    if (argc < 3) {
        fprintf(stderr, "usage: echo_listener URL REPLY_SIZE [LIMIT=VALUE ...]\n");
        return 2;
    }
    for (int i = 3; i < argc; i++)
        if (!strstr(argv[i], "://") && !set_limit(&most, argv[i])) {
            fprintf(stderr, "echo_listener: no such limit: %s\n", argv[i]);
            return 2;
        }
    reply_size = (size_t)strtoul(argv[2], NULL, 10);
    reply = malloc(reply_size ? reply_size : 5);
    if (!reply || reply_size > most.answer)
        return 2;
    memset(reply, 'r', reply_size ? reply_size : 5);

    sigset_t set; /* before any thread is made, so that only sigwait takes them */
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGUSR1);
    pthread_sigmask(SIG_BLOCK, &set, NULL);

    struct listener *l = NULL;
    struct refusal why = {0};
    const char *cert = getenv("ECHO_CERT"), *key = getenv("ECHO_KEY");
    pthread_t worker;
    if (pthread_create(&worker, NULL, answer_later, NULL) != 0 || listener_open(&l, handle, NULL, NULL) != OK)
        return 1;
    listener_limits(l, &most);
    enum err rv = listener_add(l, argv[1], cert, key, &why);
    for (int i = 3; i < argc && rv == OK; i++)
        if (strstr(argv[i], "://"))
            rv = listener_add(l, argv[i], cert, key, &why);
    if (rv != OK) {
        fprintf(stderr, "echo_listener: %s: %s\n", err_name(rv), why.detail);
        return err_exit_code(rv);
    }
    puts("ready");
    fflush(stdout);
    int signal = 0;
    while (sigwait(&set, &signal) == 0 && signal == SIGUSR1)
        report(l);
    listener_drain(l);
    pthread_mutex_lock(&lock);
    over = true;
    pthread_cond_signal(&more);
    pthread_mutex_unlock(&lock);
    pthread_join(worker, NULL);
    free_held();
    report(l);
    listener_close(l);
    free(reply);
    return 0;
}
