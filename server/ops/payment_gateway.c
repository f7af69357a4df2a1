#include "server/ops/payment_gateway.h"
#include "server/core/kept.h"
#include "server/ops/gateway_watch.h"
#include "server/ops/patch.h"
#include <string.h>

/* As it is set, or as it begins: open, with all its methods. */
static enum err settings_of(struct txn *t, const struct gateway_kind *kind, struct gateway_settings *out)
{
    enum err e = record_get(t, KIND_GATEWAY, (uint64_t)kind->number, out);
    if (e != ERR_NOT_FOUND)
        return e;
    *out = (struct gateway_settings){.id = kind->number, .gateway = kind->name, .enabled = true};
    return OK;
}

enum err gateway_open(struct txn *t, const struct gateways *gateways, const char *name, struct gateway *out)
{
    const struct gateway_kind *kind = gateway_kind(name);
    enum err e = gateways_find(gateways, kind, out);
    out->business = t->business;
    out->stop = NULL;
    return e ? e : settings_of(t, kind, &out->settings);
}

bool gateway_is_here(const struct gateways *gateways, const char *name)
{
    return gateways_here(gateways, gateway_kind(name));
}

bool gateway_has_open(const struct gateway *g, const struct gateway_method *method)
{
    return g->settings.enabled && gateway_in(&g->settings.methods, method->name);
}

const char *gateway_method_text(struct arena *a, const struct gateway_kind *kind,
                                const struct gateway_method *method)
{
    const size_t n = strlen(kind->name), m = strlen(method->name);
    char *text = arena_alloc(a, n + m + 2); /* in each session.me: by hand, a tenth of what printf takes */
    memcpy(text, kind->name, n);
    text[n] = '/';
    memcpy(text + n + 1, method->name, m + 1);
    return text;
}

static size_t methods_of(const struct gateway_kind *kind)
{
    struct gateway_method m;
    size_t n = 0;
    while (gateway_method(kind, n, &m))
        n++;
    return n;
}

/* --- what customers can begin ------------------------------------------------------------------------------------------------ */
static enum err add_offers(struct txn *t, const struct gateways *gateways, const struct gateway_kind *kind,
                           struct gateway_offers *to)
{
    struct gateway *g = arena_alloc(t->arena, sizeof *g);
    enum err e = gateway_open(t, gateways, kind->name, g);
    if (e || gateway_lacks(kind, &g->settings))
        return e;
    struct gateway_offer *v = arena_alloc(t->arena, (to->n + methods_of(kind)) * sizeof *v);
    if (to->n)
        memcpy(v, to->v, to->n * sizeof *v);
    struct gateway_method m;
    for (size_t i = 0; gateway_method(kind, i, &m); i++)
        if (gateway_has_open(g, &m))
            v[to->n++] = (struct gateway_offer){g, m, gateway_method_text(t->arena, kind, &m)};
    to->v = v;
    return OK;
}

/* In the transaction's arena. */
static enum err make_offers(struct txn *t, const struct gateways *gateways, const struct gateway_offers **out)
{
    size_t n;
    const struct gateway_kind *kinds = gateway_kinds(&n);
    struct gateway_offers *offers = arena_alloc(t->arena, sizeof *offers);
    enum err e = OK;
    for (size_t i = 0; !e && i < n; i++)
        if (gateway_begun(&kinds[i]) && gateways_here(gateways, &kinds[i]))
            e = add_offers(t, gateways, &kinds[i], offers);
    if (!e)
        *out = offers;
    return e;
}

/* Kept with the business, until that or the settings of a gateway change. */
static enum err kept_offers(struct call *c, struct kept *k)
{
    struct txn t = c->txn;
    t.arena = k->arena;
    const struct arena_mark before = arena_mark(t.arena);
    enum err e = k->offers ? OK : make_offers(&t, c->gateways, &k->offers);
    if (e)
        arena_release(t.arena, before);
    c->offers = k->offers;
    return e;
}

