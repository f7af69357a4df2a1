/* What is drawn by hand, and not as the page it is told as. */
#include "proto/paper/show.h"
#include "tui/both/document_draw.h"
#include "tui/both/receipt.h"
#include "tui/customer/customer_screens.h"
#include "tui/full/book_screen.h"
#include "tui/full/look.h"
#include "tui/portal/papers.h"
#include "tui/staff/staff_screens.h"

static void paint_document(const struct scene *v, struct canvas *c)
{
    const struct document_view view = paper_view(v);
    document_draw(&view, c);
}

static void beside_document(const struct scene *v, struct canvas *c)
{
    struct document_view view = paper_view(v);
    view.whole = true;
    document_draw_around(&view, c, -1);
}

/* As it was sent before: the answer is the act's. */
static void paint_version(const struct scene *v, struct canvas *c)
{
    const struct version *e = ((const struct document_version_out *)v->out)->version;
    const struct document_view view = {.doc = e->was, .me = v->me, .today = v->today};
    const int y = canvas_wrap(c, 0, 1, c->columns - 2, 3, look_style(LOOK_WARN),
                              scene_text(v, "As it was sent %s by %s. This is not what is offered now.",
                                         scene_when(v, e->at), show_text(e->by)));
    struct canvas rest = canvas_part(c, y + 1, 0, c->rows - y - 1, c->columns);
    if (view.doc)
        document_draw(&view, &rest);
}

/* All of it, where the document has the newest of a long one. */
static void paint_history(const struct scene *v, struct canvas *c)
{
    struct document_view view = paper_view(v);
    view.whole = true;
    document_draw_history(&view, c, 0);
}

static void paint_payment(const struct scene *v, struct canvas *c)
{
    const struct payment *p = ((const struct payment_get_out *)v->out)->payment;
    int y = receipt_draw(p, v->me, v->today, c, 0) + 1;
    y += receipt_draw_page(p, v->codes, c, y);
    if (*show_text(p->notes)) {
        canvas_text(c, y + 1, 2, STYLE_BOLD, "Remarks for staff");
        canvas_wrap(c, y + 2, 2, c->columns - 4, 20, STYLE_PLAIN, p->notes);
    }
}

static void preview_work(const struct scene *v, enum op_number op, const void *out, struct canvas *c)
{
    if (op == OPNO_payment_get) {
        receipt_draw(((const struct payment_get_out *)out)->payment, v->me, v->today, c, 0);
        return;
    }
    const struct document_get_out *got = out;
    const struct document_view view = {.doc = got->document,
                                       .comments = &got->comments,
                                       .payments = &got->payments,
                                       .told = &got->told,
                                       .me = v->me,
                                       .today = v->today};
    document_draw(&view, c);
}

const struct painter full_painters[] = {
    {.book = &book_estimate, .paint = paint_document, .beside = beside_document},
    {.book = &book_invoice, .paint = paint_document, .beside = beside_document},
    {.book = &book_retainer, .paint = paint_document, .beside = beside_document},
    {.book = &book_credit_note, .paint = paint_document, .beside = beside_document},
    {.book = &book_estimate, .act = "versions", .paint = paint_version},
    {.book = &book_estimate, .act = "history", .paint = paint_history},
    {.book = &book_invoice, .act = "history", .paint = paint_history},
    {.book = &book_retainer, .act = "history", .paint = paint_history},
    {.book = &book_credit_note, .act = "history", .paint = paint_history},
    {.book = &book_payment, .paint = paint_payment},
    {.book = &book_today, .around = today_around, .preview = preview_work},
    {.book = &book_home, .around = home_around},
    {0}};
