/* Paying (E1, E2, E8) in five steps: Select › Method › Review › Processing › Receipt. Each step is a screen of its own above the one
 * before; all share one struct pay, which belongs to the first. Inside of pay*.c. */
#ifndef TUI_CUSTOMER_PAY_H
#define TUI_CUSTOMER_PAY_H
#include "tui/customer/customer_screens.h"

struct owed {
    uint64_t invoice;
    const char *number;
    struct money due, amount; /* amount: what is to be paid of it */
    int32_t day;
    int status;
    const char *why; /* why it can not be paid by card now, as the server says; NULL: it can */
    bool no_card;    /* it never can */
    bool in;         /* to be paid now; never of one that can not be */
    bool apart;      /* it would be in, but one payment can not hold it together with the others */
};
enum pay_step { PAY_SELECT, PAY_METHOD, PAY_REVIEW, PAY_PROCESSING, PAY_RECEIPT };
struct pay {
    uint64_t only;          /* the invoice; 0: all that is due, or */
    const uint64_t *chosen; /* those that were marked */
    size_t n_chosen;
    struct owed *due;
    size_t n;
    struct money total; /* of those that are in */
    size_t count;
    const struct me *me;
    int32_t today;
    struct form *card; /* on the method's screen, which stays below review and processing */
    char method[80];   /* "Visa ending 4242, expires 08/28" */
    uint8_t id[16];    /* of the one payment that Review may make; made when Review opens */
};

/* --- pay_rules.c: what holds on screens and in line mode alike */
struct pay_card {
    const char *number, *expiry, *code, *name;
};
/* What is due according to home.get, or to invoice.get of one, in the arena. */
void pay_due_all(struct pay *p, struct arena *a, const struct home_get_out *home);
struct owed pay_due_of(struct arena *a, const struct document *invoice);
/* These are what there is to choose from. What was left out, and part amounts that still fit, stay so when it is read again. One payment
 * has one currency: those in another than the first are left to a payment of their own. */
void pay_take(struct pay *p, struct arena *a, struct owed *due, size_t n);
/* The same to be paid elsewhere: whole, whatever may be said of cards. */
void pay_elsewhere_all(struct pay *p, struct arena *a, const struct home_get_out *home);
void pay_elsewhere_of(struct pay *p, struct arena *a, const struct document *invoice);
/* payment.begin of all that is in, by that method. */
void pay_begin(const struct pay *p, const char *method, struct arena *a, struct payment_begin_in *in);
/* It was refused. True: one invoice is to blame, which is out now, with the reason; ask for the rest, if there is any. */
bool pay_left_out(struct pay *p, struct arena *a, const struct refusal *why);
void pay_sum(struct pay *p); /* after amounts or choices have changed */
/* Can that much of it be in one payment with all the others that are in? */
bool pay_fits(const struct pay *p, const struct owed *d, int64_t amount, struct refusal *why);
/* In, or out again; false: it does not fit, and nothing has changed. */
bool pay_toggle(struct pay *p, struct owed *d, struct refusal *why);
/* Why it is not in, though nobody left it out; NULL: nothing stands against it. */
const char *pay_why_not(const struct owed *d);
/* "100.00" → how much of that invoice is to be paid now; false: no amount, or more than is due. */
bool pay_part(const struct pay *p, struct owed *d, const char *text, struct refusal *why);
/* What is asked for: to be sent with pay->id, and with that id again for as long as nobody has answered. */
void pay_request(const struct pay *p, const struct pay_card *card, struct arena *a,
                 struct payment_pay_in *in);

/* How it stands with the one payment that a review may make. */
struct pay_try {
    const struct payment *payment; /* as last heard; NULL: no answer yet */
    uint64_t id;
    bool unknown;      /* it was sent and the answer was lost: it may have been made */
    bool over;         /* the outcome is known */
    char refused[300]; /* why it was not even started */
};
void pay_heard(struct pay_try *t,
               const struct payment *payment); /* payment.pay or payment.get has answered */
/* payment.pay was refused, or its answer is missing. True: the card is what is wrong; then nothing else has changed. */
bool pay_not_made(struct pay_try *t, enum err code, const struct refusal *why);
bool pay_send_again(const struct pay_try *t, bool online); /* the same id: the same payment */
#define PAY_UNKNOWN "Outcome unknown: do not pay again."

extern const struct screen screen_pay_method, screen_pay_review, screen_pay_processing, screen_pay_code;
void pay_code_open(struct ui *ui, const struct pay_told *told); /* what a phone reads, alone on the screen */
/* These screens begin their state with a pointer to the struct pay; pushing one: */
void pay_push(struct ui *ui, const struct screen *step, struct pay *pay);
/* The crumbs in row 0, and in row 1 what has to be said wherever a card is asked for. */
void pay_steps(const struct pay *p, const struct canvas *c, enum pay_step here);
/* What is paid, one row each, from row y with the label in column 3; returns rows used. At most `most` rows. */
int pay_rows(const struct pay *p, const struct canvas *c, int y, int most);
void pay_leave(struct ui *ui, int screens); /* back to where paying began */
/* Card facts that can be seen without asking anybody; NULL or a sentence. */
const char *pay_check_number(const char *text);
const char *pay_check_expiry(const char *text);
const char *pay_check_code(const char *text);
void pay_name_card(char *buffer, size_t size, const char *number, const char *expiry);
#endif
