/* Account (D13): one's own details, the company's, its contact persons. */
#include "tui/full/book_screen.h"
#include "tui/portal/books.h"
#include "tui/both/choose.h"
#include "tui/both/document_draw.h"
#include "tui/customer/customer_screens.h"
#include <stdio.h>
#include <string.h>

enum { GET, SWITCH };

struct state {
    const struct customer_get_out *out;
    const struct me *me;
    int32_t today;
    uint64_t wanted; /* for whom next; the password there may be asked for */
};

static void open(struct ui *ui, void *state, uint64_t subject)
{
    struct state *s = state;
    (void)subject;
    s->me = client_me(ui);
}

static void load(struct ui *ui, void *state, enum load why)
{
    struct state *s = state;
    struct customer_get_in none = {0};
    (void)why;
    s->today = ui_today(ui);
    ui_ask(ui, GET, OPNO_customer_get, &none);
}

static void password_said(struct ui *ui, void *state, const struct said *said)
{
    choose_switch(ui, SWITCH, ((struct state *)state)->wanted, said->text);
}

static void reply(struct ui *ui, void *state, int tag, const struct reply *r)
{
    struct state *s = state;
    if ((tag == SWITCH && choose_wants_password(ui, r, password_said)) || ui_refused(ui, r))
        return;
    if (tag == SWITCH) {
        const struct session_switch_out *out = r->out;
        client_signed_in(ui, out->token, out->me, NULL);
        client_enter(ui);
        ui_toast(ui, TONE_GOOD, "You are here for %s now.", show_text(client_me(ui)->customer_name));
    } else {
        s->out = r->out;
    }
}

static void event(struct ui *ui, void *state, const struct event *e)
{
    (void)state;
    if (ui_top(ui) == &screen_customer_account &&
        (e->subject == SUBJECT_CUSTOMER || e->subject == SUBJECT_CONTACT))
        ui_reload(ui);
}

/* --- drawing */

static int field(const struct canvas *c, int y, const char *label, const char *value)
{
    if (!value || !*value)
        return 0;
    canvas_text(c, y, 2, STYLE_DIM, label);
    canvas_fit(c, y, 14, c->columns - 15, STYLE_PLAIN, value);
    return 1;
}

static int draw_me(const struct state *s, const struct canvas *c, int y)
{
    int from = y;
    canvas_right(c, y, c->columns - 1, STYLE_DIM,
                 s->me->mfa ? "second factor on; i: my sign-in" : "second factor off; i: my sign-in");
    canvas_text(c, y++, 1, STYLE_BOLD, "You");
    y += field(c, y, "Name", s->me->name);
    y += field(c, y, "E-mail", s->me->email);
    y += field(c, y, "Phone", *s->me->phone ? s->me->phone : "–");
    return y - from;
}

static int draw_addresses(const struct customer *k, const struct canvas *c, int y)
{
    int half = (c->columns - 3) / 2;
    canvas_text(c, y, 2, STYLE_DIM, "Billing address");
    canvas_text(c, y, 2 + half, STYLE_DIM, "Shipping address");
    int left = address_draw(c, y + 1, 2, half - 2, k->billing);
    int right = address_draw(c, y + 1, 2 + half, half - 2, k->shipping);
    if (!left)
        canvas_text(c, y + 1, 2, STYLE_PLAIN, "–");
    if (!right)
        canvas_text(c, y + 1, 2 + half, STYLE_PLAIN, "–");
    int rows = left > right ? left : right;
    return 1 + (rows ? rows : 1);
}

static int draw_company(const struct state *s, const struct canvas *c, int y)
{
    const struct customer *k = s->out->customer;
    int from = y;
    char terms[60] = "";
    canvas_text(c, y++, 1, STYLE_BOLD, "Your company");
    y += field(c, y, "Name", k->name);
    if (strcmp(show_text(k->company), show_text(k->name)) != 0)
        y += field(c, y, "Company", k->company);
    y += field(c, y, "E-mail", k->email);
    y += field(c, y, "Phone", k->phone);
    y += field(c, y, "Web site", k->website);
    y += field(c, y, "Tax id", k->tax_id);
    if (k->terms_days)
        snprintf(terms, sizeof terms, "net %d days, in %s", (int)k->terms_days, show_text(k->currency));
    y += field(c, y, "Terms", terms);
    for (size_t i = 0; i < k->fields.n; i++)
        y += field(c, y, show_text(k->fields.v[i].label), k->fields.v[i].value);
    y += draw_addresses(k, c, y);
    return y - from;
}

