/* Results. 0 is fine; positive is a refusal that the caller can act on; negative is a fault of ours or the machine's.
 * A fault is logged once, where it arises; outputs stay untouched on failure. */
#ifndef COMMON_ERR_H
#define COMMON_ERR_H
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MUST_USE __attribute__((warn_unused_result))
#define PRINTF(f, a) __attribute__((format(printf, f, a)))

enum err {
    OK = 0,
#define ERR(symbol, number, name, exit_code, http_class, sentence) symbol = number,
#include "common/err.def"
#undef ERR
};

/* What a refusal says beside its code: the field that is wrong (dotted path, "" for none), and the detail. */
struct refusal {
    enum err code;
    char field[96];
    char detail[256];
    int64_t retry_ms; /* when to try again, from now; 0: nothing said */
};

const char *err_name(enum err e);       /* wire name: "not_found"; "ok" for 0 */
const char *err_sentence(enum err e);   /* one sentence for a person */
int err_exit_code(enum err e);          /* process exit code for command lines */
int err_class(enum err e);              /* HTTP-like class */
enum err err_by_name(const char *name); /* ERR_INTERNAL when unknown */

/* Takes out, in place, the characters that a limit of bytes has cut: texts on the wire are whole UTF-8. */
void err_mend(char *text);

/* Fills a refusal and returns its code, so that `return refuse(r, ERR_STATE, "invoice", "…")` reads well. r may be NULL. */
enum err refuse(struct refusal *r, enum err code, const char *field, const char *detail, ...) PRINTF(4, 5);
#endif
