/* What is done about accounts of staff (F9): invited, changed, reset, deactivated. Administrators change, the others see. */
#include "proto/paper/show.h"
#include "tui/portal/staff_accounts.h"

#define LAST "Make somebody else administrator first: this is the last one."

/* --- a new one */

static bool roles(const struct scene *v, const void *in, size_t i, struct option *o)
{
    static const struct option all[] = {{ROLE_STAFF, "the daily work", NULL, false},
                                        {ROLE_ADMIN, "everything: settings and accounts, too", NULL, false},
                                        {ROLE_READER, "look at everything, change nothing", NULL, false}};
    (void)v, (void)in;
    if (i >= 3)
        return false;
    *o = all[i];
    return true;
}

#define WHO                                                                                          \
    {.field = "name", .must = true, .width = 40},                                                    \
        {.field = "email", .label = "E-mail", .help = "Used to sign in", .must = true, .width = 40}, \
    {                                                                                                \
        .field = "role", .label = "May", .choice = roles, .width = 42                                \
    }
static const struct give invite_gives[] = {WHO, {0}};
static const struct give add_gives[] = {WHO,
                                        {.field = "password",
                                         .help = "You tell it to them; it leads to choosing one of their own",
                                         .twice = true,
                                         .width = 28},
                                        {0}};

static void rules(struct page *p, const struct scene *v)
{
    const struct password_rules_out *out = v->also[0];
    page_quote(p, "Rules for passwords", out ? out->rules : NULL);
}

static const char *on_its_way(const struct scene *v, const char *done, const struct staff *s, bool held)
{
    return held ? scene_text(v, "%s There is no mail server yet: this mail waits, to be passed on.", done)
                : scene_text(v, "%s The mail to %s is on its way.", done, show_text(s->email));
}

static const char *told_invited(const struct scene *v, const void *out)
{
    const struct staff_invite_out *o = out;
    return on_its_way(v, "Invited.", o->staff, o->held);
}

/* Where no server carries it, somebody does. */
static uint64_t held_invitation(const struct scene *v, const void *out)
{
    const struct staff_invite_out *o = out;
    (void)v;
    return o->held ? o->mail : 0;
}

/* --- one of them */

static bool role_changes(const struct scene *v)
{
    return !staff_is_last(v);
}

static void tell_last(struct page *p, const struct scene *v)
{
    if (staff_is_last(v))
        page_note(p, LOOK_WARN, "What this account may can not be changed. " LAST);
}

static const struct give change_gives[] = {{.field = "name", .must = true, .width = 40},
                                           {.field = "role",
                                            .label = "May",
                                            .help = "When it changes, their sessions end; they sign in again",
                                            .choice = roles,
                                            .offered = role_changes,
                                            .width = 42},
                                           {0}};

static const char *can_invite(const struct scene *v)
{
    if (!staff_of(v)->active)
        return "The account is deactivated: {activate} opens it again.";
    return staff_of(v)->access == ACCESS_INVITED
               ? NULL
               : "There is a password already: {reset} sends a code for a new one.";
}

static void review_invite(struct page *p, const struct scene *v, const void *in)
{
    (void)in;
    page_note(p, LOOK_PLAIN, "%s gets a new mail at %s. The code that was sent before ends.",
              show_text(staff_of(v)->name), show_text(staff_of(v)->email));
}

static const char *can_reset(const struct scene *v)
{
    if (staff_is_oneself(v))
        return "That is you: change your own password at your sign-in.";
    if (!staff_of(v)->active)
        return "The account is deactivated.";
    return staff_of(v)->access == ACCESS_INVITED ? "There is no password yet: {again} invites once more."
                                                 : NULL;
}

static const char *can_factor(const struct scene *v)
{
    return staff_of(v)->mfa ? NULL : "No second factor is set up.";
}

static const char *can_both(const struct scene *v)
{
    const char *why = can_reset(v);
    return why ? why : can_factor(v);
}

static void review_reset(struct page *p, const struct scene *v, const void *in)
{
    const struct staff_reset_in *reset = in;
    page_note(
        p, LOOK_PLAIN,
        "The present password of %s ends now, and so do open sessions. A mail to %s brings a code for a "
        "new one.%s Be sure it is really them who ask.",
        show_text(staff_of(v)->name), show_text(staff_of(v)->email),
        reset->mfa ? " The second factor ends, too." : "");
}

static void review_both(struct page *p, const struct scene *v, const void *in)
{
    const struct staff_reset_in both = {.mfa = true};
    (void)in;
    review_reset(p, v, &both);
}

static void with_factor(const struct scene *v, const void *in, void *send)
{
    (void)v, (void)in;
    GIVE(staff_reset_in, (struct staff_reset_in *)send, mfa, true);
}

static const char *told_reset(const struct scene *v, const void *out)
{
    const struct staff_reset_out *o = out;
    return on_its_way(v, "The old password has ended.", o->staff, o->held);
}

static const char *told_both(const struct scene *v, const void *out)
{
    const struct staff_reset_out *o = out;
    return scene_text(v, "%s%s", told_reset(v, out), access_keys_stay(v, o->keys));
}

