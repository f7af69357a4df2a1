/* The second half of args.h: JSON by the types of fields to msgpack. */
#include "common/codec.h"
#include "proto/ctl/args.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct packing {
    struct ctl *c;
    struct buf *out;
    char path[200]; /* of the field under way */
    int depth;
};

static enum err wrong(struct packing *p, const char *detail)
{
    return refuse(&p->c->why, ERR_INVALID, p->path, "%s", detail);
}

static void pack_bool(struct packing *p, bool value)
{
    uint8_t byte = value ? 0xC3 : 0xC2;
    buf_add(p->out, &byte, 1);
}

static void pack_nil(struct packing *p)
{
    uint8_t byte = 0xC0;
    buf_add(p->out, &byte, 1);
}

static bool whole(const char *text, int64_t *out)
{
    char *end;
    size_t digits = strspn(text + (*text == '-'), "0123456789");
    if (!digits || text[(*text == '-') + digits])
        return false;
    errno = 0;
    long long v = strtoll(text, &end, 10);
    *out = v;
    return errno == 0;
}

/* As it is, whatever its type: the server says what is wrong with it. */
static enum err plain(struct packing *p, json_t *v)
{
    if (json_is_string(v))
        codec_text(p->out, json_string_value(v));
    else if (json_is_integer(v))
        codec_int(p->out, json_integer_value(v));
    else if (json_is_boolean(v))
        pack_bool(p, json_is_true(v));
    else
        return wrong(p, "is not of the right type");
    return OK;
}

static enum err pack_yes_no(struct packing *p, json_t *v)
{
    const char *text = json_string_value(v);
    if (text && strcmp(text, "true") != 0 && strcmp(text, "false") != 0)
        return wrong(p, "must be true or false");
    if (!text)
        return plain(p, v);
    pack_bool(p, *text == 't');
    return OK;
}

static enum err pack_number(struct packing *p, json_t *v, bool text_too)
{
    const char *text = json_string_value(v);
    int64_t number;
    if (text && whole(text, &number)) {
        codec_int(p->out, number);
        return OK;
    }
    if (text && !text_too)
        return wrong(p, "must be a whole number");
    return plain(p, v);
}

/* An id, or a document's number; "\"1001\"" in quotes is a number that looks like an id. */
static enum err pack_id(struct packing *p, json_t *v)
{
    const char *text = json_string_value(v);
    size_t n = text ? strlen(text) : 0;
    if (n >= 2 && text[0] == '"' && text[n - 1] == '"') {
        codec_text(p->out, arena_text(p->c->a, text + 1, n - 2));
        return OK;
    }
    return pack_number(p, v, true);
}

/* "12.34 EUR" */
static enum err money_words(struct packing *p, const char *text)
{
    char number[MONEY_TEXT], code[4];
    int64_t amount;
    size_t n = strcspn(text, " ");
    const char *after = text + n + strspn(text + n, " ");
    if (n >= sizeof number || strlen(after) != 3)
        return wrong(p, "must be an amount like \"12.34 EUR\"");
    memcpy(number, text, n);
    number[n] = '\0';
    memcpy(code, after, sizeof code);
    int digits = currency_digits(code);
    if (digits < 0)
        return wrong(p, "currency must be an ISO 4217 code");
    enum err e = money_parse(number, digits, &amount);
    if (e == ERR_OVERFLOW)
        return refuse(&p->c->why, e, p->path, "the amount is larger than can be kept exactly");
    if (e)
        return refuse(&p->c->why, ERR_INVALID, p->path,
                      "must be an amount like \"12.34 EUR\", for %s with at most %d decimals", code, digits);
    codec_map(p->out, 2);
    codec_text(p->out, "amount");
    codec_int(p->out, amount);
    codec_text(p->out, "currency");
    codec_text(p->out, code);
    return OK;
}

static enum err money_object(struct packing *p, json_t *v)
{
    json_t *amount = json_object_get(v, "amount"), *currency = json_object_get(v, "currency");
    int64_t number;
    if (json_object_size(v) != 2 || !amount || !json_is_string(currency))
        return wrong(p, "must be \"12.34 EUR\" or {\"amount\": minor units, \"currency\": code}");
    codec_map(p->out, 2);
    codec_text(p->out, "amount");
    if (json_is_string(amount) && whole(json_string_value(amount), &number))
        codec_int(p->out, number);
    else if (plain(p, amount) != OK)
        return wrong(p, "`amount` must be a whole number of minor units");
    codec_text(p->out, "currency");
    codec_text(p->out, json_string_value(currency));
    return OK;
}

static enum err pack_money(struct packing *p, json_t *v)
{
    const char *text = json_string_value(v);
    if (!text)
        return money_object(p, v);
    if (*text != '{')
        return money_words(p, text);
    json_t *object = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
    enum err e = money_object(p, object);
    json_decref(object);
    return e;
}

static int hex_digit(char ch)
{
    static const char digits[] = "0123456789abcdef";
    const char *at = ch ? strchr(digits, ch | 0x20) : NULL;
    return at ? (int)(at - digits) : -1;
}

