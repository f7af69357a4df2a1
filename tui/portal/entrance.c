/* Getting in with e-mail and password (B2), from where an invitation, a document's code and a forgotten password are at hand; and again after everything
 * was hidden: the password, or a code of the second factor where the session lives on. */
#include "proto/paper/show.h"
#include "tui/portal/books.h"
#include "tui/portal/proofs.h"

/* --- the first screen */

static bool knows_portal(const struct scene *v)
{
    return *v->way->portal;
}

static bool asks_portal(const struct scene *v)
{
    return !knows_portal(v);
}

static void that_portal(const struct scene *v, void *in)
{
    GIVE(portal_show_in, (struct portal_show_in *)in, portal, v->way->portal);
}

static const char *whose(const struct scene *v)
{
    const struct portal_show_out *portal = v->also[0];
    return portal ? show_text(portal->name) : v->absent & 1 ? "No portal of that name" : "Postern";
}

static void before(struct page *p, const struct scene *v)
{
    if (v->absent & 1)
        page_note(p, LOOK_BAD, "There is no portal named %s.", v->way->portal);
    page_note(p, LOOK_DIM, "%s", show_text(v->way->hint));
}

/* What no person fills in: which portal, and how one came. */
static void come(const struct scene *v, struct session_sign_in_in *to)
{
    if (knows_portal(v))
        GIVE(session_sign_in_in, to, portal, v->way->portal);
    if (*v->way->from)
        GIVE(session_sign_in_in, to, from, v->way->from);
    if (v->way->bound)
        GIVE(session_sign_in_in, to, bound, true);
}

static void sign_in(const struct scene *v, const void *in, void *send)
{
    (void)in;
    come(v, send);
}

#define PASSWORD                                                                                    \
    {                                                                                               \
        .field = "password", .help = "It is not shown while you type", .must = true, .proof = true, \
        .width = 40                                                                                 \
    }
static const struct give gives[] = {{.field = "portal",
                                     .help = "The name of the portal, as in your invitation",
                                     .must = true,
                                     .offered = asks_portal,
                                     .width = 24},
                                    {.field = "email",
                                     .label = "E-mail",
                                     .help = "The address your invitation was sent to",
                                     .must = true,
                                     .width = 40},
                                    PASSWORD,
                                    {0}};
#define LEADS(its_key, its_name, its_help, its_yes, to)                                                 \
    {                                                                                                   \
        .key = its_key, .name = its_name, .help = its_help, .yes = its_yes, .op = OPNO_session_sign_in, \
        .hands = true, .goes = &(to)                                                                    \
    }
static const struct act acts[] = {
    {.key = 'e',
     .name = "enter",
     .help = "Sign in with e-mail and password",
     .op = OPNO_session_sign_in,
     .before = before,
     .gives = gives,
     .complete = sign_in,
     .enters = true,
     .yes = "Sign in",
     .busy = "Signing in…"},
    LEADS('p', "forgotten", "You do not remember your password", "Forgotten password", book_forgotten),
    LEADS('i', "invitation", "You have an invitation code, and no password yet", "Invitation",
          book_invitation_code),
    LEADS('c', "code", "You have a code from a mail about a document", "I have a code", book_document_code),
    {0}};

static const struct also also[] = {{OPNO_portal_show, that_portal}, {OP_COUNT, NULL}};
const struct book book_entrance = {.name = "entrance",
                                   .title = "Sign in",
                                   .op = OP_COUNT,
                                   .also = also,
                                   .asks_also = knows_portal,
                                   .name_of = whose,
                                   .straight = true,
                                   .first = true,
                                   .alone = true,
                                   .acts = acts};

/* --- locked */

static const char *locked(const struct scene *v)
{
    (void)v;
    return "Locked";
}

static void before_unlock(struct page *p, const struct scene *v)
{
    page_note(p, LOOK_DIM, "%s · %s", show_text(v->me->name), show_text(v->me->business));
    page_note(p, LOOK_PLAIN, "Your place and what you were writing are kept.");
}

static void again(const struct scene *v, const void *in, void *send)
{
    struct session_sign_in_in *to = send;
    (void)in;
    come(v, to);
    GIVE(session_sign_in_in, to, email, v->me->email);
    if (v->me->customer)
        GIVE(session_sign_in_in, to, customer, v->me->customer);
}

static void learn(struct me *me, const void *out)
{
    *me = *((const struct mfa_verify_out *)out)->me;
}

static const struct give again_gives[] = {PASSWORD, PROOF_CODE(proof_by_code), {0}};
static const struct give code_gives[] = {PROOF_CODE(NULL), {0}};
#define UNLOCKS \
    .key = 'g', .name = "unlock", .help = "Go on where you were", .before = before_unlock, .yes = "Go on"
static const struct act again_acts[] = {{UNLOCKS, .op = OPNO_session_sign_in, .gives = again_gives,
                                         .complete = again, .enters = true, .busy = "Signing in…"},
                                        {0}};
static const struct act code_acts[] = {
    {UNLOCKS, .op = OPNO_mfa_verify, .gives = code_gives, .learns = learn, .busy = "Checking the code…"},
    {0}};

#define LOCK(its_name, its_acts)                                                                             \
    .name = its_name, .title = "Locked", .op = OP_COUNT, .name_of = locked, .straight = true, .first = true, \
    .alone = true, .hides = true, .acts = its_acts
const struct book book_lock = {LOCK("lock", again_acts)};
const struct book book_lock_kept = {LOCK("kept lock", code_acts)};
