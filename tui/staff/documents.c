/* The lists of estimates and invoices (F3, F4), of everybody or of one customer. Filter and order are the server's work. */
#include "common/date.h"
#include "tui/staff/document.h"
#include "tui/staff/editor.h"
#include "tui/staff/query.h"
#include "tui/staff/screens.h"
#include <stdio.h>
#include <string.h>

enum { LIST, PEEK };

struct page {
    const struct document_row_list *rows;
    const char *next;
    int64_t total;
};
struct state {
    int kind;
    uint64_t customer; /* 0: of everybody */
    struct list *list;
    bool more; /* what is asked for is a further page */
    int pages, fresh;
    struct page page;
    const struct me *me;
    struct document_view peek;
};

static const struct list_column estimate_columns[] = {
    {.name = "number", .title = "Number", .width = 11, .sortable = true},
    {.name = "date", .title = "Date", .width = 11, .drop = 2, .sortable = true},
    {.name = "customer", .title = "Customer", .width = 14, .grow = 1},
    {.name = "status", .title = "State", .width = 9},
    {.name = "due", .title = "Open until", .width = 17, .drop = 1, .sortable = true},
    {.name = "total", .title = "Total", .width = 15, .right = true, .sortable = true},
};
static const struct list_column invoice_columns[] = {
    {.name = "number", .title = "Number", .width = 11, .sortable = true},
    {.name = "date", .title = "Date", .width = 11, .drop = 2, .sortable = true},
    {.name = "customer", .title = "Customer", .width = 12, .grow = 1},
    {.name = "status", .title = "State", .width = 11},
    {.name = "due", .title = "Due", .width = 15, .drop = 1, .sortable = true},
    {.name = "total", .title = "Total", .width = 11, .right = true, .sortable = true, .drop = 3},
    {.name = "balance", .title = "Open", .width = 15, .right = true},
};

