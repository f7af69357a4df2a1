/* A document under the hand, of any kind: what can be written on it, how that is read and told, what stands there by itself, what it adds up
 * to, and what is asked of the server to keep or send it. The one home of all that, for the editor and for line mode; no terminal here. */
#ifndef PORTAL_WRITING_H
#define PORTAL_WRITING_H
#include "tui/face/book.h"

enum written {
    WRITE_OFTEN, /* of a recurring invoice, as are WRITE_ANCHOR … WRITE_COUNT and WRITE_DUE_DAYS … WRITE_CALLED */
    WRITE_ANCHOR,
    WRITE_LAST_DAY,
    WRITE_UNTIL,
    WRITE_COUNT,
    WRITE_DATE,
    WRITE_DUE,
    WRITE_REFERENCE,
    WRITE_DISCOUNT,
    WRITE_SHIPPING,
    WRITE_SHIPPING_TAX,
    WRITE_ADJUSTMENT,
    WRITE_INCLUSIVE,
    WRITE_DEPOSIT, /* of an estimate */
    WRITE_DEPOSIT_TERMS,
    WRITE_CARD,
    WRITE_TRANSFER,
    WRITE_DUE_DAYS,
    WRITE_DUE_BY_DATE,
    WRITE_SENT,
    WRITE_SERVICE,
    WRITE_CALLED,
    WRITE_NOTES,
    WRITE_TERMS,
    WRITE_SUPPLY,
    WRITE_PERIOD_FROM,
    WRITE_PERIOD_UNTIL,
    WRITE_STATEMENT,
    WRITE_WHOLE, /* those before are of the whole, those from here on of a line, in the order in which one writes */
    WRITE_NAME = WRITE_WHOLE,
    WRITE_QUANTITY,
    WRITE_PRICE,
    WRITE_LESS, /* discount on the line */
    WRITE_TAX,
    WRITE_TEXT,
    WRITE_UNIT,
    WRITE_TAX2,
    WRITES
};
enum write_as {
    WRITE_TYPED,
    WRITE_OFF,   /* a discount: "10 %" or "25.00 EUR" */
    WRITE_TAXED, /* one of the taxes: writing_choose */
    WRITE_YES,   /* yes or no */
    WRITE_NOT,   /* … of what the field denies */
    WRITE_RHYTHM /* how often: "3 months" */
};
/* What can be written, as the table says it; label and help are those of every face. */
struct writing_field {
    const char *name, *label, *help; /* name: of the field, of a line in a line */
    enum write_as as;
    bool must, recurs; /* recurs: of a recurring invoice itself, not of what each says */
};
const struct writing_field *writing_field(enum written at);
const struct field *writing_shape_field(enum written at); /* its type and limits */

#define WRITING_LINES 1000
#define WRITING_TAXES 120
/* A tax that can be chosen: none (the first), those of the settings, and those that only stand on this document. */
struct writing_tax {
    struct tax tax;
    bool own; /* the reason is the line's own */
    const char *label;
};
enum writing_need { NEED_DOCUMENT, NEED_CUSTOMER, NEED_TAXES, NEED_BUSINESS, WRITING_NEEDS };
enum writing_wants {
    WRITING_ASKS,    /* op, in, request: to the server; then writing_answer */
    WRITING_KEPT,    /* done: it is a draft, or a rework that the customer does not see yet */
    WRITING_SENT,    /* done */
    WRITING_STALE,   /* somebody changed it: writing_refresh, then writing_newer */
    WRITING_UNKNOWN, /* it may have been done: saved again, the same request goes first */
    WRITING_REFUSED  /* why; it was not done */
};
typedef void writing_id(void *ctx, uint8_t id[16]);
struct writing {
    struct arena *arena, *texts,
        *sum;     /* texts: of doc, and what was read for it; sum: of what it adds up to */
    size_t typed; /* bytes in texts that are mostly old */
    const struct me *me;
    int kind, state;
    bool recurs;           /* it is a recurring invoice: its rhythm, and as the document what each says */
    uint64_t id, customer; /* id 0: not kept yet */
    int64_t revision;
    const char *number, *next_number, *customer_name; /* next_number: what its series gives next */
    char currency[4], base_currency[4];
    int32_t today;
    struct writing_tax taxes[WRITING_TAXES];
    const char *tax_labels[WRITING_TAXES + 1]; /* ends with NULL */
    size_t tax_count;
    const struct document *was;      /* as it was read or kept; NULL: new */
    const struct customer *owner;    /* until it is ready … */
    const struct business *business; /* … too */
    bool have[WRITING_NEEDS], ready;
    struct document doc;  /* what is written. Lines that say nothing are neither counted nor sent */
    size_t capacity;      /* of its lines */
    struct schedule plan; /* of a recurring invoice: its rhythm as it is written, without its document, … */
    const struct schedule *plan_was; /* … as it was read, … */
    struct schedule
        next; /* writing_sum: … and where it stands with what is written: which is the next, and when */
    bool due_typed;         /* or else it follows the date */
    int days;               /* between them */
    unsigned version, kept; /* of doc: now; of what the server has */
    struct document sums;   /* writing_sum: doc as a whole document, with what it adds up to, and … */
    struct refusal wrong;   /* … why it does not */
    bool summed;
    /* saving */
    writing_id *make_id;
    void *ctx;
    bool sends, open; /* open: nobody knows whether it was done */
    unsigned asked;   /* version that was asked for */
    struct arena *asking;
    enum op_number op;
    const void *in;
    uint8_t request[16];
    struct refusal why;
};

