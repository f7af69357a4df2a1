#include "data/derive.h"
#include "common/address.h"
#include "common/date.h"
#include "common/doc_kind.h"
#include "common/filter.h"
#include "common/instalments.h"
#include "common/text.h"
#include "data/engine/kv.h"
#include "data/row.h"
#include <string.h>

static struct key start(const struct derived *d, enum index index)
{
    return index_key(d->t, index);
}

/* Adds an index entry: the parts gathered so far, then the record's id. */
static void entry(struct derived *d, struct key *parts)
{
    key_u64(parts, d->id);
    if (d->n_keys == d->cap_keys)
        d->keys = arena_room(d->t->arena, d->keys, &d->cap_keys, sizeof *d->keys);
    const struct shape *row = row_view((enum index)(parts->bytes[4] - SPACE_INDEX));
    d->keys[d->n_keys++] =
        (struct derived_key){parts->size, arena_copy(d->t->arena, parts->bytes, parts->size), row, false};
}

void derived_value(struct buf *out, const struct derived_key *k, const struct shape *shape,
                   const void *record)
{
    buf_clear(out);
    if (k->row)
        row_of_record(out, k->row, shape, record);
    else if (k->inside)
        buf_add(out, ROW_INSIDE, ROW_INSIDE_SIZE);
}

enum err derived_put(struct txn *t, const struct derived_key *k, enum kind kind, const void *record)
{
    struct buf value;
    buf_init(&value, KV_VALUE_MAX);
    derived_value(&value, k, record_shape(kind), record);
    enum err e =
        value.full ? ERR_TOO_LARGE
                   : kv_put(t->kv, k->bytes, k->size, value.size ? (const void *)value.data : "", value.size);
    buf_fini(&value);
    return e;
}

struct key total_key(const struct txn *t, enum total_slot slot, uint64_t scope, const char *currency,
                     uint32_t sub)
{
    struct key k = key_of(t->business, SPACE_TOTAL);
    char code[3] = {0};
    memcpy(code, currency, strnlen(currency, 3));
    key_u8(&k, (uint8_t)slot);
    key_u64(&k, scope);
    key_bytes(&k, code, 3);
    key_u32(&k, sub);
    return k;
}

static void total(struct derived *d, enum total_slot slot, uint64_t scope, const char *currency, uint32_t sub,
                  int64_t amount)
{
    if (d->n_totals == d->cap_totals)
        d->totals = arena_room(d->t->arena, d->totals, &d->cap_totals, sizeof *d->totals);
    d->totals[d->n_totals++] = (struct derived_total){total_key(d->t, slot, scope, currency, sub), amount, 1};
}

/* The same for the whole business and for one customer. */
static void total_both(struct derived *d, enum total_slot slot, uint64_t customer, const char *currency,
                       uint32_t sub, int64_t amount)
{
    total(d, slot, 0, currency, sub, amount);
    total(d, slot, customer, currency, sub, amount);
}

static void text_entry(struct derived *d, enum index index, const char *text)
{
    if (!text || !*text)
        return;
    struct key k = start(d, index);
    entry(d, key_text(&k, text_fold(d->t->arena, text)));
}

static void address_entry(struct derived *d, enum index index, const char *address)
{
    if (!address || !*address)
        return;
    struct key k = start(d, index);
    entry(d, key_text(&k, address_key(d->t->arena, address)));
}

static void id_entry(struct derived *d, enum index index, uint64_t id)
{
    struct key k = start(d, index);
    entry(d, key_u64(&k, id));
}

static bool has_entry(const struct derived *d, const struct key *k)
{
    for (size_t i = 0; i < d->n_keys; i++)
        if (d->keys[i].size == k->size + 8 && memcmp(d->keys[i].bytes, k->bytes, k->size) == 0)
            return true;
    return false;
}

