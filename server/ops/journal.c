/* The books as entries for programs that keep them (F12): what was entered of documents, payments and refunds, each on its day (data/booked.h). */
#include "common/doc_kind.h"
#include "data/booked.h"
#include "server/ops/document.h"
#include "server/ops/payment.h"

/* What it is about, before its entries are read. */
struct about {
    enum kind kind;
    int subject;
    uint64_t id, customer;
    const char *number, *noun;
};

static const char *text_of_entry(const struct about *about, int what)
{
    static const char *const texts[] = {
        [BOOKED_CHANGED] = "changed",         [BOOKED_VOIDED] = "withdrawn",
        [BOOKED_WRITTEN_OFF] = "written off", [BOOKED_RECOVERED] = "write-off taken back",
        [BOOKED_CREDIT_USED] = "credit used", [BOOKED_TAKEN_OFF] = "taken off",
        [BOOKED_DISPUTED] = "disputed",       [BOOKED_WON] = "dispute won",
        [BOOKED_REVERSED] = "taken back",     [BOOKED_FAILED] = "failed"};
    return what > BOOKED_FIRST && what <= BOOKED_FAILED ? texts[what] : about->noun;
}

struct page {
    struct call *c;
    struct journal_entry_list *out;
    bool full; /* an entry had no room */
};

static enum err put(struct page *p, const struct about *about, const struct book_entry_list *entries)
{
    for (size_t i = 0; i < entries->n; i++) {
        const struct book_entry *b = &entries->v[i];
        if (p->out->n == BOOKS_ENTRIES) {
            p->full = true;
            return OK;
        }
        p->out->v[p->out->n++] = (struct journal_entry){.date = b->date,
                                                        .subject = about->subject,
                                                        .id = (int64_t)about->id,
                                                        .number = about->number,
                                                        .customer = about->customer,
                                                        .customer_name = b->customer_name,
                                                        .text = text_of_entry(about, b->what),
                                                        .due = b->due,
                                                        .nth = (int64_t)i + 1,
                                                        .postings = b->postings};
    }
    return OK;
}

static enum err put_document(struct page *p, const void *row)
{
    const struct document_booked *d = row;
    const struct about about = {KIND_DOCUMENT, doc_kind(d->kind)->subject, d->id, d->customer,
                                d->number,     doc_noun(d->kind)};
    struct document *whole;
    struct book_entry_list entries = d->booked;
    if (d->state == DOC_DRAFT)
        return OK;
    if (entries.n)
        return put(p, &about, &entries);
    whole = arena_alloc(p->c->arena, sizeof *whole);
    enum err e = record_needed(&p->c->txn, KIND_DOCUMENT, d->id, whole);
    if (!e)
        e = books_entries(&p->c->txn, KIND_DOCUMENT, whole, &entries);
    return e ? e : put(p, &about, &entries);
}

static enum err put_payment(struct page *p, const void *row)
{
    const struct payment *pay = row;
    const struct about about = {KIND_PAYMENT,  SUBJECT_PAYMENT, pay->id,
                                pay->customer, pay->number,     "payment"};
    struct book_entry_list entries;
    enum err e = books_entries(&p->c->txn, KIND_PAYMENT, pay, &entries);
    return e ? e : put(p, &about, &entries);
}

static enum err put_refund(struct page *p, const void *row)
{
    const struct refund *r = row;
    const struct about about = {KIND_REFUND, SUBJECT_REFUND, r->id, r->customer, r->number, "refund"};
    struct book_entry_list entries;
    enum err e = books_entries(&p->c->txn, KIND_REFUND, r, &entries);
    return e ? e : put(p, &about, &entries);
}

/* Everything that is there is read, so any order does that has a cursor; their own ids never change it. */
static enum err put_rows(struct page *p, struct record_list *l, enum kind kind, const struct shape *view,
                         enum err (*put_row)(struct page *p, const void *row))
{
    struct key k = record_key(&p->c->txn, kind);
    struct list_range range = list_range(&k);
    l->kind = kind;
    l->view = view;
    l->ranges = &range;
    l->n = 1;
    enum err e = record_list(&p->c->txn, l, &p->c->why);
    for (size_t i = 0; !e && i < l->count && !p->full; i++)
        e = put_row(p, (const char *)l->rows + i * view->size);
    return e;
}

static enum err put_page(struct page *p, int of, struct record_list *l)
{
    switch (of) {
    case JOURNAL_DOCUMENTS: return put_rows(p, l, KIND_DOCUMENT, shape_document_booked(), put_document);
    case JOURNAL_REFUNDS: return put_rows(p, l, KIND_REFUND, shape_refund(), put_refund);
    default: return put_rows(p, l, KIND_PAYMENT, shape_payment(), put_payment);
    }
}

/* As many as have room with all their entries: one always has. */
enum err op_journal_list(struct call *c, const struct journal_list_in *in, struct journal_list_out *out)
{
    struct page p = {.c = c, .out = &out->entries};
    size_t limit = call_limit(in->limit);
    out->entries.v = arena_alloc(c->arena, BOOKS_ENTRIES * sizeof *out->entries.v);
    for (;; limit /= 2) {
        struct record_list l = {.after = in->after, .limit = limit};
        out->entries.n = 0;
        p.full = false;
        enum err e = put_page(&p, in->of, &l);
        out->next = l.next;
        if (e || !p.full)
            return e;
    }
}
