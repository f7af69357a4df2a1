#include "tui/both/enrol.h"
#include "tui/full/alone.h"
#include "tui/both/backup_codes.h"
#include "tui/link/client.h"
#include "tui/both/mfa_code.h"
#include "tui/full/qr.h"
#include "proto/paper/show.h"
#include "tui/full/view.h"
#include <stdio.h>
#include <string.h>

enum { BEGIN, CONFIRM };

#define TEXT_WIDTH 34 /* columns the words need beside the code */
#define FORM_ROWS 6

/* --- the code for the phone */

struct state {
    struct form *form;
    char secret[64], uri[304], business[484], account[1020];
    struct qr code; /* side 0: none */
    bool first, ascii;
};

static const struct input_spec inputs[] = {
    {.name = "code",
     .label = "Code",
     .kind = INPUT_TEXT,
     .required = true,
     .max = 20,
     .width = 8,
     .check = mfa_code_wrong,
     .hint = "The six digits the phone shows."},
    {.name = "confirm", .label = "Confirm", .kind = INPUT_BUTTON},
    {.name = "leave", .label = "Cancel", .kind = INPUT_BUTTON},
};

static void open(struct ui *ui, void *state, uint64_t subject)
{
    struct state *s = state;
    (void)subject;
    s->first = ui_top(ui) == &screen_enrol_first;
    s->ascii = ui_ascii(ui);
    s->form = ui_form(ui, inputs, COUNT_OF(inputs));
    snprintf(s->business, sizeof s->business, "%s", show_text(client_me(ui)->business));
    snprintf(s->account, sizeof s->account, "%s", show_text(client_me(ui)->email));
}

static void make_code(struct ui *ui, struct state *s)
{
    if (!s->code.side && qr_make(ui_arena(ui), s->uri, QR_LOW, &s->code) != OK)
        s->code.side = 0;
    ui_status(ui, "y  send the secret to your terminal's clipboard");
}

static void take(struct state *s, const struct mfa_begin_out *out)
{
    snprintf(s->secret, sizeof s->secret, "%s", out->secret);
    snprintf(s->uri, sizeof s->uri, "%s", out->uri);
    explicit_bzero((char *)(uintptr_t)out->secret,
                   strlen(out->secret)); /* of an answer that nobody else reads */
    explicit_bzero((char *)(uintptr_t)out->uri, strlen(out->uri));
}

static void load(struct ui *ui, void *state, enum load why)
{
    struct state *s = state;
    struct mfa_begin_in none = {0};
    (void)why;
    if (*s->secret)
        make_code(ui, s);
    else if (!ui_waiting(ui, BEGIN))
        ui_ask(ui, BEGIN, OPNO_mfa_begin, &none);
}

static void submit(struct ui *ui, void *state, struct form *form)
{
    struct mfa_confirm_in in = {0};
    char code[MFA_CODE_TEXT];
    (void)state;
    GIVE(mfa_confirm_in, &in, code, mfa_code(code, form));
    ui_ask_with(ui,
                &(struct ask){
                    .tag = CONFIRM, .op = op_at(OPNO_mfa_confirm), .in = &in, .busy = "Checking the code…"});
    explicit_bzero(code, sizeof code);
}

static void reply(struct ui *ui, void *state, int tag, const struct reply *r)
{
    struct state *s = state;
    if (mfa_code_refused(ui, s->form, r))
        return;
    if (tag == BEGIN) {
        take(s, r->out);
        make_code(ui, s);
        return;
    }
    const struct mfa_confirm_out *out = r->out;
    bool first = s->first;
    form_kept(s->form);
    client_know(ui, out->me);
    backup_codes_show(ui, &out->codes, first);
}

/* --- drawing */

static bool fits(const struct state *s, const struct canvas *c, enum qr_look look)
{
    return s->code.side && qr_rows(&s->code, look) <= c->rows &&
           qr_columns(&s->code, look) + TEXT_WIDTH + 4 <= c->columns;
}

