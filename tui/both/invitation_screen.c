/* Taking an invitation up (B3): its code, whom it is for, then a password of one's own. */
#include "tui/full/alone.h"
#include "tui/link/client.h"
#include "tui/both/mfa_code.h"
#include "tui/both/new_password.h"
#include "proto/paper/show.h"
#include "tui/full/view.h"
#include "common/date.h"
#include <stdio.h>
#include <string.h>

enum { LOOK, ACCEPT, RULES };

/* --- whom it is for, and the password */

struct accept_state {
    struct form *form;
    struct new_password chosen;
    char code[64], name[128], email[260], business[128], customer[208], until[DATE_TEXT];
};

static const struct input_spec accept_inputs[] = {
    NEW_PASSWORD_INPUTS("Password"),
    {.name = "enter", .label = "Accept and sign in", .kind = INPUT_BUTTON},
    {.name = "back", .label = "Back", .kind = INPUT_BUTTON}};

static void accept_open(struct ui *ui, void *state, uint64_t subject)
{
    struct accept_state *s = state;
    (void)subject;
    s->form = ui_form(ui, accept_inputs, COUNT_OF(accept_inputs));
}

static void accept_load(struct ui *ui, void *state, enum load why)
{
    (void)why;
    new_password_ask(ui, &((struct accept_state *)state)->chosen, RULES);
}

static void accept_changed(struct ui *ui, void *state, struct form *form)
{
    (void)ui;
    new_password_typed(&((struct accept_state *)state)->chosen, form);
}

static void accept_submit(struct ui *ui, void *state, struct form *form)
{
    struct accept_state *s = state;
    struct invitation_accept_in in = {0};
    if (!new_password_fine(&s->chosen, form))
        return;
    GIVE(invitation_accept_in, &in, portal, client_portal(ui));
    GIVE(invitation_accept_in, &in, code, s->code);
    GIVE(invitation_accept_in, &in, password, form_text(form, "password"));
    if (*client_from(ui))
        GIVE(invitation_accept_in, &in, from, client_from(ui));
    if (client_bound(ui))
        GIVE(invitation_accept_in, &in, bound, true);
    ui_ask_with(ui, &(struct ask){.tag = ACCEPT,
                                  .op = op_at(OPNO_invitation_accept),
                                  .in = &in,
                                  .busy = "Accepting the invitation…"});
}

static void accept_reply(struct ui *ui, void *state, int tag, const struct reply *r)
{
    struct accept_state *s = state;
    const struct invitation_accept_out *out = r->out;
    if (tag == RULES) {
        new_password_rules(&s->chosen, r);
        return;
    }
    if (r->code == ERR_CODE) { /* somebody was quicker, or another invitation replaced it */
        form_kept(s->form);
        ui_pop(ui);
        ui_toast(ui, TONE_BAD, "That code is no longer good.");
        return;
    }
    if (ui_refused(ui, r))
        return;
    client_welcome(ui, out->token, out->me, &out->choices);
}

