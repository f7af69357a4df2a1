/* How much whoever is signed in may write: a contact little, staff and programs an import at full speed, the operator of the machine as much as
 * there is; a crowd of contacts takes nothing from the staff. */
#include "server/door/allowance.h"
#include "server/core/limits.h"
#include "server/core/secret.h"
#include "tests/unit/document_fixture.h"

static int64_t now = 1000;
static const struct who maria = {.role = ROLE_CUSTOMER, .session = 5, .person = 7, .customer = 3},
                        ana = {.role = ROLE_STAFF, .session = 6, .person = 7},
                        program = {.role = ROLE_ADMIN, .machine = 7},
                        machine_operator = {.role = ROLE_OPERATOR};

static bool may(struct allowance *a, const struct who *who, struct refusal *why)
{
    enum err e = allowance_check(a, 1, who, now, why);
    CHECK(e == OK || e == ERR_SLOW_DOWN);
    return e == OK;
}

/* How many writes of that size it may do at once; `most`: more need not be tried. */
static int64_t writes(struct allowance *a, const struct who *who, uint64_t bytes, int64_t most)
{
    struct refusal why;
    int64_t n = 0;
    while (n < most && may(a, who, &why)) {
        allowance_take(a, 1, who, now, bytes + LIMIT_WRITE_COST);
        n++;
    }
    return n;
}

static void a_contact_is_slowed_and_told_until_when(void)
{
    struct allowance *a;
    struct refusal why = {.code = OK};
    CHECK_INT(allowance_open(&a), OK);
    const int64_t n = writes(a, &maria, 2000, 10000);
    CHECK(n > 60 && n < 200);
    CHECK(!may(a, &maria, &why) && why.retry_ms > 0 && why.retry_ms < 10000 && strstr(why.detail, "wait"));
    CHECK(writes(a, &ana, 2000, 100) == 100 && writes(a, &program, 2000, 100) == 100);
    now += why.retry_ms;
    CHECK(may(a, &maria, &why));
    CHECK_INT(writes(a, &maria, 2000, 100), 1);
    now += 3600000;
    CHECK_INT(writes(a, &maria, 2000, 10000), n);
    allowance_close(a);
}

static void a_crowd_of_contacts_takes_nothing_from_the_staff_nor_from_another_business(void)
{
    struct allowance *a;
    struct refusal why;
    struct who one = maria;
    int64_t n = 0;
    CHECK_INT(allowance_open(&a), OK);
    for (one.person = 100; one.person < 1100; one.person++)
        n += writes(a, &one, 2000, 10000);
    CHECK_INT(n, (LIMIT_WRITES_CONTACTS + 2000 + LIMIT_WRITE_COST - 1) / (2000 + LIMIT_WRITE_COST));
    CHECK(!may(a, &maria, &why));
    CHECK(may(a, &ana, &why) && may(a, &program, &why));
    CHECK_INT(allowance_check(a, 2, &maria, now, &why), OK);
    allowance_close(a);
}

/* Many colleagues and programs of a business at once: together they have twice what one has, and the customers and others theirs. */
static void the_office_has_its_bound_whoever_writes_for_it(void)
{
    struct allowance *a;
    struct refusal why;
    struct who one = ana, another = program;
    int64_t n = 0;
    CHECK_INT(allowance_open(&a), OK);
    for (one.person = another.machine = 100; one.person < 104; another.machine = ++one.person)
        n += writes(a, &one, 1 << 20, 5000) + writes(a, &another, 1 << 20, 5000);
    CHECK_INT(n, (LIMIT_WRITES_OFFICE + (1 << 20) + LIMIT_WRITE_COST - 1) / ((1 << 20) + LIMIT_WRITE_COST));
    CHECK(!may(a, &ana, &why) && why.code == ERR_SLOW_DOWN && why.retry_ms > 0);
    CHECK(may(a, &maria, &why) && may(a, &machine_operator, &why));
    CHECK_INT(allowance_check(a, 2, &ana, now, &why), OK);
    allowance_close(a);
}