/* Every word of a text behind what `start` holds. */
static void word_entries_at(struct derived *d, const struct key *start, const char *text)
{
    if (!text)
        return;
    const char *at = text_search(d->t->arena, text), *word;
    size_t size;
    while ((size = text_word(&at, &word)) != 0) {
        struct key k = *start;
        key_bytes(&k, word, size < KEY_TEXT ? size : KEY_TEXT);
        key_u8(&k, 0);
        if (!has_entry(d, &k))
            entry(d, &k);
    }
}

static void word_entries(struct derived *d, enum index index, const char *text)
{
    struct key k = start(d, index);
    word_entries_at(d, &k, text);
}

/* The digits that a number ends with, as a word that no text has. */
static void tail_entry(struct derived *d, const struct key *start, const char *number)
{
    char tail[FILTER_TAIL];
    if (!number || !*filter_tail(tail, number))
        return;
    struct key k = *start;
    entry(d, key_text(key_u8(&k, '#'), tail));
}

static void derive_customer(struct derived *d, const struct customer *c)
{
    text_entry(d, INDEX_CUSTOMER_NAME, c->name);
    if (!c->active)
        text_entry(d, INDEX_CUSTOMER_INACTIVE, c->name);
    word_entries(d, INDEX_CUSTOMER_WORD, c->name);
    word_entries(d, INDEX_CUSTOMER_WORD, c->company);
    word_entries(d, INDEX_CUSTOMER_WORD, c->email);
    text_entry(d, INDEX_CUSTOMER_SOURCE, c->source);
}

static void derive_contact(struct derived *d, const struct contact *c)
{
    id_entry(d, INDEX_CONTACT_CUSTOMER, c->customer);
    address_entry(d, INDEX_CONTACT_EMAIL, c->email);
    word_entries(d, INDEX_CONTACT_WORD, c->name);
    word_entries(d, INDEX_CONTACT_WORD, c->position);
    word_entries(d, INDEX_CONTACT_WORD, c->email);
    if (c->access == ACCESS_INVITED || c->access == ACCESS_ACTIVE) {
        struct key k = start(d, INDEX_CONTACT_TOLD);
        key_u8(&k, (uint8_t)c->access);
        entry(d, key_u32(&k, (uint32_t)c->told_generation));
    }
}

static struct key doc_key(const struct derived *d, enum index index, uint64_t customer, int kind)
{
    struct key k = start(d, index);
    if (customer)
        key_u64(&k, customer);
    key_u8(&k, (uint8_t)kind);
    return k;
}

static void amount_part(struct key *k, const struct money *m)
{
    char code[3] = {0};
    memcpy(code, m->currency, strnlen(m->currency, 3));
    key_i64(key_bytes(k, code, 3), m->amount);
}

/* What has no number yet will have the next one: it comes last. */
static struct key *number_part(struct arena *a, struct key *k, const char *number)
{
    const char *folded = number ? text_fold(a, number) : "";
    return *folded ? key_number(k, folded) : key_u8(key_u8(k, 0xff), 0);
}

void derive_document_order(struct arena *a, const struct document_row *r, int sort, struct key *k)
{
    switch (sort) {
    case SORT_DUE: key_u32(k, (uint32_t)r->due); break;
    case SORT_TOTAL: amount_part(k, &r->total); break;
    case SORT_NUMBER: number_part(a, k, r->number); break;
    default: key_u32(k, (uint32_t)r->date); break;
    }
}

void derive_payment_order(const struct payment_row *r, int sort, struct key *k)
{
    if (sort == PAY_SORT_AMOUNT)
        amount_part(k, &r->amount);
    else
        key_u32(k, (uint32_t)r->date);
}

bool derive_state_due(int status)
{
    return status != STATUS_OPEN && status != STATUS_PAID;
}

static bool partly_paid(const struct document *doc)
{
    return doc_kind(doc->kind)->owes > 0 && doc->state == DOC_OPEN && doc->balance.amount < doc->total.amount;
}

