#include "server/core/owner.h"
#include "common/doc_kind.h"
#include "common/filter.h"
#include "common/text.h"
#include "data/derive.h"
#include "server/core/numbered.h"
#include <stdio.h>
#include <string.h>

static enum err check_document(struct call *c, enum kind kind, uint64_t id);
static enum err check_id(struct call *c, enum kind kind, uint64_t id);

static bool may_be(enum kind kind, const struct doc_traits *of)
{
    return kind == KIND_DOCUMENT || kind == of->record || (kind == KIND_OWED && of->owes > 0);
}

/* A number of any kind: a text that names two documents names neither. */
static enum err resolve_written(struct call *c, const struct codec_name *n, const char *folded)
{
    size_t kinds;
    const struct doc_traits *of = doc_kinds(&kinds), *found = NULL;
    for (size_t i = kinds; i-- > 0;) { /* what was added last is asked for most */
        if (!may_be(n->kind, &of[i]))
            continue;
        uint64_t id;
        enum err e = numbered_document(c, of[i].kind, folded, &id);
        if (!e)
            e = id ? check_document(c, n->kind,
                                    id) /* what somebody may not see does not make theirs ambiguous */
                   : ERR_NOT_FOUND;
        if (e && e != ERR_NOT_FOUND)
            return e;
        if (e)
            continue;
        if (found)
            return REFUSE(c, ERR_INVALID, n->field, "%s and %s have that number: give the id, %llu or %llu",
                          found->one, of[i].one, (unsigned long long)*n->where, (unsigned long long)id);
        found = &of[i];
        *n->where = id;
    }
    return found ? OK : ERR_NOT_FOUND;
}

/* What counts the same: one is what was meant, of several each is named. */
struct alike {
    struct call *c;
    const struct codec_name *n;
    bool found;
    char first[164]; /* its number */
};

static enum err take_alike(struct alike *a, uint64_t id, const char *number)
{
    if (a->found)
        return REFUSE(a->c, ERR_INVALID, a->n->field, "%.40s or %.40s? Write it as it stands there", a->first,
                      number);
    a->found = true;
    snprintf(a->first, sizeof a->first, "%s", number);
    *a->n->where = id;
    return OK;
}

/* "INV-12" is INV-000012, as in a filter, where no document is called just so. */
static enum err resolve_counted(struct call *c, const struct codec_name *n, const char *folded)
{
    struct alike alike = {.c = c, .n = n};
    size_t kinds;
    const struct doc_traits *of = doc_kinds(&kinds);
    for (size_t at = kinds; at-- > 0;) {
        struct key k = index_key(&c->txn, INDEX_DOC_NUMBER);
        struct id_list ids = {0};
        enum err e = OK;
        if (may_be(n->kind, &of[at]))
            e = record_ids(&c->txn, key_u8(key_number_open(key_u8(&k, (uint8_t)of[at].kind), folded), 0),
                           SIZE_MAX, &ids);
        for (size_t i = 0; i < ids.n && !e; i++) {
            struct arena_mark before = arena_mark(c->arena);
            struct document_row row;
            e = check_document(c, n->kind, ids.v[i]);
            if (!e)
                e = record_view(&c->txn, KIND_DOCUMENT, ids.v[i], shape_document_row(), &row);
            bool is = !e && row.number && filter_number_compare(text_fold(c->arena, row.number), folded) == 0;
            e = e == ERR_NOT_FOUND ? OK : e || !is ? e : take_alike(&alike, row.id, row.number);
            arena_release(c->arena, before);
        }
        if (e)
            return e;
    }
    return alike.found ? OK : ERR_NOT_FOUND;
}

static enum err resolve_document(struct call *c, const struct codec_name *n, const char *folded)
{
    enum err e = resolve_written(c, n, folded);
    return e == ERR_NOT_FOUND && *folded ? resolve_counted(c, n, folded) : e;
}

