#include "server/core/kept.h"
#include "data/engine/kv.h"
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

static pthread_key_t key;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void close_kept(void *kept)
{
    arena_close(((struct kept *)kept)->arena);
    free(((struct kept *)kept)->sessions);
    free(((struct kept *)kept)->bells);
    free(kept);
}
static void make_key(void)
{
    pthread_key_create(&key, close_kept);
}

struct kept *kept_mine(void)
{
    static _Thread_local struct kept *mine;
    if (mine)
        return mine;
    pthread_once(&once, make_key);
    mine = calloc(1, sizeof *mine);
    if (!mine)
        abort();
    mine->arena = arena_open();
    pthread_setspecific(key, mine);
    return mine;
}

static enum err read_business(struct call *c, struct kept *k, uint64_t marked)
{
    struct txn t = c->txn;
    t.arena = k->arena;
    k->marked = 0;
    k->offers = NULL;
    arena_reset(k->arena);
    enum err e = record_needed(&t, KIND_BUSINESS, t.business, &k->business);
    if (e)
        return e;
    k->marked = marked;
    k->number = t.business;
    return OK;
}

enum err kept_of(struct call *c, struct kept **kept)
{
    struct kept *k = c->kept;
    const uint64_t marked =
        k && c->txn.business ? kv_marked(c->txn.kv, record_mark(&c->txn, KIND_BUSINESS, 0)) : 0;
    *kept = NULL;
    if (!marked)
        return OK;
    if (k->marked != marked || k->number != c->txn.business) {
        if (c->kept_used) /* the call has entered another business, and may still hold what it has of the first */
            return OK;
        enum err e = read_business(c, k, marked);
        if (e)
            return e;
    }
    c->kept_used = true;
    *kept = k;
    return OK;
}

/* --- sessions: a place each by their token's mark; who comes to a place that is taken takes it over --------------------------------------------- */
#define SESSIONS 64
#define TEXTS 480 /* name, address and place of nearly everybody */

struct kept_session {
    uint64_t marked; /* 0: nobody's */
    uint32_t business;
    uint8_t token[SECRET_MARK];
    struct session session;
    char texts[TEXTS];
};

static void *places(void *there, size_t size)
{
    void *made = there ? there : calloc(SESSIONS, size);
    if (!made)
        abort();
    return made;
}

static struct kept_session *place_of(struct kept *k, const uint8_t token[SECRET_MARK])
{
    k->sessions = places(k->sessions, sizeof *k->sessions);
    return &k->sessions[token[0] % SESSIONS];
}

bool kept_session(struct call *c, const uint8_t token[SECRET_MARK], struct session *s)
{
    const struct kept_session *at = c->kept ? place_of(c->kept, token) : NULL;
    if (!at || !at->marked || memcmp(at->token, token, sizeof at->token) != 0)
        return false;
    const struct txn of = {.business = at->business};
    if (kv_marked(c->txn.kv, record_mark(&of, KIND_SESSION, at->session.id)) != at->marked)
        return false;
    call_enter(c, at->business);
    *s = at->session;
    return true;
}

static bool keep_text(struct kept_session *at, size_t *used, const char **text)
{
    const size_t size = *text ? strlen(*text) + 1 : 0;
    if (size > TEXTS - *used)
        return false;
    if (*text)
        *text = memcpy(at->texts + *used, *text, size);
    *used += size;
    return true;
}

void kept_session_keep(struct call *c, const uint8_t token[SECRET_MARK], uint64_t marked,
                       const struct session *s)
{
    struct kept_session *at = c->kept && marked ? place_of(c->kept, token) : NULL;
    size_t used = 0;
    if (!at)
        return;
    *at = (struct kept_session){.business = c->txn.business, .session = *s};
    memcpy(at->token, token, sizeof at->token);
    struct session *to = &at->session;
    to->hash = (struct bytes){NULL, 0}; /* it was compared */
    const bool all = !s->head.extra_size && keep_text(at, &used, &to->name) &&
                     keep_text(at, &used, &to->email) && keep_text(at, &used, &to->place);
    at->marked = all ? marked : 0;
}

/* --- bells --------------------------------------------------------------------------------------------------------------------- */
struct kept_bell {
    uint64_t seen, rings; /* kv_marked of the bell, and of what rings it; 0: nobody's */
    uint64_t bell;
    uint32_t business;
    int64_t unread;
};

enum err kept_unread(struct call *c, uint64_t bell, uint64_t customer,
                     enum err (*count)(struct call *c, int64_t *unread), int64_t *unread)
{
    const struct kept_bell now = {.seen = kv_marked(c->txn.kv, record_mark(&c->txn, KIND_BELL, bell)),
                                  .rings = kv_marked(c->txn.kv, record_mark(&c->txn, KIND_EVENT, customer)),
                                  .bell = bell,
                                  .business = c->txn.business};
    if (!c->kept || !now.seen || !now.rings)
        return count(c, unread);
    c->kept->bells = places(c->kept->bells, sizeof *c->kept->bells);
    struct kept_bell *at = &c->kept->bells[(bell ^ bell >> 6) % SESSIONS];
    if (at->seen != now.seen || at->rings != now.rings || at->bell != bell || at->business != now.business) {
        enum err e = count(c, unread);
        if (e)
            return e;
        *at = now;
        at->unread = *unread;
    }
    *unread = at->unread;
    return OK;
}
