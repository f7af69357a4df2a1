/* Choosing another password for oneself: freely, or because it has to be before anything else. */
#include "tui/link/client.h"
#include "tui/both/new_password.h"
#include "tui/full/view.h"

enum { CHANGE, WHO, RULES };

struct state {
    struct form *form;
    struct new_password chosen;
    bool first;
};

static const struct input_spec inputs[] = {
    {.name = "old",
     .label = "Present password",
     .kind = INPUT_PASSWORD,
     .required = true,
     .max = 200,
     .width = 28},
    NEW_PASSWORD_INPUTS("New password"),
    {.name = "change", .label = "Change password", .kind = INPUT_BUTTON},
    {.name = "leave", .label = "Cancel", .kind = INPUT_BUTTON},
};

static void open(struct ui *ui, void *state, uint64_t subject)
{
    struct state *s = state;
    (void)subject;
    s->form = ui_form(ui, inputs, COUNT_OF(inputs));
    s->first = ui_top(ui) == &screen_password_first;
}

static void load(struct ui *ui, void *state, enum load why)
{
    (void)why;
    new_password_ask(ui, &((struct state *)state)->chosen, RULES);
}

static void typed(struct ui *ui, void *state, struct form *form)
{
    (void)ui;
    new_password_typed(&((struct state *)state)->chosen, form);
}

static void submit(struct ui *ui, void *state, struct form *form)
{
    struct password_change_in in = {0};
    if (!new_password_fine(&((struct state *)state)->chosen, form))
        return;
    GIVE(password_change_in, &in, old, form_text(form, "old"));
    GIVE(password_change_in, &in, password, form_text(form, "password"));
    ui_ask_with(ui, &(struct ask){.tag = CHANGE,
                                  .op = op_at(OPNO_password_change),
                                  .in = &in,
                                  .busy = "Changing your password…"});
}

static void changed(struct ui *ui, struct state *s)
{
    struct session_me_in none = {0};
    ui_toast(ui, TONE_GOOD, "Your password was changed.");
    if (s->first) {
        ui_ask(ui, WHO, OPNO_session_me, &none);
        return;
    }
    form_kept(s->form);
    ui_pop(ui);
}

static void reply(struct ui *ui, void *state, int tag, const struct reply *r)
{
    struct state *s = state;
    if (tag == RULES) {
        new_password_rules(&s->chosen, r);
        return;
    }
    if (r->code == ERR_CREDENTIALS) {
        form_error(s->form, "old", "That is not your present password.");
        form_focus(s->form, "old");
        return;
    }
    if (ui_refused(ui, r))
        return;
    if (tag == CHANGE) {
        changed(ui, s);
    } else {
        const struct session_me_out *out = r->out;
        client_know(ui, out->me);
        client_enter(ui);
    }
}

static void draw(const void *state, struct canvas *c)
{
    const struct state *s = state;
    int y = 1;
    if (s->first) {
        canvas_text(c, 1, 2, STYLE_BOLD, "Choose a password of your own");
        canvas_text(c, 2, 2, STYLE_PLAIN, "The one you were given was for this once.");
        y = 4;
    }
    struct canvas part = canvas_part(c, 0, 0, c->rows, c->columns > 80 ? 80 : c->columns);
    y += new_password_draw(&s->chosen, &part, y, 2);
    if (!s->first) {
        canvas_text(&part, y, 2, STYLE_DIM, "·");
        canvas_text(&part, y++, 4, STYLE_PLAIN, "Your other sessions end when it changes.");
    }
    struct canvas rest = canvas_part(&part, y + 1, 0, part.rows - y - 1, part.columns);
    form_draw(s->form, &rest);
}

static void button(struct ui *ui, void *state, struct form *form, const char *name)
{
    struct state *s = state;
    (void)name;
    form_kept(form);
    if (s->first)
        client_sign_out(ui, "");
    else
        ui_pop(ui);
}

static bool key_first(struct ui *ui, void *state, const struct key *k)
{
    (void)state;
    if (k->code != K_ESC)
        return false;
    client_sign_out(ui, "");
    return true;
}

static const struct key_row keys[] = {
    {.key = K_TAB, .action = "next field", .help = "The next field"},
    {.key = K_ENTER, .action = "next, change", .help = "Next field, or change the password"},
    {0}};

const struct screen screen_password = {.name = "password",
                                       .title = "Change password",
                                       .state_size = sizeof(struct state),
                                       .open = open,
                                       .load = load,
                                       .reply = reply,
                                       .draw = draw,
                                       .submit = submit,
                                       .changed = typed,
                                       .button = button,
                                       .keys = keys};

const struct screen screen_password_first = {.name = "password.first",
                                             .title = "Choose a password",
                                             .state_size = sizeof(struct state),
                                             .open = open,
                                             .load = load,
                                             .reply = reply,
                                             .draw = draw,
                                             .submit = submit,
                                             .changed = typed,
                                             .button = button,
                                             .key = key_first,
                                             .keys = keys};
