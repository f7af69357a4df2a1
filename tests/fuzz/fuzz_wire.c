/* What a peer sends: arguments of every operation, read by its shape, and answers. The first byte chooses the operation, the second which
 * of the two. What is accepted says the same when it is written and read again; what is refused is refused with the name of a field. */
#include "common/codec.h"
#include "common/mp.h"
#include "proto/envelope.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/made.h"

#define MOST ((size_t)4 * 1024 * 1024)

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t most, unsigned seed);

static const struct op *op_of(const uint8_t *data)
{
    return op_at((enum op_number)(data[0] % OP_COUNT));
}

static bool is_answer(const uint8_t *data)
{
    return data[1] & 1;
}

static void check_refusal(enum err e, const struct refusal *why, const uint8_t *bytes)
{
    bool map = (bytes[0] & 0xf0) == 0x80 || bytes[0] == 0xde || bytes[0] == 0xdf;
    must_be_said(e, why);
    must(why->field[0] || !map || e == ERR_MALFORMED);
}

static void check_request(struct arena *a, const struct op *op, const uint8_t *bytes, size_t size)
{
    const struct shape *in = op->in();
    struct codec_names names = {0};
    struct refusal why = {0};
    void *first = arena_alloc(a, in->size), *second = arena_alloc(a, in->size);
    struct buf packed, again;
    enum err e = mp_scan(bytes, size, &why);
    if (e) {
        must(e == ERR_MALFORMED);
        must_be_said(e, &why);
        return;
    }
    e = codec_unpack(a, in, bytes, size, first, &names, &why);
    if (e) {
        check_refusal(e, &why, bytes);
        return;
    }
    must(names.n <= sizeof names.v / sizeof *names.v);
    buf_init(&packed, MOST);
    buf_init(&again, MOST);
    codec_pack(&packed, in, first, CODEC_TO_SERVER);
    must(!packed.full && mp_scan(packed.data, packed.size, NULL) == OK);
    must(codec_unpack(a, in, packed.data, packed.size, second, NULL, &why) == OK);
    codec_pack(&again, in, second, CODEC_TO_SERVER);
    must(same_bytes(&packed, &again));
    buf_clear(&packed);
    buf_clear(&again);
    codec_pack(&packed, in, first, CODEC_DIGEST); /* and counts as the same request when it is sent again */
    codec_pack(&again, in, second, CODEC_DIGEST);
    must(same_bytes(&packed, &again));
    buf_fini(&packed);
    buf_fini(&again);
}

static void check_answer(struct arena *a, const struct op *op, const uint8_t *bytes, size_t size)
{
    const struct shape *out = op->out();
    struct refusal why = {0};
    void *first = arena_alloc(a, out->size), *second = arena_alloc(a, out->size);
    struct buf packed, again;
    enum err e = call_answer(a, op, bytes, size, first, &why);
    if (e) {
        must(why.code == e && is_utf8(why.detail) && is_utf8(why.field));
        return;
    }
    buf_init(&packed, MOST);
    buf_init(&again, MOST);
    codec_pack(&packed, out, first, CODEC_TO_STAFF);
    must(mp_scan(packed.data, packed.size, NULL) == OK);
    must(codec_read(a, out, packed.data, packed.size, second) == OK);
    codec_pack(&again, out, second, CODEC_TO_STAFF);
    must(same_bytes(&packed, &again));
    buf_fini(&packed);
    buf_fini(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 3)
        return 0;
    struct arena *a = arena_open();
    struct given in = {data + 2, size - 2};
    const uint8_t *bytes = take_rest(a, &in);
    if (is_answer(data))
        check_answer(a, op_of(data), bytes, size - 2);
    else
        check_request(a, op_of(data), bytes, size - 2);
    arena_close(a);
    return 0;
}

static const struct shape *shape_of(const uint8_t *data, bool *store)
{
    *store = false;
    return is_answer(data) ? op_of(data)->out() : op_of(data)->in();
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t most, unsigned seed)
{
    static const char envelope[] = "\x82\xa1v\x01\xa6result";
    size_t n = made_mutation(data, size, most, seed, 2, shape_of), more = sizeof envelope - 1;
    if (n > 2 && is_answer(data) && (data[2] & 0xf0) == 0x80 && n + more <= most &&
        memcmp(data + 2, envelope, n - 2 < 3 ? n - 2 : 3) != 0) {
        memmove(data + 2 + more, data + 2, n - 2);
        memcpy(data + 2, envelope, more);
        n += more;
    }
    return n;
}
