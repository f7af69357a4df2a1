/* The limit to compare with: nng's own REP socket, one context per request under way, answering a constant.
 *
 *   echo_nng_rep URL REPLY_SIZE [CONTEXTS]
 *
 * Prints "ready" when it listens; SIGTERM ends it. */
#include <nng/nng.h>
#include <nng/protocol/reqrep0/rep.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct work {
    nng_ctx context;
    nng_aio *aio;
    bool sending;
};

static uint8_t *reply;
static size_t reply_size;

static void step(void *arg)
{
    struct work *w = arg;
    if (nng_aio_result(w->aio) != 0) {
        if (nng_aio_result(w->aio) == NNG_ECLOSED)
            return;
        nng_msg_free(nng_aio_get_msg(w->aio));
        w->sending = true;
    }
    if (w->sending) {
        w->sending = false;
        nng_ctx_recv(w->context, w->aio);
        return;
    }
    nng_msg *m = nng_aio_get_msg(w->aio);
    if (reply_size) {
        nng_msg_clear(m);
        nng_msg_append(m, reply, reply_size);
    }
    nng_aio_set_msg(w->aio, m);
    w->sending = true;
    nng_ctx_send(w->context, w->aio);
}

int main(int argc, char **argv)
{
    if (argc < 3) {
        fprintf(stderr, "usage: echo_nng_rep URL REPLY_SIZE [CONTEXTS]\n");
        return 2;
    }
    reply_size = (size_t)strtoul(argv[2], NULL, 10);
    int contexts = argc > 3 ? atoi(argv[3]) : 128;
    reply = calloc(1, reply_size + 1);
    struct work *works = calloc((size_t)contexts, sizeof *works);
    if (!reply || !works || contexts < 1)
        return 2;
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigprocmask(SIG_BLOCK, &set, NULL);
    nng_socket s;
    int rv = nng_rep0_open(&s);
    for (int i = 0; i < contexts && rv == 0; i++) {
        rv = nng_ctx_open(&works[i].context, s);
        if (rv == 0)
            rv = nng_aio_alloc(&works[i].aio, step, &works[i]);
    }
    if (rv == 0)
        rv = nng_listen(s, argv[1], NULL, 0);
    if (rv != 0) {
        fprintf(stderr, "echo_nng_rep: %s\n", nng_strerror(rv));
        return 1;
    }
    for (int i = 0; i < contexts; i++)
        nng_ctx_recv(works[i].context, works[i].aio);
    puts("ready");
    fflush(stdout);
    int signal;
    sigwait(&set, &signal);
    _Exit(0); /* its orderly end can hang when peers were rude */
}