/* A payment by its number. Those that came in from another system keep theirs, so two customers may each have a 1: somebody's own is
 * found whatever others have, and a number that names two names neither. */
struct paid {
    struct alike alike;
    bool counted; /* zeros aside */
    enum err e;
};

static bool take_paid(void *context, const struct payment_owner *p)
{
    struct paid *f = context;
    struct call *c = f->alike.c;
    if (call_by_customer(c) && p->customer != c->who.customer)
        return true;
    if (c->who.document && !owner_sees(c, KIND_PAYMENT, p->id))
        return true;
    if (f->counted) {
        f->e = take_alike(&f->alike, p->id, p->number);
    } else if (f->alike.found) {
        f->e =
            REFUSE(c, ERR_INVALID, f->alike.n->field, "several have that number: give the id, %llu or %llu",
                   (unsigned long long)*f->alike.n->where, (unsigned long long)p->id);
    } else {
        f->alike.found = true;
        *f->alike.n->where = p->id;
    }
    return !f->e;
}

static enum err resolve_payment(struct call *c, const struct codec_name *n, const char *folded)
{
    struct paid f = {.alike = {.c = c, .n = n}};
    char tail[FILTER_TAIL];
    enum err e = numbered_payments(c, folded, false, take_paid, &f);
    if (!e && !f.e && !f.alike.found && *filter_tail(tail, folded)) {
        f.counted = true;
        e = numbered_payments(c, folded, true, take_paid, &f);
    }
    return e ? e : f.e ? f.e : f.alike.found ? OK : ERR_NOT_FOUND;
}

static enum err resolve_refund(struct call *c, const struct codec_name *n, const char *folded)
{
    bool is;
    enum err e = numbered_refund(c, folded, n->where, &is);
    return e || is ? e : ERR_NOT_FOUND;
}

/* A customer by the name it is shown under, whole, when just one has it. */
static enum err resolve_customer(struct call *c, const struct codec_name *n, const char *folded)
{
    struct key k = index_key(&c->txn, INDEX_CUSTOMER_NAME);
    struct id_list ids;
    int found = 0;
    enum err e = record_ids(&c->txn, key_text(&k, folded), SIZE_MAX, &ids);
    for (size_t i = 0; i < ids.n && !e; i++) {
        struct arena_mark before = arena_mark(c->arena);
        struct customer_row row;
        e = record_view(&c->txn, KIND_CUSTOMER, ids.v[i], shape_customer_row(), &row);
        bool is = !e && strcmp(text_fold(c->arena, row.name ? row.name : ""), folded) == 0 &&
                  (!call_by_customer(c) || row.id == c->who.customer);
        arena_release(c->arena, before);
        if (!is)
            continue;
        if (found++)
            return REFUSE(c, ERR_INVALID, n->field, "several have that name: give the number, %llu or %llu",
                          (unsigned long long)*n->where, (unsigned long long)row.id);
        *n->where = row.id;
    }
    return e || found ? e : ERR_NOT_FOUND;
}

/* Text is a number or a name, never an id (docs/rules.md). */
static enum err resolve(struct call *c, const struct codec_name *n)
{
    const char *folded = text_fold(c->arena, n->name);
    if (n->kind == KIND_CUSTOMER)
        return resolve_customer(c, n, folded);
    if (n->kind == KIND_REFUND)
        return resolve_refund(c, n, folded);
    return n->kind == KIND_PAYMENT ? resolve_payment(c, n, folded) : resolve_document(c, n, folded);
}

/* Where in the arguments: "parts.1.invoice". Only built when something is refused. */
struct path {
    const struct path *up;
    const char *name;
    long index; /* −1: no list */
};

static const char *path_text(struct arena *a, const struct path *p)
{
    if (!p)
        return "";
    const char *before = path_text(a, p->up), *dot = *before ? "." : "";
    return p->index < 0 ? arena_printf(a, "%s%s%s", before, dot, p->name)
                        : arena_printf(a, "%s%s%s.%ld", before, dot, p->name, p->index);
}

