#include "server/due/desk.h"
#include "data/engine/kv.h"
#include "server/core/daemon.h"
#include <stdlib.h>
#include <string.h>

static bool is_passed(const uint64_t *passed, size_t n, uint64_t id)
{
    for (size_t i = 0; i < n; i++)
        if (passed[i] == id)
            return true;
    return false;
}

void desk_begin(struct desk *d, struct desk_look *l)
{
    l->turn = d->turn;
    memcpy(l->hurry, d->hurry, sizeof l->hurry);
    memset(d->hurry, 0, sizeof d->hurry);
    l->passed = arena_copy(l->arena, d->passed, d->n_passed * sizeof *d->passed);
    l->n_passed = d->n_passed;
}

static enum err add_hurried(struct txn *t, struct desk_look *l)
{
    for (size_t i = 0; i < LIMIT_DUE_EACH; i++) {
        struct due due;
        enum err e = l->hurry[i] ? due_find(t, l->row->work, l->hurry[i], &due) : ERR_NOT_FOUND;
        if (e && e != ERR_NOT_FOUND)
            return e;
        if (!e && !due.gave_up)
            l->v[l->n++] = (struct desk_found){due.id, (uint64_t)due.whose, l->hurry[i], due.at};
    }
    return OK;
}

/* Is it a key of the desk, of whose turn it is or (`any`) of anybody up to `until`? */
static bool is_of(const struct kv_bytes *key, const struct key *prefix, bool any, uint64_t whose,
                  uint64_t until)
{
    if (key->size != prefix->size + 24 || memcmp(key->data, prefix->bytes, prefix->size) != 0)
        return false;
    uint64_t of = key_get_u64((const uint8_t *)key->data + prefix->size);
    return any ? of <= until : of == whose;
}

/* The first records of the next whose turn it is: one more than can be under way. Only their keys are read, and those that are passed over
 * take no place, so that what is damaged is in nobody's way. *any: there was such. */
static enum err add_one(struct kv_cursor *cursor, struct desk_look *l, const struct key *prefix,
                        uint64_t until, bool *any)
{
    struct kv_bytes key;
    struct key from = *prefix;
    uint64_t whose = 0;
    size_t n = 0;
    *any = false;
    key_u64(&from, l->turn);
    enum err e = kv_seek(cursor, from.bytes, from.size, false);
    for (; !e && n <= l->row->each && kv_at(cursor, &key, NULL) && is_of(&key, prefix, !*any, whose, until);
         *any = true) {
        const uint8_t *parts = (const uint8_t *)key.data + prefix->size;
        const uint64_t id = key_get_u64(parts + 16);
        whose = key_get_u64(parts);
        if (!is_passed(l->passed, l->n_passed, id)) {
            l->v[l->n++] = (struct desk_found){id, whose, 0, key_get_i64(parts + 8)};
            n++;
        }
        e = kv_step(cursor, false);
    }
    if (*any)
        l->turn = whose + 1;
    return e;
}

/* The same of everybody, in turn, up to DESK_LOOK of them. */
static enum err add_turns(struct kv_cursor *cursor, struct desk_look *l, const struct key *prefix,
                          uint64_t until, size_t *turns)
{
    bool any = true;
    enum err e = OK;
    for (; !e && any && *turns < DESK_LOOK; ++*turns)
        e = add_one(cursor, l, prefix, until, &any);
    l->more = !e && any;
    return e;
}

static enum err add_first(struct kv_txn *kv, struct desk_look *l)
{
    struct key prefix = index_key_all(INDEX_DUE_AT);
    struct kv_cursor *cursor = NULL;
    const uint64_t begin = l->turn;
    size_t turns = 0;
    key_u32(key_u8(&prefix, (uint8_t)l->row->work), l->business);
    enum err e = kv_cursor_open(kv, &cursor);
    if (!e)
        e = add_turns(cursor, l, &prefix, UINT64_MAX - 1, &turns);
    if (!e && !l->more && begin) {
        l->turn = 0;
        e = add_turns(cursor, l, &prefix, begin - 1, &turns);
    }
    kv_cursor_close(cursor);
    return e;
}

enum err desk_look(struct kv_txn *kv, void *arg)
{
    struct desk_look *l = arg;
    struct txn t = {.kv = kv, .arena = l->arena, .business = l->business};
    l->n = 0;
    l->more = false;
    enum err e = add_hurried(&t, l);
    return e ? e : add_first(kv, l);
}

/* LIMIT_DUE_EACH: it is not there. */
static size_t slot_of(const uint64_t slots[LIMIT_DUE_EACH], uint64_t value)
{
    size_t i = 0;
    while (i < LIMIT_DUE_EACH && slots[i] != value)
        i++;
    return i;
}

