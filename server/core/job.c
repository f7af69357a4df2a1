#include "server/core/cursor.h"
#include "server/core/job.h"
#include "common/log.h"
#include "common/mp.h"
#include "data/engine/kv.h"
#include "data/store.h"
#include "server/door/allowance.h"
#include "server/door/auth.h"
#include "server/core/kept.h"
#include "server/core/limits.h"
#include "server/ops/session_open.h"
#include "server/core/owner.h"
#include "server/core/request_days.h"
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct job *job_open(struct daemon *d)
{
    struct job *j = calloc(1, sizeof *j);
    if (!j)
        abort();
    j->daemon = d;
    j->arena = arena_open();
    j->run = arena_open();
    buf_init(&j->answer, LIMIT_ANSWER);
    return j;
}

void job_close(struct job *j)
{
    if (!j)
        return;
    arena_close(j->arena);
    arena_close(j->run);
    buf_fini(&j->answer);
    free(j);
}

void job_reset(struct job *j)
{
    struct job kept = {.daemon = j->daemon, .arena = j->arena, .run = j->run, .answer = j->answer};
    arena_reset(j->arena);
    arena_reset(j->run);
    buf_clear(&kept.answer);
    *j = kept;
}

/* --- reading ----------------------------------------------------------------------------------------------------------- */
struct envelope {
    int64_t version;
    struct mp_item op, token, id;
    const uint8_t *args;
    size_t args_size;
};

static enum err bad(struct job *j, const char *field, const char *detail)
{
    return refuse(&j->why, ERR_INVALID, field, "%s", detail);
}

static enum err read_part(struct job *j, struct mp *m, const struct mp_item *key, struct envelope *e)
{
    struct mp_item item;
    const uint8_t *start = m->at;
    bool is_args = key->size == 4 && !memcmp(key->data, "args", 4);
    if (is_args ? !mp_skip(m) : !mp_next(m, &item))
        return ERR_MALFORMED;
    if (is_args) {
        e->args = start;
        e->args_size = (size_t)(m->at - start);
    } else if (key->size == 1 && key->data[0] == 'v') {
        if (!mp_int64(&item, &e->version))
            return bad(j, "v", "must be 1");
    } else if (key->size == 2 && !memcmp(key->data, "op", 2)) {
        e->op = item;
    } else if (key->size == 5 && !memcmp(key->data, "token", 5)) {
        e->token = item;
    } else if (key->size == 2 && !memcmp(key->data, "id", 2)) {
        e->id = item;
    } else {
        return bad(j, "", "an envelope has v, op, token, id, args and nothing else");
    }
    return OK;
}

static enum err read_envelope(struct job *j, const uint8_t *body, size_t size, struct envelope *env)
{
    struct mp m = {body, body + size};
    struct mp_item map, key;
    enum err e = mp_scan(body, size, &j->why);
    if (e)
        return e;
    if (!mp_next(&m, &map) || map.type != MP_MAP)
        return refuse(&j->why, ERR_MALFORMED, "", "a request is a map");
    *env = (struct envelope){.op = {.type = MP_NIL}, .token = {.type = MP_NIL}, .id = {.type = MP_NIL}};
    for (uint32_t i = 0; i < map.count; i++) {
        if (!mp_next(&m, &key))
            return ERR_MALFORMED;
        if (key.type != MP_STR)
            return bad(j, "", "an envelope has v, op, token, id, args and nothing else");
        e = read_part(j, &m, &key, env);
        if (e)
            return e;
    }
    return env->version == PROTOCOL_VERSION ? OK : bad(j, "v", "must be 1");
}

static enum err read_identity(struct job *j, const struct envelope *env)
{
    if (env->op.type != MP_STR || !(j->op = op_find((const char *)env->op.data, env->op.size)))
        return refuse(&j->why, ERR_UNKNOWN_OP, "op",
                      "there is no such operation; system.describe lists them");
    if (env->token.type == MP_STR) {
        j->token = env->token.data;
        j->token_size = env->token.size;
    } else if (env->token.type != MP_NIL) {
        return bad(j, "token", "must be text");
    }
    if (env->id.type == MP_BIN && env->id.size == sizeof j->id) {
        memcpy(j->id, env->id.data, sizeof j->id);
        j->has_id = true;
    } else if (env->id.type != MP_NIL) {
        return bad(j, "id", "must be 16 bytes");
    }
    bool write = j->op->mode == OP_WRITE || j->op->mode == OP_SLOW;
    if (write && !j->has_id && !(j->op->who & BY_PUBLIC))
        return bad(j, "id", "a write takes a request id: 16 random bytes, the same when it is sent again");
    return OK;
}

