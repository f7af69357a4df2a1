/* Settings → Mail server (G5): as it is set, changing it, and a test mail whose fate is watched. */
#include "tui/staff/mail.h"
#include "tui/staff/screens.h"
#include "tui/staff/task.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* --- the form */

static void form_ask(struct ui *ui, const struct task_form *t)
{
    struct mail_settings_get_in none = {0};
    (void)t;
    ui_ask(ui, TASK_GET, OPNO_mail_settings_get, &none);
}

static bool form_begin(struct ui *ui, struct task_form *t, const void *out, void *in, struct arena *a)
{
    struct mail_settings *m = ((const struct mail_settings_get_out *)out)->settings;
    (void)a;
    ui_title(ui, "Change");
    t->revision = m->revision;
    if (!m->security)
        m->security = MAIL_STARTTLS;
    ((struct mail_settings_set_in *)in)->settings = m;
    return true;
}

static void form_finish(const struct task_form *t, void *in, struct arena *a)
{
    struct mail_settings_set_in *set = in;
    if (!set->settings)
        set->settings = arena_alloc(a, sizeof *set->settings);
    GIVE(mail_settings, set->settings, revision, t->revision);
    if (!GIVEN(mail_settings, set->settings, security))
        GIVE(mail_settings, set->settings, security,
             form_enum(t->form, op_at(OPNO_mail_settings_set)->in(), "settings.security"));
    GIVE(mail_settings_set_in, set, settings, set->settings);
}

static const struct shape_row rows[] = {
    {.field = "",
     .label = "Invitations, codes for forgotten passwords and other mails leave through this server. Its "
              "certificate is checked. Without a host, mails are held in the outbox."},
    {.field = "settings.host", .label = "Host", .width = 40},
    {.field = "settings.security", .label = "Protection"},
    {.field = "settings.port", .label = "Port", .width = 7},
    {.field = "settings.user", .label = "User", .width = 40},
    {.field = "password", .label = "Password", .width = 40},
    {.field = "settings.from", .label = "Mails come from", .width = 40},
    {.field = "settings.from_name", .label = "With the name", .width = 40},
    {0}};

static const struct task server_task = {.title = "Change",
                                        .button = "Save",
                                        .done = "Saved. t sends a test mail to you.",
                                        .op = OPNO_mail_settings_set,
                                        .rows = rows,
                                        .ask = form_ask,
                                        .begin = form_begin,
                                        .finish = form_finish};

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
    task_open(ui, &server_task, 0, 0);
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
