#include "server/ops/ticket.h"
#include "common/address.h"
#include "server/core/limits.h"
#include "server/mail/outbox.h"
#include "server/ops/person.h"
#include "server/ops/session_open.h"
#include "server/core/secret.h"
#include <string.h>

#define PERSON_MOST 10 /* tickets of one person: an invitation, and a few for a forgotten password */
#define BATCH 1000     /* rows read at once */

static enum secret_code_kind code_kind(enum ticket_kind kind)
{
    return kind == TICKET_INVITATION ? SECRET_CODE_INVITE : SECRET_CODE_RESET;
}

static uint64_t person_of(const struct holder *h)
{
    return h->side == SIDE_STAFF ? h->staff.id : h->contact.id;
}

static enum err of_person(struct call *c, int side, uint64_t person, struct id_list *ids)
{
    struct key k = index_key(&c->txn, INDEX_TICKET_PERSON);
    return record_ids(&c->txn, key_u64(key_u8(&k, (uint8_t)side), person), PERSON_MOST, ids);
}

static enum err end_one(struct call *c, const struct ticket *t)
{
    enum err e = mail_forget(c, t->mail);
    return e ? e : record_del(&c->txn, KIND_TICKET, t->id);
}

enum err ticket_end(struct call *c, int side, uint64_t person)
{
    struct id_list ids;
    enum err e = of_person(c, side, person, &ids);
    for (size_t i = 0; !e && i < ids.n; i++) {
        struct ticket t;
        e = record_needed(&c->txn, KIND_TICKET, ids.v[i], &t);
        if (!e)
            e = end_one(c, &t);
    }
    return e;
}

/* --- making ----------------------------------------------------------------------------------------------------------------- */
/* The person's tickets of that kind: the newest and the oldest, empty when there is none. */
struct earlier {
    size_t n;
    struct ticket last, first;
};
static enum err earlier_of(struct call *c, enum ticket_kind kind, const struct holder *h, struct earlier *of)
{
    struct id_list ids;
    enum err e = of_person(c, h->side, person_of(h), &ids);
    *of = (struct earlier){.n = 0};
    for (size_t i = 0; !e && i < ids.n; i++) {
        struct ticket t;
        e = record_needed(&c->txn, KIND_TICKET, ids.v[i], &t);
        if (e || t.kind != (int)kind)
            continue;
        of->last = t;
        if (of->n++ == 0)
            of->first = t;
    }
    return e;
}

static enum mail_template template_of(enum ticket_kind kind, int side)
{
    return kind == TICKET_RESET ? TEMPLATE_RESET
           : side == SIDE_STAFF ? TEMPLATE_STAFF_INVITATION
                                : TEMPLATE_INVITATION;
}

/* Writes the mail of a ticket that is in the store. */
static enum err post(struct call *c, const struct holder *h, const char *code, struct ticket *t)
{
    bool staff = h->side == SIDE_STAFF;
    const char *expires;
    enum err e = person_when(c, t->expires, &expires);
    const enum mail_template template = template_of((enum ticket_kind)t->kind, h->side);
    const struct mail_value values[] = {{"expires", expires}, {"by", c->who.name}};
    const struct mail_new mail = {.template = template,
                                  .to = t->email,
                                  .to_name = staff ? h->staff.name : h->contact.name,
                                  .customer = staff ? 0 : h->contact.customer,
                                  .ticket = t->id,
                                  .code = code,
                                  .values = values,
                                  .n = template == TEMPLATE_STAFF_INVITATION ? 2 : 1};
    if (!e)
        e = mail_queue(c, &mail, &t->mail);
    return e ? e : record_put(&c->txn, KIND_TICKET, t);
}

/* ends: the one that is good no more from now on; its id 0: none. */
static enum err make(struct call *c, const struct holder *h, const struct ticket *ends, struct ticket *t)
{
    uint8_t random[(SECRET_CODE * 5 + 7) / 8], digest[32];
    char code[SECRET_CODE_TEXT(SECRET_CODE)];
    arena_secret(c->arena); /* the mail is written there */
    call_draw(c, random, sizeof random);
    secret_code(code, SECRET_CODE, random);
    secret_wipe(random, sizeof random);
    enum err e = ends->id ? end_one(c, ends) : OK;
    if (!e && h->side == SIDE_CUSTOMER)
        e = call_generation(&c->txn, &t->generation);
    if (e)
        return e;
    t->side = h->side;
    t->person = (int64_t)person_of(h);
    t->email = h->side == SIDE_STAFF ? h->staff.email : h->contact.email;
    t->created = c->now;
    if (!secret_code_digest(digest, code_kind((enum ticket_kind)t->kind), c->txn.business, 0, code))
        return ERR_INTERNAL;
    t->hash = (struct bytes){digest, sizeof digest};
    e = record_put(&c->txn, KIND_TICKET, t);
    if (!e)
        e = post(c, h, code, t);
    t->hash = (struct bytes){NULL, 0};
    secret_wipe(code, sizeof code);
    return e;
}

enum err ticket_send(struct call *c, enum ticket_kind kind, const struct holder *to, struct ticket *ticket)
{
    struct earlier of;
    enum err e = earlier_of(c, kind, to, &of);
    *ticket = (struct ticket){.kind = (int)kind,
                              .expires = c->now +
                                         (kind == TICKET_INVITATION ? LIMIT_INVITATION_MS : LIMIT_RESET_MS)};
    return e ? e : make(c, to, &of.last, ticket);
}

