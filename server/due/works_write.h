/* How a try ends: what came of it, and the record, in one transaction on the writer. */
#ifndef SERVER_DUE_WORKS_WRITE_H
#define SERVER_DUE_WORKS_WRITE_H
#include "server/due/due.h"
#include <time.h>

struct works_try {
    const struct due_kind *row;
    uint64_t id; /* of the record */
    bool hurried;
    enum due_next begin; /* before it was written down, which may have to be done again */
    bool lost;           /* nothing could be written down */
    bool unread;         /* of work that stands: it went on without the record */
    struct due_try w;
};
/* Waits for the commit. */
enum err works_write(struct works_try *v) MUST_USE;
/* The try ended in an error: from now on it came to nothing. */
void works_failed(struct works_try *v, enum err e);
/* A full queue or disk: written later. */
bool works_may_pass(enum err e);
uint32_t works_random(void);
#endif
