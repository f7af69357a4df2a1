#include "common/seal.h"
#include "common/buf.h"
#include "common/codec.h"
#include <sodium.h>
#include <string.h>

#define EVENT_MOST (64 * 1024) /* far more than the limits of its fields allow */

static const char purpose[16] = {'p', 'o', 's', 't', 'e', 'r', 'n', ' ',
                                 's', 'e', 'a', 'l', ' ', '0', '0', '1'};

static uint8_t *put(uint8_t *at, uint64_t n, int bytes)
{
    for (int i = bytes - 1; i >= 0; i--)
        *at++ = (uint8_t)(n >> (8 * i));
    return at;
}

void seal_link(uint8_t link[SEAL_LINK], const uint8_t before[SEAL_LINK], uint32_t business,
               const struct event *e)
{
    struct event bare = *e;
    struct buf b;
    uint8_t number[4];
    bare.chain = (struct bytes){NULL, 0};
    buf_init(&b, EVENT_MOST);
    buf_add(&b, before, SEAL_LINK);
    put(number, business, 4);
    buf_add(&b, number, sizeof number);
    codec_pack(&b, shape_event(), &bare, CODEC_STORE);
    crypto_generichash(link, SEAL_LINK, b.data, b.size, NULL, 0);
    buf_fini(&b);
}

bool seal_bytes(uint8_t bytes[SEAL_BYTES], const struct audit *seal)
{
    uint8_t *at = bytes;
    if (seal->chain.size != SEAL_LINK)
        return false;
    memcpy(at, purpose, sizeof purpose);
    at = put(at + sizeof purpose, (uint64_t)seal->business, 4);
    at = put(at, (uint64_t)seal->event, 8);
    memcpy(at, seal->chain.data, SEAL_LINK);
    put(at + SEAL_LINK, (uint64_t)seal->at, 8);
    return true;
}

bool seal_signed(const struct audit *seal)
{
    uint8_t bytes[SEAL_BYTES];
    return seal->signature.size == SEAL_SIGNATURE && seal->key.size == SEAL_KEY && seal_bytes(bytes, seal) &&
           crypto_sign_verify_detached(seal->signature.data, bytes, sizeof bytes, seal->key.data) == 0;
}
