#include "server/pay/stripe_api.h"
#include "server/core/daemon.h"
#include "common/kind.h"
#include "common/text.h"
#include "server/core/secret.h"
#include "server/pay/http.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HOME "https://api.stripe.com"
#define NAME_MOST 199
#define PAGES 50 /* of a hundred: what is looked for is within a day */
#define SAID 200

/* --- forms ---------------------------------------------------------------------------------------------------------------------- */
static void add_escaped(struct buf *form, const char *text, const char *plain)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.~";
    for (; *text; text++) {
        char hex[4];
        snprintf(hex, sizeof hex, "%%%02X", (unsigned)(unsigned char)*text);
        const bool as_is = strchr(letters, *text) || strchr(plain, *text);
        buf_add(form, as_is ? text : hex, as_is ? 1 : 3);
    }
}

bool stripe_key_is_old(int64_t begun)
{
    const int64_t age = daemon_now() - begun;
    return age > STRIPE_KEY_MS || age < -STRIPE_EARLIER_S * 1000;
}

void stripe_form(struct buf *form, const char *name, const char *value)
{
    if (form->size)
        buf_add(form, "&", 1);
    add_escaped(form, name, "[]");
    buf_add(form, "=", 1);
    add_escaped(form, value, "");
}

void stripe_form_number(struct buf *form, const char *name, int64_t value)
{
    char text[24];
    snprintf(text, sizeof text, "%lld", (long long)value);
    stripe_form(form, name, text);
}

/* --- objects -------------------------------------------------------------------------------------------------------------------- */
static const json_t *at_path(const json_t *object, const char *path)
{
    while (object && *path) {
        char name[60];
        const size_t n = strcspn(path, ".");
        snprintf(name, sizeof name, "%.*s", (int)n, path);
        object = json_object_get(object, name);
        path += path[n] ? n + 1 : n;
    }
    return object;
}

const char *stripe_text(const json_t *object, const char *path)
{
    const char *text = json_string_value(at_path(object, path));
    return text ? text : "";
}

int64_t stripe_number(const json_t *object, const char *path)
{
    const int64_t n = json_integer_value(at_path(object, path));
    return n >= -MONEY_MAX && n <= MONEY_MAX ? n : 0;
}

/* Texts as people may be shown them, wherever they go from here: into mails, onto screens, into what is stored. */
static json_t *shown(struct arena *a, json_t *value)
{
    const char *key;
    json_t *part;
    size_t i;
    if (json_is_string(value))
        return json_string(text_shown(a, json_string_value(value), false));
    if (json_is_array(value)) {
        json_array_foreach(value, i, part) json_array_set_new(value, i, shown(a, part));
    } else if (json_is_object(value)) {
        json_object_foreach(value, key, part) json_object_set_new(value, key, shown(a, part));
    }
    return json_incref(value);
}

json_t *stripe_read(const void *bytes, size_t size, json_error_t *wrong)
{
    json_t *read = json_loadb(bytes, size, JSON_REJECT_DUPLICATES, wrong);
    if (!read)
        return NULL;
    struct arena *a = arena_open();
    json_t *clean = shown(a, read);
    json_decref(read);
    arena_close(a);
    return clean;
}

const char *stripe_id(const json_t *object, const char *path)
{
    const json_t *there = at_path(object, path);
    return json_is_object(there) ? stripe_text(there, "id") : stripe_text(object, path);
}

/* --- keys ----------------------------------------------------------------------------------------------------------------------- */
static struct secret_owner owner(uint32_t business, int field)
{
    return (struct secret_owner){business, KIND_GATEWAY, (uint16_t)field, GATEWAY_STRIPE};
}

enum err stripe_secret(struct arena *a, uint32_t business, int field, struct bytes sealed, const char **text)
{
    struct bytes plain;
    enum err e =
        sealed.size ? secret_unseal(a, owner(business, field), sealed, &plain) : (enum err)ERR_NOT_FOUND;
    if (!e)
        *text = (const char *)plain.data;
    return e;
}

