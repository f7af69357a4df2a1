#include "server/ops/receipt_page.h"
#include "proto/paper/paper.h"
#include "server/ops/payment.h"
#include <string.h>

enum err receipt_there(struct call *c, const struct payment *p)
{
    return p->state == PAY_SUCCEEDED
               ? OK
               : REFUSE(c, ERR_STATE, "payment", "there is a receipt of what is paid; %s is not", p->number);
}

/* The number as the name of a file: what may mean something to a shell or a folder is a hyphen. */
static const char *file_of(struct arena *a, const char *number)
{
    char *file = arena_printf(a, "receipt-%.40s.pdf", number);
    for (char *at = file; *at; at++)
        if (!strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_", *at))
            *at = '-';
    return file;
}

enum err receipt_page(struct call *c, const struct payment *stored, struct page *page, struct page_pdf *about)
{
    const struct business *b;
    enum err e = call_business(c, &b);
    if (e)
        return e;
    struct payment p = *stored;
    payment_finish(c, &p);
    p.charges = (struct money){0}; /* told to staff alone */
    const char *payee = p.payee && p.payee->name ? p.payee->name : b->name;
    const struct me reader = {.role = ROLE_CUSTOMER, .business = payee};
    paper_payment(page, &p, &reader, p.date);
    *about = (struct page_pdf){.file = file_of(page->arena, p.number),
                               .title = arena_printf(page->arena, "Receipt %s", p.number),
                               .author = arena_text(page->arena, payee, strlen(payee)),
                               .day = p.date};
    return OK;
}

/* What the operation has while no transaction is open: it takes long. */
struct setting {
    struct page *page;
    struct page_pdf about;
    struct bytes pdf;
};

static enum err set_page(void *prepared, struct arena *a, struct refusal *why)
{
    struct setting *s = prepared;
    enum err e = page_pdf(a, s->page, &s->about, &s->pdf);
    return e == ERR_TOO_LARGE ? refuse(why, e, "", "the receipt is longer than a PDF of it may be") : e;
}

enum err op_receipt_pdf(struct call *c, const struct receipt_pdf_in *in, struct receipt_pdf_out *out)
{
    struct setting *s = c->prepared;
    struct payment p;
    enum err e = record_get(&c->txn, KIND_PAYMENT, in->payment, &p);
    if (!e)
        e = receipt_there(c, &p);
    if (!e && !s) {
        s = arena_alloc(c->lasting, sizeof *s);
        s->page = page_open(c->lasting);
        e = receipt_page(c, &p, s->page, &s->about);
        c->prepared = s;
        c->outside = set_page;
    }
    if (e)
        return e;
    out->file = s->about.file; /* what is answered before the page is set is not sent */
    out->pdf = s->pdf;
    return OK;
}