enum err gateway_offers(struct call *c, const struct gateway_offers **out)
{
    struct kept *kept = NULL;
    enum err e = c->offers ? OK : kept_of(c, &kept);
    if (kept)
        e = kept_offers(c, kept);
    else if (!e && !c->offers)
        e = make_offers(&c->txn, c->gateways, &c->offers);
    *out = c->offers;
    return e;
}

bool gateway_in(const struct text_list *only, const char *name)
{
    bool is = !only || !only->n;
    for (size_t i = 0; !is && i < only->n; i++)
        is = strcmp(only->v[i], name) == 0;
    return is;
}

const struct gateway_offer *gateway_offer_of(const struct gateway_offers *offers, enum pay_mode mode,
                                             const struct text_list *only)
{
    for (size_t i = 0; i < offers->n; i++)
        if (offers->v[i].method.mode == mode && gateway_in(only, offers->v[i].name))
            return &offers->v[i];
    return NULL;
}

bool gateway_at_page(const struct gateway_offer *o)
{
    return !o->method.wants && !gateway_elsewhere(o->gateway->kind);
}

const struct gateway_offer *gateway_card(const struct gateway_offers *offers, bool at_page)
{
    for (size_t i = 0; i < offers->n; i++)
        if (offers->v[i].method.mode == MODE_CARD && gateway_at_page(&offers->v[i]) == at_page)
            return &offers->v[i];
    return NULL;
}

enum err gateway_tell(struct call *c, const struct gateway_offer *by, const struct payment *p,
                      struct gateway_told *out)
{
    const struct business *business;
    enum err e = call_business(c, &business);
    if (!e)
        e = gateway_begin(by->gateway, c->arena, &by->method, business, p, out);
    for (size_t i = 0; !e && i < out->told.n; i++) {
        out->told.v[i].method = by->name;
        out->told.v[i].title = by->method.title;
    }
    return e;
}

static enum err count_of(struct txn *t, uint64_t scope, uint32_t from, uint32_t until, int64_t *count)
{
    struct total *totals;
    size_t n;
    enum err e = total_list(t, TOTAL_GATEWAY, scope, NULL, from, until, &totals, &n);
    *count = 0;
    for (size_t i = 0; !e && i < n; i++)
        *count += totals[i].count;
    return e;
}

enum err gateway_count(struct txn *t, const char *name, uint32_t from, uint32_t until, int64_t *count)
{
    return count_of(t, total_name(name), from, until, count);
}

/* --- told and set -------------------------------------------------------------------------------------------------------------- */
static enum err row_of(struct call *c, const struct gateway_kind *kind, struct gateway_row *row)
{
    struct gateway_settings *settings = arena_alloc(c->arena, sizeof *settings);
    struct gateway_method m;
    enum err e = settings_of(&c->txn, kind, settings);
    int64_t pending = 0;
    if (!e)
        e = gateway_count(&c->txn, kind->name, PAY_PENDING, PAY_PENDING, &pending);
    if (e)
        return e;
    *row = (struct gateway_row){.name = kind->name,
                                .enabled = settings->enabled,
                                .here = gateways_here(c->gateways, kind),
                                .by_staff = !gateway_begun(kind),
                                .note = kind->doing->note,
                                .pending = pending,
                                .settings = settings,
                                .lacks = gateway_lacks(kind, settings)};
    row->methods.v = (const char **)arena_alloc(c->arena, methods_of(kind) * sizeof *row->methods.v);
    for (size_t i = 0; gateway_method(kind, i, &m); i++)
        row->methods.v[row->methods.n++] = gateway_method_text(c->arena, kind, &m);
    return OK;
}

