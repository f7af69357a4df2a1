#include "tui/portal/proofs.h"
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
