/* What was saved at Stripe, and charging it. Its owner gives it at a checkout page of mode "setup", which takes no money; what is kept here is the names of the
 * means and of its owner there. A charge is a payment intent that is made and confirmed in one request under the payment's key: a pure function of
 * the payment, so that an answer that was lost is asked for again by the same. */
#include "server/core/daemon.h"
#include "server/pay/stripe_api.h"
#include "server/pay/stripe_saved.h"
#include "common/date.h"
#include <stdio.h>
#include <string.h>

#define INTENTS "/v1/payment_intents"
#define SESSIONS "/v1/checkout/sessions"
#define FORM_MOST 4000
#define EARLIER_S 3600

static bool has(const char *text)
{
    return text && *text;
}

/* --- saving ------------------------------------------------------------------------------------------------------------------- */
static enum err post(const struct gateway *g, const char *path, struct buf *form, const char *key,
                     json_t **root, char said[200])
{
    buf_add(form, "", 1);
    const struct stripe_call call = {
        .gateway = g, .path = path, .form = (const char *)form->data, .key = key};
    const enum stripe_says says = form->full ? STRIPE_AGAIN : stripe_ask(&call, root, said);
    return says == STRIPE_DONE ? OK : says == STRIPE_REFUSED ? ERR_PAYMENT_FAILED : ERR_OFFLINE;
}

static enum err make_owner(const struct gateway *g, const char *key, char owner[100], char said[200])
{
    char own[100];
    struct buf form;
    json_t *root = NULL;
    buf_init(&form, FORM_MOST);
    snprintf(own, sizeof own, "postern-owner-%s", key);
    stripe_form(&form, "metadata[postern]", key);
    enum err e = post(g, "/v1/customers", &form, own, &root, said);
    snprintf(owner, 100, "%s", stripe_text(root, "id"));
    if (!e && strncmp(owner, "cus_", 4) != 0) {
        snprintf(said, 200, "the gateway answers with something that is no customer");
        e = ERR_OFFLINE;
    }
    json_decref(root);
    buf_fini(&form);
    return e;
}

enum err stripe_save(const struct gateway *g, const char *key, const char *currency,
                     struct gateway_saving *out)
{
    char own[100];
    struct buf form;
    struct money none = {0};
    json_t *root = NULL;
    *out = (struct gateway_saving){.state = GATEWAY_PENDING};
    enum err e = make_owner(g, key, out->owner, out->sentence);
    if (e)
        return e;
    snprintf(none.currency, sizeof none.currency, "%s", currency);
    buf_init(&form, FORM_MOST);
    snprintf(own, sizeof own, "postern-save-%s", key);
    char small[4];
    stripe_form(&form, "mode", "setup");
    stripe_form(&form, "client_reference_id", key);
    stripe_form(&form, "success_url", g->settings.stripe->success_url);
    stripe_form(&form, "customer", out->owner);
    stripe_form(&form, "currency", stripe_currency(&none, small));
    e = post(g, SESSIONS, &form, own, &root, out->sentence);
    snprintf(out->id, sizeof out->id, "%s", stripe_text(root, "id"));
    snprintf(out->url, sizeof out->url, "%s", stripe_text(root, "url"));
    if (!e && (strncmp(out->id, "cs_", 3) != 0 || strncmp(out->url, "https://", 8) != 0)) {
        snprintf(out->sentence, sizeof out->sentence, "the gateway's page could not be shown");
        e = ERR_OFFLINE;
    }
    json_decref(root);
    buf_fini(&form);
    return e;
}

/* "visa" → "Visa" */
static void name_brand(char to[41], const char *brand)
{
    snprintf(to, 41, "%s", brand);
    if (*to >= 'a' && *to <= 'z')
        *to = (char)(*to - 'a' + 'A');
}

static bool take_means(const json_t *means, const char *owner, struct gateway_saving *out)
{
    const char *id = stripe_text(means, "id");
    const bool card = strcmp(stripe_text(means, "type"), "card") == 0;
    const int64_t month = stripe_number(means, "card.exp_month"),
                  year = stripe_number(means, "card.exp_year");
    const int n = snprintf(out->token, sizeof out->token, "%s %s", id, owner);
    if (strncmp(id, "pm_", 3) != 0 || n < 0 || (size_t)n >= sizeof out->token)
        return false;
    out->debit = !card;
    name_brand(out->brand, card ? stripe_text(means, "card.brand") : "Account");
    snprintf(out->last4, sizeof out->last4, "%s",
             stripe_text(means, card ? "card.last4" : "sepa_debit.last4"));
    if (card && month >= 1 && month <= 12 && year > 2000 && year < 9999)
        out->expires = month == 12 ? date_of((int)year, 12, 31) : date_of((int)year, (int)month + 1, 1) - 1;
    return true;
}

