/* Signatures of events: the vector that the gateway's own client made, several secrets at once, and what is no signature. */
#include "server/core/secret.h"
#include "server/pay/stripe_event.h"
#include "test.h"
#include <string.h>

#define GOOD "c89214b5b5da833daed6f0b8c5bb6bd58cea9022bd80ccc78230f3942d632925"
#define BAD "d89214b5b5da833daed6f0b8c5bb6bd58cea9022bd80ccc78230f3942d632925"
#define AT 1700000000

static bool signed_by(const char *header, int64_t now)
{
    static const char body[] = "{\"id\":\"evt_1\"}";
    return stripe_event_signed(header, "whsec_test", body, strlen(body), now);
}

static void vectors(void)
{
    CHECK(signed_by("t=1700000000,v1=" GOOD, AT));
    CHECK(signed_by("t=1700000000,v1=" BAD ",v1=" GOOD ",v0=" BAD, AT)); /* while the secret is replaced */
    CHECK(signed_by("v1=" GOOD ",t=1700000000", AT));
    CHECK(signed_by("t=1700000000,v1=" GOOD, AT + 300) && signed_by("t=1700000000,v1=" GOOD, AT - 300));
    CHECK(!signed_by("t=1700000000,v1=" GOOD, AT + 301) && !signed_by("t=1700000000,v1=" GOOD, AT - 301));
    CHECK(!stripe_event_signed("t=1700000000,v1=" GOOD, "whsec_tess", "{\"id\":\"evt_1\"}", 14, AT));
    CHECK(!stripe_event_signed("t=1700000000,v1=" GOOD, "whsec_test", "{\"id\":\"evt_2\"}", 14, AT));
}

static void what_is_none(void)
{
    static const char *const headers[] = {
        "",
        "t=",
        "t=1700000000",
        "v1=" GOOD,
        "t=1700000000,v1=",
        "t=1700000000,v1=" BAD,
        "t=1700000001,v1=" GOOD,
        "t=1700000000,v0=" GOOD,
        "t=1700000000,v1=" GOOD "00",
        "t=17000000000000000000000,v1=" GOOD,
        ",,,",
        "t=-1,v1=" GOOD,
        "t=1700000000;v1=" GOOD,
        "t=1700000000,v1=zz9214b5b5da833daed6f0b8c5bb6bd58cea9022bd80ccc78230f3942d632925"};
    for (size_t i = 0; i < sizeof headers / sizeof *headers; i++)
        CHECK(!signed_by(headers[i], AT));
}

int main(void)
{
    CHECK_INT(secret_start(), OK);
    vectors();
    what_is_none();
    return test_end();
}