static void ordered_entries(struct derived *d, const struct document *doc, bool mine)
{
    uint64_t customer = mine ? doc->customer : 0;
    uint32_t date = (uint32_t)doc->date;
    bool open = doc->state == DOC_OPEN;
    struct key k = doc_key(d, mine ? INDEX_DOC_CUSTOMER : INDEX_DOC_DATE, customer, doc->kind);
    entry(d, key_u32(&k, date));
    k = doc_key(d, mine ? INDEX_DOC_CUSTOMER_NUMBER : INDEX_DOC_NUMBER, customer, doc->kind);
    entry(d, number_part(d->t->arena, &k, doc->number));
    k = doc_key(d, mine ? INDEX_DOC_CUSTOMER_STATE : INDEX_DOC_STATE, customer, doc->kind);
    struct key partly = k;
    entry(d, key_u32(key_u8(&k, (uint8_t)doc_status_of(doc->state)), date));
    if (partly_paid(doc))
        entry(d, key_u32(key_u8(&partly, STATUS_PARTLY_PAID), date));
    k = doc_key(d, mine ? INDEX_DOC_CUSTOMER_TOTAL : INDEX_DOC_TOTAL, customer, doc->kind);
    amount_part(&k, &doc->total);
    entry(d, &k);
    k = doc_key(d,
                mine ? (open ? INDEX_DOC_CUSTOMER_DUE : INDEX_DOC_CUSTOMER_CLOSED)
                     : (open ? INDEX_DOC_DUE : INDEX_DOC_CLOSED),
                customer, doc->kind);
    entry(d, key_u32(&k, (uint32_t)doc->due));
}

/* Of one status, in the other orders. */
static void status_entries(struct derived *d, const struct document *doc, int status)
{
    struct key k = doc_key(d, INDEX_DOC_STATE_NUMBER, 0, doc->kind);
    entry(d, number_part(d->t->arena, key_u8(&k, (uint8_t)status), doc->number));
    k = doc_key(d, INDEX_DOC_STATE_TOTAL, 0, doc->kind);
    amount_part(key_u8(&k, (uint8_t)status), &doc->total);
    entry(d, &k);
    if (derive_state_due(status)) {
        k = doc_key(d, INDEX_DOC_STATE_DUE, 0, doc->kind);
        entry(d, key_u32(key_u8(&k, (uint8_t)status), (uint32_t)doc->due));
    }
}

/* What is left to be used, by whom, in the order in which it is. */
static void credit(struct derived *d, uint64_t customer, int what, int32_t date, const struct money *left)
{
    struct key k = start(d, INDEX_CREDIT);
    if (!left->amount)
        return;
    entry(d, key_u32(key_u64(key_u8(&k, (uint8_t)what), customer), (uint32_t)date));
    total_both(d, TOTAL_CREDIT, customer, left->currency, 0, left->amount);
}

/* What is owed, by the day on which it is due; one invoice, however many parts it has. */
static void owed_totals(struct derived *d, const struct document *doc)
{
    const size_t n = doc->instalments.n;
    if (!n)
        total_both(d, TOTAL_OUTSTANDING, doc->customer, doc->currency, (uint32_t)doc->due,
                   doc->balance.amount);
    bool counted = false;
    for (size_t i = 0; i < n; i++) {
        const int64_t open = instalments_open(&doc->instalments, i, doc->total.amount - doc->balance.amount);
        if (!open && (counted || i + 1 < n))
            continue;
        total_both(d, TOTAL_OUTSTANDING, doc->customer, doc->currency, (uint32_t)doc->instalments.v[i].due,
                   open);
        d->totals[d->n_totals - 1].count = d->totals[d->n_totals - 2].count = !counted;
        counted = true;
    }
}

