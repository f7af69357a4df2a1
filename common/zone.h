/* Time zones, by GLib's reading of the system's tables (tzdata). An instant is shown with the rules that hold at that instant, never with
 * those of now: 23:45 in July is not 22:45 because it is November. Thread-safe; a zone's file is read once, when it is first named.
 * A name that is no zone here (an older tzdata than the one it was set with) counts as UTC: zone_known tells, and who shows times says so.
 * Instants are UTC milliseconds, days as in date.h; 0 is none and stays 0. */
#ifndef COMMON_ZONE_H
#define COMMON_ZONE_H
#include <stdbool.h>
#include <stdint.h>

/* Seconds east of UTC at that instant in an IANA zone ("Europe/Dublin"); false, and 0, for a name that is none. */
bool zone_offset(const char *name, int64_t instant, int *offset_s);
bool zone_known(const char *name);
int32_t zone_day(const char *name, int64_t instant); /* the civil day it is there */
/* Second of the day there, 0 … 86399, by the clock on the wall. */
int zone_second(const char *name, int64_t instant);
/* The first instant of that day there; where a change of the clock skips midnight, the first one after it. */
int64_t zone_midnight(const char *name, int32_t day);
#endif
