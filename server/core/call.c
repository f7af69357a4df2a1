#include "server/core/call.h"
#include "data/engine/kv.h"
#include "common/date.h"
#include "common/log.h"
#include "common/text.h"
#include "common/zone.h"
#include "data/store.h"
#include "server/core/kept.h"
#include "server/core/secret.h"
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#define CALL_DRAWS \
    0x64726177u /* the stretches of call_draw: apart from those that others number by themselves */

bool call_by_customer(const struct call *c)
{
    return c->who.role == ROLE_CUSTOMER;
}

int call_own_side(const struct call *c)
{
    return call_by_customer(c) ? SIDE_CUSTOMER : SIDE_STAFF;
}

void call_enter(struct call *c, uint32_t business)
{
    c->txn.business = business;
    c->business = NULL;
    c->today = 0;
}

enum err call_portal(struct call *c, const char *portal)
{
    uint32_t business;
    enum err e = store_portal(c->txn.kv, portal, &business);
    if (!e)
        call_enter(c, business);
    return e;
}

static enum err books_day(void *context, struct books_day *day)
{
    struct call *c = context;
    const struct business *b;
    int32_t today;
    enum err e = call_today(c, &today);
    if (!e)
        e = call_business(c, &b);
    if (!e)
        *day = (struct books_day){.at = c->now,
                                  .today = today,
                                  .closed = b->closed_until,
                                  .brought = c->op && strncmp(c->op->name, "import.", 7) == 0};
    return e;
}

void call_books(struct call *c)
{
    c->books = (struct books){books_day, c};
    c->txn.books = &c->books;
}

bool call_portal_name(const char *name)
{
    return store_portal_name(name);
}

enum err call_found(struct call *c, const char *portal)
{
    uint32_t business;
    enum err e = store_portal(c->txn.kv, portal, &business);
    if (e != ERR_NOT_FOUND)
        return e ? e : REFUSE(c, ERR_PORTAL_NAME_TAKEN, "portal", "another business has that portal name");
    e = store_next_business(c->txn.kv, &business);
    if (!e)
        e = store_portal_set(c->txn.kv, NULL, portal, business);
    if (!e)
        call_enter(c, business);
    return e;
}

enum err call_rename_portal(struct call *c, const char *old, const char *name)
{
    if (!store_portal_name(name))
        return REFUSE(c, ERR_INVALID, "business.portal",
                      "2 to 40 lower-case letters, digits and hyphens, beginning with a letter");
    enum err e = store_portal_set(c->txn.kv, old, name, c->txn.business);
    if (e == ERR_PORTAL_NAME_TAKEN)
        return REFUSE(c, e, "business.portal", "another business has the portal name %s", name);
    return e;
}

enum err call_business(struct call *c, const struct business **business)
{
    struct kept *kept = NULL;
    struct business *b;
    enum err e = c->business ? OK : kept_of(c, &kept);
    if (kept) {
        c->business = &kept->business;
    } else if (!e && !c->business) {
        b = arena_alloc(c->arena, sizeof *b);
        e = record_needed(&c->txn, KIND_BUSINESS, c->txn.business, b);
        if (!e)
            c->business = b;
    }
    if (!e)
        *business = c->business;
    return e;
}

enum err call_generation(struct txn *t, int64_t *generation)
{
    struct business_generation b;
    enum err e = record_needed_view(t, KIND_BUSINESS, t->business, shape_business_generation(), &b);
    if (!e)
        *generation = b.generation;
    return e;
}

struct nested {
    struct call *c;
    enum err (*fn)(struct call *c, void *arg);
    void *arg;
};

static enum err run_nested(struct kv_txn *kv, void *arg)
{
    const struct nested *n = arg;
    struct kv_txn *outer = n->c->txn.kv;
    n->c->txn.kv = kv;
    enum err e = n->fn(n->c, n->arg);
    n->c->txn.kv = outer;
    return e;
}

enum err call_nested(struct call *c, enum err (*fn)(struct call *c, void *arg), void *arg)
{
    struct nested n = {c, fn, arg};
    return kv_nested(c->txn.kv, run_nested, &n);
}

enum err call_today(struct call *c, int32_t *day)
{
    if (!c->today) {
        const struct business *b;
        enum err e = call_business(c, &b);
        if (e)
            return e;
        static atomic_flag said = ATOMIC_FLAG_INIT;
        if (!zone_known(b->time_zone) && !atomic_flag_test_and_set(&said))
            log_line(LOG_WARN, "the time zone of a business is not known here: its days are those of UTC",
                     "zone=%s", b->time_zone ? b->time_zone : "");
        c->today = zone_day(b->time_zone, c->now);
    }
    *day = c->today;
    return OK;
}

void call_refused(struct call *c, const char *account, const char *what, const char *from)
{
    size_t used;
    c->refused.account = arena_text(c->arena, account, text_fit(account, 80, &used));
    c->refused.what = what;
    c->refused.place = call_place(c, from);
}

