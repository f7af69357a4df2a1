/* Patches: an argument of a record's shape of which only the fields that were given count. */
#ifndef SERVER_OPS_PATCH_H
#define SERVER_OPS_PATCH_H
#include "server/core/call.h"

/* The one rule of all operations that change a record (docs/rules.md): what is named changes, at every depth; what is not stays;
 * lists are replaced whole; an empty text, the number 0, an amount of 0 clear.
 * Copies what was given in `from` to `to` (both of `shape`; texts and lists are shared, not copied; a nested shape of `to` is
 * replaced by a new one, not written to). `allowed` names the fields
 * that may change, with blanks between them; any other that was given is refused by its path ("customer.created"), but may be
 * sent back as it was. *changed (may be NULL): names of the fields that differ now, "phone, billing.city"; "" for none. */
enum err patch_apply(struct call *c, const struct shape *shape, const char *path, const char *allowed,
                     const void *from, void *to, const char **changed) MUST_USE;
/* Would both be stored as the same? */
bool patch_same(const struct shape *shape, const void *a, const void *b) MUST_USE;
/* Is the name, of that size, one of `names`, which stand with blanks between them? */
bool patch_named(const char *names, const char *name, size_t size);
bool patch_same_text(const char *a, const char *b); /* NULL is no text */
/* A revision that came with a change: ERR_INVALID when there is none, ERR_STALE when it is not the present one. */
enum err patch_revision(struct call *c, const char *field, bool given, int64_t revision,
                        int64_t present) MUST_USE;

/* For texts of a patch. Each accepts NULL. */
enum err patch_check_name(struct call *c, const char *field,
                          const char *name) MUST_USE; /* not empty, not just blanks */
enum err patch_check_email(struct call *c, const char *field,
                           const char *email) MUST_USE; /* empty, or an address */
/* ISO 4217, also one that was withdrawn: what is there stays as it is. */
enum err patch_check_currency(struct call *c, const char *field, const char *code) MUST_USE;
/* The same for one that is chosen now. */
enum err patch_check_new_currency(struct call *c, const char *field, const char *code) MUST_USE;
#endif
