/* What staff record themselves: cash, a cheque, a transfer that arrived. Its methods are the ways a payment can be made (enum pay_mode). */
#include "server/pay/gateway.h"

static bool method(size_t i, struct gateway_method *out)
{
    const struct enum_table *modes = enum_pay_mode();
    if (i >= modes->n)
        return false;
    *out =
        (struct gateway_method){.name = modes->values[i].name, .mode = (enum pay_mode)modes->values[i].value};
    return true;
}

const struct gateway_doing gateway_hand = {.method = method};
