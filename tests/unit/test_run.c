/* One act from the keystroke to its result, without a terminal: what is wanted next, what is sent, what is told. Under AddressSanitizer every
 * object of an arena is an allocation of its own: what a run would keep of an answer that is gone is seen. */
#include "common/filter_table.h"
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

static void make_id(void *ctx, uint8_t id[16])
{
    (void)ctx;
    memset(id, ++ids, 16);
}

static char *told(const char *text)
{
    return arena_text(answers, text, strlen(text));
}

static struct mail_settings_get_out *settings(const char *host, int security, int64_t port, int64_t revision)
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

static struct token_list_out *list(void)
{
    struct token_list_out *out = arena_alloc(answers, sizeof *out);
    out->tokens.n = 2;
    out->tokens.v = arena_alloc(answers, 2 * sizeof *out->tokens.v);
    out->tokens.v[0] = (struct machine_token){.id = 7, .name = told("nightly export")};
    out->tokens.v[1] = (struct machine_token){.id = 8, .name = told("old one"), .revoked = 1};
    return out;
}

static struct run *begin(const struct book *b, const struct act *a, const void *out, uint64_t id)
{
    struct arena *scratch = arena_open();
    struct scene v = {.arena = scratch, .me = &me, .out = out};
    if (id)
        CHECK(book_find(b, &v, id));
    struct run *r = run_open(b, a, &v, &(struct run_ids){make_id, NULL});
    arena_close(scratch);
    return r;
}

static struct run *begin_server(void)
{
    return begin(&server, &server_acts[0], settings("smtp.example.com", MAIL_TLS, 465, 3), 0);
}

static struct run *begin_token(int act, uint64_t id)
{
    return begin(&tokens, &token_acts[act], list(), id);
}

static const struct mail_settings *sent(const struct run *r)
{
    return ((const struct mail_settings_set_in *)r->send)->settings;
}

static void answer(struct run *r, enum err code, const char *field, const char *detail, bool not_sent)
{
    struct refusal why = {.code = code};
    snprintf(why.field, sizeof why.field, "%s", field);
    snprintf(why.detail, sizeof why.detail, "%s", detail);
    run_answer(r, code, &why, not_sent, NULL);
}

/* --- fields */

static void only_what_differs_is_sent_and_the_revision_that_was_read(void)
{
    struct run *r = begin_server();
    CHECK_INT(r->wants, RUN_GIVES);
    CHECK_TEXT(run_typed(r, &server_gives[0]), "smtp.example.com");
    CHECK(run_read(r, &server_gives[0], "smtp.example.com") == NULL);
    CHECK(run_read(r, &server_gives[3], "b@n.example") == NULL);
    run_given(r);
    CHECK_INT(r->wants, RUN_ASKS);
    CHECK(GIVEN(mail_settings_set_in, (struct mail_settings_set_in *)r->send, settings));
    CHECK(GIVEN(mail_settings, sent(r), revision) && GIVEN(mail_settings, sent(r), from));
    CHECK(!GIVEN(mail_settings, sent(r), host) && !GIVEN(mail_settings, sent(r), port));
    CHECK_INT(sent(r)->revision, 3);
    CHECK(sent(r)->host == NULL && sent(r)->user == NULL &&
          sent(r)->port == 0); /* blank: it is packed by what stands there */
    CHECK_TEXT(sent(r)->from, "b@n.example");
    run_close(r);
}

static void what_is_usual_follows_the_other_fields(void)
{
    struct run *r = begin_server();
    CHECK_TEXT(run_typed(r, &server_gives[2]), ""); /* 465 is the usual one */
    CHECK_TEXT(run_usual(r, &server_gives[2]), "465");
    struct option o;
    for (size_t i = 0; run_choice(r, &server_gives[1], i, &o); i++)
        if (o.value == MAIL_STARTTLS)
            run_choose(r, &server_gives[1], i);
    CHECK_TEXT(run_usual(r, &server_gives[2]), "587");
    run_given(r);
    CHECK_INT(sent(r)->port, 587);
    CHECK_INT(sent(r)->security, MAIL_STARTTLS);
    run_close(r);
}

