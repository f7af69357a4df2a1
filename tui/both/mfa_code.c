/* The second step of signing in, and what its screen shares with others that ask for a code. */
#include "tui/both/mfa_code.h"
#include "tui/full/alone.h"
#include "tui/link/client.h"
#include "tui/full/view.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define DIGITS 6

const char *mfa_code(char buffer[MFA_CODE_TEXT], const struct form *f)
{
    mfa_code_plain(buffer, form_text(f, "code"));
    return buffer;
}

bool mfa_code_is_backup(const struct form *f)
{
    char plain[MFA_CODE_TEXT];
    bool backup = mfa_code_plain(plain, form_text(f, "code")) > DIGITS;
    explicit_bzero(plain, sizeof plain);
    return backup;
}

void mfa_code_verify(struct ui *ui, int tag, const struct form *f)
{
    struct mfa_verify_in in = {0};
    char code[MFA_CODE_TEXT];
    GIVE(mfa_verify_in, &in, code, mfa_code(code, f));
    ui_ask_with(
        ui, &(struct ask){.tag = tag, .op = op_at(OPNO_mfa_verify), .in = &in, .busy = "Checking the code…"});
    explicit_bzero(code, sizeof code);
}

void mfa_code_left(struct ui *ui, int64_t left)
{
    if (left > 1)
        ui_toast(ui, TONE_INFO, "That backup code is used up; %" PRId64 " are left.", left);
    else
        ui_toast(ui, TONE_BAD, "That backup code is used up; %s left. Make new ones: “my sign-in”.",
                 left == 1 ? "one is" : "none is");
}

bool mfa_code_refused(struct ui *ui, struct form *f, const struct reply *r)
{
    static const char *const proofs[] = {"code", "password"};
    if (r->code != ERR_CREDENTIALS && r->code != ERR_SLOW_DOWN)
        return ui_refused(ui, r);
    const char *at = "";
    for (size_t i = 0; i < COUNT_OF(proofs); i++)
        if (form_field(f, proofs[i])) {
            form_set(f, proofs[i], "");
            at = proofs[i];
        }
    if (!form_refuse(f, r->why))
        form_refuse_at(f, at, r->why);
    return true;
}

/* --- the second step */

enum { VERIFY };

struct state {
    struct form *form;
    char who[400];
    const char *business;
    bool backup;
};

static const struct input_spec inputs[] = {MFA_CODE_INPUT,
                                           {.name = "enter", .label = "Go on", .kind = INPUT_BUTTON},
                                           {.name = "leave", .label = "Sign out", .kind = INPUT_BUTTON}};

static void open(struct ui *ui, void *state, uint64_t subject)
{
    struct state *s = state;
    const struct me *me = client_me(ui);
    (void)subject;
    s->form = ui_form(ui, inputs, COUNT_OF(inputs));
    s->business = arena_printf(ui_arena(ui), "%s", me->business);
    snprintf(s->who, sizeof s->who, "%s", me->name);
}

static void submit(struct ui *ui, void *state, struct form *form)
{
    struct state *s = state;
    s->backup = mfa_code_is_backup(form);
    mfa_code_verify(ui, VERIFY, form);
}

static void reply(struct ui *ui, void *state, int tag, const struct reply *r)
{
    struct state *s = state;
    const struct mfa_verify_out *out = r->out;
    bool backup = s->backup;
    (void)tag;
    if (r->code == ERR_CANCELLED || r->code == ERR_SIGN_IN)
        return;
    if (mfa_code_refused(ui, s->form, r))
        return;
    client_know(ui, out->me);
    int64_t left = out->codes_left;
    client_enter(ui);
    if (backup)
        mfa_code_left(ui, left);
}

static void draw(const void *state, struct canvas *c)
{
    const struct state *s = state;
    char text[400];
    struct canvas part = alone_head(c, "One more step", s->who);
    int y =
        alone_text(&part, 0, STYLE_PLAIN,
                   "You are almost in. Type the code that your phone shows, or one of your backup codes.");
    y = alone_form(&part, y + 1, s->form);
    snprintf(text, sizeof text, "Neither phone nor backup codes at hand? %s can reset this step for you.",
             s->business);
    alone_text(&part, y + 1, STYLE_DIM, text);
}

static void button(struct ui *ui, void *state, struct form *form, const char *name)
{
    (void)state;
    (void)form;
    (void)name;
    client_sign_out(ui, "");
}

static bool key(struct ui *ui, void *state, const struct key *k)
{
    (void)state;
    if (k->code != K_ESC)
        return false;
    client_sign_out(ui, "");
    return true;
}

static const struct key_row keys[] = {{.key = K_TAB, .action = "next", .help = "The next field"},
                                      {.key = K_ENTER, .action = "go on", .help = "Check the code"},
                                      {.key = K_ESC, .action = "sign out", .help = "Back to signing in"},
                                      {0}};

const struct screen screen_code = {.name = "sign_in.code",
                                   .title = "Code",
                                   .state_size = sizeof(struct state),
                                   .open = open,
                                   .reply = reply,
                                   .draw = draw,
                                   .submit = submit,
                                   .button = button,
                                   .key = key,
                                   .keys = keys,
                                   .alone = true};