/* What a request id stands for: the operation and its arguments, but for secrets, which no digest of ours may betray. */
static void digest_request(struct job *j)
{
    struct buf b;
    buf_init(&b, LIMIT_FRAME * 2);
    codec_pack(&b, j->op->in(), j->in, CODEC_DIGEST);
    codec_text(&b, j->op->name);
    for (size_t i = 0; i < j->names.n; i++)
        codec_text(&b, j->names.v[i].name);
    secret_digest(j->digest, j->daemon->key, b.data, b.size);
    buf_fini(&b);
}

static bool has_secret(const struct shape *shape)
{
    bool any = false;
    for (size_t i = 0; i < shape->n && !any; i++) {
        const struct field *f = &shape->fields[i];
        any = f->type == FIELD_SECRET ||
              ((f->type == FIELD_SHAPE || f->type == FIELD_LIST) && has_secret(f->shape()));
    }
    return any;
}

/* Is a secret among its arguments, at any depth? Looked up once for each operation. */
static bool takes_secret(const struct op *op)
{
    enum { UNKNOWN, NO, YES };
    static atomic_uchar known[OP_COUNT];
    atomic_uchar *of = &known[op_number(op)];
    unsigned char is = atomic_load_explicit(of, memory_order_relaxed);
    if (is == UNKNOWN) {
        is = has_secret(op->in()) ? YES : NO;
        atomic_store_explicit(of, is, memory_order_relaxed);
    }
    return is == YES;
}

/* Does it take or give what nobody may find in memory afterwards? */
static bool is_secret(const struct op *op)
{
    return op->who & (BY_PUBLIC | SHOWN_ONCE) || takes_secret(op);
}

enum err job_read(struct job *j, const struct peer *peer, const uint8_t *body, size_t size)
{
    static const uint8_t nothing[] = {0x80};
    struct envelope env;
    j->now = daemon_now();
    j->tick = daemon_tick();
    const size_t named = strnlen(peer->address, sizeof j->place - 1);
    memcpy(j->place, peer->address, named);
    j->place[named] = '\0';
    j->peer_kind = (int)peer->kind;
    j->peer_uid = peer->uid;
    j->peer_serial = peer->serial;
    j->body = body;
    j->body_size = size;
    enum err e = read_envelope(j, body, size, &env);
    if (!e)
        e = read_identity(j, &env);
    if (e)
        return e;
    j->handler = handler_of(j->op);
    j->reserved = (j->op->who & ALWAYS) != 0;
    if (j->op->mode == OP_WRITE || j->op->mode == OP_SLOW)
        secret_random(j->random, sizeof j->random); /* reads draw nothing */
    const struct shape *shape = j->op->in();
    j->secret = is_secret(j->op);
    if (j->secret)
        arena_secret(j->arena);
    j->in = arena_alloc(j->arena, shape->size);
    const uint8_t *args = env.args ? env.args : nothing;
    size_t args_size = env.args ? env.args_size : sizeof nothing;
    e = codec_unpack(j->arena, shape, args, args_size, j->in, &j->names, &j->why);
    if (!e && j->has_id)
        digest_request(j);
    return e;
}

/* --- running ------------------------------------------------------------------------------------------------------------ */
static void call_init(struct call *c, struct job *j, struct kv_txn *kv)
{
    memset(c, 0, sizeof *c);
    if (j->secret)
        arena_secret(j->run);
    c->arena = j->run;
    c->txn = (struct txn){.kv = kv, .arena = j->run};
    c->op = j->op;
    c->now = j->now;
    c->tick = j->tick;
    c->daemon = j->daemon;
    c->gateways = j->daemon->gateways;
    c->key = j->daemon->key;
    c->peer_kind = j->peer_kind;
    c->peer_uid = j->peer_uid;
    c->peer_serial = j->peer_serial;
    c->prepared = j->prepared;
    c->lasting = j->arena;
    memcpy(c->random, j->random, sizeof c->random);
    call_books(c);
}

