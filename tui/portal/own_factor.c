/* One's second factor: its code as the second step of signing in (C4); setting it up (C2): a secret for the phone, a code back to confirm it, then the backup codes (C3). By oneself (it begins in
 * own_sign_in.c), or because the business asks everybody for one, before anything else. */
#include "proto/paper/show.h"
#include "tui/portal/books.h"
#include "tui/portal/proofs.h"
#include <inttypes.h>
#include <string.h>

static void tell(struct page *p, const struct scene *v, const char *why)
{
    const struct mfa_begin_out *begun = v->out;
    page_title(p, "Your second factor");
    page_scan(p, "Open this link on the phone, or add an account with this secret to your app for codes",
              begun->uri);
    page_secret(p, "the secret", begun->secret);
    /* whole: what the picture holds of long names is shortened */
    page_note(p, LOOK_PLAIN, "Account %s at %s", show_text(v->me->email), show_text(v->me->business));
    page_note(p, LOOK_PLAIN, "%s", why);
}

static void before(struct page *p, const struct scene *v)
{
    tell(p, v, "From now on, signing in asks for a code of your phone, too.");
}

static void before_first(struct page *p, const struct scene *v)
{
    tell(p, v,
         scene_text(v, "%s asks everybody for a code of the phone, besides the password.",
                    show_text(v->me->business)));
}

static void tell_codes(struct page *p, const struct scene *v, const void *out)
{
    (void)v;
    proof_codes(p, &((const struct mfa_confirm_out *)out)->codes);
}

static void learn(struct me *me, const void *out)
{
    *me = *((const struct mfa_confirm_out *)out)->me;
}

static const struct give gives[] = {{.field = "code",
                                     .help = "The six digits the phone shows",
                                     .as = AS_SHOWN,
                                     .must = true,
                                     .proof = true,
                                     .width = 8,
                                     .check = mfa_code_wrong,
                                     .tidy = proof_code_plain},
                                    {0}};

#define CONFIRM(above)                                                                                      \
    {                                                                                                       \
        .key = 'c', .name = "confirm", .help = "Confirm with a code of the phone", .op = OPNO_mfa_confirm,  \
        .gives = gives, .before = (above), .yes = "Confirm", .busy = "Checking the code…", .learns = learn, \
        .after = tell_codes, .done = "Your second factor is set up.",                                       \
        .unknown =                                                                                          \
            "Not known whether it is set up. If so, make new backup codes: the old ones were not seen."     \
    }
static const struct act acts[] = {CONFIRM(before), {0}};
static const struct act first_acts[] = {CONFIRM(before_first), {0}};

#define ENROL(its_name, its_acts)                                                                      \
    .name = its_name, .title = "Second factor", .op = OPNO_mfa_begin, .straight = true, .alone = true, \
    .acts = its_acts
const struct book book_enrol = {ENROL("second factor of one's own", acts)};
const struct book book_enrol_first = {ENROL("first second factor", first_acts), .first = true};

/* --- the second step of signing in */

static void before_code(struct page *p, const struct scene *v)
{
    page_note(p, LOOK_PLAIN,
              "You are almost in. Type the code that your phone shows, or one of your backup codes.");
    page_note(p, LOOK_DIM, "Neither phone nor backup codes at hand? %s can reset this step for you.",
              show_text(v->me->business));
}

static void learn_in(struct me *me, const void *out)
{
    *me = *((const struct mfa_verify_out *)out)->me;
}

/* Of a backup code: how many are left. */
static const char *told_left(const struct scene *v, const void *out)
{
    const int64_t left = ((const struct mfa_verify_out *)out)->codes_left;
    if (strlen(((const struct mfa_verify_in *)v->sent)->code) <= 6)
        return NULL;
    if (left > 1)
        return scene_text(v, "That backup code is used up; %" PRId64 " are left.", left);
    return scene_text(v, "That backup code is used up; %s left. Make new ones: “my sign-in”.",
                      left == 1 ? "one is" : "none is");
}

static const struct give code_gives[] = {PROOF_CODE(NULL), {0}};
static const struct act code_acts[] = {{.key = 'c',
                                        .name = "verify",
                                        .help = "Show the code",
                                        .op = OPNO_mfa_verify,
                                        .before = before_code,
                                        .gives = code_gives,
                                        .yes = "Go on",
                                        .busy = "Checking the code…",
                                        .learns = learn_in,
                                        .told = told_left},
                                       {0}};

const struct book book_code = {.name = "second step",
                               .title = "One more step",
                               .op = OP_COUNT,
                               .straight = true,
                               .first = true,
                               .alone = true,
                               .acts = code_acts};
