/* Signing in, and signing in again after the screen was locked. */
#include "tui/client.h"
#include "tui/view.h"
#include <stdio.h>
#include <string.h>

enum { SHOW, SIGN_IN, SWITCH }; /* tags */

struct state {
    struct form *form;
    bool asks_portal, no_portal;
    char business[128];
    const char *hint;
    const char *const *names; /* of the customers to choose from */
};

/* The portal is asked for only when nobody said which; the rows after it are the same. */
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
     .hint = "The address your invitation was sent to."},
    {.name = "password",
     .label = "Password",
     .kind = INPUT_PASSWORD,
     .required = true,
     .max = 200,
     .width = 40,
     .hint = "Enter signs in."},
    {.name = "enter", .label = "Sign in", .kind = INPUT_BUTTON},
    {.name = "leave", .label = "Leave", .kind = INPUT_BUTTON},
};

static void open(struct ui *ui, void *state, uint64_t subject)
{
    struct state *s = state;
    (void)subject;
    s->asks_portal = !*client_portal(ui);
    size_t skip = s->asks_portal ? 0 : 1;
    s->form = ui_form(ui, inputs + skip, COUNT_OF(inputs) - skip);
    s->hint = client_hint(ui);
}

static void load(struct ui *ui, void *state, enum load why)
{
    struct state *s = state;
    struct portal_show_in in = {0};
    (void)why;
    if (s->asks_portal)
        return;
    GIVE(portal_show_in, &in, portal, client_portal(ui));
    ui_ask(ui, SHOW, OPNO_portal_show, &in);
}

static void submit(struct ui *ui, void *state, struct form *form)
{
    struct state *s = state;
    struct session_sign_in_in in = {0};
    if (s->asks_portal)
        client_set_portal(ui, form_text(form, "portal"));
    GIVE(session_sign_in_in, &in, portal, client_portal(ui));
    GIVE(session_sign_in_in, &in, email, form_text(form, "email"));
    GIVE(session_sign_in_in, &in, password, form_text(form, "password"));
    ui_ask_with(ui, &(struct ask){
                        .tag = SIGN_IN, .op = op_at(OPNO_session_sign_in), .in = &in, .busy = "Signing in…"});
}

static void chosen(struct ui *ui, void *state, const struct said *said)
{
    const struct choice_list *choices = client_choices(ui);
    struct session_switch_in in = {0};
    (void)state;
    if (said->choice < 0 || (size_t)said->choice >= choices->n)
        return;
    uint64_t customer = choices->v[said->choice].customer;
    if (customer == client_me(ui)->customer) {
        client_enter(ui);
        return;
    }
    GIVE(session_switch_in, &in, customer, customer);
    ui_ask_with(
        ui, &(struct ask){.tag = SWITCH, .op = op_at(OPNO_session_switch), .in = &in, .busy = "One moment…"});
}

static void not_chosen(struct ui *ui, void *state)
{
    (void)state;
    client_sign_out(ui, "");
}

/* One address, several customers: for which one today? */
static void choose(struct ui *ui, struct state *s)
{
    const struct choice_list *choices = client_choices(ui);
    const char **names = arena_alloc(ui_arena(ui), (choices->n + 1) * sizeof *names);
    for (size_t i = 0; i < choices->n; i++)
        names[i] = choices->v[i].name;
    s->names = names;
    ui_dialog(ui, &(struct dialog){.kind = DIALOG_CHOOSE,
                                   .title = "For whom?",
                                   .text = "You are a contact person of several customers. You can switch "
                                           "later, under Account.",
                                   .choices = s->names,
                                   .yes = "Go on",
                                   .done = chosen,
                                   .cancelled = not_chosen});
}

static void refused(struct state *s, const struct reply *r)
{
    const char *sentence = *r->why->detail ? r->why->detail : err_sentence(r->code);
    if (r->code == ERR_CANCELLED)
        return;
    form_set(s->form, "password", "");
    if (r->code == ERR_NOT_FOUND) /* a portal that is not there looks like any other failure */
        sentence = err_sentence(ERR_CREDENTIALS);
    form_error(s->form, "password", sentence);
    form_focus(s->form, "password");
}

static void reply(struct ui *ui, void *state, int tag, const struct reply *r)
{
    struct state *s = state;
    if (tag == SHOW) {
        const struct portal_show_out *out = r->out;
        s->no_portal = r->code == ERR_NOT_FOUND;
        if (r->code == OK)
            snprintf(s->business, sizeof s->business, "%s", out->name);
    } else if (r->code != OK) {
        refused(s, r);
    } else if (tag == SIGN_IN) {
        const struct session_sign_in_out *out = r->out;
        form_set(s->form, "password", "");
        client_signed_in(ui, out->token, out->me, &out->choices);
        if (out->choices.n > 1 && !out->me->must_change)
            choose(ui, s);
        else
            client_enter(ui);
    } else {
        const struct session_switch_out *out = r->out;
        client_signed_in(ui, out->token, out->me, NULL);
        client_enter(ui);
    }
}

static void draw(const void *state, struct canvas *c)
{
    const struct state *s = state;
    int left = c->columns > 72 ? (c->columns - 64) / 2 : 4, top = c->rows > 18 ? 3 : 1;
    const char *business = *s->business ? s->business : s->no_portal ? "No portal of that name" : "Postern";
    canvas_text(c, top, left, STYLE_BOLD, business);
    canvas_right(c, top, c->columns - left, STYLE_PLAIN, "customer portal");
    canvas_rule(c, top + 1, left, c->columns - 2 * left);
    struct canvas part = canvas_part(c, top + 3, left - 2, 10, c->columns - 2 * left + 4);
    form_draw(s->form, &part);
    if (s->hint && *s->hint)
        canvas_wrap(c, top + 13, left, c->columns - 2 * left, c->rows - top - 13, STYLE_DIM, s->hint);
}