static void follow(struct call *c, enum follow_what what, uint64_t id, uint64_t before, const char *text)
{
    const size_t n = c->n_follows;
    if ((n & (n - 1)) == 0) { /* full: twice as many */
        struct follow *more = arena_alloc(c->arena, (n ? n * 2 : 1) * sizeof *more);
        if (n)
            memcpy(more, c->follows, n * sizeof *more);
        c->follows = more;
    }
    c->follows[c->n_follows++] = (struct follow){.what = what, .id = id, .before = before, .text = text};
}

void call_follow(struct call *c, enum follow_what what, uint64_t id)
{
    follow(c, what, id, 0, NULL);
}

void call_follow_text(struct call *c, enum follow_what what, const char *text)
{
    follow(c, what, 0, 0, text);
}

void call_follow_tied(struct call *c, uint64_t id, uint64_t before)
{
    follow(c, FOLLOW_TIED, id, before, NULL);
}

void call_draw(struct call *c, void *out, size_t size)
{
    secret_stretch(out, size, c->random, CALL_DRAWS + c->drawn++);
}

/* Who does something by asking for it. */
static int side_of(const struct call *c)
{
    if (c->who.machine)
        return SIDE_MACHINE;
    if (call_by_customer(c))
        return SIDE_CUSTOMER;
    return c->who.role && c->who.role != ROLE_OPERATOR ? SIDE_STAFF : SIDE_SYSTEM;
}

/* Most writers have it at hand; for the others it is looked up. */
static enum err name_customer(struct call *c, struct event *e)
{
    struct customer_row row;
    if (!e->customer || e->customer_name)
        return OK;
    enum err err = record_view(&c->txn, KIND_CUSTOMER, e->customer, shape_customer_row(), &row);
    if (!err)
        e->customer_name = row.name;
    return err == ERR_NOT_FOUND ? OK : err;
}

enum err call_event(struct call *c, struct event *e)
{
    enum err err = name_customer(c, e);
    if (err)
        return err;
    e->id = 0;
    e->at = c->now;
    if (!e->side) {
        e->side = side_of(c);
        e->actor = (int64_t)(c->who.machine ? c->who.machine : c->who.person);
        e->name = c->who.role == ROLE_OPERATOR && !c->who.name ? "operator" : c->who.name;
    }
    e->place = c->who.place;
    return record_put(&c->txn, KIND_EVENT, e);
}

enum err call_end_session(struct call *c, uint64_t id)
{
    call_follow(c, FOLLOW_ENDED, id);
    return record_del(&c->txn, KIND_SESSION, id);
}

enum err call_end_sessions(struct call *c, int side, uint64_t person, uint64_t except)
{
    struct key k = index_key(&c->txn, INDEX_SESSION_PERSON);
    struct id_list ids;
    key_u64(key_u8(&k, (uint8_t)side), person);
    enum err e = record_ids(&c->txn, &k, 1000, &ids);
    for (size_t i = 0; i < ids.n && !e; i++)
        if (ids.v[i] != except)
            e = call_end_session(c, ids.v[i]);
    return e;
}

uint64_t call_bell(const struct call *c)
{
    return c->who.person * 2 + (call_by_customer(c) ? 0 : 1);
}

static enum err count_unread(struct call *c, int64_t *unread)
{
    struct bell bell = {.seen = 0};
    enum err e = record_get(&c->txn, KIND_BELL, call_bell(c), &bell);
    if (e && e != ERR_NOT_FOUND)
        return e;
    bool customer = call_by_customer(c);
    struct key k = index_key(&c->txn, customer ? INDEX_EVENT_RING : INDEX_EVENT_BELL);
    if (customer)
        key_u64(&k, c->who.customer);
    struct list_range range = list_range(&k);
    range.first = k;
    key_u64(&range.first, (uint64_t)bell.seen + 1);
    size_t n;
    e = record_count(&c->txn, &range, 100, &n);
    if (!e)
        *unread = (int64_t)n;
    return e;
}

enum err call_unread(struct call *c, int64_t *unread, int64_t *last)
{
    uint64_t newest;
    enum err e = record_last_id(&c->txn, KIND_EVENT, &newest);
    if (e)
        return e;
    *unread = 0;
    *last = (int64_t)newest;
    if (c->who.document) /* it has no bell */
        return OK;
    return kept_unread(c, call_bell(c), call_by_customer(c) ? c->who.customer : 0, count_unread, unread);
}

const char *call_folded(struct call *c, const char *search)
{
    if (!search || !*search)
        return NULL;
    const char *folded = text_fold(c->arena, search);
    while (*folded == ' ')
        folded++;
    return *folded ? folded : NULL;
}

size_t call_limit(int64_t given)
{
    return given > 0 ? (size_t)given : 25;
}
