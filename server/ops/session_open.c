#include "server/ops/session_open.h"
#include "common/address.h"
#include "common/text.h"
#include "common/zone.h"
#include "server/core/limits.h"
#include "server/ops/doc_code.h"
#include "server/ops/factor.h"
#include "server/ops/payment.h"
#include "server/ops/stage.h"
#include "server/ops/tries.h"
#include "server/core/secret.h"
#include <string.h>

enum err session_refused(struct call *c)
{
    return REFUSE(c, ERR_CREDENTIALS, "", "That did not match.");
}

enum err session_may_sign_in(struct call *c, uint64_t id, struct contact *p)
{
    struct customer_row of;
    enum err e = record_get(&c->txn, KIND_CONTACT, id, p);
    if (e)
        return e;
    if ((p->access != ACCESS_INVITED && p->access != ACCESS_ACTIVE) || !p->password || !*p->password)
        return ERR_NOT_FOUND;
    e = record_view(&c->txn, KIND_CUSTOMER, p->customer, shape_customer_row(), &of);
    return e || of.active ? e : ERR_NOT_FOUND;
}

static enum err with_address(struct call *c, const char *email, struct id_list *ids)
{
    struct key k = index_key(&c->txn, INDEX_CONTACT_EMAIL);
    return record_ids(&c->txn, key_text(&k, address_key(c->arena, email)), CANDIDATES * 4, ids);
}

enum err session_alone(struct call *c, bool *alone)
{
    struct id_list ids;
    enum err e = with_address(c, c->who.email, &ids);
    if (!e)
        *alone = ids.n < 2;
    return e;
}

enum err session_persons(struct call *c, const char *email, struct contact v[CANDIDATES], size_t *n)
{
    struct id_list ids;
    *n = 0;
    enum err e = with_address(c, email, &ids);
    for (size_t i = 0; !e && i < ids.n && *n < CANDIDATES; i++) {
        e = session_may_sign_in(c, ids.v[i], &v[*n]);
        if (!e && address_same(v[*n].email, email))
            ++*n;
        e = e == ERR_NOT_FOUND ? OK : e;
    }
    return e;
}

enum err session_staff(struct call *c, const char *email, struct staff *s)
{
    struct key k = index_key(&c->txn, INDEX_STAFF_EMAIL);
    uint64_t id;
    enum err e = record_find(&c->txn, key_text(&k, address_key(c->arena, email)), &id);
    if (!e)
        e = record_get(&c->txn, KIND_STAFF, id, s);
    return e || (s->active && address_same(s->email, email)) ? e : ERR_NOT_FOUND;
}

/* Is it still the password that was compared? Another one may have been set in between. */
static bool same_hash(const struct way_in *who, const char *hash)
{
    return !who->hash || (hash && strcmp(who->hash, hash) == 0);
}

/* Where it was signed in, and since when: a switch changes neither, so that what ends there ends it. One of an earlier version has no
 * origin: it is taken for its own. */
static void set_origin(struct session *s, const struct session *before)
{
    const struct session *from = before ? before : s;
    bool known = from->origin != 0;
    s->created = from->created;
    s->origin = known ? from->origin : from->person;
    s->origin_customer = known ? from->origin_customer : from->customer;
    s->origin_means = known ? from->origin_means : from->means;
    s->origin_key = known ? from->origin_key : from->key;
}

/* When the password was shown. Where a switch leads without asking for one, that of before opens it, and was shown when it was: a code of
 * another's second factor opens nothing there. A key shows none. */
static int64_t password_shown(const struct call *c, const struct way_in *who)
{
    if (who->means == MEANS_KEY)
        return 0;
    return who->before && !who->typed ? who->before->password_shown : c->now;
}

