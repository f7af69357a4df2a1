/* How what is due is paid elsewhere (E7), with payment.begin: what is asked about, and what is left out of it. Inside of how_to_pay.c, pay_code.c
 * and flow_how.c. */
#ifndef TUI_CUSTOMER_PAY_H
#define TUI_CUSTOMER_PAY_H
#include "tui/customer/customer_screens.h"

struct owed {
    uint64_t invoice;
    const char *number;
    struct money due;
    const char *why; /* why it is not among what is asked about; NULL: it is */
};
struct pay {
    struct owed *due;
    size_t n, count; /* count: of those that are asked about */
    struct money total;
};
/* All that is due, or that invoice, in the arena. One payment has one currency: those in another than the first are left out. */
void pay_elsewhere_all(struct pay *p, struct arena *a, const struct home_get_out *home);
void pay_elsewhere_of(struct pay *p, struct arena *a, const struct document *invoice);
/* payment.begin of all that is in, by that method. */
void pay_begin(const struct pay *p, const char *method, struct arena *a, struct payment_begin_in *in);
/* It was refused. True: one invoice is to blame, which is out now, with the reason; ask for the rest, if there is any. */
bool pay_left_out(struct pay *p, struct arena *a, const struct refusal *why);

extern const struct screen screen_pay_code;
void pay_code_open(struct ui *ui, const struct pay_told *told); /* what a phone reads, alone on the screen */
#endif