struct bytes stripe_seal(struct arena *a, uint32_t business, int field, const char *text)
{
    return *text ? secret_seal(a, owner(business, field), text, strlen(text)) : (struct bytes){NULL, 0};
}

/* --- asking --------------------------------------------------------------------------------------------------------------------- */
static void say(char said[SAID], const char *before, const char *words)
{
    struct arena *a = arena_open();
    snprintf(said, SAID, "%s%s", before, text_shown(a, words, false));
    err_mend(said);
    arena_close(a);
}

static const char *trouble(int status)
{
    switch (status) {
    case 401: return "the gateway refuses the secret key: ";
    case 403: return "the secret key may not do that at the gateway: ";
    case 409: return "the gateway is at it already: ";
    case 429: return "too much is asked of the gateway: ";
    default: return "the gateway is in trouble: ";
    }
}

/* What an answer without the object means. */
static enum stripe_says judge(const struct http_answer *h, const json_t *root, char said[SAID])
{
    char number[40];
    const char *type = stripe_text(root, "error.type"), *words = stripe_text(root, "error.message");
    snprintf(number, sizeof number, "HTTP %d", h->status);
    words = *words ? words : number;
    if (h->status == 400 && strcmp(type, "idempotency_error") == 0) {
        say(said, "that key was used for something else: ", words);
        return STRIPE_LOST;
    }
    if (h->status == 404) {
        say(said, "the gateway knows nothing of it; is the secret key another account's? ", words);
        return STRIPE_NONE;
    }
    if ((h->status == 400 || h->status == 402) && *type) {
        say(said, "", words);
        return STRIPE_REFUSED;
    }
    say(said, trouble(h->status), words);
    return h->status >= 500 && h->replayed ? STRIPE_LOST : STRIPE_AGAIN;
}

static enum stripe_says read_answer(const struct http_answer *h, json_t **root, json_t **refused,
                                    char said[SAID])
{
    json_error_t wrong;
    json_t *read = stripe_read(h->body, h->size, &wrong);
    enum stripe_says says = STRIPE_DONE;
    if (h->status != 200)
        says = judge(h, read, said);
    else if (!json_is_object(read)) {
        say(said, "the gateway's answer can not be read: ", wrong.text);
        says = STRIPE_AGAIN;
    }
    if (says == STRIPE_DONE)
        *root = read;
    else if (says == STRIPE_REFUSED && refused)
        *refused = read;
    else
        json_decref(read);
    return says;
}

bool stripe_name(const char *id)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";
    const size_t n = strspn(id, letters);
    return n && n <= NAME_MOST && !id[n];
}

/* Here alone addresses are made. NULL: a name is none. */
static const char *address(struct arena *a, const struct stripe_call *call)
{
    const struct stripe_settings *s = call->gateway->settings.stripe;
    if ((call->id && !stripe_name(call->id)) || (call->after && !stripe_name(call->after)))
        return NULL;
    return arena_printf(a, "%s%s%s%s%s%s", s->api && *s->api ? s->api : HOME, call->path,
                        call->id ? call->id : "", call->rest ? call->rest : "",
                        call->after ? "&starting_after=" : "", call->after ? call->after : "");
}

static enum stripe_says send(struct arena *a, const struct stripe_call *call, const char *secret,
                             json_t **root, char said[SAID])
{
    struct http_answer answer = {.body = ""};
    struct http_request r = {
        .url = address(a, call),
        .body = call->form,
        .bearer = secret,
        .stop = call->gateway->stop,
        .headers = {"Stripe-Version: " STRIPE_VERSION,
                    call->key ? arena_printf(a, "Idempotency-Key: %s", call->key) : NULL},
    };
    if (!r.url) {
        say(said, "", "what the gateway names it by is no name: it is not asked about");
        return STRIPE_AGAIN;
    }
    if (http_ask(a, &r, &answer) != OK) {
        say(said, "the gateway is not reached: ", answer.said);
        return STRIPE_AGAIN;
    }
    return read_answer(&answer, root, call->refused, said);
}

