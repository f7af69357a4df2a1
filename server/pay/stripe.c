/* Stripe's hosted checkout. A charge is a Checkout Session: made once under the payment's key, paid by the customer at its own page, asked about
 * until it is complete or has expired. What is sent depends on nothing but the payment in the store, so that sending it again under the same
 * key is the same request; and who knows no answer of it knows no page either, so nobody can have paid there. */
#include "server/core/daemon.h"
#include "server/pay/http.h"
#include "server/pay/stripe_api.h"
#include "server/pay/stripe_saved.h"
#include <stdio.h>
#include <string.h>

#define SESSIONS "/v1/checkout/sessions"
#define FORM_MOST 8000

static bool has(const char *text)
{
    return text && *text;
}

static bool stripe_method(size_t i, struct gateway_method *out)
{
    *out = (struct gateway_method){.name = "checkout", .mode = MODE_CARD, .title = "Online", .keeps = true};
    return i == 0;
}

/* --- settings ------------------------------------------------------------------------------------------------------------------- */
static const char *stripe_lacks(const struct gateway_settings *s)
{
    if (!s->stripe || !s->stripe->secret.size)
        return "its secret key: secret";
    return has(s->stripe->success_url) ? NULL
                                       : "the page that payers come back to: settings.stripe.success_url";
}

static bool plain(const char *text, const char *more)
{
    for (; *text; text++)
        if (*text <= ' ' || *text >= 127 || strchr("\"<>\\^`|", *text) ||
            (!strchr(more, *text) && strchr("{}", *text)))
            return false;
    return true;
}

static enum err stripe_check(struct arena *a, struct gateway_settings *settings, struct refusal *why)
{
    struct stripe_settings *s = settings->stripe;
    (void)a;
    if (!s)
        return OK;
    if (has(s->success_url) && (strncmp(s->success_url, "https://", 8) != 0 || !plain(s->success_url, "{}")))
        return refuse(why, ERR_INVALID, "settings.stripe.success_url", "give a page: https://…");
    if (has(s->account) && (strncmp(s->account, "acct_", 5) != 0 || !plain(s->account, "")))
        return refuse(why, ERR_INVALID, "settings.stripe.account", "begins with acct_");
    const char *path = has(s->api) ? strchr(s->api + 8, '/') : NULL;
    if (has(s->api) && (!http_loopback(s->api) || path))
        return refuse(why, ERR_INVALID, "settings.stripe.api",
                      "a service on this machine only: http://127.0.0.1:PORT");
    if (has(s->api) && !http_allows_loopback())
        return refuse(why, ERR_INVALID, "settings.stripe.api",
                      "only where the operator lets gateways be on this machine: --local-gateways");
    s->has_secret = s->secret.size != 0;
    s->has_webhook_secret = s->webhook_secret.size != 0;
    return OK;
}

static enum err stripe_keep(struct arena *a, uint32_t business, struct gateway_settings *settings,
                            enum gateway_secret which, const char *text, struct refusal *why)
{
    const bool webhook = which == GATEWAY_WEBHOOK_SECRET;
    const char *field = webhook ? "webhook_secret" : "secret";
    struct stripe_settings *s =
        settings->stripe ? arena_copy(a, settings->stripe, sizeof *s) : arena_alloc(a, sizeof *s);
    if (*text && !plain(text, ""))
        return refuse(why, ERR_INVALID, field, "letters, digits and _ only");
    if (*text && webhook && strncmp(text, "whsec_", 6) != 0)
        return refuse(why, ERR_INVALID, field, "begins with whsec_");
    if (*text && !webhook && strncmp(text, "sk_", 3) != 0 && strncmp(text, "rk_", 3) != 0)
        return refuse(why, ERR_INVALID, field, "begins with sk_ or rk_; a publishable key opens nothing");
    *(webhook ? &s->webhook_secret : &s->secret) =
        stripe_seal(a, business, webhook ? STRIPE_WEBHOOK_FIELD : STRIPE_SECRET_FIELD, text);
    settings->stripe = s;
    return OK;
}

/* --- before --------------------------------------------------------------------------------------------------------------------- */
/* The page that is come back to is part of what is sent: kept with the payment, so that it stays the same when the setting does not. */
static enum err stripe_take(const struct gateway *g, struct arena *a, const struct gateway_method *method,
                            const void *given, int32_t today, struct gateway_taken *out, struct refusal *why)
{
    (void)method, (void)given, (void)today, (void)why;
    out->token = arena_printf(a, "%s", g->settings.stripe->success_url);
    out->method = "Online, by Stripe";
    return OK;
}

