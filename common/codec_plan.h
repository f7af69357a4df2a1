/* What the codec asks of a shape's table for every record, worked out once for each shape: which fields are said to whom, the names as they
 * stand on the wire, and where a number of the store stands in the table. Made at the first use, kept as long as the process. */
#ifndef COMMON_CODEC_PLAN_H
#define COMMON_CODEC_PLAN_H
#include "common/codec.h"
#include <string.h>

#define PLAN_KEY 24      /* the longest name, and its head */
#define PLAN_NUMBERS 128 /* numbers are below it */

/* The names of an enum as they stand on the wire: with their head, and whatever behind it. One of each enum, for all shapes. */
#define PLAN_WORD 32
struct plan_words {
    const struct enum_table *of;
    int first, n; /* values from..; those without a name, or with a longer one, have size 0 */
    struct {
        uint8_t text[PLAN_WORD - 1];
        uint8_t size; /* with the head; it is copied with the text */
    } word[];
};

struct plan_row {
    const struct plan_words *words; /* of an enum */
    uint8_t key[PLAN_KEY];          /* the name as msgpack, and whatever behind it: it is copied whole */
    uint8_t key_size;
    uint8_t type, number;
    uint16_t offset;
    uint64_t bit; /* of `has`: of the first 64 */
};
/* A field is packed when it is in `always`, in `given` and was given, or in `filled` and not empty. */
struct plan_choice {
    shape_bits always, given, filled;
};
struct codec_plan {
    struct plan_choice choice[CODEC_PURPOSES];
    shape_bits heavy; /* field_heavy */
    shape_bits calc;  /* computed when it is read */
    shape_bits wide;  /* empty when its first 8 bytes are 0: numbers, ids, lists, shapes */
    shape_bits half;  /* when 4 are: enums, dates */
    shape_bits text;  /* when it points at nothing, or at "" */
    bool tells;       /* the same to all who read it, no more fields than a half, by number: codec_tell can */
    uint16_t form;    /* a digest of numbers and types of what is stored: of another one, another form */
    uint8_t row_of
        [PLAN_NUMBERS]; /* of a number in the store: its row + 1; 0: none, or one that is never stored */
    const struct plan_row *
        told; /* when it tells: the rows that are stored, and behind them one of no type whose number is above all */
    struct plan_row rows[];
};

/* Writes a name, PLAN_WORD bytes of which as many count as it gives; 0: look it up. */
static inline size_t plan_word(uint8_t *to, const struct plan_words *words, int value)
{
    const unsigned at = (unsigned)value - (unsigned)words->first;
    if (at >= (unsigned)words->n)
        return 0;
    memcpy(to, &words->word[at], PLAN_WORD);
    return words->word[at].size;
}

const struct codec_plan *codec_plan_make(const struct shape *shape);
static inline const struct codec_plan *codec_plan(const struct shape *shape)
{
    const struct codec_plan *plan = atomic_load_explicit(shape->plan, memory_order_acquire);
    return plan ? plan : codec_plan_make(shape);
}
#endif