/* The session of a person; ERR_CREDENTIALS when access ended, or the password changed, since it was compared. */
static enum err session_for(struct call *c, const struct way_in *who, struct session *s)
{
    *s = (struct session){.created = c->now,
                          .entered = c->now,
                          .seen = c->now,
                          .place = call_place(c, who->from),
                          .person = (int64_t)who->person,
                          .means = who->means,
                          .transport = c->daemon ? c->peer_kind + 1 : 0,
                          .uid = c->peer_uid,
                          .bound = who->bound,
                          .boot = who->bound ? call_boot(c) : 0,
                          .key = (int64_t)who->key,
                          .code_shown = who->code_shown,
                          .password_shown = password_shown(c, who),
                          .shown = who->code_shown ? c->now : password_shown(c, who),
                          .stage = STAGE_FULL};
    if (who->code)
        return doc_code_session(c, who->code, s);
    /* Only a password can be a one-time one; but nobody walks past it by coming from another customer. */
    const bool may_be_once = who->means == MEANS_PASSWORD || who->before;
    if (who->side == SIDE_STAFF) {
        struct staff p;
        enum err e = record_get(&c->txn, KIND_STAFF, who->person, &p);
        if (e || !p.active || !same_hash(who, p.password))
            return e && e != ERR_NOT_FOUND ? e : session_refused(c);
        s->role = p.role;
        s->name = p.name;
        s->email = p.email;
        s->must_change = p.must_change && may_be_once;
        s->stage = p.mfa && !who->code_shown ? STAGE_CODE : STAGE_FULL;
        set_origin(s, who->before);
        return OK;
    }
    struct contact p;
    enum err e = session_may_sign_in(c, who->person, &p);
    if (e || !same_hash(who, p.password))
        return e && e != ERR_NOT_FOUND ? e : session_refused(c);
    s->role = ROLE_CUSTOMER;
    s->name = p.name;
    s->email = p.email;
    s->customer = p.customer;
    e = call_generation(&c->txn, &s->generation);
    if (e)
        return e;
    s->must_change = p.must_change && may_be_once;
    s->stage = p.mfa && !who->code_shown ? STAGE_CODE : STAGE_FULL;
    set_origin(s, who->before);
    return OK;
}

static const char *const how[] = {[MEANS_PASSWORD] = "password",
                                  [MEANS_KEY] = "key",
                                  [MEANS_INVITATION] = "invitation",
                                  [MEANS_RESET] = "reset"};

/* How somebody came in, and from where, for the log: "key, code; signed in for Bodega Sur by password". */
static enum err way_said(struct call *c, const struct session *s, const char **text)
{
    struct customer_row from;
    *text = arena_printf(c->arena, "%s%s", how[s->means], s->code_shown ? ", code" : "");
    if (!s->origin || s->origin == s->person || s->role != ROLE_CUSTOMER)
        return OK;
    enum err e = record_view(&c->txn, KIND_CUSTOMER, s->origin_customer, shape_customer_row(), &from);
    if (!e)
        *text = arena_printf(c->arena, "%s; signed in for %s by %s", *text, from.name, how[s->origin_means]);
    return e == ERR_NOT_FOUND ? OK : e;
}

static enum err tell(struct call *c, const struct session *s, int what, const char *text)
{
    struct event event = {.what = what,
                          .subject = SUBJECT_SESSION,
                          .about = (int64_t)s->id,
                          .customer = s->customer,
                          .number = s->name,
                          .text = text};
    return call_event(c, &event);
}

/* All that was asked for has been shown: noted on the person and in the log. */
static enum err came_in(struct call *c, const struct session *s)
{
    const char *text;
    enum err e = call_sign_in(c, s->role == ROLE_CUSTOMER ? SIDE_CUSTOMER : SIDE_STAFF, (uint64_t)s->person);
    if (!e)
        e = way_said(c, s, &text);
    if (e)
        return e;
    if (s->role == ROLE_CUSTOMER) {
        struct contact p;
        e = record_get(&c->txn, KIND_CONTACT, (uint64_t)s->person, &p);
        p.last_sign_in = c->now;
        p.access = ACCESS_ACTIVE;
        e = e ? e : record_put(&c->txn, KIND_CONTACT, &p);
    } else {
        struct staff p;
        e = record_get(&c->txn, KIND_STAFF, (uint64_t)s->person, &p);
        p.last_sign_in = c->now;
        p.access = ACCESS_ACTIVE;
        e = e ? e : record_put(&c->txn, KIND_STAFF, &p);
    }
    if (!e)
        e = tries_note(c, s);
    return e ? e : tell(c, s, WHAT_SIGNED_IN, text);
}