static enum err pack_bytes(struct packing *p, json_t *v)
{
    const char *text = json_string_value(v);
    size_t n = text ? strlen(text) : 1;
    if (n % 2)
        return wrong(p, "must be hexadecimal digits");
    uint8_t *bytes = arena_alloc(p->c->a, n / 2 + 1);
    for (size_t i = 0; i < n; i += 2) {
        int high = hex_digit(text[i]), low = hex_digit(text[i + 1]);
        if (high < 0 || low < 0)
            return wrong(p, "must be hexadecimal digits");
        bytes[i / 2] = (uint8_t)(high << 4 | low);
    }
    codec_bin(p->out, bytes, n / 2);
    return OK;
}

static enum err pack_object(struct packing *p, const struct shape *shape, json_t *object);
static enum err pack_inner(struct packing *p, const struct field *f, json_t *v);

static enum err list_item(struct packing *p, const struct field *f, json_t *v)
{
    if (f->type == FIELD_IDS)
        return pack_id(p, v);
    if (f->type == FIELD_TEXTS)
        return plain(p, v);
    const struct field one = {.type = FIELD_SHAPE, .name = f->name, .shape = f->shape};
    return pack_inner(p, &one, v);
}

static enum err pack_array(struct packing *p, const struct field *f, json_t *array)
{
    size_t at = strlen(p->path);
    codec_array(p->out, (uint32_t)json_array_size(array));
    for (size_t i = 0; i < json_array_size(array); i++) {
        snprintf(p->path + at, sizeof p->path - at, ".%zu", i);
        enum err e = list_item(p, f, json_array_get(array, i));
        if (e)
            return e;
        p->path[at] = '\0';
    }
    return OK;
}

/* "1,2,3" */
static json_t *split(const char *text)
{
    json_t *array = json_array();
    for (const char *at = text; *at;) {
        size_t n = strcspn(at, ",");
        json_array_append_new(array, json_stringn(at, n));
        at += n + (at[n] == ',');
    }
    return array;
}

/* A container: as it is, or as JSON in a word of the command line, or for lists of small things as words. */
static enum err pack_inner(struct packing *p, const struct field *f, json_t *v)
{
    json_t *parsed = NULL;
    json_error_t error;
    const char *text = json_string_value(v);
    if (text && f->type != FIELD_SHAPE && f->type != FIELD_LIST && *text != '[') {
        parsed = split(text);
    } else if (text) {
        parsed = json_loads(text, JSON_REJECT_DUPLICATES, &error);
        if (!parsed)
            return refuse(&p->c->why, ERR_INVALID, p->path, "is no JSON: %.150s (column %d)", error.text,
                          error.column);
    }
    json_t *value = parsed ? parsed : v;
    enum err e;
    if (f->type == FIELD_SHAPE)
        e = json_is_object(value) ? pack_object(p, f->shape(), value) : wrong(p, "must be an object");
    else
        e = json_is_array(value) ? pack_array(p, f, value) : wrong(p, "must be a list");
    json_decref(parsed);
    return e;
}

static enum err pack_value(struct packing *p, const struct field *f, json_t *v)
{
    if (json_is_null(v)) {
        pack_nil(p);
        return OK;
    }
    switch ((enum field_type)f->type) {
    case FIELD_BOOL: return pack_yes_no(p, v);
    case FIELD_COUNT: return pack_number(p, v, false);
    case FIELD_ID: return pack_id(p, v);
    case FIELD_DECIMAL:
        return json_is_real(v) ? wrong(p, "must be text like \"2.25\", so that it stays exact") : plain(p, v);
    case FIELD_ENUM:
    case FIELD_TEXT:
    case FIELD_LINES:
    case FIELD_SECRET:
    case FIELD_DATE:
    case FIELD_INSTANT: return plain(p, v);
    case FIELD_BYTES: return pack_bytes(p, v);
    case FIELD_MONEY: return pack_money(p, v);
    case FIELD_SHAPE:
    case FIELD_LIST:
    case FIELD_IDS:
    case FIELD_TEXTS: return pack_inner(p, f, v);
    }
    return ERR_INTERNAL;
}

static enum err pack_object(struct packing *p, const struct shape *shape, json_t *object)
{
    size_t at = strlen(p->path);
    const char *key;
    json_t *value;
    if (++p->depth > ARGS_DEPTH)
        return wrong(p, "is nested too deeply");
    codec_map(p->out, (uint32_t)json_object_size(object));
    json_object_foreach(object, key, value)
    {
        const struct field *f = shape_field(shape, key, strlen(key));
        snprintf(p->path + at, sizeof p->path - at, "%s%.60s", at ? "." : "", key);
        if (!f)
            return wrong(p, "there is no such field");
        codec_text(p->out, f->name);
        enum err e = pack_value(p, f, value);
        if (e)
            return e;
        p->path[at] = '\0';
    }
    p->depth--;
    return OK;
}

enum err args_pack(struct ctl *c, const struct shape *shape, json_t *object, struct buf *out)
{
    struct packing p = {.c = c, .out = out};
    enum err e = pack_object(&p, shape, object);
    if (!e && out->full)
        e = refuse(&c->why, ERR_TOO_LARGE, "", "the arguments are larger than a request can be");
    return e;
}