static bool among(const uint64_t slots[LIMIT_DUE_EACH], uint64_t value)
{
    return slot_of(slots, value) < LIMIT_DUE_EACH;
}

bool desk_hurry(struct desk *d, uint64_t about)
{
    size_t slot = slot_of(d->hurry, 0);
    bool room = slot < LIMIT_DUE_EACH && !among(d->hurry, about);
    if (room)
        d->hurry[slot] = about;
    return room;
}

static bool has_one(const struct desk *d, uint64_t whose)
{
    for (size_t i = 0; whose && i < LIMIT_DUE_EACH; i++)
        if (d->under_way[i] && d->whose[i] == whose)
            return true;
    return false;
}

static bool is_left(const struct desk *d, const struct desk_found *f)
{
    return !among(d->under_way, f->id) && !is_passed(d->passed, d->n_passed, f->id);
}

/* The first record that is due and not under way: of somebody who has none under way, if there is such. */
static const struct desk_found *first_of(const struct desk *d, const struct desk_look *l, int64_t now)
{
    const struct desk_found *other = NULL;
    for (size_t i = 0; i < l->n; i++) {
        const struct desk_found *f = &l->v[i];
        if (!is_left(d, f) || (!f->hurry && !due_is(l->row, f->at, now)))
            continue;
        if (!has_one(d, f->whose))
            return f;
        other = other ? other : f;
    }
    return other;
}

/* What waits besides: it is done in its turn, or the desk knows when to look again. */
static void note_others(struct desk *d, const struct desk_look *l, const struct desk_found *taken,
                        int64_t now)
{
    const int64_t tick = daemon_tick();
    for (size_t i = 0; i < l->n; i++) {
        const struct desk_found *f = &l->v[i];
        if (!is_left(d, f) || (taken && f->id == taken->id))
            continue;
        if (f->hurry)
            (void)desk_hurry(d, f->hurry);
        else if (tick + f->at - now < d->look)
            d->look = tick + f->at - now;
    }
    if (l->more && d->look > tick + LIMIT_DUE_WRITE_MS)
        d->look = tick + LIMIT_DUE_WRITE_MS;
}

uint64_t desk_take(struct desk *d, const struct desk_look *l, int64_t now, bool *hurried)
{
    const struct desk_found *taken = first_of(d, l, now);
    note_others(d, l, taken, now);
    d->turn = taken ? taken->whose + 1 : l->turn;
    if (!taken)
        return 0;
    size_t slot = slot_of(d->under_way, 0);
    d->under_way[slot] = taken->id;
    d->whose[slot] = taken->whose;
    *hurried = taken->hurry != 0;
    return taken->id;
}

/* False: there are too many, or there is no memory. */
static bool pass_over(struct desk *d, uint64_t id)
{
    if (is_passed(d->passed, d->n_passed, id))
        return true;
    if (d->n_passed == d->passed_capacity) {
        const size_t capacity = d->passed_capacity ? 2 * d->passed_capacity : 16;
        uint64_t *more =
            capacity > LIMIT_DUE_PASSED ? NULL : realloc(d->passed, capacity * sizeof *d->passed);
        if (!more)
            return false;
        d->passed = more;
        d->passed_capacity = capacity;
    }
    d->passed[d->n_passed++] = id;
    return true;
}

void desk_land(struct desk *d, const struct works_try *v, bool outdated)
{
    const int64_t tick = daemon_tick();
    d->under_way[slot_of(d->under_way, v->id)] = 0;
    d->look = 0;
    d->unread = v->unread;
    const bool stuck = v->lost && !pass_over(d, v->id);
    if (stuck) /* it would be tried over and over: what stands behind it goes on slowly */
        d->pause = tick + v->row->pause_most;
    if (outdated || stuck)
        return;
    if (d->troubles < v->w.due.tries)
        d->troubles = v->w.due.tries; /* from before a restart */
    d->troubles = v->w.trouble ? d->troubles + 1 : 0;
    if (v->w.trouble)
        d->pause = tick + due_pause(v->row, d->troubles, works_random());
    else if (v->w.next == DUE_REST)
        d->pause = d->news ? d->soon : v->row->every ? tick + v->row->every : DESK_NEVER;
    else
        d->pause = 0;
}

void desk_close(struct desk *d)
{
    free(d->passed);
}

bool desk_hurries(const struct desk *d)
{
    for (size_t i = 0; i < LIMIT_DUE_EACH; i++)
        if (d->hurry[i])
            return true;
    return false;
}
