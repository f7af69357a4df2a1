#include "proto/ctl/json.h"
#include "common/mp.h"
#include "common/text.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

json_t *json_text(const char *text)
{
    json_t *v = json_string(text);
    return v ? v : json_string("?");
}

static json_t *hex(const struct mp_item *item)
{
    char *text = malloc((size_t)item->size * 2 + 1);
    if (!text)
        return json_null();
    for (uint32_t i = 0; i < item->size; i++)
        snprintf(text + 2 * (size_t)i, 3, "%02x", item->data[i]);
    text[(size_t)item->size * 2] = '\0';
    json_t *v = json_string(text);
    free(text);
    return v;
}

static json_t *read_item(struct mp *m);

static json_t *read_map(struct mp *m, uint32_t count)
{
    json_t *object = json_object();
    for (uint32_t i = 0; i < count; i++) {
        struct mp_item key;
        char number[24];
        if (!mp_next(m, &key))
            break;
        json_t *value = read_item(m);
        if (key.type == MP_STR) {
            json_object_setn_new(object, (const char *)key.data, key.size, value);
        } else {
            snprintf(number, sizeof number, "%" PRIu64, key.type == MP_UINT ? key.unsigned_ : 0);
            json_object_set_new(object, number, value);
        }
    }
    return object;
}

static json_t *read_item(struct mp *m)
{
    struct mp_item item;
    if (!mp_next(m, &item))
        return json_null();
    switch (item.type) {
    case MP_BOOL: return json_boolean(item.boolean);
    case MP_INT: return json_integer(item.integer);
    case MP_UINT:
        if (item.unsigned_ <= INT64_MAX)
            return json_integer((json_int_t)item.unsigned_);
        return json_sprintf("%" PRIu64, item.unsigned_);
    case MP_STR: {
        json_t *text = json_stringn((const char *)item.data, item.size);
        return text ? text : json_string("?");
    }
    case MP_BIN: return hex(&item);
    case MP_ARRAY: {
        json_t *array = json_array();
        for (uint32_t i = 0; i < item.count; i++)
            json_array_append_new(array, read_item(m));
        return array;
    }
    case MP_MAP: return read_map(m, item.count);
    case MP_NIL:
    case MP_FLOAT:
    case MP_EXT: break; /* nothing of the protocol's */
    }
    return json_null();
}

json_t *json_of(const uint8_t *bytes, size_t size)
{
    struct mp m = {bytes, bytes + size};
    return read_item(&m);
}

/* Code point of a well-formed sequence. */
static uint32_t decode(const char *s, size_t n)
{
    const unsigned char *p = (const unsigned char *)s;
    if (n == 1)
        return p[0];
    uint32_t v = p[0] & (0x7FU >> n);
    for (size_t i = 1; i < n; i++)
        v = v << 6 | (p[i] & 0x3F);
    return v;
}

static void write_out(FILE *to, const char *text, size_t size)
{
    for (size_t at = 0; at < size;) {
        unsigned char first = (unsigned char)text[at];
        size_t n = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
        if (n > size - at)
            n = size - at;
        uint32_t c = decode(text + at, n);
        if ((n == 1 && c != 0x7F) || text_printable(text + at, n, true))
            fwrite(text + at, 1, n, to);
        else if (c < 0x10000)
            fprintf(to, "\\u%04" PRIx32, c);
        else
            fprintf(to, "\\u%04" PRIx32 "\\u%04" PRIx32, 0xD800 + ((c - 0x10000) >> 10),
                    0xDC00 + ((c - 0x10000) & 0x3FF));
        at += n;
    }
}

void json_print(json_t *value, bool compact)
{
    json_print_to(stdout, value, compact);
}

void json_print_to(FILE *to, json_t *value, bool compact)
{
    char *text = json_dumps(value, (compact ? JSON_COMPACT : JSON_INDENT(2)) | JSON_ENCODE_ANY);
    if (text)
        write_out(to, text, strlen(text));
    free(text);
    fputc('\n', to);
    fflush(to);
}
