#include "proto/frame.h"
#include <string.h>

void frame_hello(uint8_t out[FRAME_HELLO_SIZE], uint16_t protocol)
{
    const uint8_t hello[FRAME_HELLO_SIZE] = {0, 'S', 'P', 0, (uint8_t)(protocol >> 8), (uint8_t)protocol,
                                             0, 0};
    memcpy(out, hello, sizeof hello);
}

bool frame_hello_is(const uint8_t in[FRAME_HELLO_SIZE], uint16_t protocol)
{
    uint8_t want[FRAME_HELLO_SIZE];
    frame_hello(want, protocol);
    return memcmp(in, want, sizeof want) == 0;
}

size_t frame_head_size(enum frame_wire wire)
{
    return wire == FRAME_IPC ? 9 : 8;
}

size_t frame_head(enum frame_wire wire, uint8_t out[FRAME_HEAD_MAX], uint64_t size)
{
    size_t at = 0;
    if (wire == FRAME_IPC)
        out[at++] = 1;
    for (int shift = 56; shift >= 0; shift -= 8)
        out[at++] = (uint8_t)(size >> shift);
    return at;
}

enum frame_look frame_look(enum frame_wire wire, const uint8_t *bytes, size_t have, size_t most,
                           struct frame *out)
{
    size_t head = frame_head_size(wire);
    if (wire == FRAME_IPC && have > 0 && bytes[0] != 1)
        return FRAME_MALFORMED;
    if (have < head) {
        *out = (struct frame){.total = head};
        return FRAME_MORE;
    }
    uint64_t size = 0;
    for (size_t i = head - 8; i < head; i++)
        size = size << 8 | bytes[i];
    if (size < 4)
        return FRAME_MALFORMED;
    if (size > (uint64_t)most + FRAME_ROUTE_MAX)
        return FRAME_TOO_LARGE;

    *out = (struct frame){.total = head + (size_t)size, .route = head};
    size_t known = have < out->total ? have : out->total;
    for (size_t at = head; at + 4 <= known; at += 4) {
        if (at - head >= FRAME_ROUTE_MAX)
            return FRAME_MALFORMED;
        if (bytes[at] & 0x80) {
            out->payload = at + 4;
            if (out->total - out->payload > most)
                return FRAME_TOO_LARGE;
            return have < out->total ? FRAME_MORE : FRAME_WHOLE;
        }
    }
    return have < out->total ? FRAME_MORE : FRAME_MALFORMED;
}
