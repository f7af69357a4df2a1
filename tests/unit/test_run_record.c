/* A record that is read, answered and told in parts: what stands in a field at first, what changed meanwhile, a page of its own, a choice of one. */
#include "tests/unit/run_fixture.h"

static const char *own_name(const struct scene *v)
{
    return v->me->name;
}

static void read_revision(const struct scene *v, const void *in, void *send)
{
    (void)in;
    GIVE(document_accept_in, (struct document_accept_in *)send, revision,
         ((const struct document_get_out *)v->out)->document->revision);
}

static void terms_differ(struct page *p, const struct scene *was, const void *is)
{
    page_fact(p, "Terms", "%s → %s", ((const struct document_get_out *)was->out)->document->terms,
              ((const struct document_get_out *)is)->document->terms);
}

static void tell_number(struct page *p, const struct scene *v)
{
    page_title(p, "%s", ((const struct document_get_out *)v->out)->document->number);
}

static bool nth_version(const struct scene *v, const void *in, size_t i, struct option *o)
{
    const struct version_list *l = &((const struct document_get_out *)v->out)->versions;
    (void)in;
    if (i < l->n)
        *o = (struct option){.value = l->v[i].revision, .name = "one"};
    return i < l->n;
}

static const struct give sign_gives[] = {{.field = "signed_by", .label = "Name", .first = own_name}, {0}};
static const struct give version_gives[] = {{.field = "revision", .label = "Which", .choice = nth_version},
                                            {0}};
enum { ACCEPT, HISTORY, VERSIONS };
static const struct act estimate_acts[] = {
    {.key = 'a',
     .name = "accept",
     .op = OPNO_estimate_accept,
     .gives = sign_gives,
     .complete = read_revision,
     .differs = terms_differ,
     .done = "Accepted."},
    {.key = 'h', .name = "history", .op = OPNO_estimate_get, .tells = tell_number},
    {.key = 'v', .name = "versions", .op = OPNO_estimate_version, .gives = version_gives, .done = "Told."},
    {0}};
static const struct book estimate = {.name = "estimate",
                                     .title = "Estimate",
                                     .op = OPNO_estimate_get,
                                     .one = "estimate",
                                     .acts = estimate_acts};

static struct document_get_out *offer(int64_t revision, const char *terms, size_t versions)
{
    struct document_get_out *out = arena_alloc(answers, sizeof *out);
    out->document = arena_alloc(answers, sizeof *out->document);
    *out->document =
        (struct document){.id = 9, .number = told("EST-1"), .revision = revision, .terms = told(terms)};
    out->versions =
        (struct version_list){versions, arena_alloc(answers, (versions + 1) * sizeof *out->versions.v)};
    for (size_t i = 0; i < versions; i++)
        out->versions.v[i] = (struct version){.revision = 3 + (int64_t)i};
    return out;
}

static struct run *begin_offer(int act, size_t versions)
{
    struct arena *scratch = arena_open();
    struct scene v = {.arena = scratch, .me = &me, .out = offer(7, "old", versions), .id = 9};
    me.name = "Maria Ruiz";
    struct run *r = run_open(&estimate, &estimate_acts[act], &v, &(struct run_ids){make_id, NULL});
    arena_close(scratch);
    return r;
}

static void what_stands_there_at_first_is_sent_unless_it_is_changed(void)
{
    struct run *r = begin_offer(ACCEPT, 0);
    CHECK_TEXT(run_typed(r, &sign_gives[0]), "Maria Ruiz");
    run_given(r);
    CHECK_TEXT(((const struct document_accept_in *)r->send)->signed_by, "Maria Ruiz");
    CHECK(!run_read(r, &sign_gives[0], "M. Ruiz"));
    run_given(r);
    CHECK_TEXT(((const struct document_accept_in *)r->send)->signed_by, "M. Ruiz");
    run_close(r);
}

static void who_answers_what_was_changed_meanwhile_is_told_what_is_another(void)
{
    struct run *r = begin_offer(ACCEPT, 0);
    run_given(r);
    answer(r, ERR_STALE, "", "", false);
    CHECK_INT(r->wants, RUN_STALE);
    run_fresh(r, offer(8, "new", 0));
    CHECK_INT(r->wants, RUN_TELLS);
    CHECK_TEXT(page_find(r->page, PAGE_FACT)->text, "old → new");
    run_told(r);
    CHECK(r->wants == RUN_DONE && !r->sentence); /* nothing was done */
    run_close(r);
}

static void a_page_of_its_own_is_told_without_asking(void)
{
    struct run *r = begin_offer(HISTORY, 0);
    CHECK_INT(r->wants, RUN_TELLS);
    CHECK_TEXT(page_find(r->page, PAGE_TITLE)->text, "EST-1");
    run_told(r);
    CHECK(r->wants == RUN_DONE && !r->sentence);
    run_close(r);
}

static void what_can_be_one_thing_only_is_not_asked_for(void)
{
    struct run *r = begin_offer(VERSIONS, 1);
    CHECK_INT(r->wants, RUN_ASKS);
    CHECK_INT(((const struct document_version_in *)r->send)->revision, 3);
    run_close(r);
    r = begin_offer(VERSIONS, 2);
    CHECK_INT(r->wants, RUN_GIVES);
    CHECK(run_chooses(r, &version_gives[0]));
    run_choose(r, &version_gives[0], 1);
    CHECK_INT(run_chosen(r, &version_gives[0]), 1);
    run_given(r);
    CHECK_INT(((const struct document_version_in *)r->send)->revision, 4);
    run_close(r);
}

int main(void)
{
    answers = arena_open();
    what_stands_there_at_first_is_sent_unless_it_is_changed();
    who_answers_what_was_changed_meanwhile_is_told_what_is_another();
    a_page_of_its_own_is_told_without_asking();
    what_can_be_one_thing_only_is_not_asked_for();
    arena_close(answers);
    return test_end();
}
