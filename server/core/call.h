/* What a handler sees of one request: who asks, when, the transaction, and where to say what is wrong. Handlers are
 *     enum err op_<noun>_<verb>(struct call *c, const struct <noun>_<verb>_in *in, struct <noun>_<verb>_out *out);
 * Before they run: the session is valid, the role may, `in` is valid field by field, every ID in it exists and is visible to
 * the one who asks (else not_found), and a write runs in a transaction of its own that is undone when it returns anything but
 * OK. A handler may be run more than once for one request: it must not look at a clock or draw random bytes itself (use
 * c->now, c->random) and must leave no trace outside the transaction.
 * Everything allocated comes from c->arena; `out` may point into it.
 *
 * SLOW operations also have
 *     enum err prep_<noun>_<verb>(struct call *c, const struct <noun>_<verb>_in *in);
 * run beforehand on the password pool, in a read transaction, for what takes long (argon2id, tokens); it leaves what it found
 * in c->prepared (in c->arena, which lives on until the answer), and may leave c->outside for what must not hold a transaction open.
 * HEAVY operations may do the same: their handler runs once more then, with what it left in c->prepared (in c->lasting). */
#ifndef SERVER_CALL_H
#define SERVER_CALL_H
#include "data/booked.h"
#include "proto/op.h"
#include <stdatomic.h>

struct who {
    int role;                           /* enum role; 0: nobody */
    uint64_t session, person, customer; /* customer: 0 for staff */
    const char *name, *email;
    const char *place; /* from where: of the session, or of the peer */
    bool must_change;
    int stage;        /* enum stage */
    int means;        /* enum means: how the session was opened */
    uint64_t machine; /* number of the machine token that asks; 0: a person */
    uint64_t code,
        document; /* of a session that the code of a document opened: it is nobody's (person 0), and good for that document alone; 0: another one */
};
/* What counts by who asks counts by this, of one side: the person, or the code that stands in for one. */
static inline uint64_t who_number(const struct who *w)
{
    return w->code ? UINT64_MAX - w->code : w->person;
}

enum follow_what {
    FOLLOW_VIEWED,     /* leave the viewed mark on document `id` */
    FOLLOW_ASK,        /* somebody waits for payment `id`: ask its gateway now */
    FOLLOW_ASK_REFUND, /* the same of refund `id` */
    FOLLOW_SEEN,       /* note the session's last use */
    FOLLOW_BOUND,      /* end session `id` with the connection of the request */
    FOLLOW_ENDED,      /* session `id` is over: its connection has nothing to end any more */
    FOLLOW_TIED, /* end session `id`, which came out of `before`, with the connection that this was bound to */
    FOLLOW_USED,        /* note the last use of machine token `id` */
    FOLLOW_DUE,         /* look what is due of the work `id` (server/due) */
    FOLLOW_DUE_NOW,     /* the same, also where it was in trouble a moment ago, or rests */
    FOLLOW_CODE,        /* put on record that the one who asked read the code in mail `id` */
    FOLLOW_RESET,       /* a mail to `text`, if that is somebody who forgot a password */
    FOLLOW_RESET_KNOWN, /* the same, asked for from where they got in before */
};
struct follow {
    enum follow_what what;
    uint64_t id, before;
    const char *text;
};

/* A sign-in that was refused, for the log; said by the slow half, whose own transaction only reads. */
struct refused {
    const char *account; /* what was typed, 80 bytes of it at most; NULL: nothing of the kind */
    const char *what;    /* "password", "code": a literal */
    const char *place;
};