/* The secret in rows of as many groups as fit; returns rows used. */
static int draw_secret(const struct canvas *c, int y, const char *secret)
{
    char row[64];
    int rows = 0;
    size_t most = (size_t)(c->columns > 60 ? 60 : c->columns);
    while (*secret) {
        size_t n = strlen(secret), half = 20; /* four groups with their blanks: two rows of the same length */
        n = n < most ? n : half;
        snprintf(row, sizeof row, "%.*s", (int)n, secret);
        canvas_text(c, y + rows++, 0, STYLE_BOLD, row);
        secret += n;
    }
    explicit_bzero(row, sizeof row);
    return rows;
}

static int rows_of(const struct canvas *c, const char *text)
{
    return canvas_wrap_rows(c, c->columns, 99, text);
}

/* The secret and the form always; what else there is room for, the most needed first, and each whole or not at all. */
static void draw_words(const struct state *s, const struct canvas *c, bool scanned)
{
    char account[sizeof s->account + sizeof s->business + 100], why[sizeof s->business + 100];
    const struct canvas counting = canvas_part(c, 0, 0, 0, c->columns);
    const char *how = !*s->secret ? "Making a secret …"
                      : scanned   ? "Scan this with your app for codes, or type the secret:"
                                  : "There is no room here for the picture that phones read: make the window "
                                    "larger, or type the secret into your app for codes.";
    int y = 0, room = c->rows - FORM_ROWS - 1 - draw_secret(&counting, 0, s->secret);
    if (rows_of(c, how) > room / 2)
        how = "Type this into your app for codes:";
    room -= rows_of(c, how);
    if (s->first)
        snprintf(why, sizeof why, "%s asks everybody for a code of the phone, besides the password.",
                 s->business);
    else
        snprintf(why, sizeof why, "From now on, signing in asks for a code of your phone, too.");
    /* Whole: what the picture holds of long names is shortened. */
    snprintf(account, sizeof account, "Account %s at %s", s->account, s->business);
    bool tell_account = rows_of(c, account) <= room;
    room -= tell_account ? rows_of(c, account) : 0;
    bool tell_why = rows_of(c, why) < room;
    room -= tell_why ? rows_of(c, why) + 1 : 0;
    canvas_text(c, y++, 0, STYLE_BOLD, "Your second factor");
    if (tell_why)
        y += canvas_wrap(c, y, 0, c->columns, 99, STYLE_PLAIN, why) + 1;
    y += canvas_wrap(c, y, 0, c->columns, 99, STYLE_PLAIN, how);
    y += draw_secret(c, y, s->secret);
    if (tell_account)
        y += canvas_wrap(c, y, 0, c->columns, 99, STYLE_PLAIN, account);
    if (*s->uri && rows_of(c, s->uri) <= room)
        y += canvas_wrap(c, y, 0, c->columns, 99, STYLE_DIM, s->uri);
    y += c->rows - y > FORM_ROWS;
    struct canvas form = canvas_part(c, y, -2, c->rows - y, c->columns + 2);
    form_draw(s->form, &form);
}

static void draw(const void *state, struct canvas *c)
{
    const struct state *s = state;
    enum qr_look look = s->ascii ? QR_LETTERS : QR_BLOCKS;
    bool scanned = fits(s, c, look);
    int x = 4;
    if (scanned) {
        qr_draw(c, 0, 1, &s->code, look);
        x = 1 + qr_columns(&s->code, look) + 2;
    }
    struct canvas words = canvas_part(c, 0, x, c->rows, c->columns - x - 1 < 64 ? c->columns - x - 1 : 64);
    draw_words(s, &words, scanned);
}

/* --- keys */

static void leave(struct ui *ui, struct state *s)
{
    form_kept(s->form);
    if (s->first)
        client_sign_out(ui, "");
    else
        ui_pop(ui);
}

static void button(struct ui *ui, void *state, struct form *form, const char *name)
{
    (void)form;
    (void)name;
    leave(ui, state);
}

static bool key(struct ui *ui, void *state, const struct key *k)
{
    struct state *s = state;
    if (k->code == K_ESC)
        leave(ui, s);
    else if (k->code == 'y' && *s->secret)
        ui_copy_secret(ui, s->secret, "the secret");
    else
        return false;
    return true;
}

