/* The handlers, by operation number. */
#ifndef SERVER_DISPATCH_TABLE_H
#define SERVER_DISPATCH_TABLE_H
#include "server/core/call.h"

struct handler {
    enum err (*run)(struct call *c, const void *in, void *out);
    enum err (*prepare)(struct call *c, const void *in); /* NULL unless SLOW */
};
const struct handler *handler_of(const struct op *op);
#endif
