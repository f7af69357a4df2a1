/* Operations that are declared and not written yet: each answers that it is switched off. Delete a row when its handler is there. */
#include "server/call.h"

#define ABSENT(symbol)                                                                           \
    enum err op_##symbol(struct call *c, const struct symbol##_in *in, struct symbol##_out *out) \
    {                                                                                            \
        (void)in, (void)out;                                                                     \
        return REFUSE(c, ERR_SWITCHED_OFF, "", "%s is not there yet", c->op->name);              \
    }
#define ABSENT_SLOW(symbol)                                              \
    enum err prep_##symbol(struct call *c, const struct symbol##_in *in) \
    {                                                                    \
        (void)c, (void)in;                                               \
        return OK;                                                       \
    }                                                                    \
    ABSENT(symbol)

ABSENT(password_ask_reset)
ABSENT_SLOW(password_reset)
ABSENT(access_invite)
ABSENT(access_invite_all)
ABSENT(access_count)
ABSENT(invitation_show)
ABSENT_SLOW(invitation_accept)
ABSENT(staff_invite)
ABSENT(staff_update)
ABSENT(staff_reset)
