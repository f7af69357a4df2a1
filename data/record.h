/* Records: shapes in the store, with their indexes and totals. record_put is the only writer of index and total keys: it reads
 * the old record, derives what both put into indexes and totals (data/derive.c), and writes the difference, in the
 * transaction of the change. A txn is bound to one business; nothing here can reach another's keys.
 *
 * All functions return faults (negative) only for a damaged store or a failing disk. Results live in the txn's arena. */
#ifndef DATA_RECORD_H
#define DATA_RECORD_H
#include "common/arena.h"
#include "common/shape.h"
#include "data/key.h"

struct kv_txn;
struct books;
struct txn {
    struct kv_txn *kv;
    struct arena *arena;
    uint32_t business;
    uint32_t
        seal; /* of the cursors of this request: a cursor is good only where it was given (same list, order, filter) */
    const struct books
        *books; /* the day of what it changes (data/booked.h); NULL: it enters nothing in the books */
};

enum index {
#define RECORD(kind, shape)
#define INDEX(symbol, number, help) INDEX_##symbol = number,
#include "data/record.def"
#undef RECORD
#undef INDEX
};
#define INDEX_LAST INDEX_DUE_LIST

const struct shape *record_shape(enum kind kind); /* NULL for a kind that is not stored */
const char *index_name(enum index index);         /* "" for a number that has none */

/* Reads a record into *to (a struct of the kind's shape). ERR_NOT_FOUND. KIND_INVOICE and the like: a document of that kind. */
enum err record_get(struct txn *t, enum kind kind, uint64_t id, void *to) MUST_USE;
/* The same through a view (a shape that repeats some of the kind's fields). */
enum err record_view(struct txn *t, enum kind kind, uint64_t id, const struct shape *view, void *to) MUST_USE;
/* The same of a record that has to be there, because another one or an index names it: one that is not is damage, and told with its key. */
enum err record_needed(struct txn *t, enum kind kind, uint64_t id, void *to) MUST_USE;
enum err record_needed_view(struct txn *t, enum kind kind, uint64_t id, const struct shape *view,
                            void *to) MUST_USE;
/* ERR_DAMAGED: that record is not there, or not what it has to be. */
enum err record_damaged(const struct txn *t, enum kind kind, uint64_t id) MUST_USE;
/* Writes a record; an id of 0 is replaced by the next of its kind. ERR_TOO_LARGE when it does not fit the store's limit,
 * ERR_INTERNAL when a text in it is no UTF-8.
 * Events are only added, never put again or deleted, and are linked here (data/chain.h). */
enum err record_put(struct txn *t, enum kind kind, void *record) MUST_USE;
enum err record_del(struct txn *t, enum kind kind, uint64_t id) MUST_USE; /* absent: OK */
/* By what kv_marked knows what is kept decoded: a business with its gateways, a session, a bell; KIND_EVENT: what rings the bell of that
 * customer's persons, 0: of staff (docs/decisions/kept-decoded.md). */
unsigned record_mark(const struct txn *t, enum kind kind, uint64_t id);
uint64_t record_id(const void *record); /* of any stored shape */
/* The last id that was given to that kind; 0 for none. For events: the newest event. */
enum err record_last_id(struct txn *t, enum kind kind, uint64_t *id) MUST_USE;

/* Are documents of that status (enum doc_status) in INDEX_DOC_STATE_DUE? Open ones are in INDEX_DOC_DUE, and most others are paid. */
bool derive_state_due(int status);
/* Is what that side (enum side) does in INDEX_EVENT_SIDE? What staff and customers do fills the log. */
bool derive_side(int side);
/* Does it ring for staff, whoever did it? */
bool derive_rings(const struct event *e);

/* What an index of an order (enum doc_sort, pay_sort) holds between its prefix and the id. */
void derive_document_order(struct arena *a, const struct document_row *row, int sort, struct key *key);
void derive_payment_order(const struct payment_row *row, int sort, struct key *key);

/* What INDEX_METHOD_MARK tells apart; and the consent that is in force, NULL: none. */
enum method_mark { METHOD_FIRST = 1, METHOD_AUTOMATIC = 2 };
const struct consent *consent_of(const struct saved_method *m);

/* Keys for ranges: the begin of an index or of a kind's records. Append parts with key_u8 … in the order of record.def. */
struct key index_key(const struct txn *t, enum index index);
struct key record_key(const struct txn *t, enum kind kind);
struct key index_key_all(enum index index); /* of an index over all businesses */

/* The first id under exactly this index prefix; ERR_NOT_FOUND. */
enum err record_find(struct txn *t, const struct key *prefix, uint64_t *id) MUST_USE;
/* All ids under a prefix, in key order, at most `most` (more are left out). */
enum err record_ids(struct txn *t, const struct key *prefix, size_t most, struct id_list *ids) MUST_USE;

/* One stretch of an index (or of a kind's records): keys that start with `prefix`, from `first` to `last` inclusive when
 * those are set (they start with prefix; a `last` also covers all keys that it is a beginning of). */
struct list_range {
    struct key prefix, first, last;
};
struct list_range list_range(const struct key *prefix); /* all of it */

/* The ids of a range, in key order, at most `most`. */
enum err record_range_ids(struct txn *t, const struct list_range *range, size_t most,
                          struct id_list *ids) MUST_USE;

/* Ranges, and the ids that are in them (some more than once). */
struct id_union {
    const struct list_range *ranges;
    size_t n;
    struct id_list ids;
};
/* The first of several unions of which all ids are read, an entry of each in turn, so that the many of one are not read where another has few.
 * None has at most `most`: *which is n. */