static int draw_contacts(const struct state *s, const struct canvas *c, int y)
{
    int from = y;
    canvas_text(c, y++, 1, STYLE_BOLD, "Contact persons");
    for (size_t i = 0; i < s->out->contacts.n; i++, y++) {
        const struct contact *p = &s->out->contacts.v[i];
        char who[300], since[SHOW_TEXT];
        snprintf(who, sizeof who, "%s%s%s%s", show_text(p->name), p->position && *p->position ? ", " : "",
                 show_text(p->position), p->primary ? " (first contact)" : "");
        int width = (c->columns - 4) / 2 - 8;
        canvas_fit(c, y, 2, width, STYLE_PLAIN, who);
        canvas_fit(c, y, 3 + width, width, STYLE_PLAIN, show_text(p->email));
        canvas_text(c, y, 4 + 2 * width, STYLE_DIM,
                    p->access == ACCESS_ACTIVE && p->last_sign_in
                        ? show_when(since, p->last_sign_in, s->me->time_zone, s->today)
                    : p->access == ACCESS_NONE ? "no access"
                                               : show_access(p->access));
    }
    return y - from;
}

static void draw(const void *state, struct canvas *c)
{
    const struct state *s = state;
    int y = 0;
    if (!s->out) {
        canvas_loading(c, 1, 2);
        return;
    }
    y += draw_me(s, c, y) + 1;
    y += draw_company(s, c, y) + 1;
    draw_contacts(s, c, y);
}

/* --- keys */

static const char *may_edit(const struct ui *ui, const void *state)
{
    const struct state *s = state;
    (void)ui;
    if (!s->out)
        return "Not loaded yet.";
    return s->me->customers_edit ? NULL
                                 : "The business changes these details: write a comment to ask for it.";
}

static void run_person(struct ui *ui, void *state)
{
    (void)state;
    ui_push(ui, &screen_customer_person, 0);
}

static void run_company(struct ui *ui, void *state)
{
    (void)state;
    ui_push(ui, &screen_customer_company, 0);
}

static void run_password(struct ui *ui, void *state)
{
    (void)state;
    ui_push(ui, &screen_password, 0);
}

static void run_security(struct ui *ui, void *state)
{
    (void)state;
    book_open(ui, &book_sign_in, 0);
}

static const char *has_others(const struct ui *ui, const void *state)
{
    (void)state;
    return client_choices(ui)->n > 1 ? NULL : "You are a contact person of this one customer only.";
}

static void switch_done(struct ui *ui, void *state, const struct said *said)
{
    const struct choice_list *choices = client_choices(ui);
    struct state *s = state;
    if ((size_t)said->choice >= choices->n || choices->v[said->choice].customer == client_me(ui)->customer)
        return;
    s->wanted = choices->v[said->choice].customer;
    choose_switch(ui, SWITCH, s->wanted, NULL);
}

static void run_switch(struct ui *ui, void *state)
{
    const struct choice_list *choices = client_choices(ui);
    const char **names = arena_alloc(ui_arena(ui), (choices->n + 1) * sizeof *names);
    (void)state;
    for (size_t i = 0; i < choices->n; i++)
        names[i] = arena_printf(ui_arena(ui), "%s", choices->v[i].name);
    ui_dialog(ui, &(struct dialog){.kind = DIALOG_CHOOSE,
                                   .title = "For whom?",
                                   .choices = names,
                                   .yes = "Switch",
                                   .done = switch_done});
}

static void run_sign_out(struct ui *ui, void *state)
{
    (void)state;
    client_sign_out(ui, "You are signed out.");
}

static const struct key_row keys[] = {
    {.key = 'e', .action = "edit me", .help = "Change your name and phone", .run = run_person},
    {.key = 'E',
     .action = "edit company",
     .help = "Change the company's details",
     .possible = may_edit,
     .run = run_company},
    {.key = 'i',
     .action = "my sign-in",
     .help = "Password, second factor, SSH keys, sessions",
     .run = run_security},
    {.key = 'P', .action = "password", .help = "Change your password", .run = run_password},
    {.key = 'S',
     .action = "switch",
     .help = "Go on for another customer",
     .possible = has_others,
     .run = run_switch},
    {.key = 'O', .action = "sign out", .help = "Sign out", .run = run_sign_out},
    {0}};

const struct screen screen_customer_account = {.name = "customer.account",
                                               .title = "Account",
                                               .state_size = sizeof(struct state),
                                               .open = open,
                                               .load = load,
                                               .reply = reply,
                                               .event = event,
                                               .draw = draw,
                                               .keys = keys,
                                               .scrolls = true};
