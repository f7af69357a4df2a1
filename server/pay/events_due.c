/* What is done so that nothing that happens at a gateway goes unnoticed (server/due/works.def): its events are read, and what they name is asked
 * about. Nobody has to ask, and no word has to come in. Where events are missing (they are listed for thirty days) each payment that may have
 * news is asked about instead. */
#include "common/log.h"
#include "data/engine/kv.h"
#include "server/core/daemon.h"
#include "server/core/limits.h"
#include "server/due/due.h"
#include "server/ops/gateway_watch.h"
#include "server/ops/payment_gateway.h"
#include <string.h>

#define DAY_MS INT64_C(86400000) /* their clock may be that far from ours */

struct reading {
    const struct gateway_kind *kind;
    struct gateway gateway;
    struct gateway_seen mark;
    bool gap; /* not all that happened is listed */
    struct gateway_news_list list;
    struct gateway_found *found; /* of each of the list */
    size_t looks;
    bool more; /* than is looked at in one try */
};

/* Never read, or not for so long, or by a clock that was wrong. */
static bool is_gap(const struct gateway_seen *mark, int64_t now)
{
    return now - mark->at > LIMIT_EVENTS_BACK_MS || mark->at > now + DAY_MS;
}

static enum err load(struct txn *t, struct due_try *w)
{
    struct reading *r = arena_alloc(w->arena, sizeof *r);
    w->own = r;
    r->kind = gateway_numbered(w->due.about);
    enum err e =
        r->kind ? gateway_open(t, w->daemon->gateways, r->kind->name, &r->gateway) : (enum err)ERR_NOT_FOUND;
    const char *lacks = e ? "the gateway is not there" : gateway_lacks(r->kind, &r->gateway.settings);
    if (lacks) {
        w->next = DUE_AGAIN;
        w->said = arena_printf(w->arena, "not read: %s", lacks);
        return e == ERR_NOT_FOUND ? OK : e;
    }
    r->gateway.stop = &w->daemon->stopping;
    e = gateway_read_to(t, r->kind->name, &r->mark);
    r->gap = is_gap(&r->mark, w->now);
    if (r->gap)
        r->mark = (struct gateway_seen){
            .id = r->mark.id, .gateway = r->kind->name, .at = w->now - DAY_MS, .unasked = 1};
    return e;
}

/* --- reading -------------------------------------------------------------------------------------------------------------------- */
struct sieve {
    struct reading *reading;
    struct due_try *w;
};

static enum err drop_seen(struct kv_txn *kv, void *arg)
{
    const struct sieve *s = arg;
    struct gateway_news_list *list = &s->reading->list;
    struct txn t = {.kv = kv, .arena = s->w->arena, .business = s->w->business};
    size_t kept = 0;
    enum err e = OK;
    for (size_t i = 0; i < list->n && !e; i++) {
        bool seen;
        e = gateway_was_seen(&t, s->reading->kind->name, list->v[i].event, &seen);
        if (!e && !seen)
            list->v[kept++] = list->v[i];
    }
    if (!e)
        list->n = kept;
    return e;
}

/* What was found of the same thing a moment ago; NULL: nothing. */
static const struct gateway_found *found_before(const struct reading *r, size_t at)
{
    for (size_t i = at; i--;)
        if (r->list.v[i].about == r->list.v[at].about && strcmp(r->list.v[i].id, r->list.v[at].id) == 0)
            return &r->found[i];
    return NULL;
}

static enum err look(struct reading *r, struct due_try *w, char said[200])
{
    size_t n = r->list.n < LIMIT_EVENTS_STEP ? r->list.n : LIMIT_EVENTS_STEP, i = 0;
    enum err e = OK;
    r->found = arena_alloc(w->arena, (n + 1) * sizeof *r->found);
    for (; i < n && !e && r->looks < LIMIT_EVENTS_LOOKS; i++) {
        const struct gateway_found *before = found_before(r, i);
        if (r->list.v[i].about == ABOUT_CHARGE)
            continue;
        if (before) {
            r->found[i] = *before;
            continue;
        }
        e = gateway_look(&r->gateway, w->arena, &r->list.v[i], &r->found[i], said);
        r->looks++;
    }
    r->more = i < r->list.n;
    r->list.n = i;
    return e;
}

