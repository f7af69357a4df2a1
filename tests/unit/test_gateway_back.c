/* The sandbox gateway gives money back and tells of disputes: once per key, never more than was charged, and what it said it remembers. */
#include "data/record.h"
#include "server/pay/ledger.h"
#include "tests/unit/test.h"
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

static char folder[64], ledger_path[96];
static struct arena *arena;
static struct gateways *all;
static struct gateway sandbox;

static void open_it(void)
{
    gateways_close(all);
    all = NULL;
    CHECK_INT(gateways_open(folder, true, &all), OK);
    CHECK_INT(gateways_find(all, gateway_kind("sandbox"), &sandbox), OK);
}

static int lines_with(const char *begin)
{
    static char text[1 << 16];
    int fd = open(ledger_path, O_RDONLY), n = 0;
    ssize_t size = read(fd, text, sizeof text - 1);
    close(fd);
    text[size > 0 ? size : 0] = 0;
    for (const char *p = text; (p = strstr(p, begin)) != NULL; p++)
        n++;
    return n;
}

/* A charge of 10.00 EUR under that key, by the card of that number. */
static struct payment charge(const char *number, const char *key, enum gateway_state want)
{
    struct card_details card = {.card_number = number, .card_expiry = "12/30", .card_code = "123"};
    struct gateway_method method;
    struct gateway_taken taken = {.token = "", .method = ""};
    struct gateway_outcome o = {.state = GATEWAY_UNKNOWN};
    struct refusal why;
    CHECK(gateway_method_named(sandbox.kind, "card", &method));
    CHECK_INT(gateway_take(&sandbox, arena, &method, &card, 20000, &taken, &why), OK);
    struct payment p = {.key = key, .token = taken.token, .amount = money_of(1000, "EUR")};
    CHECK_INT(gateway_charge(&sandbox, &p, &o), OK);
    CHECK_INT(o.state, want);
    return p;
}

static struct gateway_outcome back(const struct payment *p, const char *key, int64_t amount)
{
    struct gateway_outcome o = {.state = GATEWAY_UNKNOWN};
    CHECK_INT(gateway_refund(&sandbox, p, key, money_of(amount, "EUR"), &o), OK);
    CHECK_INT(o.state == GATEWAY_FAILED, *o.sentence != 0);
    return o;
}

static struct gateway_outcome back_asked(const char *key)
{
    struct gateway_outcome o = {.state = GATEWAY_UNKNOWN};
    CHECK_INT(gateway_refund_ask(&sandbox, key, NULL, &o), OK);
    CHECK_INT(o.state == GATEWAY_FAILED, *o.sentence != 0);
    return o;
}

static int asked(const struct payment *p, const char *word)
{
    struct gateway_outcome o;
    CHECK_INT(gateway_ask(&sandbox, p, &o), OK);
    CHECK(strstr(o.sentence, word) != NULL);
    return o.state;
}

static void a_part_goes_back_once_per_key(void)
{
    const struct payment p = charge("4242424242424242", "a1", GATEWAY_SUCCEEDED);
    struct gateway_outcome o;
    CHECK_INT(back(&p, "ar1", 400).state, GATEWAY_SUCCEEDED);
    for (int round = 0; round < 2; round++) { /* the second time the ledger was read again */
        CHECK_INT(back(&p, "ar1", 400).state, GATEWAY_SUCCEEDED);
        CHECK_INT(back_asked("ar1").state, GATEWAY_SUCCEEDED);
        CHECK_INT(lines_with("refund ar1 a1 succeeded 400 EUR\n"), 1);
        CHECK_INT(back_asked("never").state, GATEWAY_UNKNOWN);
        CHECK_INT(gateway_refund(&sandbox, &p, "ar1", money_of(401, "EUR"), &o), ERR_ID_REUSED);
        CHECK_INT(gateway_refund(&sandbox, &p, "a1", money_of(400, "EUR"), &o), ERR_ID_REUSED);
        CHECK_INT(gateway_refund(&sandbox, &p, "", money_of(400, "EUR"), &o), ERR_INVALID);
        CHECK_INT(gateway_refund(&sandbox, &p, "ar0", money_of(0, "EUR"), &o), ERR_INVALID);
        open_it();
    }
    const struct payment other = charge("4242424242424242", "a2", GATEWAY_SUCCEEDED);
    CHECK_INT(gateway_refund(&sandbox, &other, "ar1", money_of(400, "EUR"), &o), ERR_ID_REUSED);
    CHECK_INT(
        gateway_charge(&sandbox,
                       &(struct payment){.key = "ar1", .token = p.token, .amount = money_of(400, "EUR")}, &o),
        ERR_ID_REUSED);
}

static void never_more_goes_back_than_was_charged(void)
{
    const struct payment p = charge("4242424242424242", "b1", GATEWAY_SUCCEEDED);
    struct gateway_outcome o;
    CHECK_INT(back(&p, "br1", 700).state, GATEWAY_SUCCEEDED);
    CHECK_INT(back(&p, "br2", 301).state, GATEWAY_FAILED);
    open_it();
    CHECK_INT(back(&p, "br2", 301).state, GATEWAY_FAILED);
    CHECK_INT(back(&p, "br3", 300).state, GATEWAY_SUCCEEDED);
    CHECK_INT(back(&p, "br4", 1).state, GATEWAY_FAILED);
    CHECK_INT(back(&p, "br5", INT64_MAX).state, GATEWAY_FAILED);
    CHECK_INT(gateway_refund(&sandbox, &p, "br6", money_of(1, "USD"), &o), OK);
    CHECK_INT(o.state, GATEWAY_FAILED);
    const struct payment declined = charge("4000000000000002", "b2", GATEWAY_FAILED);
    CHECK_INT(back(&declined, "br7", 1).state, GATEWAY_FAILED);
    CHECK_INT(back(&(struct payment){.key = "b3", .token = p.token, .amount = p.amount}, "br8", 1).state,
              GATEWAY_FAILED);
    CHECK_INT(back_asked("br8").state, GATEWAY_UNKNOWN);
}

