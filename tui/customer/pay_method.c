/* Step 2: the card. Number and code live in the form only, are wiped with it, and go nowhere but into the request. */
#include "tui/customer/pay.h"
#include <stdio.h>
#include <string.h>

struct state {
    struct pay *pay;
    struct form *form;
};

static size_t digits_of(const char *text, char digits[24])
{
    size_t n = 0;
    for (; *text; text++) {
        if (*text >= '0' && *text <= '9' && n < 19)
            digits[n++] = *text;
        else if (*text != ' ' && *text != '-')
            return 0;
    }
    digits[n] = '\0';
    return n;
}

const char *pay_check_number(const char *text)
{
    char digits[24];
    size_t n = digits_of(text, digits);
    int total = 0;
    for (size_t i = 0; i < n; i++) {
        int d = digits[n - 1 - i] - '0';
        d = i % 2 ? d * 2 : d;
        total += d > 9 ? d - 9 : d;
    }
    explicit_bzero(digits, sizeof digits);
    return n < 12 || total % 10 ? "That is not a card number: look for a mistyped digit." : NULL;
}

const char *pay_check_expiry(const char *text)
{
    int month = 0, year = 0, used = 0;
    size_t n = strlen(text);
    bool plain = strspn(text, "0123456789") == n && (n == 4 || n == 6);
    if (!plain && n != 5 && n != 7)
        return "Write month and year as MM/YY.";
    if (sscanf(text, plain ? "%2d%4d%n" : "%2d/%4d%n", &month, &year, &used) != 2 || text[used])
        return "Write month and year as MM/YY.";
    return month < 1 || month > 12 ? "There is no such month." : NULL;
}

const char *pay_check_code(const char *text)
{
    size_t n = strspn(text, "0123456789");
    return text[n] || n < 3 || n > 4 ? "The three or four digits printed on the card." : NULL;
}

static const char *brand_of(const char *digits)
{
    int two = (digits[0] - '0') * 10 + digits[1] - '0';
    if (digits[0] == '4')
        return "Visa";
    if ((two >= 51 && two <= 55) || (two >= 22 && two <= 27))
        return "Mastercard";
    return two == 34 || two == 37 ? "American Express" : "Card";
}

void pay_name_card(char *buffer, size_t size, const char *number, const char *expiry)
{
    char digits[24];
    size_t n = digits_of(number, digits);
    buffer[0] = '\0';
    if (n >= 12)
        snprintf(buffer, size, "%s ending %s, expires %.2s/%s", brand_of(digits), digits + n - 4, expiry,
                 expiry + (expiry[2] == '/' ? 3 : 2));
    explicit_bzero(digits, sizeof digits);
}

static const struct input_spec inputs[] = {
    {.name = "card_number",
     .label = "Card number",
     .kind = INPUT_TEXT,
     .required = true,
     .max = 23,
     .width = 24,
     .check = pay_check_number,
     .hint = "As on the card; blanks do no harm. It is not kept."},
    {.name = "card_expiry",
     .label = "Expires",
     .kind = INPUT_TEXT,
     .required = true,
     .max = 7,
     .width = 8,
     .unit = "MM/YY",
     .check = pay_check_expiry},
    {.name = "card_code",
     .label = "Security code",
     .kind = INPUT_PASSWORD,
     .required = true,
     .max = 4,
     .width = 6,
     .check = pay_check_code,
     .hint = "Three digits on the back, or four on the front. It is not kept."},
    {.name = "card_name", .label = "Name on card", .kind = INPUT_TEXT, .max = 100, .width = 32},
    {.name = "review", .label = "Go on to review", .kind = INPUT_BUTTON},
    {.name = "back", .label = "Back", .kind = INPUT_BUTTON},
};

static void open(struct ui *ui, void *state, uint64_t subject)
{
    struct state *s = state;
    (void)subject;
    s->form = ui_form(ui, inputs, COUNT_OF(inputs));
    form_set(s->form, "card_name", client_me(ui)->name);
}

static void submit(struct ui *ui, void *state, struct form *form)
{
    struct state *s = state;
    s->pay->card = form;
    pay_name_card(s->pay->method, sizeof s->pay->method, form_text(form, "card_number"),
                  form_text(form, "card_expiry"));
    form_kept(form); /* leaving here asks nothing: a card is not a draft */
    pay_push(ui, &screen_pay_review, s->pay);
}

static void button(struct ui *ui, void *state, struct form *form, const char *name)
{
    (void)state;
    (void)name;
    form_kept(form);
    ui_pop(ui);
}

static bool key(struct ui *ui, void *state, const struct key *k)
{
    struct state *s = state;
    if (k->code == K_ESC)
        button(ui, state, s->form, "back");
    return k->code == K_ESC;
}

static void draw(const void *state, struct canvas *c)
{
    const struct state *s = state;
    char total[SHOW_TEXT];
    pay_steps(s->pay, c, PAY_METHOD);
    canvas_print(c, 2, 3, STYLE_PLAIN, "%s for %zu invoice%s, by card", show_money(total, s->pay->total),
                 s->pay->count, s->pay->count == 1 ? "" : "s");
    struct canvas part = canvas_part(c, 4, 1, c->rows - 5, c->columns - 2);
    form_draw(s->form, &part);
    canvas_text(c, c->rows - 1, 3, STYLE_DIM, "Nothing is charged before you have seen the review.");
}

static const struct key_row keys[] = {
    {.key = K_TAB, .action = "next field", .help = "The next field"},
    {.key = K_ENTER, .action = "next, review", .help = "The next field, or on to the review"},
    {.key = K_ESC, .action = "back to select", .help = "Back to the invoices"},
    {0}};

const struct screen screen_pay_method = {.name = "customer.pay.method",
                                         .state_size = sizeof(struct state),
                                         .open = open,
                                         .draw = draw,
                                         .submit = submit,
                                         .button = button,
                                         .key = key,
                                         .keys = keys};
