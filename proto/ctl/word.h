/* Words for people: `invoices --unpaid` says `invoice.list status=unpaid`. Each stands behind the row of its operation (proto/ops; what the rows
 * mean: proto/ops/begin.def); options come from the operation's table: --FIELD VALUE, --FIELD for what is yes or no, and --overdue for a field
 * that may be "overdue". */
#ifndef PROTO_CTL_WORD_H
#define PROTO_CTL_WORD_H
#include "proto/ctl/ctl.h"

struct word {
    const char *name; /* one or two words */
    const char *
        places; /* fields that words without a name fill, in order: "estimate signed_by"; "…" repeats the last */
    const char *always; /* up to five arguments that belong to it: "bell=true"; NULL: none */
    int (*run)(struct ctl *c, const struct op *op); /* NULL: one request (verb_op) */
    const char *help;
    /* rows that are no word: see word_table.c */
    enum op_number op;
    const char *also, *why_none, *topic;
};
const struct word *
word_next(const struct word *w); /* of all there are; NULL: the first, and behind the last */
const struct op *word_op(const struct word *w);
const char *word_also_next(const struct word *w, const char *also); /* its other names; NULL as above */
const char *
word_why_none(const struct op *op); /* why an operation has no word; NULL: it has one, or nobody said */
const char *word_topic(const struct word *w);
const char *word_topic_next(const char *topic); /* of all there are, each once; NULL as above */

/* The word that c->words begin with, the longest, and how many of them it uses; NULL, and one, when there is none. */
const struct word *word_find(const struct ctl *c, int *used);
/* c->words after the first `used` become arguments "field=value" of the operation, behind its name, with `always`. */
enum err word_arguments(struct ctl *c, const struct op *op, const char *places, const char *always,
                        int used) MUST_USE;
/* Runs what c->words say: a word of the table or the name of an operation. The exit code. */
int word_run(struct ctl *c);

/* word_help.c, for people. who: roles, by which an operation has to be asked for to be told of */
void word_topics(unsigned who);
bool word_topic_help(const char *topic, unsigned who);      /* false: there is no such topic */
void word_usages(const struct ctl *c, const struct op *op); /* how each word of the operation is typed */

/* word_act.c: words of more than one request */
int act_accept(struct ctl *c, const struct op *op); /* shows what is accepted, wants --yes or ACCEPT typed */
int act_agree(struct ctl *c, const struct op *op);  /* shows what is agreed to, wants --yes or AGREE typed */
int act_revision(struct ctl *c, const struct op *op); /* fills in the revision that stands now */
int act_pay(struct ctl *c, const struct op *op);      /* shows what is paid, wants --yes or PAY typed */
/* ctl_receipt.c */
int act_pdf(struct ctl *c, const struct op *op);    /* a new file, or standard output */
int act_events(struct ctl *c, const struct op *op); /* --follow */
#endif
