/* One staff account: how it stands, where it is signed in, and what an administrator does about it. */
#include "tui/staff/accounts.h"
#include "tui/full/book_screen.h"
#include "tui/portal/books.h"
#include "tui/staff/staff_screens.h"
#include "tui/staff/sessions.h"
#include <stdio.h>
#include <string.h>

enum { GET, INVITE, ACTIVE, RESET, FACTOR };

struct state {
    uint64_t id;
    const struct staff_list_out *all;
    const struct staff *p; /* in all */
    const struct me *me;
    struct sessions sessions;
    bool no_factor; /* of RESET: the second factor goes, too */
    int32_t today;
};

static void open(struct ui *ui, void *state, uint64_t subject)
{
    struct state *s = state;
    s->id = subject;
    s->me = client_me(ui);
    sessions_open(ui, &s->sessions, SIDE_STAFF, subject);
}

static void load(struct ui *ui, void *state, enum load why)
{
    const struct state *s = state;
    struct staff_list_in none = {0};
    (void)why;
    ui_ask(ui, GET, OPNO_staff_list, &none);
    if (ui_who(ui) & BY_ADMIN)
        sessions_ask(ui, &s->sessions);
}

static void took(struct ui *ui, struct state *s, const struct staff_list_out *out)
{
    s->all = out;
    s->p = NULL;
    s->today = ui_today(ui);
    for (size_t i = 0; i < out->staff.n; i++)
        if (out->staff.v[i].id == s->id)
            s->p = &out->staff.v[i];
    if (!s->p) {
        ui_pop(ui);
        return;
    }
    ui_title(ui, "%s", show_text(s->p->name));
    snprintf(s->sessions.name, sizeof s->sessions.name, "%s", show_text(s->p->name));
}

/* A mail was written; without a mail server it is shown, to be passed on. */
static void mailed(struct ui *ui, const struct state *s, bool held, uint64_t mail, const char *done)
{
    (void)s;
    if (held)
        book_open(ui, &book_mail, mail);
    else
        ui_reload(ui);
    ui_toast(ui, held ? TONE_INFO : TONE_GOOD,
             held ? "%s There is no mail server yet: c tells the code." : "%s The mail is on its way.", done);
}

static void reply(struct ui *ui, void *state, int tag, const struct reply *r)
{
    struct state *s = state;
    if (sessions_reply(ui, &s->sessions, tag, r) || ui_refused(ui, r))
        return;
    switch (tag) {
    case GET: took(ui, s, r->out); break;
    case INVITE:
        mailed(ui, s, ((const struct staff_invite_out *)r->out)->held,
               ((const struct staff_invite_out *)r->out)->mail, "Invited.");
        break;
    case RESET:
        mailed(ui, s, ((const struct staff_reset_out *)r->out)->held,
               ((const struct staff_reset_out *)r->out)->mail, "The old password has ended.");
        break;
    case FACTOR:
        ui_toast(ui, TONE_GOOD, "The second factor is reset; open sessions have ended.");
        ui_reload(ui);
        break;
    default:
        ui_toast(ui, TONE_GOOD, s->p->active ? "Deactivated; open sessions have ended." : "Active again.");
        ui_reload(ui);
    }
}

static void event(struct ui *ui, void *state, const struct event *e)
{
    (void)state;
    if (ui_top(ui) == &screen_staff_account && (e->subject == SUBJECT_STAFF || e->subject == SUBJECT_SESSION))
        ui_reload(ui);
}

/* --- drawing */

static void draw(const void *state, struct canvas *c)
{
    const struct state *s = state;
    const struct staff *p = s->p;
    char text[400], seen[SHOW_TEXT];
    int y = 0;
    if (!p) {
        canvas_text(c, 1, 2, STYLE_DIM, "Loading …");
        return;
    }
    canvas_text(c, y, 1, STYLE_BOLD, show_text(p->name));
    canvas_right(c, y++, c->columns - 1, account_style(p) | STYLE_BOLD,
                 account_words(text, sizeof text, p, s->me->time_zone, s->today));
    snprintf(text, sizeof text, "%s%s%s", show_text(p->email), p->phone && *p->phone ? " · " : "",
             show_text(p->phone));
    canvas_fit(c, y++, 1, c->columns - 2, STYLE_PLAIN, text);
    snprintf(text, sizeof text, "May: %s%s", show_may(p->role),
             p->role == ROLE_ADMIN    ? ", settings and accounts, too"
             : p->role == ROLE_READER ? " at everything, change nothing"
                                      : "");
    canvas_fit(c, y++, 1, c->columns - 2, STYLE_PLAIN, text);
    show_when(seen, p->last_sign_in, s->me->time_zone, s->today);
    snprintf(text, sizeof text, "Last sign-in: %s%s%s · Second factor: %s", *seen ? seen : "never",
             *seen && *s->sessions.from ? " from " : "", *seen ? s->sessions.from : "",
             p->mfa ? "set up" : "none");
    canvas_fit(c, y++, 1, c->columns - 2, STYLE_PLAIN, text);
    if (s->me->role != ROLE_ADMIN) {
        canvas_text(c, y + 1, 1, STYLE_DIM, "Only administrators see the sessions of colleagues.");
        return;
    }
    struct canvas part = canvas_part(c, y + 1, 0, c->rows - y - 1, c->columns);
    list_draw(s->sessions.list, &part);
}

