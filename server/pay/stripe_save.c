/* Saving at Stripe: its owner gives a means at a checkout page of mode "setup", which takes no money; what is kept here is the names of the means and of its owner
 * there. What is removed here is taken off its owner there, and can not be charged any more by anybody. */
#include "common/date.h"
#include "server/pay/stripe_api.h"
#include "server/pay/stripe_saved.h"
#include <stdio.h>
#include <string.h>

#define SESSIONS "/v1/checkout/sessions"
#define FORM_MOST 4000

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
    json_t *root;
    *out = (struct gateway_saving){.state = GATEWAY_PENDING};
    const struct stripe_call call = {
        .gateway = g, .path = SESSIONS "/", .id = id, .rest = "?expand[0]=setup_intent.payment_method"};
    const enum stripe_says says = stripe_ask(&call, &root, out->sentence);
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

/* --- forgetting ------------------------------------------------------------------------------------------------------------------ */
/* What is not there any more, or is nobody's, is as good as taken off: that is a refusal, or unknown. */
enum err stripe_forget(const struct gateway *g, const char *token, char said[200])
{
    char means[200];
    json_t *answer = NULL;
    if (sscanf(token, "%199s", means) != 1 || strncmp(means, "pm_", 3) != 0 || !stripe_name(means))
        return OK;
    const struct stripe_call call = {
        .gateway = g, .path = "/v1/payment_methods/", .id = means, .rest = "/detach", .form = ""};
    const enum stripe_says says = stripe_ask(&call, &answer, said);
    json_decref(answer);
    return says == STRIPE_DONE || says == STRIPE_NONE || says == STRIPE_REFUSED ? OK : ERR_OFFLINE;
}
