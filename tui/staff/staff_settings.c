/* Settings: what there is, how it is set, and the way to each. */
#include "common/date.h"
#include "tui/full/book_screen.h"
#include "tui/portal/books.h"
#include "tui/staff/staff_screens.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* --- the first page */

enum tab {
    PAGE_BUSINESS,
    PAGE_PORTAL,
    PAGE_NAME,
    PAGE_FACTOR,
    PAGE_DOCUMENTS,
    PAGE_SERIES,
    PAGE_TAXES,
    PAGE_ITEMS,
    PAGE_MAIL,
    PAGE_OUTBOX,
    PAGE_DUE,
    PAGE_STAFF,
    PAGE_TOKENS,
    PAGE_AUDIT,
    PAGE_SECURITY
};
/* A page is a book or a screen. */
static const struct {
    const char *label;
    const struct book *book;
    const struct screen *screen;
    bool admin; /* for administrators only; the others say why themselves */
} pages[] = {
    [PAGE_BUSINESS] = {"Business", .book = &book_business},
    [PAGE_PORTAL] = {"Portal", .book = &book_portal},
    [PAGE_NAME] = {"Portal name", .book = &book_portal_name},
    [PAGE_FACTOR] = {"Second factor", .book = &book_second_factor},
    [PAGE_DOCUMENTS] = {"Documents", .book = &book_documents},
    [PAGE_SERIES] = {"Number series", .book = &book_series},
    [PAGE_TAXES] = {"Taxes", .book = &book_taxes},
    [PAGE_ITEMS] = {"Items", .book = &book_items},
    [PAGE_MAIL] = {"Mail server", .book = &book_mail_server, .admin = true},
    [PAGE_OUTBOX] = {"Outbox", .book = &book_outbox},
    [PAGE_DUE] = {"Work that is due", .book = &book_due},
    [PAGE_STAFF] = {"Staff accounts", .book = &book_staff},
    [PAGE_TOKENS] = {"Machine tokens", .book = &book_tokens, .admin = true},
    [PAGE_AUDIT] = {"Audit log", .screen = &screen_staff_audit},
    [PAGE_SECURITY] = {"Your sign-in", .screen = &screen_security},
};

enum { GET, MAIL };
struct menu_state {
    struct list *list;
    const struct settings_get_out *out;
    const struct mail_settings *mail; /* NULL: not known */
};
static const struct list_column menu_columns[] = {
    {.name = "what", .title = "Setting", .width = 20},
    {.name = "now", .title = "As it is", .width = 40, .grow = 1},
};

static void menu_open(struct ui *ui, void *state, uint64_t subject)
{
    struct menu_state *s = state;
    (void)subject;
    s->list = ui_list(ui, menu_columns, COUNT_OF(menu_columns));
}

static void menu_load(struct ui *ui, void *state, enum load why)
{
    struct settings_get_in in = {0};
    struct mail_settings_get_in mail = {0};
    (void)state;
    (void)why;
    ui_ask(ui, GET, OPNO_settings_get, &in);
    if (ui_who(ui) & BY_ADMIN)
        ui_ask(ui, MAIL, OPNO_mail_settings_get, &mail);
}

static void now_business(char *text, size_t size, const struct business *b)
{
    char where[300];
    show_address_line(where, sizeof where, b->address);
    size_t n = (size_t)snprintf(text, size, "%s%s%s", show_text(b->name), *where ? ", " : "", where);
    if (n < size && !*where)
        snprintf(text + n, size - n, " · no address yet");
    else if (n < size && (!b->tax_id || !*b->tax_id))
        snprintf(text + n, size - n, " · no tax id yet");
}

static void now_series(char *text, size_t size, const struct settings_get_out *out)
{
    size_t n = 0;
    for (size_t i = 0; i < out->series.n && n < size; i++) {
        char number[SHOW_TEXT];
        n += (size_t)snprintf(text + n, size - n, "%s%s", n ? ", " : "next ",
                              show_next_number(number, &out->series.v[i]));
    }
}

