/* A new file for oneself alone: never over what is there, and never through a link. */
#ifndef COMMON_OWN_FILE_H
#define COMMON_OWN_FILE_H
#include "common/err.h"
#include <stddef.h>

/* Writes all of it, readable for its owner alone. ERR_EXISTS: something is there, and nothing was written; ERR_IO: errno says why; a half-written one is gone again. */
enum err own_file_write(const char *path, const void *bytes, size_t size) MUST_USE;
#endif