static void accept_draw(const void *state, struct canvas *c)
{
    const struct accept_state *s = state;
    char title[300], text[1000];
    snprintf(title, sizeof title, "Welcome, %s", *s->name ? s->name : s->email);
    struct canvas part = alone_head(c, title, s->business);
    if (*s->customer)
        snprintf(text, sizeof text, "You are invited to the portal of %s, for %s. You will sign in as %s.",
                 s->business, s->customer, s->email);
    else
        snprintf(text, sizeof text, "You are invited to work at %s. You will sign in as %s.", s->business,
                 s->email);
    int y = alone_text(&part, 0, STYLE_PLAIN, text) + 1;
    snprintf(text, sizeof text, "Choose a password; the invitation is good until %s.", s->until);
    y += alone_text(&part, y, STYLE_PLAIN, text);
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

static void accept_close(void *state)
{
    struct accept_state *s = state;
    explicit_bzero(s->code, sizeof s->code);
}

static const struct key_row accept_keys[] = {
    {.key = K_TAB, .action = "next field", .help = "The next field"},
    {.key = K_ENTER, .action = "next, accept", .help = "The next field, or accept the invitation"},
    {.key = K_ESC, .action = "back", .help = "Back to the code"},
    {0}};

static const struct screen screen_accept = {.name = "invitation.accept",
                                            .title = "Invitation",
                                            .state_size = sizeof(struct accept_state),
                                            .open = accept_open,
                                            .load = accept_load,
                                            .reply = accept_reply,
                                            .draw = accept_draw,
                                            .submit = accept_submit,
                                            .changed = accept_changed,
                                            .button = back,
                                            .close = accept_close,
                                            .keys = accept_keys,
                                            .alone = true};

/* --- the code */

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
    {.name = "code",
     .label = "Code",
     .kind = INPUT_TEXT,
     .required = true,
     .max = 60,
     .width = 34,
     .hint = "As the mail says it; capitals, blanks and hyphens do not matter."},
    {.name = "enter", .label = "Go on", .kind = INPUT_BUTTON},
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
    struct invitation_show_in in = {0};
    if (s->asks_portal)
        client_set_portal(ui, form_text(form, "portal"));
    GIVE(invitation_show_in, &in, portal, client_portal(ui));
    GIVE(invitation_show_in, &in, code, form_text(form, "code"));
    ui_ask_with(ui, &(struct ask){.tag = LOOK,
                                  .op = op_at(OPNO_invitation_show),
                                  .in = &in,
                                  .busy = "Looking for your invitation…"});
}

static void reply(struct ui *ui, void *state, int tag, const struct reply *r)
{
    struct state *s = state;
    const struct invitation_show_out *out = r->out;
    (void)tag;
    if (r->code == ERR_SLOW_DOWN) {
        form_refuse_at(s->form, "code", r->why);
        return;
    }
    if (r->code == ERR_CODE || r->code == ERR_NOT_FOUND) {
        form_error(s->form, "code", "That code is not good: mistyped, used, replaced or too old.");
        form_focus(s->form, "code");
        return;
    }
    if (ui_refused(ui, r))
        return;
    form_kept(s->form);
    struct accept_state *next = ui_push(ui, &screen_accept, 0);
    snprintf(next->code, sizeof next->code, "%s", form_text(s->form, "code"));
    snprintf(next->name, sizeof next->name, "%s", show_text(out->name));
    snprintf(next->email, sizeof next->email, "%s", show_text(out->email));
    snprintf(next->business, sizeof next->business, "%s", show_text(out->business));
    snprintf(next->customer, sizeof next->customer, "%s", show_text(out->customer_name));
    date_short(next->until, date_of_instant(out->expires, 0));
}

static void draw(const void *state, struct canvas *c)
{
    const struct state *s = state;
    struct canvas part = alone_head(c, "Invitation", "customer portal");
    int y = alone_text(
        &part, 0, STYLE_PLAIN,
        "The mail that invited you has a code. It is good once, and shows you whom it is for before "
        "anything is done.");
    y = alone_form(&part, y + 1, s->form);
    alone_text(&part, y + 1, STYLE_DIM,
               "No good any more? Ask whoever invited you: a new invitation is quickly sent, and the old "
               "code ends.");
}

static const struct key_row keys[] = {{.key = K_TAB, .action = "next", .help = "The next field"},
                                      {.key = K_ENTER, .action = "go on", .help = "Look whom it is for"},
                                      {.key = K_ESC, .action = "back", .help = "Back to signing in"},
                                      {0}};

const struct screen screen_invitation = {.name = "invitation",
                                         .title = "Invitation",
                                         .state_size = sizeof(struct state),
                                         .open = open,
                                         .reply = reply,
                                         .draw = draw,
                                         .submit = submit,
                                         .changed = form_of_proofs,
                                         .button = back,
                                         .keys = keys,
                                         .alone = true};