static void what_is_not_wanted_is_not_sent(void)
{
    struct run *r = begin_server();
    CHECK(run_read(r, &server_gives[4], "hush") == NULL);
    CHECK(run_read(r, &server_gives[0], "") == NULL);
    CHECK(!run_wanted(r, &server_gives[4]));
    run_given(r);
    CHECK(GIVEN(mail_settings, sent(r), host) && !*sent(r)->host);
    CHECK(!GIVEN(mail_settings_set_in, (struct mail_settings_set_in *)r->send, password));
    CHECK(((struct mail_settings_set_in *)r->send)->password == NULL);
    run_close(r);
}

static void what_was_typed_is_held_against_the_table(void)
{
    struct run *r = begin_server(), *n = begin_token(NEW, 0);
    CHECK_TEXT(run_read(r, &server_gives[2], "70000"), "From 1 to 65535.");
    CHECK_TEXT(run_read(r, &server_gives[3], ""), "This is needed.");
    CHECK_TEXT(run_read(n, &token_gives[0], ""), "This is needed.");
    CHECK_TEXT(run_typed(n, &token_gives[2]), "");
    CHECK_TEXT(run_read(n, &token_gives[2], "1.5"), "A whole number, without decimal places.");
    CHECK(run_read(n, &token_gives[2], "") == NULL);
    run_mark(n, &token_gives[3], (const char *const[]){"invoice.list"}, 1);
    run_given(n);
    const struct token_create_in *in = n->send;
    CHECK(!GIVEN(token_create_in, in, days) && in->operations.n == 1);
    CHECK_TEXT(in->operations.v[0], "invoice.list");
    run_close(r);
    run_close(n);
}

static void what_nobody_typed_does_not_stand_there_and_none_is_a_choice(void)
{
    struct run *r = begin(&taxes, &tax_acts[0], NULL, 0);
    struct option o;
    CHECK_TEXT(run_typed(r, &tax_gives[0]), "");
    CHECK_TEXT(run_read(r, &tax_gives[0], ""), "This is needed.");
    CHECK(run_read(r, &tax_gives[0], "0") == NULL);
    CHECK_TEXT(run_typed(r, &tax_gives[0]), "0");
    CHECK(run_choice(r, &tax_gives[1], 0, &o) && strcmp(o.name, "as the rate says") == 0);
    run_choose(r, &tax_gives[1], 2);
    CHECK_INT(run_chosen(r, &tax_gives[1]), 2);
    run_choose(r, &tax_gives[1], 0);
    run_given(r);
    const struct tax *sent_tax = ((const struct tax_create_in *)r->send)->tax;
    CHECK(GIVEN(tax, sent_tax, percent) && !GIVEN(tax, sent_tax, category));
    run_close(r);
}

/* --- from agreeing to what came of it */

static void a_review_shows_what_was_chosen_also_when_the_answer_is_gone(void)
{
    struct run *r = begin_token(REVOKE, 7);
    arena_reset(answers); /* a live reload, under the open question */
    CHECK_INT(r->wants, RUN_AGREES);
    CHECK_TEXT(r->page->items[0].text, "nightly export");
    CHECK_TEXT(row(&r->view)->name, "nightly export");
    CHECK_INT(((const struct token_revoke_in *)r->send)->token, 7);
    run_agreed(r);
    CHECK_INT(r->wants, RUN_ASKS);
    run_answer(r, OK, &(struct refusal){0}, false, NULL);
    CHECK_INT(r->wants, RUN_DONE);
    CHECK_TEXT(r->sentence, "Taken back.");
    run_close(r);
}

