/* Passwords: choosing one, changing it, the first one with an invitation, a new one with the code of a mail. */
#include "tui/line/flow.h"
#include <string.h>

#define CODE_MAX 61
#define PASSWORD_MAX 201

static void say_rules(struct talk *t)
{
    const void *out;
    if (talk_try(t, TAG_MORE, OPNO_password_rules, NULL, NULL, &out) == OK)
        talk_quote(t, "Rules for passwords", ((const struct password_rules_out *)out)->rules);
    else
        talk_say(t, "At least 10 characters. Several words are easy to remember and hard to guess.");
}

enum turn flow_new_password(struct talk *t, const char *label, char *password, size_t size)
{
    char again[PASSWORD_MAX], label_again[80];
    enum turn turn;
    snprintf(label_again, sizeof label_again, "%s again", label);
    for (;;) {
        turn = talk_ask(t, &(struct talk_prompt){.label = label, .secret = true}, password, size);
        if (turn != TURN_ON)
            break;
        turn = talk_ask(t, &(struct talk_prompt){.label = label_again, .secret = true}, again, sizeof again);
        if (turn != TURN_ON || strcmp(password, again) == 0)
            break;
        talk_say(t, "The two differ. Type it again.");
    }
    explicit_bzero(again, sizeof again);
    return turn;
}

/* --- with a code */

static void say_invitation(struct talk *t, const struct invitation_show_out *i)
{
    char until[SHOW_TEXT];
    talk_title(t, "Invitation from %s.", i->business);
    talk_fact(t, "For", "%s", i->name);
    talk_fact(t, "Customer", "%s", show_text(i->customer_name));
    talk_fact(t, "You will sign in with", "%s", i->email);
    talk_fact(t, "Good until", "%s", show_when(until, i->expires, 0, 0));
}

static enum turn accept(struct talk *t, const char *code)
{
    char password[PASSWORD_MAX];
    struct invitation_accept_in in = {0};
    const void *out;
    enum turn turn = flow_new_password(t, "Your password", password, sizeof password);
    enum err e = OK;
    if (turn == TURN_ON) {
        GIVE(invitation_accept_in, &in, portal, client_portal(talk_ui(t)));
        GIVE(invitation_accept_in, &in, code, code);
        GIVE(invitation_accept_in, &in, password, password);
        if (*client_from(talk_ui(t)))
            GIVE(invitation_accept_in, &in, from, client_from(talk_ui(t)));
        if (client_bound(talk_ui(t)))
            GIVE(invitation_accept_in, &in, bound, true);
        e = talk_try(t, TAG_PERSON, OPNO_invitation_accept, &in, NULL, &out);
    }
    explicit_bzero(password, sizeof password);
    if (turn != TURN_ON)
        return turn;
    if (e != OK) {
        talk_refused(t);
        return talk_turn(t, e == ERR_INVALID ? TURN_AGAIN : TURN_BACK); /* another password may do */
    }
    const struct invitation_accept_out *in_now = out;
    talk_say(t, "Welcome. From now on you sign in with your e-mail address and this password.");
    return flow_signed_in(t, in_now->token, in_now->me, &in_now->choices);
}

enum turn flow_invitation(struct talk *t)
{
    char code[CODE_MAX];
    struct invitation_show_in in = {0};
    const void *out;
    enum turn turn = talk_ask(
        t,
        &(struct talk_prompt){.label = "Invitation code",
                              .help = "It stands in the mail you got; capitals and hyphens do not matter."},
        code, sizeof code);
    if (turn == TURN_ON) {
        GIVE(invitation_show_in, &in, portal, client_portal(talk_ui(t)));
        GIVE(invitation_show_in, &in, code, code);
        turn = talk_get(t, TAG_PERSON, OPNO_invitation_show, &in, &out) ? TURN_ON : talk_turn(t, TURN_BACK);
    }
    if (turn == TURN_ON) {
        say_invitation(t, out);
        say_rules(t);
        do
            turn = accept(t, code);
        while (turn == TURN_AGAIN);
    }
    explicit_bzero(code, sizeof code);
    return turn;
}

static enum turn reset(struct talk *t, const char *code)
{
    char password[PASSWORD_MAX];
    struct password_reset_in in = {0};
    const void *out;
    enum turn turn = flow_new_password(t, "New password", password, sizeof password);
    enum err e = OK;
    if (turn == TURN_ON) {
        GIVE(password_reset_in, &in, portal, client_portal(talk_ui(t)));
        GIVE(password_reset_in, &in, code, code);
        GIVE(password_reset_in, &in, password, password);
        if (*client_from(talk_ui(t)))
            GIVE(password_reset_in, &in, from, client_from(talk_ui(t)));
        if (client_bound(talk_ui(t)))
            GIVE(password_reset_in, &in, bound, true);
        e = talk_try(t, TAG_PERSON, OPNO_password_reset, &in, NULL, &out);
    }
    explicit_bzero(password, sizeof password);
    if (turn != TURN_ON)
        return turn;
    if (e != OK) {
        talk_refused(t);
        return talk_turn(t, e == ERR_INVALID ? TURN_AGAIN : TURN_BACK);
    }
    const struct password_reset_out *in_now = out;
    talk_say(t, "Your password was changed.");
    return flow_signed_in(t, in_now->token, in_now->me, &in_now->choices);
}

enum turn flow_forgotten(struct talk *t, const char *email)
{
    char address[255], code[CODE_MAX];
    struct password_ask_reset_in in = {0};
    enum turn turn =
        talk_ask(t,
                 &(struct talk_prompt){
                     .label = "Your e-mail address",
                     .initial = email,
                     .help = "A code is sent there. If you have one already, type it at the next question."},
                 address, sizeof address);
    if (turn != TURN_ON)
        return turn;
    GIVE(password_ask_reset_in, &in, portal, client_portal(talk_ui(t)));
    GIVE(password_ask_reset_in, &in, email, address);
    if (!talk_get(t, TAG_PERSON, OPNO_password_ask_reset, &in, NULL))
        return talk_turn(t, TURN_BACK);
    talk_say(t, "If that address may sign in, a mail with a code is on its way.");
    turn = talk_ask(
        t, &(struct talk_prompt){.label = "Code of the mail", .help = "Capitals and hyphens do not matter."},
        code, sizeof code);
    if (turn == TURN_ON) {
        say_rules(t);
        do
            turn = reset(t, code);
        while (turn == TURN_AGAIN);
    }
    explicit_bzero(code, sizeof code);
    return turn;
}
