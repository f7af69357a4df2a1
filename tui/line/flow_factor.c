/* The second factor: its code when signing in. */
#include "tui/line/flow.h"
#include "common/factor_code.h"
#include <inttypes.h>
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
