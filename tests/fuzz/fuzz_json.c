/* JSON, both ways. First byte 0: msgpack becomes JSON text that is the same JSON and steers no terminal. Else: JSON text becomes the
 * arguments of the operation with that number, a message that the server refuses only with the name of a field.
 * tries: proto/ctl proto/paper */
#include "proto/ctl/json.h"
#include "common/codec.h"
#include "common/mp.h"
#include "proto/ctl/args.h"
#include "tests/fuzz/fuzz.h"

static void check_text(const uint8_t *bytes, size_t size, bool compact)
{
    struct caught said;
    if (mp_scan(bytes, size, NULL) != OK)
        return;
    json_t *value = json_of(bytes, size);
    must(value);
    catch_begin(&said, &stdout);
    json_print(value, compact);
    const char *text = catch_end(&said);
    must(is_clean(text, true));
    json_error_t why;
    json_t *again = json_loads(text, JSON_DECODE_ANY | JSON_ALLOW_NUL, &why);
    bool refused =
        !again && strstr(why.text, "NUL byte in object key"); /* the reader's own limit: it is JSON */
    must(refused || (again && json_equal(value, again)));
    json_decref(again);
    json_decref(value);
    catch_free(&said);
}

static void check_arguments(struct arena *a, const struct op *op, const char *text, size_t size)
{
    struct ctl c = {.a = a, .no_files = true};
    struct codec_names names = {0};
    struct refusal why = {0};
    struct buf out;
    json_t *object = json_loadb(text, size, JSON_REJECT_DUPLICATES, NULL);
    if (json_is_object(object)) {
        buf_init(&out, CALL_REQUEST_MAX);
        enum err e = args_pack(&c, op->in(), object, &out);
        if (e) {
            must_be_said(e, &c.why);
        } else {
            void *to = arena_alloc(a, op->in()->size);
            if (mp_scan(out.data, out.size, &why) == OK)
                e = codec_unpack(a, op->in(), out.data, out.size, to, &names, &why);
            else
                must(strstr(why.detail, "too many keys") || strstr(why.detail, "twice"));
            must(!e || why.field[0]);
        }
        buf_fini(&out);
    }
    json_decref(object);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2)
        return 0;
    struct arena *a = arena_open();
    struct given in = {data + 1, size - 1};
    const uint8_t *bytes = take_rest(a, &in);
    if (data[0] == 0)
        check_text(bytes, size - 1, size & 1);
    else
        check_arguments(a, op_at((enum op_number)(data[0] % OP_COUNT)), (const char *)bytes, size - 1);
    arena_close(a);
    return 0;
}
