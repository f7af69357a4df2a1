/* What the targets share: an input taken apart, a condition that has to hold, and what a program says, caught. */
#ifndef TESTS_FUZZ_H
#define TESTS_FUZZ_H
#include "common/arena.h"
#include "common/buf.h"
#include "common/err.h"
#include "common/text.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static inline _Noreturn void broken(const char *condition, const char *file, int line)
{
    fprintf(stderr, "%s:%d: does not hold: %s\n", file, line, condition);
    abort();
}
#define must(condition) ((condition) ? (void)0 : broken(#condition, __FILE__, __LINE__))

/* Bytes still to be used. */
struct given {
    const uint8_t *at;
    size_t left;
};
static inline uint8_t take_byte(struct given *in)
{
    if (!in->left)
        return 0;
    in->left--;
    return *in->at++;
}
#define PART 0x1e /* "record separator": ends a part of an input that has several */
/* The bytes up to the next PART, as a text that ends with NUL; in memory of its own, so that reading past it is seen. */
static inline char *take_text(struct arena *a, struct given *in)
{
    const uint8_t *end = in->left ? memchr(in->at, PART, in->left) : NULL;
    size_t size = end ? (size_t)(end - in->at) : in->left;
    char *text = arena_text(a, size ? (const char *)in->at : "", size);
    in->at += size + (end != NULL);
    in->left -= size + (end != NULL);
    return text;
}
/* All that is left, in memory of its own. */
static inline uint8_t *take_rest(struct arena *a, struct given *in)
{
    uint8_t *bytes = arena_copy(a, in->left ? in->at : (const uint8_t *)"", in->left);
    return bytes;
}

static inline bool is_utf8(const char *text)
{
    return text_utf8(text, strlen(text));
}
/* May it stand on a screen or in a record? */
static inline bool is_clean(const char *text, bool lines)
{
    return is_utf8(text) && text_printable(text, strlen(text), lines);
}
/* A refusal says what it is, in whole characters. */
static inline void must_be_said(enum err e, const struct refusal *why)
{
    must(e > 0 && why->code == e && why->detail[0]);
    must(is_utf8(why->detail) && is_utf8(why->field));
}
static inline bool same_bytes(const struct buf *a, const struct buf *b)
{
    return a->size == b->size && (!a->size || memcmp(a->data, b->data, a->size) == 0);
}

/* Standard output or standard error of the code that is tried goes into memory; the fuzzer has its own way to the terminal. */
struct caught {
    FILE **stream, *before, *memory;
    char *text;
    size_t size;
};
static inline void catch_begin(struct caught *c, FILE **stream)
{
    *c = (struct caught){.stream = stream, .before = *stream};
    c->memory = open_memstream(&c->text, &c->size);
    must(c->memory);
    *stream = c->memory;
}
/* What was said, until catch_free. */
static inline const char *catch_end(struct caught *c)
{
    fclose(c->memory);
    *c->stream = c->before;
    return c->text;
}
static inline void catch_free(struct caught *c)
{
    free(c->text);
}
#endif
