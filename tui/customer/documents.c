/* The lists of estimates (D2) and invoices (D5). Filter and order are the server's work: a list may be long. */
#include "common/date.h"
#include "tui/customer/screens.h"
#include "tui/customer/document.h"
#include "tui/document.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LIST, PEEK };

/* Both operations take the same arguments under the same numbers; only the structs' names differ. */
struct page {
    const struct document_row_list *rows;
    const char *next;
    int64_t total;
};
struct state {
    int kind;
    struct list *list;
    struct estimate_list_in estimates;
    struct invoice_list_in invoices;
    bool more; /* what is asked for is a further page */
    int pages, fresh;
    struct page page;
    const struct me *me;
    struct document_view peek;
};

static const struct list_column estimate_columns[] = {
    {.name = "number", .title = "Number", .width = 12, .sortable = true},
    {.name = "date", .title = "Date", .width = 11, .drop = 1, .sortable = true},
    {.name = "status", .title = "State", .width = 9},
    {.name = "due", .title = "Open until", .width = 18, .grow = 1, .sortable = true},
    {.name = "ref", .title = "Your ref", .width = 10, .drop = 2, .grow = 1},
    {.name = "total", .title = "Total", .width = 16, .right = true, .sortable = true},
};
static const struct list_column invoice_columns[] = {
    {.name = "number", .title = "Number", .width = 10, .sortable = true},
    {.name = "date", .title = "Date", .width = 11, .drop = 2, .sortable = true},
    {.name = "status", .title = "State", .width = 11},
    {.name = "due", .title = "Due", .width = 14, .grow = 1, .sortable = true},
    {.name = "ref", .title = "Your ref", .width = 10, .drop = 4, .grow = 1},
    {.name = "total", .title = "Total", .width = 11, .right = true, .sortable = true, .drop = 3},
    {.name = "balance", .title = "To pay", .width = 11, .right = true},
};

static void open_kind(struct ui *ui, struct state *s, int kind)
{
    bool estimates = kind == DOC_ESTIMATE;
    s->kind = kind;
    s->me = client_me(ui);
    s->list = estimates ? ui_list(ui, estimate_columns, COUNT_OF(estimate_columns))
                        : ui_list(ui, invoice_columns, COUNT_OF(invoice_columns));
    list_remote(s->list, true, true);
    list_empty_text(s->list, estimates
                                 ? "No estimates yet. They appear here as soon as they are sent to you."
                                 : "No invoices yet. They appear here as soon as they are sent to you.");
}

static void open_estimates(struct ui *ui, void *state, uint64_t subject)
{
    (void)subject;
    open_kind(ui, state, DOC_ESTIMATE);
}

static void open_invoices(struct ui *ui, void *state, uint64_t subject)
{
    (void)subject;
    open_kind(ui, state, DOC_INVOICE);
}

/* --- what is asked for */

/* The two input structs have one layout of names: this is written once for both. */
#define TAKE(member, value)                                         \
    do {                                                            \
        if (s->kind == DOC_ESTIMATE)                                \
            GIVE(estimate_list_in, &s->estimates, member, (value)); \
        else                                                        \
            GIVE(invoice_list_in, &s->invoices, member, (value));   \
    } while (0)

static bool take_amount(struct state *s, const struct filter_term *t)
{
    int64_t amount;
    int digits = currency_digits(s->me->currency);
    if (money_parse(t->value, digits < 0 ? 2 : digits, &amount) != OK)
        return false;
    struct money m = money_of(amount, s->me->currency);
    if (t->how == FILTER_MORE)
        TAKE(least, m);
    else
        TAKE(most, m);
    return true;
}

static bool take_date(struct state *s, const struct filter_term *t)
{
    int32_t day;
    if (date_parse(t->value, &day) != OK)
        return false;
    if (t->how == FILTER_MORE)
        TAKE(from, day);
    else
        TAKE(until, day);
    return true;
}