struct daemon;
struct gateways;
struct gateway_offers;
struct kept;
struct call {
    struct arena *arena;
    struct txn txn;
    struct books books; /* what its transaction asks for the day: see call_books */
    const struct op *op;
    struct who who;
    int64_t now;        /* instant */
    int64_t tick;       /* ms that only go on, of this process: durations */
    uint8_t random[64]; /* fixed for the request */
    struct refusal why;
    struct refused refused;
    void *prepared;
    struct arena *lasting; /* lives on until the answer, though the handler runs again */
    /* Left by a slow half that has to wait for somebody else: called when its transaction is over, with `prepared`, before the write begins. */
    enum err (*outside)(void *prepared, struct arena *a, struct refusal *why);
    struct daemon *daemon; /* NULL in tests of handlers */
    int peer_kind;         /* enum peer_kind of the connection */
    int64_t peer_uid;      /* its account; −1 off this machine */
    uint64_t peer_serial;  /* the connection itself */
    const uint8_t *key;    /* 32 bytes: the server's key; NULL in tests of handlers that need none */
    const struct gateways *gateways; /* those this daemon has open; NULL: none */
    struct follow *
        follows; /* as many as there are: one that is lost is a mail that is not sent, a payment that waits */
    size_t n_follows;
    uint32_t drawn; /* by call_draw */
    struct kept *
        kept; /* of the thread (server/core/kept.h); NULL: what is read must outlive the run, or nothing is to be kept */
    bool kept_used;
    /* caches, by call.c */
    const struct business *business;
    const struct session
        *session; /* by server/door/auth.c: as it was when the call began; NULL: no session asks */
    int32_t today;
    const struct gateway_offers *offers; /* by server/ops/payment_gateway.c */
};

/* Says what is wrong and returns the code. field "" when no field is to blame. */
#define REFUSE(c, code, field, ...) refuse(&(c)->why, (code), (field), __VA_ARGS__)

bool call_by_customer(const struct call *c);
/* The side (enum side) that the person of the call is on. */
int call_own_side(const struct call *c);
/* Binds a public or operator call to a business. */
void call_enter(struct call *c, uint32_t business);
/* The same by the name of its portal; ERR_NOT_FOUND when no business has it. */
enum err call_portal(struct call *c, const char *portal) MUST_USE;
/* Notes a refused sign-in for the log of the call's business. */
void call_refused(struct call *c, const char *account, const char *what, const char *from);
/* Moves the business of the call from its portal name to another; ERR_INVALID (field "business.portal") for what is no portal
 * name, ERR_PORTAL_NAME_TAKEN. The business's record is the caller's. */
enum err call_rename_portal(struct call *c, const char *old, const char *name) MUST_USE;
/* The business of the call (read once per call). */
enum err call_business(struct call *c, const struct business **business) MUST_USE;
/* How many names its portal had before this one: a code or a session of a customer from an earlier one is none any more. Where there is
 * a call it stands in its business. */
enum err call_generation(struct txn *t, int64_t *generation) MUST_USE;
/* Inside a write: runs fn so that, when it fails, its own changes alone are undone. */
enum err call_nested(struct call *c, enum err (*fn)(struct call *c, void *arg), void *arg) MUST_USE;
/* The civil day it is for the business. */
enum err call_today(struct call *c, int32_t *day) MUST_USE;
/* From now on what it changes is entered in the books (data/booked.h). The call stays where it is. */
void call_books(struct call *c);
/* Is it acceptable as a portal name (data/store.h)? */
bool call_portal_name(const char *name);
/* Founds a business under a portal name and binds the call to it; ERR_PORTAL_NAME_TAKEN. */
enum err call_found(struct call *c, const char *portal) MUST_USE;
/* Where the one who asks is: "ssh 192.0.2.7" for `from` when it looks like an address and the peer an account of the doors, whose word is
 * taken for that; else what is known of the session or the peer. From anybody else, and anything else, it is ignored. */
const char *call_place(const struct call *c, const char *from);
/* How many records of work that is due in this business the pool could not read; foreign: may there be such of no row? (server/due/works.h) */
size_t call_unread_work(const struct call *c, bool *foreign);
/* Becomes true when the daemon ends: for what may take long. NULL in tests of handlers. */
const atomic_bool *call_stopping(const struct call *c);
/* The program that verifies signatures of SSH keys. "" in tests of handlers. */
const char *call_keygen(const struct call *c);
/* What to type after ssh to come in once by a key that is to be proved; NULL where that is no way in. */
const char *call_prove_address(const struct call *c);
/* What to type after ssh to come in, as long as the daemon runs; NULL: nobody has said. */
const char *call_door(const struct call *c);
/* When this daemon started: what is bound to a connection does not outlive it. */
int64_t call_boot(const struct call *c);
/* For how many ms nobody has set the clock; since the daemon's start at most. */
int64_t call_steady(const struct call *c);
/* How many ms ago somebody set the clock, where that was within a day; −1: nobody did (server/core/clock_set.h). */
int64_t call_clock_set(const struct call *c);
/* Work to be done once the transaction has committed (for a read: once it has been answered). */
void call_follow(struct call *c, enum follow_what what, uint64_t id);
void call_follow_text(struct call *c, enum follow_what what, const char *text);
void call_follow_tied(struct call *c, uint64_t id, uint64_t before);
/* Random bytes of a write, others at each call; the same ones when the handler runs again. */
void call_draw(struct call *c, void *out, size_t size);

