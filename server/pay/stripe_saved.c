/* Charging what was saved at Stripe (stripe_save.c). A charge is a payment intent that is made and confirmed in one request under the payment's key: a pure
 * function of the payment, so that an answer that was lost is asked for again by the same. A bank that wants its customer, who is not there, has declined
 * the confirmation and not the intent: that is confirmed once more with a page for them, and can take the money only once. */
#include "server/core/daemon.h"
#include "server/core/secret.h"
#include "server/pay/stripe_api.h"
#include "server/pay/stripe_saved.h"
#include <stdio.h>
#include <string.h>

#define INTENTS "/v1/payment_intents"
#define FORM_MOST 4000
#define AWAY_MS \
    (INT64_C(3) * 86400 * 1000) /* so long its owner, who was not there, is waited for: the mail says so */
#define THERE_MS (INT64_C(1) * 86400 * 1000) /* … who was: as long as the page of a checkout is there */

static bool has(const char *text)
{
    return text && *text;
}

/* --- what an intent says ------------------------------------------------------------------------------------------------------- */
bool stripe_is_saved(const struct payment *p)
{
    return has(p->token) && strncmp(p->token, "pm_", 3) == 0;
}

static void fail(struct gateway_outcome *out, const char *sentence)
{
    out->state = GATEWAY_FAILED;
    snprintf(out->sentence, sizeof out->sentence, "%s", sentence);
    err_mend(out->sentence);
}

/* Never again by a machine: what the bank says for good, and what it wants its customer for. Error: an object as in last_payment_error. */
static bool for_good(const json_t *error)
{
    static const char *const words[] = {"lost_card",       "stolen_card",  "pickup_card",
                                        "fraudulent",      "expired_card", "authentication_required",
                                        "do_not_try_again"};
    const char *said[] = {stripe_text(error, "code"), stripe_text(error, "decline_code"),
                          stripe_text(error, "advice_code")};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        for (size_t k = 0; k < sizeof said / sizeof *said; k++)
            if (strcmp(words[i], said[k]) == 0)
                return true;
    return false;
}

/* Its bank asks for its owner, who was not there when it was charged: nothing was taken, and with them it may go on. */
static bool wants_owner(const json_t *error)
{
    return strcmp(stripe_text(error, "code"), "authentication_required") == 0;
}

static int64_t ends(const struct payment *p)
{
    return p->created + (p->attempt ? AWAY_MS : THERE_MS);
}

static bool waits_for_owner(const struct payment *p)
{
    return p->attempt && daemon_now() <= ends(p);
}

static bool bears(const json_t *intent, const char *key)
{
    return strcmp(stripe_text(intent, "metadata.postern"), key) == 0;
}

static enum err judge(const struct gateway *g, const json_t *intent, const struct payment *p,
                      struct gateway_outcome *out)
{
    const char *status = stripe_text(intent, "status"), *id = stripe_text(intent, "id");
    if (strncmp(id, "pi_", 3) != 0 || !bears(intent, p->key) ||
        (has(p->gateway_id) && strcmp(id, p->gateway_id) != 0))
        return stripe_in_the_way(out, "the gateway answers with a charge that is not the one asked for");
    if (!stripe_same(intent, "amount", p->amount))
        return stripe_in_the_way(
            out, "the gateway says another amount or currency than the payment: nothing is settled");
    *out = (struct gateway_outcome){.state = GATEWAY_PENDING};
    snprintf(out->id, sizeof out->id, "%s", id);
    const json_t *error = json_object_get(intent, "last_payment_error");
    if (strcmp(status, "succeeded") == 0) {
        out->state = GATEWAY_SUCCEEDED;
        return p->state == PAY_PENDING ? OK : stripe_disputed(g, p, id, out);
    }
    if (strcmp(status, "requires_payment_method") == 0 && wants_owner(error) && waits_for_owner(p))
        return OK; /* the page for them comes when this name of it is on record: stripe_saved_ask */
    if (strcmp(status, "requires_payment_method") == 0) {
        fail(out, has(stripe_text(error, "message")) ? stripe_text(error, "message")
                                                     : "The bank did not make the payment.");
        out->never = for_good(error);
    } else if (strcmp(status, "canceled") == 0) {
        fail(out, "The payment was called off.");
    } else if (strcmp(status, "requires_action") == 0) {
        const char *url = stripe_text(intent, "next_action.redirect_to_url.url");
        if (strncmp(url, "https://", 8) == 0 && strlen(url) < sizeof out->url)
            snprintf(out->url, sizeof out->url, "%s", url);
        out->until = ends(p);
    }
    return OK;
}