enum err ticket_send_reset(struct call *c, const struct holder *to, bool known, bool *sent)
{
    static const struct ticket none = {.id = 0};
    struct earlier of;
    struct ticket t;
    enum err e = earlier_of(c, TICKET_RESET, to, &of);
    const int64_t third = of.last.before2;
    *sent = !e && (known || !third || c->now - third >= LIMIT_RESETS_MS || third > c->now);
    if (!*sent)
        return e;
    t = (struct ticket){.kind = TICKET_RESET,
                        .expires = c->now + LIMIT_RESET_MS,
                        .before = of.last.created,
                        .before2 = of.last.before};
    return make(c, to, of.n < LIMIT_RESETS ? &none : &of.first, &t);
}

/* --- finding ---------------------------------------------------------------------------------------------------------------- */
static enum err bad(struct call *c)
{
    return REFUSE(c, ERR_CODE, "", "%s", err_sentence(ERR_CODE));
}

static enum err read_contact(struct call *c, const struct ticket *t, struct holder *h)
{
    struct customer_row of;
    struct contact *p = &h->contact;
    enum err e = record_get(&c->txn, KIND_CONTACT, (uint64_t)t->person, p);
    if (!e)
        e = record_view(&c->txn, KIND_CUSTOMER, p->customer, shape_customer_row(), &of);
    if (e)
        return e;
    h->customer_name = of.name;
    int64_t generation = 0;
    e = call_generation(&c->txn, &generation);
    if (e || t->generation != generation)
        return e ? e : ERR_NOT_FOUND;
    bool may = p->access == ACCESS_INVITED || p->access == ACCESS_ACTIVE;
    return may && of.active && address_same(p->email, t->email) ? OK : ERR_NOT_FOUND;
}

static enum err read_staff(struct call *c, const struct ticket *t, struct holder *h)
{
    h->customer_name = "";
    enum err e = record_get(&c->txn, KIND_STAFF, (uint64_t)t->person, &h->staff);
    return e || (h->staff.active && address_same(h->staff.email, t->email)) ? e : ERR_NOT_FOUND;
}

static enum err find(struct call *c, enum ticket_kind kind, const char *code, struct ticket *t,
                     struct holder *h)
{
    uint8_t digest[32];
    uint64_t id;
    struct key k = index_key(&c->txn, INDEX_TICKET_HASH);
    if (!secret_code_digest(digest, code_kind(kind), c->txn.business, 0, code))
        return ERR_NOT_FOUND;
    enum err e = record_find(&c->txn, key_bytes(&k, digest, sizeof digest), &id);
    if (!e)
        e = record_get(&c->txn, KIND_TICKET, id, t);
    if (e)
        return e;
    if (t->kind != (int)kind || t->expires <= c->now || t->hash.size != sizeof digest ||
        !secret_equal(t->hash.data, digest, sizeof digest))
        return ERR_NOT_FOUND;
    *h = (struct holder){.side = t->side};
    return t->side == SIDE_STAFF ? read_staff(c, t, h) : read_contact(c, t, h);
}

enum err ticket_find(struct call *c, enum ticket_kind kind, const char *code, struct ticket *ticket,
                     struct holder *holder)
{
    enum err e = find(c, kind, code, ticket, holder);
    return e == ERR_NOT_FOUND ? bad(c) : e;
}

struct tries ticket_tries(struct call *c, const char *portal, const char *what, const char *from)
{
    struct tries t = tries_of_address(c, portal, what, from);
    t.account = arena_printf(c->arena, "#%s %s", what, t.source); /* nobody is held up by others */
    return t;
}

/* --- those of all customers --------------------------------------------------------------------------------------------------- */
static enum err not_invited(struct call *c, uint64_t contact)
{
    struct contact p;
    enum err e = record_get(&c->txn, KIND_CONTACT, contact, &p);
    if (e || !p.invited)
        return e == ERR_NOT_FOUND ? OK : e;
    p.invited = p.invite_expires = 0;
    return record_put(&c->txn, KIND_CONTACT, &p);
}

enum err ticket_sweep_one(struct call *c, uint64_t id)
{
    struct ticket t;
    enum err e = record_get(&c->txn, KIND_TICKET, id, &t);
    if (e)
        return e == ERR_NOT_FOUND ? OK : e;
    if (t.side == SIDE_CUSTOMER && t.kind == TICKET_INVITATION)
        e = not_invited(c, (uint64_t)t.person);
    return e ? e : end_one(c, &t);
}

struct counting {
    int64_t now, generation;
};
static bool is_open(void *context, void *row)
{
    const struct counting *n = context;
    const struct ticket *t = row;
    return t->kind == TICKET_INVITATION && t->expires > n->now && t->generation == n->generation;
}

enum err ticket_count_open(struct call *c, int64_t *n)
{
    struct key k = index_key(&c->txn, INDEX_TICKET_PERSON);
    struct counting counting = {.now = c->now};
    key_u8(&k, SIDE_CUSTOMER);
    struct list_range range = list_range(&k);
    struct record_list l = {.kind = KIND_TICKET,
                            .view = shape_ticket(),
                            .ranges = &range,
                            .n = 1,
                            .limit = BATCH,
                            .examine = BATCH,
                            .keep = is_open,
                            .context = &counting};
    enum err e = call_generation(&c->txn, &counting.generation);
    *n = 0;
    do {
        e = e ? e : record_list(&c->txn, &l, &c->why);
        *n += e ? 0 : (int64_t)l.count;
        l.after = l.next;
    } while (!e && l.after);
    return e;
}
