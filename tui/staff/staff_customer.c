/* What staff see of a customer at once (F1): details, what is owed by age, documents by state, persons with their access (B7), what
 * happened last. */
#include "common/date.h"
#include "tui/staff/staff_access.h"
#include "tui/staff/editor.h"
#include "tui/staff/staff_record.h"
#include "tui/staff/staff_screens.h"
#include "tui/full/look.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { GET, REMOVE };

struct state {
    struct access_acts acts; /* first: access.h */
    uint64_t id;
    const struct customer_overview_out *out;
    const struct me *me;
    struct list *persons;
    int32_t today;
    int left_out; /* of `news`, when they were last offered */
};

static const struct list_column columns[] = {
    {.name = "person", .title = "Person", .width = 16, .grow = 1},
    {.name = "email", .title = "E-mail", .width = 20, .grow = 1},
    {.name = "position", .title = "Position", .width = 12, .drop = 2},
    {.name = "access", .title = "Portal access", .width = 26},
    {.name = "factor", .title = "2nd factor", .width = 10, .drop = 1},
};

static void open(struct ui *ui, void *state, uint64_t subject)
{
    struct state *s = state;
    s->id = subject;
    s->me = client_me(ui);
    s->persons = ui_list(ui, columns, COUNT_OF(columns));
    if (!staff_may_write(ui))
        list_take_marks(s->persons);
    list_empty_text(s->persons, "Nobody yet: + adds a person, who can then be given access to the portal.");
}

static void load(struct ui *ui, void *state, enum load why)
{
    struct state *s = state;
    struct customer_overview_in in = {0};
    (void)why;
    GIVE(customer_overview_in, &in, customer, s->id);
    ui_ask(ui, GET, OPNO_customer_overview, &in);
}

static void add_person(struct state *s, const struct contact *p)
{
    char name[160], access[80];
    snprintf(name, sizeof name, "%s%s", show_text(p->name), p->primary ? " ·1" : "");
    bool email = p->email && *p->email;
    const char *cells[] = {name, email ? p->email : "no e-mail", show_text(p->position),
                           access_words(access, sizeof access, p, s->me->time_zone, s->today),
                           p->mfa ? "yes" : "no"};
    unsigned styles[] = {p->primary ? STYLE_BOLD : 0, email ? 0 : STYLE_DIM, 0, access_style(p),
                         p->mfa ? STYLE_GOOD : STYLE_DIM};
    list_add(s->persons,
             &(struct list_row){.id = p->id, .cells = cells, .styles = styles, .user = p->access});
}

static void reply(struct ui *ui, void *state, int tag, const struct reply *r)
{
    struct state *s = state;
    if (access_reply(ui, &s->acts, tag, r)) {
        if (r->code == OK)
            list_unmark(s->persons);
        return;
    }
    if (ui_refused(ui, r))
        return;
    if (tag == REMOVE) {
        ui_toast(ui, TONE_GOOD, "Removed.");
        list_unmark(s->persons);
        ui_reload(ui);
        return;
    }
    s->out = r->out;
    s->today = ui_today(ui);
    ui_title(ui, "%s", show_text(s->out->customer->name));
    list_begin(s->persons);
    for (size_t i = 0; i < s->out->contacts.n; i++)
        add_person(s, &s->out->contacts.v[i]);
    list_end(s->persons, false, -1);
}

static void event(struct ui *ui, void *state, const struct event *e)
{
    if (ui_top(ui) == &screen_staff_customer && e->customer == ((const struct state *)state)->id)
        ui_reload(ui);
}

/* --- drawing */

static int draw_details(const struct state *s, const struct canvas *c)
{
    const struct customer *k = s->out->customer;
    char where[600], line[900];
    size_t n = 0;
    int y = 0;
    int end = canvas_right(c, y, c->columns - 1, k->active ? STYLE_GOOD : STYLE_BAD,
                           k->active ? "active" : "deactivated");
    canvas_fit(c, y++, 1, end - 3, STYLE_BOLD, show_text(k->name));
    show_address_line(where, sizeof where, k->billing);
    const char *parts[] = {k->company, where, k->email, k->phone};
    line[0] = '\0';
    for (size_t i = 0; i < COUNT_OF(parts); i++)
        if (parts[i] && *parts[i] && (i > 0 || strcmp(parts[i], show_text(k->name)) != 0) && n < sizeof line)
            n += (size_t)snprintf(line + n, sizeof line - n, "%s%s", n ? " · " : "", parts[i]);
    canvas_fit(c, y++, 1, c->columns - 2, STYLE_PLAIN, line);
    n = (size_t)snprintf(line, sizeof line, "%s", show_text(k->currency));
    if (k->terms_days)
        n += (size_t)snprintf(line + n, sizeof line - n, " · %" PRId64 " days to pay", k->terms_days);
    if (k->tax_id && *k->tax_id)
        snprintf(line + n, sizeof line - n, " · Tax id %s", k->tax_id);
    canvas_fit(c, y++, 1, c->columns - 2, STYLE_DIM, line);
    if (k->notes && *k->notes)
        y += canvas_wrap(c, y, 1, c->columns - 2, 2, STYLE_WARN, k->notes);
    return y + 1;
}

