/* Libraries that most runs need nothing of: loaded when they are first used, and kept (docs/decisions/late-libraries.md). Whoever includes such a
 * library names the functions that it calls in a table of LATE(name), and reads it twice: as the members of a structure of pointers to
 * them, and as their names. */
#ifndef COMMON_LATE_H
#define COMMON_LATE_H
#include "common/err.h"
#include <stddef.h>

/* Fills `calls`, pointers to the n functions of these names, from the library whose file this is (its soname). ERR_INTERNAL, after a line in
 * the log: it is not there, or lacks one. From any thread; nothing is undone. */
enum err late_load(const char *library, const char *const *names, size_t n, void *calls) MUST_USE;
#endif
