/* Everything is hidden. A code of the second factor opens it again where there is one; else whoever it was signs in again. */
#include "tui/full/alone.h"
#include "tui/link/client.h"
#include "common/factor_code.h"
#include "tui/full/view.h"
#include <stdio.h>
#include <string.h>

enum { SIGN_IN, VERIFY };

struct state {
    struct form *form;
    char who[400];
};

#define PRESENT_PASSWORD                                                                               \
    {                                                                                                  \
        .name = "password", .label = "Password", .kind = INPUT_PASSWORD, .required = true, .max = 200, \
        .width = 36                                                                                    \
    }
#define CODE                                                                                                 \
    {                                                                                                        \
        .name = "code", .label = "Code", .kind = INPUT_TEXT, .required = true, .max = 30, .width = 16,       \
        .check = mfa_code_wrong, .hint = "The six digits your phone shows now, or one of your backup codes." \
    }
#define BUTTONS                                                         \
    {.name = "enter", .label = "Go on", .kind = INPUT_BUTTON},          \
    {                                                                   \
        .name = "other", .label = "Somebody else", .kind = INPUT_BUTTON \
    }
static const struct input_spec with_password[] = {PRESENT_PASSWORD, BUTTONS};
static const struct input_spec with_code[] = {CODE, BUTTONS};
static const struct input_spec with_both[] = {PRESENT_PASSWORD, CODE, BUTTONS};

static void open(struct ui *ui, void *state, uint64_t subject)
{
    struct state *s = state;
    const struct me *me = client_me(ui);
    (void)subject;
    if (client_code_unlocks(ui))
        s->form = ui_form(ui, with_code, COUNT_OF(with_code));
    else if (me->mfa)
        s->form = ui_form(ui, with_both, COUNT_OF(with_both));
    else
        s->form = ui_form(ui, with_password, COUNT_OF(with_password));
    snprintf(s->who, sizeof s->who, "%s · %s", me->name, me->business);
}

static const char *typed_code(char buffer[MFA_CODE_TEXT], const struct form *f)
{
    mfa_code_plain(buffer, form_text(f, "code"));
    return buffer;
}

static void verify(struct ui *ui, const struct form *form)
{
    struct mfa_verify_in in = {0};
    char code[MFA_CODE_TEXT];
    GIVE(mfa_verify_in, &in, code, typed_code(code, form));
    ui_ask_with(
        ui,
        &(struct ask){.tag = VERIFY, .op = op_at(OPNO_mfa_verify), .in = &in, .busy = "Checking the code…"});
    explicit_bzero(code, sizeof code);
}

static void sign_in(struct ui *ui, struct form *form)
{
    const struct me *me = client_me(ui);
    struct session_sign_in_in in = {0};
    char code[MFA_CODE_TEXT];
    GIVE(session_sign_in_in, &in, portal, client_portal(ui));
    GIVE(session_sign_in_in, &in, email, me->email);
    GIVE(session_sign_in_in, &in, password, form_text(form, "password"));
    if (me->customer)
        GIVE(session_sign_in_in, &in, customer, me->customer);
    if (me->mfa)
        GIVE(session_sign_in_in, &in, code, typed_code(code, form));
    if (*client_from(ui))
        GIVE(session_sign_in_in, &in, from, client_from(ui));
    if (client_bound(ui))
        GIVE(session_sign_in_in, &in, bound, true);
    ui_ask_with(ui, &(struct ask){
                        .tag = SIGN_IN, .op = op_at(OPNO_session_sign_in), .in = &in, .busy = "Signing in…"});
    explicit_bzero(code, sizeof code);
}

static void submit(struct ui *ui, void *state, struct form *form)
{
    (void)state;
    if (client_code_unlocks(ui))
        verify(ui, form);
    else
        sign_in(ui, form);
}

static void signed_in(struct ui *ui, const struct session_sign_in_out *out)
{
    bool same = out->me->person == client_me(ui)->person && out->me->customer == client_me(ui)->customer &&
                out->me->role == client_me(ui)->role;
    client_signed_in(ui, out->token, out->me, &out->choices);
    same = same && client_stage(ui) == STAGE_FULL;
    client_unlocked(ui);
    if (!same)
        client_enter(ui);
}

static void refused(struct ui *ui, struct state *s, const struct reply *r)
{
    const char *field = form_field(s->form, "password") ? "password" : "code";
    if (r->code == ERR_CANCELLED)
        return;
    if (r->code == ERR_SIGN_IN && client_code_unlocks(ui)) { /* it was ended meanwhile */
        client_kept_no_more(ui);
        ui_replace(ui, &screen_lock, 0);
        ui_toast(ui, TONE_INFO, "Your session has ended. Password and code open it again.");
        return;
    }
    form_refuse_at(s->form, field, r->why);
}

static void reply(struct ui *ui, void *state, int tag, const struct reply *r)
{
    struct state *s = state;
    if (form_field(s->form, "password"))
        form_set(s->form, "password", "");
    if (form_field(s->form, "code"))
        form_set(s->form, "code", "");
    if (r->code != OK) {
        refused(ui, s, r);
    } else if (tag == SIGN_IN) {
        signed_in(ui, r->out);
    } else {
        const struct mfa_verify_out *out = r->out;
        client_know(ui, out->me);
        client_unlocked(ui);
    }
}

static void draw(const void *state, struct canvas *c)
{
    const struct state *s = state;
    struct canvas part = alone_head(c, "Locked", s->who);
    int y = alone_text(&part, 0, STYLE_PLAIN, "Your place and what you were writing are kept.") + 1;
    alone_form(&part, y, s->form);
}

static void button(struct ui *ui, void *state, struct form *form, const char *name)
{
    (void)state;
    (void)form;
    (void)name;
    client_sign_out(ui, "");
}

/* Nothing but the form works here: no way back to what is hidden. */
static bool key(struct ui *ui, void *state, const struct key *k)
{
    (void)ui;
    (void)state;
    return k->code == K_ESC;
}

static const struct key_row keys[] = {{.key = K_TAB, .action = "next", .help = "The next field"},
                                      {.key = K_ENTER, .action = "go on", .help = "Open it again"},
                                      {0}};

const struct screen screen_lock = {.name = "lock",
                                   .title = "Locked",
                                   .state_size = sizeof(struct state),
                                   .open = open,
                                   .reply = reply,
                                   .draw = draw,
                                   .submit = submit,
                                   .button = button,
                                   .key = key,
                                   .keys = keys,
                                   .alone = true};
