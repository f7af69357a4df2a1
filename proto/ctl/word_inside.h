/* Shared by the words that look before they act (word_act.c, word_pay.c). */
#ifndef PROTO_CTL_WORD_INSIDE_H
#define PROTO_CTL_WORD_INSIDE_H
#include "proto/ctl/word.h"

/* The value of "field=…" among the arguments; NULL when it is not there. */
const char *word_given(const struct ctl *c, const char *field);
/* One more argument. There is room: word_arguments left some. */
void word_also(struct ctl *c, const char *word);
/* Refuses; the exit code. */
int word_fail(struct ctl *c, enum err e, const char *field, const char *detail);
/* --yes, or the word typed on a terminal. */
bool word_agreed(struct ctl *c, const char *word);
/* Nobody agreed: how it is done as it was shown. The exit code. */
int word_not_done(struct ctl *c, const char *how);
/* What people read before and after, on standard error; with --json that has nothing but an error. */
PRINTF(2, 3) void word_tell(const struct ctl *c, const char *format, ...);
/* "12.50 EUR", in the arena. */
const char *word_amount(struct arena *a, struct money m);
/* A text without what a terminal would obey, in the arena; a dash for none. */
const char *word_shown(struct ctl *c, const char *text);

/* --- word_way.c: with what invoices are paid */
struct way {
    enum pay_how how; /* 0: with what is saved */
    uint64_t saved;   /* its id; 0: none */
    const char *title;
    const char *agree; /* what whoever pays so agrees to; NULL: nothing */
};
bool way_any(const struct me *me); /* is anything paid here? */
/* As the words say, or else as all of the documents offer. Refused where nothing is for all of them, with what is. shown_before: one that offers
 * nothing any more is no hindrance. */
enum err way_choose(struct ctl *c, const struct me *me, const struct document *const *read, int n,
                    bool shown_before, struct way *out) MUST_USE;
const char *way_named(struct ctl *c, const struct way *way); /* "by card" */
/* For the same command once more: the option that says the way, with a blank behind it; the lines that it reads. "" for none. */
const char *way_option(struct ctl *c, const struct way *way);
const char *way_lines(const struct way *way);
/* Adds what has to be said of it to the words; there is room for four more. */
enum err way_words(struct ctl *c, const struct way *way) MUST_USE;
#endif
