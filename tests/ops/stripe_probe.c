/* Gives money back through Stripe, or asks about it: server/pay for the tests in Python, which play Stripe.
 *
 *   stripe_probe URL SECRET refund SESSION REFERENCE KEY AMOUNT CURRENCY    of that session, which bears that reference
 *   stripe_probe URL SECRET ask KEY [ID]
 *   stripe_probe URL SECRET about SESSION REFERENCE AMOUNT CURRENCY         what became of one that was paid
 *
 * Prints "error state id sentence". */
#include "server/core/secret.h"
#include "server/mail/smtp.h"
#include "server/pay/http.h"
#include "server/pay/stripe_api.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(int argc, char **argv)
{
    static const char *const states[] = {"unknown", "pending", "succeeded", "failed", "disputed", "reversed"};
    struct arena *a = arena_open();
    struct stripe_settings settings;
    struct gateway g = {.kind = gateway_kind("stripe"), .business = 1};
    struct gateway_outcome out = {.state = GATEWAY_UNKNOWN};
    struct payment p;
    enum err e = ERR_INVALID;
    memset(&settings, 0, sizeof settings);
    memset(&p, 0, sizeof p);
    if (argc < 5 || secret_start() != OK || smtp_start() != OK)
        return 2;
    http_allow_loopback();
    settings.api = argv[1];
    settings.secret = stripe_seal(a, 1, STRIPE_SECRET_FIELD, argv[2]);
    g.settings.stripe = &settings;
    if (strcmp(argv[3], "refund") == 0 && argc == 9) {
        p.gateway_id = argv[4];
        p.key = argv[5];
        e = gateway_refund(&g, &p, argv[6], money_of(atoll(argv[7]), argv[8]), &out);
    } else if (strcmp(argv[3], "about") == 0 && argc == 8) {
        p.state = PAY_SUCCEEDED;
        p.gateway_id = argv[4];
        p.key = argv[5];
        p.amount = money_of(atoll(argv[6]), argv[7]);
        e = gateway_ask(&g, &p, &out);
    } else if (strcmp(argv[3], "ask") == 0) {
        e = gateway_refund_ask(&g, argv[4], argc > 5 ? argv[5] : NULL, &out);
    }
    printf("%s %s %s %s\n", err_name(e), states[out.state], *out.id ? out.id : "-", out.sentence);
    arena_close(a);
    return 0;
}
