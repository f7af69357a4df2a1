#include "server/pay/gateway.h"
#include <stdlib.h>
#include <string.h>

#define ALWAYS false
#define WITH_SANDBOX true
static const struct gateway_kind kinds[] = {
#define GATEWAY(symbol, number, name, opened, doing, help) {number, name, opened, &doing, help},
#include "server/pay/gateways.def"
#undef GATEWAY
};
#undef ALWAYS
#undef WITH_SANDBOX
#define KINDS (sizeof kinds / sizeof *kinds)

const struct gateway_kind *gateway_kinds(size_t *n)
{
    *n = KINDS;
    return kinds;
}

const struct gateway_kind *gateway_kind(const char *name)
{
    for (size_t i = 0; name && i < KINDS; i++)
        if (strcmp(kinds[i].name, name) == 0)
            return &kinds[i];
    return NULL;
}

const struct gateway_kind *gateway_numbered(int64_t number)
{
    for (size_t i = 0; i < KINDS; i++)
        if (kinds[i].number == number)
            return &kinds[i];
    return NULL;
}

const char *gateway_note(const char *name)
{
    const struct gateway_kind *kind = gateway_kind(name);
    return kind ? kind->doing->note : NULL;
}

bool gateway_method(const struct gateway_kind *kind, size_t i, struct gateway_method *out)
{
    return kind->doing->method(i, out);
}

bool gateway_method_named(const struct gateway_kind *kind, const char *name, struct gateway_method *out)
{
    for (size_t i = 0; gateway_method(kind, i, out); i++)
        if (strcmp(out->name, name) == 0)
            return true;
    return false;
}

/* --- those that this process has open ---------------------------------------------------------------------------------------- */
struct gateways {
    bool here[KINDS];
    void *own[KINDS];
};

enum err gateways_open(const char *folder, bool sandbox, struct gateways **out)
{
    struct gateways *g = calloc(1, sizeof *g);
    enum err e = g ? OK : ERR_NO_MEMORY;
    for (size_t i = 0; !e && i < KINDS; i++) {
        if (kinds[i].sandbox && !sandbox)
            continue;
        if (kinds[i].doing->open)
            e = kinds[i].doing->open(folder, &g->own[i]);
        g->here[i] = !e;
    }
    if (e)
        gateways_close(g);
    else
        *out = g;
    return e;
}

void gateways_close(struct gateways *g)
{
    for (size_t i = 0; g && i < KINDS; i++)
        if (g->here[i] && kinds[i].doing->close)
            kinds[i].doing->close(g->own[i]);
    free(g);
}

bool gateways_here(const struct gateways *g, const struct gateway_kind *kind)
{
    return g && kind && g->here[kind - kinds];
}

enum err gateways_find(const struct gateways *g, const struct gateway_kind *kind, struct gateway *out)
{
    if (!gateways_here(g, kind))
        return ERR_NOT_FOUND;
    out->kind = kind;
    out->own = g->own[kind - kinds];
    return OK;
}

/* --- paying with one ----------------------------------------------------------------------------------------------------------- */
bool gateway_begun(const struct gateway_kind *kind)
{
    return kind->doing->take || kind->doing->begin;
}

bool gateway_elsewhere(const struct gateway_kind *kind)
{
    return kind->doing->begin && !kind->doing->take;
}

const char *gateway_lacks(const struct gateway_kind *kind, const struct gateway_settings *settings)
{
    return kind->doing->lacks ? kind->doing->lacks(settings) : NULL;
}

enum err gateway_check(const struct gateway_kind *kind, struct arena *a, struct gateway_settings *settings,
                       struct refusal *why)
{
    return kind->doing->check ? kind->doing->check(a, settings, why) : OK;
}

enum err gateway_keep_secret(const struct gateway_kind *kind, struct arena *a, uint32_t business,
                             struct gateway_settings *settings, enum gateway_secret which, const char *text,
                             struct refusal *why)
{
    return kind->doing->keep_secret
               ? kind->doing->keep_secret(a, business, settings, which, text, why)
               : refuse(why, ERR_INVALID, "secret", "%s has no secrets to be told", kind->name);
}

enum err gateway_takes(const struct gateway *g, struct money amount, struct refusal *why)
{
    return g->kind->doing->takes ? g->kind->doing->takes(&g->settings, amount, why) : OK;
}

