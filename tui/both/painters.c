/* What is drawn by hand, and not as the page it is told as. */
#include "proto/paper/show.h"
#include "tui/both/receipt.h"
#include "tui/customer/customer_screens.h"
#include "tui/full/book_screen.h"
#include "tui/portal/books.h"
#include "tui/staff/staff_screens.h"

static void paint_payment(const struct scene *v, struct canvas *c)
{
    const struct payment *p = ((const struct payment_get_out *)v->out)->payment;
    int y = receipt_draw(p, v->me, v->today, c, 0) + 1;
    if (*show_text(p->notes)) {
        canvas_text(c, y + 1, 2, STYLE_BOLD, "Remarks for staff");
        canvas_wrap(c, y + 2, 2, c->columns - 4, 20, STYLE_PLAIN, p->notes);
    }
}

const struct painter full_painters[] = {{.book = &book_payment, .paint = paint_payment},
                                        {.book = &book_today, .around = today_around},
                                        {.book = &book_home, .around = home_around},
                                        {0}};
