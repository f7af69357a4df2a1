/* Writing an estimate or an invoice (F3, F4): what is typed is computed at once, as the server will. */
#include "tui/staff/editor.h"
#include "common/date.h"
#include "tui/full/book_screen.h"
#include "tui/portal/books.h"
#include "tui/staff/editor_inside.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static void open(struct ui *ui, void *state, uint64_t subject)
{
    struct editor *e = state;
    (void)subject;
    e->today = ui_today(ui);
    editor_init(e);
    e->card = client_me(ui)->card;
}

static void close_state(void *state)
{
    editor_fini(state);
}

void editor_new(struct ui *ui, int kind, uint64_t customer)
{
    struct editor *e = ui_push(ui, &screen_staff_editor, 0);
    e->kind = kind;
    e->customer = customer;
}

void editor_edit(struct ui *ui, const struct document *doc)
{
    struct editor *e = ui_push(ui, &screen_staff_editor, doc->id);
    e->kind = doc->kind;
    e->id = doc->id;
    e->customer = doc->customer;
}

/* --- loading */

static void ask_document(struct ui *ui, struct editor *e, int tag)
{
    struct document_get_in in = {0};
    GIVE(document_get_in, &in, id, e->id);
    ui_ask(ui, tag, op_for(e->kind, ANY_document_get), &in);
}

static void load(struct ui *ui, void *state, enum load why)
{
    struct editor *e = state;
    struct customer_get_in customer = {0};
    struct settings_get_in settings = {0};
    struct tax_list_in taxes = {0};
    (void)why;
    if (e->ready) /* the draft is here, and stays as it is */
        return;
    if (!e->id)
        ui_title(ui, e->kind == DOC_INVOICE ? "New invoice" : "New estimate");
    GIVE(customer_get_in, &customer, customer, e->customer);
    ui_ask(ui, EDITOR_CUSTOMER, OPNO_customer_get, &customer);
    ui_ask(ui, EDITOR_TAXES, OPNO_tax_list, &taxes);
    ui_ask(ui, EDITOR_BUSINESS, OPNO_settings_get, &settings);
    if (e->id)
        ask_document(ui, e, EDITOR_GET);
}

static const struct document *got(const struct reply *r)
{
    return ((const struct document_get_out *)r->out)->document;
}

static void take_document(struct ui *ui, struct editor *e, const struct document *d)
{
    e->id = d->id;
    e->revision = d->revision;
    e->state = d->state;
    e->tax_per_line = d->tax_per_line;
    snprintf(e->number, sizeof e->number, "%s", show_text(d->number));
    ui_title(ui, "Edit %s", *e->number ? e->number : "draft");
}

/* A new one begins as the server would begin it. */
static void begin_new(struct editor *e)
{
    const struct business *b = e->business;
    int64_t days = doc_kind(e->kind)->answered ? b->estimate_days
                   : e->owner->terms_days      ? e->owner->terms_days
                                               : b->terms_days;
    struct document d = {.date = e->today,
                         .due = doc_kind(e->kind)->ends ? e->today + (int32_t)days : 0,
                         .notes = b->notes,
                         .terms = doc_kind(e->kind)->ends ? b->terms : NULL,
                         .statement = b->statement};
    e->tax_per_line = b->tax_per_line;
    editor_fill(e, &d);
}

static void begin(struct ui *ui, struct editor *e)
{
    if (e->ready || !e->owner || !e->have_taxes || !e->business || (e->id && !e->read))
        return;
    const char *currency = e->read ? e->read->currency : e->owner->currency;
    snprintf(e->currency, sizeof e->currency, "%s",
             show_text(currency && *currency ? currency : e->business->currency));
    snprintf(e->base_currency, sizeof e->base_currency, "%s", show_text(e->business->currency));
    snprintf(e->customer_name, sizeof e->customer_name, "%s", show_text(e->owner->name));
    if (e->read) {
        take_document(ui, e, e->read);
        editor_fill(e, e->read);
    } else {
        begin_new(e);
    }
    snprintf(e->foot[FOOT_SHIPPING].currency, 4, "%s", e->currency);
    snprintf(e->foot[FOOT_ADJUSTMENT].currency, 4, "%s", e->currency);
    e->days = input_date(&e->head[HEAD_DUE]) - input_date(&e->head[HEAD_DATE]);
    e->focus = (struct editor_focus){AREA_LINES, 0, CELL_NAME};
    e->ready = true;
    editor_compute(e);
}

static void next_number(struct editor *e, const struct series_list *series)
{
    for (size_t i = 0; i < series->n; i++) {
        const struct series *s = &series->v[i];
        if (s->id == doc_kind(e->kind)->series)
            snprintf(e->next_number, sizeof e->next_number, "%s%0*" PRId64, show_text(s->prefix),
                     (int)(s->digits > 0 && s->digits <= 12 ? s->digits : 1), s->next);
    }
}

