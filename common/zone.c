#include "common/zone.h"
#include "common/date.h"
#include <glib.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define DAY_MS INT64_C(86400000)
#define ZONES 64
static struct {
    char name[64];
    GTimeZone *zone;
} zones[ZONES]; /* filled once, never emptied: zone files are read a single time */
static _Atomic size_t
    n_zones; /* what is before it stands for good: every request asks, and takes no lock for it */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* for who fills it */

/* Has this machine a zone's file of that name (RFC 8536: it begins with "TZif")? GLib also takes offsets ("24") and POSIX rules, which no
 * other program takes for a zone, and complains of the other files there. Those under right/ count leap seconds; no clock of ours does. */
static bool has_file(const char *name)
{
    char path[sizeof zones[0].name + 64], magic[4];
    struct stat st;
    const char *folder = getenv("TZDIR");
    int n = snprintf(path, sizeof path, "%s/%s", folder && *folder ? folder : "/usr/share/zoneinfo", name);
    if (n < 0 || (size_t)n >= sizeof path || strncmp(name, "right/", 6) == 0 || stat(path, &st) != 0 ||
        !S_ISREG(st.st_mode))
        return false;
    FILE *f = fopen(path, "rb");
    bool is = f && fread(magic, 1, sizeof magic, f) == sizeof magic && memcmp(magic, "TZif", 4) == 0;
    if (f)
        fclose(f);
    return is;
}

static GTimeZone *kept(const char *name)
{
    const size_t n = atomic_load_explicit(&n_zones, memory_order_acquire);
    for (size_t i = 0; i < n; i++)
        if (strcmp(zones[i].name, name) == 0)
            return zones[i].zone;
    return NULL;
}

/* A reference of one's own. Under the lock. A full table reads the file anew each time. */
static GTimeZone *find(const char *name)
{
    GTimeZone *zone = kept(name);
    if (zone)
        return g_time_zone_ref(zone);
    zone = strcmp(name, "UTC") == 0 || has_file(name) ? g_time_zone_new_identifier(name) : NULL;
    const size_t n = atomic_load_explicit(&n_zones, memory_order_relaxed);
    if (zone && n < ZONES) {
        g_strlcpy(zones[n].name, name, sizeof zones[n].name);
        zones[n].zone = g_time_zone_ref(zone);
        atomic_store_explicit(&n_zones, n + 1, memory_order_release);
    }
    return zone;
}

bool zone_offset(const char *name, int64_t instant, int *offset_s)
{
    *offset_s = 0;
    if (!name || !*name || strlen(name) >= sizeof zones[0].name || name[0] == '/' || strstr(name, ".."))
        return false;
    GTimeZone *zone = kept(name), *mine = NULL;
    if (!zone) {
        pthread_mutex_lock(&lock);
        zone = mine = find(name);
        pthread_mutex_unlock(&lock);
    }
    if (!zone)
        return false;
    int64_t second = instant / 1000 - (instant % 1000 < 0);
    *offset_s = g_time_zone_get_offset(zone, g_time_zone_find_interval(zone, G_TIME_TYPE_UNIVERSAL, second));
    if (mine)
        g_time_zone_unref(mine);
    return true;
}

bool zone_known(const char *name)
{
    int offset;
    return zone_offset(name, 1, &offset);
}

int32_t zone_day(const char *name, int64_t instant)
{
    int offset;
    (void)zone_offset(name, instant, &offset);
    return date_of_instant(instant, offset);
}

int zone_second(const char *name, int64_t instant)
{
    int offset;
    (void)zone_offset(name, instant, &offset);
    int64_t second = (instant / 1000 - (instant % 1000 < 0)) % 86400 + offset;
    return (int)((second % 86400 + 86400) % 86400);
}

/* The day before and the day after are other days with any offset: between them the first instant of the day is looked for. */
int64_t zone_midnight(const char *name, int32_t day)
{
    if (!day)
        return 0;
    int64_t utc = ((int64_t)day - DATE_UNIX_EPOCH) * DAY_MS, before = utc - DAY_MS, after = utc + DAY_MS;
    while (after - before > 1) {
        int64_t middle = before + (after - before) / 2;
        int offset;
        (void)zone_offset(name, middle, &offset);
        if (middle + offset * INT64_C(1000) < utc)
            before = middle;
        else
            after = middle;
    }
    return after;
}