#define AMOUNT 34 /* where amounts end, unless they are wider */

static int amounts_end(const struct customer_overview_out *o)
{
    const struct ageing *a = o->ageing;
    const struct money parts[] = {a->not_due, a->days_30, a->days_60, a->days_90, a->older};
    int end = AMOUNT, n = 12 + canvas_money_width(a->total, true);
    end = n > end ? n : end;
    n = o->last_payment ? 12 + canvas_money_width(o->last_payment->amount, true) : 0;
    end = n > end ? n : end;
    for (size_t i = 0; i < COUNT_OF(parts); i++) {
        n = 22 + canvas_money_width(parts[i], false);
        end = n > end ? n : end;
    }
    return end;
}

static void age_row(const struct canvas *c, int *y, int end, const char *label, struct money part,
                    int64_t whole)
{
    if (!part.amount)
        return;
    canvas_text(c, *y, 11, STYLE_DIM, label);
    int bar = c->columns - end - 26;
    canvas_money(c, *y, end, STYLE_PLAIN, part, false);
    canvas_bar(c, (*y)++, end + 2, bar > 24 ? 24 : bar,
               strcmp(label, "not due") == 0 ? STYLE_INFO : STYLE_BAD, part.amount, whole);
}

static int draw_money(const struct state *s, const struct canvas *c, int y)
{
    const struct customer_overview_out *o = s->out;
    const struct ageing *a = o->ageing;
    char text[200], date[DATE_TEXT], with[SHOW_WITH];
    int from = y, end = amounts_end(o);
    canvas_text(c, y, 1, STYLE_DIM, "Owes");
    canvas_money(c, y, end, STYLE_BOLD, a->total, true);
    if (a->count)
        snprintf(text, sizeof text, "%" PRId64 " invoice%s%s", a->count, a->count == 1 ? "" : "s",
                 a->overdue_count ? "" : ", none late");
    else
        snprintf(text, sizeof text, "nothing open");
    int x = canvas_text(c, y, end + 2, STYLE_PLAIN, text);
    if (a->overdue_count)
        canvas_print(c, y, x, STYLE_BAD, ", %" PRId64 " overdue", a->overdue_count);
    y++;
    age_row(c, &y, end, "not due", a->not_due, a->total.amount);
    age_row(c, &y, end, "1–30 days", a->days_30, a->total.amount);
    age_row(c, &y, end, "31–60", a->days_60, a->total.amount);
    age_row(c, &y, end, "61–90", a->days_90, a->total.amount);
    age_row(c, &y, end, "older", a->older, a->total.amount);
    if (o->last_payment) {
        const struct payment_row *p = o->last_payment;
        canvas_text(c, y, 1, STYLE_DIM, "Last paid");
        canvas_money(c, y, end, STYLE_PLAIN, p->amount, true);
        canvas_print(c, y++, end + 2, STYLE_PLAIN, "%s, %s, %s", date_short(date, p->date),
                     show_text(p->number), show_row_with(with, p));
    }
    return y - from;
}

static void draw_counts(const struct state *s, const struct canvas *c, int y, int kind, const char *label)
{
    int x = 11;
    canvas_text(c, y, 1, STYLE_DIM, label);
    for (size_t i = 0; i < s->out->counts.n; i++) {
        const struct state_count *n = &s->out->counts.v[i];
        if (n->kind != kind || !n->count)
            continue;
        if (x > 11)
            x = canvas_text(c, y, x, STYLE_DIM, ", ");
        x = canvas_print(c, y, x, STYLE_PLAIN, "%" PRId64 " ", n->count);
        x = canvas_text(c, y, x, look_style(show_status_look(n->state)), show_status(n->state));
    }
    if (x == 11)
        canvas_text(c, y, x, STYLE_DIM, "none");
}

