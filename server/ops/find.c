/* portal.find: from a number or a name to what is meant. It is asked while somebody types, so the work is bounded whatever there is: each
 * of the places that are looked in reads so many records and no more. */
#include "common/doc_kind.h"
#include "common/filter.h"
#include "common/text.h"
#include "server/ops/contact.h"
#include "server/ops/document.h"
#include "server/ops/search.h"
#include <string.h>

#define HITS 12
#define EXAMINED \
    24 /* of each: three kinds of documents, payments, customers, persons: 144 in all, under 12 × 4 + 100 */

struct finding {
    struct call *c;
    const char *folded;
    bool digits;            /* nothing else: the end of a number */
    char tail[FILTER_TAIL]; /* the digits it ends with; "": none */
    struct search search;
    struct hit_list hits;
};

static struct hit *add(struct finding *f, int what, uint64_t id, const char *title, uint64_t customer)
{
    struct hit *to = &f->hits.v[f->hits.n++];
    *to = (struct hit){.what = what, .id = (int64_t)id, .title = title, .customer = customer};
    return to;
}

static bool full(const struct finding *f)
{
    return f->hits.n == HITS;
}

static const char *amount(struct finding *f, struct money m)
{
    char text[MONEY_TEXT];
    return arena_printf(f->c->arena, "%s %s", m.currency,
                        money_grouped(text, m.amount, currency_digits(m.currency)));
}

/* --- by number --------------------------------------------------------------------------------------------------------- */
static bool numbered(struct finding *f, const char *number)
{
    char tail[FILTER_TAIL];
    if (!number)
        return false;
    return f->digits ? filter_number_compare(filter_tail(tail, number), f->tail) == 0
                     : filter_number_compare(text_fold(f->c->arena, number), f->folded) == 0;
}

/* Where documents of a kind stand by that number: by its end, or whole as people count. */
static struct key document_numbers(struct finding *f, int kind)
{
    struct call *c = f->c;
    bool own = call_by_customer(c) && !f->digits;
    struct key k = index_key(&c->txn, f->digits ? INDEX_DOC_WORD
                                      : own     ? INDEX_DOC_CUSTOMER_NUMBER
                                                : INDEX_DOC_NUMBER);
    if (own)
        key_u64(&k, c->who.customer);
    key_u8(&k, (uint8_t)kind);
    if (f->digits)
        return *key_text(key_u8(&k, '#'), f->tail);
    return *key_u8(key_number_open(&k, f->folded), 0);
}

static bool visible(struct call *c, uint64_t customer, bool draft)
{
    return !call_by_customer(c) || (customer == c->who.customer && !draft);
}

static enum err add_document(struct finding *f, uint64_t id)
{
    struct document_row d;
    enum err e = record_view(&f->c->txn, KIND_DOCUMENT, id, shape_document_row(), &d);
    if (e || !visible(f->c, d.customer, d.state == DOC_DRAFT) || !numbered(f, d.number))
        return e;
    e = document_row_finish(f->c, &d);
    if (e)
        return e;
    struct hit *to = add(f, doc_kind(d.kind)->subject, d.id, d.number, d.customer);
    to->note = arena_printf(f->c->arena, "%s, %s, %s", enum_name(enum_doc_status(), d.status),
                            d.customer_name ? d.customer_name : "", amount(f, d.total));
    return OK;
}

static enum err find_documents(struct finding *f)
{
    size_t kinds;
    const struct doc_traits *of = doc_kinds(&kinds);
    for (size_t at = 0; at < kinds; at++) {
        struct key k = document_numbers(f, of[at].kind);
        struct id_list ids = {0};
        enum err e = record_ids(&f->c->txn, &k, EXAMINED, &ids);
        for (size_t i = 0; i < ids.n && !e && !full(f); i++)
            e = add_document(f, ids.v[i]);
        if (e)
            return e;
    }
    return OK;
}

