/* A desk: one row's work for one business. What is due there, whose turn it is, and when to look again. */
#ifndef SERVER_DUE_DESK_H
#define SERVER_DUE_DESK_H
#include "server/core/limits.h"
#include "server/due/works_write.h"

#define DESK_NEVER INT64_MAX
#define DESK_LOOK 64 /* of whose one look takes the first records */

/* All under the lock of the pool. */
struct desk {
    bool is;       /* there is, or was, something due */
    bool unread;   /* of work that stands: its record is damaged */
    int64_t look;  /* tick at which to look for its records next */
    int64_t pause; /* in trouble, or nothing to do: not before this tick */
    int64_t troubles;
    uint64_t
        asked;   /* counts at_once of works_wake: a try from before says nothing about the settings of now */
    size_t news; /* of works_soon, since the last try began */
    int64_t soon;
    size_t busy;                        /* threads at it */
    uint64_t under_way[LIMIT_DUE_EACH]; /* records; 0: none */
    uint64_t whose[LIMIT_DUE_EACH];     /* of those */
    uint64_t turn;                      /* whose comes next */
    uint64_t hurry[LIMIT_DUE_EACH];     /* what they are about; 0: none */
    uint64_t *
        passed; /* records that nothing can be written down in: passed over until the next start; desk_close */
    size_t n_passed, passed_capacity;
};

/* The first records of a desk, as they were found. */
struct desk_look {
    struct arena *arena;
    const struct due_kind *row;
    uint32_t business;
    uint64_t turn; /* whose comes first */
    uint64_t hurry[LIMIT_DUE_EACH];
    const uint64_t *passed; /* in `arena` */
    size_t n_passed;
    bool more; /* there are others, whose turn was not looked at */
    size_t n;
    struct desk_found {
        uint64_t id, whose, hurry; /* hurry: what it is about, if somebody waits for it */
        int64_t at;
    } v[LIMIT_DUE_EACH + DESK_LOOK * (LIMIT_DUE_EACH + 1)];
};

/* What a look at this desk begins with; whoever waited for something waits no more. l: arena, row and business are set. */
void desk_begin(struct desk *d, struct desk_look *l);
/* kv_fn: the look as its argument. */
enum err desk_look(struct kv_txn *kv, void *look) MUST_USE;
/* Takes the first record that is due and not under way; 0: none, and the desk knows when to look again. */
uint64_t desk_take(struct desk *d, const struct desk_look *l, int64_t now, bool *hurried);
/* Its try is over. outdated: somebody asked for another meanwhile, so what came of it says nothing about when. */
void desk_land(struct desk *d, const struct works_try *v, bool outdated);
/* Somebody waits for what that record is about. Where there are too many who wait, it is done in its turn: false. */
bool desk_hurry(struct desk *d, uint64_t about);
bool desk_hurries(const struct desk *d);
void desk_close(struct desk *d);
#endif