static void a_secret_is_told_once_and_is_the_run_s_own(void)
{
    struct run *r = begin_token(NEW, 0);
    struct token_create_out *out = arena_alloc(answers, sizeof *out);
    run_given(r);
    out->token = told("pt-abc");
    run_answer(r, OK, &(struct refusal){0}, false, out);
    arena_reset(answers);
    CHECK_INT(r->wants, RUN_TELLS);
    CHECK_TEXT(page_find(r->page, PAGE_SECRET)->text, "pt-abc");
    run_told(r);
    CHECK_INT(r->wants, RUN_DONE);
    CHECK_TEXT(r->sentence, "Good from now on.");
    run_close(r);
}

struct outcome {
    enum err code;
    const char *field, *detail;
    bool not_sent;
    enum run_wants server, token; /* what the run that changes, and the one that makes, want then */
    const char *sentence;         /* of the former; NULL: any */
};

static void every_outcome_has_its_way_on(void)
{
    static const struct outcome outcomes[] = {
        {ERR_INVALID, "settings.host", "too long", false, RUN_FIELD, RUN_REFUSED, "too long"},
        {ERR_INVALID, "from", "no address", false, RUN_FIELD, RUN_REFUSED, "no address"},
        {ERR_INVALID, "other", "is wrong", false, RUN_REFUSED, RUN_REFUSED, "other: is wrong"},
        {ERR_FORBIDDEN, "", "", false, RUN_REFUSED, RUN_REFUSED, NULL},
        {ERR_STALE, "", "", false, RUN_STALE, RUN_REFUSED, "Somebody changed it meanwhile."},
        {ERR_OFFLINE, "", "Not connected: nothing was sent.", true, RUN_REFUSED, RUN_REFUSED,
         "Not connected: nothing was sent."},
        {ERR_OFFLINE, "", "", false, RUN_UNKNOWN, RUN_REFUSED, NULL},
        {ERR_CANCELLED, "", "", false, RUN_REFUSED, RUN_REFUSED, ""},
    };
    for (size_t i = 0; i < sizeof outcomes / sizeof *outcomes; i++) {
        const struct outcome *o = &outcomes[i];
        struct run *r = begin_server(), *n = begin_token(NEW, 0);
        run_given(r);
        run_given(n);
        answer(r, o->code, o->field, o->detail, o->not_sent);
        answer(n, o->code, o->field, o->detail, o->not_sent);
        CHECK_INT(r->wants, o->server);
        CHECK_INT(n->wants, o->token);
        CHECK(r->sentence && n->sentence);
        if (o->sentence)
            CHECK_TEXT(r->sentence, o->sentence);
        CHECK((r->wants == RUN_FIELD) == (r->field != NULL));
        if (o->code == ERR_OFFLINE && !o->not_sent) /* what is shown once is not asked for again */
            CHECK_TEXT(n->sentence, "Look at the list.");
        run_close(r);
        run_close(n);
    }
}

static void asked_once_more_it_is_the_same_request_and_corrected_another(void)
{
    struct run *r = begin_server();
    uint8_t first[16];
    CHECK(run_read(r, &server_gives[0], "other.example.com") == NULL);
    run_given(r);
    memcpy(first, r->request, sizeof first);
    answer(r, ERR_OFFLINE, "", "", false);
    run_again(r);
    CHECK_INT(r->wants, RUN_ASKS);
    CHECK(memcmp(first, r->request, sizeof first) == 0);
    answer(r, ERR_INVALID, "settings.host", "no such host", false);
    CHECK_TEXT(r->field, "settings.host");
    CHECK_TEXT(run_typed(r, &server_gives[0]), "other.example.com"); /* it is all there still */
    CHECK(run_read(r, &server_gives[0], "third.example.com") == NULL);
    run_given(r);
    CHECK(memcmp(first, r->request, sizeof first) != 0);
    CHECK_TEXT(sent(r)->host, "third.example.com");
    run_close(r);
}

