/* One request on its way: frame → operation → arguments → who asks → transaction { ids → handler → stored answer } → answer. */
#ifndef SERVER_JOB_H
#define SERVER_JOB_H
#include "common/buf.h"
#include "common/codec.h"
#include "server/core/call.h"
#include "server/core/daemon.h"
#include "server/core/dispatch_table.h"
#include "server/door/listener.h"
#include "server/core/pool.h"
#include "server/core/secret.h"

struct kv_txn;
struct job {
    struct job *next; /* in a queue */
    struct daemon *daemon;
    struct listener_request *request; /* NULL: internal */
    char place[64];
    int peer_kind;    /* enum peer_kind */
    int64_t peer_uid; /* −1: not an ipc peer */
    uint64_t peer_serial;
    struct pool_whose
        whose; /* by whom it is counted in queues: see job_source; source 0: ours, counted by nobody */

    struct arena *arena; /* of the request: arguments, what was prepared */
    struct arena *run;   /* of one run of the handler: a write may run twice */
    const struct op *op;
    const struct handler *handler;
    void *in;
    bool secret; /* its arenas are overwritten afterwards */
    struct codec_names names;
    const uint8_t *token, *body; /* of the request, as it came in */
    size_t token_size, body_size;
    uint8_t id[16], digest[32];
    bool has_id;
    int64_t now;            /* instant */
    int64_t tick, deadline; /* as daemon_tick; deadline: of a parked poll */
    bool quiet;             /* a poll that has nothing to say yet */
    bool reserved;          /* a write that takes of the store's reserve when the disk is full */
    uint8_t random[64];
    void *prepared;
    enum err (*outside)(void *prepared, struct arena *a, struct refusal *why);
    bool was_prepared; /* a SLOW operation's handler runs only then */
    uint32_t business; /* after a run */

    /* internal work instead of an operation */
    enum err (*internal)(struct call *c, uint64_t id, void *argument);
    uint64_t internal_id;
    void *argument;
    struct who who;
    void (*done)(void *argument, enum err result); /* once the commit is over, well or not; may be NULL */
    void *done_argument;

    struct buf answer;
    enum err result;
    struct refusal why;
    struct refused refused; /* its texts live in `arena` */
    size_t n_follows;
    struct follow *follows; /* in `arena` */
    struct who asker;       /* copied texts live in `arena` */
    struct shown {          /* the session or token that was good; 0: none was */
        uint32_t business;
        int side;                          /* enum side */
        uint64_t session, machine, person; /* of a token only machine */
    } shown;
};

struct job *job_open(struct daemon *d);
void job_close(struct job *j); /* accepts NULL */
void job_reset(struct job *j); /* ready for another request */

/* Reads the envelope and the arguments. A refusal leaves `why` set. The body must stay until the answer. */
enum err job_read(struct job *j, const struct peer *peer, const uint8_t *body, size_t size) MUST_USE;
/* The handler, or what comes before it, in a transaction. kv_fn's; job as the argument. */
enum err job_run_check(struct kv_txn *kv, void *job) MUST_USE; /* only who asks, and whether they may */
enum err job_run_read(struct kv_txn *kv, void *job) MUST_USE;
enum err job_run_write(struct kv_txn *kv, void *job) MUST_USE;
enum err job_run_prepare(struct kv_txn *kv, void *job) MUST_USE;
/* Whose share of the queues a request takes, in `whose`: that of where it comes from, by the word of whom sshd started. Known: the
 * connection is no stranger's, or somebody got in from there. After job_read. */
void job_source(struct job *j, const struct peer *peer);
/* The same, from then on, by the person or program that asks, and their business; the operator of the machine comes first. After
 * job_run_check. */
void job_person(struct job *j);
/* Tells the door that whoever asks is no stranger, if they have shown that. Also done by job_answer. */
void job_show(struct job *j);
/* Sends the answer (or the refusal in `result` and `why`). The job stays the caller's. */
void job_answer(struct job *j);
#endif