enum err record_fewest(struct txn *t, struct id_union *unions, size_t n, size_t most, size_t *which) MUST_USE;
/* The ids that have, in an index of words, for each of the begins a word that starts so, ascending: lists of ids, from each to where the
 * others go on. Words that begin like very many others are left out, unless all do: then not `exact`. More than `most`, or too many to look
 * through: ids->n is most + 1, and no more is said. */
enum err record_having(struct txn *t, const struct key *begins, size_t n, size_t most, struct id_list *ids,
                       bool *exact) MUST_USE;

/* Is it one of them? They ascend. */
bool ids_have(const struct id_list *ids, uint64_t id);

/* How many entries a range has, counted up to `most`; no record is read. */
enum err record_count(struct txn *t, const struct list_range *range, size_t most, size_t *n) MUST_USE;

/* The first bytes of what follows the prefix in the first key of a range; ERR_NOT_FOUND when it has none. */
enum err record_part(struct txn *t, const struct list_range *range, size_t size, void *part) MUST_USE;

/* A page: the union of ranges, merged in key order (of what follows each prefix), read through a view.
 * `keep` drops rows after they were read (a filter with no index of its own). After `examine` entries a page is given as short as it is;
 * an empty one only after LIST_EXAMINE_EMPTY. */
struct record_list {
    enum kind kind;
    const struct shape *view;
    const struct list_range *ranges;
    size_t n;
    /* Of one range: begins of other indexes in which a row has to stand, too, behind which come the same parts as behind the range's prefix. What
     * is in few of them is found by going from each one's next to the other's: nothing is read that is not in all. */
    const struct key *also;
    size_t n_also;
    const struct id_list *only; /* ascending: no others are read; NULL: all */
    bool backward;              /* from the last key to the first */
    bool
        outside; /* for a customer: what its entry says is no customer's is not read; `keep` looks at the others */
    bool told; /* nothing looks at the texts of a row: they may be told from the index as they stand there */
    const char *after;
    size_t limit, examine; /* examine 0: LIST_EXAMINE */
    /* What it takes from the transaction's arena is given back when the row does not stay on the page; what it wants to keep for later
     * rows belongs elsewhere. */
    bool (*keep)(void *context, void *row);
    /* Told every row that is kept, also those past the page (up to `examine` entries), but only for the first page. The texts of a
     * row past the page are gone by then. */
    void (*tally)(void *context, const void *row);
    /* record_gather: what follows the prefix in the index of the list's order, to which record_gather adds the id. */
    void (*order)(void *context, const void *row, struct key *key);
    /* What a list that goes on shows in the place of a record that can not be read: the index knows its id, the row is empty. Not asked where
     * rows are tallied: a sum without one of them would be wrong, and the list is refused. NULL: it is refused. */
    void (*damaged)(uint64_t id, void *row);
    void *context;
    /* results */
    void *rows; /* array of the view's struct */
    size_t count;
    const char *next; /* NULL on the last page; may be set with fewer than `limit` rows */
    bool tallied;     /* tally was told all there are */
};
#define LIST_RANGES 512 /* at once */
#define LIST_EXAMINE 2000
#define LIST_EXAMINE_EMPTY 20000
/* ERR_INVALID with field "after" for a cursor that this list did not give. */
enum err record_list(struct txn *t, struct record_list *list, struct refusal *why) MUST_USE;
/* The same rows in the same order with the same cursors, found otherwise: every record of these ids, in any order and maybe twice, is read, and
 * those kept are sorted by `order`. For filters that leave few rows. */
enum err record_gather(struct txn *t, struct record_list *list, struct id_list *ids,
                       struct refusal *why) MUST_USE;

/* Totals that screens show at once, kept in the same transaction. scope 0: the whole business; else a customer. */
enum total_slot {
    TOTAL_OUTSTANDING = 1, /* sub: due date; amount and number of open invoices */
    TOTAL_STATE = 2,       /* sub: kind × 256 + state; currency ""; number of documents */
    TOTAL_PAID = 3,        /* sub: year × 12 + month − 1; succeeded payments */
    TOTAL_CREDIT = 4,      /* sub 0; credit that can be used: left of payments, credit notes and retainers */
    TOTAL_RECORDS = 5,     /* sub: kind; number of records; scope 0 */
    TOTAL_GATEWAY = 6,     /* scope: total_name of a gateway; sub: state; payments through it */
};
/* A name as a scope: its first eight bytes, which tell gateways apart. 0 for NULL and "". */
uint64_t total_name(const char *name);
/* What of a name is in its scope: all of it, or that beginning and "…". */
#define TOTAL_NAME 12
const char *total_named(char name[TOTAL_NAME], uint64_t scope);
struct total {
    char currency[4];
    uint32_t sub;
    int64_t amount, count;
};
/* All totals of a slot and scope with sub in from..until, by currency, then sub. currency NULL: all. */
enum err total_list(struct txn *t, enum total_slot slot, uint64_t scope, const char *currency, uint32_t from,
                    uint32_t until, struct total **totals, size_t *n) MUST_USE;
/* The first scope of a slot, from *scope on, that has totals; ERR_NOT_FOUND. */
enum err total_scope(struct txn *t, enum total_slot slot, uint64_t *scope) MUST_USE;
/* Their sum; for one currency ("" where the slot has none). */
enum err total_sum(struct txn *t, enum total_slot slot, uint64_t scope, const char *currency, uint32_t from,
                   uint32_t until, struct total *sum) MUST_USE;
#endif
