/* Work that is due: a record in the store with the instant at which it is done, a row that says what is done then (server/due/works.def), and
 * one pool of threads that does it (server/due/works.h). It outlives the process; catches up after being down; a try that came to nothing
 * is made again after a pause that doubles. Here is what operations and those who do the work see. */
#ifndef SERVER_DUE_DUE_H
#define SERVER_DUE_DUE_H
#include "server/core/call.h"

enum due_work {
#define DUE(symbol, number, ...) DUE_##symbol = (number),
#include "server/due/works.def"
#undef DUE
};

struct due_doing;
struct due_kind {
    int work; /* enum due_work */
    const char *name;
    size_t most, each;         /* tries at once: of all businesses, of one */
    int64_t pause, pause_most; /* ms */
    int64_t every;             /* ms; 0: it rests until it is woken */
    const struct due_doing *doing;
    const char *help;
};
const struct due_kind *due_kinds(size_t *n);
const struct due_kind *due_kind(int64_t work); /* NULL: a newer program's */

/* Puts the record of that work about that thing (0: the business) as given, without looking at its id; wakes the pool after the commit. */
enum err due_put(struct call *c, const struct due *work) MUST_USE;
/* The same with nothing tried yet. */
enum err due_set(struct call *c, enum due_work work, uint64_t about, int64_t at) MUST_USE;
/* After the commit the pool looks at that work also where it was in trouble a moment ago, or rests. */
void due_now(struct call *c, enum due_work work);
/* It is not to be done any more. Absent: OK. */
enum err due_drop(struct call *c, enum due_work work, uint64_t about) MUST_USE;
/* ERR_NOT_FOUND */
enum err due_find(struct txn *t, int work, uint64_t about, struct due *out) MUST_USE;
/* What is in the way of work of the business, in a sentence for staff: what was given up, what only a newer program knows, what the pool could
 * not read. NULL: nothing. No record is read for it; what can not be read is known once its time came. */
enum err due_trouble(struct call *c, const char **said) MUST_USE;
/* How long to wait after so many tries: twice as long each time, up to the row's longest, a fifth more or less by `random`. Milliseconds. */
int64_t due_pause(const struct due_kind *row, int64_t tries, uint32_t random);
/* Is it time? Also when it lies further ahead than any pause of the row: a clock was wrong when that was written down. */
bool due_is(const struct due_kind *row, int64_t at, int64_t now);

/* --- one try ----------------------------------------------------------------------------------------------------------------- */
enum due_next {
    DUE_GO,    /* on to the next step */
    DUE_DONE,  /* nothing is left to do: the record goes */
    DUE_KEPT,  /* `write` has put the record, or dropped it */
    DUE_AGAIN, /* it came to nothing, as `said`: tried again after a pause */
    DUE_MORE,  /* a part is done: at once again */
    DUE_REST, /* there is nothing to do: again after the row's `every`, or when it is woken; nothing is written */
    DUE_LEFT, /* the daemon ends: as if it was never tried */
};
struct daemon;
struct due_try {
    struct daemon *daemon;
    struct arena *arena;
    uint32_t business;
    int64_t now;
    struct due due; /* as it was read */
    void *own;      /* of the row, from step to step */
    enum due_next next;
    const char *said; /* ≤ 300 bytes; in `arena` */
    int64_t pause;    /* of DUE_AGAIN, ms, no longer than the row's longest; 0: as the row says */
    bool trouble; /* what is in the way is in the way of all of this row and business: they wait together */
};
struct due_doing {
    /* What is needed, read in a transaction. NULL: nothing. An error: tried again later; ERR_NOT_FOUND: DUE_DONE. */
    enum err (*load)(struct txn *t, struct due_try *w);
    /* What leaves the process or takes long, in no transaction. NULL: nothing of the kind. */
    void (*work)(struct due_try *w);
    /* What it comes to; in the transaction that moves the record, and like every write it may be run twice. NULL: that alone. */
    enum err (*write)(struct call *c, struct due_try *w);
    /* Somebody of the business wants it tried at once, from the beginning. NULL: the record is set to now. */
    enum err (*again)(struct call *c, const struct due *due);
    bool reserved; /* its write makes room: also on a full disk */
    bool stands;   /* its record stays, and says nothing of when: it is done when there is something to do */
};
#define DUE(symbol, number, name, most, each, pause, pause_most, every, doing, help) \
    extern const struct due_doing doing;
#include "server/due/works.def"
#undef DUE
#endif