/* --- what a session says -------------------------------------------------------------------------------------------------------- */
static void outcome(struct gateway_outcome *out, enum gateway_state state, const char *sentence)
{
    out->state = state;
    snprintf(out->sentence, sizeof out->sentence, "%s", sentence);
    err_mend(out->sentence);
}

/* Nothing is believed of a session that is not the payment's: another account's, another amount. */
static const char *not_ours(const json_t *session, const struct payment *p)
{
    if (strcmp(stripe_text(session, "object"), "checkout.session") != 0 ||
        strncmp(stripe_text(session, "id"), "cs_", 3) != 0)
        return "the gateway answers with something that is no checkout";
    if (has(p->gateway_id) && strcmp(stripe_text(session, "id"), p->gateway_id) != 0)
        return "the gateway answers with another checkout than was asked for";
    if (strcmp(stripe_text(session, "client_reference_id"), p->key) != 0)
        return "the gateway answers with a checkout of another payment, or another account";
    return stripe_same(session, "amount_total", p->amount)
               ? NULL
               : "the gateway says another amount or currency than the payment: nothing is settled";
}

/* A debit is on its way for days after the page was done with: its intent says what became of it. */
static enum err ask_intent(const struct gateway *g, const json_t *session, struct gateway_outcome *out)
{
    char said[200];
    const char *id = stripe_id(session, "payment_intent");
    json_t *intent;
    out->state = GATEWAY_PENDING;
    if (!*id)
        return OK;
    if (stripe_ask(&(struct stripe_call){.gateway = g, .path = "/v1/payment_intents/", .id = id}, &intent,
                   said) != STRIPE_DONE)
        return stripe_in_the_way(out, said);
    const char *status = stripe_text(intent, "status");
    const char *words = stripe_text(intent, "last_payment_error.message");
    if (strcmp(status, "succeeded") == 0)
        out->state = GATEWAY_SUCCEEDED;
    else if (strcmp(status, "requires_payment_method") == 0)
        outcome(out, GATEWAY_FAILED, *words ? words : "The bank did not make the payment.");
    else if (strcmp(status, "canceled") == 0)
        outcome(out, GATEWAY_FAILED, "The payment was called off.");
    json_decref(intent);
    return OK;
}

static enum err judge(const struct gateway *g, const json_t *session, const struct payment *p,
                      struct gateway_outcome *out)
{
    const char *status = stripe_text(session, "status"), *paid = stripe_text(session, "payment_status");
    const char *wrong = not_ours(session, p);
    if (wrong)
        return stripe_in_the_way(out, wrong);
    *out = (struct gateway_outcome){.state = GATEWAY_PENDING};
    snprintf(out->id, sizeof out->id, "%s", stripe_text(session, "id"));
    if (strcmp(status, "complete") == 0) {
        if (strcmp(paid, "paid") != 0)
            return ask_intent(g, session, out);
        out->state = GATEWAY_SUCCEEDED;
        if (p->state != PAY_PENDING)
            return stripe_disputed(g, p, stripe_id(session, "payment_intent"), out);
    } else if (strcmp(status, "expired") == 0) {
        outcome(out, GATEWAY_FAILED, "It was not completed in time.");
    } else if (strcmp(status, "open") == 0) {
        const char *url = stripe_text(session, "url");
        if (strncmp(url, "https://", 8) != 0 || strlen(url) >= sizeof out->url || !plain(url, ""))
            return stripe_in_the_way(out, "the gateway's checkout has no page that could be shown");
        snprintf(out->url, sizeof out->url, "%s", url);
        out->until = stripe_number(session, "expires_at") * 1000;
    } else {
        return stripe_in_the_way(out, "the gateway's checkout is in a state that is not known here");
    }
    return OK;
}

/* --- asking --------------------------------------------------------------------------------------------------------------------- */
static enum stripe_says get_session(const struct gateway *g, const char *id, json_t **session, char said[200])
{
    return stripe_ask(&(struct stripe_call){.gateway = g, .path = SESSIONS "/", .id = id}, session, said);
}

static enum err stripe_ask_about(const struct gateway *g, const struct payment *p,
                                 struct gateway_outcome *out)
{
    char said[200];
    json_t *session;
    *out = (struct gateway_outcome){.state = GATEWAY_UNKNOWN};
    if (!has(p->gateway_id))
        return OK; /* it is made, or found, by charging: under the same key */
    if (stripe_is_saved(p))
        return stripe_saved_ask(g, p, out);
    if (get_session(g, p->gateway_id, &session, said) != STRIPE_DONE)
        return stripe_in_the_way(out, said);
    enum err e = judge(g, session, p, out);
    json_decref(session);
    return e;
}

