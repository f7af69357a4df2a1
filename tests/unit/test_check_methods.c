/* What the check says of saved methods and of charges that nobody was there for. */
#include "tests/unit/call_fixture.h"

static enum err put_method(struct call *c, void *record)
{
    struct saved_method copy =
        *(struct saved_method *)record; /* run twice: a new one gets its id each time */
    return record_put(&c->txn, KIND_SAVED_METHOD, &copy);
}

static enum err put_charge(struct call *c, void *record)
{
    struct payment copy = *(struct payment *)record;
    return record_put(&c->txn, KIND_PAYMENT, &copy);
}

struct looked {
    struct fixture *f;
    struct check check;
};

static enum err look(struct kv_txn *kv, void *arg)
{
    struct looked *l = arg;
    return check_store(kv, l->f->arena, &l->check);
}

static bool says(struct fixture *f, const char *words)
{
    struct looked l = {.f = f};
    CHECK_INT(kv_read(f->kv, look, &l), OK);
    for (size_t i = 0; i < l.check.n_problems; i++)
        if (strstr(l.check.problems[i], words))
            return true;
    return false;
}

static struct consent agreed = {.version = 1, .by = "Ada"};

static void two_that_are_offered_first_are_told(struct fixture *f)
{
    struct saved_method m = {.customer = ADA, .gateway = "sandbox", .state = METHOD_GOOD, .preferred = true};
    CHECK_INT(fixture_write(f, put_method, &m), OK);
    CHECK(!says(f, "offered first"));
    CHECK_INT(fixture_write(f, put_method, &m), OK);
    CHECK(says(f, "two methods of payment of a customer are offered first"));
}

static void a_consent_to_what_is_gone_is_told(struct fixture *f)
{
    struct saved_method m = {
        .customer = ADA, .gateway = "sandbox", .state = METHOD_REMOVED, .consents = {1, &agreed}};
    CHECK_INT(fixture_write(f, put_method, &m), OK);
    CHECK(says(f, "a method of payment that is not there"));
}

static void a_charge_that_nobody_agreed_to_is_told(struct fixture *f)
{
    struct payment p = {.customer = ADA,
                        .state = PAY_FAILED,
                        .gateway = "sandbox",
                        .key = "1",
                        .attempt = 1,
                        .amount = {.currency = "EUR", .amount = 100}};
    CHECK_INT(fixture_write(f, put_charge, &p), OK);
    CHECK(says(f, "a charge that nobody agreed to"));
}

/* Closed past what looks at the store once more: it is wrong on purpose. */
static void each(void (*test)(struct fixture *))
{
    struct fixture f;
    fixture_open(&f);
    test(&f);
    kv_close(f.kv);
    arena_close(f.arena);
}

int main(void)
{
    each(two_that_are_offered_first_are_told);
    each(a_consent_to_what_is_gone_is_told);
    each(a_charge_that_nobody_agreed_to_is_told);
    return test_end();
}
