#include "proto/envelope.h"
#include "common/codec.h"
#include "common/mp.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

void call_new_id(uint8_t id[CALL_ID])
{
    size_t got = 0;
    while (got < CALL_ID) {
        ssize_t n = getrandom(id + got, CALL_ID - got, 0);
        if (n > 0)
            got += (size_t)n;
        else if (errno != EINTR)
            abort(); /* the kernel has no randomness: nothing can be written once and only once */
    }
}

/* Everything before the arguments, whose key comes last. */
static void head(struct buf *out, const char *op_name, const char *token, const uint8_t *id)
{
    /* Public operations need no session, and the operator's go by the account that asks: a session would only restrict it. */
    const struct op *op = op_find(op_name, strlen(op_name));
    bool has_token = token && token[0] && !(op && !(op->who & BY_ROLES));
    codec_map(out, 3 + has_token + (id != NULL));
    codec_text(out, "v");
    codec_int(out, PROTOCOL_VERSION);
    codec_text(out, "op");
    codec_text(out, op_name);
    if (has_token) {
        codec_text(out, "token");
        codec_text(out, token);
    }
    if (id) {
        codec_text(out, "id");
        codec_bin(out, id, CALL_ID);
    }
    codec_text(out, "args");
}

enum err call_request(struct buf *out, const struct op *op, const char *token, const uint8_t id[CALL_ID],
                      const void *in)
{
    head(out, op->name, token, id);
    if (in)
        codec_pack(out, op->in(), in, CODEC_TO_SERVER);
    else
        codec_map(out, 0);
    return out->full ? ERR_TOO_LARGE : OK;
}

enum err call_request_raw(struct buf *out, const char *op_name, const char *token, const uint8_t id[CALL_ID],
                          const uint8_t *args, size_t args_size)
{
    head(out, op_name, token, id);
    buf_add(out, args, args_size);
    return out->full ? ERR_TOO_LARGE : OK;
}

static enum err no_answer(struct call_refusal *why, const char *detail)
{
    if (!why)
        return ERR_IO;
    *why = (struct call_refusal){0};
    return refuse(&why->why, ERR_IO, "", "the answer is not of this protocol: %s", detail);
}

static bool is(const struct mp_item *item, const char *text)
{
    return item->type == MP_STR && item->size == strlen(text) && memcmp(item->data, text, item->size) == 0;
}

/* As much as fits, cut between characters. */
static void copy_text(char *to, size_t room, const struct mp_item *from)
{
    size_t n = 0;
    if (from->type == MP_STR) {
        n = from->size < room ? from->size : room - 1;
        while (n && n < from->size && (from->data[n] & 0xC0) == 0x80)
            n--;
        memcpy(to, from->data, n);
    }
    to[n] = '\0';
}

static enum err read_error(struct mp *m, struct call_refusal *why)
{
    struct call_refusal got = {0};
    struct mp_item map, key, value;
    char code[64] = "";
    if (!mp_next(m, &map) || map.type != MP_MAP)
        return no_answer(why, "`error` is not a map");
    for (uint32_t i = 0; i < map.count; i++) {
        struct mp at;
        if (!mp_next(m, &key))
            return no_answer(why, "cut short");
        at = *m;
        if (!mp_next(&at, &value) || !mp_skip(m))
            return no_answer(why, "cut short");
        if (is(&key, "code"))
            copy_text(code, sizeof code, &value);
        else if (is(&key, "message"))
            copy_text(got.why.detail, sizeof got.why.detail, &value);
        else if (is(&key, "field"))
            copy_text(got.why.field, sizeof got.why.field, &value);
        else if (is(&key, "request"))
            copy_text(got.request, sizeof got.request, &value);
        else if (is(&key, "retry_ms") && (!mp_int64(&value, &got.why.retry_ms) || got.why.retry_ms < 0))
            got.why.retry_ms = 0;
    }
    got.why.code = err_by_name(code); /* a code that this program does not know counts as internal */
    if (!code[0] || got.why.code == OK)
        return no_answer(why, "an error without a code");
    if (why)
        *why = got;
    return got.why.code;
}

enum err call_result(const uint8_t *bytes, size_t size, struct bytes *result, struct call_refusal *why)
{
    struct mp m = {bytes, bytes + size};
    struct mp_item map, key, value;
    struct bytes found = {0};
    if (mp_scan(bytes, size, NULL) != OK || !mp_next(&m, &map) || map.type != MP_MAP)
        return no_answer(why, "not a map");
    for (uint32_t i = 0; i < map.count; i++) {
        if (!mp_next(&m, &key))
            return no_answer(why, "cut short");
        struct mp at = m;
        if (!mp_skip(&m))
            return no_answer(why, "cut short");
        if (is(&key, "error"))
            return read_error(&at, why);
        if (is(&key, "result"))
            found = (struct bytes){at.at, (size_t)(m.at - at.at)};
        int64_t version;
        if (is(&key, "v") &&
            (!mp_next(&at, &value) || !mp_int64(&value, &version) || version != PROTOCOL_VERSION))
            return no_answer(why, "another version");
    }
    struct mp inner = {found.data, found.data ? found.data + found.size : NULL};
    if (!found.data || !mp_next(&inner, &value) || value.type != MP_MAP)
        return no_answer(why, "neither result nor error");
    *result = found;
    return OK;
}

enum err call_answer(struct arena *a, const struct op *op, const uint8_t *bytes, size_t size, void *out,
                     struct refusal *why)
{
    struct call_refusal refusal;
    struct bytes result;
    enum err e = call_result(bytes, size, &result, &refusal);
    if (e) {
        if (why)
            *why = refusal.why;
        return e;
    }
    if (codec_read(a, op->out(), result.data, result.size, out) != OK)
        return refuse(why, ERR_IO, "", "the answer is not of this protocol: %s does not give that", op->name);
    return OK;
}
