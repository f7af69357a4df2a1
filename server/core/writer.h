/* The one writer. It takes what has queued up meanwhile, runs each job in a nested transaction of its own, commits once with
 * fsync, and only then answers all of them (group commit, no timer). */
#ifndef SERVER_WRITER_H
#define SERVER_WRITER_H
#include "server/core/job.h"

enum err writer_open(struct daemon *d, struct writer **out) MUST_USE;
/* Takes the job over: it is answered and closed after its commit. ERR_BUSY when the queue is full, for where it comes from (job_source):
 * still the caller's. */
enum err writer_add(struct writer *w, struct job *j) MUST_USE;
/* Has the next commit room? Asks the disk each time; a change is a line in the log, one for each. From any thread. */
bool writer_can_write(struct daemon *d);
size_t writer_queue(struct writer *w);
void writer_stop(struct writer *w);  /* finishes the queue; from then on all is busy; accepts NULL */
void writer_close(struct writer *w); /* after writer_stop, or instead of it; accepts NULL */
#endif
