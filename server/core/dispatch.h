/* From the door to the thread that does the work. */
#ifndef SERVER_DISPATCH_H
#define SERVER_DISPATCH_H
#include "server/door/listener.h"

/* listener_fn and listener_gone_fn; the context is the struct daemon. */
void dispatch(void *daemon, struct listener_request *request, const struct peer *peer, const uint8_t *body,
              size_t size);
void dispatch_gone(void *daemon, uint64_t peer_serial);
#endif
