/* What is counted as one place: an address by whatever door and port, the addresses of a /64. */
#include "server/door/source.h"
#include "tests/unit/test.h"

static const char *source(const char *place)
{
    static char text[SOURCE_ROOM];
    source_of_place(text, place);
    return text;
}
static const char *network(const char *place)
{
    static char text[SOURCE_ROOM];
    source_network(text, source(place));
    return text;
}

int main(void)
{
    CHECK_TEXT(source("192.0.2.1:4242"), "192.0.2.1");
    CHECK_TEXT(source("ssh 192.0.2.1"), "192.0.2.1");
    CHECK_TEXT(source("192.0.2.1"), "192.0.2.1");
    CHECK_TEXT(source("ssh 2001:db8::1"), "2001:db8::/64");
    CHECK_TEXT(source("[2001:db8:0:0:9::1]:4242"), "2001:db8::/64");
    CHECK_TEXT(source("2001:DB8:0:1:9::4242"), "2001:db8:0:1::/64");
    CHECK_TEXT(source("ssh fe80::1%eth0"), "fe80::/64");
    CHECK_TEXT(source("[fe80::1%eth0]:22"), "fe80::/64");
    CHECK_TEXT(source("[::ffff:192.0.2.1]:4242"), "192.0.2.1");
    CHECK_TEXT(source("ssh ::ffff:192.0.2.1"), "192.0.2.1");
    CHECK_TEXT(source("64:ff9b::192.0.2.1"), "192.0.2.1");
    CHECK_TEXT(source("ipc uid 1000"), "ipc uid 1000");
    CHECK_TEXT(source("ssh UNKNOWN"), "ssh UNKNOWN");
    CHECK_TEXT(source(""), "");
    CHECK_TEXT(source("]:"), "]:");
    CHECK_INT(strlen(source("ssh 0123456789012345678901234567890123456789012345678901234567890123456789")),
              SOURCE_ROOM - 1);
    CHECK_TEXT(network("192.0.2.1:4242"), "192.0.2.0/24");
    CHECK_TEXT(network("ssh 2001:db8:1:2::3"), "2001:db8:1::/48");
    CHECK_TEXT(network("ipc uid 1000"), "ipc uid 1000");
    return test_end();
}
