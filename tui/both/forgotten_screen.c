/* A forgotten password (B9): the address, then the code of the mail and another password. Nothing here says whether anybody has
 * that address. */
#include "tui/full/alone.h"
#include "tui/link/client.h"
#include "tui/both/mfa_code.h"
#include "tui/both/new_password.h"
#include "tui/full/view.h"
#include <stdio.h>
#include <string.h>

enum { SEND, RESET, RULES };

/* --- code and password */

struct reset_state {
    struct form *form;
    struct new_password chosen;
    char email[260];
};

static const struct input_spec reset_inputs[] = {
    {.name = "code",
     .label = "Code of the mail",
     .kind = INPUT_TEXT,
     .required = true,
     .max = 60,
     .width = 34,
     .hint = "As the mail says it; capitals, blanks and hyphens do not matter."},
    NEW_PASSWORD_INPUTS("New password"),
    {.name = "enter", .label = "Set it and sign in", .kind = INPUT_BUTTON},
    {.name = "back", .label = "Back", .kind = INPUT_BUTTON}};

static void reset_open(struct ui *ui, void *state, uint64_t subject)
{
    struct reset_state *s = state;
    (void)subject;
    s->form = ui_form(ui, reset_inputs, COUNT_OF(reset_inputs));
}

static void reset_load(struct ui *ui, void *state, enum load why)
{
    (void)why;
    new_password_ask(ui, &((struct reset_state *)state)->chosen, RULES);
}

static void reset_changed(struct ui *ui, void *state, struct form *form)
{
    (void)ui;
    new_password_typed(&((struct reset_state *)state)->chosen, form);
}

static void reset_submit(struct ui *ui, void *state, struct form *form)
{
    struct reset_state *s = state;
    struct password_reset_in in = {0};
    if (!new_password_fine(&s->chosen, form))
        return;
    GIVE(password_reset_in, &in, portal, client_portal(ui));
    GIVE(password_reset_in, &in, code, form_text(form, "code"));
    GIVE(password_reset_in, &in, password, form_text(form, "password"));
    if (*client_from(ui))
        GIVE(password_reset_in, &in, from, client_from(ui));
    if (client_bound(ui))
        GIVE(password_reset_in, &in, bound, true);
    ui_ask_with(
        ui, &(struct ask){
                .tag = RESET, .op = op_at(OPNO_password_reset), .in = &in, .busy = "Setting your password…"});
}

static void reset_reply(struct ui *ui, void *state, int tag, const struct reply *r)
{
    struct reset_state *s = state;
    const struct password_reset_out *out = r->out;
    if (tag == RULES) {
        new_password_rules(&s->chosen, r);
    } else if (r->code == ERR_CODE || r->code == ERR_NOT_FOUND) {
        form_error(s->form, "code", "That code is not good: mistyped, used, replaced or too old.");
        form_focus(s->form, "code");
    } else if (r->code == ERR_SLOW_DOWN) {
        form_refuse_at(s->form, "code", r->why);
    } else if (!ui_refused(ui, r)) {
        client_welcome(ui, out->token, out->me, &out->choices);
        ui_toast(ui, TONE_GOOD, "Your new password is set.");
    }
}

static void reset_draw(const void *state, struct canvas *c)
{
    const struct reset_state *s = state;
    char text[500];
    struct canvas part = alone_head(c, "Another password", "customer portal");
    if (*s->email)
        snprintf(text, sizeof text,
                 "If %s may sign in here, a code is on its way there. Look among the unwanted mail, too.",
                 s->email);
    else
        snprintf(text, sizeof text, "The mail that was sent to you has a code.");
    int y = alone_text(&part, 0, STYLE_PLAIN, text) + 1;
    y += new_password_draw(&s->chosen, &part, y, 2) + 1;
    alone_form(&part, y, s->form);
}

static void back(struct ui *ui, void *state, struct form *form, const char *name)
{
    (void)state;
    (void)name;
    form_kept(form);
    ui_pop(ui);
}

static const struct key_row reset_keys[] = {
    {.key = K_TAB, .action = "next field", .help = "The next field"},
    {.key = K_ENTER, .action = "next, set it", .help = "The next field, or set the password"},
    {.key = K_ESC, .action = "back", .help = "Back to signing in"},
    {0}};