static void on_top_of_what_changed_stands_only_what_the_person_changed(void)
{
    struct run *r = begin_server();
    CHECK(run_read(r, &server_gives[3], "mine@n.example") == NULL);
    run_given(r);
    answer(r, ERR_STALE, "", "", false);
    arena_reset(answers);
    run_fresh(r, settings("theirs.example.com", MAIL_TLS, 2525, 4));
    arena_reset(answers);
    CHECK_INT(r->wants, RUN_ASKS);
    CHECK_INT(sent(r)->revision, 4);
    CHECK_TEXT(sent(r)->from, "mine@n.example");
    CHECK(!GIVEN(mail_settings, sent(r), host) && !GIVEN(mail_settings, sent(r), port));
    CHECK_TEXT(run_typed(r, &server_gives[0]), "theirs.example.com");
    run_close(r);
}

/* --- arguments that are fields of the row; an act about no row; what is done a part at a time */

static const char *left(const struct scene *v, const void *out)
{
    const struct access_invite_all_out *o = out;
    (void)v;
    return o->left ? "Some are left." : NULL;
}

static const struct give staff_gives[] = {
    {.field = "name", .label = "Name"}, {.field = "role", .label = "May"}, {0}};
static const struct act staff_acts[] = {
    {.key = 'e',
     .name = "change",
     .op = OPNO_staff_update,
     .gives = staff_gives,
     .begins = BEGINS_ROW,
     .done = "Saved."},
    {.key = '+', .name = "invite", .op = OPNO_staff_invite, .about = ABOUT_ALL, .done = "Invited."},
    {.key = 'a', .name = "write", .op = OPNO_access_invite_all, .going = left, .done = "All of them."},
    {0}};
static const struct book staff = {.name = "staff",
                                  .title = "Staff",
                                  .noun = "colleague",
                                  .op = OPNO_staff_list,
                                  .rows = "staff",
                                  .one = "staff",
                                  .acts = staff_acts};

static struct run *begin_staff(size_t which)
{
    struct arena *a = arena_open();
    struct staff_list_out *out = arena_alloc(answers, sizeof *out);
    out->staff.n = 1;
    out->staff.v = arena_alloc(answers, sizeof *out->staff.v);
    out->staff.v[0] = (struct staff){.id = 3, .name = told("Una"), .role = ROLE_STAFF};
    struct scene v = {.arena = a, .me = &me, .out = out};
    CHECK(book_find(&staff, &v, 3));
    struct run *r = run_open(&staff, &staff_acts[which], &v, &(struct run_ids){make_id, NULL});
    arena_close(a);
    arena_reset(answers);
    return r;
}

static void of_a_row_only_what_differs_is_sent(void)
{
    struct run *r = begin_staff(0);
    CHECK_TEXT(run_typed(r, &staff_gives[0]), "Una");
    CHECK(run_read(r, &staff_gives[0], "Una Daly") == NULL);
    run_given(r);
    const struct staff_update_in *sent = r->send;
    CHECK_INT(sent->staff, 3);
    CHECK_TEXT(sent->name, "Una Daly");
    CHECK(GIVEN(staff_update_in, sent, name) && !GIVEN(staff_update_in, sent, role));
    run_close(r);
}

static void about_no_row_none_is_sent(void)
{
    struct run *r = begin_staff(1);
    CHECK(!book_about_row(&staff, r->act));
    CHECK_INT(((const struct staff_invite_in *)r->send)->staff, 0);
    run_close(r);
}

static void what_is_done_a_part_at_a_time_is_asked_for_until_nothing_is_left(void)
{
    struct run *r = begin_staff(2);
    uint8_t first[16];
    memcpy(first, r->request, sizeof first);
    run_answer(r, OK, &(struct refusal){0}, false, &(struct access_invite_all_out){.invited = 50, .left = 2});
    CHECK_INT(r->wants, RUN_ASKS);
    CHECK_TEXT(r->going, "Some are left.");
    CHECK(memcmp(first, r->request, sizeof first) != 0);
    run_answer(r, OK, &(struct refusal){0}, false, &(struct access_invite_all_out){.invited = 2});
    CHECK_INT(r->wants, RUN_DONE);
    CHECK_TEXT(r->sentence, "All of them.");
    run_close(r);
}

/* --- what is possible, and texts that name acts */

static void name_it(const struct act *a, char *buffer, size_t size)
{
    snprintf(buffer, size, "[%c]", a->key);
}