static void draw_history(const struct state *s, const struct canvas *c, int y)
{
    canvas_text(c, y++, 1, STYLE_BOLD, "History");
    for (size_t i = 0; i < s->out->events.n && y < c->rows; i++, y++) {
        const struct event *e = &s->out->events.v[i];
        char when[SHOW_TEXT], what[400];
        canvas_fit(c, y, 2, 13, STYLE_DIM, show_when(when, e->at, s->me->time_zone, s->today));
        canvas_fit(c, y, 16, 12, STYLE_PLAIN,
                   e->subject == SUBJECT_CUSTOMER ? "details" : show_text(e->number));
        int left = e->amount.currency[0] ? canvas_money(c, y, c->columns - 1, STYLE_PLAIN, e->amount, true)
                                         : c->columns;
        show_event(what, sizeof what, e, false);
        canvas_fit(c, y, 29, left - 30, look_style(show_event_look(e)), what);
    }
}

static void draw(const void *state, struct canvas *c)
{
    const struct state *s = state;
    if (!s->out) {
        canvas_loading(c, 1, 2);
        return;
    }
    int y = draw_details(s, c);
    y += draw_money(s, c, y);
    if (s->out->paid && s->out->paid->amount.amount) {
        char text[SHOW_TEXT + 20], amount[SHOW_TEXT];
        snprintf(text, sizeof text, "paid in all %s", show_money(amount, s->out->paid->amount));
        canvas_number(c, y, c->columns - 1, STYLE_PLAIN, text);
        y += c->columns < 100; /* beside the counts where there is room */
    }
    draw_counts(s, c, y++, DOC_ESTIMATE, "Estimates");
    draw_counts(s, c, y++, DOC_INVOICE, "Invoices");
    y++;
    int want = (int)list_count(s->persons) + 1, room = c->rows - y - 1;
    int rows = want < 2 ? 2 : want > room - 4 && want > 4 ? (room - 4 > 4 ? room - 4 : 4) : want;
    struct canvas persons = canvas_part(c, y, 0, rows, c->columns);
    list_draw(s->persons, &persons);
    y += rows + 1;
    if (y + 1 < c->rows)
        draw_history(s, c, y);
}

/* --- what can be done */

static const char *may(const struct ui *ui, const void *state)
{
    return ((const struct state *)state)->out ? staff_may_write(ui) : "Not loaded yet.";
}

static const char *has_person_here(const struct ui *ui, const void *state)
{
    (void)ui;
    return list_id(((const struct state *)state)->persons) ? NULL : "There is nobody yet: + adds a person.";
}

static const char *has_person(const struct ui *ui, const void *state)
{
    const char *why = may(ui, state);
    return why ? why : list_id(((const struct state *)state)->persons) ? NULL : "Add a person first: +.";
}

/* The marked persons, or the one under the cursor. */
static struct access_who chosen(const struct state *s)
{
    struct access_who who = {.deactivated = s->out && !s->out->customer->active};
    uint64_t id = list_marked(s->persons, 0);
    bool marks = id != 0;
    if (!marks)
        id = list_id(s->persons);
    for (size_t i = 0; id && s->out && who.n < ACCESS_MOST; id = marks ? list_marked(s->persons, ++i) : 0)
        for (size_t j = 0; j < s->out->contacts.n; j++)
            if (s->out->contacts.v[j].id == id)
                who.v[who.n++] = &s->out->contacts.v[j];
    return who;
}

static const char *can_invite(const struct ui *ui, const void *state)
{
    struct access_who who = chosen(state);
    return access_can_invite(ui, &who);
}

static const char *can_set(const struct ui *ui, const void *state)
{
    struct access_who who = chosen(state);
    return access_can_set(ui, &who);
}

static const char *can_off(const struct ui *ui, const void *state)
{
    struct access_who who = chosen(state);
    return access_can_end(ui, &who);
}

static const char *can_reset(const struct ui *ui, const void *state)
{
    struct access_who who = chosen(state);
    return access_can_reset(ui, &who);
}

static void run_invite(struct ui *ui, void *state)
{
    struct state *s = state;
    struct access_who who = chosen(s);
    access_invite(ui, &s->acts, &who);
}

static void run_set(struct ui *ui, void *state)
{
    struct access_who who = chosen(state);
    access_set_password(ui, &who);
}

static void run_off(struct ui *ui, void *state)
{
    struct state *s = state;
    struct access_who who = chosen(s);
    access_off(ui, &s->acts, &who);
}

static void run_reset(struct ui *ui, void *state)
{
    struct state *s = state;
    struct access_who who = chosen(s);
    access_reset_mfa(ui, &s->acts, &who);
}