static bool take_status(struct state *s, const char *value)
{
    char name[40];
    size_t n = 0;
    for (; value[n] && n + 1 < sizeof name; n++)
        name[n] = value[n] == ' ' ? '_' : value[n];
    name[n] = '\0';
    const struct enum_value *v = enum_by_name(enum_doc_status(), name, n);
    if (v)
        TAKE(status, v->value);
    return v != NULL;
}

/* False: this list can not be filtered by that. */
static bool take_term(struct state *s, const struct filter_term *t)
{
    static char words[128]; /* packed before the next load */
    if (t->not )
        return false;
    if (t->how == FILTER_WORD) {
        snprintf(words, sizeof words, "%s", t->value);
        TAKE(search, words);
        return true;
    }
    if (strcmp(t->field, "status") == 0 || strcmp(t->field, "state") == 0)
        return t->how == FILTER_HAS && take_status(s, t->value);
    if (t->how == FILTER_HAS)
        return false;
    if (strcmp(t->field, "total") == 0 || strcmp(t->field, "amount") == 0)
        return take_amount(s, t);
    return strcmp(t->field, "date") == 0 && take_date(s, t);
}

/* Each order has a direction that comes naturally: newest, largest, soonest, lowest first. */
static void take_order(struct state *s)
{
    static const struct {
        const char *column;
        int sort;
        bool natural_descending;
    } orders[] = {{"date", SORT_DATE, true},
                  {"due", SORT_DUE, false},
                  {"total", SORT_TOTAL, true},
                  {"number", SORT_NUMBER, false}};
    bool descending;
    const char *column = list_sort(s->list, &descending);
    for (size_t i = 0; column && i < COUNT_OF(orders); i++)
        if (strcmp(column, orders[i].column) == 0) {
            TAKE(sort, orders[i].sort);
            if (descending != orders[i].natural_descending)
                TAKE(reverse, true);
        }
}

static void ask_page(struct ui *ui, struct state *s)
{
    const struct filter *f = list_filter(s->list);
    memset(&s->estimates, 0, sizeof s->estimates);
    memset(&s->invoices, 0, sizeof s->invoices);
    TAKE(limit, 50);
    if (s->more)
        TAKE(after, s->page.next);
    for (size_t i = 0; i < f->count; i++)
        if (!take_term(s, &f->terms[i]) && !list_typing(s->list))
            ui_toast(ui, TONE_BAD,
                     "Words, status:overdue, total>500, date>2026-01-31 work here; the rest is ignored.");
    take_order(s);
    if (s->kind == DOC_ESTIMATE)
        ui_ask(ui, LIST, OPNO_estimate_list, &s->estimates);
    else
        ui_ask(ui, LIST, OPNO_invoice_list, &s->invoices);
}

static void ask_peek(struct ui *ui, struct state *s)
{
    struct estimate_get_in e = {0};
    struct invoice_get_in i = {0};
    if (!list_id(s->list))
        return;
    if (s->kind == DOC_ESTIMATE) {
        GIVE(estimate_get_in, &e, estimate, list_id(s->list));
        GIVE(estimate_get_in, &e, peek, true);
        ui_ask(ui, PEEK, OPNO_estimate_get, &e);
    } else {
        GIVE(invoice_get_in, &i, invoice, list_id(s->list));
        GIVE(invoice_get_in, &i, peek, true);
        ui_ask(ui, PEEK, OPNO_invoice_get, &i);
    }
}

static void load(struct ui *ui, void *state, enum load why)
{
    struct state *s = state;
    if (why == LOAD_SELECTED) {
        ask_peek(ui, s);
        return;
    }
    s->more = why == LOAD_MORE;
    ask_page(ui, s);
}

/* --- answers */

