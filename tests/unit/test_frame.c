/* The framing against a second, plain reading of the same bytes, cut at every place. */
#include "proto/frame.h"
#include "tests/unit/test.h"
#include <stdlib.h>

static size_t build(enum frame_wire wire, uint8_t *out, int hops, size_t payload)
{
    size_t at = frame_head(wire, out, (uint64_t)hops * 4 + 4 + payload);
    for (int i = 0; i < hops; i++, at += 4)
        memcpy(out + at, "\x00\x00\x01\x02", 4);
    memcpy(out + at, "\x80\x00\x00\x07", 4);
    at += 4;
    memset(out + at, 'x', payload);
    return at + payload;
}

static void hello_is_told_from_others(void)
{
    uint8_t bytes[FRAME_HELLO_SIZE];
    frame_hello(bytes, FRAME_REQ);
    CHECK(memcmp(bytes, "\0SP\0\0\x30\0\0", 8) == 0);
    CHECK(frame_hello_is(bytes, FRAME_REQ));
    CHECK(!frame_hello_is(bytes, FRAME_REP));
    for (int i = 0; i < FRAME_HELLO_SIZE; i++) {
        bytes[i] ^= 1;
        CHECK(!frame_hello_is(bytes, FRAME_REQ));
        bytes[i] ^= 1;
    }
}

static void frames_are_found_however_they_are_cut(void)
{
    static uint8_t bytes[4096];
    for (int wire = FRAME_IPC; wire <= FRAME_TCP; wire++)
        for (int hops = 0; hops < 8; hops++)
            for (size_t payload = 0; payload < 300; payload += 37) {
                size_t all = build((enum frame_wire)wire, bytes, hops, payload),
                       head = frame_head_size((enum frame_wire)wire);
                struct frame f;
                for (size_t have = 0; have < all; have++) {
                    uint8_t *exact = malloc(have ? have : 1); /* so that a sanitizer sees one byte too far */
                    memcpy(exact, bytes, have);
                    CHECK(frame_look((enum frame_wire)wire, exact, have, 300, &f) == FRAME_MORE);
                    CHECK(f.total > have && f.total <= all);
                    free(exact);
                }
                memcpy(bytes + all, "next", 4);
                for (size_t extra = 0; extra <= 4; extra += 4) {
                    CHECK(frame_look((enum frame_wire)wire, bytes, all + extra, 300, &f) == FRAME_WHOLE);
                    CHECK_INT(f.total, all);
                    CHECK_INT(f.route, head);
                    CHECK_INT(f.payload, all - payload);
                }
            }
}

static void what_cannot_be_right_is_refused_early(void)
{
    uint8_t bytes[256];
    struct frame f;
    build(FRAME_IPC, bytes, 0, 8);
    bytes[0] = 2;
    CHECK(frame_look(FRAME_IPC, bytes, 1, 100, &f) == FRAME_MALFORMED);
    frame_head(FRAME_TCP, bytes, 3);
    CHECK(frame_look(FRAME_TCP, bytes, 8, 100, &f) == FRAME_MALFORMED);
    build(FRAME_TCP, bytes, 8, 8); /* nine words */
    CHECK(frame_look(FRAME_TCP, bytes, 8 + 36, 100, &f) == FRAME_MALFORMED);
    frame_head(FRAME_TCP, bytes, 8);
    memset(bytes + 8, 0, 8); /* hops, but no id */
    CHECK(frame_look(FRAME_TCP, bytes, 12, 100, &f) == FRAME_MORE);
    CHECK(frame_look(FRAME_TCP, bytes, 16, 100, &f) == FRAME_MALFORMED);
}

static void a_size_is_believed_only_up_to_the_limit(void)
{
    uint8_t bytes[256];
    struct frame f;
    for (int bit = 8; bit < 64; bit++) {
        frame_head(FRAME_IPC, bytes, UINT64_C(1) << bit);
        CHECK(frame_look(FRAME_IPC, bytes, 9, 100, &f) == FRAME_TOO_LARGE);
    }
    frame_head(FRAME_IPC, bytes, UINT64_MAX);
    CHECK(frame_look(FRAME_IPC, bytes, 9, 100, &f) == FRAME_TOO_LARGE);
    CHECK(frame_look(FRAME_IPC, bytes, build(FRAME_IPC, bytes, 0, 100), 100, &f) == FRAME_WHOLE);
    CHECK(frame_look(FRAME_IPC, bytes, build(FRAME_IPC, bytes, 7, 100), 100, &f) == FRAME_WHOLE);
    CHECK(frame_look(FRAME_IPC, bytes, build(FRAME_IPC, bytes, 0, 101), 100, &f) == FRAME_TOO_LARGE);
}

int main(void)
{
    hello_is_told_from_others();
    frames_are_found_however_they_are_cut();
    what_cannot_be_right_is_refused_early();
    a_size_is_believed_only_up_to_the_limit();
    return test_end();
}
