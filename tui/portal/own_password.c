/* Choosing another password for oneself (B10): freely, or because the present one was given for once (B5). */
#include "tui/portal/books.h"
#include "tui/portal/proofs.h"

static const struct password_rules_out *rules(const struct scene *v)
{
    return v->out;
}

static const char *beside(const struct scene *v, const char *typed, const char **wrong)
{
    return proof_chosen(rules(v), v, typed, wrong);
}

static void before(struct page *p, const struct scene *v)
{
    page_quote(p, "Rules for passwords", rules(v)->rules);
    page_note(p, LOOK_PLAIN, "Your other sessions end when it changes.");
}

static void before_first(struct page *p, const struct scene *v)
{
    page_title(p, "Choose a password of your own.");
    page_note(p, LOOK_PLAIN, "The one you were given was for this once.");
    page_quote(p, "Rules for passwords", rules(v)->rules);
}

static const struct give gives[] = {{.field = "old",
                                     .label = "Present password",
                                     .help = "The one you signed in with",
                                     .must = true,
                                     .proof = true,
                                     .width = 28},
                                    {.field = "password",
                                     .label = "New password",
                                     .help = "Several words are easy to remember and hard to guess",
                                     .twice = true,
                                     .beside = beside,
                                     .width = 28},
                                    {0}};

#define CHANGE(above)                                                                                   \
    {                                                                                                   \
        .key = 'P', .name = "change", .title = "Change password",                                       \
        .help = "Change your password; your other sessions end then", .op = OPNO_password_change,       \
        .gives = gives, .before = (above), .yes = "Change password", .busy = "Changing your password…", \
        .done = "Your password was changed."                                                            \
    }
static const struct act acts[] = {CHANGE(before), {0}};
static const struct act first_acts[] = {CHANGE(before_first), {0}};

#define PASSWORD(its_name, its_acts)                                                           \
    .name = its_name, .title = "Change password", .op = OPNO_password_rules, .straight = true, \
    .acts = its_acts
const struct book book_password = {PASSWORD("password", acts)};
const struct book book_password_first = {PASSWORD("first password", first_acts), .first = true};