/* One that is not here, and that no payment was made with, does not exist: no toy is named where money is. */
static enum err is_known(struct call *c, const struct gateway_kind *kind, bool *known)
{
    int64_t payments = 0;
    enum err e = gateway_count(&c->txn, kind->name, 0, UINT32_MAX, &payments);
    *known = payments || gateways_here(c->gateways, kind);
    return e;
}

enum err gateway_method_read(struct call *c, const char *text, const struct gateway_kind **kind,
                             struct gateway_method *method)
{
    const char *slash = strchr(text, '/');
    bool known = false;
    if (!slash)
        return ERR_NOT_FOUND;
    *kind = gateway_kind(arena_text(c->arena, text, (size_t)(slash - text)));
    enum err e = *kind ? is_known(c, *kind, &known) : OK;
    if (!e && !(known && gateway_method_named(*kind, slash + 1, method)))
        e = ERR_NOT_FOUND;
    return e;
}

/* --- of a newer program -------------------------------------------------------------------------------------------------------- */
#define NEWER_TOLD 20 /* gateways; there are hardly ever two */

static bool is_ours(uint64_t scope)
{
    size_t n;
    const struct gateway_kind *kinds = gateway_kinds(&n);
    for (size_t i = 0; i < n; i++)
        if (total_name(kinds[i].name) == scope)
            return true;
    return false;
}

/* Rows of gateways that are none of this program's and that payments are pending through. From totals, which are kept: however many payments
 * pend, none is read. They know a name by its beginning. */
static enum err newer_rows(struct call *c, struct gateway_row_list *out)
{
    struct gateway_row *rows = NULL;
    *out = (struct gateway_row_list){0, NULL};
    for (uint64_t scope = 0; out->n < NEWER_TOLD && scope < UINT64_MAX; scope++) {
        char name[TOTAL_NAME];
        int64_t pending = 0;
        enum err e = total_scope(&c->txn, TOTAL_GATEWAY, &scope);
        if (!e && scope == UINT64_MAX) /* no name */
            return OK;
        if (!e && !is_ours(scope))
            e = count_of(&c->txn, scope, PAY_PENDING, PAY_PENDING, &pending);
        if (e)
            return e == ERR_NOT_FOUND ? OK : e;
        if (!pending)
            continue;
        if (!rows)
            rows = arena_alloc(c->arena, NEWER_TOLD * sizeof *rows);
        total_named(name, scope);
        rows[out->n++] = (struct gateway_row){.name = arena_text(c->arena, name, strlen(name)),
                                              .note = "only a newer program knows it",
                                              .pending = pending};
        out->v = rows;
    }
    return OK;
}

enum err gateway_unknown(struct call *c, struct text_list *sentences)
{
    enum { TOLD = 4 };
    struct gateway_row_list rows;
    enum err e = newer_rows(c, &rows);
    *sentences = (struct text_list){0, (const char **)arena_alloc(c->arena, TOLD * sizeof(char *))};
    for (size_t i = 0; !e && i < rows.n && i < TOLD; i++)
        sentences->v[sentences->n++] = arena_printf(
            c->arena, "%s: %lld payment%s pending: only a newer program knows that gateway", rows.v[i].name,
            (long long)rows.v[i].pending, rows.v[i].pending == 1 ? " stays" : "s stay");
    return e;
}

enum err op_gateway_list(struct call *c, const struct gateway_list_in *in, struct gateway_list_out *out)
{
    size_t n;
    bool known;
    const struct gateway_kind *kinds = gateway_kinds(&n);
    struct gateway_row_list newer;
    enum err e = newer_rows(c, &newer);
    (void)in;
    if (e)
        return e;
    out->gateways.v = arena_alloc(c->arena, (n + newer.n) * sizeof *out->gateways.v);
    for (size_t i = 0; !e && i < n; i++) {
        e = is_known(c, &kinds[i], &known);
        if (!e && known)
            e = row_of(c, &kinds[i], &out->gateways.v[out->gateways.n++]);
    }
    for (size_t i = 0; !e && i < newer.n; i++)
        out->gateways.v[out->gateways.n++] = newer.v[i];
    return e;
}