/* Appends to the log: fills id, at, side, actor, name, place and chain from the call, and the customer's name when it is
 * missing; the caller sets the rest (and side, actor and
 * name when it is not the one who asks that did it). */
enum err call_event(struct call *c, struct event *e) MUST_USE;
/* Ends a session, also for the connection that it may be bound to. */
enum err call_end_session(struct call *c, uint64_t id) MUST_USE;
/* Ends the sessions of a person (side: SIDE_CUSTOMER or SIDE_STAFF), except one (0: none). */
enum err call_end_sessions(struct call *c, int side, uint64_t person, uint64_t except) MUST_USE;
/* The id of the caller's KIND_BELL. */
uint64_t call_bell(const struct call *c);
/* Unread events on the caller's bell, 100 at most, and the newest event of the business. */
enum err call_unread(struct call *c, int64_t *unread, int64_t *last) MUST_USE;
/* The row of the kind that the operation is about. */
static inline const struct doc_traits *call_doc(const struct call *c)
{
    return doc_kind(c->op->doc_kind);
}
static inline int call_doc_kind(const struct call *c)
{
    return c->op->doc_kind;
}
/* A series of numbers, as it was set or as it begins. ERR_NOT_FOUND when there is none of that id. */
enum err call_series(struct call *c, int64_t id, struct series *s) MUST_USE;
/* The next number of a series for what is dated that day: text in the arena. Never one that is in use. */
enum err call_number(struct call *c, int series, int32_t day, const char **number) MUST_USE;
/* The number that a series would give next in that year, and whether something has it. */
enum err call_number_taken(struct call *c, const struct series *s, int year, const char **number,
                           bool *taken) MUST_USE;
/* Of a series that begins anew each year: `next` is of that year from then on. Not stored. */
void call_series_turn(struct call *c, struct series *s, int year);
int call_year(int32_t day);
/* A text to search for, folded; NULL when there is nothing in it. */
const char *call_folded(struct call *c, const char *search);
/* For the operations about the daemon itself. call_writable: has the next commit room? */
bool call_writable(const struct call *c);
/* That person is about to be signed in: ERR_SLOW_DOWN after too many times. */
enum err call_sign_in(struct call *c, int side, uint64_t person) MUST_USE;
void call_certificate(const struct call *c, struct system_health_out *out); /* what health says of it */
void call_stats(struct call *c, struct system_stats_out *out);
enum err call_check(struct call *c, struct system_check_out *out) MUST_USE;
enum err call_backup(struct call *c, const char *path, struct system_backup_out *out) MUST_USE;
/* Limit of a page: 25 when not given. */
size_t call_limit(int64_t given);

/* --- prototypes of all handlers, from the table ------------------------------------------------------------------------ */
#define PREP_READ(symbol)
#define PREP_WRITE(symbol)
#define PREP_HEAVY(symbol)
#define PREP_WAIT(symbol)
#define PREP_SLOW(symbol) enum err prep_##symbol(struct call *c, const struct symbol##_in *in) MUST_USE;
#define OPS_ONCE /* one handler for documents of all kinds: call_kind says which */
#define OP(symbol, name, mode, who, help)                                                                  \
    enum err op_##symbol(struct call *c, const struct symbol##_in *in, struct symbol##_out *out) MUST_USE; \
    PREP_##mode(symbol)
#include "proto/ops.def"
#undef OPS_ONCE
#undef PREP_READ
#undef PREP_WRITE
#undef PREP_HEAVY
#undef PREP_WAIT
#undef PREP_SLOW
#endif
