/* Time zones, by GLib's tables. Thread-safe. */
#ifndef SERVER_ZONE_H
#define SERVER_ZONE_H
#include <stdbool.h>
#include <stdint.h>

/* Seconds east of UTC at that instant in an IANA zone ("Europe/Dublin"); false for a name that is none. */
bool zone_offset(const char *name, int64_t instant, int *offset_s);
#endif
