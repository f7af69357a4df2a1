/* The running daemon: what its parts share. */
#ifndef SERVER_DAEMON_H
#define SERVER_DAEMON_H
#include "common/err.h"
#include "server/doors.h"
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct kv;
struct listener;
struct writer;
struct pool;
struct waits;
struct gateway;
struct sender;
struct bound;

struct daemon {
    struct kv *kv;
    struct listener *listener;
    struct writer *writer;
    struct pool *strangers, *passwords; /* slow work of who is not signed in yet, and of who is */
    struct pool *gateways, *heavy;
    struct bound *bound;
    struct waits *waits;
    struct gateway *gateway;
    struct sender *sender;
    uint8_t key[32]; /* server.key */
    int64_t started; /* instant */
    int64_t uid;     /* of the process: an ipc peer with it is the operator */
    struct doors doors;
    atomic_bool writable, stopping;
    atomic_uint_least64_t requests, reads, writes, commits, refusals, faults, tags, unsealed;
};

int64_t daemon_now(void); /* the one clock: UTC milliseconds */
/* new_key: go on though the key that the store knows is lost; what was sealed with it is lost, too.
 * sandbox: cards are taken by the gateway that moves no money (server/pay); else by none.
 * Opens the store's helpers and starts the threads; the listener is the caller's. */
enum err daemon_open(struct daemon *d, const char *folder, const struct doors *doors, bool new_key,
                     bool sandbox, struct refusal *why) MUST_USE;
/* After the listener has been drained: finishes queued work, answers parked polls, ends the threads, closes all. */
void daemon_close(struct daemon *d);
#endif
