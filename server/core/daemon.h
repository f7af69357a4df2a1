/* The running daemon: what its parts share. */
#ifndef SERVER_DAEMON_H
#define SERVER_DAEMON_H
#include "common/err.h"
#include "server/door/doors.h"
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct kv;
struct listener;
struct writer;
struct pool;
struct waits;
struct gateways;
struct works;
struct bound;
struct allowance;

struct daemon {
    struct kv *kv;
    struct listener *listener;
    struct writer *writer;
    struct pool *strangers, *passwords; /* slow work of who is not signed in yet, and of who is */
    struct pool *heavy;
    struct bound *bound;
    struct allowance *allowance;
    struct waits *waits;
    struct gateways *gateways;
    struct works *works;
    uint8_t key[32]; /* server.key */
    int64_t started; /* instant */
    int64_t begun;   /* tick of it */
    int64_t uid;     /* of the process: an ipc peer with it is the operator */
    struct doors doors;
    atomic_int writing; /* enum writing: what writer_can_write knows */
    atomic_bool stopping;
    atomic_uint_least64_t requests, reads, writes, commits, refusals, faults, tags;
};

/* The one clock, in two readings. daemon_now: UTC milliseconds as the operator set it, for stamps, for days, and for what was promised
 * until an instant; it may go back. daemon_tick: milliseconds that only go on, from any start, for every duration within this process. */
int64_t daemon_now(void);
int64_t daemon_tick(void);
/* For how many ms the time has gone on as the ticks have: since the start, or since the clock was set. */
int64_t daemon_steady(void);
int64_t daemon_steady_since(void); /* the tick from which on */
/* new_key: go on though the key that the store knows is lost; what was sealed with it is lost, too.
 * sandbox: also the gateways that move no money are opened (server/pay).
 * Opens the store's helpers and starts the threads; the listener is the caller's. */
enum err daemon_open(struct daemon *d, const char *folder, const struct doors *doors, bool new_key,
                     bool sandbox, struct refusal *why) MUST_USE;
/* After the listener has been drained: finishes queued work, answers parked polls, ends the threads, closes all. */
void daemon_close(struct daemon *d);
#endif
