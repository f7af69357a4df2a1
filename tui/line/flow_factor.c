/* The second factor: its code when signing in, setting it up, backup codes, giving it up. */
#include "tui/line/flow.h"
#include "tui/both/mfa_code.h"
#include "tui/full/qr.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* Shown while it is typed: it is good once, and whoever types it wants to hear what it was. */
static enum turn ask_code(struct talk *t, const char *label, char code[MFA_CODE_TEXT])
{
    char typed[64];
    enum turn turn =
        talk_ask(t,
                 &(struct talk_prompt){.label = label,
                                       .check = mfa_code_wrong,
                                       .help = "Six digits from your phone, or one of your backup codes."},
                 typed, sizeof typed);
    if (turn == TURN_ON)
        mfa_code_plain(code, typed);
    explicit_bzero(typed, sizeof typed);
    return turn;
}

enum turn flow_code(struct talk *t)
{
    char code[MFA_CODE_TEXT];
    struct mfa_verify_in in = {0};
    const void *out;
    enum turn turn = ask_code(t, "Code of your second factor", code);
    if (turn != TURN_ON)
        return turn;
    GIVE(mfa_verify_in, &in, code, code);
    bool fine = talk_get(t, TAG_PERSON, OPNO_mfa_verify, &in, &out);
    explicit_bzero(code, sizeof code);
    if (!fine)
        return talk_turn(t, TURN_ON); /* asked again by whoever looks at the stage */
    const struct mfa_verify_out *now = out;
    client_know(talk_ui(t), now->me);
    if (GIVEN(mfa_verify_out, now, codes_left))
        talk_fact(t, "Backup codes left", "%" PRId64, now->codes_left);
    return TURN_ON;
}

/* --- setting it up */

static enum turn say_codes(struct talk *t, const struct text_list *codes)
{
    bool kept = false;
    talk_title(t, "Your backup codes. Each is good once, when your phone is not at hand.");
    talk_say(t, "They are told only now: write them down.");
    for (size_t i = 0; i < codes->n; i++)
        talk_say(t, "Code %zu: %s", i + 1, codes->v[i]);
    while (!kept) {
        enum turn turn = talk_confirm(t, &kept, "Have you written them down?");
        if (turn == TURN_END)
            return turn;
        if (!kept)
            talk_say(t, "Write them down first. They are not told again.");
    }
    return TURN_ON;
}

/* Until a code of the phone confirms it. */
static enum turn confirm(struct talk *t, const struct mfa_begin_out *begun)
{
    static const struct talk_prompt prompt = {
        .label = "Code on your phone",
        .help = "Six digits. qr draws a QR code of it, for phones with a camera."};
    char typed[64], code[MFA_CODE_TEXT];
    struct mfa_confirm_in in = {0};
    const void *out;
    for (;;) {
        enum turn turn = talk_ask(t, &prompt, typed, sizeof typed);
        if (turn != TURN_ON)
            return turn;
        if (strcmp(typed, "qr") == 0) {
            say_qr(t, begun->uri, QR_LOW);
            continue;
        }
        mfa_code_plain(code, typed);
        GIVE(mfa_confirm_in, &in, code, code);
        enum err e = talk_try(t, TAG_ACT, OPNO_mfa_confirm, &in, NULL, &out);
        if (e == OK)
            break;
        talk_refused(t);
        if (e != ERR_CREDENTIALS && e != ERR_INVALID)
            return talk_turn(t, TURN_BACK);
    }
    const struct mfa_confirm_out *done = out;
    client_know(talk_ui(t), done->me);
    talk_say(t, "Your second factor is set up.");
    return say_codes(t, &done->codes);
}

/* The password, and the present code where there is one; neither while the stage asks for setting up. */
static enum turn prove(struct talk *t, struct mfa_begin_in *in, char password[201], char code[MFA_CODE_TEXT])
{
    enum turn turn =
        talk_ask(t, &(struct talk_prompt){.label = "Present password", .secret = true}, password, 201);
    if (turn != TURN_ON)
        return turn;
    GIVE(mfa_begin_in, in, password, password);
    if (!talk_me(t)->mfa)
        return TURN_ON;
    turn = ask_code(t, "Present code", code);
    if (turn == TURN_ON)
        GIVE(mfa_begin_in, in, code, code);
    return turn;
}

