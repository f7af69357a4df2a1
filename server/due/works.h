/* The pool that does what is due (server/due/due.h). A desk is one row's work for one business: it is looked at when its first record is due,
 * when somebody wakes it, and at the start. Desks take turns, so that one with much to do keeps nobody waiting, and a server that hangs
 * holds up no other's. Each record is tried by one thread at a time. */
#ifndef SERVER_DUE_WORKS_H
#define SERVER_DUE_WORKS_H
#include "server/due/due.h"

struct works;
/* Begins with whatever was left. After the writer, whose work it needs. */
enum err works_open(struct daemon *d, struct works **out) MUST_USE;
/* There may be something to do. at_once: also where it was in trouble a moment ago, or rests. NULL: nothing. Any thread. */
void works_wake(struct works *s, int64_t work, uint32_t business, bool at_once);
/* Somebody waits for that one: it is tried now, due or not; if that comes to nothing, nothing is written. */
void works_hurry(struct works *s, int64_t work, uint32_t business, uint64_t about);
/* There is a little to do, which can wait for so many ms if it stays less than `many`. */
void works_soon(struct works *s, int64_t work, uint32_t business, int64_t ms, size_t many);
/* Records of that business that could not be read when their time came. NULL: none. foreign: were there any that no row is for when the pool
 * began? Later there can be none that was not there then. */
size_t works_unread(struct works *s, uint32_t business, bool *foreign);
/* After works_stop: the next business, from *business on, that works_soon told something of that was not done. */
bool works_left(struct works *s, int64_t work, uint32_t *business);
/* Ends what is under way: at most LIMIT_MAIL_GRACE_MS for an answer to a whole message, and writes that down. daemon.stopping
 * has to be set; before the writer stops. Accepts NULL. */
void works_stop(struct works *s);
void works_close(struct works *s); /* after works_stop, or instead of it; accepts NULL */
#endif