int64_t gateway_pause(const struct gateway *g, int64_t n)
{
    return g->kind->doing->pause ? g->kind->doing->pause(n) : 0;
}

enum err gateway_begin(const struct gateway *g, struct arena *a, const struct gateway_method *method,
                       const struct business *business, const struct payment *p, struct gateway_told *out)
{
    *out = (struct gateway_told){.url = NULL};
    return g->kind->doing->begin ? g->kind->doing->begin(g, a, method, business, p, out) : OK;
}

enum err gateway_take(const struct gateway *g, struct arena *a, const struct gateway_method *method,
                      const void *given, int32_t today, struct gateway_taken *out, struct refusal *why)
{
    return g->kind->doing->take(g, a, method, given, today, out, why);
}

enum err gateway_charge(const struct gateway *g, const struct payment *p, struct gateway_outcome *out)
{
    return g->kind->doing->charge(g, p, out);
}

enum err gateway_ask(const struct gateway *g, const struct payment *p, struct gateway_outcome *out)
{
    return g->kind->doing->ask(g, p, out);
}

const struct shape *gateway_step(const struct gateway_kind *kind, const char *step)
{
    return step && *step && kind && kind->doing->step ? kind->doing->step(step) : NULL;
}

enum err gateway_answer(const struct gateway *g, const struct payment *p, const void *given,
                        struct gateway_outcome *out, struct refusal *why)
{
    return g->kind->doing->answer ? g->kind->doing->answer(g, p, given, out, why) : ERR_STATE;
}

enum err gateway_cancel(const struct gateway *g, const struct payment *p, struct gateway_outcome *out)
{
    return g->kind->doing->cancel ? g->kind->doing->cancel(g, p, out) : ERR_SWITCHED_OFF;
}

enum err gateway_refund(const struct gateway *g, const struct payment *p, const char *key,
                        struct money amount, struct gateway_outcome *out)
{
    return g->kind->doing->refund ? g->kind->doing->refund(g, p, key, amount, out) : ERR_SWITCHED_OFF;
}

bool gateway_gives_back(const struct gateway_kind *kind)
{
    return kind->doing->refund && kind->doing->refund_ask;
}

enum err gateway_refund_ask(const struct gateway *g, const char *key, const char *id,
                            struct gateway_outcome *out)
{
    return g->kind->doing->refund_ask ? g->kind->doing->refund_ask(g, key, id, out) : ERR_SWITCHED_OFF;
}

bool gateway_tells(const struct gateway_kind *kind)
{
    return kind->doing->news;
}

enum err gateway_news(const struct gateway *g, struct arena *a, int64_t since, struct gateway_news_list *out,
                      char said[200])
{
    return g->kind->doing->news(g, a, since, out, said);
}

enum err gateway_look(const struct gateway *g, struct arena *a, const struct gateway_news *news,
                      struct gateway_found *out, char said[200])
{
    return g->kind->doing->look(g, a, news, out, said);
}

enum err gateway_save(const struct gateway *g, const char *key, const char *currency,
                      struct gateway_saving *out)
{
    *out = (struct gateway_saving){.state = GATEWAY_PENDING};
    return g->kind->doing->save ? g->kind->doing->save(g, key, currency, out) : ERR_SWITCHED_OFF;
}

enum err gateway_save_ask(const struct gateway *g, const char *id, const char *owner,
                          struct gateway_saving *out)
{
    *out = (struct gateway_saving){.state = GATEWAY_PENDING};
    return g->kind->doing->save_ask ? g->kind->doing->save_ask(g, id, owner, out) : ERR_SWITCHED_OFF;
}

enum err gateway_forget(const struct gateway *g, const char *token, char said[200])
{
    return g->kind->doing->forget ? g->kind->doing->forget(g, token, said) : OK;
}

bool gateway_forgets(const char *name)
{
    const struct gateway_kind *kind = name ? gateway_kind(name) : NULL;
    return kind && kind->doing->forget;
}

const char *gateway_token(const struct gateway *g, struct arena *a, const char *token)
{
    return g->kind->doing->token ? g->kind->doing->token(g, a, token) : token;
}

enum err gateway_list(const struct gateway *g, struct arena *a, const struct gateway_asking *asking,
                      struct gateway_list *out, struct refusal *why)
{
    *out = (struct gateway_list){.pays_out = false};
    return g->kind->doing->list ? g->kind->doing->list(g, a, asking, out, why) : ERR_SWITCHED_OFF;
}