static void why_an_act_is_not_possible_is_said_in_the_face_s_words(void)
{
    struct arena *a = arena_open();
    struct scene v = {.arena = a, .me = &me, .out = list()};
    const struct act *revoke = &token_acts[REVOKE];
    CHECK_TEXT(act_impossible(&tokens, revoke, &v, name_it), "There is no token.");
    CHECK(book_find(&tokens, &v, 7) && !act_impossible(&tokens, revoke, &v, name_it));
    CHECK(book_find(&tokens, &v, 8));
    CHECK_TEXT(act_impossible(&tokens, revoke, &v, name_it), "Taken back: [+] makes another.");
    CHECK(!book_find(&tokens, &v, 9) && !v.row && !v.id);
    me.role = ROLE_READER;
    CHECK_TEXT(act_impossible(&tokens, revoke, &v, name_it), "Only an administrator may do that.");
    me.role = ROLE_ADMIN;
    CHECK_TEXT(book_words(&tokens, a, "{new}, {other} and {", name_it), "[+], {other} and {");
    CHECK(book_words(&tokens, a, NULL, name_it) == NULL);
    arena_close(a);
}

/* --- lists in pages */

static const struct book customers = {.name = "customers",
                                      .title = "Customers",
                                      .noun = "customer",
                                      .op = OPNO_customer_list,
                                      .rows = "customers",
                                      .filter = filter_of_customers};

static struct customer_list_out *page_of(uint64_t from, size_t n, const char *next)
{
    struct customer_list_out *out = arena_alloc(answers, sizeof *out);
    out->next = next ? told(next) : NULL;
    out->customers.n = n;
    out->customers.v = arena_alloc(answers, n * sizeof *out->customers.v);
    for (size_t i = 0; i < n; i++)
        out->customers.v[i].id = from + i;
    return out;
}

static void a_page_is_asked_for_by_where_it_begins_and_what_is_looked_for(void)
{
    struct arena *a = arena_open();
    struct scene v = {.arena = a, .me = &me};
    const struct customer_list_in *in = book_asks(&customers, &v, -1);
    CHECK(!GIVEN(customer_list_in, in, after) && !GIVEN(customer_list_in, in, filter));
    CHECK_INT(in->limit, 100);
    v.after = "there";
    v.find = "status:inactive";
    v.most = 15;
    in = book_asks(&customers, &v, -1);
    CHECK(GIVEN(customer_list_in, in, after) && GIVEN(customer_list_in, in, filter));
    CHECK_TEXT(in->after, "there");
    CHECK_TEXT(in->filter, "status:inactive");
    CHECK_INT(in->limit, 15);
    CHECK(book_pages(&customers) && !book_pages(&tokens) && !book_pages(&server));
    CHECK_TEXT(book_finds(&customers), "filter");
    CHECK(!book_finds(&tokens) && !book_finds(&server));
    arena_close(a);
}

static void pages_are_one_answer_also_when_the_page_before_is_gone(void)
{
    struct arena *a = arena_open();
    size_t room = 0;
    struct scene v = {.arena = a, .me = &me};
    v.out = book_join(&customers, a, NULL, page_of(1, 3, "four"), &room);
    arena_reset(answers);
    CHECK_TEXT(book_next(&customers, v.out), "four");
    v.out = book_join(&customers, a, v.out, page_of(4, 40, NULL), &room);
    arena_reset(answers);
    CHECK(!book_next(&customers, v.out));
    CHECK_INT(((const struct customer_list_out *)v.out)->customers.n, 43);
    for (uint64_t id = 1; id <= 43; id++)
        CHECK(book_find(&customers, &v, id));
    CHECK(!book_find(&customers, &v, 44));
    arena_close(a);
}

/* --- fields that know more than the table; acts of a list whose operation could name a row, and do not */

static const char *no_secret(const char *typed)
{
    return strstr(typed, "PRIVATE") ? "That is the private one." : NULL;
}

