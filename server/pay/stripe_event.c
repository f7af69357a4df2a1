#include "server/pay/stripe_event.h"
#include "data/engine/kv.h"
#include "data/store.h"
#include "server/core/daemon.h"
#include "server/core/secret.h"
#include "server/due/works.h"
#include "server/ops/gateway_watch.h"
#include "server/pay/stripe_api.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LATE_S 300

static int digit(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool is_that(const char *hex, size_t size, const uint8_t wanted[32])
{
    uint8_t bytes[32];
    if (size != 2 * sizeof bytes)
        return false;
    for (size_t i = 0; i < sizeof bytes; i++) {
        const int high = digit(hex[2 * i]), low = digit(hex[2 * i + 1]);
        if (high < 0 || low < 0)
            return false;
        bytes[i] = (uint8_t)(high << 4 | low);
    }
    return secret_equal(bytes, wanted, sizeof bytes);
}

bool stripe_event_signed(const char *signature, const char *secret, const char *body, size_t size,
                         int64_t now)
{
    uint8_t wanted[32];
    char stamp[24] = "";
    const char *t = strncmp(signature, "t=", 2) == 0 ? signature + 2 : strstr(signature, ",t=");
    t = t && *t == ',' ? t + 3 : t;
    const size_t n = t ? strspn(t, "0123456789") : 0;
    bool is = false;
    if (!n || n > 12)
        return false;
    snprintf(stamp, sizeof stamp, "%.*s.", (int)n, t);
    const int64_t at = atoll(stamp);
    if (at < now - LATE_S || at > now + LATE_S)
        return false;
    secret_hmac(wanted, secret, stamp, body, size);
    for (const char *part = signature; *part;
         part += part[strcspn(part, ",")] ? strcspn(part, ",") + 1 : strlen(part))
        if (strncmp(part, "v1=", 3) == 0)
            is |= is_that(part + 3, strcspn(part + 3, ","), wanted);
    return is;
}

/* --- what it is about ----------------------------------------------------------------------------------------------------------- */
struct taking {
    const struct stripe_event *event;
    struct arena *arena;
    uint32_t business;
    uint64_t payment; /* 0: none that is pending */
    bool news;        /* it is about something that is looked at here, and was not looked at yet */
};

/* Only what it is about is looked at: what became of that is asked for. */
static enum err find_payment(struct txn *t, struct taking *w)
{
    json_error_t wrong;
    struct payment_state state;
    struct gateway_news about;
    bool seen = true;
    json_t *root = stripe_read(w->event->body, w->event->size, &wrong);
    enum err e = json_is_object(root) ? OK : ERR_INVALID;
    w->payment = 0;
    if (!e && stripe_event_about(root, &about))
        e = gateway_was_seen(t, "stripe", about.event, &seen);
    w->news = !e && !seen;
    if (w->news && about.about == ABOUT_CHARGE)
        e = gateway_payment(t, "stripe", about.id, &w->payment);
    if (!e && w->payment)
        e = record_view(t, KIND_PAYMENT, w->payment, shape_payment_state(), &state);
    if (!e && w->payment && state.state != PAY_PENDING)
        w->payment = 0;
    json_decref(root);
    return e == ERR_NOT_FOUND ? OK : e;
}

static enum err take(struct kv_txn *kv, void *arg)
{
    struct taking *w = arg;
    struct gateway_settings settings;
    const char *secret = NULL;
    enum err e = store_portal(kv, w->event->portal, &w->business);
    struct txn t = {.kv = kv, .arena = w->arena, .business = w->business};
    if (!e)
        e = record_get(&t, KIND_GATEWAY, GATEWAY_STRIPE, &settings);
    if (!e)
        e = settings.stripe ? stripe_secret(w->arena, w->business, STRIPE_WEBHOOK_FIELD,
                                            settings.stripe->webhook_secret, &secret)
                            : (enum err)ERR_NOT_FOUND;
    if (!e && !stripe_event_signed(w->event->signature, secret, w->event->body, w->event->size,
                                   daemon_now() / 1000))
        e = ERR_FORBIDDEN;
    return e ? e : find_payment(&t, w);
}

bool stripe_event_take(struct daemon *d, const struct stripe_event *event)
{
    struct taking w = {.event = event, .arena = arena_open()};
    arena_secret(w.arena);
    enum err e = kv_read(d->kv, take, &w);
    arena_close(w.arena);
    if (!e && w.payment)
        works_hurry(d->works, DUE_PAYMENT, w.business, w.payment);
    if (!e && w.news)
        works_hurry(d->works, DUE_EVENTS, w.business, GATEWAY_STRIPE);
    return e == OK;
}