static const char *copy(struct arena *a, const char *text)
{
    return text ? arena_text(a, text, strlen(text)) : NULL;
}

/* Whose session or token it is, also when what they ask for is refused; or whose session it has become. */
static void note_who(struct job *j, const struct call *c)
{
    if (c->who.session || c->who.machine)
        j->shown = (struct shown){.business = c->txn.business,
                                  .side = call_by_customer(c) ? SIDE_CUSTOMER : SIDE_STAFF,
                                  .session = c->who.session,
                                  .machine = c->who.machine,
                                  .person = c->who.machine ? 0 : who_number(&c->who)};
}

/* What must outlive the run. */
static void keep(struct job *j, const struct call *c, enum err e)
{
    j->result = e;
    j->why = c->why;
    if (e == ERR_DAMAGED && c->why.code != e)
        (void)!refuse(&j->why, e, "", "%s%s: see posternctl check", *kv_damaged_key() ? "key " : "a page",
                      kv_damaged_key());
    j->business = c->txn.business;
    if (!e)
        note_who(j, c);
    j->n_follows = e ? 0 : c->n_follows;
    if (!e && c->n_follows) {
        j->follows = arena_copy(j->arena, c->follows, c->n_follows * sizeof *c->follows);
        j->asker = c->who;
        j->asker.name = copy(j->arena, c->who.name);
        j->asker.email = copy(j->arena, c->who.email);
        j->asker.place = copy(j->arena, c->who.place);
        for (size_t i = 0; i < c->n_follows; i++)
            j->follows[i].text = copy(j->arena, c->follows[i].text);
    }
}

static enum err check_who(struct job *j, struct call *c)
{
    enum err e = auth_check(c, j);
    if (!e)
        note_who(j, c);
    return e;
}

static enum err pack_answer(struct job *j, const struct call *c, const void *out)
{
    buf_clear(&j->answer);
    codec_map(&j->answer, 2);
    codec_text(&j->answer, "v");
    codec_int(&j->answer, PROTOCOL_VERSION);
    codec_text(&j->answer, "result");
    codec_pack(&j->answer, j->op->out(), out, call_by_customer(c) ? CODEC_TO_CUSTOMER : CODEC_TO_STAFF);
    return j->answer.full
               ? refuse(&j->why, ERR_TOO_LARGE, "", "the answer is larger than %d bytes", LIMIT_ANSWER)
               : OK;
}

static enum err handle(struct job *j, struct call *c)
{
    enum err e = owner_check(c, j->op->in(), j->in, &j->names);
    if (e)
        return e;
    void *out = arena_alloc(j->run, j->op->out()->size);
    c->txn.seal = cursor_seal(j->op, j->in, c->txn.business, c->who.customer);
    e = j->handler->run(c, j->in, out);
    if (!e && (j->op->who & SHOWS) && c->who.session && c->who.stage == STAGE_FULL)
        e = session_show(c, false); /* the handler has looked at it */
    if (!e && j->op->mode == OP_WAIT) {
        const struct event_wait_out *news = out;
        j->quiet = news->events.n == 0;
        if (j->quiet) /* the next look begins where this one ended */
            ((struct event_wait_in *)j->in)->since = news->last;
    }
    if (!e && c->who.document)
        owner_narrow(c, j->op->out(), out);
    return e ? e : pack_answer(j, c, out);
}

enum err job_run_check(struct kv_txn *kv, void *job)
{
    struct job *j = job;
    struct call c;
    arena_reset(j->run);
    call_init(&c, j, kv);
    enum err e = check_who(j, &c);
    keep(j, &c, e);
    return e;
}

enum err job_run_read(struct kv_txn *kv, void *job)
{
    struct job *j = job;
    struct call c;
    arena_reset(j->run);
    call_init(&c, j, kv);
    c.kept = kept_mine();
    enum err e = check_who(j, &c);
    if (!e)
        e = handle(j, &c);
    if (!e && c.outside && j->op->mode == OP_HEAVY) {
        j->prepared = c.prepared;
        j->outside = c.outside;
    }
    keep(j, &c, e);
    return e;
}

/* A stored answer belongs to the operation, the arguments and the person. */
static void digest_for(const struct job *j, const struct call *c, uint8_t digest[32])
{
    memcpy(digest, j->digest, 32);
    for (int i = 0; i < 8; i++)
        digest[i] ^= (uint8_t)(who_number(&c->who) >> (8 * i));
    digest[8] ^= (uint8_t)c->who.role;
    for (int i = 0; i < 8; i++)
        digest[9 + i] ^= (uint8_t)(c->who.machine >> (8 * i));
}

