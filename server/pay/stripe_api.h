/* Speaking with Stripe: one request at a time, as their API wants it, and what its answers mean. What a charge, a question or a refund is
 * made of is in stripe.c and stripe_refund.c; this knows no payment. */
#ifndef SERVER_PAY_STRIPE_API_H
#define SERVER_PAY_STRIPE_API_H
#include "common/buf.h"
#include "server/pay/gateway.h"
#include <jansson.h>

#define STRIPE_VERSION "2026-10-28.endive" /* other versions name and nest things otherwise */
#define STRIPE_KEY_MS        \
    (INT64_C(20) * 60 * 60 * \
     1000)                    /* an idempotency key is good for 24 h: one that is older is not sent again */
#define STRIPE_EARLIER_S 3600 /* their clock may be behind ours */
/* Is the key of what was begun then (ms) as old as that? Or can that not be told, for the clock was set: what is sent under it may run again. */
bool stripe_key_is_old(int64_t begun);

/* A form as it goes on the wire: name=value&…; brackets stay as they are, all else that is no letter or digit is written %XX. */
void stripe_form(struct buf *form, const char *name, const char *value);
void stripe_form_number(struct buf *form, const char *name, int64_t value);

enum stripe_says {
    STRIPE_DONE,  /* *root is the object */
    STRIPE_AGAIN, /* no answer, or none that says what was done: ask later, or the same again under the same key. `said` says why, for staff */
    STRIPE_LOST,  /* as AGAIN; but under that key it will say nothing else: look whether it was done */
    STRIPE_NONE,  /* it knows nothing of that name */
    STRIPE_REFUSED, /* it was not done, and will not be: `said` is its sentence, for the one who pays */
};
struct stripe_call {
    const struct gateway *gateway;
    const char *
        path; /* "/v1/checkout/sessions", or where a name follows, "/v1/refunds/", "/v1/disputes?payment_intent=" */
    const char *
        id; /* … that name, as they gave it or as it was kept: no other letters than names have are sent; NULL: none */
    const char *rest;  /* … and what follows that: "/expire", "&created[gte]=1"; NULL: nothing */
    const char *after; /* of a page of a list: behind that row of theirs; NULL: the first */
    int pages;         /* of a list: it is looked through so far, a hundred rows each; 0: a day of it */
    const char *form;  /* NULL: it is a question */
    const char *key;   /* idempotency key of what is done */
    json_t **refused;  /* of STRIPE_REFUSED: gets the answer; NULL: nobody looks at it */
};
/* *root: for json_decref; NULL but for STRIPE_DONE. said: 200 bytes. Blocks. */
enum stripe_says stripe_ask(const struct stripe_call *call, json_t **root, char said[200]);

/* Is it what names of theirs consist of? Anything else in a place for one would say something else to them. */
bool stripe_name(const char *id);

/* It is not known what became of it, and this is why: ERR_OFFLINE. */
enum err stripe_in_the_way(struct gateway_outcome *out, const char *said) MUST_USE;

/* A text or number of an object, by a path of names ("payment_intent.id"); "" or 0 where there is none. Good as long as the object. */
const char *stripe_text(const json_t *object, const char *path);
int64_t stripe_number(const json_t *object,
                      const char *path); /* beyond what amounts may be, which is no number of Stripe's: 0 */
/* What it says, its texts as people may be shown them; NULL: it is no JSON. To be decref'd. */
json_t *stripe_read(const void *bytes, size_t size, json_error_t *wrong);
const char *stripe_id(const json_t *object,
                      const char *path); /* of what is there as an id or as a whole object */

/* --- pages of a list ------------------------------------------------------------------------------------------------------------ */
/* Looks at a list, newest first, until `stop` says so: STRIPE_DONE; STRIPE_NONE: it did not, and all was looked at; STRIPE_LOST: it did not, and there
 * is more than anybody looks through. */
enum stripe_says stripe_rows(const struct stripe_call *list, bool (*stop)(void *, json_t *), void *context,
                             char said[200]);
/* Looks at a list, newest first, until `is` says yes: *found is then the object's own, for json_decref. STRIPE_NONE: there is none such. */
enum stripe_says stripe_find(const struct stripe_call *list, bool (*is)(const json_t *, const char *),
                             const char *wanted, json_t **found, char said[200]);

/* --- settings ------------------------------------------------------------------------------------------------------------------- */
enum { STRIPE_SECRET_FIELD = 4, STRIPE_WEBHOOK_FIELD = 5 }; /* common/model.def */
/* Opens a sealed key, in the arena: wipe it. ERR_NOT_FOUND: none is set. */
enum err stripe_secret(struct arena *a, uint32_t business, int field, struct bytes sealed,
                       const char **text) MUST_USE;
struct bytes stripe_seal(struct arena *a, uint32_t business, int field, const char *text);

/* --- amounts -------------------------------------------------------------------------------------------------------------------- */
/* An amount as it stands on their wire. ERR_CURRENCY: they take no such currency. ERR_INVALID: it can not be written there. `why` may be NULL. */
enum err stripe_amount(struct money amount, int64_t *wire, struct refusal *why) MUST_USE;
/* gateway_takes: that, and no less and no more than they take. */
enum err stripe_takes(const struct gateway_settings *settings, struct money amount,
                      struct refusal *why) MUST_USE;
const char *stripe_currency(const struct money *amount, char to[4]); /* "eur" */
/* Is it that what the object says (amount and currency under these names)? */
bool stripe_same(const json_t *object, const char *amount_name, struct money amount);
/* The amount of an object as it is here. ERR_CURRENCY, ERR_INVALID: it is none that could be. */
enum err stripe_money(const json_t *object, const char *amount_name, struct money *out) MUST_USE;

/* What an amount on their wire is, of a currency in small letters. ERR_CURRENCY: none that we know. ERR_INVALID: it can not be written in it. */
enum err stripe_amount_read(int64_t wire, const char *currency, struct money *amount) MUST_USE;

/* --- what it took (stripe_list.c) ----------------------------------------------------------------------------------------------------- */
enum err stripe_list(const struct gateway *g, struct arena *a, const struct gateway_asking *asking,
                     struct gateway_list *out, struct refusal *why) MUST_USE;

/* --- taken back (stripe_dispute.c) --------------------------------------------------------------------------------------------------- */
/* Of one that was paid: does the payer's bank dispute it, or did it take the money back? Then *out says so; else it stays as it is. */
enum err stripe_disputed(const struct gateway *g, const struct payment *p, const char *intent,
                         struct gateway_outcome *out) MUST_USE;

/* --- giving back (stripe_refund.c) ------------------------------------------------------------------------------------------------ */
enum err stripe_refund(const struct gateway *g, const struct payment *p, const char *key, struct money amount,
                       struct gateway_outcome *out) MUST_USE;
enum err stripe_refund_ask(const struct gateway *g, const char *key, const char *id,
                           struct gateway_outcome *out) MUST_USE;
enum gateway_state stripe_refund_state(const json_t *refund);

/* --- what happened (stripe_news.c) --------------------------------------------------------------------------------------------------- */
enum err stripe_news(const struct gateway *g, struct arena *a, int64_t since, struct gateway_news_list *out,
                     char said[200]) MUST_USE;
enum err stripe_look(const struct gateway *g, struct arena *a, const struct gateway_news *news,
                     struct gateway_found *out, char said[200]) MUST_USE;
/* What an event is about; false: nothing that is looked at here. The texts are the event's. */
bool stripe_event_about(const json_t *event, struct gateway_news *out);
#endif
