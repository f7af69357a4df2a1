/* The second factor: setting it up, showing it, giving it up, taking it away (C1–C7). */
#include "server/core/limits.h"
#include "server/ops/factor.h"
#include "server/ops/person.h"
#include "server/ops/session_open.h"
#include "server/ops/stage.h"
#include "server/ops/tries.h"
#include "server/core/otp.h"
#include "server/core/secret.h"
#include <string.h>

#define NOT_THE_CODE "That is not the code: is the phone's clock right?"

static enum err event_about(struct call *c, int what, int side, uint64_t person, uint64_t customer,
                            const char *name)
{
    struct event event = {.what = what,
                          .subject = side == SIDE_STAFF ? SUBJECT_STAFF : SUBJECT_CONTACT,
                          .about = (int64_t)person,
                          .customer = customer,
                          .number = name};
    return call_event(c, &event);
}

static enum err own_event(struct call *c, int what)
{
    return event_about(c, what, call_own_side(c), c->who.person, c->who.customer, c->who.name);
}

enum err op_mfa_show(struct call *c, const struct mfa_show_in *in, struct mfa_show_out *out)
{
    struct mfa m;
    (void)in;
    enum err e = stage_required(c, call_own_side(c), &out->required);
    if (!e)
        e = factor_get(c, call_own_side(c), c->who.person, &m);
    if (e)
        return e == ERR_NOT_FOUND ? OK : e;
    out->enrolled = true;
    out->since = m.since;
    out->codes_left = (int64_t)factor_codes_left(&m);
    return OK;
}

/* --- setting up --------------------------------------------------------------------------------------------------------------- */
static bool typed(const struct mfa_begin_in *in)
{
    return in->password && *in->password;
}

/* Somebody who sits down at an open session, or has but a key, can not set up or change its owner's second factor: the password is asked
 * for again, and the present code where there is one. At stage enrol it may have just been shown: whoever signs in with it goes on. */
static enum err has_shown(struct call *c, const struct mfa_begin_in *in)
{
    struct session s = {.id = 0};
    if (c->who.stage != STAGE_ENROL || typed(in))
        return session_password(c, in->password, "password");
    enum err e = record_get(&c->txn, KIND_SESSION, c->who.session, &s);
    return e || session_shown(c, &s) ? e : session_ask_again(c);
}

enum err prep_mfa_begin(struct call *c, const struct mfa_begin_in *in)
{
    struct mfa m;
    enum err e = has_shown(c, in);
    if (e)
        return e;
    e = factor_get(c, call_own_side(c), c->who.person, &m);
    if (e == ERR_NOT_FOUND)
        return OK;
    if (!e && !in->code)
        e = REFUSE(c, ERR_CREDENTIALS, "code", "Give a code of the present second factor.");
    return e ? e : factor_try(c, call_own_side(c), c->who.person, NULL, in->code, true);
}

enum err op_mfa_begin(struct call *c, const struct mfa_begin_in *in, struct mfa_begin_out *out)
{
    struct mfa m;
    const struct business *b;
    uint64_t id = factor_id(call_own_side(c), c->who.person);
    enum err e = record_get(&c->txn, KIND_MFA, id, &m);
    if (e == ERR_NOT_FOUND)
        m = (struct mfa){.id = (int64_t)id};
    else if (!e && m.since && !in->code)
        return REFUSE(c, ERR_CREDENTIALS, "code", "Give a code of the present second factor.");
    else if (!e && m.since)
        e = factor_use(c, call_own_side(c), c->who.person, in->code, true, &m);
    if (!e || e == ERR_NOT_FOUND)
        e = call_business(c, &b);
    if (!e && c->who.stage == STAGE_ENROL && typed(in))
        e = session_show(c, true);
    if (e)
        return e;
    m.next_secret = factor_seal(c, id, FACTOR_NEXT, c->random);
    out->secret = otp_text(c->arena, c->random);
    out->uri = otp_uri(c->arena, b->name, c->who.email ? c->who.email : c->who.name, c->random);
    return record_put(&c->txn, KIND_MFA, &m);
}

/* One's own secret, and guesses at it are counted all the same: whoever finds a session open must not confirm by guessing what its owner
 * began, and take the backup codes. */
enum err prep_mfa_confirm(struct call *c, const struct mfa_confirm_in *in)
{
    struct mfa m;
    const uint8_t *secret;
    int side = call_own_side(c);
    const struct tries tries = tries_of_code(c, side, c->who.person, NULL);
    enum err e = tries_check(&tries, &c->why);
    if (e)
        return e;
    e = record_get(&c->txn, KIND_MFA, factor_id(side, c->who.person), &m);
    if (e == ERR_NOT_FOUND || (!e && !m.next_secret.size))
        return OK; /* the write says so */
    if (!e)
        e = factor_unseal(c, &m, FACTOR_NEXT, &secret);
    if (e)
        return e;
    bool right = otp_check(secret, c->now, 0, in->code, &m.counter);
    secret_wipe((uint8_t *)(uintptr_t)secret, OTP_SECRET);
    if (!right)
        return tries_refuse(c, &tries, "code", NOT_THE_CODE);
    tries_fine(&tries);
    return OK;
}

