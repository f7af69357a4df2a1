/* Is the log whole? Each event is compared with the link that the one before it bears, so that every place where something
 * was changed is found by itself. */
#include "data/chain.h"
#include "common/codec.h"
#include "common/seal.h"
#include "data/engine/kv.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

struct walking {
    struct chain_walk *out;
    struct txn *t;
    struct arena *arena;     /* of one event */
    uint8_t link[SEAL_LINK]; /* that the event before bears */
    bool known;              /* there is such a link: the event before is there and could be read */
};

static void say(struct walking *w, uint64_t event, const char *text)
{
    w->out->problem(w->out->context, event, text);
}

static void missing(struct walking *w, uint64_t from, uint64_t to)
{
    char text[120];
    if (from == to)
        snprintf(text, sizeof text, "missing: it was removed");
    else
        snprintf(text, sizeof text, "missing: the events %" PRIu64 " to %" PRIu64 " were removed", from, to);
    say(w, from, text);
    w->known = false;
}

/* Is it stored just as it is written? Whatever reads the same and is not the same was changed too. */
static bool as_written(const struct event *e, const struct kv_bytes *value)
{
    struct buf packed;
    buf_init(&packed, KV_VALUE_MAX);
    codec_pack(&packed, shape_event(), e, CODEC_STORE);
    bool same = packed.size == value->size && memcmp(packed.data, value->data, packed.size) == 0;
    buf_fini(&packed);
    return same;
}

static void compare(struct walking *w, uint64_t number, const struct kv_bytes *value)
{
    struct event e;
    uint8_t link[SEAL_LINK];
    char text[120];
    if (codec_load(w->arena, shape_event(), value->data, value->size, &e) != OK) {
        say(w, number, "changed: it can not be read");
        w->known = false;
        return;
    }
    seal_link(link, w->link, w->t->business, &e);
    bool linked = e.chain.size == SEAL_LINK;
    if (e.id != number) {
        snprintf(text, sizeof text, "out of order: event %" PRIu64 " stands in its place", e.id);
        say(w, number, text);
    } else if (!linked) {
        say(w, number, "changed: it has no link to the event before");
    } else if (w->known && memcmp(link, e.chain.data, SEAL_LINK) != 0) {
        say(w, number, "changed: its link does not fit it and the event before");
    } else if (!as_written(&e, value)) {
        say(w, number, "changed: it is not stored as it was written");
    }
    w->known = linked && e.id == number;
    if (linked)
        memcpy(w->link, e.chain.data, SEAL_LINK);
}

static enum err walk_events(struct walking *w)
{
    struct key k = record_key(w->t, KIND_EVENT);
    struct kv_cursor *cursor = NULL;
    struct kv_bytes key, value;
    enum err e = kv_cursor_open(w->t->kv, &cursor);
    if (!e)
        e = kv_seek(cursor, k.bytes, k.size, false);
    for (; (!e || e == ERR_DAMAGED) && kv_at(cursor, &key, &value) && key.size >= k.size &&
           memcmp(key.data, k.bytes, k.size) == 0;
         e = kv_step(cursor, false)) { /* one that is not as it was written has an empty value */
        uint64_t number = key.size == k.size + 8 ? key_get_u64((const uint8_t *)key.data + k.size) : 0;
        arena_reset(w->arena);
        if (!number) {
            say(w, w->out->last, "after it stands something that is no event");
            continue;
        }
        if (number != w->out->last + 1)
            missing(w, w->out->last + 1, number - 1);
        compare(w, number, &value);
        w->out->events++;
        w->out->last = number;
    }
    kv_cursor_close(cursor);
    return e == ERR_DAMAGED ? OK : e; /* it is what follows the log */
}

static void compare_end(struct walking *w, const struct audit *head, uint64_t given)
{
    char text[120];
    uint64_t last = w->out->last, stated = (uint64_t)head->event;
    if (given > last || stated > last) {
        snprintf(text, sizeof text, "cut off: the log ends here, and there was an event %" PRIu64,
                 given > stated ? given : stated);
        say(w, last, text);
    } else if (given < last) {
        say(w, last, "forged: that number was never given to an event");
    }
    if (stated < last)
        say(w, last, "forged: it comes after the head of the log");
    else if (stated == last && last && w->known &&
             (head->chain.size != SEAL_LINK || memcmp(head->chain.data, w->link, SEAL_LINK) != 0))
        say(w, last, "changed: its link is not that of the log's head");
}

enum err chain_walk(struct txn *t, struct chain_walk *walk)
{
    struct walking w = {.out = walk, .t = t, .arena = arena_open(), .known = true};
    struct audit head = {.event = 0};
    uint64_t given;
    walk->events = walk->last = 0;
    enum err e = walk_events(&w);
    if (!e)
        e = record_last_id(t, KIND_EVENT, &given);
    if (!e) {
        e = record_get(t, KIND_AUDIT, CHAIN_HEAD, &head);
        if ((e == ERR_NOT_FOUND && given) || e == ERR_DAMAGED)
            say(&w, walk->last, "the head of the log is missing or can not be read");
        else if (e == OK || e == ERR_NOT_FOUND)
            compare_end(&w, &head, given);
        if (e == ERR_NOT_FOUND || e == ERR_DAMAGED)
            e = OK;
    }
    arena_close(w.arena);
    return e;
}