static const char *methods_there_are(struct call *c, const struct gateway_kind *kind)
{
    struct gateway_method m;
    const char *all = "";
    for (size_t i = 0; gateway_method(kind, i, &m); i++)
        all = arena_printf(c->arena, "%s%s%s", all, *all ? ", " : "", m.name);
    return all;
}

static enum err check(struct call *c, const struct gateway_kind *kind, struct gateway_settings *s)
{
    struct gateway_method m;
    for (size_t i = 0; i < s->methods.n; i++)
        if (!gateway_method_named(kind, s->methods.v[i], &m))
            return REFUSE(c, ERR_INVALID, arena_printf(c->arena, "settings.methods.%zu", i),
                          "is no method of %s, which has %s", kind->name, methods_there_are(c, kind));
    return gateway_check(kind, c->arena, s, &c->why);
}

static enum err keep(struct call *c, const struct gateway_kind *kind, struct gateway_settings *s,
                     const char *changed)
{
    struct event event = {.what = WHAT_CHANGED,
                          .subject = SUBJECT_BUSINESS,
                          .about = (int64_t)c->txn.business,
                          .number = arena_printf(c->arena, "gateway %s", kind->name),
                          .text = changed};
    s->revision++;
    enum err e = record_put(&c->txn, KIND_GATEWAY, s);
    return e ? e : call_event(c, &event);
}

/* The keys that were given, sealed; the names of those join what changed. */
static enum err keep_secrets(struct call *c, const struct gateway_kind *kind, const struct gateway_set_in *in,
                             struct gateway_settings *s, const char **changed)
{
    const struct {
        bool given;
        enum gateway_secret which;
        const char *text, *name;
    } secrets[] = {{GIVEN(gateway_set_in, in, secret), GATEWAY_SECRET, in->secret, "secret"},
                   {GIVEN(gateway_set_in, in, webhook_secret), GATEWAY_WEBHOOK_SECRET, in->webhook_secret,
                    "webhook_secret"}};
    enum err e = OK;
    for (size_t i = 0; !e && i < sizeof secrets / sizeof *secrets; i++) {
        if (!secrets[i].given)
            continue;
        e = gateway_keep_secret(kind, c->arena, c->txn.business, s, secrets[i].which,
                                secrets[i].text ? secrets[i].text : "", &c->why);
        *changed = arena_printf(c->arena, "%s%s%s", *changed, **changed ? ", " : "", secrets[i].name);
    }
    return e;
}

enum err op_gateway_set(struct call *c, const struct gateway_set_in *in, struct gateway_set_out *out)
{
    const struct gateway_kind *kind = gateway_kind(in->gateway);
    struct gateway_settings s;
    const char *changed;
    bool known = false;
    enum err e = kind ? is_known(c, kind, &known) : OK;
    if (!e && !known)
        e = REFUSE(c, ERR_INVALID, "gateway", "is no gateway: gateway.list names them");
    if (!e)
        e = settings_of(&c->txn, kind, &s);
    if (!e)
        e = patch_revision(c, "settings.revision", GIVEN(gateway_settings, in->settings, revision),
                           in->settings->revision, s.revision);
    if (!e)
        e = patch_apply(c, shape_gateway_settings(), "settings",
                        arena_printf(c->arena, "enabled methods %s", kind->name), in->settings, &s, &changed);
    if (!e)
        e = keep_secrets(c, kind, in, &s, &changed);
    if (!e)
        e = check(c, kind, &s);
    if (!e && *changed)
        e = keep(c, kind, &s, changed);
    if (!e && !gateway_lacks(kind, &s))
        e = gateway_watch(c, kind);
    if (e)
        return e;
    out->gateway = arena_alloc(c->arena, sizeof *out->gateway);
    return row_of(c, kind, out->gateway);
}