static bool bears(const json_t *session, const char *key)
{
    return strcmp(stripe_text(session, "client_reference_id"), key) == 0;
}

/* The session of a payment whose answer was never heard. Sessions can not be looked for by what we call them: by when they were made. */
static enum stripe_says find_session(const struct gateway *g, const struct payment *p, json_t **session,
                                     char said[200])
{
    char days[100];
    const long long made = p->created / 1000;
    snprintf(days, sizeof days, "?created[gte]=%lld&created[lte]=%lld", made - STRIPE_EARLIER_S,
             made + STRIPE_KEY_MS / 1000 + STRIPE_EARLIER_S);
    return stripe_find(&(struct stripe_call){.gateway = g, .path = SESSIONS, .rest = days}, bears, p->key,
                       session, said);
}

static enum err judge_found(const struct gateway *g, const struct payment *p, const char *none,
                            struct gateway_outcome *out)
{
    char said[200];
    json_t *session;
    const enum stripe_says says = find_session(g, p, &session, said);
    if (says != STRIPE_DONE)
        return stripe_in_the_way(out, says == STRIPE_NONE ? none : said);
    enum err e = judge(g, session, p, out);
    json_decref(session);
    return e;
}

/* --- charging ------------------------------------------------------------------------------------------------------------------- */
/* "INV-000001, INV-000002 and 3 more" */
static void name_of(const struct payment *p, char name[200])
{
    size_t told = 0, n = 0;
    *name = '\0';
    for (; told < p->allocations.n && told < 3; told++)
        n += (size_t)snprintf(name + n, 200 - n, "%s%s", told ? ", " : "", p->allocations.v[told].number);
    if (told < p->allocations.n)
        snprintf(name + n, 200 - n, " and %zu more", p->allocations.n - told);
    if (!told)
        snprintf(name, 200, "%s", p->number);
}

/* Of the payment alone: no clock, no setting that may have changed. */
static enum err write_form(const struct payment *p, struct buf *form)
{
    char name[200], currency[4];
    int64_t wire;
    enum err e = stripe_amount(p->amount, &wire, NULL);
    if (e)
        return e;
    name_of(p, name);
    stripe_form(form, "mode", "payment");
    stripe_form(form, "client_reference_id", p->key);
    stripe_form(form, "success_url", p->token);
    stripe_form(form, "line_items[0][price_data][currency]", stripe_currency(&p->amount, currency));
    stripe_form_number(form, "line_items[0][price_data][unit_amount]", wire);
    stripe_form(form, "line_items[0][price_data][product_data][name]", name);
    stripe_form_number(form, "line_items[0][quantity]", 1);
    stripe_form(form, "metadata[postern]", p->key);
    stripe_form(form, "payment_intent_data[metadata][postern]", p->key);
    buf_add(form, "", 1);
    return form->full ? ERR_INTERNAL : OK;
}

static enum err check_account(const struct gateway *g, struct gateway_outcome *out)
{
    const char *wanted = g->settings.stripe->account;
    char said[200];
    json_t *account;
    if (!has(wanted))
        return OK;
    if (stripe_ask(&(struct stripe_call){.gateway = g, .path = "/v1/account"}, &account, said) != STRIPE_DONE)
        return stripe_in_the_way(out, said);
    const bool same = strcmp(stripe_text(account, "id"), wanted) == 0;
    json_decref(account);
    return same ? OK : stripe_in_the_way(out, "the secret key is another account's than the settings name");
}

#define STAFF \
    "no checkout of it is found at the gateway, and it is too late to ask for one again: call it off"
static enum err make_session(const struct gateway *g, const struct payment *p, struct gateway_outcome *out)
{
    char key[100], said[200];
    struct buf form;
    json_t *session = NULL;
    buf_init(&form, FORM_MOST);
    enum err e = write_form(p, &form);
    if (e) {
        buf_fini(&form);
        return stripe_in_the_way(out, "the payment can not be written for the gateway");
    }
    snprintf(key, sizeof key, "postern-charge-%s", p->key);
    const struct stripe_call call = {
        .gateway = g, .path = SESSIONS, .form = (const char *)form.data, .key = key};
    switch (stripe_ask(&call, &session, said)) {
    case STRIPE_DONE: e = judge(g, session, p, out); break;
    case STRIPE_LOST: e = judge_found(g, p, said, out); break;
    case STRIPE_REFUSED: outcome(out, GATEWAY_FAILED, said); break;
    default: e = stripe_in_the_way(out, said); break;
    }
    json_decref(session);
    buf_fini(&form);
    return e;
}