static void derive_document(struct derived *d, const struct document *doc)
{
    struct key words = doc_key(d, INDEX_DOC_WORD, 0, doc->kind);
    ordered_entries(d, doc, false);
    ordered_entries(d, doc, true);
    status_entries(d, doc, doc_status_of(doc->state));
    if (partly_paid(doc))
        status_entries(d, doc, STATUS_PARTLY_PAID);
    tail_entry(d, &words, doc->number);
    word_entries_at(d, &words, doc->reference);
    text_entry(d, INDEX_DOC_SOURCE, doc->source);
    if (doc->waiting) {
        struct key k = start(d, INDEX_DOC_WAITING);
        entry(d, &k);
    }
    if (doc->schedule) {
        struct key k = start(d, INDEX_DOC_SCHEDULE);
        entry(d, key_u32(key_u64(&k, doc->schedule), (uint32_t)doc->nth));
    }
    total_both(d, TOTAL_STATE, doc->customer, "", (uint32_t)doc->kind * 256 + (uint32_t)doc->state, 0);
    if (doc_kind(doc->kind)->owes > 0 && doc->state == DOC_OPEN)
        owed_totals(d, doc);
    for (size_t i = 0; i < doc->settles.n; i++)
        id_entry(d, INDEX_DOC_SETTLES, doc->settles.v[i].invoice);
    credit(d, doc->customer, doc_kind(doc->kind)->subject, doc->date, &doc->left);
}

static void derive_payment(struct derived *d, const struct payment *p)
{
    text_entry(d, INDEX_PAYMENT_NUMBER, p->number);
    text_entry(d, INDEX_PAYMENT_SOURCE, p->source);
    struct key k = start(d, INDEX_PAYMENT_DATE);
    entry(d, key_u32(&k, (uint32_t)p->date));
    k = start(d, INDEX_PAYMENT_CUSTOMER);
    entry(d, key_u32(key_u64(&k, p->customer), (uint32_t)p->date));
    k = start(d, INDEX_PAYMENT_AMOUNT);
    amount_part(&k, &p->amount);
    entry(d, &k);
    k = start(d, INDEX_PAYMENT_CUSTOMER_AMOUNT);
    amount_part(key_u64(&k, p->customer), &p->amount);
    entry(d, &k);
    k = start(d, INDEX_PAYMENT_WORD);
    tail_entry(d, &k, p->number);
    word_entries_at(d, &k, p->reference);
    if (p->gateway && *p->gateway)
        total(d, TOTAL_GATEWAY, total_name(p->gateway), p->amount.currency, (uint32_t)p->state,
              p->amount.amount);
    if (p->gateway_id && *p->gateway_id) {
        k = start(d, INDEX_PAYMENT_GATEWAY);
        entry(d, key_text(key_text(&k, p->gateway), p->gateway_id));
    }
    for (size_t i = 0; i < p->allocations.n; i++)
        id_entry(d, INDEX_PAYMENT_INVOICE, p->allocations.v[i].invoice);
    if (p->state != PAY_SUCCEEDED) {
        k = start(d, INDEX_PAYMENT_STATE);
        entry(d, key_u32(key_u8(&k, (uint8_t)p->state), (uint32_t)p->date));
    }
    if (p->state != PAY_SUCCEEDED && p->state != PAY_DISPUTED)
        return;
    int year, month, day;
    date_split(p->date, &year, &month, &day);
    total_both(d, TOTAL_PAID, p->customer, p->amount.currency, (uint32_t)(year * 12 + month - 1),
               p->amount.amount);
    if (p->state == PAY_SUCCEEDED) /* while it is disputed, nobody uses what is left of it */
        credit(d, p->customer, SUBJECT_PAYMENT, p->date, &p->unused);
}

static void derive_refund(struct derived *d, const struct refund *r)
{
    text_entry(d, INDEX_REFUND_NUMBER, r->number);
    struct key k = start(d, INDEX_REFUND_SOURCE);
    entry(d, key_u64(key_u8(key_u64(&k, r->customer), (uint8_t)r->of), (uint64_t)r->source));
    k = start(d, INDEX_REFUND_STATE);
    if (r->state != REFUND_SUCCEEDED)
        entry(d, key_u32(key_u8(&k, (uint8_t)r->state), (uint32_t)r->date));
}

bool derive_side(int side)
{
    return side != SIDE_STAFF && side != SIDE_CUSTOMER;
}

bool derive_rings(const struct event *e)
{
    return e->what == WHAT_MAIL_FAILED || e->what == WHAT_REFUND_AMISS ||
           (e->subject == SUBJECT_REFUND &&
            (e->what == WHAT_REFUND_FAILED || e->what == WHAT_REFUNDED_THERE));
}