/* Then kind (recurs: DOC_INVOICE), and id, or the customer of a new one, are put in. make_id: request ids; me outlives it. */
struct writing *writing_open(const struct me *me, int32_t today, writing_id *make_id, void *ctx);
void writing_close(struct writing *w); /* accepts NULL */
/* What has to be read before writing; NULL: nothing (more) of that. Taken in any order; w->ready when all is there. */
const void *writing_needs(const struct writing *w, enum writing_need need, enum op_number *op,
                          struct arena *a);
void writing_take(struct writing *w, enum writing_need need, const void *out);

/* --- what is written. row: of the line, else ignored */
bool writing_offered(const struct writing *w, enum written at);
const char *writing_label(const struct writing *w, enum written at);
/* NULL, or what is wrong: then nothing changed. Of what is typed; the others are chosen. */
const char *writing_read(struct writing *w, enum written at, size_t row, const char *typed);
const char *writing_typed(struct writing *w, enum written at,
                          size_t row); /* as it would be typed; until the next reading */
size_t writing_chosen(struct writing *w, enum written at,
                      size_t row); /* of the taxes; of yes and no: 1 is yes */
void writing_choose(struct writing *w, enum written at, size_t row, size_t i);
size_t writing_add(struct writing *w,
                   size_t row); /* an empty line before that one; returns where it stands */
void writing_drop(struct writing *w, size_t row);
void writing_move(struct writing *w, size_t row, size_t to);
bool writing_says_nothing(const struct writing *w, size_t row);
void writing_item(struct writing *w, size_t row, const struct item *item); /* the line becomes that one */
void writing_sum(struct writing *w); /* computes it, as the server does, when something has changed */
const struct line *writing_summed(const struct writing *w,
                                  size_t row); /* with its net; NULL: it says nothing, or does not add up */
/* NULL, or why it can not be changed any more. */
const char *writing_closed(const struct writing *w);
const char *document_closed(int kind, int state);                /* … of one as it was read */
const char *writing_name(struct writing *w, const char *before); /* "Edit INV-000003", "New invoice" */

/* --- keeping and sending */
bool writing_changed(const struct writing *w); /* is there something to lose? */
/* NULL, or why it can not be kept, or sent, as it stands; and where (*at WRITES: nowhere). */
const char *writing_lacks(struct writing *w, bool send, enum written *at, size_t *row);
void writing_tell(struct page *p, struct writing *w); /* the document as it will be */
void writing_review(struct page *p,
                    struct writing *w);               /* what is agreed to before it is sent, or recurs so */
void writing_plan(struct page *p, struct writing *w); /* of a recurring invoice: what comes, and when */
/* From here on it is the same request, however often it is asked. */
enum writing_wants writing_save(struct writing *w, bool send);
/* not_sent: it certainly did not leave. */
enum writing_wants writing_answer(struct writing *w, enum err code, const struct refusal *why, bool not_sent,
                                  const void *out);
/* The newest, asked for with writing_needs: what was changed here stands on it (mine), or is dropped. */
void writing_refresh(struct writing *w);
void writing_newer(struct writing *w, const void *out, bool mine); /* out: as of NEED_DOCUMENT */
/* Where a refusal of the server belongs; false: nowhere here. */
bool writing_place(const struct writing *w, const char *field, enum written *at, size_t *row);
const char *writing_done(const struct writing *w, enum writing_wants how); /* what is said then */
#define DOCUMENT_SEEN "Whoever of the customer has access sees it at once."
#define DOCUMENT_SENT "Sent. It is in the customer's portal now."
#define WRITING_LOST                                                                                      \
    "The server does not answer, and nobody knows whether it was done. Asked once more, it is done only " \
    "once."
#endif