static enum err stripe_charge(const struct gateway *g, const struct payment *p, struct gateway_outcome *out)
{
    *out = (struct gateway_outcome){.state = GATEWAY_UNKNOWN};
    if (!g->settings.stripe || !has(p->token) || !has(p->key))
        return stripe_in_the_way(out, "the gateway's settings are gone");
    enum err e = check_account(g, out);
    if (e)
        return e;
    if (stripe_is_saved(p))
        return stripe_saved_charge(g, p, out);
    if (stripe_key_is_old(p->created))
        return judge_found(g, p, STAFF, out);
    return make_session(g, p, out);
}

/* --- calling off ---------------------------------------------------------------------------------------------------------------- */
#define CALLED_OFF "It was called off before anything was paid."
static enum err expire(const struct gateway *g, const struct payment *p, const char *id,
                       struct gateway_outcome *out)
{
    char said[200];
    struct payment asked = *p;
    json_t *session;
    enum stripe_says says = stripe_ask(
        &(struct stripe_call){.gateway = g, .path = SESSIONS "/", .id = id, .rest = "/expire", .form = ""},
        &session, said);
    if (says == STRIPE_REFUSED) { /* it is not open: paid, or expired */
        asked.gateway_id = id;
        return stripe_ask_about(g, &asked, out);
    }
    if (says != STRIPE_DONE)
        return stripe_in_the_way(out, said);
    enum err e = judge(g, session, p, out);
    json_decref(session);
    if (!e && out->state == GATEWAY_FAILED)
        outcome(out, GATEWAY_FAILED, CALLED_OFF);
    return e;
}

/* None is found, and a request that makes one may be under way: its key is taken, so that whatever arrives under it is this one session, and that is
 * closed. When the key is too old for that no request of it can arrive any more either. */
static enum err cancel_unmade(const struct gateway *g, const struct payment *p, struct gateway_outcome *out)
{
    char id[sizeof out->id];
    if (stripe_key_is_old(p->created)) {
        outcome(out, GATEWAY_FAILED, CALLED_OFF);
        return OK;
    }
    enum err e = stripe_charge(g, p, out);
    if (e || out->state != GATEWAY_PENDING)
        return e;
    snprintf(id, sizeof id, "%s", out->id);
    return expire(g, p, id, out);
}

static enum err stripe_cancel(const struct gateway *g, const struct payment *p, struct gateway_outcome *out)
{
    char said[200], id[200];
    json_t *session;
    *out = (struct gateway_outcome){.state = GATEWAY_UNKNOWN};
    if (stripe_is_saved(p))
        return stripe_saved_cancel(g, p, out);
    if (has(p->gateway_id))
        return expire(g, p, p->gateway_id, out);
    enum stripe_says says = find_session(g, p, &session, said);
    if (says == STRIPE_NONE)
        return cancel_unmade(g, p, out);
    if (says != STRIPE_DONE)
        return stripe_in_the_way(out, said);
    snprintf(id, sizeof id, "%s", stripe_text(session, "id"));
    json_decref(session);
    return expire(g, p, id, out);
}

/* The page that its owner comes back to is a part of what is sent. */
static const char *stripe_token(const struct gateway *g, struct arena *a, const char *token)
{
    const char *whole = arena_printf(a, "%s %s", token, g->settings.stripe->success_url);
    return strlen(whole) <= 200 ? whole : token;
}

/* Often while the payer is at the page, then less and less: until it expires, a day at most, and for debits as long as they take. */
static int64_t stripe_pause(int64_t n)
{
    return n <= 15 ? 2000 : n <= 27 ? 5000 : n <= 44 ? 30000 : 300000;
}

const struct gateway_doing gateway_stripe = {
    .method = stripe_method,
    .lacks = stripe_lacks,
    .check = stripe_check,
    .keep_secret = stripe_keep,
    .takes = stripe_takes,
    .pause = stripe_pause,
    .take = stripe_take,
    .charge = stripe_charge,
    .ask = stripe_ask_about,
    .save = stripe_save,
    .save_ask = stripe_save_ask,
    .token = stripe_token,
    .forget = stripe_forget,
    .cancel = stripe_cancel,
    .refund = stripe_refund,
    .refund_ask = stripe_refund_ask,
    .news = stripe_news,
    .look = stripe_look,
    .list = stripe_list,
};