struct names {
    char means[200], owner[200], back[2048];
};

/* "pm_1 cus_1", and behind that the page to come back to, of a charge whose owner is there. */
static bool read_token(const char *token, struct names *n)
{
    *n = (struct names){.back = ""};
    return sscanf(token, "%199s %199s %2047s", n->means, n->owner, n->back) >= 2;
}

/* The confirmation is refused: what became of the intent it says itself. It has failed only once it is closed, so that nothing can be paid on it any more. */
static enum err owner_refused(const struct gateway *g, const struct payment *p, const json_t *error,
                              const char *said, struct gateway_outcome *out)
{
    const bool never = for_good(json_object_get(error, "error"));
    enum err e = stripe_saved_cancel(g, p, out);
    if (!e && out->state == GATEWAY_FAILED) {
        fail(out, said);
        out->never = never;
    }
    return e;
}

/* One for each time that their bank asks: by the page that was shown before, which is on record. Under the key of the first the answer to that would be told once
 * more, with its page, where nothing can be done any more. */
static void confirm_key(const struct payment *p, char key[100])
{
    uint8_t digest[32];
    const int n = snprintf(key, 100, "postern-owner-there-%s", p->key);
    if (!has(p->url))
        return;
    secret_digest(digest, NULL, p->url, strlen(p->url));
    snprintf(key + n, 100 - (size_t)n, "-%02x%02x%02x%02x", digest[0], digest[1], digest[2], digest[3]);
}

/* Confirms the intent with its owner there: the answer has the page of their bank. An answer that was lost is asked for again under the same key, and what it became is
 * told by the intent itself. */
static enum err call_owner(const struct gateway *g, const struct payment *p, struct gateway_outcome *out)
{
    char key[100], said[200];
    struct names n;
    struct buf form;
    json_t *intent = NULL, *error = NULL;
    if (!read_token(p->token, &n))
        return stripe_in_the_way(out, "the saved method can not be read");
    buf_init(&form, FORM_MOST);
    confirm_key(p, key);
    stripe_form(&form, "payment_method", n.means);
    stripe_form(&form, "return_url", *n.back ? n.back : g->settings.stripe->success_url);
    buf_add(&form, "", 1);
    const struct stripe_call call = {.gateway = g,
                                     .path = INTENTS "/",
                                     .id = p->gateway_id,
                                     .rest = "/confirm",
                                     .form = (const char *)form.data,
                                     .key = key,
                                     .refused = &error};
    enum err e;
    switch (stripe_ask(&call, &intent, said)) {
    case STRIPE_DONE: e = judge(g, intent, p, out); break;
    case STRIPE_REFUSED: e = owner_refused(g, p, error, said, out); break;
    default: e = stripe_in_the_way(out, said); break;
    }
    json_decref(intent);
    json_decref(error);
    buf_fini(&form);
    return e;
}

/* Nobody came: it is closed, so that nothing can be paid on it any more. */
static enum err give_up(const struct gateway *g, const struct payment *p, struct gateway_outcome *out)
{
    enum err e = stripe_saved_cancel(g, p, out);
    if (!e && out->state == GATEWAY_FAILED) {
        fail(out,
             p->attempt
                 ? "The bank wanted to know something of its customer, and nobody answered in three days."
                 : "The bank wanted to know something of its customer, and nobody answered in a day.");
        out->never = p->attempt != 0;
    }
    return e;
}

static enum err get_intent(const struct gateway *g, const struct payment *p, json_t **intent,
                           struct gateway_outcome *out)
{
    char said[200];
    return stripe_ask(&(struct stripe_call){.gateway = g, .path = INTENTS "/", .id = p->gateway_id}, intent,
                      said) == STRIPE_DONE
               ? OK
               : stripe_in_the_way(out, said);
}

enum err stripe_saved_ask(const struct gateway *g, const struct payment *p, struct gateway_outcome *out)
{
    json_t *intent;
    enum err e = get_intent(g, p, &intent, out);
    if (e)
        return e;
    e = judge(g, intent, p, out);
    const bool pending = !e && out->state == GATEWAY_PENDING;
    const char *status = stripe_text(intent, "status");
    const bool called = pending && p->attempt && strcmp(status, "requires_payment_method") == 0,
               away = pending && strcmp(status, "requires_action") == 0 && daemon_now() > ends(p);
    json_decref(intent);
    return called ? call_owner(g, p, out) : away ? give_up(g, p, out) : e;
}

