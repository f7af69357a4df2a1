/* SP framing (scalability protocols, REQ/REP) as bytes, without nng: the door reads hostile frames through this file only,
 * so it allocates nothing, keeps no state and can be fuzzed.
 *
 *   hello, once each way   00 'S' 'P' 00  protocol (u16, big-endian)  00 00        REQ 0x30, REP 0x31
 *   frame on ipc           01  size (u64, big-endian)  body
 *   frame on tcp and tls       size (u64, big-endian)  body
 *   body of a request      hops (u32 each, high bit clear)  id (u32, high bit set)  payload
 *
 * For example the payload "hi" with id 0x80000001 on ipc:
 *   01 00 00 00 00 00 00 00 06  80 00 00 01  68 69
 * An answer repeats hops and id as they came; so head and route of a request can be sent back in place. */
#ifndef PROTO_FRAME_H
#define PROTO_FRAME_H
#include "common/err.h"
#include <stdint.h>

#define FRAME_HELLO_SIZE 8
#define FRAME_HEAD_MAX 9   /* bytes before the body */
#define FRAME_ROUTE_MAX 32 /* bytes of hops and id: 8 words, nng's own default bound */
#define FRAME_REQ 0x30
#define FRAME_REP 0x31

enum frame_wire { FRAME_IPC, FRAME_TCP };

/* Writes our hello. */
void frame_hello(uint8_t out[FRAME_HELLO_SIZE], uint16_t protocol);
/* Whether the other end said hello as `protocol`. */
bool frame_hello_is(const uint8_t in[FRAME_HELLO_SIZE], uint16_t protocol);

/* Bytes before the body: 9 on ipc, 8 elsewhere. */
size_t frame_head_size(enum frame_wire wire);
/* Writes the head of a frame whose body has `size` bytes; returns frame_head_size. */
size_t frame_head(enum frame_wire wire, uint8_t out[FRAME_HEAD_MAX], uint64_t size);

enum frame_look {
    FRAME_MORE,      /* right so far; `total` says how many bytes are needed at least */
    FRAME_WHOLE,     /* all of `frame` is filled in */
    FRAME_MALFORMED, /* no further byte can make it right: end the connection */
    FRAME_TOO_LARGE, /* says it is larger than `most`: end the connection */
};
/* Offsets count from the first byte of the head. */
struct frame {
    size_t total;   /* of the frame, head included */
    size_t route;   /* offset of hops and id */
    size_t payload; /* offset of the payload, which ends at `total` */
};
/* Looks at the `have` bytes received since the end of the last frame. `most` bounds the payload; a larger size is refused as
 * soon as the head is there, so nobody allocates for it. */
enum frame_look frame_look(enum frame_wire wire, const uint8_t *bytes, size_t have, size_t most,
                           struct frame *out);
#endif
