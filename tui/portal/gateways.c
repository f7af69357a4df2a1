/* Gateways of payments (E3): which there are, how each stands and what stands in its way; what a gateway has to be told, which of its methods are open, on and off.
 * Its keys are given and never shown. */
#include "proto/paper/show.h"
#include "tui/portal/books.h"
#include <inttypes.h>
#include <string.h>

static const struct gateway_row *row(const struct scene *v)
{
    return v->row;
}

static const struct gateway_settings *set(const struct scene *v)
{
    static const struct gateway_settings none = {0};
    return row(v)->settings ? row(v)->settings : &none;
}

static uint64_t row_id(const void *r)
{
    const struct gateway_settings *s = ((const struct gateway_row *)r)->settings;
    return s ? (uint64_t)s->id : 0;
}

static bool is(const struct scene *v, const char *name)
{
    return strcmp(show_text(row(v)->name), name) == 0;
}

static const char *title(const struct scene *v)
{
    return is(v, "hand")      ? "Recorded by staff"
           : is(v, "bank")    ? "Bank transfer"
           : is(v, "stripe")  ? "Stripe"
           : is(v, "sandbox") ? "Sandbox"
                              : show_text(row(v)->name);
}

/* "the account to pay to", of "…: settings.bank" */
static const char *lacks(const struct scene *v)
{
    const char *text = show_text(row(v)->lacks);
    return scene_text(v, "%.*s", (int)strcspn(text, ":"), text);
}

static const char *state(const struct scene *v)
{
    return !row(v)->here      ? "not here"
           : !row(v)->enabled ? "off"
           : *lacks(v)        ? scene_text(v, "needs %s", lacks(v))
                              : "on";
}

static enum look look(const struct scene *v)
{
    return !row(v)->here ? LOOK_BAD : !row(v)->enabled ? LOOK_DIM : *lacks(v) ? LOOK_WARN : LOOK_GOOD;
}

/* "bank_transfer" → "bank transfer", without its gateway */
static const char *method_name(const struct scene *v, size_t i)
{
    const char *slash = strchr(row(v)->methods.v[i], '/');
    return arena_text(v->arena, slash ? slash + 1 : "", slash ? strlen(slash + 1) : 0);
}

static bool is_open(const struct scene *v, size_t i)
{
    const struct text_list *open = &set(v)->methods;
    size_t k = 0;
    while (k < open->n && strcmp(open->v[k], method_name(v, i)) != 0)
        k++;
    return !open->n || k < open->n;
}

static const char *methods(const struct scene *v)
{
    const char *all = "";
    for (size_t i = 0; i < row(v)->methods.n; i++)
        if (is_open(v, i))
            all = scene_text(v, "%s%s%s", all, *all ? ", " : "", method_name(v, i));
    return all;
}

static const struct column columns[] = {
    {.field = "name", .title = "Gateway", .width = 18, .text = title},
    {.field = "enabled", .title = "State", .width = 20, .grow = 3, .text = state, .look = look},
    {.field = "methods", .says = "by", .width = 12, .grow = 1, .text = methods},
    {.field = "pending", .says = "pending", .width = 8},
    {0}};

static const char *is_set(bool set_)
{
    return set_ ? "is set, and never shown" : "none";
}

static void tell_settings(struct page *p, const struct scene *v)
{
    const struct bank_account *b = set(v)->bank;
    const struct stripe_settings *s = set(v)->stripe;
    if (is(v, "bank") && b) {
        page_fact(p, "Account holder", "%s", show_text(b->holder));
        page_fact(p, "IBAN", "%s", show_text(b->iban));
        page_fact(p, "BIC", "%s", show_text(b->bic));
    }
    if (is(v, "stripe")) {
        page_fact(p, "Account", "%s", s ? show_text(s->account) : "");
        page_fact(p, "Payers come back to", "%s", s ? show_text(s->success_url) : "");
        page_fact(p, "Secret key", "%s", is_set(s && s->has_secret));
        page_fact(p, "Secret of events", "%s", is_set(s && s->has_webhook_secret));
    }
}

