/* The second factor: its code when signing in, setting it up, backup codes, giving it up. */
#include "tui/line/flow.h"
#include "common/factor_code.h"
#include "tui/full/qr.h"
#include "tui/portal/proofs.h"
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
    struct page *p = page_open(talk_scratch(t));
    proof_codes(p, codes);
    talk_page(t, p);
    while (!kept) {
        enum turn turn = talk_confirm(t, &kept, "Have you kept it?");
        if (turn == TURN_END)
            return turn;
        if (!kept)
            talk_say(t, "Keep it first. It is not told again.");
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
