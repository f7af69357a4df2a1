/* Signing in with e-mail and password; from here to an invitation's code and a forgotten password. */
#include "tui/full/alone.h"
#include "tui/link/client.h"
#include "tui/full/book_screen.h"
#include "tui/full/view.h"
#include "tui/portal/books.h"
#include <stdio.h>
#include <string.h>

enum { SHOW, SIGN_IN }; /* tags */

struct state {
    struct form *form;
    bool asks_portal, no_portal;
    char business[128];
    const char *hint;
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
    {.name = "forgotten",
     .label = "Forgotten password",
     .kind = INPUT_BUTTON,
     .hint = "A code by mail lets you choose another password."},
    {.name = "invitation",
     .label = "Invitation",
     .kind = INPUT_BUTTON,
     .hint = "You have an invitation code, and no password yet."},
    {.name = "code",
     .label = "I have a code",
     .kind = INPUT_BUTTON,
     .hint = "A mail about a document has a code that opens it, without an account."},
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
    if (*client_from(ui))
        GIVE(session_sign_in_in, &in, from, client_from(ui));
    if (client_bound(ui))
        GIVE(session_sign_in_in, &in, bound, true);
    ui_ask_with(ui, &(struct ask){
                        .tag = SIGN_IN, .op = op_at(OPNO_session_sign_in), .in = &in, .busy = "Signing in…"});
}

static void refused(struct state *s, const struct reply *r)
{
    struct refusal none = {.code = ERR_CREDENTIALS};
    if (r->code == ERR_CANCELLED)
        return;
    form_set(s->form, "password", "");
    /* a portal that is not there looks like any other failure */
    form_refuse_at(s->form, "password", r->code == ERR_NOT_FOUND ? &none : r->why);
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
    } else {
        const struct session_sign_in_out *out = r->out;
        form_set(s->form, "password", "");
        client_welcome(ui, out->token, out->me, &out->choices);
    }
}

static void draw(const void *state, struct canvas *c)
{
    const struct state *s = state;
    struct canvas part = alone_head(c,
                                    *s->business   ? s->business
                                    : s->no_portal ? "No portal of that name"
                                                   : "Postern",
                                    "customer portal");
    int y = alone_form(&part, 0, s->form) + 1;
    if (s->hint && *s->hint)
        alone_text(&part, y, STYLE_DIM, s->hint);
}

static void button(struct ui *ui, void *state, struct form *form, const char *name)
{
    struct state *s = state;
    if (s->asks_portal)
        client_set_portal(ui, form_text(form, "portal"));
    if (strcmp(name, "invitation") == 0)
        book_open(ui, &book_invitation_code, 0);
    else if (strcmp(name, "code") == 0)
        book_open(ui, &book_document_code, 0);
    else
        book_open_typed(ui, &book_forgotten, "email", form_text(form, "email"));
}

static void leave_done(struct ui *ui, void *state, const struct said *said)
{
    (void)state;
    (void)said;
    ui_quit(ui, 0);
}

/* Asked, because a slow line can make an Esc of an arrow key; Esc again stays. */
static void run_leave(struct ui *ui, void *state)
{
    (void)state;
    ui_confirm(ui, "Leave?", "Nobody is signed in here.", "Leave", leave_done);
}

static bool key(struct ui *ui, void *state, const struct key *k)
{
    if (k->code != K_ESC)
        return false;
    run_leave(ui, state);
    return true;
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