/* --- saving */

static void save(struct ui *ui, struct editor *e)
{
    struct document_create_in create = {0};
    struct document_update_in update = {0};
    enum any_document what = e->id ? ANY_document_update : ANY_document_create;
    editor_compute(e);
    if (e->id) {
        GIVE(document_update_in, &update, id, e->id);
        GIVE(document_update_in, &update, revision, e->revision);
        GIVE(document_update_in, &update, document, &e->sent);
    } else {
        GIVE(document_create_in, &create, customer, e->customer);
        GIVE(document_create_in, &create, document, &e->sent);
    }
    ui_ask_with(ui, &(struct ask){.tag = EDITOR_SAVE,
                                  .op = op_at(op_for(e->kind, what)),
                                  .in = e->id ? (const void *)&update : &create,
                                  .busy = "Saving…"});
}

static void try_save(struct ui *ui, struct editor *e)
{
    if (!e->ready)
        return;
    if (editor_check(e))
        save(ui, e);
    else
        ui_toast(ui, TONE_BAD, "Something is missing or wrong: look where it is marked.");
}

static void send(struct ui *ui, struct editor *e)
{
    struct document_send_in in = {0};
    GIVE(document_send_in, &in, id, e->id);
    GIVE(document_send_in, &in, revision, e->revision);
    ui_ask_with(ui, &(struct ask){.tag = EDITOR_SEND,
                                  .op = op_at(op_for(e->kind, ANY_document_send)),
                                  .in = &in,
                                  .busy = "Sending…"});
}

static const struct document *saved(const struct reply *r, bool was_new)
{
    return was_new ? ((const struct document_create_out *)r->out)->document
                   : ((const struct document_update_out *)r->out)->document;
}

static const char *const stale_choices[] = {"Keep writing, change nothing yet",
                                            "Save mine in place of the newer one",
                                            "Take the newer one, drop mine", NULL};

static void stale_done(struct ui *ui, void *state, const struct said *said)
{
    struct editor *e = state;
    if (said->choice == 0)
        return;
    e->stale = said->choice == 1; /* only the revision is taken over */
    ask_document(ui, e, EDITOR_AGAIN);
}

static void ask_stale(struct ui *ui)
{
    ui_dialog(ui, &(struct dialog){.kind = DIALOG_CHOOSE,
                                   .title = "It was changed meanwhile",
                                   .text = "Somebody saved this document while you were writing.",
                                   .choices = stale_choices,
                                   .done = stale_done});
}

static void took_newer(struct ui *ui, struct editor *e, const struct document *d)
{
    take_document(ui, e, d);
    if (e->stale) {
        save(ui, e);
        return;
    }
    while (e->n > 1)
        editor_drop_row(e, e->n - 1);
    editor_fill(e, d);
    editor_drop_row(e, 0);
    e->focus = (struct editor_focus){AREA_LINES, 0, CELL_NAME};
    e->dirty = false;
    editor_compute(e);
}

static void tell_kept(struct ui *ui, void *state)
{
    struct editor *e = state;
    int64_t minutes = (ui_now(ui) - e->kept) / 60000;
    if (minutes < 1)
        ui_status(ui, "Draft kept%s", e->dirty ? " · changed since" : "");
    else
        ui_status(ui, "Draft kept %" PRId64 " min ago%s", minutes, e->dirty ? " · changed since" : "");
    ui_after(ui, 30000, tell_kept);
}

static void took_saved(struct ui *ui, struct editor *e, const struct reply *r)
{
    bool made = e->id == 0;
    take_document(ui, e, saved(r, made));
    if (made)
        ui_made(ui, doc_kind(e->kind)->subject, e->id);
    e->dirty = false;
    e->kept = ui_now(ui);
    if (e->sending) {
        send(ui, e);
        return;
    }
    tell_kept(ui, e);
    ui_toast(ui, TONE_GOOD,
             e->state == DOC_DRAFT && !*e->number ? "Saved as a draft."
                                                  : "Saved. Send it so that the customer sees it.");
}

static void refused(struct ui *ui, struct editor *e, const struct reply *r)
{
    e->sending = false;
    if (r->code == ERR_STALE)
        ask_stale(ui);
    else if (*r->why->field && editor_refuse(e, r->why))
        ui_toast(ui, TONE_BAD, "%s", *r->why->detail ? r->why->detail : err_sentence(r->code));
    else
        (void)ui_refused(ui, r);
}

/* Those that are still offered. */
static void took_items(struct editor *e, const struct reply *r)
{
    const struct item_list *all = &((const struct item_list_out *)r->out)->items;
    struct item_list *offered = arena_alloc(r->arena, sizeof *offered);
    offered->v = arena_alloc(r->arena, (all->n + 1) * sizeof *offered->v);
    for (size_t i = 0; i < all->n; i++)
        if (all->v[i].active)
            offered->v[offered->n++] = all->v[i];
    e->matches = offered->n ? offered : NULL;
}

