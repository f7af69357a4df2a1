/* How often something recurs, and its days, in the words of people. */
#ifndef PORTAL_RHYTHM_H
#define PORTAL_RHYTHM_H
#include <stddef.h>
#include <stdint.h>

#define RHYTHM_TEXT 48
char *rhythm_typed(char *buffer, int period, int64_t every); /* "month", "3 months" */
/* "3 months", "every quarter", "yearly": NULL, or what is wrong as a sentence, and nothing changed. */
const char *rhythm_read(const char *typed, int *period, int64_t *every);
#endif