static void add(struct ui *ui, struct state *s, const struct document_row *d)
{
    char date[DATE_TEXT], due[SHOW_TEXT], day[DATE_TEXT], total[SHOW_TEXT], balance[SHOW_TEXT],
        whole[SHOW_TEXT];
    bool open = d->state == DOC_OPEN;
    show_due(due, d->kind, d->status, d->due, ui_today(ui));
    if (!*due && d->due)
        snprintf(due, sizeof due, "%s", date_short(day, d->due));
    struct money rest = open ? d->balance : money_of(0, d->total.currency);
    const char *status = show_status(d->status), *ref = show_text(d->reference);
    const char *estimate[] = {show_text(d->number),       date_short(date, d->date), status, due, ref,
                              show_money(whole, d->total)};
    const char *invoice[] = {show_text(d->number),
                             date_short(date, d->date),
                             status,
                             due,
                             ref,
                             show_amount(total, d->total),
                             open ? show_amount(balance, rest) : "–"};
    unsigned styles[7] = {0, 0, show_status_style(d->status), 0, 0, 0, 0};
    if (d->status == STATUS_OVERDUE)
        styles[3] = STYLE_BAD;
    bool unread = !d->viewed && open;
    list_add(s->list, &(struct list_row){.id = d->id,
                                         .cells = s->kind == DOC_ESTIMATE ? estimate : invoice,
                                         .style = unread ? STYLE_BOLD : STYLE_PLAIN,
                                         .styles = styles,
                                         .user = d->status});
}

static void took_page(struct ui *ui, struct state *s)
{
    if (!s->more) {
        list_begin(s->list);
        s->pages = s->fresh = 0;
    }
    s->pages++;
    for (size_t i = 0; i < s->page.rows->n; i++)
        add(ui, s, &s->page.rows->v[i]);
    bool more = s->page.next && *s->page.next;
    bool bare = list_filter(s->list)->count == 0;
    list_end(s->list, more, bare ? s->page.total : -1);
    if (more && !s->page.rows->n) { /* nothing on this page passed the filter: go on */
        s->more = true;
        ask_page(ui, s);
    } else if (!s->more) {
        ask_peek(ui, s);
    }
}

static void reply(struct ui *ui, void *state, int tag, const struct reply *r)
{
    struct state *s = state;
    if (ui_refused(ui, r))
        return;
    if (tag == PEEK && s->kind == DOC_ESTIMATE) {
        const struct estimate_get_out *out = r->out;
        s->peek = (struct document_view){.doc = out->estimate, .comments = &out->comments};
    } else if (tag == PEEK) {
        const struct invoice_get_out *out = r->out;
        s->peek = (struct document_view){
            .doc = out->invoice, .comments = &out->comments, .payments = &out->payments};
    } else if (s->kind == DOC_ESTIMATE) {
        const struct estimate_list_out *out = r->out;
        s->page = (struct page){&out->estimates, out->next, out->total};
        took_page(ui, s);
    } else {
        const struct invoice_list_out *out = r->out;
        s->page = (struct page){&out->invoices, out->next, out->total};
        took_page(ui, s);
    }
    s->peek.me = s->me;
    s->peek.today = ui_today(ui);
}

/* What is on the screen follows at once; what is new waits until it is asked for. */
static void event(struct ui *ui, void *state, const struct event *e)
{
    struct state *s = state;
    bool mine = e->subject == (s->kind == DOC_ESTIMATE ? SUBJECT_ESTIMATE : SUBJECT_INVOICE);
    bool top =
        ui_top(ui) == (s->kind == DOC_ESTIMATE ? &screen_customer_estimates : &screen_customer_invoices);
    if (!top || !(mine || (s->kind == DOC_INVOICE && e->subject == SUBJECT_PAYMENT)))
        return;
    if (mine && e->what == WHAT_SENT)
        list_fresh(s->list, ++s->fresh);
    else if (s->pages <= 1 && !s->fresh)
        ui_reload(ui);
}

/* --- drawing and keys */

static void draw(const void *state, struct canvas *c)
{
    const struct state *s = state;
    list_draw(s->list, c);
}

static void preview(const void *state, struct canvas *c)
{
    const struct state *s = state;
    if (!s->peek.doc || s->peek.doc->id != list_id(s->list)) {
        canvas_text(c, 0, 1, STYLE_DIM, list_id(s->list) ? "…" : "");
        return;
    }
    document_draw(&s->peek, c);
}

