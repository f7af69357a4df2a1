/* The accounts of the business's staff. */
#include "tui/line/flow.h"

static bool show_staff(struct talk *t, void *ctx)
{
    const struct staff_list **list = ctx;
    const void *out;
    char at[SHOW_TEXT];
    if (!talk_get(t, TAG_LIST, OPNO_staff_list, NULL, &out))
        return false;
    *list = &((const struct staff_list_out *)out)->staff;
    talk_title(t, "Staff");
    for (size_t i = 0; i < (*list)->n; i++) {
        const struct staff *s = &(*list)->v[i];
        talk_say(t, "Account %zu: %s, %s, %s%s%s", i + 1, show_text(s->name), show_text(s->email),
                 enum_name(enum_role(), s->role), s->active ? "" : ", deactivated",
                 s->mfa ? ", second factor" : "");
        talk_fact(t, "Last sign-in", "%s",
                  show_when(at, s->last_sign_in, talk_me(t)->time_zone, talk_today(t)));
    }
    return true;
}

static void say_sent(struct talk *t, bool held)
{
    if (held)
        talk_say(
            t, "There is no mail server yet: the mail waits in the outbox, where it can be read and copied.");
    else
        talk_say(t, "The mail is on its way.");
}

static enum turn run_invite(struct talk *t, void *ctx)
{
    static const char *const roles[] = {"reader: may only look", "staff: does the daily work",
                                        "admin: may change settings and accounts"};
    static const int values[] = {ROLE_READER, ROLE_STAFF, ROLE_ADMIN};
    char name[481], email[255];
    size_t role;
    struct staff_invite_in in = {0};
    const void *out;
    (void)ctx;
    enum turn turn = talk_ask(t, &(struct talk_prompt){.label = "Name"}, name, sizeof name);
    if (turn == TURN_ON)
        turn = talk_ask(t, &(struct talk_prompt){.label = "E-mail"}, email, sizeof email);
    if (turn == TURN_ON)
        turn = talk_choose(t, "Role", roles, COUNT_OF(roles), &role);
    if (turn != TURN_ON)
        return turn;
    GIVE(staff_invite_in, &in, name, name);
    GIVE(staff_invite_in, &in, email, email);
    GIVE(staff_invite_in, &in, role, values[role]);
    if (!talk_get(t, TAG_ACT, OPNO_staff_invite, &in, &out))
        return talk_turn(t, TURN_BACK);
    say_sent(t, ((const struct staff_invite_out *)out)->held);
    return TURN_AGAIN;
}

static enum turn which_colleague(struct talk *t, const struct staff_list *list, uint64_t *id)
{
    const char *names[100];
    size_t n = 0, chosen;
    for (; n < list->n && n < COUNT_OF(names); n++)
        names[n] = show_text(list->v[n].name);
    enum turn turn = talk_choose(t, "Which account", names, n, &chosen);
    if (turn == TURN_ON)
        *id = list->v[chosen].id;
    return turn;
}

static enum turn run_reset(struct talk *t, void *ctx)
{
    struct staff_reset_in in = {0};
    const void *out;
    uint64_t id;
    bool factor, yes;
    enum turn turn = which_colleague(t, *(const struct staff_list **)ctx, &id);
    if (turn == TURN_ON)
        turn = talk_confirm(t, &factor, "Take the second factor away, too?");
    if (turn == TURN_ON)
        turn = talk_confirm(t, &yes, "End the password and the sessions, and send a code for a new one?");
    if (turn != TURN_ON || !yes)
        return turn == TURN_ON ? TURN_BACK : turn;
    GIVE(staff_reset_in, &in, staff, id);
    if (factor)
        GIVE(staff_reset_in, &in, mfa, true);
    if (!talk_get(t, TAG_ACT, OPNO_staff_reset, &in, &out))
        return talk_turn(t, TURN_BACK);
    say_sent(t, ((const struct staff_reset_out *)out)->held);
    return TURN_AGAIN;
}

static enum turn set_active(struct talk *t, void *ctx, bool active)
{
    struct staff_update_in in = {0};
    uint64_t id;
    enum turn turn = which_colleague(t, *(const struct staff_list **)ctx, &id);
    if (turn != TURN_ON)
        return turn;
    GIVE(staff_update_in, &in, staff, id);
    GIVE(staff_update_in, &in, active, active);
    if (!talk_get(t, TAG_ACT, OPNO_staff_update, &in, NULL))
        return talk_turn(t, TURN_BACK);
    talk_say(t, active ? "May sign in again. SSH keys have to be registered anew."
                       : "May no longer sign in. The sessions have ended, and the SSH keys are removed.");
    return TURN_AGAIN;
}

static enum turn run_on(struct talk *t, void *ctx)
{
    return set_active(t, ctx, true);
}

static enum turn run_off(struct talk *t, void *ctx)
{
    return set_active(t, ctx, false);
}

static const struct deed staff_deeds[] = {
    {.name = "invite", .help = "Invite a colleague", .op = OPNO_staff_invite, .run = run_invite},
    {.name = "reset",
     .help = "A colleague lost the password: send a code for a new one",
     .op = OPNO_staff_reset,
     .run = run_reset},
    {.name = "off", .help = "Deactivate an account", .op = OPNO_staff_update, .run = run_off},
    {.name = "on", .help = "Activate an account again", .op = OPNO_staff_update, .run = run_on},
    {0}};

enum turn flow_staff(struct talk *t, void *ctx)
{
    const struct staff_list *list = NULL;
    (void)ctx;
    return talk_menu(t, "Staff", staff_deeds, show_staff, (void *)&list);
}