/* The last entry is one that customers' lists are read from, too: what is not for them is passed over there. */
static void not_for_customers(struct derived *d, const struct event *e)
{
    d->keys[d->n_keys - 1].inside = !e->portal;
}

static void derive_event(struct derived *d, const struct event *e)
{
    if (e->customer) {
        id_entry(d, INDEX_EVENT_CUSTOMER, e->customer);
        not_for_customers(d, e);
    }
    const bool by_bank = e->what == WHAT_REVERSED && e->side == SIDE_SYSTEM; /* rings on both sides */
    /* Nothing but a recurring invoice is sent by the daemon itself. */
    const bool ours = e->side == SIDE_STAFF || e->side == SIDE_MACHINE ||
                      (e->side == SIDE_SYSTEM && e->what == WHAT_SENT) || by_bank;
    if (e->customer && e->portal && ours && e->subject != SUBJECT_SESSION)
        id_entry(d, INDEX_EVENT_RING, e->customer);
    struct key k = start(d, INDEX_EVENT_SUBJECT);
    entry(d, key_u64(key_u8(&k, (uint8_t)e->subject), (uint64_t)e->about));
    not_for_customers(d, e);
    if ((e->side == SIDE_CUSTOMER && e->subject != SUBJECT_SESSION && e->what != WHAT_CODE_OPENED) ||
        derive_rings(e) || by_bank) {
        k = start(d, INDEX_EVENT_BELL);
        entry(d, &k);
    }
    k = start(d, INDEX_EVENT_WHAT);
    entry(d, key_u8(&k, (uint8_t)e->what));
    if (e->actor) {
        k = start(d, INDEX_EVENT_ACTOR);
        entry(d, key_u64(key_u8(&k, (uint8_t)e->side), (uint64_t)e->actor));
    }
    if (derive_side(e->side)) {
        k = start(d, INDEX_EVENT_SIDE);
        entry(d, key_u8(&k, (uint8_t)e->side));
    }
}

static void derive_session(struct derived *d, const struct session *s)
{
    if (s->code) { /* of no person */
        id_entry(d, INDEX_SESSION_CODE, s->code);
        return;
    }
    struct key k = start(d, INDEX_SESSION_PERSON);
    struct key from = *key_u8(&k, s->role == ROLE_CUSTOMER ? SIDE_CUSTOMER : SIDE_STAFF);
    entry(d, key_u64(&k, (uint64_t)s->person));
    if (s->origin && s->origin != s->person)
        entry(d, key_u64(&from, (uint64_t)s->origin));
}

static void derive_ticket(struct derived *d, const struct ticket *t)
{
    struct key k = start(d, INDEX_TICKET_PERSON);
    entry(d, key_u64(key_u8(&k, (uint8_t)t->side), (uint64_t)t->person));
    k = start(d, INDEX_TICKET_HASH);
    entry(d, key_bytes(&k, t->hash.data, t->hash.size));
}

static void derive_doc_code(struct derived *d, const struct doc_code *code)
{
    id_entry(d, INDEX_DOC_CODE_DOCUMENT, code->document);
    if (code->revoked)
        return;
    struct key k = start(d, INDEX_DOC_CODE_HASH);
    entry(d, key_bytes(&k, code->hash.data, code->hash.size));
}

static void derive_schedule(struct derived *d, const struct schedule *s)
{
    struct key k = start(d, INDEX_SCHEDULE_STATE);
    entry(d, key_u32(key_u8(&k, (uint8_t)s->state), (uint32_t)s->next_date));
    k = start(d, INDEX_SCHEDULE_CUSTOMER);
    key_u8(key_u64(&k, s->customer), (uint8_t)s->state);
    entry(d, key_u32(&k, (uint32_t)s->next_date));
}

static void derive_version(struct derived *d, const struct version *v)
{
    struct key k = start(d, INDEX_VERSION_DOCUMENT);
    entry(d, key_u64(key_u64(&k, v->document), (uint64_t)v->revision));
}

