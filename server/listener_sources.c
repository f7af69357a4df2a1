/* Who has how many connections, and whose goes when there are too many. Whoever comes is let in as long as a stranger's connection
 * can go for it: first the oldest one of whoever has most of them. So those who only said hello keep out nobody, and who has shown a
 * session or token is never the one to go. */
#include "server/listener_inside.h"
#include "server/limits.h"
#include "server/secret.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- the rows ---- */

static struct source **row_of(struct listener *l, const char *name)
{
    uint8_t digest[32];
    secret_digest(digest, l->key, name, strlen(name));
    return &l->sources[digest[0] % SOURCE_ROWS];
}

/* NULL: no memory. */
static struct source *source_get(struct listener *l, const char *name)
{
    struct source **row = row_of(l, name);
    for (struct source *s = *row; s; s = s->next)
        if (strcmp(s->name, name) == 0)
            return s;
    struct source *made = calloc(1, sizeof *made + strlen(name) + 1);
    if (!made)
        return NULL;
    memcpy(made->name, name, strlen(name) + 1);
    made->next = *row;
    return *row = made;
}

static void source_drop(struct listener *l, struct source *s)
{
    if (!s || --s->connections > 0)
        return;
    struct source **at = row_of(l, s->name);
    while (*at != s)
        at = &(*at)->next;
    *at = s->next;
    free(s);
}

/* ---- strangers ---- */

static void stranger_add(struct conn *c)
{
    struct source *s = c->source;
    c->older = s->youngest;
    *(c->older ? &c->older->younger : &s->oldest) = c;
    s->youngest = c;
    s->strangers++;
}

void sources_no_stranger(struct conn *c)
{
    struct source *s = c->source;
    if (!s || (!c->older && !c->younger && s->oldest != c))
        return;
    *(c->older ? &c->older->younger : &s->oldest) = c->younger;
    *(c->younger ? &c->younger->older : &s->youngest) = c->older;
    c->older = c->younger = NULL;
    s->strangers--;
}

static struct source *with_most_strangers(struct listener *l)
{
    struct source *most = NULL;
    for (size_t i = 0; i < SOURCE_ROWS; i++)
        for (struct source *s = l->sources[i]; s; s = s->next)
            if (s->strangers &&
                (!most || s->strangers > most->strangers ||
                 (s->strangers == most->strangers && s->oldest->peer.serial < most->oldest->peer.serial)))
                most = s;
    return most;
}

/* Ends the connection of a stranger there: the oldest that waits for no answer of ours. One that does not take its answers waits for
 * none. False: there is no such. */
static bool displace_one(struct source *s)
{
    bool gone = false;
    int looks = 0;
    for (struct conn *c = s->oldest, *next; c && !gone && looks < LIMIT_LOOKS; c = next, looks++) {
        next = c->younger;
        pthread_mutex_lock(&c->lock);
        gone = !c->closed && (c->in_flight == 0 || c->first);
        if (gone)
            listener_displace(c);
        pthread_mutex_unlock(&c->lock);
    }
    return gone;
}

/* The same of whoever has most of them; where all of those are being answered, of anybody. */
static bool displace_any(struct listener *l)
{
    struct source *most = with_most_strangers(l);
    bool gone = most && displace_one(most);
    for (size_t i = 0; i < SOURCE_ROWS && most && !gone; i++)
        for (struct source *s = l->sources[i]; s && !gone; s = s->next)
            gone = s != most && displace_one(s);
    return gone;
}

/* ---- coming and going ---- */

static bool has_room(struct listener *l, const struct conn *c, struct source *s)
{
    const unsigned all = l->limits.connections,
                   share = c->peer.kind == PEER_IPC
                               ? l->limits.connections_per_uid
                               : (all + LIMIT_SHARE_CONNECTIONS - 1) / LIMIT_SHARE_CONNECTIONS,
                   kept = c->local ? 0 : all / LIMIT_SHARE_LOCAL;
    if (l->past.open >= (uint64_t)all - kept + LIMIT_LEAVING)
        return false;
    if (!c->local && s->leaving > LIMIT_LEAVING / LIMIT_SHARE_LEAVING)
        return false;
    if (!c->local && s->connections - s->leaving >= share && !displace_one(s))
        return false;
    return l->past.open - l->leaving < all - kept || displace_any(l);
}

bool sources_admit(struct listener *l, struct conn *c)
{
    struct source *s = source_get(l, c->peer.source);
    if (!s)
        return false;
    s->connections++; /* so that it stays while others go */
    s->leaving++;
    bool yes = has_room(l, c, s);
    s->leaving--;
    if (!yes) {
        source_drop(l, s);
        return false;
    }
    c->source = s;
    if (!c->local)
        stranger_add(c);
    return true;
}

void sources_forget(struct listener *l, struct conn *c)
{
    sources_no_stranger(c);
    if (c->displaced) {
        c->source->leaving--;
        l->leaving--;
    }
    source_drop(l, c->source);
    source_drop(l, c->person);
}

void sources_close(struct listener *l)
{
    for (size_t i = 0; i < SOURCE_ROWS; i++)
        while (l->sources[i]) {
            struct source *s = l->sources[i];
            l->sources[i] = s->next;
            free(s);
        }
}

/* ---- known ---- */

/* Both locks held. */
static void become_known(struct conn *c, struct source *person)
{
    person->connections++;
    c->person = person;
    sources_no_stranger(c);
    atomic_fetch_sub(&c->l->buffered_strangers, c->charged);
    atomic_store(&c->known, true);
}

bool listener_stranger(const struct listener_request *request)
{
    return !atomic_load_explicit(&request->conn->known, memory_order_relaxed);
}

void listener_known(struct listener_request *request, const char *who)
{
    struct conn *c = request->conn;
    struct listener *l = c->l;
    char name[80];
    if (!listener_stranger(request))
        return;
    (void)snprintf(name, sizeof name, "who %s", who);
    pthread_mutex_lock(&l->lock);
    struct source *person = source_get(l, name);
    if (person) {
        person->connections++;
        pthread_mutex_lock(&c->lock);
        if (!c->closed && !atomic_load(&c->known) && person->connections <= l->limits.person_connections)
            become_known(c, person);
        pthread_mutex_unlock(&c->lock);
        source_drop(l, person);
    }
    pthread_mutex_unlock(&l->lock);
}