static void tell(struct page *p, const struct scene *v)
{
    page_title(p, "%s", title(v));
    page_fact_as(p, look(v), "State", state(v));
    page_fact(p, "Note", "%s", show_text(row(v)->note));
    page_fact(p, "Methods", "%s", methods(v));
    page_fact(p, "Pending", "%" PRId64, row(v)->pending);
    if (!row(v)->here)
        page_note(
            p, LOOK_WARN,
            "This program does not have it: what is pending with it stays so, and nothing new is begun.");
    else if (row(v)->enabled && *lacks(v))
        page_note(p, LOOK_WARN, "Nobody can pay with it yet: it still has to be told %s.", lacks(v));
    else if (!row(v)->enabled)
        page_note(p, LOOK_PLAIN, "Nothing new is paid with it; what is pending goes on.");
    else if (row(v)->by_staff)
        page_note(p, LOOK_PLAIN, "Ways in which staff record what arrived. No customer begins one.");
    else
        page_note(p, LOOK_PLAIN, "Every invoice offers it, unless the invoice says which methods it offers.");
    tell_settings(p, v);
}

static const char *name_of(const struct scene *v)
{
    return title(v);
}

/* --- what all acts send: which gateway, and the revision that was read */

static struct gateway_settings *changed(const struct scene *v, void *send)
{
    struct gateway_set_in *to = send;
    struct gateway_settings *s = arena_alloc(v->arena, sizeof *s);
    GIVE(gateway_settings, s, revision, set(v)->revision);
    GIVE(gateway_set_in, to, settings, s);
    GIVE(gateway_set_in, to, gateway, row(v)->name);
    return s;
}

static const char *can_set(const struct scene *v)
{
    return row(v)->settings ? NULL : "Only a newer program knows it.";
}

/* --- on and off */

static void switch_it(const struct scene *v, const void *in, void *send)
{
    struct gateway_settings *s = changed(v, send);
    (void)in;
    GIVE(gateway_settings, s, enabled, !row(v)->enabled);
}

static void review_switch(struct page *p, const struct scene *v, const void *in)
{
    (void)in;
    page_fact_as(p, LOOK_STRONG, "Gateway", title(v));
    page_note(
        p, LOOK_PLAIN, "%s",
        row(v)->enabled ? "It is switched off. Nothing new is paid with it; what is pending goes on."
        : *lacks(v)
            ? scene_text(v, "It is switched on. It still has to be told %s before anybody can pay with it.",
                         lacks(v))
            : "It is switched on. New payments can be made with it at once.");
}

static const char *switched(const struct scene *v, const void *out)
{
    (void)v;
    return ((const struct gateway_set_out *)out)->gateway->enabled ? "Switched on." : "Switched off.";
}

/* --- its methods */

static bool nth_method(const struct scene *v, const void *in, size_t i, struct option *o)
{
    (void)in;
    if (i >= row(v)->methods.n)
        return false;
    *o = (struct option){
        .value = (int64_t)i + 1, .name = method_name(v, i), .help = is_open(v, i) ? "open" : "closed"};
    return true;
}

static const char *several_methods(const struct scene *v)
{
    return can_set(v)              ? can_set(v)
           : row(v)->methods.n > 1 ? NULL
                                   : "It has one method: {switch} switches it.";
}

static void only_these(const struct scene *v, const void *in, void *send)
{
    const struct gateway_set_in *chosen = in;
    struct gateway_settings *s = changed(v, send);
    GIVE(gateway_settings, s, methods,
         chosen->settings ? chosen->settings->methods : ((struct text_list){0, NULL}));
}

static const struct give method_gives[] = {{.field = "settings.methods",
                                            .label = "Open",
                                            .all = "all of them",
                                            .some = "only those marked below",
                                            .help = "What new payments can be made with",
                                            .none = "Mark at least one below: Tab, then Space.",
                                            .wrong = "is no method of it",
                                            .choice = nth_method,
                                            .width = 28},
                                           {0}};

/* --- what it has to be told. What stands there already is in the fields; an emptied one is taken away. */

static bool is_bank(const struct scene *v)
{
    return is(v, "bank");
}

static bool is_stripe(const struct scene *v)
{
    return is(v, "stripe");
}

static const char *holder(const struct scene *v)
{
    return set(v)->bank ? show_text(set(v)->bank->holder) : "";
}

static const char *iban(const struct scene *v)
{
    return set(v)->bank ? show_text(set(v)->bank->iban) : "";
}

static const char *bic(const struct scene *v)
{
    return set(v)->bank ? show_text(set(v)->bank->bic) : "";
}

static const char *account(const struct scene *v)
{
    return set(v)->stripe ? show_text(set(v)->stripe->account) : "";
}

static const char *success(const struct scene *v)
{
    return set(v)->stripe ? show_text(set(v)->stripe->success_url) : "";
}

