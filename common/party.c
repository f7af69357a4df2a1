#include "common/party.h"
#include "common/codec.h"
#include "common/country.h"
#include <string.h>

#define LARGEST 16384 /* more than an address can hold */

static bool given(const char *s)
{
    return s && *s;
}

const char *party_country(struct arena *a, const struct business *b)
{
    if (given(b->country))
        return b->country;
    const char *written = b->address ? b->address->country : NULL;
    if (given(written))
        return country_of(a, written);
    if (!b->tax_id || strlen(b->tax_id) < 3)
        return NULL;
    /* VAT numbers of the EU begin with their country; other tax numbers might by chance. */
    const char *code = country_of(a, arena_text(a, b->tax_id, 2));
    return country_eu(code) ? code : NULL;
}

struct party *party_seller(struct arena *a, const struct business *b)
{
    struct party *p = arena_alloc(a, sizeof *p);
    *p = (struct party){.name = b->name,
                        .address = b->address,
                        .tax_id = b->tax_id,
                        .registration = b->registration,
                        .email = b->email,
                        .phone = b->phone,
                        .website = b->website,
                        .bank = b->bank,
                        .country = party_country(a, b),
                        .representative = b->representative};
    return p;
}

void party_buyer(struct document *d, const struct customer *customer)
{
    d->customer_name = customer->name;
    d->customer_company = customer->company;
    d->customer_tax_id = customer->tax_id;
    if (!d->own_billing)
        d->billing = customer->billing;
}

void party_strip(struct document *d)
{
    d->seller = NULL;
    d->customer_company = d->customer_tax_id = NULL;
    if (!d->own_billing)
        d->billing = NULL;
}

bool party_same_address(const struct address *a, const struct address *b)
{
    struct buf x, y;
    if (!a || !b)
        return a == b;
    buf_init(&x, LARGEST);
    buf_init(&y, LARGEST);
    codec_pack(&x, shape_address(), a, CODEC_STORE);
    codec_pack(&y, shape_address(), b, CODEC_STORE);
    bool same = x.size == y.size && memcmp(x.data, y.data, x.size) == 0;
    buf_fini(&x);
    buf_fini(&y);
    return same;
}
