/* The second half of args.h: JSON by the types of fields to msgpack. */
#include "common/codec.h"
#include "common/date.h"
#include "common/number.h"
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

bool args_whole(const char *text, int64_t *out)
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

static enum err pack_number(struct packing *p, json_t *v)
{
    const char *text = json_string_value(v);
    int64_t number;
    if (!text)
        return plain(p, v);
    enum err e = number_read(text, 0, p->path, &number, &p->c->why);
    if (!e)
        codec_int(p->out, number);
    return e;
}

static bool is_letter(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/* "12.34 EUR": read as any amount that people write; over the wire it has one spelling. */
static enum err money_words(struct packing *p, const char *text)
{
    char code[4] = "";
    int64_t amount;
    size_t letters = 0;
    for (const char *at = text; *at; at++)
        if (is_letter(*at) && letters++ < 3)
            code[letters - 1] = (char)(*at & ~0x20);
    if (letters != 3)
        return wrong(p, "must be an amount like \"12.34 EUR\"");
    if (currency_digits(code) < 0)
        return wrong(p, "currency must be an ISO 4217 code");
    enum err e = number_read_money(text, code, p->path, &amount, &p->c->why);
    if (e)
        return e;
    codec_map(p->out, 2);
    codec_text(p->out, "amount");
    codec_int(p->out, amount);
    codec_text(p->out, "currency");
    codec_text(p->out, code);
    return OK;
}

/* "0,125", "19 %": a decimal as people write it. */
static enum err pack_decimal(struct packing *p, const struct field *f, json_t *v)
{
    static const char percent[] = "percent";
    char plain_text[MONEY_TEXT];
    const char *text = json_string_value(v);
    int64_t value;
    if (json_is_real(v))
        return wrong(p, "must be text like \"2.25\", so that it stays exact");
    if (!text)
        return plain(p, v);
    bool rate = f->name_size >= sizeof percent - 1 &&
                strcmp(f->name + f->name_size - (sizeof percent - 1), percent) == 0;
    enum err e = rate ? number_read_percent(text, p->path, &value, &p->c->why)
                      : number_read(text, DECIMAL_PLACES, p->path, &value, &p->c->why);
    if (!e)
        codec_text(p->out, decimal_plain(plain_text, value));
    return e;
}

/* A day that does not depend on which one it is today: "22 Nov 2026" as well as "2026-11-22". */
static enum err pack_day(struct packing *p, json_t *v)
{
    char day_text[DATE_TEXT];
    const char *text = json_string_value(v);
    int32_t day;
    if (!text || !*text)
        return plain(p, v);
    enum err e = date_read(text, 0, p->path, &day, &p->c->why);
    if (!e)
        codec_text(p->out, date_plain(day_text, day));
    return e ? wrong(p, "must be a date like 2026-11-22") : OK;
}

static enum err money_object(struct packing *p, json_t *v)
{
    json_t *amount = json_object_get(v, "amount"), *currency = json_object_get(v, "currency");
    int64_t number;
    if (json_object_size(v) != 2 || !amount || !json_is_string(currency))
        return wrong(p, "must be \"12.34 EUR\" or {\"amount\": minor units, \"currency\": code}");
    codec_map(p->out, 2);
    codec_text(p->out, "amount");
    if (json_is_string(amount) && args_whole(json_string_value(amount), &number))
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
    if (f->type == FIELD_IDS || f->type == FIELD_TEXTS)
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

json_t *args_split(const char *text)
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
        parsed = args_split(text);
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
    case FIELD_COUNT: return pack_number(p, v);
    case FIELD_DECIMAL: return pack_decimal(p, f, v);
    case FIELD_DATE: return pack_day(p, v);
    case FIELD_ID: /* text is a number or a name, an integer an id: args_parse has told them apart in words */
    case FIELD_ENUM:
    case FIELD_TEXT:
    case FIELD_LINES:
    case FIELD_SECRET:
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
        const struct field *f =
            p->depth == 1 ? shape_argument(shape, key, strlen(key)) : shape_field(shape, key, strlen(key));
        snprintf(p->path + at, sizeof p->path - at, "%s%.60s", at ? "." : "", key);
        if (!f)
            return wrong(p, "there is no such field");
        if (strcmp(f->name, key) != 0 &&
            json_object_get(object, f->name)) /* "id" is the first one's other name */
            return refuse(&p->c->why, ERR_INVALID, f->name, "is given twice");
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