/* Those that stay until somebody acts have no time: they come in the order in which they were written. */
static int64_t mail_time(const struct mail *m)
{
    return m->state == MAIL_WAITING     ? m->next_try
           : m->state == MAIL_SENT      ? m->sent
           : m->state == MAIL_WITHDRAWN ? m->created
                                        : 0;
}

static void derive_mail(struct derived *d, const struct mail *m)
{
    struct key k = start(d, INDEX_MAIL_STATE);
    entry(d, key_u64(key_u8(&k, (uint8_t)m->state), (uint64_t)mail_time(m)));
    if (m->customer)
        id_entry(d, INDEX_MAIL_CUSTOMER, m->customer);
}

static void derive_due(struct derived *d, const struct due *w)
{
    struct key about = start(d, INDEX_DUE_ABOUT), list = start(d, INDEX_DUE_LIST),
               all = index_key_all(INDEX_DUE_AT);
    key_u8(&about, (uint8_t)w->work);
    entry(d, key_u64(&about, (uint64_t)w->about));
    key_u8(&list, w->gave_up == 0);
    entry(d, key_i64(&list, w->at));
    key_u8(&all, (uint8_t)w->work);
    key_u64(key_u32(&all, d->t->business), (uint64_t)w->whose);
    if (!w->gave_up)
        entry(d, key_i64(&all, w->at));
}

static void derive_reminded(struct derived *d, const struct reminded *r)
{
    id_entry(d, INDEX_REMINDED_CUSTOMER, r->customer);
    for (size_t i = 0; i < r->parts.n; i++) {
        struct key k = start(d, INDEX_REMINDED_INVOICE);
        entry(d, key_u64(key_u64(&k, r->parts.v[i].invoice), (uint64_t)r->parts.v[i].rule));
    }
    for (size_t i = 0; i < r->mails.n; i++)
        id_entry(d, INDEX_REMINDED_MAIL, (uint64_t)r->mails.v[i].mail);
}

static void derive_ssh_key(struct derived *d, const struct ssh_key *s)
{
    struct key k = start(d, INDEX_KEY_PERSON);
    entry(d, key_u64(key_u8(&k, (uint8_t)s->side), (uint64_t)s->person));
    k = start(d, INDEX_KEY_PRINT);
    entry(d, key_text(&k, s->expires ? arena_printf(d->t->arena, "?%s", s->fingerprint) : s->fingerprint));
    k = start(d, INDEX_KEY_WAITS);
    if (s->expires)
        entry(d, key_u64(&k, (uint64_t)s->expires));
}

static void derive_comment(struct derived *d, const struct comment *c)
{
    id_entry(d, INDEX_COMMENT_DOCUMENT, c->document);
    if (c->portal)
        id_entry(d, INDEX_COMMENT_SHOWN, c->document);
}

/* The last statement of an account is found by it; what still arrives is apart. */
static void derive_statement(struct derived *d, const struct statement *s)
{
    struct key k = start(d, INDEX_STATEMENT_ACCOUNT);
    key_text(&k, text_fold(d->t->arena, s->account ? s->account : ""));
    entry(d, key_u8(&k, s->coming));
}

static void derive_statement_line(struct derived *d, const struct statement_line *l)
{
    id_entry(d, INDEX_LINE_STATEMENT, l->statement);
    struct key k = start(d, INDEX_LINE_KEY);
    entry(d, key_bytes(&k, l->key.data, l->key.size));
    k = start(d, INDEX_LINE_STATE);
    if (l->state != LINE_COMING)
        entry(d, key_u32(key_u8(&k, (uint8_t)l->state), (uint32_t)l->date));
    k = start(d, INDEX_LINE_PAYER);
    if (l->state == LINE_BOOKED && l->customer && l->payer.size)
        entry(d, key_bytes(&k, l->payer.data, l->payer.size));
}

static void derive_gateway_seen(struct derived *d, const struct gateway_seen *s)
{
    struct key k = start(d, INDEX_GATEWAY_SEEN);
    const char *event = s->event ? s->event : "";
    entry(d, key_text(key_text(&k, s->gateway), event));
    k = start(d, INDEX_GATEWAY_SEEN_AT);
    if (*event)
        entry(d, key_i64(key_text(&k, s->gateway), s->at));
}

