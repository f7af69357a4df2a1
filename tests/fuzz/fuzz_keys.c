/* Bytes of a terminal. The first byte says how they arrive: however they are cut, the same keys come of them while no time passes; a
 * key's text is whole characters; in the end nothing is pending. tries: tui/full/keystroke.c */
#include "tui/full/keystroke.h"
#include "tests/fuzz/fuzz.h"

#define AT_ONCE 2048 /* less than the keyboard's buffer takes */

static void add_key(struct buf *out, const struct key *k)
{
    must(k->code > 0 && k->code <= K_LAST && strlen(k->text) < sizeof k->text && is_utf8(k->text));
    must(!k->text[0] || (k->code >= 32 && k->code < 0x110000));
    buf_add(out, &k->code, sizeof k->code);
    if (k->code == K_CLICK) {
        buf_add(out, &k->row, sizeof k->row);
        buf_add(out, &k->column, sizeof k->column);
    } else if (k->code == K_PASTE) {
        must(k->paste && k->paste[k->paste_size] == '\0' && k->paste_size);
        buf_add(out, k->paste, k->paste_size);
    }
}

/* All keys of the bytes, `step` of them at a time. */
static void type(const uint8_t *bytes, size_t size, size_t step, struct buf *out)
{
    struct keys *keys = keys_open(50);
    struct key k;
    int64_t now = 1000;
    buf_init(out, (size_t)1 << 20);
    for (size_t at = 0; at < size; at += step) {
        keys_feed(keys, bytes + at, step < size - at ? step : size - at, now);
        while (keys_next(keys, &k, now))
            add_key(out, &k);
    }
    for (int i = 0; keys_wait(keys, now) >= 0; i++) {
        must(i < (int)size + 8);
        now += keys_wait(keys, now) + 1;
        while (keys_next(keys, &k, now))
            add_key(out, &k);
    }
    keys_close(keys);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct buf whole, parts;
    if (size < 2 || size > AT_ONCE)
        return 0;
    type(data + 1, size - 1, size, &whole);
    type(data + 1, size - 1, data[0] % 16 + 1u, &parts);
    must(same_bytes(&whole, &parts));
    buf_fini(&whole);
    buf_fini(&parts);
    return 0;
}
