/* Arguments of an operation, from the command line and standard input to msgpack, guided by the shape of its input. */
#ifndef PROTO_CTL_ARGS_H
#define PROTO_CTL_ARGS_H
#include "proto/ctl/ctl.h"
#include <jansson.h>

#define ARGS_DEPTH 8
#define ARGS_STDIN_MAX ((size_t)1024 * 1024)

/* Words `key=value` and `-` → a JSON object owned by the caller (json_decref). A key is a dotted path: "lines.0.name"; list
 * places are given in order. Values stay texts, but for ids: typed, an id is an integer from here on (docs/rules.md, Names and
 * numbers); secrets are read from where `@file` or `-` says, never taken from a word; other texts from `@file`, too (not at the door). */
enum err args_parse(struct ctl *c, const struct shape *shape, const char *const *words, int n,
                    json_t **out) MUST_USE;
/* JSON object → one msgpack map in `out` by field types: "12.34 EUR" for money, "true" for a boolean, 19 % for a rate … What
 * a value may be is left to the server; what can not be said in its type at all is refused here. */
enum err args_pack(struct ctl *c, const struct shape *shape, json_t *object, struct buf *out) MUST_USE;
/* Both halves' own. "-17" → *out; false for anything else. "1,2,3" → a list of texts. */
bool args_whole(const char *text, int64_t *out) MUST_USE;
json_t *args_split(const char *text) MUST_USE;
#endif
