/* Switching portal access on with a password that staff set for one or many persons and tell them (B1, B2, B5). */
#include "tui/both/new_password.h"
#include "tui/staff/staff_access.h"
#include "tui/staff/staff_screens.h"
#include <stdio.h>

enum { SET, RULES };

struct state {
    struct form *form;
    uint64_t contacts[ACCESS_MOST];
    size_t n;
    char names[400];
    struct new_password password;
};

static const struct input_spec inputs[] = {
    NEW_PASSWORD_INPUTS("Password"),
    {.name = "keep_password",
     .label = "They may keep it",
     .kind = INPUT_CHECK,
     .hint = "Space. Without it they choose a password of their own at the first sign-in."},
    {.name = "submit", .label = "Switch access on", .kind = INPUT_BUTTON},
    {.name = "cancel", .label = "Cancel", .kind = INPUT_BUTTON}};

static void open(struct ui *ui, void *state, uint64_t subject)
{
    struct state *s = state;
    (void)subject;
    s->form = ui_form(ui, inputs, COUNT_OF(inputs));
}

static void load(struct ui *ui, void *state, enum load why)
{
    if (why == LOAD_FIRST)
        new_password_ask(ui, &((struct state *)state)->password, RULES);
}

static void changed(struct ui *ui, void *state, struct form *form)
{
    (void)ui;
    new_password_typed(&((struct state *)state)->password, form);
}

static void submit(struct ui *ui, void *state, struct form *form)
{
    struct state *s = state;
    struct access_enable_in in = {0};
    struct id_list contacts = {s->n, s->contacts};
    if (!new_password_fine(&s->password, form))
        return;
    GIVE(access_enable_in, &in, contacts, contacts);
    GIVE(access_enable_in, &in, password, form_text(form, "password"));
    if (form_choice(form, "keep_password"))
        GIVE(access_enable_in, &in, keep_password, true);
    ui_ask_with(ui,
                &(struct ask){
                    .tag = SET, .op = op_at(OPNO_access_enable), .in = &in, .busy = "Switching access on…"});
}

static void button(struct ui *ui, void *state, struct form *form, const char *name)
{
    (void)state;
    (void)name;
    form_kept(form);
    ui_pop(ui);
}

static void reply(struct ui *ui, void *state, int tag, const struct reply *r)
{
    struct state *s = state;
    if (tag == RULES) {
        new_password_rules(&s->password, r);
        return;
    }
    if (ui_refused(ui, r))
        return;
    form_kept(s->form);
    ui_toast(ui, TONE_GOOD,
             "Access is on: tell them the portal's name, their e-mail address and the password.");
    ui_pop(ui);
}

static void draw(const void *state, struct canvas *c)
{
    const struct state *s = state;
    int y = 1, width = c->columns > 100 ? 92 : c->columns - 8;
    canvas_text(c, y, 2, STYLE_DIM, "For");
    y += canvas_wrap(c, y, 6, width, 3, STYLE_BOLD, s->names) + 1;
    bool kept = form_choice(s->form, "keep_password");
    char text[300];
    snprintf(text, sizeof text, "%s %s. You tell it to them yourself: the mail%s they get do%s not hold it.",
             s->n > 1 ? "All of them get this password," : "It is good",
             kept       ? "until they choose another one"
             : s->n > 1 ? "and choose one of their own at the first sign-in"
                        : "for the first sign-in, which leads to choosing one of their own",
             s->n > 1 ? "s" : "", s->n > 1 ? "" : "es");
    y += canvas_wrap(c, y, 2, width + 4, 2, STYLE_PLAIN, text);
    y += new_password_draw(&s->password, c, y, 2);
    struct canvas part = canvas_part(c, y + 1, 0, c->rows - y - 1, c->columns);
    form_draw(s->form, &part);
}

static const struct key_row keys[] = {
    {.key = K_TAB, .action = "next field", .help = "The next field"},
    {.key = K_F0 + 2, .action = "switch on", .help = "Switch access on with this password"},
    {.key = K_ESC, .action = "leave", .help = "Leave; asks when something was typed"},
    {0}};

static const struct screen screen_staff_one_time = {.name = "staff.one_time",
                                                    .title = "One-time password",
                                                    .state_size = sizeof(struct state),
                                                    .open = open,
                                                    .load = load,
                                                    .reply = reply,
                                                    .draw = draw,
                                                    .submit = submit,
                                                    .changed = changed,
                                                    .button = button,
                                                    .keys = keys};

void access_set_password(struct ui *ui, const struct access_who *who)
{
    struct state *s = ui_push(ui, &screen_staff_one_time, 0);
    size_t at = 0;
    for (size_t i = 0; i < who->n; i++) {
        s->contacts[s->n++] = who->v[i]->id;
        if (at < sizeof s->names)
            at += (size_t)snprintf(s->names + at, sizeof s->names - at, "%s%s", at ? ", " : "",
                                   show_text(who->v[i]->name));
    }
}
