/* Who has how many connections, and whose goes when there are too many. Whoever comes is let in as long as a stranger's connection
 * can go for it: first the oldest one of whoever has most of them in the network that has most. So those who only said hello keep out
 * nobody, from however many addresses, and who has shown a session or token is never the one to go. */
#include "server/door/listener_inside.h"
#include "server/core/limits.h"
#include "server/core/secret.h"
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
static struct source *row_get(struct listener *l, const char *name)
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

static void row_drop(struct listener *l, struct source *s)
{
    if (!s || --s->connections > 0)
        return;
    struct source **at = row_of(l, s->name);
    while (*at != s)
        at = &(*at)->next;
    *at = s->next;
    free(s);
}

/* A connection more of that source and its network; NULL: no memory. */
static struct source *source_get(struct listener *l, const char *name)
{
    char network[SOURCE_ROOM], in[SOURCE_ROOM + 3];
    struct source *s = row_get(l, name);
    if (!s)
        return NULL;
    s->connections++;
    source_network(network, name);
    (void)snprintf(in, sizeof in, "in %s", network);
    if (!s->network)
        s->network = row_get(l, in);
    if (!s->network) {
        row_drop(l, s);
        return NULL;
    }
    s->network->connections++;
    return s;
}

static void source_drop(struct listener *l, struct source *s)
{
    if (!s)
        return;
    row_drop(l, s->network);
    row_drop(l, s);
}

/* ---- strangers ---- */

static void stranger_add(struct conn *c)
{
    struct source *s = c->source;
    c->older = s->youngest;
    *(c->older ? &c->older->younger : &s->oldest) = c;
    s->youngest = c;
    s->strangers++;
    s->network->strangers++;
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
    s->network->strangers--;
}

/* Both have some. */
static bool more_strangers(const struct source *a, const struct source *b)
{
    if (a->network->strangers != b->network->strangers)
        return a->network->strangers > b->network->strangers;
    if (a->strangers != b->strangers)
        return a->strangers > b->strangers;
    return a->oldest->peer.serial < b->oldest->peer.serial;
}

static struct source *with_most_strangers(struct listener *l)
{
    struct source *most = NULL;
    for (size_t i = 0; i < SOURCE_ROWS; i++)
        for (struct source *s = l->sources[i]; s; s = s->next)
            if (s->oldest && (!most || more_strangers(s, most)))
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
    if (c->person)
        c->source->network->known--;
    source_drop(l, c->source);
    row_drop(l, c->person);
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
    c->source->network->known++;
    sources_no_stranger(c);
    atomic_fetch_sub(&c->l->buffered_strangers, c->charged);
    atomic_store(&c->known, true);
}

/* Listener's lock held. Of one person, and of one network, only so many are: the others are served as a stranger's, and go when somebody
 * else needs the place. */
static bool may_be_known(const struct conn *c, const struct source *person)
{
    const struct listener_limits *most = &c->l->limits;
    return person->connections <= most->person_connections &&
           c->source->network->known < most->connections / LIMIT_SHARE_NETWORK;
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
    struct source *person = row_get(l, name);
    if (person) {
        person->connections++;
        pthread_mutex_lock(&c->lock);
        if (!c->closed && !atomic_load(&c->known) && may_be_known(c, person))
            become_known(c, person);
        pthread_mutex_unlock(&c->lock);
        row_drop(l, person);
    }
    pthread_mutex_unlock(&l->lock);
}