enum stripe_says stripe_ask(const struct stripe_call *call, json_t **root, char said[SAID])
{
    struct arena *a = arena_open();
    const struct stripe_settings *s = call->gateway->settings.stripe;
    const char *secret;
    enum stripe_says says = STRIPE_AGAIN;
    *root = NULL;
    arena_secret(a);
    enum err e = s ? stripe_secret(a, call->gateway->business, STRIPE_SECRET_FIELD, s->secret, &secret)
                   : (enum err)ERR_NOT_FOUND;
    if (e)
        say(said, "",
            e == ERR_NOT_FOUND ? "no secret key is set" : "the secret key that is set can not be opened");
    else
        says = send(a, call, secret, root, said);
    arena_close(a);
    return says;
}

enum err stripe_in_the_way(struct gateway_outcome *out, const char *said)
{
    char kept[sizeof out->sentence];
    snprintf(kept, sizeof kept, "%s", said); /* it may be out->sentence itself */
    *out = (struct gateway_outcome){.state = GATEWAY_UNKNOWN};
    memcpy(out->sentence, kept, sizeof kept);
    return ERR_OFFLINE;
}

/* --- lists ---------------------------------------------------------------------------------------------------------------------- */
static bool on_page(const json_t *page, bool (*stop)(void *, json_t *), void *context, const char **last)
{
    size_t i;
    json_t *row;
    *last = "";
    json_array_foreach(json_object_get(page, "data"), i, row)
    {
        if (stop(context, row))
            return true;
        *last = stripe_text(row, "id");
    }
    return false;
}

enum stripe_says stripe_rows(const struct stripe_call *list, bool (*stop)(void *, json_t *), void *context,
                             char said[SAID])
{
    char rest[1500], after[NAME_MOST + 2] = ""; /* a longer one is cut, and is no name still */
    const char *filters = list->rest ? list->rest : "";
    struct stripe_call call = *list;
    call.rest = rest;
    snprintf(rest, sizeof rest, "%s%climit=100", filters,
             strchr(list->path, '?') || strchr(filters, '?') ? '&' : '?');
    for (int i = 0; i < (list->pages ? list->pages : PAGES); i++) {
        json_t *page;
        const char *last;
        call.after = *after ? after : NULL;
        enum stripe_says says = stripe_ask(&call, &page, said);
        if (says != STRIPE_DONE)
            return says == STRIPE_NONE || says == STRIPE_LOST ? STRIPE_AGAIN : says;
        const bool stopped = on_page(page, stop, context, &last);
        const bool more = json_is_true(json_object_get(page, "has_more")) && *last;
        const bool is_list = json_is_array(json_object_get(page, "data"));
        snprintf(after, sizeof after, "%s", last);
        json_decref(page);
        if (stopped || !more) {
            if (!is_list)
                say(said, "", "the gateway's answer is no list");
            return stopped ? STRIPE_DONE : is_list ? STRIPE_NONE : STRIPE_AGAIN;
        }
    }
    say(said, "", "there is too much to look through at the gateway");
    return STRIPE_LOST;
}

struct finding {
    bool (*is)(const json_t *, const char *);
    const char *wanted;
    json_t *found;
};

static bool is_it(void *context, json_t *row)
{
    struct finding *f = context;
    f->found = f->is(row, f->wanted) ? json_incref(row) : NULL;
    return f->found;
}

enum stripe_says stripe_find(const struct stripe_call *list, bool (*is)(const json_t *, const char *),
                             const char *wanted, json_t **found, char said[SAID])
{
    struct finding f = {.is = is, .wanted = wanted};
    const enum stripe_says says = stripe_rows(list, is_it, &f, said);
    *found = f.found;
    return says == STRIPE_LOST ? STRIPE_AGAIN : says;
}