static const char *a_key(const char *typed)
{
    return strncmp(typed, "ssh-", 4) == 0 ? NULL : "A key begins with ssh-.";
}

static const char *without_blanks(struct arena *arena, const char *typed)
{
    char *out = arena_text(arena, typed, strlen(typed)), *to = out;
    for (const char *at = out; *at; at++)
        if (*at != ' ')
            *to++ = *at;
    *to = '\0';
    return out;
}

static bool with_factor(const struct scene *v)
{
    return v->me->mfa;
}

static const struct give key_gives[] = {
    {.field = "key", .label = "Key", .never = no_secret, .check = a_key, .tidy = without_blanks},
    {.field = "code", .label = "Code", .must = true, .offered = with_factor},
    {0}};
enum { ADD, REMOVE };
static const struct act key_acts[] = {
    {.key = '+', .name = "add", .op = OPNO_key_add, .about = ABOUT_ALL, .gives = key_gives, .done = "There."},
    {.key = 'x', .name = "remove", .op = OPNO_key_remove, .done = "Gone."},
    {0}};
static const struct book key_book = {.name = "keys",
                                     .title = "Keys",
                                     .noun = "key",
                                     .op = OPNO_key_list,
                                     .rows = "keys",
                                     .one = "key",
                                     .acts = key_acts};

static struct key_list_out *key_rows(void)
{
    struct key_list_out *out = arena_alloc(answers, sizeof *out);
    out->keys.n = 1;
    out->keys.v = arena_alloc(answers, sizeof *out->keys.v);
    out->keys.v[0] = (struct ssh_key){.id = 4, .label = told("desk")};
    return out;
}

static void what_must_not_stand_there_is_refused_and_what_is_meant_is_sent(void)
{
    struct run *r = begin(&key_book, &key_acts[ADD], key_rows(), 4);
    CHECK(!book_about_row(&key_book, &key_acts[ADD]) && book_about_row(&key_book, &key_acts[REMOVE]));
    CHECK_TEXT(run_read(r, &key_gives[0], "ssh- PRIVATE KEY"), "That is the private one.");
    CHECK_TEXT(run_read(r, &key_gives[0], "hello"), "A key begins with ssh-.");
    CHECK(run_read(r, &key_gives[0], "ssh-ed25519 AAAA BBBB CCCC") == NULL);
    CHECK(!run_offered(r, &key_gives[1]) && !run_wanted(r, &key_gives[1]));
    run_given(r);
    const struct key_add_in *in = r->send;
    CHECK_TEXT(in->key, "ssh-ed25519AAAABBBBCCCC");
    CHECK(!GIVEN(key_add_in, in, code));
    run_close(r);
    r = begin(&key_book, &key_acts[REMOVE], key_rows(), 4);
    CHECK_INT(((const struct key_remove_in *)r->send)->key, 4);
    run_close(r);
}

static void a_filter_that_has_a_name_stands_before_what_was_typed(void)
{
    static const struct shown shows[] = {{"owing", "balance>0"}, {"inactive", "status:inactive"}, {0}};
    struct book b = customers;
    struct arena *a = arena_open();
    struct scene v = {.arena = a, .me = &me, .only = 2, .find = "bodega"};
    struct option o;
    b.shows = shows;
    CHECK(book_narrows(&b) && !book_narrows(&customers));
    CHECK(book_only(&b, 0, &o) && strcmp(o.name, "all") == 0 && o.value == 0);
    CHECK(book_only(&b, 1, &o) && strcmp(o.name, "owing") == 0 && o.value == 1);
    CHECK(book_only(&b, 2, &o) && !book_only(&b, 3, &o));
    const struct customer_list_in *in = book_asks(&b, &v, -1);
    CHECK_TEXT(in->filter, "status:inactive bodega");
    v.find = "";
    in = book_asks(&b, &v, -1);
    CHECK_TEXT(in->filter, "status:inactive");
    arena_close(a);
}

/* --- where the record itself is called as what names it, and what concerns several */

