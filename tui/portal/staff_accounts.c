/* Staff accounts (F9): who signs in here, what they may do, how each stands; invited, changed, reset, deactivated. Administrators change, the
 * others see. */
#include "common/zone.h"
#include "proto/paper/show.h"
#include "tui/portal/portal_access.h"

#define LAST "Make somebody else administrator first: this is the last one."

static const struct staff *account(const struct scene *v)
{
    return v->row;
}

static bool oneself(const struct scene *v)
{
    return (uint64_t)v->me->person == account(v)->id;
}

static bool invited(const struct scene *v)
{
    return account(v)->access == ACCESS_INVITED && account(v)->invite_expires;
}

static bool expired(const struct scene *v)
{
    return invited(v) && account(v)->invite_expires <= v->now;
}

/* The only one who signs in as administrator? */
static bool is_last(const struct scene *v)
{
    const struct staff_list *all = &((const struct staff_list_out *)v->out)->staff;
    bool is = false;
    for (size_t i = 0; i < all->n; i++) {
        const struct staff *p = &all->v[i];
        if (p->role != ROLE_ADMIN || !p->active || p->access == ACCESS_INVITED)
            continue;
        if (p->id != v->id)
            return false;
        is = true;
    }
    return is;
}

/* --- how it stands */

static const char *name(const struct scene *v)
{
    return scene_text(v, "%s%s", show_text(account(v)->name), oneself(v) ? " (you)" : "");
}

static const char *role(const struct scene *v)
{
    return show_may(account(v)->role);
}

static const char *state(const struct scene *v)
{
    const struct staff *p = account(v);
    if (!p->active)
        return "deactivated";
    if (expired(v))
        return "invitation expired";
    if (invited(v))
        return scene_text(v, "invited, expires %s", scene_day(v, p->invite_expires));
    if (p->must_change)
        return "one-time password";
    return p->last_sign_in ? "active" : "not signed in yet";
}

static enum look state_look(const struct scene *v)
{
    const struct staff *p = account(v);
    if (!p->active || expired(v))
        return LOOK_BAD;
    return invited(v) || p->must_change || !p->last_sign_in ? LOOK_WARN : LOOK_GOOD;
}

static enum look look(const struct scene *v)
{
    return account(v)->active ? LOOK_PLAIN : LOOK_DIM;
}

static const char *factor(const struct scene *v)
{
    return account(v)->mfa ? "yes" : "no";
}

static const char *factor_spoken(const struct scene *v)
{
    return account(v)->mfa ? "second factor" : "";
}

static enum look factor_look(const struct scene *v)
{
    return account(v)->mfa ? LOOK_GOOD : LOOK_DIM;
}

static const char *seen_spoken(const struct scene *v)
{
    return account(v)->last_sign_in
               ? scene_text(v, "last sign-in %s", scene_when(v, account(v)->last_sign_in))
               : "";
}

static const struct column columns[] = {
    {.field = "name", .width = 14, .grow = 1, .sorts = true, .text = name},
    {.field = "email", .width = 26, .grow = 1, .sorts = true, .drop = 2},
    {.field = "role", .says = "may", .width = 14, .text = role},
    {.field = "active", .title = "State", .width = 24, .text = state, .look = state_look},
    {.field = "last_sign_in", .width = 12, .drop = 1, .spoken = seen_spoken},
    {.field = "mfa",
     .title = "Code",
     .width = 4,
     .text = factor,
     .spoken = factor_spoken,
     .look = factor_look},
    {0}};

static void tell(struct page *p, const struct scene *v)
{
    const struct staff *s = account(v);
    page_title(p, "%s", name(v));
    page_fact_as(p, state_look(v), "State", state(v));
    page_fact(p, "E-mail", "%s", show_text(s->email));
    page_fact(p, "Phone", "%s", show_text(s->phone));
    page_fact(p, "May", "%s%s", role(v),
              s->role == ROLE_ADMIN    ? ": settings and accounts, too"
              : s->role == ROLE_READER ? " at everything, change nothing"
                                       : "");
    page_fact(p, "Last sign-in", "%s", s->last_sign_in ? scene_when(v, s->last_sign_in) : "never");
    page_fact(p, "Second factor", "%s", s->mfa ? "set up" : "none");
}