static const char *needs_telling(const struct scene *v)
{
    return can_set(v) ? can_set(v) : is_bank(v) || is_stripe(v) ? NULL : "It has to be told nothing.";
}

static void told_it(const struct scene *v, const void *in, void *send)
{
    const struct gateway_settings *typed = ((const struct gateway_set_in *)in)->settings;
    struct gateway_settings *s = changed(v, send);
    if (is_bank(v)) {
        struct bank_account *b = arena_alloc(v->arena, sizeof *b);
        const struct bank_account *from = typed ? typed->bank : NULL;
        GIVE(bank_account, b, holder, from ? show_text(from->holder) : "");
        GIVE(bank_account, b, iban, from ? show_text(from->iban) : "");
        GIVE(bank_account, b, bic, from ? show_text(from->bic) : "");
        GIVE(gateway_settings, s, bank, b);
    } else {
        struct stripe_settings *t = arena_alloc(v->arena, sizeof *t);
        const struct stripe_settings *from = typed ? typed->stripe : NULL;
        GIVE(stripe_settings, t, account, from ? show_text(from->account) : "");
        GIVE(stripe_settings, t, success_url, from ? show_text(from->success_url) : "");
        GIVE(gateway_settings, s, stripe, t);
    }
}

static const char *saved(const struct scene *v, const void *out)
{
    const char *still = show_text(((const struct gateway_set_out *)out)->gateway->lacks);
    return *still ? scene_text(v, "Saved. It still has to be told %.*s.", (int)strcspn(still, ":"), still)
                  : "Saved. It can be paid with.";
}

#define KEY(says)                                                                \
    .offered = is_stripe, .label = (says), .empty = "Enter leaves it as it was", \
    .help = "Empty: as it was. It is never shown, and kept encrypted", .width = 40
static const struct give gives[] = {
    {.field = "settings.bank.holder",
     .offered = is_bank,
     .label = "Account holder",
     .first = holder,
     .help = "Whose account it is, as the bank knows it",
     .width = 40},
    {.field = "settings.bank.iban",
     .offered = is_bank,
     .label = "IBAN",
     .first = iban,
     .help = "Blanks do no harm",
     .width = 40},
    {.field = "settings.bank.bic",
     .offered = is_bank,
     .label = "BIC",
     .first = bic,
     .help = "Of the bank, where payers need one",
     .width = 14},
    {.field = "settings.stripe.account",
     .offered = is_stripe,
     .first = account,
     .help = "acct_…; where it is given, no other account's key is used",
     .width = 30},
    {.field = "settings.stripe.success_url",
     .offered = is_stripe,
     .label = "Payers come back to",
     .first = success,
     .help = "https://… a page of yours, where they are led when they have paid",
     .width = 44},
    {.field = "secret", KEY("Secret key")},
    {.field = "webhook_secret", KEY("Secret of events")},
    {0}};

static const struct act acts[] = {{.key = 'e',
                                   .name = "change",
                                   .help = "What it has to be told: account, keys",
                                   .op = OPNO_gateway_set,
                                   .about = ABOUT_ROW,
                                   .possible = needs_telling,
                                   .gives = gives,
                                   .complete = told_it,
                                   .busy = "Saving…",
                                   .told = saved},
                                  {.key = 'o',
                                   .name = "switch",
                                   .help = "Switch it on or off for new payments",
                                   .op = OPNO_gateway_set,
                                   .about = ABOUT_ROW,
                                   .possible = can_set,
                                   .complete = switch_it,
                                   .agree = AGREE_YES,
                                   .question = "Switch this gateway?",
                                   .yes = "Switch it",
                                   .busy = "Saving…",
                                   .review = review_switch,
                                   .told = switched},
                                  {.key = 'w',
                                   .name = "which",
                                   .help = "Which of its methods are open",
                                   .op = OPNO_gateway_set,
                                   .about = ABOUT_ROW,
                                   .possible = several_methods,
                                   .gives = method_gives,
                                   .complete = only_these,
                                   .busy = "Saving…",
                                   .done = "Saved."},
                                  {0}};

const struct book book_gateways = {.name = "gateways",
                                   .title = "Gateways",
                                   .noun = "gateway",
                                   .empty = "This program has no gateways.",
                                   .op = OPNO_gateway_list,
                                   .rows = "gateways",
                                   .row_id = row_id,
                                   .columns = columns,
                                   .tell = tell,
                                   .name_of = name_of,
                                   .acts = acts,
                                   .live = SUBJECT_BIT(SUBJECT_BUSINESS)};