static void button(struct ui *ui, void *state, struct form *form, const char *name)
{
    (void)state;
    (void)form;
    (void)name;
    ui_quit(ui, 0);
}

static bool key(struct ui *ui, void *state, const struct key *k)
{
    (void)state;
    if (k->code != K_ESC)
        return false;
    ui_quit(ui, 0);
    return true;
}

static void run_leave(struct ui *ui, void *state)
{
    (void)state;
    ui_quit(ui, 0);
}

static const struct key_row keys[] = {{.key = K_TAB, .action = "next field", .help = "The next field"},
                                      {.key = K_ENTER, .action = "sign in", .help = "Sign in"},
                                      {.key = K_ESC, .action = "leave", .help = "Leave", .run = run_leave},
                                      {0}};

const struct screen screen_sign_in = {.name = "sign_in",
                                      .title = "Sign in",
                                      .state_size = sizeof(struct state),
                                      .open = open,
                                      .load = load,
                                      .reply = reply,
                                      .draw = draw,
                                      .submit = submit,
                                      .button = button,
                                      .key = key,
                                      .keys = keys,
                                      .alone = true};

/* --- locked */

struct lock_state {
    struct form *form;
    char who[400];
};

static const struct input_spec lock_inputs[] = {
    {.name = "password",
     .label = "Password",
     .kind = INPUT_PASSWORD,
     .required = true,
     .max = 200,
     .width = 40},
    {.name = "enter", .label = "Go on", .kind = INPUT_BUTTON},
    {.name = "other", .label = "Somebody else", .kind = INPUT_BUTTON},
};

static void lock_open(struct ui *ui, void *state, uint64_t subject)
{
    struct lock_state *s = state;
    const struct me *me = client_me(ui);
    (void)subject;
    s->form = ui_form(ui, lock_inputs, COUNT_OF(lock_inputs));
    snprintf(s->who, sizeof s->who, "%s · %s", me->name, me->business);
}

static void lock_submit(struct ui *ui, void *state, struct form *form)
{
    const struct me *me = client_me(ui);
    struct session_sign_in_in in = {0};
    (void)state;
    GIVE(session_sign_in_in, &in, portal, client_portal(ui));
    GIVE(session_sign_in_in, &in, email, me->email);
    GIVE(session_sign_in_in, &in, password, form_text(form, "password"));
    if (me->customer)
        GIVE(session_sign_in_in, &in, customer, me->customer);
    ui_ask_with(ui, &(struct ask){
                        .tag = SIGN_IN, .op = op_at(OPNO_session_sign_in), .in = &in, .busy = "Signing in…"});
}

static void lock_reply(struct ui *ui, void *state, int tag, const struct reply *r)
{
    struct lock_state *s = state;
    const struct session_sign_in_out *out = r->out;
    (void)tag;
    form_set(s->form, "password", "");
    if (r->code != OK) {
        if (r->code != ERR_CANCELLED)
            form_error(s->form, "password", *r->why->detail ? r->why->detail : err_sentence(r->code));
        return;
    }
    bool same = out->me->person == client_me(ui)->person && out->me->customer == client_me(ui)->customer &&
                out->me->role == client_me(ui)->role && !out->me->must_change;
    client_signed_in(ui, out->token, out->me, &out->choices);
    client_unlocked(ui);
    if (!same)
        client_enter(ui);
}

static void lock_draw(const void *state, struct canvas *c)
{
    const struct lock_state *s = state;
    int left = c->columns > 72 ? (c->columns - 64) / 2 : 4, top = c->rows > 18 ? 3 : 1;
    canvas_text(c, top, left, STYLE_BOLD, "Locked");
    canvas_right(c, top, c->columns - left, STYLE_PLAIN, s->who);
    canvas_rule(c, top + 1, left, c->columns - 2 * left);
    canvas_text(c, top + 3, left, STYLE_PLAIN, "Your place and what you were writing are kept.");
    struct canvas part = canvas_part(c, top + 5, left - 2, 8, c->columns - 2 * left + 4);
    form_draw(s->form, &part);
}

static void lock_button(struct ui *ui, void *state, struct form *form, const char *name)
{
    (void)state;
    (void)form;
    (void)name;
    client_sign_out(ui, "");
}

/* Nothing but the form works here: no way back to what is hidden. */
static bool lock_key(struct ui *ui, void *state, const struct key *k)
{
    (void)ui;
    (void)state;
    return k->code == K_ESC;
}

static const struct key_row lock_keys[] = {{.key = K_TAB, .action = "next", .help = "The next field"},
                                           {.key = K_ENTER, .action = "go on", .help = "Sign in again"},
                                           {0}};

const struct screen screen_lock = {.name = "lock",
                                   .title = "Locked",
                                   .state_size = sizeof(struct lock_state),
                                   .open = lock_open,
                                   .reply = lock_reply,
                                   .draw = lock_draw,
                                   .submit = lock_submit,
                                   .button = lock_button,
                                   .key = lock_key,
                                   .keys = lock_keys,
                                   .alone = true};