/* --- charging -------------------------------------------------------------------------------------------------------------------- */
/* Of the payment alone: no clock, no setting that may have changed. */
static enum err write_form(const struct payment *p, const struct names *n, struct buf *form)
{
    char currency[4];
    int64_t wire;
    enum err e = stripe_amount(p->amount, &wire, NULL);
    if (e)
        return e;
    stripe_form_number(form, "amount", wire);
    stripe_form(form, "currency", stripe_currency(&p->amount, currency));
    stripe_form(form, "customer", n->owner);
    stripe_form(form, "payment_method", n->means);
    stripe_form(form, "confirm", "true");
    if (p->attempt)
        stripe_form(form, "off_session", "true");
    else if (*n->back)
        stripe_form(form, "return_url", n->back);
    stripe_form(form, "metadata[postern]", p->key);
    buf_add(form, "", 1);
    return form->full ? ERR_INTERNAL : OK;
}

/* Looks for it; *none: there is none, which is a fault that says so. */
static enum err look_for_intent(const struct gateway *g, const struct payment *p, const struct names *n,
                                struct gateway_outcome *out, bool *none)
{
    char days[100], said[200];
    json_t *intent;
    const long long made = p->created / 1000;
    snprintf(days, sizeof days, "&created[gte]=%lld&created[lte]=%lld", made - STRIPE_EARLIER_S,
             made + STRIPE_KEY_MS / 1000 + STRIPE_EARLIER_S);
    const struct stripe_call list = {
        .gateway = g, .path = INTENTS "?customer=", .id = n->owner, .rest = days};
    const enum stripe_says says = stripe_find(&list, bears, p->key, &intent, said);
    *none = says == STRIPE_NONE;
    if (says != STRIPE_DONE)
        return stripe_in_the_way(out, *none ? "no charge of it is found at the gateway, and it is too late "
                                              "to ask for one again: call it off"
                                            : said);
    enum err e = judge(g, intent, p, out);
    json_decref(intent);
    return e;
}

/* It can not be told how old its key is there: it may run again. So it is looked for, and never made anew. */
static enum err find_intent(const struct gateway *g, const struct payment *p, const struct names *n,
                            struct gateway_outcome *out)
{
    bool none;
    return look_for_intent(g, p, n, out, &none);
}

static void charge_key(const struct payment *p, char key[100])
{
    snprintf(key, 100, "postern-charge-%s", p->key);
}

/* A request of it may still be on its way: its key is taken for an intent that is not confirmed, and so takes nothing. What arrives later under that key is something else
 * than was asked for, and refused there; what arrived before has the key, and is found. *none: neither can be told now. */
static enum err take_key(const struct gateway *g, const struct payment *p, const struct names *n,
                         struct gateway_outcome *out, bool *none)
{
    char key[100], currency[4], said[200];
    struct buf form;
    json_t *intent = NULL;
    int64_t wire;
    enum err e = stripe_amount(p->amount, &wire, NULL);
    if (e)
        return stripe_in_the_way(out, "the payment can not be written for the gateway");
    buf_init(&form, FORM_MOST);
    charge_key(p, key);
    stripe_form_number(&form, "amount", wire);
    stripe_form(&form, "currency", stripe_currency(&p->amount, currency));
    stripe_form(&form, "customer", n->owner);
    stripe_form(&form, "metadata[postern]", p->key);
    buf_add(&form, "", 1);
    const struct stripe_call call = {
        .gateway = g, .path = INTENTS, .form = (const char *)form.data, .key = key};
    const enum stripe_says says = stripe_ask(&call, &intent, said);
    struct payment named = *p;
    named.gateway_id = stripe_text(intent, "id");
    *none = false;
    if (says == STRIPE_DONE && has(named.gateway_id))
        e = stripe_saved_cancel(g, &named, out);
    else if (says == STRIPE_LOST)
        e = look_for_intent(g, p, n, out, none);
    else
        e = stripe_in_the_way(out, said);
    json_decref(intent);
    buf_fini(&form);
    return e;
}