static const char *name_of(const struct scene *v)
{
    return account(v)->name;
}

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
    return !is_last(v);
}

static void tell_last(struct page *p, const struct scene *v)
{
    if (is_last(v))
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
    if (!account(v)->active)
        return "The account is deactivated: {activate} opens it again.";
    return account(v)->access == ACCESS_INVITED
               ? NULL
               : "There is a password already: {reset} sends a code for a new one.";
}

static void review_invite(struct page *p, const struct scene *v, const void *in)
{
    (void)in;
    page_note(p, LOOK_PLAIN, "%s gets a new mail at %s. The code that was sent before ends.",
              show_text(account(v)->name), show_text(account(v)->email));
}

static const char *can_reset(const struct scene *v)
{
    if (oneself(v))
        return "That is you: change your own password at your sign-in.";
    if (!account(v)->active)
        return "The account is deactivated.";
    return account(v)->access == ACCESS_INVITED ? "There is no password yet: {again} invites once more."
                                                : NULL;
}

static const char *can_factor(const struct scene *v)
{
    return account(v)->mfa ? NULL : "No second factor is set up.";
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
        show_text(account(v)->name), show_text(account(v)->email),
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
    access_factor_review(p, account(v)->name);
}

static const char *can_deactivate(const struct scene *v)
{
    if (!account(v)->active)
        return "It is deactivated: {activate} opens it again.";
    return is_last(v) ? LAST : NULL;
}

static const char *can_activate(const struct scene *v)
{
    return account(v)->active ? "It is active." : NULL;
}

static void review_deactivate(struct page *p, const struct scene *v, const void *in)
{
    (void)in;
    page_note(p, LOOK_PLAIN,
              "%s can not sign in any more, and open sessions end at once. Their SSH keys are removed. What "
              "they wrote stays, under "
              "their name.",
              show_text(account(v)->name));
    if (oneself(v))
        page_note(p, LOOK_WARN, "That is you: you are signed out.");
}

static void review_activate(struct page *p, const struct scene *v, const void *in)
{
    (void)in;
    page_note(p, LOOK_PLAIN,
              "%s may sign in again, with the password of before. SSH keys have to be registered anew.",
              show_text(account(v)->name));
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

static uint64_t this_one(const struct scene *v)
{
    return v->id;
}

static const struct act acts[] = {{.key = '+',
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
                                  {.key = 'S',
                                   .name = "sessions",
                                   .help = "Where they are signed in",
                                   .op = OPNO_staff_reset,
                                   .about = ABOUT_ROW,
                                   .goes = &book_colleague_sessions,
                                   .goes_by = this_one},
                                  {.key = 'K',
                                   .name = "keys",
                                   .help = "Their SSH keys",
                                   .op = OPNO_staff_reset,
                                   .about = ABOUT_ROW,
                                   .goes = &book_colleague_keys,
                                   .goes_by = this_one},
                                  {0}};

static const struct also also[] = {{OPNO_password_rules, NULL}, {OP_COUNT, NULL}};

const struct book book_staff = {.name = "staff",
                                .title = "Staff accounts",
                                .noun = "colleague",
                                .empty = "There are none.",
                                .op = OPNO_staff_list,
                                .rows = "staff",
                                .one = "staff",
                                .also = also,
                                .columns = columns,
                                .tell = tell,
                                .name_of = name_of,
                                .look = look,
                                .acts = acts,
                                .live = SUBJECT_BIT(SUBJECT_STAFF) | SUBJECT_BIT(SUBJECT_SESSION)};
