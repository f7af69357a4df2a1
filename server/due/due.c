#include "server/due/due.h"
#include "server/core/limits.h"

#define TOLD_MOST 100 /* counted; of more it is said that they are */

static const struct due_kind rows[] = {
#define DUE(symbol, number, name, most, each, pause, pause_most, every, doing, help) \
    {number, name, most, each, pause, pause_most, every, &doing, help},
#include "server/due/works.def"
#undef DUE
};

const struct due_kind *due_kinds(size_t *n)
{
    *n = sizeof rows / sizeof *rows;
    return rows;
}

const struct due_kind *due_kind(int64_t work)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (rows[i].work == work)
            return &rows[i];
    return NULL;
}

static enum err find(struct txn *t, int64_t work, uint64_t about, uint64_t *id)
{
    struct key k = index_key(t, INDEX_DUE_ABOUT);
    key_u64(key_u8(&k, (uint8_t)work), about);
    return record_find(t, &k, id);
}

enum err due_find(struct txn *t, int work, uint64_t about, struct due *out)
{
    uint64_t id;
    enum err e = find(t, work, about, &id);
    return e ? e : record_get(t, KIND_DUE, id, out);
}

/* Once for each work: an import or an invitation of all queues hundreds of mails. */
static void wake(struct call *c, enum follow_what what, int64_t work)
{
    for (size_t i = 0; i < c->n_follows; i++)
        if (c->follows[i].what == what && c->follows[i].id == (uint64_t)work)
            return;
    call_follow(c, what, (uint64_t)work);
}

void due_now(struct call *c, enum due_work work)
{
    wake(c, FOLLOW_DUE_NOW, work);
}

enum err due_put(struct call *c, const struct due *work)
{
    struct due w = *work;
    enum err e = find(&c->txn, w.work, (uint64_t)w.about, &w.id);
    if (e == ERR_NOT_FOUND)
        w.id = 0;
    else if (e)
        return e;
    wake(c, FOLLOW_DUE, w.work);
    return record_put(&c->txn, KIND_DUE, &w);
}

enum err due_set(struct call *c, enum due_work work, uint64_t about, int64_t at)
{
    const struct due w = {.work = work, .about = (int64_t)about, .at = at, .since = c->now};
    return due_put(c, &w);
}

enum err due_drop(struct call *c, enum due_work work, uint64_t about)
{
    uint64_t id;
    enum err e = find(&c->txn, work, about, &id);
    if (!e)
        e = record_del(&c->txn, KIND_DUE, id);
    return e == ERR_NOT_FOUND ? OK : e;
}

/* --- what staff have to know ------------------------------------------------------------------------------------------------- */
static enum err count_given_up(struct call *c, size_t *n)
{
    struct key k = index_key(&c->txn, INDEX_DUE_LIST);
    const struct list_range range = list_range(key_u8(&k, 0));
    return record_count(&c->txn, &range, TOLD_MOST + 1, n);
}

/* Between the numbers of the rows, which ascend. */
static enum err count_unknown(struct call *c, size_t *n)
{
    const size_t count = sizeof rows / sizeof *rows;
    enum err e = OK;
    *n = 0;
    for (size_t i = 0; i <= count && !e && *n <= TOLD_MOST; i++) {
        const int from = i ? rows[i - 1].work + 1 : 0, until = i < count ? rows[i].work - 1 : UINT8_MAX;
        struct key k = index_key(&c->txn, INDEX_DUE_ABOUT);
        struct list_range range = list_range(&k);
        size_t some = 0;
        if (from > until)
            continue;
        range.first = range.last = k;
        key_u8(&range.first, (uint8_t)from);
        key_u8(&range.last, (uint8_t)until);
        e = record_count(&c->txn, &range, TOLD_MOST + 1, &some);
        *n += some;
    }
    return e;
}

static const char *tell(struct call *c, const char *before, size_t n, const char *one, const char *many)
{
    if (!n)
        return before;
    const char *comma = *before ? ", " : "";
    return n > TOLD_MOST ? arena_printf(c->arena, "%s%sat least %d %s", before, comma, TOLD_MOST, many)
                         : arena_printf(c->arena, "%s%s%zu %s", before, comma, n, n == 1 ? one : many);
}

enum err due_trouble(struct call *c, const char **said)
{
    bool foreign;
    size_t given_up, unknown = 0;
    const size_t unread = call_unread_work(c, &foreign);
    enum err e = count_given_up(c, &given_up);
    if (!e && foreign)
        e = count_unknown(c, &unknown);
    if (e)
        return e;
    const char *text = tell(c, "", given_up, "was given up", "were given up");
    text = tell(c, text, unknown, "only a newer program knows", "only a newer program knows");
    text = tell(c, text, unread, "can not be read", "can not be read");
    *said = *text ? text : NULL;
    return OK;
}

int64_t due_pause(const struct due_kind *row, int64_t tries, uint32_t random)
{
    int64_t pause = row->pause;
    while (--tries > 0 && pause < row->pause_most)
        pause *= 2;
    if (pause > row->pause_most)
        pause = row->pause_most;
    return pause - pause / 5 + (int64_t)random % (2 * pause / 5 + 1);
}

bool due_is(const struct due_kind *row, int64_t at, int64_t now)
{
    return at <= now || at - now > row->pause_most + row->pause_most / 5;
}