enum turn flow_enrol(struct talk *t, bool must)
{
    char password[201] = "", code[MFA_CODE_TEXT] = "";
    struct mfa_begin_in in = {0};
    const void *out;
    if (must)
        talk_title(t, "%s asks for a second factor: a code that an app on your phone shows.",
                   talk_me(t)->business);
    else
        talk_title(t, "A second factor is a code that an app on your phone shows.");
    enum turn turn = must ? TURN_ON : prove(t, &in, password, code);
    if (turn == TURN_ON && !talk_get(t, TAG_PERSON, OPNO_mfa_begin, &in, &out))
        turn = talk_turn(t, TURN_BACK);
    explicit_bzero(password, sizeof password);
    explicit_bzero(code, sizeof code);
    if (turn != TURN_ON)
        return turn;
    const struct mfa_begin_out *begun = out;
    talk_say(t, "Add an account in the app with this secret. It is told only now.");
    talk_fact(t, "Secret", "%s", begun->secret);
    talk_fact(t, "Account", "%s", show_text(talk_me(t)->email));
    talk_fact(t, "Issuer", "%s", show_text(talk_me(t)->business));
    talk_say(t, "Or open this link on the phone:");
    talk_raw(t, begun->uri);
    talk_say(t, "Then type the code that the app shows. qr draws a QR code of the link.");
    return confirm(t, begun);
}

static enum turn run_set_up(struct talk *t, void *ctx)
{
    (void)ctx;
    enum turn turn = flow_enrol(t, false);
    return turn == TURN_ON ? TURN_AGAIN : turn;
}

static enum turn run_codes(struct talk *t, void *ctx)
{
    char code[MFA_CODE_TEXT];
    struct mfa_codes_in in = {0};
    const void *out;
    (void)ctx;
    talk_say(t, "New backup codes end the old ones.");
    enum turn turn = ask_code(t, "Code of your phone", code);
    if (turn != TURN_ON)
        return turn;
    GIVE(mfa_codes_in, &in, code, code);
    bool fine = talk_get(t, TAG_ACT, OPNO_mfa_codes, &in, &out);
    explicit_bzero(code, sizeof code);
    return fine ? say_codes(t, &((const struct mfa_codes_out *)out)->codes) : talk_turn(t, TURN_BACK);
}

static enum turn run_off(struct talk *t, void *ctx)
{
    char password[201], code[MFA_CODE_TEXT];
    struct mfa_off_in in = {0};
    (void)ctx;
    enum turn turn = talk_ask(t, &(struct talk_prompt){.label = "Present password", .secret = true}, password,
                              sizeof password);
    if (turn == TURN_ON)
        turn = ask_code(t, "Present code", code);
    if (turn == TURN_ON) {
        GIVE(mfa_off_in, &in, password, password);
        GIVE(mfa_off_in, &in, code, code);
        if (talk_get(t, TAG_ACT, OPNO_mfa_off, &in, NULL)) {
            talk_say(t, "Your second factor is gone. Your password alone signs you in.");
            turn = TURN_AGAIN;
        } else {
            turn = talk_turn(t, TURN_BACK);
        }
        explicit_bzero(code, sizeof code);
    }
    explicit_bzero(password, sizeof password);
    return turn;
}

/* --- how it stands */

struct factor {
    bool enrolled, required;
};

static bool show(struct talk *t, void *ctx)
{
    struct factor *f = ctx;
    const void *out;
    char since[SHOW_TEXT];
    if (!talk_get(t, TAG_LIST, OPNO_mfa_show, NULL, &out))
        return false;
    const struct mfa_show_out *now = out;
    f->enrolled = now->enrolled;
    f->required = now->required;
    talk_title(t, "Second factor: %s.", now->enrolled ? "set up" : "not set up");
    if (now->required)
        talk_say(t, "%s asks for one.", talk_me(t)->business);
    talk_fact(t, "Since", "%s", show_when(since, now->since, talk_me(t)->time_zone, talk_today(t)));
    if (now->enrolled)
        talk_fact(t, "Backup codes left", "%" PRId64, now->codes_left);
    return true;
}

static const char *is_enrolled(struct talk *t, const void *ctx)
{
    (void)t;
    return ((const struct factor *)ctx)->enrolled ? NULL : "It is not set up.";
}

static const char *can_go(struct talk *t, const void *ctx)
{
    const struct factor *f = ctx;
    (void)t;
    if (!f->enrolled)
        return "It is not set up.";
    return f->required ? "The business asks for it." : NULL;
}

static const struct deed deeds[] = {
    {.name = "set",
     .help = "Set it up, or set it up anew on another phone",
     .op = OPNO_mfa_begin,
     .run = run_set_up},
    {.name = "codes",
     .help = "New backup codes",
     .op = OPNO_mfa_codes,
     .possible = is_enrolled,
     .run = run_codes},
    {.name = "off", .help = "Give it up", .op = OPNO_mfa_off, .possible = can_go, .run = run_off},
    {0}};

enum turn flow_factor(struct talk *t, void *ctx)
{
    struct factor f = {0};
    (void)ctx;
    return talk_menu(t, "Second factor", deeds, show, &f);
}