enum err stripe_save_ask(const struct gateway *g, const char *id, const char *owner,
                         struct gateway_saving *out)
{
    char path[400];
    json_t *root;
    *out = (struct gateway_saving){.state = GATEWAY_PENDING};
    snprintf(path, sizeof path, SESSIONS "/%s?expand[0]=setup_intent.payment_method", id);
    const enum stripe_says says =
        stripe_ask(&(struct stripe_call){.gateway = g, .path = path}, &root, out->sentence);
    if (says != STRIPE_DONE)
        return ERR_OFFLINE;
    const char *status = stripe_text(root, "status");
    const bool ours =
        strcmp(stripe_text(root, "id"), id) == 0 && strcmp(stripe_id(root, "customer"), owner) == 0;
    if (ours && strcmp(status, "expired") == 0) {
        out->state = GATEWAY_FAILED;
        snprintf(out->sentence, sizeof out->sentence, "It was not completed in time.");
    } else if (ours && strcmp(status, "complete") == 0 &&
               strcmp(stripe_text(root, "setup_intent.status"), "succeeded") == 0 &&
               take_means(json_object_get(json_object_get(root, "setup_intent"), "payment_method"), owner,
                          out)) {
        out->state = GATEWAY_SUCCEEDED;
    }
    json_decref(root);
    return OK;
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
        return p->state == PAY_PENDING ? OK : stripe_disputed(g, id, out);
    }
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
    }
    return OK;
}

enum err stripe_saved_ask(const struct gateway *g, const struct payment *p, struct gateway_outcome *out)
{
    char path[300], said[200];
    json_t *intent;
    snprintf(path, sizeof path, INTENTS "/%s", p->gateway_id);
    if (stripe_ask(&(struct stripe_call){.gateway = g, .path = path}, &intent, said) != STRIPE_DONE)
        return stripe_in_the_way(out, said);
    enum err e = judge(g, intent, p, out);
    json_decref(intent);
    return e;
}

/* --- charging -------------------------------------------------------------------------------------------------------------------- */
struct names {
    char means[200], owner[200], back[2048];
};

/* "pm_1 cus_1", and behind that the page to come back to, of a charge whose owner is there. */
static bool read_token(const char *token, struct names *n)
{
    *n = (struct names){.back = ""};
    return sscanf(token, "%199s %199s %2047s", n->means, n->owner, n->back) >= 2;
}

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
    char query[400], said[200];
    json_t *intent;
    const long long made = p->created / 1000;
    snprintf(query, sizeof query, INTENTS "?customer=%s&created[gte]=%lld&created[lte]=%lld", n->owner,
             made - EARLIER_S, made + STRIPE_KEY_MS / 1000 + EARLIER_S);
    const enum stripe_says says = stripe_find(g, query, bears, p->key, &intent, said);
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

/* As long as it may still be asked for, a request may be on its way; later, what is not there was never made, and never is. */
static enum err cancel_unnamed(const struct gateway *g, const struct payment *p, struct gateway_outcome *out)
{
    struct names n;
    bool none;
    if (!read_token(p->token, &n))
        return stripe_in_the_way(out, "the saved method can not be read");
    enum err e = look_for_intent(g, p, &n, out, &none);
    if (!none)
        return e;
    if (daemon_now() - p->created <= STRIPE_KEY_MS + EARLIER_S * 1000)
        return stripe_in_the_way(out, "no charge of it is found at the gateway, where it may still arrive");
    *out = (struct gateway_outcome){.state = GATEWAY_UNKNOWN};
    fail(out, "The payment was called off.");
    return OK;
}

/* A refusal comes with the intent, in which its reason stands; one without is of the request. */
static enum err refused(const struct gateway *g, const json_t *root, const struct payment *p,
                        const char *said, struct gateway_outcome *out)
{
    const json_t *error = json_object_get(root, "error"), *intent = json_object_get(error, "payment_intent");
    *out = (struct gateway_outcome){.state = GATEWAY_FAILED};
    (void)g;
    if (bears(intent, p->key))
        snprintf(out->id, sizeof out->id, "%s", stripe_text(intent, "id"));
    fail(out, said);
    out->never = for_good(error);
    return OK;
}

enum err stripe_saved_charge(const struct gateway *g, const struct payment *p, struct gateway_outcome *out)
{
    const int64_t age = daemon_now() - p->created;
    char key[100], said[200];
    struct names n;
    struct buf form;
    json_t *root = NULL, *error = NULL;
    if (!read_token(p->token, &n))
        return stripe_in_the_way(out, "the saved method can not be read");
    if (age > STRIPE_KEY_MS || age < -EARLIER_S * 1000)
        return find_intent(g, p, &n, out);
    buf_init(&form, FORM_MOST);
    enum err e = write_form(p, &n, &form);
    snprintf(key, sizeof key, "postern-charge-%s", p->key);
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
    char path[300], said[200];
    json_t *root;
    if (!has(p->gateway_id))
        return cancel_unnamed(g, p, out);
    snprintf(path, sizeof path, INTENTS "/%s/cancel", p->gateway_id);
    switch (stripe_ask(&(struct stripe_call){.gateway = g, .path = path, .form = ""}, &root, said)) {
    case STRIPE_DONE: break;
    case STRIPE_REFUSED: return stripe_saved_ask(g, p, out); /* it is paid, or on its way */
    default: return stripe_in_the_way(out, said);
    }
    enum err e = judge(g, root, p, out);
    json_decref(root);
    return e;
}
