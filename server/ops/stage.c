#include "server/ops/stage.h"

enum err stage_required(struct call *c, int side, bool *required)
{
    const struct business *b;
    enum err e = call_business(c, &b);
    if (e)
        return e;
    *required = side == SIDE_STAFF ? b->staff_mfa : b->mfa;
    return OK;
}

enum err stage_of(struct call *c, const struct session *s, int *stage)
{
    bool required = false;
    *stage = STAGE_FULL;
    if (s->code) /* it is nobody's: where a second factor is asked for there are none */
        return OK;
    if (s->stage == STAGE_CODE)
        *stage = STAGE_CODE;
    else if (s->must_change)
        *stage = STAGE_PASSWORD;
    else if (!s->code_shown) { /* nobody who has a second factor gets here */
        enum err e = stage_required(c, s->role == ROLE_CUSTOMER ? SIDE_CUSTOMER : SIDE_STAFF, &required);
        if (e)
            return e;
        if (required)
            *stage = STAGE_ENROL;
    }
    return OK;
}

enum err stage_check(struct call *c, int stage)
{
    switch (stage) {
    case STAGE_FULL: return OK;
    case STAGE_CODE:
        return c->op->who & AT_CODE ? OK
                                    : REFUSE(c, ERR_SECOND_FACTOR, "",
                                             "Give the code of your second factor first (mfa.verify).");
    case STAGE_PASSWORD:
        return c->op->who & AT_PASSWORD ? OK
                                        : REFUSE(c, ERR_PASSWORD_CHANGE, "",
                                                 "Choose a password of your own first (password.change).");
    case STAGE_ENROL:
        return c->op->who & AT_ENROL
                   ? OK
                   : REFUSE(c, ERR_ENROL, "", "Set up your second factor first (mfa.begin).");
    default: return ERR_DAMAGED;
    }
}