static void remove_done(struct ui *ui, void *state, const struct said *said)
{
    struct contact_delete_in in = {0};
    (void)said;
    GIVE(contact_delete_in, &in, contact, list_id(((struct state *)state)->persons));
    ui_ask_with(
        ui, &(struct ask){.tag = REMOVE, .op = op_at(OPNO_contact_delete), .in = &in, .busy = "Removing…"});
}

static void run_remove(struct ui *ui, void *state)
{
    char text[300];
    snprintf(text, sizeof text, "%s is removed, and their access ends.",
             list_cell(((struct state *)state)->persons, "person"));
    ui_confirm(ui, "Remove this person?", text, "Remove", remove_done);
}

static void run_person(struct ui *ui, void *state)
{
    const struct state *s = state;
    staff_person_open(ui, s->id, list_id(s->persons));
}

static void run_edit(struct ui *ui, void *state)
{
    staff_customer_edit(ui, ((struct state *)state)->id);
}

/* Nothing is written for one that is deactivated; the first two go. */
static const char *const news[] = {"Invoice", "Estimate", "Payment that arrived", "Contact person", NULL};

static int papers(const struct state *s)
{
    return s->out->customer->active ? 0 : 2;
}

static void new_done(struct ui *ui, void *state, const struct said *said)
{
    uint64_t id = ((struct state *)state)->id;
    switch (said->choice + ((struct state *)state)->left_out) {
    case 0: editor_new(ui, DOC_INVOICE, id); break;
    case 1: editor_new(ui, DOC_ESTIMATE, id); break;
    case 2: record_open(ui, id, 0); break;
    default: staff_contact_new(ui, id); break;
    }
}

static void run_new(struct ui *ui, void *state)
{
    int from = ((struct state *)state)->left_out = papers(state);
    ui_dialog(ui, &(struct dialog){
                      .kind = DIALOG_CHOOSE,
                      .title = "New for this customer",
                      .text = from ? "It is deactivated: no invoice or estimate is written for it." : NULL,
                      .choices = news + from,
                      .yes = "Go on",
                      .done = new_done});
}

static void run_estimates(struct ui *ui, void *state)
{
    const struct state *s = state;
    staff_documents_of(ui, DOC_ESTIMATE, s->id, s->out && !s->out->customer->active);
}

static void run_invoices(struct ui *ui, void *state)
{
    const struct state *s = state;
    staff_documents_of(ui, DOC_INVOICE, s->id, s->out && !s->out->customer->active);
}

static void run_payments(struct ui *ui, void *state)
{
    staff_payments_of(ui, ((struct state *)state)->id);
}

static const struct key_row keys[] = {
    {.key = K_ENTER,
     .action = "person",
     .help = "This person: access, sessions, keys",
     .possible = has_person_here,
     .run = run_person},
    {.key = 'e', .action = "edit", .help = "Change the customer's details", .possible = may, .run = run_edit},
    {.key = '+',
     .action = "new",
     .help = "An invoice, estimate, payment or person",
     .possible = may,
     .run = run_new},
    {.key = 'a',
     .action = "invite",
     .help = "Invite the marked persons, or this one, to the portal; or invite again",
     .possible = can_invite,
     .run = run_invite},
    {.key = 'w',
     .action = "password",
     .help = "Set a one-time password for the marked persons, or this one",
     .possible = can_set,
     .run = run_set},
    {.key = 'x',
     .action = "off",
     .help = "End the access of the marked persons, or of this one",
     .possible = can_off,
     .run = run_off},
    {.key = 'F',
     .action = "reset factor",
     .help = "Reset the second factor of a person who lost the phone",
     .possible = can_reset,
     .run = run_reset,
     .quiet = true},
    {.key = 'i', .action = "invoices", .help = "Its invoices", .run = run_invoices},
    {.key = 't', .action = "estimates", .help = "Its estimates", .run = run_estimates, .quiet = true},
    {.key = 'p', .action = "payments", .help = "Its payments", .run = run_payments, .quiet = true},
    {.key = K_DELETE,
     .action = "remove",
     .help = "Remove this person",
     .possible = has_person,
     .run = run_remove,
     .quiet = true},
    {0}};

const struct screen screen_staff_customer = {.name = "staff.customer",
                                             .holds = SUBJECT_CONTACT,
                                             .title = "Customer",
                                             .state_size = sizeof(struct state),
                                             .open = open,
                                             .load = load,
                                             .reply = reply,
                                             .event = event,
                                             .draw = draw,
                                             .keys = keys};
