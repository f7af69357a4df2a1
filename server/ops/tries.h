/* Wrong passwords and codes are slowed down: strongly for one source at one account, mildly for an account from all sources and
 * for a source at all accounts, and never for good. A source (server/door/source.h) that got into the account before is not held up by
 * others, and in a pause that others made every network has a turn of its own (docs/decisions/guessing.md). Kept in memory
 * (bounded): a restart forgives, but reads again in the log who got in from where.
 * What counts is only ever called from the slow half of an operation, which runs once. */
#ifndef SERVER_OPS_TRIES_H
#define SERVER_OPS_TRIES_H
#include "server/core/call.h"

struct kv_txn;
struct tries {
    const char *portal, *account, *source; /* account: folded address, or "#…" of a person */
    int64_t now; /* as call.tick: a clock that is set neither shortens nor lengthens a pause */
    bool code;   /* of the second factor: few guesses are enough there, so fewer are free */
    bool proven; /* came with an SSH key: strangers do not hold them up */
    bool beside; /* beside a count by address, which counts the source */
};
/* The account of an address at a portal; the password of one person, whoever guesses at it and by whichever door; a code of somebody
 * who is known. from: as in call_place. */
struct tries tries_of_address(struct call *c, const char *portal, const char *email, const char *from);
struct tries tries_of_password(struct call *c, int side, uint64_t person, const char *from);
struct tries tries_of_code(struct call *c, int side, uint64_t person, const char *from);

/* ERR_SLOW_DOWN while a pause lasts. The same whether or not the account exists. */
enum err tries_check(const struct tries *t, struct refusal *why) MUST_USE;
/* How many ms a pause still lasts; 0: there is none. And its refusal. */
int64_t tries_wait(const struct tries *t);
enum err tries_paused(int64_t wait, struct refusal *why) MUST_USE;
/* How often this source failed there of late. */
int32_t tries_count(const struct tries *t);
void tries_failed(const struct tries *t);
/* The same, and ERR_CREDENTIALS with what comes next: "WHAT 4 more tries before a pause of 1 minute." The same whether or not the
 * account exists; with the time when a pause has begun by it. tries_say: that alone, of what was counted already. */
enum err tries_refuse(struct call *c, const struct tries *t, const char *field, const char *what) MUST_USE;
enum err tries_say(struct call *c, const struct tries *t, const char *field, const char *what) MUST_USE;
/* It was right: its own count begins anew. */
void tries_fine(const struct tries *t);
/* Somebody got in: that source is known there. tries_note: by a session of which all that is asked for has been shown, the second factor
 * too. Half of it makes nobody known. */
void tries_know(const struct tries *t);
enum err tries_note(struct call *c, const struct session *s) MUST_USE;
/* Did somebody get in from there, into whatever account, of late? */
bool tries_came_in(const char *source, int64_t now);
/* Is this source known at this account? */
bool tries_known(const struct tries *t);
/* At the start, before anything is asked: who got into the businesses, from where. now, tick: of this moment. */
enum err tries_recall(struct kv_txn *kv, int64_t now, int64_t tick) MUST_USE;
#endif
