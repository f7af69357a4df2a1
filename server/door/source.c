#include "server/door/source.h"
#include <arpa/inet.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* The address alone: neither door, brackets, port nor zone. */
static bool address_of(char address[INET6_ADDRSTRLEN], const char *place)
{
    const char *from = strncmp(place, "ssh ", 4) == 0 ? place + 4 : place;
    bool brackets = *from == '[';
    from += brackets;
    size_t size = strcspn(from, brackets ? "]%" : "%");
    const char *colon = memchr(from, ':', size);
    if (!brackets && colon && !memchr(colon + 1, ':', size - (size_t)(colon + 1 - from)))
        size = (size_t)(colon - from); /* one colon alone stands before a port */
    if (size == 0 || size >= INET6_ADDRSTRLEN)
        return false;
    memcpy(address, from, size);
    address[size] = 0;
    return true;
}

/* Is it an IPv4 address in IPv6's clothes: mapped (::ffff:0:0/96), or by the translator of RFC 6052 (64:ff9b::/96)? */
static bool holds_v4(const struct in6_addr *a)
{
    static const unsigned char mapped[12] = {[10] = 0xff, [11] = 0xff},
                               translated[12] = {0x00, 0x64, 0xff, 0x9b};
    return memcmp(a->s6_addr, mapped, sizeof mapped) == 0 ||
           memcmp(a->s6_addr, translated, sizeof translated) == 0;
}

void source_of_place(char source[SOURCE_ROOM], const char *place)
{
    char address[INET6_ADDRSTRLEN], text[INET6_ADDRSTRLEN];
    struct in_addr v4;
    struct in6_addr v6;
    if (address_of(address, place) && inet_pton(AF_INET, address, &v4) == 1) {
        (void)inet_ntop(AF_INET, &v4, source, SOURCE_ROOM);
    } else if (address_of(address, place) && inet_pton(AF_INET6, address, &v6) == 1) {
        if (holds_v4(&v6)) {
            (void)inet_ntop(AF_INET, v6.s6_addr + 12, source, SOURCE_ROOM);
            return;
        }
        memset(v6.s6_addr + 8, 0, 8);
        (void)snprintf(source, SOURCE_ROOM, "%s/64", inet_ntop(AF_INET6, &v6, text, sizeof text));
    } else {
        (void)snprintf(source, SOURCE_ROOM, "%s", place);
    }
}

void source_network(char network[SOURCE_ROOM], const char *source)
{
    char text[INET6_ADDRSTRLEN];
    struct in_addr v4;
    struct in6_addr v6;
    const size_t size = strcspn(source, "/");
    (void)snprintf(network, SOURCE_ROOM, "%s", source);
    if (size >= sizeof text)
        return;
    memcpy(text, source, size);
    text[size] = 0;
    if (inet_pton(AF_INET, text, &v4) == 1) {
        v4.s_addr &= htonl(0xffffff00);
        (void)snprintf(network, SOURCE_ROOM, "%s/24", inet_ntop(AF_INET, &v4, text, sizeof text));
    } else if (inet_pton(AF_INET6, text, &v6) == 1) {
        memset(v6.s6_addr + 6, 0, 10);
        (void)snprintf(network, SOURCE_ROOM, "%s/48", inet_ntop(AF_INET6, &v6, text, sizeof text));
    }
}
