#include "server/ops/factor.h"
#include "server/ops/tries.h"
#include "server/core/otp.h"
#include "server/core/secret.h"
#include <string.h>

uint64_t factor_id(int side, uint64_t person)
{
    return person * 2 + (side == SIDE_STAFF);
}

enum err factor_get(struct call *c, int side, uint64_t person, struct mfa *m)
{
    enum err e = record_get(&c->txn, KIND_MFA, factor_id(side, person), m);
    return e || m->since ? e : ERR_NOT_FOUND;
}

size_t factor_codes_left(const struct mfa *m)
{
    return m->codes.size / FACTOR_DIGEST;
}

struct bytes factor_seal(struct call *c, uint64_t id, enum factor_place place, const uint8_t *secret)
{
    const struct secret_owner of = {c->txn.business, KIND_MFA, (uint16_t)place, id};
    return secret_seal(c->arena, of, secret, OTP_SECRET);
}

enum err factor_unseal(struct call *c, const struct mfa *m, enum factor_place place, const uint8_t **secret)
{
    struct bytes plain;
    const struct secret_owner of = {c->txn.business, KIND_MFA, (uint16_t)place, (uint64_t)m->id};
    enum err e = secret_unseal(c->arena, of, place == FACTOR_SECRET ? m->secret : m->next_secret, &plain);
    if (e || plain.size != OTP_SECRET)
        return REFUSE(c, ERR_DAMAGED, "", "a second factor was sealed with another server.key");
    *secret = plain.data;
    return OK;
}

/* Looks at all of them, whichever it is. */
static bool use_backup(struct call *c, struct mfa *m, const char *typed)
{
    uint8_t digest[FACTOR_DIGEST];
    size_t n = factor_codes_left(m), found = n;
    if (!secret_code_digest(digest, SECRET_CODE_BACKUP, c->txn.business, (uint64_t)m->id, typed))
        return false;
    for (size_t i = 0; i < n; i++)
        if (secret_equal(m->codes.data + i * FACTOR_DIGEST, digest, FACTOR_DIGEST))
            found = i;
    if (found == n)
        return false;
    uint8_t *left = arena_copy(c->arena, m->codes.data, m->codes.size);
    memmove(left + found * FACTOR_DIGEST, left + (found + 1) * FACTOR_DIGEST,
            (n - 1 - found) * FACTOR_DIGEST);
    m->codes = (struct bytes){left, (n - 1) * FACTOR_DIGEST};
    return true;
}

enum err factor_match(struct call *c, struct mfa *m, const char *typed, bool backup, enum factor_match *match)
{
    const uint8_t *secret;
    enum err e = factor_unseal(c, m, FACTOR_SECRET, &secret);
    if (e)
        return e;
    *match = otp_check(secret, c->now, m->counter, typed, &m->counter) ? FACTOR_PHONE
             : backup && use_backup(c, m, typed)                       ? FACTOR_BACKUP
                                                                       : FACTOR_WRONG;
    secret_wipe((uint8_t *)(uintptr_t)secret, OTP_SECRET);
    return OK;
}

static enum err no_factor(struct call *c, enum err e)
{
    return e == ERR_NOT_FOUND ? REFUSE(c, ERR_STATE, "code", "There is no second factor.") : e;
}

#define WRONG_CODE "That is not the code, or it was used before."
static enum err wrong_code(struct call *c)
{
    return REFUSE(c, ERR_CREDENTIALS, "code", "%s", WRONG_CODE);
}

enum err factor_try(struct call *c, int side, uint64_t person, const char *from, const char *typed,
                    bool backup)
{
    struct mfa m;
    enum factor_match match;
    const struct tries tries = tries_of_code(c, side, person, from);
    enum err e = tries_check(&tries, &c->why);
    if (!e)
        e = no_factor(c, factor_get(c, side, person, &m));
    if (!e)
        e = factor_match(c, &m, typed, backup, &match);
    if (e)
        return e;
    if (match == FACTOR_WRONG)
        return tries_refuse(c, &tries, "code", WRONG_CODE);
    tries_fine(&tries);
    return OK;
}

enum err factor_use(struct call *c, int side, uint64_t person, const char *typed, bool backup, struct mfa *m)
{
    enum factor_match match;
    enum err e = no_factor(c, factor_get(c, side, person, m));
    if (!e)
        e = factor_match(c, m, typed, backup, &match);
    if (!e && match == FACTOR_WRONG)
        e = wrong_code(c);
    if (!e)
        e = record_put(&c->txn, KIND_MFA, m);
    if (e || match != FACTOR_BACKUP)
        return e;
    struct event event = {.what = WHAT_MFA_CODE_USED,
                          .subject = side == SIDE_STAFF ? SUBJECT_STAFF : SUBJECT_CONTACT,
                          .about = (int64_t)person,
                          .customer = c->who.customer,
                          .number = c->who.name,
                          .text = arena_printf(c->arena, "%zu left", factor_codes_left(m))};
    return call_event(c, &event);
}

void factor_new_codes(struct call *c, struct mfa *m, struct text_list *texts)
{
    uint8_t random[8], *digests = arena_alloc(c->arena, FACTOR_CODES * FACTOR_DIGEST);
    texts->v = arena_alloc(c->arena, FACTOR_CODES * sizeof *texts->v);
    texts->n = FACTOR_CODES;
    for (uint32_t i = 0; i < FACTOR_CODES; i++) {
        char *text = arena_alloc(c->arena, SECRET_CODE_TEXT(SECRET_BACKUP));
        secret_stretch(random, sizeof random, c->random, i + 1);
        secret_code(text, SECRET_BACKUP, random);
        (void)secret_code_digest(digests + i * FACTOR_DIGEST, SECRET_CODE_BACKUP, c->txn.business,
                                 (uint64_t)m->id, text);
        texts->v[i] = text;
    }
    secret_wipe(random, sizeof random);
    m->codes = (struct bytes){digests, FACTOR_CODES * FACTOR_DIGEST};
}

enum err factor_flag(struct call *c, int side, uint64_t person, bool mfa)
{
    if (side == SIDE_STAFF) {
        struct staff s;
        enum err e = record_get(&c->txn, KIND_STAFF, person, &s);
        s.mfa = mfa;
        return e ? e : record_put(&c->txn, KIND_STAFF, &s);
    }
    struct contact p;
    enum err e = record_get(&c->txn, KIND_CONTACT, person, &p);
    p.mfa = mfa;
    return e ? e : record_put(&c->txn, KIND_CONTACT, &p);
}

enum err factor_remove(struct call *c, int side, uint64_t person, bool *had)
{
    struct mfa m;
    enum err e = factor_get(c, side, person, &m);
    *had = e == OK;
    if (e && e != ERR_NOT_FOUND)
        return e;
    e = record_del(&c->txn, KIND_MFA, factor_id(side, person)); /* also one that was only begun */
    if (!e && *had)
        e = factor_flag(c, side, person, false);
    return e;
}
