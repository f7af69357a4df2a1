/* An event that Stripe says happened (server/pay/webhook.h). */
#ifndef SERVER_PAY_STRIPE_EVENT_H
#define SERVER_PAY_STRIPE_EVENT_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct stripe_event {
    const char *portal;    /* of the business it is for */
    const char *signature; /* the header */
    const char *body;
    size_t size;
};
/* Is that body signed with that secret, at most five minutes from `now` (seconds)? The header: "t=1700000000,v1=HEX[,v1=HEX]…"; any of them will do. */
bool stripe_event_signed(const char *signature, const char *secret, const char *body, size_t size,
                         int64_t now);

struct daemon;
/* Has the gateway asked about what it names, and the list of what happened there read (server/pay/events_due.c). False: it is not signed by who is set for that business, or can not be read. */
bool stripe_event_take(struct daemon *d, const struct stripe_event *event);
#endif