static void the_operator_is_not_counted_and_staff_are_in_the_end(void)
{
    struct allowance *a;
    CHECK_INT(allowance_open(&a), OK);
    CHECK_INT(writes(a, &machine_operator, 1 << 20, 5000), 5000);
    CHECK(writes(a, &ana, 1 << 20, 5000) < 1100);
    CHECK(writes(a, &program, 1 << 20, 5000) < 1100);
    allowance_close(a);
}

/* Each sign-in stays in the log: one person's are held back, and nobody else's; a colleague of the same number is somebody else. */
static void who_signs_in_again_and_again_is_told_when_to_come(void)
{
    struct allowance *a;
    struct refusal why = {.code = OK};
    int n = 0;
    CHECK_INT(allowance_open(&a), OK);
    while (n < 1000 && allowance_sign_in(a, 1, SIDE_CUSTOMER, 7, now, &why) == OK)
        n++;
    CHECK_INT(n, LIMIT_SIGN_INS);
    CHECK(why.retry_ms > 0 && why.retry_ms < 10000 && strstr(why.detail, "sign-ins"));
    CHECK_INT(allowance_sign_in(a, 1, SIDE_STAFF, 7, now, &why), OK);
    CHECK_INT(allowance_sign_in(a, 1, SIDE_CUSTOMER, 8, now, &why), OK);
    CHECK_INT(allowance_sign_in(a, 2, SIDE_CUSTOMER, 7, now, &why), OK);
    CHECK(writes(a, &maria, 2000, 10) == 10); /* what is written in a session is counted apart */
    now += 4 * LIMIT_SIGN_IN_MS;
    CHECK_INT(allowance_sign_in(a, 1, SIDE_CUSTOMER, 7, now, &why), OK);
    allowance_close(a);
}

struct measured {
    struct document_create_in in;
    uint64_t bytes;
};
static enum err write_invoice(struct call *c, void *argument)
{
    struct measured *m = argument;
    struct document_create_out out = {.document = NULL};
    c->op = op_at(OPNO_invoice_create);
    const uint64_t before = kv_written(c->txn.kv);
    enum err e = op_document_create(c, &m->in, &out);
    m->bytes = kv_written(c->txn.kv) - before;
    return e;
}

/* Also when each invoice comes as a write of its own, which they do not. */
static void fifty_thousand_invoices_of_three_lines_are_within_what_one_of_the_staff_may_write_at_once(void)
{
    struct fixture f;
    fixture_open(&f);
    as_staff(&f);
    struct line lines[3] = {line_of("Kraft paper of the better kind, in sheets", 4, "12.50", 20),
                            line_of("Twine", 2, "3.10", 20), line_of("Delivery", 1, "9.00", 20)};
    struct document *d = arena_alloc(f.arena, sizeof *d);
    GIVE(document, d, lines, ((struct line_list){3, lines}));
    struct measured m = {.in = {.customer = ADA, .document = d, .send = true}};
    CHECK_INT(fixture_write(&f, write_invoice, &m), OK);
    printf("an invoice of 3 lines: %llu bytes\n", (unsigned long long)m.bytes);
    CHECK(m.bytes > 500 && 50000 * (m.bytes + LIMIT_WRITE_COST) < LIMIT_WRITES_STAFF);
    fixture_close(&f);
}

int main(void)
{
    CHECK_INT(secret_start(), OK);
    a_contact_is_slowed_and_told_until_when();
    a_crowd_of_contacts_takes_nothing_from_the_staff_nor_from_another_business();
    the_office_has_its_bound_whoever_writes_for_it();
    the_operator_is_not_counted_and_staff_are_in_the_end();
    fifty_thousand_invoices_of_three_lines_are_within_what_one_of_the_staff_may_write_at_once();
    who_signs_in_again_and_again_is_told_when_to_come();
    return test_end();
}
