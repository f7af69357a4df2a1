/* Settings → Mail server (G5): as it is set, changing it, and a test mail whose fate is watched. */
#include "tui/staff/staff_mail.h"
#include "tui/staff/staff_screens.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* --- the form */

enum { FORM_GET, FORM_SAVE };
struct form_state {
    struct form *form; /* NULL: not loaded yet */
    const struct mail_settings *was;
    int security; /* index chosen */
};

static const char *const usual_ports[] = {"587", "465", "25"};
static const int usual[] = {587, 465, 25};
static const int securities[] = {MAIL_STARTTLS, MAIL_TLS, MAIL_PLAIN};
static const char *const security_labels[] = {"STARTTLS", "TLS from the beginning",
                                              "none: a server on this machine", NULL};
static const struct input_spec inputs[] = {
    {.kind = INPUT_NOTE,
     .label = "Invitations, codes for forgotten passwords and other mails leave through this server. Its "
              "certificate "
              "is checked."},
    {.name = "host",
     .label = "Host",
     .kind = INPUT_TEXT,
     .max = 253,
     .width = 40,
     .hint = "smtp.example.com; empty: no mail server, mails are held in the outbox"},
    {.name = "security",
     .label = "Protection",
     .kind = INPUT_CHOICE,
     .choices = security_labels,
     .width = 34,
     .hint = "← → another way"},
    {.name = "port",
     .label = "Port",
     .kind = INPUT_COUNT,
     .width = 7,
     .least = 1,
     .most = 65535,
     .hint = "Empty: the usual one, 587 with STARTTLS, 465 with TLS, 25 without"},
    {.name = "user",
     .label = "User",
     .kind = INPUT_TEXT,
     .max = 254,
     .width = 40,
     .hint = "Empty: without signing in to the server"},
    {.name = "password",
     .label = "Password",
     .kind = INPUT_PASSWORD,
     .width = 40,
     .hint = "Empty: as it was. It is never shown, and kept encrypted"},
    {.name = "from",
     .label = "Mails come from",
     .kind = INPUT_TEXT,
     .max = 254,
     .width = 40,
     .hint = "accounts@example.com: the address that the server lets you write from"},
    {.name = "from_name",
     .label = "With the name",
     .kind = INPUT_TEXT,
     .max = 120,
     .width = 40,
     .hint = "Empty: the name of the business"},
    {.name = "submit", .label = "Save", .kind = INPUT_BUTTON},
    {.name = "cancel", .label = "Cancel", .kind = INPUT_BUTTON}};

static void form_load(struct ui *ui, void *state, enum load why)
{
    struct mail_settings_get_in none = {0};
    (void)state;
    if (why == LOAD_FIRST)
        ui_ask(ui, FORM_GET, OPNO_mail_settings_get, &none);
}

static void form_begin(struct form_state *s)
{
    const struct mail_settings *m = s->was;
    char port[24] = "";
    if (m->port && m->host && *m->host)
        snprintf(port, sizeof port, "%" PRId64, m->port);
    form_set(s->form, "host", m->host);
    for (size_t i = 0; i < COUNT_OF(securities); i++)
        if (securities[i] == m->security)
            form_set_choice(s->form, "security", s->security = (int)i);
    form_set(s->form, "port", port);
    form_set(s->form, "user", m->user);
    form_set(s->form, "from", m->from);
    form_set(s->form, "from_name", m->from_name);
}

/* The usual port goes with the protection; one that was chosen stays. */
static void form_changes(struct ui *ui, void *state, struct form *form)
{
    struct form_state *s = state;
    int before = s->security;
    (void)ui;
    s->security = form_choice(form, "security");
    if (s->security != before && strcmp(form_text(form, "port"), usual_ports[before]) == 0)
        form_set(form, "port", usual_ports[s->security]);
}

