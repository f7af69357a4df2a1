/* Numbers of payment cards (ISO/IEC 7812), to tell one from other digits. */
#ifndef COMMON_PAN_H
#define COMMON_PAN_H
#include <stdbool.h>
#include <stddef.h>

/* Is the last of n digits the check digit of those before it? */
bool pan_checks(const char *digits, size_t n);
/* Does a text hold what can hardly be anything but the number of a card: as many digits as its brand has, beginning as they do, with the
 * check digit; blanks and hyphens between them, no letter right before or behind? */
bool pan_within(const char *text);
#endif