static const struct give customer_gives[] = {{.field = "customer.name", .label = "Name"}, {0}};
static const struct act customer_acts[] = {
    {.key = 'e',
     .name = "change",
     .op = OPNO_customer_update,
     .gives = customer_gives,
     .begins = "customer",
     .done = "Saved."},
    {.key = 'a', .name = "invite", .op = OPNO_access_invite, .many = "customers", .done = "Invited."},
    {0}};
static const struct book marked_customers = {.name = "customers",
                                             .title = "Customers",
                                             .noun = "customer",
                                             .op = OPNO_customer_list,
                                             .rows = "customers",
                                             .one = "customer",
                                             .filter = filter_of_customers,
                                             .acts = customer_acts};
static const struct book customer = {.name = "customer",
                                     .title = "Customer",
                                     .op = OPNO_customer_overview,
                                     .one = "customer",
                                     .acts = customer_acts};

static void a_record_that_is_called_as_what_names_it_is_named_by_its_id(void)
{
    struct customer_overview_out *out = arena_alloc(answers, sizeof *out);
    out->customer = arena_alloc(answers, sizeof *out->customer);
    *out->customer = (struct customer){.id = 5, .name = told("Bodega Sur"), .revision = 3};
    struct arena *scratch = arena_open();
    struct scene v = {.arena = scratch, .me = &me, .out = out, .id = 5};
    struct run *r = run_open(&customer, &customer_acts[0], &v, &(struct run_ids){make_id, NULL});
    CHECK(!run_read(r, &customer_gives[0], "Bodega Norte"));
    run_given(r);
    const struct customer_update_in *in = r->send;
    CHECK_INT(in->id, 5);
    CHECK_TEXT(in->customer->name, "Bodega Norte");
    CHECK_INT(in->customer->revision, 3);
    run_close(r);
    arena_close(scratch);
}

static void of_several_it_is_said_what_is_wrong_and_not_with_which_number(void)
{
    uint64_t marked[] = {5, 6};
    struct customer_list_out *out = arena_alloc(answers, sizeof *out);
    struct arena *scratch = arena_open();
    struct scene v = {.arena = scratch, .me = &me, .out = out, .marked = marked, .marked_n = 2};
    struct run *r = run_open(&marked_customers, &customer_acts[1], &v, &(struct run_ids){make_id, NULL});
    CHECK_INT(((const struct access_invite_in *)r->send)->customers.n, 2);
    answer(r, ERR_STATE, "customers.1", "Bodega Sur is deactivated", false);
    CHECK_INT(r->wants, RUN_REFUSED);
    CHECK_TEXT(r->sentence, "Bodega Sur is deactivated");
    run_close(r);
    arena_close(scratch);
}

int main(void)
{
    answers = arena_open();
    a_record_that_is_called_as_what_names_it_is_named_by_its_id();
    of_several_it_is_said_what_is_wrong_and_not_with_which_number();
    only_what_differs_is_sent_and_the_revision_that_was_read();
    what_is_usual_follows_the_other_fields();
    what_is_not_wanted_is_not_sent();
    what_was_typed_is_held_against_the_table();
    what_nobody_typed_does_not_stand_there_and_none_is_a_choice();
    a_review_shows_what_was_chosen_also_when_the_answer_is_gone();
    a_secret_is_told_once_and_is_the_run_s_own();
    every_outcome_has_its_way_on();
    asked_once_more_it_is_the_same_request_and_corrected_another();
    on_top_of_what_changed_stands_only_what_the_person_changed();
    of_a_row_only_what_differs_is_sent();
    about_no_row_none_is_sent();
    what_is_done_a_part_at_a_time_is_asked_for_until_nothing_is_left();
    why_an_act_is_not_possible_is_said_in_the_face_s_words();
    a_page_is_asked_for_by_where_it_begins_and_what_is_looked_for();
    pages_are_one_answer_also_when_the_page_before_is_gone();
    what_must_not_stand_there_is_refused_and_what_is_meant_is_sent();
    a_filter_that_has_a_name_stands_before_what_was_typed();
    arena_close(answers);
    return test_end();
}