static void work(struct due_try *w)
{
    struct reading *r = w->own;
    char said[200] = "";
    const int64_t since = r->mark.at - LIMIT_EVENTS_BEHIND_MS;
    enum err e = gateway_news(&r->gateway, w->arena, since > 0 ? since : 0, &r->list, said);
    if (e == ERR_TOO_LARGE) { /* as if they were missing */
        r->gap = true;
        r->mark.at = w->now - LIMIT_EVENTS_BEHIND_MS;
        r->mark.unasked = 1;
        r->list.n = 0;
        return;
    }
    if (!e)
        e = kv_read(w->daemon->kv, drop_seen, &(struct sieve){r, w});
    if (!e)
        e = look(r, w, said);
    if (!e)
        return;
    w->next = atomic_load(&w->daemon->stopping) ? DUE_LEFT : DUE_AGAIN;
    w->said = arena_printf(w->arena, "%s", *said ? said : err_sentence(e));
    log_line(LOG_WARN, "events of a gateway can not be read", "business=%u code=%s", w->business,
             err_name(e));
}

/* --- writing -------------------------------------------------------------------------------------------------------------------- */
/* All that was looked at. *held: from when on something has to wait. */
static enum err hear(struct call *c, const struct reading *r, size_t *heard, int64_t *held)
{
    enum err e = OK;
    *heard = 0;
    *held = INT64_MAX;
    for (size_t i = 0; i < r->list.n && !e; i++) {
        const struct gateway_news *news = &r->list.v[i];
        bool later;
        e = gateway_heard(c, r->kind, news, &r->found[i], &later);
        if (!e && later && c->now - news->at < DAY_MS) {
            *held = news->at < *held ? news->at : *held;
            continue;
        }
        if (!e)
            e = gateway_note_seen(c, r->kind->name, news);
        ++*heard;
    }
    return e;
}

/* Up to where all was looked at. Nothing newer was there: up to as long ago as the two clocks may differ. */
static int64_t read_to(const struct reading *r, int64_t now, int64_t held)
{
    int64_t to = r->mark.at;
    for (size_t i = 0; i < r->list.n; i++)
        to = r->list.v[i].at > to ? r->list.v[i].at : to;
    if (!r->more && now - DAY_MS > to)
        to = now - DAY_MS;
    return held <= to ? held - 1 : to;
}

static enum err write(struct call *c, struct due_try *w)
{
    const struct reading *r = w->own;
    struct gateway_seen mark = r->mark;
    size_t heard;
    int64_t held;
    enum err e = hear(c, r, &heard, &held);
    mark.at = read_to(r, c->now, held);
    if (!e && mark.unasked)
        e = gateway_ask_some(c, r->kind, &mark.unasked);
    if (!e && (r->gap || mark.at != r->mark.at || mark.unasked != r->mark.unasked))
        e = record_put(&c->txn, KIND_GATEWAY_SEEN, &mark);
    if (!e)
        e = gateway_forget_seen(c, r->kind->name, mark.at - 2 * LIMIT_EVENTS_BEHIND_MS);
    w->next = r->more ? DUE_MORE : DUE_AGAIN;
    w->said = "nothing happened there of late";
    if (e || r->more || (!heard && !mark.unasked))
        return e;
    w->next = DUE_KEPT;
    return due_set(c, DUE_EVENTS, (uint64_t)r->kind->number,
                   c->now + (mark.unasked ? LIMIT_EVENTS_ROUND_MS : LIMIT_EVENTS_PAUSE_MS));
}

const struct due_doing events_due = {.load = load, .work = work, .write = write};