const struct consent *consent_of(const struct saved_method *m)
{
    const struct consent *last = m->consents.n ? &m->consents.v[m->consents.n - 1] : NULL;
    return last && !last->ended ? last : NULL;
}

static void derive_method(struct derived *d, const struct saved_method *m)
{
    id_entry(d, INDEX_METHOD_CUSTOMER, m->customer);
    struct key k = start(d, INDEX_METHOD_MARK), automatic = *key_u64(&k, m->customer);
    if (m->preferred)
        entry(d, key_u8(&k, METHOD_FIRST));
    if (consent_of(m))
        entry(d, key_u8(&automatic, METHOD_AUTOMATIC));
    k = start(d, INDEX_METHOD_HELD);
    if (m->held.n)
        entry(d, &k);
}

static void derive_item(struct derived *d, const struct item *i)
{
    text_entry(d, INDEX_ITEM_NAME, i->name);
    word_entries(d, INDEX_ITEM_WORD, i->name);
}

void derive(const struct txn *t, enum kind kind, const void *record, struct derived *out)
{
    *out = (struct derived){.t = t};
    if (!record)
        return;
    out->id = record_id(record);
    switch (kind) {
    case KIND_STAFF: address_entry(out, INDEX_STAFF_EMAIL, ((const struct staff *)record)->email); break;
    case KIND_CUSTOMER: derive_customer(out, record); break;
    case KIND_CONTACT: derive_contact(out, record); break;
    case KIND_ITEM: derive_item(out, record); break;
    case KIND_DOCUMENT: derive_document(out, record); break;
    case KIND_VERSION: derive_version(out, record); break;
    case KIND_SCHEDULE: derive_schedule(out, record); break;
    case KIND_PAYMENT: derive_payment(out, record); break;
    case KIND_REFUND: derive_refund(out, record); break;
    case KIND_COMMENT: derive_comment(out, record); break;
    case KIND_MAIL: derive_mail(out, record); break;
    case KIND_DUE: derive_due(out, record); break;
    case KIND_REMINDED: derive_reminded(out, record); break;
    case KIND_STATEMENT: derive_statement(out, record); break;
    case KIND_STATEMENT_LINE: derive_statement_line(out, record); break;
    case KIND_GATEWAY_SEEN: derive_gateway_seen(out, record); break;
    case KIND_SAVED_METHOD: derive_method(out, record); break;
    case KIND_EVENT: derive_event(out, record); return; /* counted by its id: the log has no gaps */
    case KIND_TICKET: derive_ticket(out, record); return;
    case KIND_SESSION: derive_session(out, record); return;
    case KIND_SSH_KEY: derive_ssh_key(out, record); return;
    case KIND_DOC_CODE: derive_doc_code(out, record); return;
    default: return;
    }
    total(out, TOTAL_RECORDS, 0, "", (uint32_t)kind, 0);
}

bool derive_visible(enum kind kind, const void *record, uint64_t customer)
{
    if (kind_document(kind)) {
        const struct document *d = record;
        return d->customer == customer && d->state != DOC_DRAFT;
    }
    switch (kind) {
    case KIND_BUSINESS: return true;
    case KIND_CUSTOMER: return ((const struct customer *)record)->id == customer;
    case KIND_CONTACT: return ((const struct contact *)record)->customer == customer;
    case KIND_PAYMENT: return ((const struct payment *)record)->customer == customer;
    case KIND_REFUND: return ((const struct refund *)record)->customer == customer;
    case KIND_SAVED_METHOD: {
        const struct saved_method *m = record;
        return m->customer == customer && m->state != METHOD_REMOVED;
    }
    case KIND_COMMENT: {
        const struct comment *c = record;
        return c->customer == customer && c->portal;
    }
    case KIND_EVENT: {
        const struct event *e = record;
        return e->customer == customer && e->portal;
    }
    default: return false;
    }
}
