#include "tui/portal/portal_access.h"
#include "proto/paper/show.h"
#include <inttypes.h>
#include <stdio.h>

static bool open_invitation(const struct contact *p)
{
    return p->invited && p->invite_expires;
}

const char *access_words(const struct scene *v, const struct contact *p)
{
    switch (p->access) {
    case ACCESS_INVITED:
        if (!open_invitation(p))
            return "password set, not used";
        if (p->invite_expires <= v->now)
            return "invitation expired";
        return scene_text(v, "invited, expires %s", scene_day(v, p->invite_expires));
    case ACCESS_ACTIVE:
        return p->last_sign_in ? scene_text(v, "active, last %s", scene_when(v, p->last_sign_in)) : "active";
    case ACCESS_DISABLED: return "switched off";
    default: return "none";
    }
}

enum look access_look(const struct scene *v, const struct contact *p)
{
    switch (p->access) {
    case ACCESS_ACTIVE: return LOOK_GOOD;
    case ACCESS_INVITED: return open_invitation(p) && p->invite_expires <= v->now ? LOOK_BAD : LOOK_WARN;
    case ACCESS_DISABLED: return LOOK_BAD;
    default: return LOOK_DIM;
    }
}

/* Of customers that are marked, some may have nobody. */
static const char *left_out(const struct scene *v, size_t done)
{
    const size_t meant = v->marked_n ? v->marked_n : 1;
    return meant > done ? scene_text(v, " %zu left out: access already, or nobody with an e-mail address.",
                                     meant - done)
                        : "";
}

const char *access_invited(const struct scene *v, const void *out)
{
    const struct access_invite_out *o = out;
    const size_t n = o->contacts.n;
    const char *left = left_out(v, n);
    if (n == 1 && o->held)
        return scene_text(v, "Invited. There is no mail server yet: this mail waits, to be passed on.%s",
                          left);
    if (n == 1)
        return scene_text(v, "Invited: the mail to %s is on its way.%s", show_text(o->contacts.v[0].email),
                          left);
    return scene_text(v, "%zu invited%s%s", n,
                      o->held ? ". There is no mail server yet: their mails wait in the outbox."
                              : ": the mails are on their way.",
                      left);
}

/* Where no server carries it, somebody does. */
uint64_t access_held(const struct scene *v, const void *out)
{
    const struct access_invite_out *o = out;
    (void)v;
    return o->held ? o->mail : 0;
}

const char *access_enabled(const struct scene *v, const void *out)
{
    return scene_text(v,
                      "Access is on: tell them the portal's name, their e-mail address and the password.%s",
                      left_out(v, ((const struct access_enable_out *)out)->contacts.n));
}

void access_before(struct page *p, const struct scene *v, const char *whom, bool several)
{
    const struct password_rules_out *rules = v->also[0];
    page_fact_as(p, LOOK_STRONG, "For", whom);
    page_note(p, LOOK_PLAIN,
              several
                  ? "All of them get this password, and choose one of their own at the first sign-in. You "
                    "tell it to them yourself: the mails they get do not hold it."
                  : "It is good for the first sign-in, which leads to choosing one of their own. You tell "
                    "it to them yourself: the mail they get does not hold it.");
    page_quote(p, "Rules for passwords", rules ? rules->rules : NULL);
}

const struct give access_password[] = {
    {.field = "password", .help = "You tell it to them", .twice = true, .width = 28},
    {.field = "keep_password",
     .label = "They may keep it",
     .help = "Otherwise they choose a password of their own at the first sign-in"},
    {0}};

/* --- the second factor of who lost the phone */

void access_factor_review(struct page *p, const char *name)
{
    page_note(
        p, LOOK_PLAIN,
        "%s signs in with the password alone until a new second factor is set up; where the portal asks for "
        "one, that is the next thing to do. The codes of the old device and the backup codes end, and so do "
        "open sessions. SSH keys stay, and open alone. Be sure it is really them who ask.",
        show_text(name));
}

const char *access_keys_stay(const struct scene *v, int64_t keys)
{
    return keys == 0 ? ""
           : keys == 1
               ? " One SSH key stays, which opens alone now: {keys} removes it."
               : scene_text(v, " %" PRId64 " SSH keys stay, each opens alone now: {keys} removes them.",
                            keys);
}

const char *access_factor_taken(const struct scene *v, const void *out)
{
    const struct mfa_reset_out *o = out;
    return scene_text(v, "The second factor is reset; open sessions have ended.%s",
                      access_keys_stay(v, o->keys));
}
