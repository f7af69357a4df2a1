/* Each operation gets a thunk from the untyped dispatcher to its typed handler. */
#include "server/dispatch_table.h"

#define THUNK_READ(symbol)
#define THUNK_WRITE(symbol)
#define THUNK_HEAVY(symbol)
#define THUNK_WAIT(symbol)
#define THUNK_SLOW(symbol)                                           \
    static enum err prepare_##symbol(struct call *c, const void *in) \
    {                                                                \
        (void)c, (void)in;                                           \
        return prep_##symbol(c, in);                                 \
    }
#define OP(symbol, name, mode, who, help)                                   \
    static enum err run_##symbol(struct call *c, const void *in, void *out) \
    {                                                                       \
        (void)c, (void)in, (void)out;                                       \
        return op_##symbol(c, in, out);                                     \
    }                                                                       \
    THUNK_##mode(symbol)
#define IN(number, name, type, flags, help)
#define OUT(number, name, type, flags, help)
#define REFUSES(code, help)
#define END(symbol)
#include "proto/ops.def"
#undef OP

#define PREPARE_READ(symbol) NULL
#define PREPARE_WRITE(symbol) NULL
#define PREPARE_HEAVY(symbol) NULL
#define PREPARE_WAIT(symbol) NULL
#define PREPARE_SLOW(symbol) prepare_##symbol
#define OP(symbol, name, mode, who, help) {run_##symbol, PREPARE_##mode(symbol)},
static const struct handler handlers[] = {
#include "proto/ops.def"
};

const struct handler *handler_of(const struct op *op)
{
    return &handlers[op_number(op)];
}
