/* Lists of a book: pages, what is looked for, what is possible on a row, and fields that know more than the table. */
#include "common/filter_table.h"
#include "tests/unit/run_fixture.h"

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

static void a_filter_that_has_a_name_stands_before_what_was_typed(void)
{
    static const struct shown shows[] = {{"owing", "balance>0"}, {"inactive", "status:inactive"}, {0}};
    struct book b = customers;
    struct arena *a = arena_open();
    struct scene v = {.arena = a, .me = &me, .only = 2, .find = "bodega"};
    struct option o;
    b.shows = shows;
    CHECK(book_narrows(&b) && !book_narrows(&customers));
    CHECK(book_only(&b, &me, 0, &o) && strcmp(o.name, "all") == 0 && o.value == 0);
    CHECK(book_only(&b, &me, 1, &o) && strcmp(o.name, "owing") == 0 && o.value == 1);
    CHECK(book_only(&b, &me, 2, &o) && !book_only(&b, &me, 3, &o));
    const struct customer_list_in *in = book_asks(&b, &v, -1);
    CHECK_TEXT(in->filter, "status:inactive bodega");
    v.find = "";
    in = book_asks(&b, &v, -1);
    CHECK_TEXT(in->filter, "status:inactive");
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

int main(void)
{
    answers = arena_open();
    why_an_act_is_not_possible_is_said_in_the_face_s_words();
    a_page_is_asked_for_by_where_it_begins_and_what_is_looked_for();
    pages_are_one_answer_also_when_the_page_before_is_gone();
    a_filter_that_has_a_name_stands_before_what_was_typed();
    what_must_not_stand_there_is_refused_and_what_is_meant_is_sent();
    arena_close(answers);
    return test_end();
}
