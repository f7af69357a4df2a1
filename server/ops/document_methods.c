/* Which methods of payment a document offers: its list (empty: all that are), and no_card, which older programs know. Either sets the other. */
#include "server/ops/document.h"
#include "server/ops/patch.h"
#include "server/ops/payment_gateway.h"
#include <string.h>

static bool same_list(const struct text_list *a, const struct text_list *b)
{
    bool same = a->n == b->n;
    for (size_t i = 0; same && i < a->n; i++)
        same = strcmp(a->v[i], b->v[i]) == 0;
    return same;
}

/* Is it a card that customers pay with? Fails with what is wrong about the i-th. */
static enum err look_at(struct call *c, const struct text_list *methods, size_t i, bool *card)
{
    const struct gateway_kind *kind;
    struct gateway_method m;
    const char *field = arena_printf(c->arena, "document.methods.%zu", i);
    for (size_t k = 0; k < i; k++)
        if (strcmp(methods->v[k], methods->v[i]) == 0)
            return REFUSE(c, ERR_INVALID, field, "is there twice");
    enum err e = gateway_method_read(c, methods->v[i], &kind, &m);
    if (e == ERR_NOT_FOUND)
        return REFUSE(c, ERR_INVALID, field, "is no method of payment: gateway.list names them");
    *card = !e && m.mode == MODE_CARD && gateway_begun(kind);
    return e;
}

static enum err from_list(struct call *c, const struct document *was, struct document *d)
{
    bool any = !d->methods.n;
    for (size_t i = 0; i < d->methods.n; i++) {
        bool card = false;
        enum err e = look_at(c, &d->methods, i, &card);
        if (e)
            return e;
        any |= card;
    }
    if (d->no_card != was->no_card && d->no_card == any)
        return REFUSE(c, ERR_INVALID, "document.no_card", "says otherwise than methods");
    d->no_card = !any;
    return OK;
}

/* What an older program says: with true, no card is left in the list; with false, there is no list any more. */
static enum err from_no_card(struct call *c, struct document *d)
{
    struct text_list left = {.v = (const char **)arena_alloc(c->arena, (d->methods.n + 1) * sizeof *left.v)};
    for (size_t i = 0; d->no_card && i < d->methods.n; i++) {
        const struct gateway_kind *kind;
        struct gateway_method m;
        enum err e = gateway_method_read(c, d->methods.v[i], &kind, &m);
        if (e && e != ERR_NOT_FOUND)
            return e;
        if (e || m.mode != MODE_CARD || !gateway_begun(kind))
            left.v[left.n++] = d->methods.v[i];
    }
    d->methods = left;
    return OK;
}

enum err document_methods(struct call *c, const struct document *was, struct document *d)
{
    if (!same_list(&was->methods, &d->methods))
        return from_list(c, was, d);
    return d->no_card == was->no_card ? OK : from_no_card(c, d);
}