/* Documents are large: only what decides is read. */
static enum err check_document(struct call *c, enum kind kind, uint64_t id)
{
    struct document_owner o;
    if (c->who.document && id != c->who.document)
        return ERR_NOT_FOUND;
    enum err e = record_view(&c->txn, KIND_DOCUMENT, id, shape_document_owner(), &o);
    if (e)
        return e;
    if (!doc_kind(o.kind)->kind || !may_be(kind, doc_kind(o.kind))) /* a newer program's is shown to nobody */
        return ERR_NOT_FOUND;
    const struct document d = {.customer = o.customer, .state = o.state};
    return !call_by_customer(c) || derive_visible(kind, &d, c->who.customer) ? OK : ERR_NOT_FOUND;
}

static bool settles(const struct payment *p, uint64_t document)
{
    for (size_t i = 0; i < p->allocations.n; i++)
        if (p->allocations.v[i].invoice == document)
            return true;
    return false;
}

/* What a session with the code of a document may name besides that: what was paid on it. What ends a payment asks its gateway, and so is slow; it is
 * for payments of that document alone: others that it pays are not its holder's. */
static bool belongs(const struct call *c, enum kind kind, const void *record)
{
    const struct payment *p = record;
    return kind == KIND_PAYMENT && settles(p, c->who.document) &&
           (!c->op || c->op->mode != OP_SLOW || p->allocations.n == 1);
}

static enum err check_record(struct call *c, enum kind kind, uint64_t id)
{
    void *record = arena_alloc(c->arena, record_shape(kind)->size);
    enum err e = record_get(&c->txn, kind, id, record);
    if (e)
        return e;
    if (c->who.document && !belongs(c, kind, record))
        return ERR_NOT_FOUND;
    return !call_by_customer(c) || derive_visible(kind, record, c->who.customer) ? OK : ERR_NOT_FOUND;
}

static enum err check_id(struct call *c, enum kind kind, uint64_t id)
{
    return kind_document(kind) ? check_document(c, kind, id) : check_record(c, kind, id);
}

bool owner_sees(struct call *c, enum kind kind, uint64_t id)
{
    struct arena_mark before = arena_mark(c->arena);
    const bool sees = check_id(c, kind, id) == OK;
    arena_release(c->arena, before);
    return sees;
}

static enum err check_field(struct call *c, const struct field *f, uint64_t id, const struct path *path)
{
    if (id == 0 || (f->kind == KIND_ANY && !c->who.document))
        return OK;
    enum err e = f->kind == KIND_ANY ? ERR_NOT_FOUND : check_id(c, f->kind, id);
    return e == ERR_NOT_FOUND ? REFUSE(c, e, path_text(c->arena, path), "there is none of that id or number")
                              : e;
}

static enum err check_shape(struct call *c, const struct shape *shape, const void *in, const struct path *up)
{
    enum err e = OK;
    for (size_t i = 0; i < shape->n && !e; i++) {
        const struct field *f = &shape->fields[i];
        const char *at = (const char *)in + f->offset;
        const struct any_list *list = (const void *)at;
        struct path path = {up, f->name, -1};
        if (f->type == FIELD_ID) {
            e = check_field(c, f, *(const uint64_t *)(const void *)at, &path);
        } else if (f->type == FIELD_IDS) {
            for (path.index = 0; path.index < (long)list->n && !e; path.index++)
                e = check_field(c, f, ((const uint64_t *)list->v)[path.index], &path);
        } else if (f->type == FIELD_SHAPE) {
            const void *sub = *(void *const *)(const void *)at;
            e = sub ? check_shape(c, f->shape(), sub, &path) : OK;
        } else if (f->type == FIELD_LIST) {
            for (path.index = 0; path.index < (long)list->n && !e; path.index++)
                e = check_shape(c, f->shape(), (const char *)list->v + (size_t)path.index * f->shape()->size,
                                &path);
        }
    }
    return e;
}

