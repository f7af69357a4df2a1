/* What kind of document does what: the rows of doc_kind.def. */
#ifndef COMMON_DOC_KIND_H
#define COMMON_DOC_KIND_H
#include "common/shape.h"

enum document_act {
    ACT_UPDATE, /* a draft changes; one that was sent and has versions gets a rework */
    ACT_SEND,
    ACT_DELETE,
    ACT_VOID,
    ACT_ACCEPT,
    ACT_DECLINE,
    ACT_CONVERT,
    ACT_UNDO_CONVERT, /* the draft invoice it became was deleted */
    ACT_WRITE_OFF,
    ACT_PAY_PART,
    ACT_PAY_ALL,
    ACT_REOPEN, /* what settled it was taken off */
};

struct doc_traits {
    int kind;         /* enum doc_kind */
    enum kind record; /* as an argument asks for one */
    int subject;      /* enum subject */
    const char *word, *one, *words;
    const char *prefix; /* of its numbers, until the business says another */
    int series;         /* id of its numbers' KIND_SERIES record, permanent */
    int owes;           /* 1: the customer has something to pay, −1: gets something, 0: neither */
    bool ends;          /* has a last day (`due`): to pay, or to answer; and terms that hold until then */
    bool answered;      /* may be accepted or declined until that day */
    int becomes;        /* enum doc_kind: what it is converted into; 0: nothing */
    bool credit;        /* gives credit: when it is sent, or, where something is paid on it, when that is */
    bool versions;      /* what was sent is kept each time, and may be reworked and sent again */
    bool
        lawful; /* states what article 226 of Directive 2006/112/EC asks for where the business is in the EU */
};
/* The rows, lowest number first; n: how many there are. */
const struct doc_traits *doc_kinds(size_t *n);
/* The row of a kind that is stored. Never NULL: a number without a row (from a newer store) gives one that owes and does nothing. */
const struct doc_traits *doc_kind(int kind);
const char *doc_noun(int kind); /* in a sentence, without its article: "credit note" */
/* By enum kind, by subject, by series. NULL when it is of no kind of document. */
const struct doc_traits *doc_kind_of_record(enum kind record);
const struct doc_traits *doc_kind_of_subject(int subject);
const struct doc_traits *doc_kind_of_series(int64_t series);
/* Series of numbers: those of the kinds of documents, and these. */
#define SERIES_PAYMENTS 3
#define SERIES_REFUNDS 6
#define SERIES_LAST 6
const char *series_words(int64_t id);  /* what it numbers: "payments"; NULL: there is none of that id */
const char *series_prefix(int64_t id); /* until the business says another */
/* Does the act lead from that state of that kind anywhere? *to may be NULL. */
bool doc_kind_may(int kind, int state, enum document_act act, int *to);
/* The enum doc_status of a document in that state on a day on which nothing is late; what the index of states holds. Numbers of states and
 * of statuses have nothing to do with each other. */
int doc_status_of(int state);
#endif