enum err op_mfa_confirm(struct call *c, const struct mfa_confirm_in *in, struct mfa_confirm_out *out)
{
    struct mfa m;
    struct session s;
    const uint8_t *secret;
    int side = call_own_side(c);
    enum err e = record_get(&c->txn, KIND_MFA, factor_id(side, c->who.person), &m);
    if (e == ERR_NOT_FOUND || (!e && !m.next_secret.size))
        return REFUSE(c, ERR_STATE, "", "Begin first (mfa.begin).");
    if (!e)
        e = factor_unseal(c, &m, FACTOR_NEXT, &secret);
    if (e)
        return e;
    m.counter = 0;
    if (!otp_check(secret, c->now, 0, in->code, &m.counter))
        return REFUSE(c, ERR_CREDENTIALS, "code", "%s", NOT_THE_CODE);
    m.secret = factor_seal(c, (uint64_t)m.id, FACTOR_SECRET, secret);
    m.next_secret = (struct bytes){NULL, 0};
    m.since = c->now;
    secret_wipe((uint8_t *)(uintptr_t)secret, OTP_SECRET);
    factor_new_codes(c, &m, &out->codes);
    e = record_put(&c->txn, KIND_MFA, &m);
    if (!e)
        e = factor_flag(c, side, c->who.person, true);
    if (!e) /* the others were opened without it */
        e = call_end_sessions(c, side, c->who.person, c->who.session);
    if (!e)
        e = record_get(&c->txn, KIND_SESSION, c->who.session, &s);
    if (e)
        return e;
    s.code_shown = true;
    e = record_put(&c->txn, KIND_SESSION, &s);
    if (!e)
        e = own_event(c, WHAT_MFA_ON);
    return e ? e : session_me(c, &s, &out->me);
}

/* --- showing --------------------------------------------------------------------------------------------------------------------- */
enum err prep_mfa_verify(struct call *c, const struct mfa_verify_in *in)
{
    enum err e = factor_try(c, call_own_side(c), c->who.person, NULL, in->code, true);
    if (e == ERR_CREDENTIALS)
        call_refused(c, c->who.email ? c->who.email : "", "code", NULL);
    return e;
}

enum err op_mfa_verify(struct call *c, const struct mfa_verify_in *in, struct mfa_verify_out *out)
{
    struct mfa m;
    struct session s;
    enum err e = factor_use(c, call_own_side(c), c->who.person, in->code, true, &m);
    if (!e)
        e = record_get(&c->txn, KIND_SESSION, c->who.session, &s);
    if (!e && s.stage == STAGE_CODE)
        e = session_code_shown(c, &s);
    out->codes_left = (int64_t)factor_codes_left(&m);
    return e ? e : session_me(c, &s, &out->me);
}

enum err prep_mfa_codes(struct call *c, const struct mfa_codes_in *in)
{
    return factor_try(c, call_own_side(c), c->who.person, NULL, in->code, false);
}

enum err op_mfa_codes(struct call *c, const struct mfa_codes_in *in, struct mfa_codes_out *out)
{
    struct mfa m;
    enum err e = factor_use(c, call_own_side(c), c->who.person, in->code, false, &m);
    if (e)
        return e;
    factor_new_codes(c, &m, &out->codes);
    e = record_put(&c->txn, KIND_MFA, &m);
    return e ? e : own_event(c, WHAT_MFA_CODES);
}

/* --- giving up, taking away ---------------------------------------------------------------------------------------------------- */
static enum err not_required(struct call *c)
{
    bool required;
    enum err e = stage_required(c, call_own_side(c), &required);
    if (!e && required)
        e = REFUSE(c, ERR_STATE, "", "The business asks for a second factor.");
    return e;
}

enum err prep_mfa_off(struct call *c, const struct mfa_off_in *in)
{
    enum err e = not_required(c);
    if (!e)
        e = session_password(c, in->password, "password");
    return e ? e : factor_try(c, call_own_side(c), c->who.person, NULL, in->code, true);
}

enum err op_mfa_off(struct call *c, const struct mfa_off_in *in, struct mfa_off_out *out)
{
    struct mfa m;
    bool had;
    (void)out;
    enum err e = not_required(c);
    if (!e)
        e = factor_use(c, call_own_side(c), c->who.person, in->code, true, &m);
    if (!e)
        e = factor_remove(c, call_own_side(c), c->who.person, &had);
    if (!e)
        e = call_end_sessions(c, call_own_side(c), c->who.person, c->who.session);
    return e ? e : own_event(c, WHAT_MFA_OFF);
}

/* The person, their name and their customer; whether the one who asks may. */
static enum err reset_whose(struct call *c, const struct mfa_reset_in *in, int *side, struct contact *p,
                            struct staff *s)
{
    if (!in->contact == !in->staff)
        return REFUSE(c, ERR_INVALID, "contact", "name a contact person or a colleague");
    *side = in->contact ? SIDE_CUSTOMER : SIDE_STAFF;
    if (in->contact)
        return record_get(&c->txn, KIND_CONTACT, in->contact, p);
    if (c->who.role != ROLE_ADMIN)
        return REFUSE(c, ERR_FORBIDDEN, "staff", "only an administrator may do that for a colleague");
    if (in->staff == c->who.person && !c->who.machine)
        return REFUSE(c, ERR_STATE, "staff", "one's own is given up with mfa.off");
    return record_get(&c->txn, KIND_STAFF, in->staff, s);
}

enum err op_mfa_reset(struct call *c, const struct mfa_reset_in *in, struct mfa_reset_out *out)
{
    struct contact p = {.id = 0};
    struct staff s = {.id = 0};
    int side = 0;
    bool had;
    enum err e = reset_whose(c, in, &side, &p, &s);
    uint64_t person = in->contact ? in->contact : in->staff;
    if (!e)
        e = factor_remove(c, side, person, &had);
    if (!e && !had)
        e = REFUSE(c, ERR_STATE, "", "There is no second factor.");
    if (!e)
        e = call_end_sessions(c, side, person, 0);
    if (!e)
        e = person_keys(c, side, person, &out->keys);
    if (!e)
        e = person_tell(c, side, person, TEMPLATE_MFA_RESET, NULL);
    return e ? e
             : event_about(c, WHAT_MFA_RESET, side, person, p.customer, side == SIDE_STAFF ? s.name : p.name);
}