static void reply(struct ui *ui, void *state, int tag, const struct reply *r)
{
    struct editor *e = state;
    if (r->code != OK) {
        if (tag == EDITOR_ITEMS)
            e->matches = NULL;
        else
            refused(ui, e, r);
        return;
    }
    switch (tag) {
    case EDITOR_GET: e->read = got(r); break;
    case EDITOR_CUSTOMER:
        e->owner = ((const struct customer_get_out *)r->out)->customer;
        if (e->id || e->owner->active)
            break;
        ui_toast(ui, TONE_BAD, "The customer is deactivated.");
        ui_pop(ui);
        return;
    case EDITOR_TAXES:
        editor_set_taxes(e, &((const struct tax_list_out *)r->out)->taxes);
        e->have_taxes = true;
        break;
    case EDITOR_BUSINESS:
        e->business = ((const struct settings_get_out *)r->out)->business;
        next_number(e, &((const struct settings_get_out *)r->out)->series);
        break;
    case EDITOR_ITEMS: took_items(e, r); return;
    case EDITOR_SAVE: took_saved(ui, e, r); return;
    case EDITOR_AGAIN: took_newer(ui, e, got(r)); return;
    case EDITOR_SEND:
        ui_toast(ui, TONE_GOOD, DOCUMENT_SENT);
        book_instead(ui, e->kind == DOC_ESTIMATE ? &book_estimate : &book_invoice, e->id);
        return;
    default: return;
    }
    begin(ui, e);
}

/* --- keys */

static void run_save(struct ui *ui, void *state)
{
    struct editor *e = state;
    e->sending = false;
    try_save(ui, e);
}

static void send_done(struct ui *ui, void *state, const struct said *said)
{
    struct editor *e = state;
    (void)said;
    e->sending = true;
    try_save(ui, e);
}

static void run_send(struct ui *ui, void *state)
{
    struct editor *e = state;
    char text[500], total[SHOW_TEXT], day[DATE_TEXT];
    bool invoice = e->kind == DOC_INVOICE;
    if (!e->ready)
        return;
    editor_compute(e);
    if (!editor_check(e) || e->wrong.code || !e->doc.lines.n) {
        ui_toast(ui, TONE_BAD,
                 e->doc.lines.n ? "Something is missing or wrong: look where it is marked."
                                : "There is nothing on it yet.");
        return;
    }
    snprintf(text, sizeof text, "To         %s\nTotal      %s\n%s %s\n\n" DOCUMENT_SEEN, e->customer_name,
             show_money(total, e->doc.total), invoice ? "Due       " : "Open until",
             date_short(day, input_date(&e->head[HEAD_DUE])));
    ui_confirm(ui, invoice ? "Send this invoice?" : "Send this estimate?", text, "Send", send_done);
}

static const char *const leave_choices[] = {"Go on writing", "Save, and leave later", "Leave without saving",
                                            NULL};

static void leave_done(struct ui *ui, void *state, const struct said *said)
{
    if (said->choice == 1)
        run_save(ui, state);
    else if (said->choice == 2)
        ui_pop(ui);
}

static bool key(struct ui *ui, void *state, const struct key *k)
{
    struct editor *e = state;
    if (editor_key(ui, state, k))
        return true;
    if (k->code != K_ESC || !e->dirty)
        return false;
    ui_dialog(ui, &(struct dialog){.kind = DIALOG_CHOOSE,
                                   .title = "What you wrote is not saved",
                                   .choices = leave_choices,
                                   .done = leave_done});
    return true;
}

static const struct key_row keys[] = {
    {.key = K_F0 + 2, .action = "save", .help = "Save it as a draft", .run = run_save},
    {.key = K_F0 + 4, .action = "send", .help = "Save it and send it to the customer", .run = run_send},
    {.key = CTRL('N'), .action = "line", .help = "A new line below", .run = editor_run_line},
    {.key = CTRL('D'), .action = "delete line", .help = "Delete this line", .run = editor_run_drop},
    {.key = K_ESC, .action = "leave", .help = "Leave; asks when something was changed"},
    {0}};

static bool dirty(const void *state)
{
    return ((const struct editor *)state)->dirty;
}

const struct screen screen_staff_editor = {.name = "staff.editor",
                                           .title = "Editor",
                                           .state_size = sizeof(struct editor),
                                           .open = open,
                                           .load = load,
                                           .reply = reply,
                                           .draw = editor_draw,
                                           .key = key,
                                           .close = close_state,
                                           .unsaved = dirty,
                                           .types = true,
                                           .keys = keys};
