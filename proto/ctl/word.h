/* Words for people: `invoices --unpaid` says `invoice.list status=unpaid`. One row a word in word_table.c; options come from the
 * operation's table: --FIELD VALUE, --FIELD for what is yes or no, and --overdue for a field that may be "overdue". */
#ifndef PROTO_CTL_WORD_H
#define PROTO_CTL_WORD_H
#include "proto/ctl/ctl.h"

struct word {
    const char *name; /* one or two words; the longer ones stand first in the table */
    enum op_number op;
    const char *
        places; /* fields that words without a name fill, in order: "estimate signed_by"; "…" repeats the last */
    const char *always; /* up to five arguments that belong to it: "bell=true"; NULL: none */
    int (*run)(struct ctl *c, const struct op *op); /* NULL: one request (verb_op) */
    unsigned who; /* for the help: BY_CUSTOMER, roles of staff, or 0: everybody */
    const char *help;
};
extern const struct word word_table[]; /* ends with a NULL name */

/* The row that c->words begin with, and how many of them it uses; NULL, and one, when there is none. */
const struct word *word_find(const struct ctl *c, int *used);
/* c->words after the first `used` become arguments "field=value" of the operation, behind its name, with `always`. */
enum err word_arguments(struct ctl *c, const struct op *op, const char *places, const char *always,
                        int used) MUST_USE;
/* Runs what c->words say: a word of the table or the name of an operation. The exit code. */
int word_run(struct ctl *c);
void word_help(unsigned who); /* the table, for people */

/* word_act.c: words of more than one request */
int act_accept(struct ctl *c, const struct op *op); /* shows what is accepted, wants --yes or ACCEPT typed */
int act_revision(struct ctl *c, const struct op *op); /* fills in the revision that stands now */
int act_pay(struct ctl *c, const struct op *op);      /* shows what is paid, wants --yes or PAY typed */
/* ctl_receipt.c */
int act_pdf(struct ctl *c, const struct op *op);    /* a new file, or standard output */
int act_events(struct ctl *c, const struct op *op); /* --follow */
#endif
