/* Versions of estimates: what was sent, and the rework of it that was not sent yet. */
#include "server/ops/document.h"
#include "common/party.h"

#define VERSIONS 20
#define SENDINGS 1000000

int64_t document_next_revision(const struct document *d)
{
    return (d->rework > d->revision ? d->rework : d->revision) + 1;
}

/* Nobody reads how often an estimate was sent from its revision: answers and reworks make revisions, too. */
static struct key version_key(const struct call *c, uint64_t document)
{
    struct key k = index_key(&c->txn, INDEX_VERSION_DOCUMENT);
    key_u64(&k, document);
    return k;
}

/* How many times it was sent under a revision up to that one. */
static enum err count_sent(struct call *c, const struct document *d, int64_t until, int64_t *sent)
{
    struct key k = version_key(c, d->id);
    struct list_range range = list_range(&k);
    size_t n = 0;
    range.last = k;
    key_u64(&range.last, (uint64_t)until);
    enum err e = record_count(&c->txn, &range, SENDINGS, &n);
    *sent = (int64_t)n - (d->rework && d->rework <= until ? 1 : 0); /* the rework was not sent */
    return e;
}

enum err document_editions(struct call *c, struct document *d)
{
    if (!doc_kind(d->kind)->versions) {
        d->edition = d->number && *d->number && d->state != DOC_DRAFT ? 1 : 0;
        return OK;
    }
    enum err e = count_sent(c, d, INT64_MAX, &d->edition);
    if (!e && !d->edition && d->sent)
        d->edition = 1; /* sent elsewhere: there is no version of it here */
    for (size_t i = 0; i < d->answers.n && !e; i++)
        e = count_sent(c, d, d->answers.v[i].revision, &d->answers.v[i].edition);
    return e;
}

static enum err load(struct call *c, uint64_t document, int64_t revision, struct version *v)
{
    struct key k = version_key(c, document);
    uint64_t id;
    enum err e = record_find(&c->txn, key_u64(&k, (uint64_t)revision), &id);
    if (!e)
        e = record_get(&c->txn, KIND_VERSION, id, v);
    return e;
}

/* The rework of an estimate that has one. */
static enum err load_rework(struct call *c, const struct document *d, struct version *v)
{
    enum err e = load(c, d->id, d->rework, v);
    return e == ERR_NOT_FOUND || (!e && !v->was) ? record_damaged(&c->txn, KIND_DOCUMENT, d->id) : e;
}

enum err document_version(struct call *c, uint64_t document, int64_t revision, struct version *v)
{
    struct version found;
    enum err e = load(c, document, revision, &found);
    if (e)
        return e;
    if (!found.at || !found.was) /* a rework is no version */
        return ERR_NOT_FOUND;
    const struct document of = {.id = document};
    e = document_finish(c, found.was);
    if (!e)
        e = count_sent(c, &of, revision, &found.edition);
    found.was->edition = found.edition;
    if (!e)
        *v = found;
    return e;
}

enum err document_version_sent(struct call *c, const struct document *d, int64_t edition, struct version *v)
{
    struct key k = version_key(c, d->id);
    struct id_list ids;
    enum err e = record_ids(&c->txn, &k, (size_t)edition, &ids);
    if (e || ids.n < (size_t)edition)
        return e ? e : ERR_NOT_FOUND;
    e = record_get(&c->txn, KIND_VERSION, ids.v[edition - 1], v);
    return e ? e : document_version(c, d->id, v->revision, v);
}

/* What a rework has of its own is its content; all else goes on with the estimate. */
static void live(const struct document *d, struct document *working)
{
    working->head = d->head;
    working->id = d->id;
    working->kind = d->kind;
    working->number = d->number;
    working->customer = d->customer;
    working->currency = d->currency;
    working->tax_per_line = d->tax_per_line;
    working->paid = d->paid;
    working->balance = d->balance;
    working->answers = d->answers;
    working->estimate = d->estimate;
    working->invoice = d->invoice;
    working->created = d->created;
    working->sent = d->sent;
    working->viewed = d->viewed;
    working->viewed_by = d->viewed_by;
    working->reason = d->reason;
    working->source = d->source;
    working->waiting = d->waiting;
    working->rework = d->rework;
}