static const char *can_open(const struct ui *ui, const void *state)
{
    const struct state *s = state;
    (void)ui;
    if (!list_loaded(s->list))
        return "Still loading.";
    return list_id(s->list) ? NULL : "There is nothing to open.";
}

static void run_open(struct ui *ui, void *state)
{
    struct state *s = state;
    customer_document_open(ui, s->kind == DOC_ESTIMATE ? &screen_customer_estimate : &screen_customer_invoice,
                           list_id(s->list), s->list);
}

static const char *can_pay(const struct ui *ui, const void *state)
{
    const struct state *s = state;
    int64_t status = list_user(s->list);
    (void)ui;
    return status == STATUS_OPEN || status == STATUS_OVERDUE || status == STATUS_PARTLY_PAID
               ? NULL
               : "Nothing is due on this one.";
}

static void run_pay(struct ui *ui, void *state)
{
    ui_push(ui, &screen_customer_pay, list_id(((struct state *)state)->list));
}

/* The Show filter: the same as typing status:… after the slash. */
static const char *const estimate_shows[] = {"All",      "Open",    "Accepted", "Declined",
                                             "Invoiced", "Expired", NULL};
static const char *const invoice_shows[] = {"All",  "Unpaid", "Overdue",     "Open", "Partly paid",
                                            "Paid", "Void",   "Written off", NULL};

static void show_done(struct ui *ui, void *state, const struct said *said)
{
    struct state *s = state;
    const char *label = (s->kind == DOC_ESTIMATE ? estimate_shows : invoice_shows)[said->choice];
    char filter[60] = "";
    if (said->choice > 0) {
        size_t n = (size_t)snprintf(filter, sizeof filter, "status:%s", label);
        for (size_t i = 0; i < n; i++)
            filter[i] = (char)(filter[i] == ' '                       ? '_'
                               : filter[i] >= 'A' && filter[i] <= 'Z' ? filter[i] + 32
                                                                      : filter[i]);
    }
    list_set_filter(s->list, filter);
    ui_reload(ui);
}

static void run_show(struct ui *ui, void *state)
{
    struct state *s = state;
    ui_dialog(ui, &(struct dialog){.kind = DIALOG_CHOOSE,
                                   .title = "Show",
                                   .choices = s->kind == DOC_ESTIMATE ? estimate_shows : invoice_shows,
                                   .yes = "Show",
                                   .done = show_done});
}

#define OPEN_ROW                                                                                             \
    {                                                                                                        \
        .key = K_ENTER, .action = "open", .help = "Open the document", .possible = can_open, .run = run_open \
    }
#define SHOW_ROW                                                                                      \
    {                                                                                                 \
        .key = 'f', .action = "show", .help = "Show only those that stand somewhere", .run = run_show \
    }
static const struct key_row estimate_keys[] = {OPEN_ROW, SHOW_ROW, {0}};
static const struct key_row invoice_keys[] = {
    OPEN_ROW,
    {.key = 'p', .action = "pay", .help = "Pay this invoice", .possible = can_pay, .run = run_pay},
    SHOW_ROW,
    {0}};

const struct screen screen_customer_estimates = {.name = "customer.estimates",
                                                 .title = "Estimates",
                                                 .state_size = sizeof(struct state),
                                                 .open = open_estimates,
                                                 .load = load,
                                                 .reply = reply,
                                                 .event = event,
                                                 .draw = draw,
                                                 .preview = preview,
                                                 .keys = estimate_keys};
const struct screen screen_customer_invoices = {.name = "customer.invoices",
                                                .title = "Invoices",
                                                .state_size = sizeof(struct state),
                                                .open = open_invoices,
                                                .load = load,
                                                .reply = reply,
                                                .event = event,
                                                .draw = draw,
                                                .preview = preview,
                                                .keys = invoice_keys};
