/* Ordinary nng clients: REQ sockets, each with many contexts, asking without pause. For comparison with load.c, and to be killed
 * in the midst of it by the tests with rude peers.
 *
 *   nng_load URL SOCKETS CONTEXTS SECONDS FILE     CONTEXTS of each socket; FILE holds the payload
 *
 * Prints "asking" when the first answer has come, and at the end {"clients":…,"ops":…,"ops_per_s":…,"failed":…}. */
#include <nng/nng.h>
#include <nng/protocol/reqrep0/req.h>
#include <nng/supplemental/util/platform.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

struct asker {
    nng_ctx context;
    nng_aio *aio;
    enum { SENDING, RECEIVING } step;
};

static uint8_t payload[65536];
static size_t payload_size;
static atomic_ullong answers, failed;
static atomic_bool over;

static void ask(struct asker *a)
{
    nng_msg *m;
    if (nng_msg_alloc(&m, 0) != 0 || nng_msg_append(m, payload, payload_size) != 0)
        abort();
    a->step = SENDING;
    nng_aio_set_msg(a->aio, m);
    nng_ctx_send(a->context, a->aio);
}

static void step(void *arg)
{
    struct asker *a = arg;
    int rv = nng_aio_result(a->aio);
    if (rv != 0) {
        if (a->step == SENDING)
            nng_msg_free(nng_aio_get_msg(a->aio));
        atomic_fetch_add(&failed, 1);
    } else if (a->step == SENDING) {
        a->step = RECEIVING;
        nng_ctx_recv(a->context, a->aio);
        return;
    } else {
        nng_msg_free(nng_aio_get_msg(a->aio));
        if (atomic_fetch_add(&answers, 1) == 0) {
            puts("asking");
            fflush(stdout);
        }
    }
    if (!atomic_load(&over) && rv != NNG_ECLOSED)
        ask(a);
}

int main(int argc, char **argv)
{
    if (argc != 6) {
        fprintf(stderr, "usage: nng_load URL SOCKETS CONTEXTS SECONDS FILE\n");
        return 2;
    }
    int sockets = atoi(argv[2]), contexts = atoi(argv[3]);
    double seconds = strtod(argv[4], NULL);
    FILE *f = fopen(argv[5], "re");
    if (!f || sockets < 1 || contexts < 1)
        return 2;
    payload_size = fread(payload, 1, sizeof payload, f);
    fclose(f);
    struct asker *all = calloc((size_t)sockets * (size_t)contexts, sizeof *all);
    if (!all)
        return 1;
    for (int i = 0; i < sockets * contexts; i++) {
        static nng_socket s;
        int rv = i % contexts ? 0 : nng_req0_open(&s);
        if (rv == 0 && i % contexts == 0) {
            nng_socket_set_ms(s, NNG_OPT_REQ_RESENDTIME, -1);
            rv = nng_dial(s, argv[1], NULL, NNG_FLAG_NONBLOCK);
        }
        if (rv != 0 || nng_ctx_open(&all[i].context, s) != 0 ||
            nng_aio_alloc(&all[i].aio, step, &all[i]) != 0) {
            fprintf(stderr, "nng_load: %s\n", nng_strerror(rv));
            return 1;
        }
    }
    nng_time begun = nng_clock();
    for (int i = 0; i < sockets * contexts; i++)
        ask(&all[i]);
    nng_msleep((nng_duration)(seconds * 1000));
    unsigned long long ops = atomic_load(&answers);
    double took = (double)(nng_clock() - begun) / 1000;
    atomic_store(&over, true);
    printf("{\"clients\":%d,\"ops\":%llu,\"ops_per_s\":%.0f,\"failed\":%llu}\n", sockets * contexts, ops,
           (double)ops / took, atomic_load(&failed));
    fflush(stdout);
    _Exit(0);
}