/* Not further from now than so many ms: a stamp that lies ahead is of a clock that was wrong, and gives nobody more time. */
static bool within(const struct call *c, int64_t stamp, int64_t most)
{
    return c->now - stamp <= most && stamp - c->now <= most;
}

enum err session_lives(struct call *c, const struct session *s, bool *lives)
{
    const struct business *b;
    *lives =
        within(c, s->created, LIMIT_SESSION_LIFE_MS) && within(c, s->seen, LIMIT_SESSION_IDLE_MS) &&
        (s->stage != STAGE_CODE || within(c, s->entered ? s->entered : s->created, LIMIT_SESSION_CODE_MS)) &&
        (!s->bound || s->boot == call_boot(c));
    enum err e = *lives && s->role == ROLE_CUSTOMER ? call_business(c, &b) : OK;
    if (!e && *lives && s->role == ROLE_CUSTOMER)
        *lives = s->generation == b->generation;
    return e || !*lives || !s->code ? e : doc_code_lives(c, s, lives);
}

enum err session_ask_again(struct call *c)
{
    return REFUSE(c, ERR_CONFIRM, "",
                  "Confirm with your password or a code that it is you (session.confirm).");
}

bool session_shown(const struct call *c, const struct session *s)
{
    return within(c, s->shown, LIMIT_SHOWN_MS);
}

enum err session_show(struct call *c, bool password)
{
    struct session s;
    enum err e = record_get(&c->txn, KIND_SESSION, c->who.session, &s);
    if (e)
        return e;
    s.shown = c->now;
    s.password_shown = password ? c->now : s.password_shown;
    return record_put(&c->txn, KIND_SESSION, &s);
}

/* Sessions that are over are removed, and the oldest gives way when a person has too many. Whoever knows but the password can push out only those that, like
 * theirs, still wait for the code. */
static enum err make_room(struct call *c, const struct session *s)
{
    struct key k = index_key(&c->txn, s->code ? INDEX_SESSION_CODE : INDEX_SESSION_PERSON);
    struct id_list ids, alike = {0};
    if (s->code)
        key_u64(&k, s->code);
    else
        key_u64(key_u8(&k, s->role == ROLE_CUSTOMER ? SIDE_CUSTOMER : SIDE_STAFF), (uint64_t)s->person);
    enum err e = record_ids(&c->txn, &k, 1000, &ids);
    if (e)
        return e;
    alike.v = arena_alloc(c->arena, ids.n * sizeof *alike.v);
    for (size_t i = 0; !e && i < ids.n; i++) {
        struct session other;
        bool lives = false;
        e = record_get(&c->txn, KIND_SESSION, ids.v[i], &other);
        if (!e)
            e = session_lives(c, &other, &lives);
        if (!e && !lives)
            e = call_end_session(c, ids.v[i]);
        else if (!e && (other.stage == STAGE_CODE) == (s->stage == STAGE_CODE))
            alike.v[alike.n++] = ids.v[i];
    }
    const size_t most = s->stage == STAGE_CODE ? LIMIT_SESSIONS_CODE : LIMIT_SESSIONS_PER_PERSON;
    for (size_t i = 0; !e && i + most <= alike.n; i++)
        e = call_end_session(c, alike.v[i]);
    return e;
}

enum err session_code_shown(struct call *c, struct session *s)
{
    s->code_shown = true;
    s->shown = c->now;
    s->stage = STAGE_FULL; /* from now on it is one of the other kind, and takes their room */
    enum err e = make_room(c, s);
    if (!e)
        e = record_put(&c->txn, KIND_SESSION, s);
    if (!e)
        e = stage_of(c, s, &c->who.stage);
    return e ? e : came_in(c, s);
}