enum err owner_check(struct call *c, const struct shape *shape, const void *in,
                     const struct codec_names *names)
{
    for (size_t i = 0; i < names->n; i++) {
        enum err e = resolve(c, &names->v[i]);
        if (e == ERR_NOT_FOUND)
            *names->v[i].where = INT64_MAX; /* refused below, just as somebody else's is */
        else if (e)
            return e;
    }
    return check_shape(c, shape, in, NULL);
}

/* --- what is told to a session of one document -------------------------------------------------------------------------------- */
static bool may_name(const struct call *c, enum kind kind, uint64_t id)
{
    if (kind_document(kind))
        return id == c->who.document;
    return kind != KIND_CONTACT && kind != KIND_STAFF && (kind != KIND_CUSTOMER || id == c->who.customer);
}

/* Of what a payment settles, that document alone; *sum: what that comes to. */
static void own_parts(const struct call *c, struct allocation_list *l, struct money *sum)
{
    size_t n = 0;
    sum->amount = 0;
    for (size_t i = 0; i < l->n; i++)
        if (l->v[i].invoice == c->who.document) {
            l->v[n] = l->v[i];
            (void)!money_add(sum->amount, l->v[n++].amount.amount, &sum->amount);
        }
    l->n = n;
}

/* Credit comes from other documents: of what it settled there is told what it did to that one. */
static void own_uses(const struct call *c, struct credit_use_list *l)
{
    size_t n = 0;
    for (size_t i = 0; i < l->n; i++)
        if (l->v[i].invoice == c->who.document)
            l->v[n++] = (struct credit_use){.invoice = l->v[i].invoice,
                                            .invoice_number = l->v[i].invoice_number,
                                            .amount = l->v[i].amount};
    l->n = n;
}

static void narrow_payment(const struct call *c, struct payment *p)
{
    const int64_t whole = p->amount.amount;
    own_parts(c, &p->allocations, &p->amount);
    own_uses(c, &p->credit);
    if (p->amount.amount != whole) {
        p->exchange = NULL; /* what arrived in all */
        p->url = NULL;      /* where all is paid */
    }
    p->unused.amount = p->refunded.amount = 0;
}

static void narrow_event(struct event *e)
{
    if (e->subject == SUBJECT_PAYMENT)
        e->amount = (struct money){0}; /* of all that it settles */
    if (e->subject == SUBJECT_PAYMENT || e->what == WHAT_CREDIT_APPLIED || e->what == WHAT_CREDIT_TAKEN_OFF)
        e->text = NULL; /* which credit that was */
}

static void narrow_field(const struct call *c, const struct field *f, char *at)
{
    uint64_t *id = (void *)at;
    struct any_list *list = (void *)at;
    void *const *sub = (void *)at;
    if (f->type == FIELD_ID && *id && !may_name(c, f->kind, *id))
        *id = 0;
    else if (f->type == FIELD_IDS)
        list->n = 0;
    else if (f->type == FIELD_SHAPE && *sub)
        owner_narrow(c, f->shape(), *sub);
    for (size_t k = 0; f->type == FIELD_LIST && k < list->n; k++)
        owner_narrow(c, f->shape(), (char *)list->v + k * f->shape()->size);
}

void owner_narrow(const struct call *c, const struct shape *shape, void *out)
{
    if (shape == shape_payment()) {
        narrow_payment(c, out);
    } else if (shape == shape_document()) {
        ((struct document *)out)->settles.n = 0; /* other documents */
    } else if (shape == shape_payment_row()) {
        struct payment_row *p = out;
        own_parts(c, &p->allocations, &p->amount);
    } else if (shape == shape_event()) {
        narrow_event(out);
    }
    for (size_t i = 0; i < shape->n; i++)
        narrow_field(c, &shape->fields[i], (char *)out + shape->fields[i].offset);
}