static void open_kind(struct ui *ui, struct state *s, int kind)
{
    bool estimates = kind == DOC_ESTIMATE;
    s->kind = kind;
    s->me = client_me(ui);
    s->list = estimates ? ui_list(ui, estimate_columns, COUNT_OF(estimate_columns))
                        : ui_list(ui, invoice_columns, COUNT_OF(invoice_columns));
    list_remote(s->list, true, true);
    list_empty_text(s->list,
                    estimates ? "No estimates yet. + writes one." : "No invoices yet. + writes one.");
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

void staff_documents_of(struct ui *ui, int kind, uint64_t customer)
{
    bool estimates = kind == DOC_ESTIMATE;
    struct state *s = ui_push(ui, estimates ? &screen_staff_estimates : &screen_staff_invoices, 0);
    s->customer = customer;
    list_empty_text(s->list,
                    estimates ? "No estimates for this customer." : "No invoices for this customer.");
}

/* --- asking */

static void ask_page(struct ui *ui, struct state *s)
{
    struct query q;
    struct invoice_list_in in = {0};
    GIVE(invoice_list_in, &in, limit, 50);
    if (s->customer)
        GIVE(invoice_list_in, &in, customer, s->customer);
    if (s->more)
        GIVE(invoice_list_in, &in, after, s->page.next);
    bool all = query_documents(&q, s->list, show_text(s->me->currency), &in);
    if (!all && !list_typing(s->list))
        ui_toast(ui, TONE_BAD,
                 "Words, status:overdue, total>500, date>2026-01-31 work here; the rest is ignored.");
    struct estimate_list_in estimates = query_estimates(&in);
    if (s->kind == DOC_ESTIMATE)
        ui_ask(ui, LIST, OPNO_estimate_list, &estimates);
    else
        ui_ask(ui, LIST, OPNO_invoice_list, &in);
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
    char date[DATE_TEXT], due[SHOW_TEXT], day[DATE_TEXT], total[SHOW_TEXT], bare[SHOW_TEXT],
        balance[SHOW_TEXT];
    bool open = d->state == DOC_OPEN, numbered = d->number && *d->number;
    show_due(due, d->kind, d->status, d->due, ui_today(ui));
    if (!*due && d->due)
        snprintf(due, sizeof due, "%s", date_short(day, d->due));
    const char *number = numbered ? d->number : "(draft)", *status = show_status(d->status);
    const char *who = show_text(d->customer_name);
    const char *estimate[] = {number, date_short(date, d->date),  who, status,
                              due,    show_money(total, d->total)};
    const char *invoice[] = {number,
                             date_short(date, d->date),
                             who,
                             status,
                             due,
                             show_amount(bare, d->total),
                             open ? show_money(balance, d->balance)
                             : d->state == DOC_DRAFT && show_money(balance, d->total) ? balance
                                                                                      : "–"};
    unsigned styles[7] = {0, 0, 0, show_status_style(d->status), 0, 0, 0};
    if (d->status == STATUS_OVERDUE)
        styles[4] = STYLE_BAD;
    if (d->state == DOC_DRAFT)
        styles[6] = STYLE_DIM;
    list_add(s->list, &(struct list_row){.id = d->id,
                                         .cells = s->kind == DOC_ESTIMATE ? estimate : invoice,
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
    bool bare = list_filter(s->list)->count == 0 && !s->customer;
    list_end(s->list, more, bare ? s->page.total : -1);
    if (more && !s->page.rows->n) { /* nothing on this page passed the filter: go on */
        s->more = true;
        ask_page(ui, s);
    }
}

static void took_peek(struct ui *ui, struct state *s, const void *out)
{
    const struct estimate_get_out *e = out;
    const struct invoice_get_out *i = out;
    bool estimate = s->kind == DOC_ESTIMATE;
    s->peek = (struct document_view){.doc = estimate ? e->estimate : i->invoice,
                                     .comments = estimate ? &e->comments : &i->comments,
                                     .payments = estimate ? NULL : &i->payments,
                                     .me = s->me,
                                     .today = ui_today(ui)};
}

static void reply(struct ui *ui, void *state, int tag, const struct reply *r)
{
    struct state *s = state;
    if (tag == PEEK && r->code == ERR_NOT_FOUND)
        return;
    if (ui_refused(ui, r))
        return;
    if (tag == PEEK) {
        took_peek(ui, s, r->out);
    } else if (s->kind == DOC_ESTIMATE) {
        const struct estimate_list_out *out = r->out;
        s->page = (struct page){&out->estimates, out->next, out->total};
        took_page(ui, s);
    } else {
        const struct invoice_list_out *out = r->out;
        s->page = (struct page){&out->invoices, out->next, out->total};
        took_page(ui, s);
    }
}

/* What is on the screen follows at once; what is new waits until it is asked for. */
static void event(struct ui *ui, void *state, const struct event *e)
{
    struct state *s = state;
    bool mine = e->subject == (s->kind == DOC_ESTIMATE ? SUBJECT_ESTIMATE : SUBJECT_INVOICE);
    bool top = ui_top(ui) == (s->kind == DOC_ESTIMATE ? &screen_staff_estimates : &screen_staff_invoices);
    if (!top || !(mine || (s->kind == DOC_INVOICE && e->subject == SUBJECT_PAYMENT)))
        return;
    bool own = e->side == SIDE_STAFF && e->actor == s->me->person; /* one knows what one wrote */
    if (mine && e->what == WHAT_CREATED && !own && (!s->customer || e->customer == s->customer))
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
    if (s->peek.doc && s->peek.doc->id == list_id(s->list))
        document_draw(&s->peek, c);
}

static const char *can_open(const struct ui *ui, const void *state)
{
    const struct state *s = state;
    (void)ui;
    return list_id(s->list) ? NULL : "There is nothing to open.";
}

static void run_open(struct ui *ui, void *state)
{
    struct state *s = state;
    struct staff_document *opened = ui_push(
        ui, s->kind == DOC_ESTIMATE ? &screen_staff_estimate : &screen_staff_invoice, list_id(s->list));
    opened->from =
        s->customer ? NULL : s->list; /* a section's list is the first screen, and outlives what it opens */
}

static const char *can_write(const struct ui *ui, const void *state)
{
    (void)state;
    return staff_may_write(ui);
}

static void run_new(struct ui *ui, void *state)
{
    struct state *s = state;
    if (s->customer)
        editor_new(ui, s->kind, s->customer);
    else
        ui_push(ui, &screen_staff_pick, (uint64_t)s->kind);
}

/* The same as typing status:… after the slash. */
static const char *const estimate_shows[] = {"All",      "Draft",   "Open", "Accepted", "Declined",
                                             "Invoiced", "Expired", "Void", NULL};
static const char *const invoice_shows[] = {"All",         "Unpaid", "Overdue", "Draft",       "Open",
                                            "Partly paid", "Paid",   "Void",    "Written off", NULL};

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

static const struct key_row keys[] = {
    {.key = K_ENTER, .action = "open", .help = "Open the document", .possible = can_open, .run = run_open},
    {.key = '+', .action = "new", .help = "Write a new one", .possible = can_write, .run = run_new},
    {.key = 'f', .action = "show", .help = "Show only those that stand somewhere", .run = run_show},
    {0}};

const struct screen screen_staff_estimates = {.name = "staff.estimates",
                                              .title = "Estimates",
                                              .state_size = sizeof(struct state),
                                              .open = open_estimates,
                                              .load = load,
                                              .reply = reply,
                                              .event = event,
                                              .draw = draw,
                                              .preview = preview,
                                              .keys = keys};
const struct screen screen_staff_invoices = {.name = "staff.invoices",
                                             .title = "Invoices",
                                             .state_size = sizeof(struct state),
                                             .open = open_invoices,
                                             .load = load,
                                             .reply = reply,
                                             .event = event,
                                             .draw = draw,
                                             .preview = preview,
                                             .keys = keys};
