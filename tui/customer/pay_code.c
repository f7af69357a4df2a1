/* The QR code of a payment that is made elsewhere, alone on the screen: for windows that have no room beside it. */
#include "tui/customer/pay.h"
#include "tui/full/qr.h"
#include <stdio.h>

struct state {
    char text[4001], heading[200];
    struct qr code; /* side 0: none */
    bool ascii;
};

static void open(struct ui *ui, void *state, uint64_t subject)
{
    (void)subject;
    ((struct state *)state)->ascii = ui_ascii(ui);
}

static void load(struct ui *ui, void *state, enum load why)
{
    struct state *s = state;
    (void)why;
    if (!s->code.side && qr_make(ui_arena(ui), s->text, QR_MEDIUM, &s->code) != OK)
        s->code.side = 0;
}

void pay_code_open(struct ui *ui, const struct pay_told *told)
{
    struct state *s = ui_push(ui, &screen_pay_code, 0);
    snprintf(s->text, sizeof s->text, "%s", show_text(told->qr));
    snprintf(s->heading, sizeof s->heading, "%s for %s", show_text(told->title), show_text(told->number));
}

static void draw(const void *state, struct canvas *c)
{
    const struct state *s = state;
    enum qr_look look = s->ascii ? QR_LETTERS : QR_BLOCKS;
    int rows = s->code.side ? qr_draw(c, 0, 1, &s->code, look) : 0;
    int x = rows ? 1 + qr_columns(&s->code, look) + 2 : 2, width = c->columns - x - 1;
    if (rows && width < 20) /* the code is what it is about */
        return;
    int y = canvas_wrap(c, 0, x, width, 4, STYLE_BOLD, s->heading) + 1;
    if (rows)
        canvas_wrap(c, y, x, width, 8, STYLE_PLAIN, "Scan this with your bank's app.");
    else if (s->code.side)
        canvas_print(c, y, x, STYLE_PLAIN, "It needs a window of %d columns and %d rows.",
                     qr_columns(&s->code, look) + 2, qr_rows(&s->code, look) + 2);
    else
        canvas_text(c, y, x, STYLE_PLAIN, "It does not fit a QR code.");
}

static void run_leave(struct ui *ui, void *state)
{
    (void)state;
    ui_pop(ui);
}

static const struct key_row keys[] = {
    {.key = K_ESC, .action = "back", .help = "Back to how to pay", .run = run_leave}, {0}};

const struct screen screen_pay_code = {.name = "customer.pay.code",
                                       .title = "QR code",
                                       .state_size = sizeof(struct state),
                                       .open = open,
                                       .load = load,
                                       .draw = draw,
                                       .keys = keys,
                                       .alone = true};
