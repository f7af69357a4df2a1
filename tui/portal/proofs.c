#include "tui/portal/proofs.h"
#include "common/text.h"
#include <inttypes.h>
#include <string.h>

bool proof_by_code(const struct scene *v)
{
    return v->me->mfa;
}

bool proof_by_password(const struct scene *v)
{
    return !v->me->mfa;
}

const char *proof_code_plain(struct arena *a, const char *typed)
{
    char plain[MFA_CODE_TEXT];
    size_t n = mfa_code_plain(plain, typed);
    const char *text = arena_text(a, plain, n);
    explicit_bzero(plain, sizeof plain);
    return text;
}

const char *proof_chosen(const struct password_rules_out *rules, const struct scene *v, const char *typed,
                         const char **wrong)
{
    const int64_t n = (int64_t)text_length(typed, strlen(typed)), least = rules ? rules->least : 10,
                  most = rules ? rules->most : 200;
    if (n < least)
        *wrong = scene_text(v, "At least %" PRId64 " characters.", least);
    else if (n > most)
        *wrong = scene_text(v, "At most %" PRId64 " characters.", most);
    return n < least   ? scene_text(v, "%" PRId64 " of at least %" PRId64, n, least)
           : n <= most ? "long enough"
                       : "too long";
}

void proof_codes(struct page *p, const struct text_list *codes)
{
    const char *all = "";
    page_title(p, "Your backup codes");
    page_note(p, LOOK_PLAIN,
              "Without your phone, each of these signs you in once. They are told only now. Keep them where "
              "you find "
              "them without the phone: on paper, in a password store.");
    for (size_t i = 0; i < codes->n; i++)
        all = arena_printf(p->arena, "%s%s\n", all, codes->v[i]);
    page_secret(p, "the backup codes", all);
}
