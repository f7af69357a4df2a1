/* New backup codes (C3), and giving the second factor up. */
#include "tui/both/backup_codes.h"
#include "tui/both/mfa_code.h"
#include "tui/both/security.h"
#include <string.h>

enum { ASK };

struct state {
    struct form *form;
};

static void draw_form(const struct state *s, struct canvas *c, const char *text)
{
    int width = c->columns > 80 ? 80 : c->columns;
    int y = 1 + canvas_wrap(c, 1, 2, width - 4, 4, STYLE_PLAIN, text);
    struct canvas part = canvas_part(c, y + 1, 0, c->rows - y - 1, width);
    form_draw(s->form, &part);
}

static void button(struct ui *ui, void *state, struct form *form, const char *name)
{
    (void)state;
    (void)name;
    form_kept(form);
    ui_pop(ui);
}

/* --- new codes */

static const struct input_spec codes_inputs[] = {
    MFA_CODE_INPUT,
    {.name = "on", .label = "Make new codes", .kind = INPUT_BUTTON},
    {.name = "leave", .label = "Cancel", .kind = INPUT_BUTTON}};

static void codes_open(struct ui *ui, void *state, uint64_t subject)
{
    (void)subject;
    ((struct state *)state)->form = ui_form(ui, codes_inputs, COUNT_OF(codes_inputs));
}

static void codes_submit(struct ui *ui, void *state, struct form *form)
{
    struct mfa_codes_in in = {0};
    char code[MFA_CODE_TEXT];
    (void)state;
    GIVE(mfa_codes_in, &in, code, mfa_code(code, form));
    ui_ask_with(
        ui, &(struct ask){.tag = ASK, .op = op_at(OPNO_mfa_codes), .in = &in, .busy = "Making new codes…"});
    explicit_bzero(code, sizeof code);
}

static void codes_reply(struct ui *ui, void *state, int tag, const struct reply *r)
{
    struct state *s = state;
    const struct mfa_codes_out *out = r->out;
    (void)tag;
    if (mfa_code_refused(ui, s->form, r))
        return;
    form_kept(s->form);
    backup_codes_show(ui, &out->codes, false);
}

static void codes_draw(const void *state, struct canvas *c)
{
    draw_form(
        state, c,
        "Five new backup codes; the old ones end at once. A code of your phone confirms that it is you.");
}

const struct screen screen_security_codes = {.name = "security.codes",
                                             .title = "Backup codes",
                                             .state_size = sizeof(struct state),
                                             .open = codes_open,
                                             .reply = codes_reply,
                                             .draw = codes_draw,
                                             .submit = codes_submit,
                                             .changed = form_of_proofs,
                                             .button = button};

/* --- giving up */

static const struct input_spec off_inputs[] = {PRESENT_PASSWORD_INPUT,
                                               MFA_CODE_INPUT,
                                               {.name = "on", .label = "Give it up", .kind = INPUT_BUTTON},
                                               {.name = "leave", .label = "Cancel", .kind = INPUT_BUTTON}};

static void off_open(struct ui *ui, void *state, uint64_t subject)
{
    (void)subject;
    ((struct state *)state)->form = ui_form(ui, off_inputs, COUNT_OF(off_inputs));
}

static void off_submit(struct ui *ui, void *state, struct form *form)
{
    struct mfa_off_in in = {0};
    char code[MFA_CODE_TEXT];
    (void)state;
    GIVE(mfa_off_in, &in, password, form_text(form, "password"));
    GIVE(mfa_off_in, &in, code, mfa_code(code, form));
    ui_ask_with(ui, &(struct ask){.tag = ASK, .op = op_at(OPNO_mfa_off), .in = &in, .busy = "One moment…"});
    explicit_bzero(code, sizeof code);
}

static void off_reply(struct ui *ui, void *state, int tag, const struct reply *r)
{
    struct state *s = state;
    (void)tag;
    if (mfa_code_refused(ui, s->form, r))
        return;
    struct me me = *client_me(ui);
    me.mfa = false;
    client_know(ui, &me);
    form_kept(s->form);
    ui_pop(ui);
    ui_toast(ui, TONE_INFO, "The second factor is off. Your password alone lets you in now.");
}

static void off_draw(const void *state, struct canvas *c)
{
    draw_form(state, c,
              "From then on, your password alone lets you in, and so it does anybody who learns it. The "
              "backup codes end, "
              "too.");
}

const struct screen screen_security_off = {.name = "security.off",
                                           .title = "Give up the second factor",
                                           .state_size = sizeof(struct state),
                                           .open = off_open,
                                           .reply = off_reply,
                                           .draw = off_draw,
                                           .submit = off_submit,
                                           .changed = form_of_proofs,
                                           .button = button};
