/* Paying (E1, E2, E8) in five steps: Select › Method › Review › Processing › Receipt. Each step is a screen of its own above the one
 * before; all share one struct pay, which belongs to the first. Inside of pay*.c. */
#ifndef TUI_CUSTOMER_PAY_H
#define TUI_CUSTOMER_PAY_H
#include "tui/customer/screens.h"

struct due {
    uint64_t invoice;
    const char *number;
    struct money due, amount; /* amount: what is to be paid of it */
    int32_t day;
    int status;
    bool in; /* to be paid now */
};
enum pay_step { PAY_SELECT, PAY_METHOD, PAY_REVIEW, PAY_PROCESSING, PAY_RECEIPT };
struct pay {
    uint64_t only; /* the invoice; 0: all that is due */
    struct due *due;
    size_t n;
    struct money total; /* of those that are in */
    size_t count;
    const struct me *me;
    int32_t today;
    struct form *card; /* on the method's screen, which stays below review and processing */
    char method[80];   /* "Visa ending 4242, expires 08/28" */
    uint8_t id[16];    /* of the one payment that Review may make; made when Review opens */
};

extern const struct screen screen_pay_method, screen_pay_review, screen_pay_processing;
/* These screens begin their state with a pointer to the struct pay; pushing one: */
void pay_push(struct ui *ui, const struct screen *step, struct pay *pay);
void pay_steps(const struct canvas *c, enum pay_step here); /* the crumbs in row 0 */
/* What is paid, one row each, from row y with the label in column 3; returns rows used. At most `most` rows. */
int pay_rows(const struct pay *p, const struct canvas *c, int y, int most);
void pay_leave(struct ui *ui, int screens); /* back to where paying began */
/* Card facts that can be seen without asking anybody; NULL or a sentence. */
const char *pay_check_number(const char *text);
const char *pay_check_expiry(const char *text);
const char *pay_check_code(const char *text);
void pay_name_card(char *buffer, size_t size, const char *number, const char *expiry);
#endif
