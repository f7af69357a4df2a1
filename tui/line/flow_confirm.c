/* Before something touches credentials the daemon wants to see the password or a code once more, where that is more than a while ago: asked
 * between whatever was asked for and its answer, which then goes on. */
#include "common/password_rules.h"
#include "tui/line/talk_inside.h"
#include "common/factor_code.h"
#include <string.h>

#define TRIES 5

static enum err show(struct talk *t, const char *typed)
{
    struct session_confirm_in in = {0};
    char code[MFA_CODE_TEXT];
    mfa_code_plain(code, typed);
    if (password_is_code(typed))
        GIVE(session_confirm_in, &in, code, code);
    else
        GIVE(session_confirm_in, &in, password, typed);
    enum err e = talk_try(t, TAG_STEP, OPNO_session_confirm, &in, NULL, NULL);
    explicit_bzero(code, sizeof code);
    return e;
}

enum turn flow_confirm(struct talk *t, const struct op *op)
{
    const bool mfa = talk_me(t)->mfa;
    const struct talk_prompt prompt = {.label = mfa ? "Password, or code of your phone" : "Password",
                                       .help = "It is not shown while you type.",
                                       .secret = true};
    char typed[201];
    enum err e = ERR_CREDENTIALS;
    talk_say(t, "That %s. Is it you? Confirm with your password%s.", op_secures(op), mfa ? " or a code" : "");
    for (int i = 0; i < TRIES && e == ERR_CREDENTIALS; i++) {
        enum turn turn = talk_ask(t, &prompt, typed, sizeof typed);
        if (turn != TURN_ON) {
            if (turn == TURN_BACK)
                talk_say(t, "Nothing was done.%s",
                         t->kept.n && t->kept.of == t->running ? " What you typed is kept: begin it again."
                                                               : "");
            t->unconfirmed = turn == TURN_BACK;
            return turn;
        }
        e = show(t, typed);
        explicit_bzero(typed, sizeof typed);
        if (e != OK && !t->ended)
            talk_refused(t);
    }
    return talk_turn(t, e == OK ? TURN_ON : TURN_BACK);
}