static void a_refund_may_take_its_time(void)
{
    const struct payment p = charge("4000000000007726", "c1", GATEWAY_SUCCEEDED);
    CHECK_INT(back(&p, "cr1", 1000).state, GATEWAY_PENDING);
    CHECK_INT(back(&p, "cr2", 1).state, GATEWAY_FAILED); /* what is on its way is not there twice */
    CHECK_INT(back_asked("cr1").state, GATEWAY_PENDING);
    open_it();
    CHECK_INT(back_asked("cr1").state, GATEWAY_SUCCEEDED);
    CHECK_INT(back_asked("cr1").state, GATEWAY_SUCCEEDED);
    CHECK_INT(lines_with("asked cr1 "), 2);
}

static void a_refund_may_fail_later(void)
{
    const struct payment p = charge("4000000000005126", "d1", GATEWAY_SUCCEEDED);
    CHECK_INT(back(&p, "dr1", 1000).state, GATEWAY_SUCCEEDED);
    CHECK_INT(back(&p, "dr2", 1000).state, GATEWAY_FAILED);
    CHECK_INT(back_asked("dr1").state, GATEWAY_FAILED);
    CHECK(strstr(back_asked("dr1").sentence, "expired") != NULL);
    open_it();
    CHECK_INT(back_asked("dr1").state, GATEWAY_FAILED);
    CHECK_INT(back(&p, "dr1", 1000).state, GATEWAY_FAILED);
    CHECK_INT(back(&p, "dr3", 1000).state, GATEWAY_SUCCEEDED); /* it is there again */
    CHECK_INT(lines_with("asked dr1 "), 1);
}

static void a_charge_may_be_disputed_later(void)
{
    static const struct {
        const char *number, *key, *word;
        enum gateway_state at_last;
    } cases[] = {
        {"4000000000000259", "e1", "did not make it", GATEWAY_REVERSED},
        {"4000000000002685", "e2", "did not get", GATEWAY_SUCCEEDED},
        {"4000000000001976", "e3", "what it is about", GATEWAY_SUCCEEDED},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct payment p = charge(cases[i].number, cases[i].key, GATEWAY_SUCCEEDED);
        CHECK_INT(asked(&p, cases[i].word), GATEWAY_DISPUTED);
        CHECK_INT(back(&p, cases[i].number, 1).state, GATEWAY_FAILED); /* the bank has the money */
        open_it();
        CHECK_INT(asked(&p, cases[i].word), GATEWAY_DISPUTED);
        const bool won = cases[i].at_last == GATEWAY_SUCCEEDED;
        for (int round = 0; round < 2; round++) {
            CHECK_INT(asked(&p, won ? "" : cases[i].word), cases[i].at_last);
            open_it();
        }
        CHECK_INT(lines_with(cases[i].key) > 0, 1);
    }
    const struct payment plain = charge("4242424242424242", "e9", GATEWAY_SUCCEEDED);
    CHECK_INT(asked(&plain, ""), GATEWAY_SUCCEEDED);
    CHECK_INT(lines_with("asked e9 "), 0); /* nothing more comes of it: nothing is written */
}

static void what_makes_no_sense_is_refused(void)
{
    static const char *const bad[] = {
        "refund r1 c1 succeeded 100 EUR\n",
        "charge c1 succeeded 100 EUR t\nrefund r1 c1 succeeded 100\n",
        "charge c1 succeeded 100 EUR t\nrefund c1 c1 succeeded 100 EUR\n",
        "charge c1 succeeded 100 EUR t\nrefund r1 c1 succeeded 101 EUR\n",
        "charge c1 succeeded 100 EUR t\nrefund r1 c1 succeeded 1 USD\n",
        "charge c1 succeeded 100 EUR t\nrefund r1 c1 succeeded 1 EUR\nrefund r2 r1 succeeded 1 EUR\n",
        "charge c1 succeeded 100 EUR t\nrefund r1 c1 succeeded 1 EUR\nasked r1 perhaps\n",
    };
    gateways_close(all);
    all = NULL;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        int fd = open(ledger_path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
        CHECK_INT(write(fd, bad[i], strlen(bad[i])), strlen(bad[i]));
        close(fd);
        CHECK_INT(gateways_open(folder, true, &all), ERR_DAMAGED);
    }
}

int main(void)
{
    arena = arena_open();
    snprintf(folder, sizeof folder, "/tmp/postern-gateway-XXXXXX");
    if (!mkdtemp(folder))
        abort();
    snprintf(ledger_path, sizeof ledger_path, "%s/sandbox.ledger", folder);
    open_it();
    a_part_goes_back_once_per_key();
    never_more_goes_back_than_was_charged();
    a_refund_may_take_its_time();
    a_refund_may_fail_later();
    a_charge_may_be_disputed_later();
    what_makes_no_sense_is_refused();
    unlink(ledger_path);
    rmdir(folder);
    arena_close(arena);
    return test_end();
}
