/* Each operation gets a thunk from the untyped dispatcher to its typed handler. */
#include "server/core/dispatch_table.h"

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
#define OP_LIKE(symbol, base, name, mode, who, help)                        \
    static enum err run_##symbol(struct call *c, const void *in, void *out) \
    {                                                                       \
        (void)c, (void)in, (void)out;                                       \
        return op_##base(c, in, out);                                       \
    }                                                                       \
    THUNK_##mode(base)
#define OP(symbol, name, mode, who, help) OP_LIKE(symbol, symbol, name, mode, who, help)
#include "proto/ops.def"

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
