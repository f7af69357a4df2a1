/* A payment is begun and confirmed. What was begun is stored nowhere: the customer holds it, sealed for the one who began it, and it ends
 * by itself (docs/decisions/gateways.md). */
#include "common/codec.h"
#include "server/core/limits.h"
#include "server/ops/method.h"
#include "server/ops/payment.h"
#include "server/ops/payment_make.h"
#include "server/core/secret.h"
#include <string.h>

#define SEALED_AS 60 /* a field of no payment */

static struct secret_owner owner_of(const struct call *c)
{
    return (struct secret_owner){c->txn.business, KIND_PAYMENT, SEALED_AS, who_number(&c->who)};
}

static const char *seal(struct call *c, const struct begun *b)
{
    struct buf packed;
    buf_init(&packed, LIMIT_FRAME);
    codec_pack(&packed, shape_begun(), b, CODEC_STORE);
    const char *text = secret_text(c->arena, secret_seal(c->arena, owner_of(c), packed.data, packed.size));
    buf_fini(&packed);
    return text;
}

static enum err unseal(struct call *c, const char *text, struct begun *b)
{
    struct bytes sealed, plain;
    if (!secret_text_read(c->arena, text, &sealed) ||
        secret_unseal(c->arena, owner_of(c), sealed, &plain) != OK ||
        codec_load(c->arena, shape_begun(), plain.data, plain.size, b) != OK)
        return REFUSE(c, ERR_INVALID, "begun", "is nothing that you began with payment.begin");
    if (b->until <= c->now)
        return REFUSE(c, ERR_STATE, "begun", "it was begun too long ago: begin again");
    return OK;
}

enum err op_payment_begin(struct call *c, const struct payment_begin_in *in, struct payment_begin_out *out)
{
    struct begun begun = {
        .parts = in->parts, .expect = in->expect, .until = c->now + LIMIT_BEGUN_MS, .credit = in->credit};
    struct payment_parts parts;
    const struct gateway_offer *by;
    struct payment p = {.id = 0};
    struct gateway_told told;
    struct saved_method *saved = NULL;
    enum err e = in->saved ? method_usable(c, in->saved, &saved) : OK;
    if (!e && saved && in->method && *in->method)
        e = REFUSE(c, ERR_INVALID, "method", "the saved one says by which");
    if (!e)
        e = payment_method(c, saved ? saved->method : in->method, &by);
    if (!e)
        e = payment_gather(c, &begun, by, &p, &parts);
    if (!e)
        e = gateway_tell(c, by, &p, &told);
    if (e)
        return e;
    begun.parts = parts.whole; /* with the amounts, as they are now */
    begun.method = by->name;
    begun.saved = in->saved;
    out->begun = seal(c, &begun);
    out->until = begun.until;
    out->method = by->name;
    out->fields = payment_fields(c, by->method.wants && !saved ? by->method.wants() : NULL);
    out->keeps = by->method.keeps && by->method.wants && !saved && !c->who.document;
    out->note = by->gateway->kind->doing->note;
    out->url = told.url;
    out->reference = told.told.n == 1 ? told.told.v[0].reference : NULL;
    out->told = told.told;
    e = payment_agreed(c, by, &out->agree);
    out->elsewhere = gateway_elsewhere(by->gateway->kind);
    return e;
}

enum err prep_payment_confirm(struct call *c, const struct payment_confirm_in *in)
{
    struct payment_chosen *chosen = arena_alloc(c->arena, sizeof *chosen);
    const struct gateway_offer *by;
    enum err e = unseal(c, in->begun, &chosen->begun);
    if (!e)
        e = payment_method(c, chosen->begun.method, &by);
    if (!e && gateway_elsewhere(by->gateway->kind))
        e = REFUSE(c, ERR_STATE, "begun", "%s is made elsewhere, as it was told: nothing is confirmed here",
                   by->name);
    if (!e && chosen->begun.saved && in->given.n)
        e = REFUSE(c, ERR_INVALID, "given", "a saved method asks for nothing");
    else if (!e && chosen->begun.saved)
        e = payment_take_saved(c, by, chosen);
    else if (!e)
        e = payment_take(c, by, &in->given, chosen);
    if (!e && in->save)
        e = payment_may_keep(c, by, chosen);
    if (e)
        return e;
    uint8_t digest[32]; /* the same for whoever confirms the same, and for nothing else */
    secret_digest(digest, NULL, in->begun, strlen(in->begun));
    chosen->key = payment_key(c, digest);
    c->prepared = chosen;
    return OK;
}

static bool has_key(void *key, void *payment)
{
    const char *own = ((const struct payment *)payment)->key;
    return own && strcmp(own, key) == 0;
}

/* A payment bears the key of what it was begun as: a second one would be counted twice and charged once. */
static enum err check_once(struct call *c, const struct payment_chosen *chosen)
{
    enum err e = OK;
    struct payment *before = NULL;
    for (size_t i = 0; !e && !before && i < chosen->begun.parts.n; i++)
        e = payment_on(c, chosen->begun.parts.v[i].invoice, has_key, (void *)(uintptr_t)chosen->key, &before);
    return e || !before ? e : REFUSE(c, ERR_STATE, "begun", "it was confirmed before, as %s", before->number);
}

enum err op_payment_confirm(struct call *c, const struct payment_confirm_in *in,
                            struct payment_confirm_out *out)
{
    (void)in;
    enum err e = check_once(c, c->prepared);
    return e ? e : payment_make(c, c->prepared, &out->payment);
}