/* --- what can be done */

static const char *may(const struct ui *ui, const void *state)
{
    if (!(ui_who(ui) & BY_ADMIN))
        return "Only an administrator changes accounts.";
    return ((const struct state *)state)->p ? NULL : "Not loaded yet.";
}

static const char *can_invite(const struct ui *ui, const void *state)
{
    const struct state *s = state;
    const char *why = may(ui, state);
    if (why)
        return why;
    if (!s->p->active)
        return "The account is deactivated: x activates it again.";
    return s->p->access == ACCESS_INVITED ? NULL
                                          : "There is a password already: w sends a code for a new one.";
}

static const char *can_switch(const struct ui *ui, const void *state)
{
    const struct state *s = state;
    const char *why = may(ui, state);
    if (why)
        return why;
    if (!s->p->active)
        return NULL;
    return account_is_last_admin(s->all, s->id) ? ACCOUNT_LAST : NULL;
}

static const char *can_reset(const struct ui *ui, const void *state)
{
    const struct state *s = state;
    const char *why = may(ui, state);
    if (why)
        return why;
    if ((uint64_t)s->me->person == s->id)
        return "That is you: change your own password in the settings.";
    if (!s->p->active)
        return "The account is deactivated.";
    return s->p->access == ACCESS_INVITED ? "There is no password yet: a invites again." : NULL;
}

static const char *can_factor(const struct ui *ui, const void *state)
{
    const char *why = may(ui, state);
    return why ? why : ((const struct state *)state)->p->mfa ? NULL : "No second factor is set up.";
}

static const char *can_both(const struct ui *ui, const void *state)
{
    const char *why = can_reset(ui, state);
    return why ? why : can_factor(ui, state);
}

static const char *can_end(const struct ui *ui, const void *state)
{
    return sessions_can_end(ui, &((const struct state *)state)->sessions);
}

static void run_edit(struct ui *ui, void *state)
{
    const struct state *s = state;
    account_edit(ui, s->p, account_is_last_admin(s->all, s->id));
}

static void invite_done(struct ui *ui, void *state, const struct said *said)
{
    struct staff_invite_in in = {0};
    (void)said;
    GIVE(staff_invite_in, &in, staff, ((const struct state *)state)->id);
    ui_ask_with(ui,
                &(struct ask){.tag = INVITE, .op = op_at(OPNO_staff_invite), .in = &in, .busy = "Inviting…"});
}

static void run_invite(struct ui *ui, void *state)
{
    const struct state *s = state;
    char text[500];
    snprintf(text, sizeof text, "%s gets a new mail at %s. The code that was sent before ends.",
             show_text(s->p->name), show_text(s->p->email));
    ui_confirm(ui, "Invite again?", text, "Invite again", invite_done);
}

static void switch_done(struct ui *ui, void *state, const struct said *said)
{
    const struct state *s = state;
    struct staff_update_in in = {0};
    (void)said;
    GIVE(staff_update_in, &in, staff, s->id);
    GIVE(staff_update_in, &in, active, !s->p->active);
    ui_ask_with(ui,
                &(struct ask){.tag = ACTIVE, .op = op_at(OPNO_staff_update), .in = &in, .busy = "Saving…"});
}

static void run_switch(struct ui *ui, void *state)
{
    const struct state *s = state;
    char text[700];
    const char *name = show_text(s->p->name);
    if (!s->p->active) {
        snprintf(text, sizeof text,
                 "%s may sign in again, with the password of before. SSH keys have to be registered anew.",
                 name);
        ui_confirm(ui, "Activate this account?", text, "Activate", switch_done);
        return;
    }
    snprintf(
        text, sizeof text,
        "%s can not sign in any more, and open sessions end at once. Their SSH keys are removed. What they "
        "wrote stays, under their name.%s",
        name, (uint64_t)s->me->person == s->id ? "\nThat is you: you are signed out." : "");
    ui_confirm(ui, "Deactivate this account?", text, "Deactivate", switch_done);
}