enum err document_working(struct call *c, const struct document *d, struct document *working)
{
    struct version v;
    *working = *d;
    if (!d->rework)
        return OK;
    enum err e = load_rework(c, d, &v);
    if (e)
        return e;
    *working = *v.was;
    live(d, working);
    working->state = DOC_DRAFT;
    working->revision = d->rework;
    return OK;
}

/* Stores a version of a document; its answers stay with the document alone. */
static enum err put_version(struct call *c, uint64_t id, const struct document *d, int64_t at)
{
    struct document was = *d;
    struct version v = {
        .id = id, .document = d->id, .revision = d->revision, .at = at, .by = c->who.name, .was = &was};
    was.answers.n = 0;
    was.booked.n = 0;
    was.rework = 0;
    if (!at)
        party_strip(&was);
    enum err e = record_put(&c->txn, KIND_VERSION, &v);
    if (e == ERR_TOO_LARGE)
        return REFUSE(c, e, "lines", "that is more text than one document can hold: divide it");
    return e;
}

enum err document_keep_rework(struct call *c, struct document *d, struct document *working)
{
    struct version v = {.id = 0};
    enum err e = d->rework ? load_rework(c, d, &v) : OK;
    if (e)
        return e;
    working->state = DOC_DRAFT;
    working->revision = document_next_revision(d);
    e = put_version(c, v.id, working, 0);
    if (e)
        return e;
    d->rework = working->rework = working->revision;
    return document_put(c, d);
}

enum err document_drop_rework(struct call *c, struct document *d)
{
    struct version v;
    if (!d->rework)
        return OK;
    enum err e = load_rework(c, d, &v);
    if (!e)
        e = record_del(&c->txn, KIND_VERSION, v.id);
    if (!e)
        d->rework = 0;
    return e;
}

enum err document_moot_rework(struct call *c, struct document *d, const char *why)
{
    if (!d->rework)
        return OK;
    enum err e = document_drop_rework(c, d);
    return e ? e : document_event(c, d, WHAT_REWORK_DROPPED, false, why);
}

enum err document_keep_version(struct call *c, const struct document *d)
{
    return put_version(c, 0, d, c->now);
}

static bool was_sent(void *context, void *row)
{
    (void)context;
    const struct version *v = row;
    return v->at && v->was;
}

enum err document_versions(struct call *c, const struct document *d, struct version_list *versions)
{
    struct key k = version_key(c, d->id);
    struct list_range range = list_range(&k);
    struct id_list ids;
    versions->n = 0;
    enum err e = record_ids(&c->txn, &k, 2, &ids);
    if (e || ids.n < 2) /* the usual case: sent once at most, and nothing to decode */
        return e;
    struct record_list l = {.kind = KIND_VERSION,
                            .view = shape_version(),
                            .ranges = &range,
                            .n = 1,
                            .backward = true,
                            .limit = VERSIONS + 1,
                            .keep = was_sent};
    e = record_list(&c->txn, &l, &c->why);
    if (e)
        return e;
    bool all =
        d->rework && !call_by_customer(c); /* staff read the rework: what was sent last is another version */
    versions->v = l.rows;
    versions->n = l.count;
    if (!all && versions->n) {
        versions->v++;
        versions->n--;
    }
    if (versions->n > VERSIONS)
        versions->n = VERSIONS;
    int64_t sent = 0;
    e = count_sent(c, d, INT64_MAX, &sent);
    for (size_t i = 0; i < versions->n && !e; i++) {
        struct version *v = &versions->v[i];
        v->was->lines.n = 0;
        e = document_finish(c, v->was);
        v->edition = v->was->edition = sent - (int64_t)i - (all ? 0 : 1);
    }
    return e;
}
