/* Another name for the portal concerns everyone who has access: how many they are, and telling them (A3). Which of its names somebody
 * was told stands in the person's record and, before it, in the key of an index: those who were told an earlier one come first. */
#include "server/core/limits.h"
#include "server/ops/access.h"
#include <string.h>

#define MOST 10000000
#define NOT_TOLD 2 /* stretches: one for each kind of access */

static enum err not_told(struct call *c, struct list_range ranges[NOT_TOLD])
{
    static const uint8_t access[] = {ACCESS_INVITED, ACCESS_ACTIVE};
    int64_t generation = 0;
    enum err e = call_generation(&c->txn, &generation);
    for (size_t i = 0; i < NOT_TOLD; i++) {
        struct key k = index_key(&c->txn, INDEX_CONTACT_TOLD);
        ranges[i] = list_range(key_u8(&k, access[i]));
        key_u64(key_u32(&k, (uint32_t)generation), 0); /* no record has that number */
        ranges[i].last = k;
    }
    return e;
}

static enum err tell_one(struct call *c, struct contact *p, int64_t *told)
{
    const struct business *b;
    struct customer_row of;
    struct holder h = {.side = SIDE_CUSTOMER, .contact = *p};
    uint64_t mail;
    enum err e = record_needed_view(&c->txn, KIND_CUSTOMER, p->customer, shape_customer_row(), &of);
    if (!e)
        e = call_business(c, &b);
    if (e)
        return e;
    h.customer_name = of.name;
    bool reaches = of.active && mail_reaches(p->email);
    bool invited = p->access == ACCESS_INVITED && !(p->password && *p->password);
    bool knows = !invited && p->told && strcmp(p->told, b->portal) == 0; /* it is the old name again */
    *told += reaches && !knows;
    if (reaches && invited)
        return access_give_code(c, &h, &mail);
    if (reaches && !knows)
        e = access_tell(c, &h, TEMPLATE_PORTAL_RENAMED);
    access_note_told(&h.contact, b);
    return e ? e : record_put(&c->txn, KIND_CONTACT, &h.contact);
}

static enum err count_left(struct call *c, const struct list_range ranges[NOT_TOLD], int64_t *left)
{
    enum err e = OK;
    *left = 0;
    for (size_t i = 0; i < NOT_TOLD && !e; i++) {
        size_t n = 0;
        e = record_count(&c->txn, &ranges[i], MOST, &n);
        *left += (int64_t)n;
    }
    return e;
}

enum err op_access_invite_all(struct call *c, const struct access_invite_all_in *in,
                              struct access_invite_all_out *out)
{
    (void)in;
    struct list_range ranges[NOT_TOLD];
    struct record_list l = {.kind = KIND_CONTACT,
                            .view = shape_contact(),
                            .ranges = ranges,
                            .n = NOT_TOLD,
                            .limit = LIMIT_INVITE_ALL};
    enum err e = not_told(c, ranges);
    if (!e)
        e = record_list(&c->txn, &l, &c->why);
    struct contact *contacts = l.rows;
    for (size_t i = 0; i < l.count && !e; i++)
        e = tell_one(c, &contacts[i], &out->invited);
    return e ? e : count_left(c, ranges, &out->left);
}

struct counting {
    int64_t now, generation;
};
static bool goes_on(void *context, void *row)
{
    const struct counting *n = context;
    const struct session *s = row;
    return s->role == ROLE_CUSTOMER && s->generation == n->generation &&
           n->now - s->created <= LIMIT_SESSION_LIFE_MS && n->now - s->seen <= LIMIT_SESSION_IDLE_MS;
}

/* By the records and not by person: one that went to another customer stands in the lists of two. */
static enum err count_sessions(struct call *c, int64_t *n)
{
    struct key k = record_key(&c->txn, KIND_SESSION);
    struct counting counting = {.now = c->now};
    struct list_range range = list_range(&k);
    struct record_list l = {.kind = KIND_SESSION,
                            .view = shape_session(),
                            .ranges = &range,
                            .n = 1,
                            .limit = 1000,
                            .examine = 1000,
                            .keep = goes_on,
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

enum err op_access_count(struct call *c, const struct access_count_in *in, struct access_count_out *out)
{
    (void)in;
    struct key k = index_key(&c->txn, INDEX_CONTACT_TOLD);
    struct list_range range = list_range(key_u8(&k, ACCESS_ACTIVE));
    size_t active = 0;
    enum err e = record_count(&c->txn, &range, MOST, &active);
    out->active = (int64_t)active;
    if (!e)
        e = ticket_count_open(c, &out->invited);
    return e ? e : count_sessions(c, &out->sessions);
}
