/* The framing under whatever bytes: it reads nothing beyond them, keeps its bounds, and what it said of a beginning stays true
 * when more arrives. */
#include "proto/frame.h"
#include "tests/fuzz/fuzz.h"

#define MOST 512

static void check_whole(enum frame_wire wire, const uint8_t *bytes, size_t have, const struct frame *f)
{
    must(f->route == frame_head_size(wire) && f->total <= have);
    must(f->payload >= f->route + 4 && f->payload <= f->route + FRAME_ROUTE_MAX && f->payload <= f->total);
    must(f->total - f->payload <= MOST && (bytes[f->payload - 4] & 0x80));
    uint8_t head[FRAME_HEAD_MAX]; /* the head is the one that we would write */
    must(frame_head(wire, head, f->total - f->route) == f->route && memcmp(head, bytes, f->route) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2)
        return 0;
    enum frame_wire wire = data[0] & 1 ? FRAME_TCP : FRAME_IPC;
    size_t step = (size_t)(data[0] >> 1) + 1; /* how the bytes arrive */
    data++;
    size--;
    for (size_t start = 0, have = 0; start + have <= size;) {
        uint8_t *exact = malloc(have ? have : 1);
        if (have)
            memcpy(exact, data + start, have);
        struct frame f = {0};
        enum frame_look look = frame_look(wire, exact, have, MOST, &f);
        if (look == FRAME_WHOLE)
            check_whole(wire, exact, have, &f);
        if (look == FRAME_MORE)
            must(f.total > have && f.total <= FRAME_HEAD_MAX + FRAME_ROUTE_MAX + MOST);
        free(exact);
        if (look == FRAME_MALFORMED || look == FRAME_TOO_LARGE) {
            struct frame later;
            must(frame_look(wire, data + start, size - start, MOST, &later) == look);
            return 0;
        }
        if (look == FRAME_WHOLE) {
            start += f.total;
            have -= f.total;
        } else if (start + have == size) {
            return 0;
        } else {
            have += step < size - start - have ? step : size - start - have;
        }
    }
    return 0;
}