/* What a page holds, or how it is set now. */
static void now(char *text, size_t size, const struct menu_state *s, enum tab page)
{
    const struct business *b = s->out->business;
    *text = '\0';
    switch (page) {
    case PAGE_BUSINESS: now_business(text, size, b); break;
    case PAGE_PORTAL:
        snprintf(text, size, "customers may%s edit their details; part payments %s",
                 b->customers_edit ? "" : " not", b->partial_payments ? "on" : "off");
        break;
    case PAGE_NAME: snprintf(text, size, "%s", show_text(b->portal)); break;
    case PAGE_FACTOR:
        snprintf(text, size, "customers %s, staff %s", b->mfa ? "on" : "off", b->staff_mfa ? "on" : "off");
        break;
    case PAGE_DOCUMENTS:
        snprintf(text, size, "invoices due in %" PRId64 " days, estimates open %" PRId64 " days",
                 b->terms_days, b->estimate_days);
        break;
    case PAGE_SERIES: now_series(text, size, s->out); break;
    case PAGE_TAXES: snprintf(text, size, "rates that lines offer"); break;
    case PAGE_ITEMS: snprintf(text, size, "what is sold, with its price"); break;
    case PAGE_MAIL:
        if (!s->mail)
            snprintf(text, size, "how mails leave");
        else if (s->mail->host && *s->mail->host)
            snprintf(text, size, "%s, port %" PRId64, s->mail->host, s->mail->port);
        else
            snprintf(text, size, "none: mails are held in the outbox");
        break;
    case PAGE_OUTBOX: snprintf(text, size, "invitations and other mails, and how they fare"); break;
    case PAGE_DUE: snprintf(text, size, "what waits for its time, and what was given up"); break;
    case PAGE_STAFF: snprintf(text, size, "who signs in here, and what they may do"); break;
    case PAGE_TOKENS: snprintf(text, size, "programs that work with this business's data"); break;
    case PAGE_AUDIT: snprintf(text, size, "who did what, when and from where; is it whole?"); break;
    case PAGE_SECURITY: snprintf(text, size, "your password, second factor, SSH keys, sessions"); break;
    }
}

static void fill(const struct menu_state *s)
{
    list_begin(s->list);
    for (size_t i = 0; i < COUNT_OF(pages); i++) {
        char text[400];
        now(text, sizeof text, s, (enum tab)i);
        const char *cells[] = {pages[i].label, text};
        unsigned styles[] = {0, STYLE_DIM};
        list_add(s->list, &(struct list_row){.id = i + 1, .cells = cells, .styles = styles});
    }
    list_end(s->list, false, -1);
}

static void menu_reply(struct ui *ui, void *state, int tag, const struct reply *r)
{
    struct menu_state *s = state;
    if (tag == MAIL && r->code != OK)
        return;
    if (ui_refused(ui, r))
        return;
    if (tag == MAIL)
        s->mail = ((const struct mail_settings_get_out *)r->out)->settings;
    else
        s->out = r->out;
    if (s->out)
        fill(s);
}

static void menu_event(struct ui *ui, void *state, const struct event *e)
{
    (void)state;
    if (ui_top(ui) == &screen_staff_settings && e->subject == SUBJECT_BUSINESS)
        ui_reload(ui);
}

static void menu_draw(const void *state, struct canvas *c)
{
    list_draw(((const struct menu_state *)state)->list, c);
}

static void menu_run(struct ui *ui, void *state)
{
    const struct menu_state *s = state;
    uint64_t id = list_id(s->list);
    if (!id)
        return;
    const char *why = pages[id - 1].admin ? staff_may_set(ui) : NULL;
    if (why)
        ui_toast(ui, TONE_BAD, "%s", why);
    else if (pages[id - 1].book)
        book_open(ui, pages[id - 1].book, 0);
    else
        ui_push(ui, pages[id - 1].screen, 0);
}

static const struct key_row menu_keys[] = {
    {.key = K_ENTER, .action = "open", .help = "Look at it and change it", .run = menu_run}, {0}};

const struct screen screen_staff_settings = {.name = "staff.settings",
                                             .title = "Settings",
                                             .state_size = sizeof(struct menu_state),
                                             .open = menu_open,
                                             .load = menu_load,
                                             .reply = menu_reply,
                                             .event = menu_event,
                                             .draw = menu_draw,
                                             .keys = menu_keys};
