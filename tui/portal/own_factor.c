/* Setting up one's second factor (C2): a secret for the phone, a code back to confirm it, then the backup codes (C3). By oneself (it begins in
 * own_sign_in.c), or because the business asks everybody for one, before anything else. */
#include "proto/paper/show.h"
#include "tui/portal/books.h"
#include "tui/portal/proofs.h"

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
