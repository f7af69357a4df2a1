/* What has to hold of every file of a bank that is read, whatever its format. */
#ifndef TESTS_FUZZ_BANK_HOLDS_H
#define TESTS_FUZZ_BANK_HOLDS_H
#include "common/codec.h"
#include "common/mp.h"
#include "proto/bank/bank_file.h"
#include "proto/envelope.h"
#include "tests/fuzz/fuzz.h"

static inline void text_holds(const char *text, size_t most)
{
    must(!text || (is_clean(text, false) && text_length(text, strlen(text)) <= most));
}

/* It passes the server's own rules of the shape. */
static inline void shape_holds(struct arena *a, const struct shape *shape, const void *in)
{
    struct buf b;
    struct refusal why;
    buf_init(&b, CALL_REQUEST_MAX);
    codec_pack(&b, shape, in, CODEC_TO_SERVER);
    must(!b.full && !b.garbled && mp_scan(b.data, b.size, &why) == OK);
    must(codec_unpack(a, shape, b.data, b.size, arena_alloc(a, shape->size), NULL, &why) == OK);
    buf_fini(&b);
}

static inline void bank_holds(struct arena *a, enum err e, const struct bank_file *file,
                              const struct refusal *why)
{
    if (e) {
        must_be_said(e, why);
        return;
    }
    must(file->n);
    for (size_t i = 0; i < file->n; i++) {
        const struct bank_statement *s = &file->v[i];
        must(s->head.account && s->head.currency);
        shape_holds(a, shape_statement(), &s->head);
        for (size_t k = 0; k < s->n; k++) {
            must(s->lines[k].date && s->lines[k].amount.currency[0]);
            text_holds(s->lines[k].text, 1000);
            text_holds(s->lines[k].name, 140);
            shape_holds(a, shape_statement_line(), &s->lines[k]);
        }
    }
}
#endif