/* Is the answer kept? Nobody could ask again for one that ends the session, and a token must not lie in the store. */
static bool happens_once(const struct op *op)
{
    return !(op->who & (BY_PUBLIC | SHOWN_ONCE));
}

/* Was this very request answered before? Then there is nothing to prepare: the writer gives the stored answer. */
static enum err answered_before(struct job *j, struct call *c, bool *before)
{
    struct reply reply;
    enum err e =
        j->has_id ? reply_get(&c->txn, j->id, request_day(c->now), LIMIT_REPLY_DAYS, &reply) : ERR_NOT_FOUND;
    if (e && e != ERR_NOT_FOUND)
        return e;
    *before = e == OK;
    return OK;
}

/* Coming in, and ending sessions, keys, access, are never held up by what else somebody wrote, who may be a thief in the same name: they are
 * bounded otherwise. */
static bool counts(const struct call *c)
{
    return !(c->op->who & (BY_PUBLIC | AT_CODE | ALWAYS));
}

static enum err may_write(struct job *j, struct call *c)
{
    return counts(c) ? allowance_check(j->daemon->allowance, c->txn.business, &c->who, j->tick, &c->why) : OK;
}

enum err job_run_prepare(struct kv_txn *kv, void *job)
{
    struct job *j = job;
    struct call c;
    call_init(&c, j, kv);
    c.arena = c.txn.arena = j->arena; /* what is prepared stays until the answer */
    bool before = false;
    enum err e = check_who(j, &c);
    if (!e && happens_once(j->op))
        e = answered_before(j, &c, &before);
    if (!e && !before)
        e = may_write(j, &c);
    if (!e && !before)
        e = owner_check(&c, j->op->in(), j->in, &j->names);
    if (!e && !before)
        e = j->handler->prepare(&c, j->in);
    j->prepared = c.prepared;
    j->outside = c.outside;
    j->was_prepared = !before;
    j->refused = c.refused;
    keep(j, &c, e);
    return e;
}

/* The handler of a write, if whoever asks may write now. */
static enum err write_within(struct job *j, struct call *c)
{
    enum err e = may_write(j, c);
    return e ? e : handle(j, c);
}

static enum err once(struct job *j, struct call *c)
{
    struct reply reply;
    uint8_t digest[32];
    digest_for(j, c, digest);
    const uint32_t asked_in = c->txn.business; /* a handler may enter another: business.create founds one */
    enum err e = reply_get(&c->txn, j->id, request_day(c->now), LIMIT_REPLY_DAYS, &reply);
    if (e == OK) {
        if (memcmp(digest, reply.digest, sizeof digest) != 0)
            return REFUSE(c, ERR_ID_REUSED, "id", "that request id was used for another request");
        buf_clear(&j->answer);
        buf_add(&j->answer, reply.answer, reply.size);
        c->n_follows = 0;
        return OK;
    }
    if (e != ERR_NOT_FOUND)
        return e;
    if (j->op->mode == OP_SLOW && !j->was_prepared)
        return ERR_BUSY; /* its stored answer was let go of in between */
    const uint64_t written = kv_written(c->txn.kv);
    e = write_within(j, c);
    if (e ||
        kv_written(c->txn.kv) == written) /* what changed nothing may be asked again: it needs no record */
        return e;
    memcpy(reply.digest, digest, sizeof digest);
    reply.answer = j->answer.data;
    reply.size = j->answer.size;
    struct txn asked = c->txn;
    asked.business = asked_in;
    return reply_put(&asked, j->id, request_day(c->now), LIMIT_REPLY_DAYS, &reply);
}

/* What it writes, the stored answer too, is taken from what whoever asks may write. */
static enum err write_once(struct job *j, struct call *c)
{
    const uint64_t before = kv_written(c->txn.kv);
    const struct who who = c->who;
    const uint32_t business = c->txn.business; /* a handler may enter another */
    enum err e = happens_once(j->op) ? once(j, c) : write_within(j, c);
    const uint64_t bytes = kv_written(c->txn.kv) - before;
    if (!e && bytes && counts(c))
        allowance_take(j->daemon->allowance, business, &who, j->tick, bytes + LIMIT_WRITE_COST);
    return e;
}

