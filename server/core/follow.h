/* What comes after an answer: marks left by reads, and whoever has work now that a record is durable is woken. */
#ifndef SERVER_FOLLOW_H
#define SERVER_FOLLOW_H
#include "server/core/job.h"

/* Starts what the job asked for. Nothing here is promised to a caller: a viewed mark that is lost to a crash is left by the
 * next look, what is due is on record (server/due). */
void follow_start(const struct job *j);
/* The part that has to be done before the answer is given: a session is tied to its connection. */
void follow_before(const struct job *j);
/* After the refusal of the slow half: a refused sign-in comes into the log of its business, if there are not too many. */
void follow_refused(const struct job *j);
/* A write of the daemon's own, as nobody. ERR_BUSY: it will not happen. Else done(argument, result) is called once its commit is over,
 * well or not, on the writer's thread. */
enum err follow_write(struct daemon *d, uint32_t business,
                      enum err (*fn)(struct call *c, uint64_t id, void *argument), uint64_t id,
                      void (*done)(void *argument, enum err result), void *argument) MUST_USE;
/* At the start of the daemon: tells of payments whose gateway moves no money and is not there any more. */
enum err follow_say_left(struct daemon *d) MUST_USE;
#endif