static const struct screen screen_reset = {.name = "forgotten.reset",
                                           .title = "Another password",
                                           .state_size = sizeof(struct reset_state),
                                           .open = reset_open,
                                           .load = reset_load,
                                           .reply = reset_reply,
                                           .draw = reset_draw,
                                           .submit = reset_submit,
                                           .changed = reset_changed,
                                           .button = back,
                                           .keys = reset_keys,
                                           .alone = true};

/* --- the address */

struct state {
    struct form *form;
    bool asks_portal;
};

static const struct input_spec inputs[] = {
    {.name = "portal",
     .label = "Portal",
     .kind = INPUT_TEXT,
     .required = true,
     .max = 40,
     .width = 24,
     .hint = "The name of the portal, as in your invitation."},
    {.name = "email",
     .label = "E-mail",
     .kind = INPUT_TEXT,
     .required = true,
     .max = 254,
     .width = 40,
     .hint = "The address you sign in with."},
    {.name = "send", .label = "Send me a code", .kind = INPUT_BUTTON},
    {.name = "have", .label = "I have a code", .kind = INPUT_BUTTON},
    {.name = "back", .label = "Back", .kind = INPUT_BUTTON},
};

static void open(struct ui *ui, void *state, uint64_t subject)
{
    struct state *s = state;
    (void)subject;
    s->asks_portal = !*client_portal(ui);
    size_t skip = s->asks_portal ? 0 : 1;
    s->form = ui_form(ui, inputs + skip, COUNT_OF(inputs) - skip);
}

static void submit(struct ui *ui, void *state, struct form *form)
{
    struct state *s = state;
    struct password_ask_reset_in in = {0};
    if (s->asks_portal)
        client_set_portal(ui, form_text(form, "portal"));
    GIVE(password_ask_reset_in, &in, portal, client_portal(ui));
    GIVE(password_ask_reset_in, &in, email, form_text(form, "email"));
    if (*client_from(ui))
        GIVE(password_ask_reset_in, &in, from, client_from(ui));
    ui_ask_with(ui, &(struct ask){
                        .tag = SEND, .op = op_at(OPNO_password_ask_reset), .in = &in, .busy = "One moment…"});
}

static void go_on(struct ui *ui, struct state *s, const char *email)
{
    form_kept(s->form);
    struct reset_state *next = ui_push(ui, &screen_reset, 0);
    snprintf(next->email, sizeof next->email, "%s", email);
}

static void reply(struct ui *ui, void *state, int tag, const struct reply *r)
{
    struct state *s = state;
    (void)tag;
    if (r->code == ERR_SLOW_DOWN) {
        form_refuse_at(s->form, "email", r->why);
    } else if (r->code == ERR_NOT_FOUND ||
               !ui_refused(ui, r)) { /* no such portal: nothing to learn here either */
        go_on(ui, s, form_text(s->form, "email"));
    }
}

static void draw(const void *state, struct canvas *c)
{
    const struct state *s = state;
    struct canvas part = alone_head(c, "Forgotten password", "customer portal");
    int y = alone_text(&part, 0, STYLE_PLAIN,
                       "A code by mail lets you choose another one. Until then the old password stays good.");
    alone_form(&part, y + 1, s->form);
}

static void button(struct ui *ui, void *state, struct form *form, const char *name)
{
    struct state *s = state;
    if (strcmp(name, "have") != 0) {
        back(ui, state, form, name);
        return;
    }
    if (s->asks_portal) {
        if (!*form_text(form, "portal")) {
            form_error(form, "portal", "This is needed.");
            form_focus(form, "portal");
            return;
        }
        client_set_portal(ui, form_text(form, "portal"));
    }
    go_on(ui, s, "");
}

static const struct key_row keys[] = {{.key = K_TAB, .action = "next", .help = "The next field"},
                                      {.key = K_ENTER, .action = "send", .help = "Send a code by mail"},
                                      {.key = K_ESC, .action = "back", .help = "Back to signing in"},
                                      {0}};

static const struct screen screen_forgotten = {.name = "forgotten",
                                               .title = "Forgotten password",
                                               .state_size = sizeof(struct state),
                                               .open = open,
                                               .reply = reply,
                                               .draw = draw,
                                               .submit = submit,
                                               .changed = form_of_proofs,
                                               .button = button,
                                               .keys = keys,
                                               .alone = true};

void forgotten_open(struct ui *ui, const char *email)
{
    struct state *s = ui_push(ui, &screen_forgotten, 0);
    form_set(s->form, "email", email);
}