static uint64_t held_reset(const struct scene *v, const void *out)
{
    const struct staff_reset_out *o = out;
    (void)v;
    return o->held ? o->mail : 0;
}

static void review_factor(struct page *p, const struct scene *v, const void *in)
{
    (void)in;
    access_factor_review(p, staff_of(v)->name);
}

static const char *can_deactivate(const struct scene *v)
{
    if (!staff_of(v)->active)
        return "It is deactivated: {activate} opens it again.";
    return staff_is_last(v) ? LAST : NULL;
}

static const char *can_activate(const struct scene *v)
{
    return staff_of(v)->active ? "It is active." : NULL;
}

static void review_deactivate(struct page *p, const struct scene *v, const void *in)
{
    (void)in;
    page_note(p, LOOK_PLAIN,
              "%s can not sign in any more, and open sessions end at once. Their SSH keys are removed. What "
              "they wrote stays, under "
              "their name.",
              show_text(staff_of(v)->name));
    if (staff_is_oneself(v))
        page_note(p, LOOK_WARN, "That is you: you are signed out.");
}

static void review_activate(struct page *p, const struct scene *v, const void *in)
{
    (void)in;
    page_note(p, LOOK_PLAIN,
              "%s may sign in again, with the password of before. SSH keys have to be registered anew.",
              show_text(staff_of(v)->name));
}

static void deactivate(const struct scene *v, const void *in, void *send)
{
    (void)v, (void)in;
    GIVE(staff_update_in, (struct staff_update_in *)send, active, false);
}

static void activate(const struct scene *v, const void *in, void *send)
{
    (void)v, (void)in;
    GIVE(staff_update_in, (struct staff_update_in *)send, active, true);
}

const struct act acts_on_staff[] = {
    {.key = '+',
     .name = "invite",
     .help = "Invite a colleague by mail",
     .op = OPNO_staff_invite,
     .about = ABOUT_ALL,
     .gives = invite_gives,
     .yes = "Invite",
     .busy = "Inviting…",
     .makes = "staff",
     .told = told_invited,
     .goes = &book_mail,
     .goes_to = held_invitation},
    {.key = 'p',
     .name = "add",
     .help = "Add a colleague with a one-time password that you tell them",
     .op = OPNO_staff_create,
     .gives = add_gives,
     .before = rules,
     .yes = "Add",
     .busy = "Adding…",
     .makes = "staff",
     .done = "The account is there: tell them the address and the password."},
    {.key = 'e',
     .name = "change",
     .help = "Change name and what they may",
     .op = OPNO_staff_update,
     .gives = change_gives,
     .before = tell_last,
     .begins = BEGINS_ROW,
     .busy = "Saving…",
     .done = "Saved."},
    {.key = 'a',
     .name = "again",
     .help = "Invite once more; the old code ends",
     .op = OPNO_staff_invite,
     .about = ABOUT_ROW,
     .possible = can_invite,
     .agree = AGREE_YES,
     .question = "Invite again?",
     .yes = "Invite again",
     .busy = "Inviting…",
     .review = review_invite,
     .told = told_invited,
     .goes = &book_mail,
     .goes_to = held_invitation},
    {.key = 'w',
     .name = "reset",
     .help = "End the password and send a code for a new one",
     .op = OPNO_staff_reset,
     .possible = can_reset,
     .agree = AGREE_YES,
     .question = "Reset the password?",
     .yes = "Reset",
     .busy = "Resetting…",
     .review = review_reset,
     .told = told_reset,
     .goes = &book_mail,
     .goes_to = held_reset},
    ACCESS_FACTOR(can_factor, review_factor),
    {.key = 'W',
     .name = "both",
     .help = "Reset password and second factor",
     .op = OPNO_staff_reset,
     .possible = can_both,
     .complete = with_factor,
     .agree = AGREE_YES,
     .question = "Reset password and second factor?",
     .yes = "Reset",
     .busy = "Resetting…",
     .review = review_both,
     .told = told_both,
     .goes = &book_mail,
     .goes_to = held_reset},
    {.key = 'x',
     .name = "deactivate",
     .help = "May no longer sign in",
     .op = OPNO_staff_update,
     .possible = can_deactivate,
     .complete = deactivate,
     .agree = AGREE_YES,
     .question = "Deactivate this account?",
     .yes = "Deactivate",
     .busy = "Saving…",
     .review = review_deactivate,
     .done = "Deactivated; open sessions have ended."},
    {.key = 'X',
     .name = "activate",
     .help = "May sign in again",
     .op = OPNO_staff_update,
     .possible = can_activate,
     .complete = activate,
     .agree = AGREE_YES,
     .question = "Activate this account?",
     .yes = "Activate",
     .busy = "Saving…",
     .review = review_activate,
     .done = "Active again."},
    {LEADS_TO('S', "sessions", "Where they are signed in", OPNO_staff_reset, book_colleague_sessions),
     .about = ABOUT_ROW, .goes_by = scene_id},
    {LEADS_TO('K', "keys", "Their SSH keys", OPNO_staff_reset, book_colleague_keys), .about = ABOUT_ROW,
     .goes_by = scene_id},
    {0}};
