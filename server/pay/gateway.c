#include "server/pay/gateway.h"
#include <string.h>

static const struct gateway_kind *const kinds[] = {&gateway_sandbox};

enum err gateway_open(const char *name, const char *folder, struct gateway **out)
{
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (strcmp(kinds[i]->name, name) == 0)
            return kinds[i]->open(folder, out);
    return ERR_NOT_FOUND;
}

void gateway_close(struct gateway *g)
{
    if (g)
        g->kind->close(g);
}

const char *gateway_name(const struct gateway *g)
{
    return g->kind->name;
}

const char *gateway_name_at(size_t i)
{
    return i < sizeof kinds / sizeof *kinds ? kinds[i]->name : NULL;
}

const char *gateway_note(const char *name)
{
    for (size_t i = 0; name && i < sizeof kinds / sizeof *kinds; i++)
        if (strcmp(kinds[i]->name, name) == 0)
            return kinds[i]->note;
    return NULL;
}

enum err gateway_tokenize(struct gateway *g, struct arena *a, const struct gateway_card *card, int32_t today,
                          struct gateway_method *out, struct refusal *why)
{
    return g->kind->tokenize(g, a, card, today, out, why);
}

enum err gateway_charge(struct gateway *g, const char *token, const char *key, struct money amount,
                        struct gateway_outcome *out)
{
    return g->kind->charge(g, token, key, amount, out);
}

enum err gateway_ask(struct gateway *g, const char *key, struct gateway_outcome *out)
{
    return g->kind->ask(g, key, out);
}