enum err job_run_write(struct kv_txn *kv, void *job)
{
    struct job *j = job;
    struct call c;
    enum err e;
    arena_reset(j->run);
    call_init(&c, j, kv);
    if (j->internal) {
        call_enter(&c, j->business);
        c.who = j->who;
        e = j->internal(&c, j->internal_id, j->argument);
        uint32_t business = j->business;
        keep(j, &c, e);
        j->business = business;
        return e;
    }
    c.kept = kept_mine();
    e = check_who(j, &c);
    if (!e)
        e = write_once(j, &c);
    keep(j, &c, e);
    return e;
}

/* --- answering ----------------------------------------------------------------------------------------------------------- */
static void pack_refusal(struct job *j)
{
    char tag[40]; /* names the request in the log and to the caller */
    snprintf(tag, sizeof tag, "%llx-%llx", (unsigned long long)j->now,
             (unsigned long long)atomic_fetch_add(&j->daemon->tags, 1));
    bool fault = j->result < 0;
    if (fault) {
        char quoted[300];
        atomic_fetch_add(&j->daemon->faults, 1);
        log_line(LOG_ERROR, "fault", "code=%s op=%s request=%s detail=%s", err_name(j->result),
                 j->op ? j->op->name : "-", tag,
                 log_quote(quoted, sizeof quoted, j->why.code == j->result ? j->why.detail : ""));
    } else {
        atomic_fetch_add(&j->daemon->refusals, 1);
    }
    enum err shown = fault ? ERR_INTERNAL : j->result;
    bool detailed = !fault && j->why.code == j->result && j->why.detail[0];
    int64_t retry_ms = detailed ? j->why.retry_ms : 0;
    if (shown == ERR_BUSY && !retry_ms)
        retry_ms = LIMIT_BUSY_RETRY_MS;
    buf_clear(&j->answer);
    codec_map(&j->answer, 2);
    codec_text(&j->answer, "v");
    codec_int(&j->answer, PROTOCOL_VERSION);
    codec_text(&j->answer, "error");
    codec_map(&j->answer, retry_ms ? 5 : 4);
    codec_text(&j->answer, "code");
    codec_text(&j->answer, err_name(shown));
    codec_text(&j->answer, "message");
    codec_text(&j->answer, detailed ? j->why.detail : err_sentence(shown));
    codec_text(&j->answer, "field");
    codec_text(&j->answer, j->why.code == j->result ? j->why.field : "");
    codec_text(&j->answer, "request");
    codec_text(&j->answer, tag);
    if (retry_ms) {
        codec_text(&j->answer, "retry_ms");
        codec_int(&j->answer, retry_ms);
    }
}

static void wipe_within(const struct shape *shape, void *in)
{
    for (size_t i = 0; i < shape->n; i++) {
        const struct field *f = &shape->fields[i];
        void *at = (char *)in + f->offset;
        if (f->type == FIELD_SECRET && *(char **)at)
            secret_wipe(*(char **)at, strlen(*(char **)at));
        if (f->type == FIELD_SHAPE && *(void **)at)
            wipe_within(f->shape(), *(void **)at);
        const struct any_list *list = at;
        for (size_t k = 0; f->type == FIELD_LIST && k < list->n; k++)
            wipe_within(f->shape(), (char *)list->v + k * f->shape()->size);
    }
}

/* Passwords and card data are gone from memory once the request is done. */
static void wipe_secrets(struct job *j)
{
    if (!takes_secret(j->op))
        return;
    wipe_within(j->op->in(), j->in);
    /* they stand in the request too, whose buffer is used again for others */
    secret_wipe((uint8_t *)(uintptr_t)j->body, j->body_size);
}

void job_answer(struct job *j)
{
    if (!j->request)
        return;
    job_show(j);
    if (j->result)
        pack_refusal(j);
    if (j->op && j->in)
        wipe_secrets(j);
    listener_answer(j->request, j->answer.data, j->answer.size);
    if (j->op &&
        (j->op->who & (BY_PUBLIC | SHOWN_ONCE))) { /* a token or codes, and the bytes they were made from */
        secret_wipe(j->answer.data, j->answer.size);
        secret_wipe(j->random, sizeof j->random);
    }
    j->request = NULL;
}