static enum err find_payments(struct finding *f)
{
    struct id_list ids = {0};
    struct key k = index_key(&f->c->txn, INDEX_PAYMENT_WORD);
    key_text(key_u8(&k, '#'), f->tail);
    enum err e = *f->tail ? record_ids(&f->c->txn, &k, EXAMINED, &ids) : OK;
    for (size_t i = 0; i < ids.n && !e && !full(f); i++) {
        struct payment_row p;
        e = record_view(&f->c->txn, KIND_PAYMENT, ids.v[i], shape_payment_row(), &p);
        if (e || !visible(f->c, p.customer, false) || !numbered(f, p.number))
            continue;
        struct hit *to = add(f, SUBJECT_PAYMENT, p.id, p.number, p.customer);
        to->note = arena_printf(f->c->arena, "%s, %s, %s", enum_name(enum_pay_state(), p.state),
                                p.customer_name ? p.customer_name : "", amount(f, p.amount));
    }
    return e;
}

/* --- by name ----------------------------------------------------------------------------------------------------------- */
/* The longest word leads to the fewest, as far as one knows without counting. */
static struct key longest(struct finding *f, enum index index)
{
    size_t at = 0;
    struct key k = index_key(&f->c->txn, index);
    for (size_t i = 1; i < f->search.n; i++)
        at = f->search.word[i].size > f->search.word[at].size ? i : at;
    return *key_bytes(&k, f->search.word[at].text, f->search.word[at].size);
}

static bool there(const struct finding *f, int what, uint64_t id)
{
    for (size_t i = 0; i < f->hits.n; i++)
        if (f->hits.v[i].what == what && f->hits.v[i].id == (int64_t)id)
            return true;
    return false;
}

static enum err find_customers(struct finding *f)
{
    struct key k = longest(f, INDEX_CUSTOMER_WORD);
    struct id_list ids = {0};
    enum err e = record_ids(&f->c->txn, &k, EXAMINED, &ids);
    for (size_t i = 0; i < ids.n && !e && !full(f); i++) {
        struct customer_row r;
        if (there(f, SUBJECT_CUSTOMER, ids.v[i])) /* one may have several such words */
            continue;
        e = record_view(&f->c->txn, KIND_CUSTOMER, ids.v[i], shape_customer_row(), &r);
        if (!e && search_match(&f->search, (const char *const[]){r.name, r.company, r.email}, 3))
            add(f, SUBJECT_CUSTOMER, r.id, r.name, r.id)->note = r.email;
    }
    return e;
}

static void add_contact(struct finding *f, const struct contact *p)
{
    if (!full(f) && search_match(&f->search, (const char *const[]){p->name, p->email, p->position}, 3))
        add(f, SUBJECT_CONTACT, p->id, p->name, p->customer)->note = p->email;
}

/* All persons of a customer are few; those of all customers are found by the longest word. */
static enum err find_contacts(struct finding *f)
{
    struct call *c = f->c;
    bool own = call_by_customer(c);
    struct key k = own ? index_key(&c->txn, INDEX_CONTACT_CUSTOMER) : longest(f, INDEX_CONTACT_WORD);
    struct id_list ids = {0};
    if (own)
        key_u64(&k, c->who.customer);
    enum err e = record_ids(&c->txn, &k, EXAMINED, &ids);
    for (size_t i = 0; i < ids.n && !e; i++) {
        struct contact p;
        if (there(f, SUBJECT_CONTACT, ids.v[i]))
            continue;
        e = record_get(&c->txn, KIND_CONTACT, ids.v[i], &p);
        if (!e)
            add_contact(f, &p);
    }
    return e;
}

enum err op_portal_find(struct call *c, const struct portal_find_in *in, struct portal_find_out *out)
{
    struct finding f = {.c = c, .folded = call_folded(c, in->text)};
    f.hits.v = arena_alloc(c->arena, HITS * sizeof *f.hits.v);
    bool words = search_read(c, in->text, &f.search);
    if (!f.folded || !words)
        return OK; /* no letter and no digit: nothing is called that */
    filter_tail(f.tail, f.folded);
    f.digits = !f.folded[strspn(f.folded, "0123456789")];
    enum err e = find_documents(&f);
    if (!e)
        e = find_payments(&f);
    if (!e && !call_by_customer(c))
        e = find_customers(&f);
    if (!e)
        e = find_contacts(&f);
    out->hits = f.hits;
    return e;
}
