#include "server/zone.h"
#include <glib.h>
#include <pthread.h>
#include <string.h>

#define ZONES 64
static struct {
    char name[64];
    GTimeZone *zone;
} zones[ZONES]; /* filled once, never emptied: zone files are read a single time */
static size_t n_zones;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

/* Under the lock. A full table reads the file anew each time. */
static GTimeZone *find(const char *name)
{
    for (size_t i = 0; i < n_zones; i++)
        if (strcmp(zones[i].name, name) == 0)
            return g_time_zone_ref(zones[i].zone);
    GTimeZone *zone = g_time_zone_new_identifier(name);
    if (zone && n_zones < ZONES) {
        g_strlcpy(zones[n_zones].name, name, sizeof zones[n_zones].name);
        zones[n_zones++].zone = g_time_zone_ref(zone);
    }
    return zone;
}

bool zone_offset(const char *name, int64_t instant, int *offset_s)
{
    if (!name || !*name || strlen(name) >= sizeof zones[0].name || name[0] == '/' || strstr(name, ".."))
        return false;
    pthread_mutex_lock(&lock);
    GTimeZone *zone = find(name);
    pthread_mutex_unlock(&lock);
    if (!zone)
        return false;
    int interval = g_time_zone_find_interval(zone, G_TIME_TYPE_UNIVERSAL, instant / 1000);
    *offset_s = g_time_zone_get_offset(zone, interval);
    g_time_zone_unref(zone);
    return true;
}