static void form_reply(struct ui *ui, void *state, int tag, const struct reply *r)
{
    struct form_state *s = state;
    if (tag == FORM_SAVE && r->code == ERR_STALE) {
        ui_toast(ui, TONE_BAD, "Somebody changed the mail server meanwhile: leave and look again.");
        return;
    }
    if (ui_refused(ui, r))
        return;
    if (tag == FORM_GET) {
        s->was = ((const struct mail_settings_get_out *)r->out)->settings;
        s->form = ui_form(ui, inputs, COUNT_OF(inputs)); /* only now: what is typed before would be lost */
        form_begin(s);
        return;
    }
    const struct mail_settings_set_out *out = r->out;
    bool server = out->settings->host && *out->settings->host;
    form_kept(s->form);
    ui_toast(ui, TONE_GOOD, "%s",
             server ? "Saved. t sends a test mail to you; mails that were held leave now."
                    : "Saved. Mails are held in the outbox from now on.");
    ui_pop(ui);
}

/* An emptied user takes the password with it. */
static void form_submit(struct ui *ui, void *state, struct form *form)
{
    const struct form_state *s = state;
    struct mail_settings_set_in in = {0};
    struct mail_settings m = {0};
    int security = securities[form_choice(form, "security")];
    GIVE(mail_settings, &m, revision, s->was->revision);
    GIVE(mail_settings, &m, host, form_text(form, "host"));
    GIVE(mail_settings, &m, security, security);
    GIVE(mail_settings, &m, port,
         *form_text(form, "port") ? form_number(form, "port") : usual[form_choice(form, "security")]);
    GIVE(mail_settings, &m, user, form_text(form, "user"));
    GIVE(mail_settings, &m, from, form_text(form, "from"));
    GIVE(mail_settings, &m, from_name, form_text(form, "from_name"));
    GIVE(mail_settings_set_in, &in, settings, &m);
    if (*form_text(form, "password") || !*form_text(form, "user"))
        GIVE(mail_settings_set_in, &in, password,
             *form_text(form, "user") ? form_text(form, "password") : "");
    ui_ask_with(ui, &(struct ask){
                        .tag = FORM_SAVE, .op = op_at(OPNO_mail_settings_set), .in = &in, .busy = "Saving…"});
}

static void form_cancel(struct ui *ui, void *state, struct form *form, const char *name)
{
    (void)state;
    (void)name;
    form_kept(form);
    ui_pop(ui);
}

static void form_drawn(const void *state, struct canvas *c)
{
    const struct form_state *s = state;
    struct canvas part = canvas_part(c, 1, 0, c->rows - 1, c->columns > 100 ? 100 : c->columns);
    if (s->form)
        form_draw(s->form, &part);
    else
        canvas_text(c, 1, 2, STYLE_DIM, "Loading …");
}

static const struct key_row form_keys[] = {
    {.key = K_TAB, .action = "next field", .help = "The next field"},
    {.key = K_F0 + 2, .action = "save", .help = "Save"},
    {.key = K_ESC, .action = "leave", .help = "Leave; asks when something was changed"},
    {0}};

static const struct screen screen_staff_mail_server_form = {.name = "staff.mail_server.form",
                                                            .title = "Change",
                                                            .state_size = sizeof(struct form_state),
                                                            .load = form_load,
                                                            .reply = form_reply,
                                                            .draw = form_drawn,
                                                            .submit = form_submit,
                                                            .changed = form_changes,
                                                            .button = form_cancel,
                                                            .keys = form_keys};

/* --- the page */

enum { GET, HELD, TEST };
struct state {
    const struct mail_settings *set;
    const struct mail_list_out *held;
};

static void load(struct ui *ui, void *state, enum load why)
{
    struct mail_settings_get_in none = {0};
    struct mail_list_in held = {0};
    (void)state;
    (void)why;
    ui_ask(ui, GET, OPNO_mail_settings_get, &none);
    GIVE(mail_list_in, &held, state, MAIL_HELD);
    GIVE(mail_list_in, &held, limit, 100);
    ui_ask(ui, HELD, OPNO_mail_list, &held);
}

