/* My sign-in (B10, B12, B14, C2, C3): what lets one in, at a glance; new backup codes, giving the second factor up, the way to the rest. */
#include "proto/paper/show.h"
#include "tui/portal/books.h"
#include "tui/portal/proofs.h"
#include <inttypes.h>

static const struct mfa_show_out *factor(const struct scene *v)
{
    return v->out;
}

/* --- how it stands */

static void tell_factor(struct page *p, const struct scene *v)
{
    const struct mfa_show_out *m = factor(v);
    if (!m->enrolled) {
        page_fact_as(p, LOOK_WARN, "Second factor", "off: the password alone lets you in");
        return;
    }
    page_fact_as(p, LOOK_GOOD, "Second factor",
                 scene_text(v, "on%s%s", m->since ? " since " : "", scene_when(v, m->since)));
    page_fact_as(
        p, m->codes_left < 2 ? LOOK_BAD : LOOK_PLAIN, "Backup codes",
        scene_text(v, m->codes_left == 1 ? "%" PRId64 " is left" : "%" PRId64 " are left", m->codes_left));
}

static void tell_keys(struct page *p, const struct scene *v, const struct ssh_key_list *keys)
{
    const char *text = "";
    for (size_t i = 0; i < keys->n; i++)
        text = scene_text(v, "%s%s%s", text, i ? ", " : "", show_text(keys->v[i].label));
    page_fact_as(p, keys->n ? LOOK_PLAIN : LOOK_DIM, "SSH keys", keys->n ? text : "none");
}

static void tell_sessions(struct page *p, const struct scene *v, const struct session_list *all)
{
    const struct session *last = NULL;
    for (size_t i = 0; i < all->n; i++)
        if (!all->v[i].current && (!last || all->v[i].seen > last->seen))
            last = &all->v[i];
    if (last)
        page_fact(p, "Sessions", "%zu; one besides this: %s from %s", all->n, scene_when(v, last->seen),
                  show_machine(last->place));
    else
        page_fact(p, "Sessions", "only this one");
}

static void tell(struct page *p, const struct scene *v)
{
    const struct key_list_out *keys = v->also[0];
    const struct session_list_out *sessions = v->also[1];
    page_fact(p, "E-mail", "%s", show_text(v->me->email));
    tell_factor(p, v);
    if (keys)
        tell_keys(p, v, &keys->keys);
    if (sessions)
        tell_sessions(p, v, &sessions->sessions);
    if (factor(v)->required)
        page_note(p, LOOK_PLAIN, "%s asks everybody for a second factor.", show_text(v->me->business));
    else if (!factor(v)->enrolled)
        page_note(p, LOOK_PLAIN,
                  "With a second factor, who has learnt your password can not sign in with it alone.");
}

/* --- backup codes */

static const char *has_factor(const struct scene *v)
{
    return factor(v)->enrolled ? NULL : "There is no second factor: {factor} sets one up.";
}

static void tell_codes(struct page *p, const struct scene *v, const void *out)
{
    (void)v;
    proof_codes(p, &((const struct mfa_codes_out *)out)->codes);
}

static const struct give codes_gives[] = {PROOF_CODE(NULL), {0}};

/* --- giving it up */

static const char *can_give_up(const struct scene *v)
{
    if (!factor(v)->enrolled)
        return "There is no second factor.";
    return factor(v)->required ? "The business asks everybody for a second factor." : NULL;
}

static void given_up(struct me *me, const void *out)
{
    (void)out;
    me->mfa = false;
}

/* --- setting it up: is it really that person? */

static void before_enrol(struct page *p, const struct scene *v)
{
    page_note(p, LOOK_PLAIN, "%s",
              v->me->mfa
                  ? "Another phone takes the place of the present one as soon as it is confirmed; the old "
                    "one, and the old backup codes, end then."
                  : "A code of your phone, asked for after your password: who has learnt your password can "
                    "not sign in with it alone. You need an app for codes (TOTP) on your phone.");
}

static const struct give enrol_gives[] = {PROOF_PASSWORD(NULL), PROOF_CODE(proof_by_code), {0}};
static const struct give off_gives[] = {PROOF_PASSWORD(NULL), PROOF_CODE(NULL), {0}};

static const struct act acts[] = {
    {LEADS_TO('P', "password", "Change your password; your other sessions end then", OPNO_password_change,
              book_password)},
    {.key = 'F',
     .name = "factor",
     .help = "Set a second factor up, or put another phone in its place",
     .op = OPNO_mfa_begin,
     .before = before_enrol,
     .gives = enrol_gives,
     .yes = "Go on",
     .busy = "Making a secret…",
     .hands = true,
     .unknown = "Not known whether it was begun: nothing has changed, begin again.",
     .goes = &book_enrol},
    {.key = 'C',
     .name = "codes",
     .help = "New backup codes; the old ones end",
     .op = OPNO_mfa_codes,
     .possible = has_factor,
     .note = "Five new backup codes; the old ones end at once. A code of your phone confirms that it is you.",
     .gives = codes_gives,
     .yes = "Make new codes",
     .busy = "Making new codes…",
     .after = tell_codes,
     .done = "The new backup codes are good from now on.",
     .unknown = "Not known whether they were made. If so, the old ones have ended: make new ones again."},
    {.key = 'x',
     .name = "off",
     .help = "Give the second factor up",
     .op = OPNO_mfa_off,
     .possible = can_give_up,
     .note = "From then on, your password alone lets you in, and so it does anybody who learns it. The "
             "backup codes "
             "end, too.",
     .gives = off_gives,
     .yes = "Give it up",
     .learns = given_up,
     .done = "The second factor is off. Your password alone lets you in now."},
    {LEADS_TO('K', "keys", "SSH keys that sign you in", OPNO_key_list, book_keys)},
    {LEADS_TO('S', "sessions", "Where you are signed in", OPNO_session_list, book_sessions)},
    {0}};

static const struct also also[] = {{OPNO_key_list, NULL}, {OPNO_session_list, NULL}, {OP_COUNT, NULL}};

const struct book book_sign_in = {.name = "sign-in",
                                  .title = "My sign-in",
                                  .op = OPNO_mfa_show,
                                  .also = also,
                                  .tell = tell,
                                  .acts = acts,
                                  .live = SUBJECT_BIT(SUBJECT_SESSION) | SUBJECT_BIT(SUBJECT_KEY)};