static void close_state(void *state)
{
    struct state *s = state;
    explicit_bzero(s->secret, sizeof s->secret);
    explicit_bzero(s->uri, sizeof s->uri);
}

static const struct key_row keys[] = {{.key = K_TAB, .action = "next", .help = "The next field"},
                                      {.key = K_ENTER, .action = "confirm", .help = "Confirm with the code"},
                                      {.key = K_ESC, .action = "leave", .help = "Leave; nothing has changed"},
                                      {0}};

#define ENROL(its_name)                                                                           \
    .name = its_name, .title = "Second factor", .state_size = sizeof(struct state), .open = open, \
    .load = load, .reply = reply, .draw = draw, .submit = submit, .button = button, .key = key,   \
    .close = close_state, .keys = keys, .alone = true
const struct screen screen_enrol_first = {ENROL("enrol.first")};
static const struct screen screen_enrol = {ENROL("enrol")};

/* --- first of all: is it really that person? */

struct ask_state {
    struct form *form;
    bool replaces;
};

#define ASK_BUTTONS                                              \
    {.name = "on", .label = "Go on", .kind = INPUT_BUTTON},      \
    {                                                            \
        .name = "leave", .label = "Cancel", .kind = INPUT_BUTTON \
    }
static const struct input_spec ask_inputs[] = {PRESENT_PASSWORD_INPUT, MFA_CODE_INPUT, ASK_BUTTONS};
static const struct input_spec ask_password[] = {PRESENT_PASSWORD_INPUT, ASK_BUTTONS};

static void ask_open(struct ui *ui, void *state, uint64_t subject)
{
    struct ask_state *s = state;
    (void)subject;
    s->replaces = client_me(ui)->mfa;
    s->form = s->replaces ? ui_form(ui, ask_inputs, COUNT_OF(ask_inputs))
                          : ui_form(ui, ask_password, COUNT_OF(ask_password));
}

static void ask_submit(struct ui *ui, void *state, struct form *form)
{
    struct ask_state *s = state;
    struct mfa_begin_in in = {0};
    char code[MFA_CODE_TEXT] = "";
    GIVE(mfa_begin_in, &in, password, form_text(form, "password"));
    if (s->replaces)
        GIVE(mfa_begin_in, &in, code, mfa_code(code, form));
    ui_ask_with(
        ui, &(struct ask){.tag = BEGIN, .op = op_at(OPNO_mfa_begin), .in = &in, .busy = "Making a secret…"});
    explicit_bzero(code, sizeof code);
}

static void ask_reply(struct ui *ui, void *state, int tag, const struct reply *r)
{
    struct ask_state *s = state;
    (void)tag;
    if (mfa_code_refused(ui, s->form, r))
        return;
    form_kept(s->form);
    take(ui_replace(ui, &screen_enrol, 0), r->out); /* its load goes on from there */
}

static void ask_draw(const void *state, struct canvas *c)
{
    const struct ask_state *s = state;
    int width = c->columns > 80 ? 80 : c->columns;
    struct canvas part = canvas_part(c, 1, 0, c->rows - 1, width);
    int y = canvas_wrap(
        &part, 0, 2, width - 4, 4, STYLE_PLAIN,
        s->replaces ? "Another phone takes the place of the present one as soon as it is confirmed; the old "
                      "one, and the old backup codes, end then."
                    : "A code of your phone, asked for after your password: who has learnt your password can "
                      "not sign in with it alone. You need an app for codes (TOTP) on your phone.");
    struct canvas rest = canvas_part(&part, y + 1, 0, part.rows - y - 1, width);
    form_draw(s->form, &rest);
}

static void ask_button(struct ui *ui, void *state, struct form *form, const char *name)
{
    (void)state;
    (void)name;
    form_kept(form);
    ui_pop(ui);
}

const struct screen screen_enrol_ask = {.name = "enrol.ask",
                                        .title = "Second factor",
                                        .state_size = sizeof(struct ask_state),
                                        .open = ask_open,
                                        .reply = ask_reply,
                                        .draw = ask_draw,
                                        .submit = ask_submit,
                                        .changed = form_of_proofs,
                                        .button = ask_button,
                                        .keys = NULL};