enum err session_me(struct call *c, const struct session *s, struct me **out)
{
    struct me *me = arena_alloc(c->arena, sizeof *me);
    const struct business *b;
    int offset = 0;
    enum err e = call_business(c, &b);
    if (!e)
        e = call_today(c, &me->today);
    if (!e)
        e = call_unread(c, &me->unread, &me->last_event);
    if (e)
        return e;
    (void)zone_offset(b->time_zone, c->now, &offset);
    me->role = s->role;
    me->person = s->person;
    me->name = s->name;
    me->email = s->email;
    me->customer = s->customer;
    me->business = b->name;
    me->portal = b->portal;
    me->currency = b->currency;
    me->time_zone = b->time_zone;
    me->door = call_door(c);
    me->utc_offset = offset;
    me->must_change = s->must_change;
    me->means = s->means;
    e = stage_of(c, s, &me->stage);
    if (!e)
        e = stage_required(c, s->role == ROLE_CUSTOMER ? SIDE_CUSTOMER : SIDE_STAFF, &me->mfa_required);
    if (e)
        return e;
    me->expires = s->created + LIMIT_SESSION_LIFE_MS;
    me->customers_edit = b->customers_edit;
    me->partial_payments = b->partial_payments;
    e = payment_offer(c, b, me);
    if (e)
        return e;
    if (s->code) {
        e = doc_code_me(c, s, me);
    } else if (s->role != ROLE_CUSTOMER) {
        struct staff p;
        e = record_get(&c->txn, KIND_STAFF, (uint64_t)s->person, &p);
        me->phone = e ? NULL : p.phone;
        me->mfa = !e && p.mfa;
    } else {
        struct contact p;
        struct customer_row customer;
        e = record_get(&c->txn, KIND_CONTACT, (uint64_t)s->person, &p);
        me->phone = e ? NULL : p.phone;
        me->mfa = !e && p.mfa;
        if (!e)
            e = record_view(&c->txn, KIND_CUSTOMER, s->customer, shape_customer_row(), &customer);
        if (!e) {
            me->customer_name = customer.name;
            me->currency = customer.currency;
        }
    }
    *out = me;
    return e;
}

enum err session_open(struct call *c, const struct way_in *who, const char **token, struct me **me)
{
    struct session s;
    uint8_t digest[32];
    enum err e = session_for(c, who, &s);
    if (!e)
        e = make_room(c, &s);
    if (e)
        return e;
    secret_digest(digest, NULL, c->random, SECRET_TOKEN);
    s.hash = (struct bytes){digest, sizeof digest};
    e = record_put(&c->txn, KIND_SESSION, &s);
    if (e)
        return e;
    c->who = (struct who){.role = s.role,
                          .session = s.id,
                          .person = who->person,
                          .customer = s.customer,
                          .name = s.name,
                          .email = s.email,
                          .place = s.place,
                          .must_change = s.must_change,
                          .means = s.means,
                          .code = s.code,
                          .document = s.document};
    *token = secret_token(c->arena, c->txn.business, s.id, c->random);
    if (who->bound && who->before)
        call_follow_tied(c, s.id, who->before->id);
    else if (who->bound)
        call_follow(c, FOLLOW_BOUND, s.id);
    e = stage_of(c, &s, &c->who.stage);
    if (!e && s.code)
        e = doc_code_opened(c, &s);
    else if (!e && s.stage != STAGE_CODE)
        e = came_in(c, &s);
    return e ? e : session_me(c, &s, me);
}

enum err session_end_bound(struct call *c, uint64_t id, void *unused)
{
    struct session s;
    (void)unused;
    enum err e = record_get(&c->txn, KIND_SESSION, id, &s);
    if (e)
        return e == ERR_NOT_FOUND ? OK : e;
    c->who = (struct who){.role = s.role,
                          .person = (uint64_t)s.person,
                          .customer = s.customer,
                          .name = s.name,
                          .place = s.place,
                          .code = s.code,
                          .document = s.document};
    e = record_del(&c->txn, KIND_SESSION, id);
    if (e || s.stage == STAGE_CODE) /* that one never came in */
        return e;
    return tell(c, &s, WHAT_SIGNED_OUT, "the connection ended");
}