static void reply(struct ui *ui, void *state, int tag, const struct reply *r)
{
    struct state *s = state;
    if (ui_refused(ui, r))
        return;
    if (tag == GET)
        s->set = ((const struct mail_settings_get_out *)r->out)->settings;
    else if (tag == HELD)
        s->held = r->out;
    else
        ui_push(ui, &screen_staff_mail, ((const struct mail_test_out *)r->out)->mail->id);
}

static bool is_set(const struct state *s)
{
    return s->set && s->set->host && *s->set->host;
}

static int field(const struct canvas *c, int y, const char *label, const char *value)
{
    canvas_text(c, y, 1, STYLE_DIM, label);
    canvas_fit(c, y, 18, c->columns - 19, STYLE_PLAIN, value && *value ? value : "–");
    return 1;
}

static const char *security_words(int security)
{
    switch (security) {
    case MAIL_TLS: return "TLS from the beginning";
    case MAIL_PLAIN: return "none: only to a server on this machine";
    default: return "STARTTLS, which the server must offer";
    }
}

static void draw(const void *state, struct canvas *c)
{
    const struct state *s = state;
    char text[500];
    int y = 1;
    if (!s->set) {
        canvas_text(c, y, 2, STYLE_DIM, "Loading …");
        return;
    }
    if (!is_set(s)) {
        canvas_text(c, y++, 1, STYLE_WARN | STYLE_BOLD, "No mail server is set.");
        y += canvas_wrap(
            c, y, 1, c->columns > 90 ? 88 : c->columns - 2, 4, STYLE_PLAIN,
            "Mails wait in the outbox, where they can be read and copied. e sets a server; those that are "
            "still good then leave by themselves.");
    } else {
        snprintf(text, sizeof text, "%s, port %" PRId64, s->set->host, s->set->port);
        y += field(c, y, "Server", text);
        y += field(c, y, "Protection", security_words(s->set->security));
        snprintf(text, sizeof text, "%s%s",
                 s->set->user && *s->set->user ? s->set->user : "without signing in",
                 s->set->has_password ? ", with a password" : "");
        y += field(c, y, "User", text);
        snprintf(text, sizeof text, "%s%s%s", show_text(s->set->from),
                 s->set->from_name && *s->set->from_name ? ", as " : "", show_text(s->set->from_name));
        y += field(c, y, "Mails come from", text);
    }
    size_t n = s->held ? s->held->mails.n : 0;
    if (n)
        canvas_print(c, y + 1, 1, STYLE_WARN, "%zu%s mail%s held. O opens the outbox.", n,
                     s->held->next && *s->held->next ? " or more" : "", n == 1 ? " is" : "s are");
}

static const char *may(const struct ui *ui, const void *state)
{
    (void)state;
    return staff_may_set(ui);
}

static const char *can_test(const struct ui *ui, const void *state)
{
    const char *why = staff_may_set(ui);
    return why ? why : is_set(state) ? NULL : "There is no mail server yet: e sets one.";
}

static void run_edit(struct ui *ui, void *state)
{
    (void)state;
    ui_push(ui, &screen_staff_mail_server_form, 0);
}

static void run_test(struct ui *ui, void *state)
{
    struct mail_test_in none = {0};
    (void)state;
    ui_ask_with(ui,
                &(struct ask){.tag = TEST, .op = op_at(OPNO_mail_test), .in = &none, .busy = "One moment…"});
}

static void run_outbox(struct ui *ui, void *state)
{
    (void)state;
    outbox_open(ui, 0, 0);
}

static const struct key_row keys[] = {
    {.key = 'e', .action = "change", .help = "Change the mail server", .possible = may, .run = run_edit},
    {.key = 't',
     .action = "test",
     .help = "Send a test mail to yourself and watch it",
     .possible = can_test,
     .run = run_test},
    {.key = 'O', .action = "outbox", .help = "All mails", .run = run_outbox},
    {0}};

const struct screen screen_staff_mail_server = {.name = "staff.mail_server",
                                                .title = "Mail server",
                                                .state_size = sizeof(struct state),
                                                .load = load,
                                                .reply = reply,
                                                .draw = draw,
                                                .keys = keys};
