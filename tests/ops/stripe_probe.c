/* Gives money back through Stripe, or asks about it: server/pay for the tests in Python, which play Stripe.
 *
 *   stripe_probe URL SECRET refund SESSION REFERENCE KEY AMOUNT CURRENCY    of that session, which bears that reference
 *   stripe_probe URL SECRET ask KEY [ID]
 *   stripe_probe URL SECRET about SESSION REFERENCE AMOUNT CURRENCY         what became of one that was paid
 *
 * Prints "error state id sentence".
 *
 *   stripe_probe form NAME VALUE [NAME VALUE]…          prints that as it goes on the wire
 *   stripe_probe signed HEADER SECRET BODY NOW          prints yes or no */
#include "server/core/reach.h"
#include "server/core/secret.h"
#include "server/pay/http.h"
#include "server/pay/stripe_api.h"
#include "server/pay/stripe_event.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int print_form(int n, char **words)
{
    struct buf form;
    buf_init(&form, 100000);
    for (int i = 0; i + 1 < n; i += 2)
        stripe_form(&form, words[i], words[i + 1]);
    printf("%.*s\n", (int)form.size, (const char *)form.data);
    buf_fini(&form);
    return 0;
}

static int print_signed(char **words)
{
    puts(stripe_event_signed(words[0], words[1], words[2], strlen(words[2]), atoll(words[3])) ? "yes" : "no");
    return 0;
}

int main(int argc, char **argv)
{
    if (argc > 3 && strcmp(argv[1], "form") == 0)
        return print_form(argc - 2, argv + 2);
    if (argc == 6 && strcmp(argv[1], "signed") == 0)
        return print_signed(argv + 2);
    static const char *const states[] = {"unknown", "pending", "succeeded", "failed", "disputed", "reversed"};
    struct arena *a = arena_open();
    struct stripe_settings settings;
    struct gateway g = {.kind = gateway_kind("stripe"), .business = 1};
    struct gateway_outcome out = {.state = GATEWAY_UNKNOWN};
    struct payment p;
    enum err e = ERR_INVALID;
    memset(&settings, 0, sizeof settings);
    memset(&p, 0, sizeof p);
    if (argc < 5 || secret_start() != OK || reach_start() != OK)
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
