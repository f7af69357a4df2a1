/* One act from the keystroke to its result, as a machine without a terminal: what has to happen next, whatever the face. The face does it
 * and says so. Here once: what is sent and what is not, the request id (made when the review opens, kept for asking once more), refused
 * fields, "it changed meanwhile", "not known whether it was done", offline, what is told once.
 *
 * A run owns a deep copy of what was shown when it began: the answers it came from may be freed under an open review. */
#ifndef FACE_RUN_H
#define FACE_RUN_H
#include "tui/face/book.h"

enum run_wants {
    RUN_GIVES,  /* the fields: fill in `in`, then run_given */
    RUN_AGREES, /* a page: what is agreed to; then run_agreed */
    RUN_ASKS,   /* act->op, send, request: to the server; then run_answer */
    RUN_FIELD,  /* field and sentence: that one again, then run_given */
    RUN_STALE, /* sentence: somebody changed it. Read the book anew, then run_fresh; or leave. Where the act says what `differs`, without asking */
    RUN_UNKNOWN, /* sentence: it may have been done. run_again, with the same request id; or leave */
    RUN_REFUSED, /* sentence ("": it was said already). It was not done; but for fields to change, over */
    RUN_TELLS,   /* a page, perhaps with a secret; then run_told */
    RUN_FOLLOWS, /* act->follow: look how it stands, then run_looked */
    RUN_FAILED,  /* a page: it was not done. run_retry, to the fields; or leave */
    RUN_DONE     /* sentence, NULL: none; and on to act->goes */
};
/* What the face makes request ids with. */
struct run_ids {
    void (*make)(void *ctx, uint8_t id[16]);
    void *ctx;
};
struct run {
    const struct book *book;
    const struct act *act;
    struct scene view; /* the copy; its arena is the run's, and holds secrets */
    const struct shape *shape;
    void *in;          /* as it is filled in */
    const void *began; /* as that began */
    const void *was;   /* the record as it was read, among the arguments */
    void *send;        /* of it what is wanted and, of a record that is changed, differs */
    struct run_ids ids;
    uint8_t request[16];
    enum run_wants wants;
    const char *field, *sentence;
    const char *question, *yes; /* of RUN_AGREES */
    bool despite;               /* … it is asked whether it is meant all the same */
    bool unsure; /* nobody knows whether it was done: nothing else is asked before that is known */
    const struct give *later; /* that was not asked for before it was refused */
    const char *going;        /* of RUN_ASKS: the next part of it; NULL: the first */
    struct refusal why;       /* of RUN_FIELD and RUN_REFUSED: with how long to wait */
    struct page *page;
    const struct page *before; /* run_before */
    const void *out;
};
struct run *run_open(const struct book *b, const struct act *act, const struct scene *v,
                     const struct run_ids *ids);
void run_close(struct run *r); /* accepts NULL; what was typed is overwritten */

/* --- the fields of RUN_GIVES and RUN_FIELD, each of act->gives */
const struct field *run_field(const struct run *r, const struct give *g);
const char *run_label(const struct run *r, const struct give *g); /* "Tax id": of the give, or of the field */
/* Of an amount that is given without one: the give's, or the business's. */
const char *run_currency(const struct run *r, const struct give *g);
bool run_offered(const struct run *r, const struct give *g);
bool run_wanted(const struct run *r, const struct give *g);
bool run_chooses(const struct run *r, const struct give *g); /* is it chosen, not typed? */
bool run_choice(const struct run *r, const struct give *g, size_t i, struct option *o);
bool run_must(const struct run *r, const struct give *g);         /* may it not be left empty? */
const char *run_usual(const struct run *r, const struct give *g); /* what stands for nothing; NULL: nothing */
/* As it would be typed: what was given, or what it began with; "" while what is usual stands for it. */
const char *run_typed(const struct run *r, const struct give *g);
size_t run_chosen(const struct run *r, const struct give *g); /* index among its choices */
/* NULL, or what is wrong. */
const char *run_read(struct run *r, const struct give *g, const char *typed);
void run_choose(struct run *r, const struct give *g, size_t i);
void run_mark(struct run *r, const struct give *g, const char *const *names, size_t n); /* of many; 0: all */
void run_given(struct run *r);
void run_instead(
    struct run *r,
    const struct act *a); /* another one of a straight book goes on with what was given: nothing is asked */
const struct page *run_before(struct run *r); /* what stands above them; NULL: nothing */
/* What else the book asks for came since: it is told anew. */
void run_also(struct run *r, size_t i, const void *out, bool absent);
/* What is said beside it while it is typed, "" for nothing; *wrong: why it can not be sent so. */
const char *run_beside(const struct run *r, const struct give *g, const char *typed, const char **wrong);
/* What the i-th part is and how much of it is taken (0: none), and why it can not be; false behind the last. */
struct run_part {
    struct part of;
    struct money taken;
    const char *why;
};
void run_parts_begin(struct run *r, const struct give *g); /* by the run itself */
bool run_part(const struct run *r, const struct give *g, size_t i, struct run_part *p);
/* All of it, or none of it; that much of it ("" for none). NULL, or why not; taken only with `take`. */
const char *run_part_turn(struct run *r, const struct give *g, size_t i);
const char *run_part_read(struct run *r, const struct give *g, size_t i, const char *typed, bool take);
struct money run_parts_sum(const struct run *r, const struct give *g,
                           size_t *n); /* n: how many; may be NULL */

/* --- the rest */
void run_agreed(struct run *r);
/* not_sent: it certainly did not leave. why: never NULL. */
void run_answer(struct run *r, enum err code, const struct refusal *why, bool not_sent, const void *out);
void run_again(struct run *r);
void *run_about(struct run *r, enum op_number op); /* what follow->look and nudge are asked with */
void run_looked(struct run *r, const void *out);   /* of follow->look */
void run_retry(struct run *r);                     /* what is secret is gone */
void run_fresh(struct run *r, const void *out);    /* of the book's operation */
void run_told(struct run *r);
#endif
