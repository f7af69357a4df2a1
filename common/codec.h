/* One codec for wire and store, driven by shape tables. Store: maps keyed by field number, empty fields left out, unknown
 * fields kept (head.extra); lists and shapes stand behind everything else, so that a view of a few fields need not pass over
 * them (unknown fields stand between, themselves in that order). Wire: maps keyed by field name; texts, dates and instants that are empty are left out, the rest is
 * written; unknown fields are refused by name. */
#ifndef COMMON_CODEC_H
#define COMMON_CODEC_H
#include "common/arena.h"
#include "common/buf.h"
#include "common/shape.h"

enum codec_for {
    CODEC_STORE,       /* to and from the store */
    CODEC_TO_STAFF,    /* to the wire: everything that is not HIDDEN */
    CODEC_TO_CUSTOMER, /* to the wire: nothing that is STAFF_ONLY or HIDDEN */
    CODEC_TO_SERVER,   /* client → server: what is not empty or whose has-bit is set */
    CODEC_DIGEST,      /* the same without secrets: what identifies a request */
    CODEC_PURPOSES,
};

/* An id that was given by name (a document's number): resolved by the server before ownership is checked. */
struct codec_name {
    enum kind kind;
    const char *name; /* in the arena */
    uint64_t *where;
    const char *field; /* dotted path, in the arena */
};
struct codec_names {
    size_t n;
    struct codec_name v[16];
};

/* A text that is no UTF-8 sets out->garbled: such a record is not to be stored. To a reader it is told with U+FFFD in its place. */
void codec_pack(struct buf *out, const struct shape *shape, const void *from, enum codec_for purpose);
/* Stored record → struct (zeroed first). Texts are copied into the arena. ERR_DAMAGED when it is not what the shape says. */
enum err codec_load(struct arena *a, const struct shape *shape, const uint8_t *bytes, size_t size,
                    void *to) MUST_USE;
/* The same through a view: fields that the view does not name are passed over, not kept. What it gives can not be stored. */
enum err codec_view(struct arena *a, const struct shape *view, const uint8_t *bytes, size_t size,
                    void *to) MUST_USE;
/* The same for who only tells it on: what is stored is written as readers are told it (codec_pack takes it as it is), and of the struct only what
 * is no text is set. false: a field that is not as nearly all are; read it by codec_view. The struct is to be changed in computed fields alone. */
bool codec_tell(struct arena *a, const struct shape *view, const uint8_t *bytes, size_t size,
                void *to) MUST_USE;
/* The same of which nothing is told: only what is no text is set, and lists are not. */
bool codec_numbers(const struct shape *view, const uint8_t *bytes, size_t size, void *to) MUST_USE;
/* A view's struct from the record's, whose texts and lists it shares; without what is computed when it is read. */
void codec_narrow(const struct shape *view, void *to, const struct shape *shape, const void *from);
/* Wire → struct, validated: types, limits, control characters, currency codes, MUST. The bytes have passed mp_scan. `names`
 * NULL: ids must be integers. A refusal names the field by its dotted path. */
enum err codec_unpack(struct arena *a, const struct shape *shape, const uint8_t *bytes, size_t size, void *to,
                      struct codec_names *names, struct refusal *why) MUST_USE;
/* Wire answer → struct on the client: unknown fields are skipped (the server may be newer), texts are not refused. */
enum err codec_read(struct arena *a, const struct shape *shape, const uint8_t *bytes, size_t size,
                    void *to) MUST_USE;

/* Small pieces for envelopes. */
void codec_map(struct buf *out, uint32_t pairs);
void codec_array(struct buf *out, uint32_t items);
void codec_text(struct buf *out, const char *text);
void codec_int(struct buf *out, int64_t value);
void codec_bin(struct buf *out, const void *bytes, size_t size);
#endif