/* What is not there when no request of it can arrive any more was never made, and never is. */
static enum err cancel_unnamed(const struct gateway *g, const struct payment *p, struct gateway_outcome *out)
{
    const int64_t age = daemon_now() - p->created;
    struct names n;
    bool none;
    if (!read_token(p->token, &n))
        return stripe_in_the_way(out, "the saved method can not be read");
    enum err e = look_for_intent(g, p, &n, out, &none);
    if (none && !stripe_key_is_old(p->created))
        e = take_key(g, p, &n, out, &none);
    else if (!none && !e && has(out->id)) { /* it is there: then it is called off, or as it says */
        struct payment named = *p;
        char id[sizeof out->id];
        memcpy(id, out->id, sizeof id);
        named.gateway_id = id;
        return stripe_saved_cancel(g, &named, out);
    }
    if (!none)
        return e;
    if (age <= STRIPE_KEY_MS + STRIPE_EARLIER_S * 1000)
        return stripe_in_the_way(out, "no charge of it is found at the gateway, where it may still arrive");
    *out = (struct gateway_outcome){.state = GATEWAY_UNKNOWN};
    fail(out, "The payment was called off.");
    return OK;
}

/* What may be another account's: the key was changed, and what the request names is not there. A charge of before is not undone by that. */
static bool another_account(const json_t *error, const struct payment *p)
{
    return p->unknown && strcmp(stripe_text(error, "code"), "resource_missing") == 0;
}

/* A refusal comes with the intent, in which its reason stands; one without is of the request. */
static enum err refused(const struct gateway *g, const json_t *root, const struct payment *p,
                        const char *said, struct gateway_outcome *out)
{
    const json_t *error = json_object_get(root, "error"), *intent = json_object_get(error, "payment_intent");
    *out = (struct gateway_outcome){.state = GATEWAY_FAILED};
    if (bears(intent, p->key) && wants_owner(error) && waits_for_owner(p))
        return judge(g, intent, p, out);
    if (!bears(intent, p->key) && another_account(error, p))
        return stripe_in_the_way(out, said);
    if (bears(intent, p->key))
        snprintf(out->id, sizeof out->id, "%s", stripe_text(intent, "id"));
    fail(out, said);
    out->never = for_good(error);
    return OK;
}

enum err stripe_saved_charge(const struct gateway *g, const struct payment *p, struct gateway_outcome *out)
{
    char key[100], said[200];
    struct names n;
    struct buf form;
    json_t *root = NULL, *error = NULL;
    if (!read_token(p->token, &n))
        return stripe_in_the_way(out, "the saved method can not be read");
    if (stripe_key_is_old(p->created))
        return find_intent(g, p, &n, out);
    if (p->unknown) { /* how old its key is there is not for our clock alone to say: it is looked for before it is asked for again */
        bool none;
        enum err e = look_for_intent(g, p, &n, out, &none);
        if (!none)
            return e;
    }
    buf_init(&form, FORM_MOST);
    enum err e = write_form(p, &n, &form);
    charge_key(p, key);
    const struct stripe_call call = {
        .gateway = g, .path = INTENTS, .form = (const char *)form.data, .key = key, .refused = &error};
    if (e)
        e = stripe_in_the_way(out, "the payment can not be written for the gateway");
    else
        switch (stripe_ask(&call, &root, said)) {
        case STRIPE_DONE: e = judge(g, root, p, out); break;
        case STRIPE_LOST: e = find_intent(g, p, &n, out); break;
        case STRIPE_REFUSED: e = refused(g, error, p, said, out); break;
        default: e = stripe_in_the_way(out, said); break;
        }
    json_decref(root);
    json_decref(error);
    buf_fini(&form);
    return e;
}

enum err stripe_saved_cancel(const struct gateway *g, const struct payment *p, struct gateway_outcome *out)
{
    char said[200];
    json_t *root;
    if (!has(p->gateway_id))
        return cancel_unnamed(g, p, out);
    const struct stripe_call call = {
        .gateway = g, .path = INTENTS "/", .id = p->gateway_id, .rest = "/cancel", .form = ""};
    const enum stripe_says says = stripe_ask(&call, &root, said);
    if (says != STRIPE_DONE && says != STRIPE_REFUSED)
        return stripe_in_the_way(out, said);
    enum err e = says == STRIPE_REFUSED ? get_intent(g, p, &root, out) : OK; /* it is paid, or on its way */
    if (e)
        return e;
    e = judge(g, root, p, out);
    json_decref(root);
    return e;
}
