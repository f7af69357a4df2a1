/* The business's own: its outbox, and the accounts of its staff. */
#include "tui/line/flow.h"
#include <string.h>

/* --- the outbox */

static const char *const mail_shows[] = {"all", "held", "waiting", "failed", "sent", "withdrawn", NULL};
static const int mail_states[] = {0, MAIL_HELD, MAIL_WAITING, MAIL_FAILED, MAIL_SENT, MAIL_WITHDRAWN};

static const char *words_of(const struct enum_table *e, int value)
{
    for (size_t i = 0; i < e->n; i++)
        if (e->values[i].value == value)
            return e->values[i].help;
    return "";
}

static void load_mails(struct talk *t, struct talk_rows *r)
{
    struct mail_list_in in = {0};
    const void *out;
    char at[SHOW_TEXT];
    GIVE(mail_list_in, &in, limit, TALK_PAGE);
    if (mail_states[r->show])
        GIVE(mail_list_in, &in, state, mail_states[r->show]);
    if (*r->find)
        GIVE(mail_list_in, &in, search, r->find);
    if (*r->after)
        GIVE(mail_list_in, &in, after, r->after);
    r->failed = !talk_get(t, TAG_LIST, OPNO_mail_list, &in, &out);
    if (r->failed)
        return;
    const struct mail_list_out *page = out;
    for (size_t i = 0; i < page->mails.n; i++) {
        const struct mail_row *m = &page->mails.v[i];
        talk_row(t, r, m->id, 0, NULL, "%s, %s to %s, %s", enum_name(enum_mail_state(), m->state),
                 words_of(enum_mail_template(), m->template), show_text(m->to),
                 show_when(at, m->created, talk_me(t)->time_zone, talk_today(t)));
    }
    talk_next(r, page->next);
}

struct letter {
    uint64_t id;
    int state;
    bool carries, code; /* a code goes with it; tell it, this once */
};

static bool show_mail(struct talk *t, void *ctx)
{
    struct letter *letter = ctx;
    struct mail_get_in in = {0};
    const void *out;
    char at[SHOW_TEXT];
    GIVE(mail_get_in, &in, mail, letter->id);
    if (letter->code)
        GIVE(mail_get_in, &in, code, true);
    letter->code = false;
    if (!talk_get(t, TAG_DOC, OPNO_mail_get, &in, &out))
        return false;
    const struct mail *m = ((const struct mail_get_out *)out)->mail;
    letter->state = m->state;
    letter->carries = strstr(show_text(m->text), MAIL_CODE_PLACE) != NULL;
    talk_title(t, "Mail to %s", show_text(m->to));
    talk_fact(t, "State", "%s", words_of(enum_mail_state(), m->state));
    talk_fact(t, "Written", "%s", show_when(at, m->created, talk_me(t)->time_zone, talk_today(t)));
    talk_fact(t, "Sent", "%s", show_when(at, m->sent, talk_me(t)->time_zone, talk_today(t)));
    talk_fact(t, "The mail server said", "%s", show_text(m->said));
    talk_fact(t, "Subject", "%s", show_text(m->subject));
    talk_quote(t, "Text", m->text);
    return true;
}

static const char *can_retry(struct talk *t, const void *ctx)
{
    int state = ((const struct letter *)ctx)->state;
    (void)t;
    return state == MAIL_WAITING || state == MAIL_FAILED ? NULL : "There is nothing to try again.";
}

static enum turn run_retry(struct talk *t, void *ctx)
{
    struct mail_retry_in in = {0};
    GIVE(mail_retry_in, &in, mail, ((const struct letter *)ctx)->id);
    if (!talk_get(t, TAG_ACT, OPNO_mail_retry, &in, NULL))
        return talk_turn(t, TURN_BACK);
    talk_say(t, "It is tried again.");
    return TURN_AGAIN;
}

static const char *can_withdraw(struct talk *t, const void *ctx)
{
    int state = ((const struct letter *)ctx)->state;
    (void)t;
    return state != MAIL_SENT && state != MAIL_WITHDRAWN ? NULL : "There is nothing to withdraw.";
}

static enum turn run_withdraw(struct talk *t, void *ctx)
{
    struct mail_withdraw_in in = {0};
    GIVE(mail_withdraw_in, &in, mail, ((const struct letter *)ctx)->id);
    if (!talk_get(t, TAG_ACT, OPNO_mail_withdraw, &in, NULL))
        return talk_turn(t, TURN_BACK);
    talk_say(t, "It is withdrawn.");
    return TURN_AGAIN;
}

static enum turn run_again(struct talk *t, void *ctx)
{
    (void)t;
    (void)ctx;
    return TURN_AGAIN;
}

static const char *carries_code(struct talk *t, const void *ctx)
{
    const struct letter *letter = ctx;
    (void)t;
    return letter->carries && letter->state != MAIL_SENT && letter->state != MAIL_WITHDRAWN
               ? NULL
               : "It carries none that is still to be told.";
}

static enum turn run_code(struct talk *t, void *ctx)
{
    (void)t;
    ((struct letter *)ctx)->code = true;
    return TURN_AGAIN;
}

static const struct deed mail_deeds[] = {
    {.name = "retry",
     .help = "Try it again now",
     .op = OPNO_mail_retry,
     .possible = can_retry,
     .run = run_retry},
    {.name = "withdraw",
     .help = "Take it out: it is not sent any more",
     .op = OPNO_mail_withdraw,
     .possible = can_withdraw,
     .run = run_withdraw},
    {.name = "again", .help = "Tell it again", .op = OPNO_mail_get, .run = run_again},
    {.name = "code",
     .help = "Tell it with the code it carries, to pass it on",
     .op = OPNO_mail_get,
     .possible = carries_code,
     .run = run_code},
    {0}};

enum turn flow_mail(struct talk *t, uint64_t id)
{
    struct letter letter = {.id = id};
    if (!talk_may(t, OPNO_mail_get)) {
        talk_say(t, "Your role may not read mails.");
        return TURN_BACK;
    }
    return talk_menu(t, "Mail", mail_deeds, show_mail, &letter);
}

static enum turn open_mail(struct talk *t, struct talk_rows *r, uint64_t id, int64_t user)
{
    (void)r;
    (void)user;
    return flow_mail(t, id);
}

enum turn flow_outbox(struct talk *t, void *ctx)
{
    struct talk_rows r = {.title = "Outbox",
                          .empty = "No mail yet.",
                          .none = "None. find alone and show all bring everything back.",
                          .find_help = "Words of the recipient's name or address, or of the subject.",
                          .shows = mail_shows,
                          .load = load_mails,
                          .open = open_mail};
    (void)ctx;
    return talk_rows(t, &r);
}

/* --- colleagues */

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