static void reset_done(struct ui *ui, void *state, const struct said *said)
{
    const struct state *s = state;
    struct staff_reset_in in = {0};
    (void)said;
    GIVE(staff_reset_in, &in, staff, s->id);
    if (s->no_factor)
        GIVE(staff_reset_in, &in, mfa, true);
    ui_ask_with(ui,
                &(struct ask){.tag = RESET, .op = op_at(OPNO_staff_reset), .in = &in, .busy = "Resetting…"});
}

static void ask_reset(struct ui *ui, struct state *s, bool factor)
{
    char text[500];
    s->no_factor = factor;
    snprintf(text, sizeof text,
             "The present password of %s ends now, and so do open sessions. A mail to %s brings a code for a "
             "new one.%s "
             "Be sure it is really them who ask.",
             show_text(s->p->name), show_text(s->p->email), factor ? " The second factor ends, too." : "");
    ui_confirm(ui, factor ? "Reset password and second factor?" : "Reset the password?", text, "Reset",
               reset_done);
}

static void run_reset(struct ui *ui, void *state)
{
    ask_reset(ui, state, false);
}

static void run_both(struct ui *ui, void *state)
{
    ask_reset(ui, state, true);
}

static void factor_done(struct ui *ui, void *state, const struct said *said)
{
    struct mfa_reset_in in = {0};
    (void)said;
    GIVE(mfa_reset_in, &in, staff, ((const struct state *)state)->id);
    ui_ask_with(ui,
                &(struct ask){.tag = FACTOR, .op = op_at(OPNO_mfa_reset), .in = &in, .busy = "Resetting…"});
}

static void run_factor(struct ui *ui, void *state)
{
    const struct state *s = state;
    char text[500];
    snprintf(text, sizeof text,
             "%s signs in with the password alone until a new second factor is set up. The codes of the old "
             "device and the "
             "backup codes end, and so do open sessions. Be sure it is really them who ask.",
             show_text(s->p->name));
    ui_confirm(ui, "Reset the second factor?", text, "Reset", factor_done);
}

static void end_done(struct ui *ui, void *state, const struct said *said)
{
    (void)said;
    sessions_end(ui, &((const struct state *)state)->sessions, false);
}

static void end_all_done(struct ui *ui, void *state, const struct said *said)
{
    (void)said;
    sessions_end(ui, &((const struct state *)state)->sessions, true);
}

static void run_end(struct ui *ui, void *state)
{
    sessions_confirm(ui, &((const struct state *)state)->sessions, false, end_done);
}

static void run_end_all(struct ui *ui, void *state)
{
    sessions_confirm(ui, &((const struct state *)state)->sessions, true, end_all_done);
}

static const struct key_row keys[] = {
    {.key = 'e', .action = "edit", .help = "Change name and role", .possible = may, .run = run_edit},
    {.key = 'a',
     .action = "invite again",
     .help = "A new invitation; the old code ends",
     .possible = can_invite,
     .run = run_invite},
    {.key = 'w',
     .action = "reset password",
     .help = "End the password and send a code for a new one",
     .possible = can_reset,
     .run = run_reset},
    {.key = 'F',
     .action = "reset factor",
     .help = "Reset the second factor of who lost the phone",
     .possible = can_factor,
     .run = run_factor,
     .quiet = true},
    {.action = "reset both",
     .help = "Reset password and second factor",
     .possible = can_both,
     .run = run_both},
    {.key = 'x',
     .action = "deactivate",
     .help = "May no longer sign in, or may again",
     .possible = can_switch,
     .run = run_switch},
    {.key = K_DELETE,
     .action = "end session",
     .help = "End the session under the cursor",
     .possible = can_end,
     .run = run_end,
     .quiet = true},
    {.key = 'E',
     .action = "end all",
     .help = "End all sessions of this account",
     .possible = can_end,
     .run = run_end_all,
     .quiet = true},
    {0}};

const struct screen screen_staff_account = {.name = "staff.account",
                                            .title = "Account",
                                            .state_size = sizeof(struct state),
                                            .open = open,
                                            .load = load,
                                            .reply = reply,
                                            .event = event,
                                            .draw = draw,
                                            .keys = keys};
