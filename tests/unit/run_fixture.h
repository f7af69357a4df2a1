/* What tests of acts stand on: a record that is changed, a list whose rows are taken back, and a run that is begun with an answer which is gone
 * soon after, as a screen frees it. */
#ifndef TESTS_UNIT_RUN_FIXTURE_H
#define TESTS_UNIT_RUN_FIXTURE_H
#include "tests/unit/test.h"
#include "tui/face/run.h"

/* --- a record that is changed, and a list whose rows are taken back */

static bool has_host(const struct scene *v, const void *in)
{
    const struct mail_settings *m = ((const struct mail_settings_set_in *)in)->settings;
    (void)v;
    return m->host && *m->host;
}

static const char *usual_port(const struct scene *v, const void *in)
{
    (void)v;
    return ((const struct mail_settings_set_in *)in)->settings->security == MAIL_TLS ? "465" : "587";
}

static const struct give server_gives[] = {
    {.field = "settings.host", .label = "Host"},
    {.field = "settings.security", .label = "Protection", .wanted = has_host},
    {.field = "settings.port", .label = "Port", .usual = usual_port, .wanted = has_host},
    {.field = "settings.from", .label = "From", .must = true, .wanted = has_host},
    {.field = "password", .label = "Password", .wanted = has_host},
    {0}};
static const struct act server_acts[] = {{.key = 'e',
                                          .name = "change",
                                          .op = OPNO_mail_settings_set,
                                          .gives = server_gives,
                                          .begins = "settings",
                                          .done = "Saved. {change} does it again."},
                                         {0}};
static const struct book server = {
    .name = "server", .title = "Server", .op = OPNO_mail_settings_get, .acts = server_acts};

/* A new record, with a number that may be 0. */
static const struct give tax_gives[] = {
    {.field = "tax.percent", .label = "Rate", .must = true},
    {.field = "tax.category", .label = "Category", .empty = "as the rate says"},
    {0}};
static const struct act tax_acts[] = {
    {.key = '+', .name = "new", .op = OPNO_tax_create, .gives = tax_gives, .done = "There."}, {0}};
static const struct book taxes = {.name = "taxes",
                                  .title = "Taxes",
                                  .noun = "tax",
                                  .op = OPNO_tax_list,
                                  .rows = "taxes",
                                  .one = "id",
                                  .acts = tax_acts};

static const struct machine_token *row(const struct scene *v)
{
    return v->row;
}

static void review(struct page *p, const struct scene *v, const void *in)
{
    (void)in;
    page_note(p, LOOK_PLAIN, "%s", row(v)->name);
}

static void secret(struct page *p, const struct scene *v, const void *out)
{
    (void)v;
    page_secret(p, "the token", ((const struct token_create_out *)out)->token);
}

static const char *can_revoke(const struct scene *v)
{
    return row(v)->revoked ? "Taken back: {new} makes another." : NULL;
}

static const struct give token_gives[] = {{.field = "name", .label = "For"},
                                          {.field = "role", .label = "May"},
                                          {.field = "days", .label = "Days"},
                                          {.field = "operations", .label = "Operations", .all = "all of it"},
                                          {0}};
enum { NEW, REVOKE };
static const struct act token_acts[] = {{.key = '+',
                                         .name = "new",
                                         .op = OPNO_token_create,
                                         .gives = token_gives,
                                         .after = secret,
                                         .done = "Good from now on.",
                                         .unknown = "Look at the list."},
                                        {.key = 'x',
                                         .name = "revoke",
                                         .op = OPNO_token_revoke,
                                         .agree = AGREE_YES,
                                         .possible = can_revoke,
                                         .review = review,
                                         .done = "Taken back."},
                                        {0}};
static const struct book tokens = {.name = "tokens",
                                   .title = "Tokens",
                                   .noun = "token",
                                   .op = OPNO_token_list,
                                   .rows = "tokens",
                                   .one = "token",
                                   .acts = token_acts};

static struct arena *answers; /* what the server told: freed and told anew as a screen does */
static struct me me = {.role = ROLE_ADMIN, .currency = "EUR", .time_zone = "Europe/Dublin"};
static int ids;

static inline void make_id(void *ctx, uint8_t id[16])
{
    (void)ctx;
    memset(id, ++ids, 16);
}

static inline char *told(const char *text)
{
    return arena_text(answers, text, strlen(text));
}

static inline struct mail_settings_get_out *settings(const char *host, int security, int64_t port,
                                                     int64_t revision)
{
    struct mail_settings_get_out *out = arena_alloc(answers, sizeof *out);
    out->settings = arena_alloc(answers, sizeof *out->settings);
    *out->settings = (struct mail_settings){.id = 1,
                                            .host = told(host),
                                            .security = security,
                                            .port = port,
                                            .user = told("postern"),
                                            .from = told("a@n.example"),
                                            .revision = revision};
    return out;
}

static inline struct token_list_out *list(void)
{
    struct token_list_out *out = arena_alloc(answers, sizeof *out);
    out->tokens.n = 2;
    out->tokens.v = arena_alloc(answers, 2 * sizeof *out->tokens.v);
    out->tokens.v[0] = (struct machine_token){.id = 7, .name = told("nightly export")};
    out->tokens.v[1] = (struct machine_token){.id = 8, .name = told("old one"), .revoked = 1};
    return out;
}

static inline struct run *begin(const struct book *b, const struct act *a, const void *out, uint64_t id)
{
    struct arena *scratch = arena_open();
    struct scene v = {.arena = scratch, .me = &me, .out = out};
    if (id)
        CHECK(book_find(b, &v, id));
    struct run *r = run_open(b, a, &v, &(struct run_ids){make_id, NULL});
    arena_close(scratch);
    return r;
}

static inline struct run *begin_server(void)
{
    return begin(&server, &server_acts[0], settings("smtp.example.com", MAIL_TLS, 465, 3), 0);
}

static inline struct run *begin_token(int act, uint64_t id)
{
    return begin(&tokens, &token_acts[act], list(), id);
}

static inline const struct mail_settings *sent(const struct run *r)
{
    return ((const struct mail_settings_set_in *)r->send)->settings;
}

static inline void answer(struct run *r, enum err code, const char *field, const char *detail, bool not_sent)
{
    struct refusal why = {.code = code};
    snprintf(why.field, sizeof why.field, "%s", field);
    snprintf(why.detail, sizeof why.detail, "%s", detail);
    run_answer(r, code, &why, not_sent, NULL);
}
#endif
