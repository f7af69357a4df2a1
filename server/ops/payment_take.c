/* What a method of payment asks for, and what was given: said by the shape in its gateway's file, checked by that alone. */
#include "common/codec.h"
#include "server/ops/payment_make.h"
#include "server/core/secret.h"
#include <string.h>

/* "card_number" → "Card number" */
static const char *label_of(struct call *c, const struct field *f)
{
    char *label = arena_text(c->arena, f->name, f->name_size);
    for (char *p = label; *p; p++)
        *p = *p == '_' ? ' ' : *p;
    if (*label >= 'a' && *label <= 'z')
        *label = (char)(*label - 'a' + 'A');
    return label;
}

struct pay_field_list payment_fields(struct call *c, const struct shape *wants)
{
    struct pay_field_list list = {0, NULL};
    if (!wants)
        return list;
    list.v = arena_alloc(c->arena, wants->n * sizeof *list.v);
    for (size_t i = 0; i < wants->n; i++) {
        const struct field *f = &wants->fields[i];
        list.v[list.n++] = (struct pay_field){.name = f->name,
                                              .label = label_of(c, f),
                                              .secret = f->type == FIELD_SECRET,
                                              .must = (f->flags & FIELD_MUST) != 0,
                                              .min = f->min,
                                              .max = f->max,
                                              .help = f->help};
    }
    return list;
}

static void wipe(const char *typed)
{
    if (typed)
        secret_wipe((char *)(uintptr_t)typed, strlen(typed));
}

/* As the wire would have it, so that the codec checks it: a map from names to texts. In one block, which is wiped: a buffer that
 * grows leaves copies behind. */
static enum err pack(const struct pay_given_list *given, struct buf *b)
{
    static const uint8_t nothing[64];
    size_t size = 16;
    for (size_t i = 0; i < given->n; i++)
        size += strlen(given->v[i].name) + strlen(given->v[i].value) + 16;
    buf_init(b, size);
    for (size_t n = 0; n < size; n += sizeof nothing)
        buf_add(b, nothing, size - n < sizeof nothing ? size - n : sizeof nothing);
    buf_clear(b);
    codec_map(b, (uint32_t)given->n);
    for (size_t i = 0; i < given->n; i++) {
        codec_text(b, given->v[i].name);
        codec_text(b, given->v[i].value);
    }
    return b->full ? ERR_INTERNAL : OK;
}

static enum err read_given(struct call *c, const struct shape *wants, const struct pay_given_list *given,
                           void *to)
{
    struct buf b;
    enum err e = pack(given, &b);
    if (!e)
        e = codec_unpack(c->arena, wants, b.data, b.size, to, NULL, &c->why);
    if (b.data)
        secret_wipe(b.data, b.capacity);
    buf_fini(&b);
    return e;
}

void payment_wipe(const struct shape *wants, void *read)
{
    for (size_t i = 0; i < wants->n; i++)
        wipe(*(const char **)(void *)((char *)read + wants->fields[i].offset));
}

enum err payment_read(struct call *c, const struct shape *wants, const struct pay_given_list *given, void *to)
{
    enum err e = read_given(c, wants, given, to);
    if (e)
        payment_wipe(wants, to);
    for (size_t i = 0; i < given->n; i++)
        wipe(given->v[i].value);
    return e;
}

static enum err ask_gateway(void *prepared, struct arena *a, struct refusal *why)
{
    struct payment_chosen *chosen = prepared;
    const struct gateway_method *method = &chosen->by->method;
    enum err e =
        gateway_take(chosen->by->gateway, a, method, chosen->given, chosen->today, &chosen->taken, why);
    if (chosen->given)
        payment_wipe(method->wants(), chosen->given);
    return e;
}

enum err payment_take(struct call *c, const struct gateway_offer *by, const struct pay_given_list *given,
                      struct payment_chosen *chosen)
{
    const struct shape *wants = by->method.wants ? by->method.wants() : NULL;
    chosen->by = by;
    chosen->given = wants ? arena_alloc(c->arena, wants->size) : NULL;
    enum err e = call_today(c, &chosen->today);
    if (!e && !wants && given->n)
        e = REFUSE(c, ERR_INVALID, given->v[0].name, "%s asks for nothing", by->name);
    if (!e && wants)
        e = payment_read(c, wants, given, chosen->given);
    if (!e)
        c->outside = ask_gateway;
    return e;
}
