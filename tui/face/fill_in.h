/* Fields of a shape by their path ("settings.host"): found, filled with what was typed, told as text, compared, copied. Knows no
 * terminal and no act: forms, conversations and acts stand on it. */
#ifndef FACE_FILL_IN_H
#define FACE_FILL_IN_H
#include "common/arena.h"
#include "tui/face/typed.h"

const struct field *fill_field(const struct shape *s, const char *path); /* NULL: there is none */
/* Where it stands in a struct. make: nested shapes that are missing are made there, else NULL. give: marked as given, on the way too. */
void *fill_place(const struct shape *s, void *in, const char *path, struct arena *make, bool give);
/* The same to look at: NULL when a shape on the way is missing. */
const void *fill_at(const struct shape *s, const void *in, const char *path);
bool fill_given(const struct shape *s, const void *in, const char *path); /* marked so, all the way */
/* Not given any more, and blank: a nested shape is packed by what stands in it. */
void fill_drop(const struct shape *s, void *in, const char *path);

struct fill_by { /* who fills in: memory for texts, the business's day and currency */
    struct arena *arena;
    int32_t today;
    const char *currency;
};
/* What was typed for a field: NULL and given, or what is wrong as a sentence. Nothing typed: what can be emptied is given empty (a text, a
 * day, a number that may be 0), anything else is not given. */
const char *fill_read(const struct shape *s, void *in, const char *path, const char *typed,
                      const struct fill_by *by);
bool fill_clears(const struct field *f); /* can it be emptied? */
/* As it would be typed; "" for nothing, for what is not typed, and for secrets. */
const char *fill_plain(const struct shape *s, const void *in, const char *path, struct arena *a);
/* As a person reads it: "EUR 1,200.00", "22 Nov 2026", "partly paid", "yes"; "" for what has no short form. Returns buffer. at: where it stands. */
char *fill_told(char *buffer, size_t size, const struct field *f, const void *at);
/* Does the same stand there in both? Lists are the same only when both are empty. */
bool fill_same(const struct shape *s, const void *one, const void *other, const char *path);
/* All of it, whatever it points to, given marks too. */
void *fill_copy(const struct shape *s, const void *from, struct arena *a);
#endif
