/* The sandbox gateway: what it takes, that a key charges once whatever happens, that nothing of a card stays behind.
 * tsan: yes */
#include "common/date.h"
#include "data/record.h"
#include "server/pay/card.h"
#include "server/pay/ledger.h"
#include "tests/unit/test.h"
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#define CHARGE(its_token, its_key, much) \
    ((struct payment){.token = (its_token), .key = (its_key), .amount = (much)})

static char folder[64], ledger_path[96];
static struct arena *arena;
static int32_t today;

static void folder_make(void)
{
    snprintf(folder, sizeof folder, "/tmp/postern-gateway-XXXXXX");
    if (!mkdtemp(folder))
        abort();
    snprintf(ledger_path, sizeof ledger_path, "%s/sandbox.ledger", folder);
}

static void folder_remove(void)
{
    unlink(ledger_path);
    rmdir(folder);
}

/* A daemon's gateways, and the sandbox among them. */
static struct gateways *all;
static struct gateway the_sandbox;

static const struct gateway *sandbox(void)
{
    CHECK_INT(gateways_open(folder, true, &all), OK);
    CHECK_INT(gateways_find(all, gateway_kind("sandbox"), &the_sandbox), OK);
    return &the_sandbox;
}

static char *ledger_text(void)
{
    static char text[1 << 20];
    int fd = open(ledger_path, O_RDONLY);
    ssize_t n = fd < 0 ? 0 : read(fd, text, sizeof text - 1);
    if (fd >= 0)
        close(fd);
    text[n > 0 ? n : 0] = 0;
    return text;
}

static int charges_in(const char *text, const char *key)
{
    char line[96];
    int n = 0;
    snprintf(line, sizeof line, "charge %s ", key);
    for (const char *p = text; (p = strstr(p, line)) != NULL; p++)
        n++;
    return n;
}

static enum err take(const struct gateway *g, const char *number, const char *expiry, const char *code,
                     struct gateway_taken *taken, struct refusal *why)
{
    struct card_details card = {.card_number = number, .card_expiry = expiry, .card_code = code};
    struct gateway_method method;
    *why = (struct refusal){.code = OK};
    CHECK(gateway_method_named(g->kind, "card", &method));
    return gateway_take(g, arena, &method, &card, today, taken, why);
}

static void cards_are_checked(void)
{
    static const struct {
        const char *number, *expiry, *code;
        enum err want;
        const char *said; /* the field, or the method */
    } cases[] = {
        {"4242 4242 4242 4242", "12/28", "123", OK, "Visa ending 4242"},
        {"5555-5555-5555-4444", "0131", "999", OK, "Mastercard ending 4444"},
        {"378282246310005", "11/2026", "1234", OK, "American Express ending 0005"},
        {"4242424242424242", "11/26", "123", OK, "Visa ending 4242"}, /* good to the end of the month */
        {"4242424242424242", "10/26", "123", ERR_INVALID, "card_expiry"},
        {"4242424242424242", "12/25", "123", ERR_INVALID, "card_expiry"},
        {"4242424242424242", "13/28", "123", ERR_INVALID, "card_expiry"},
        {"4242424242424242", "00/28", "123", ERR_INVALID, "card_expiry"},
        {"4242424242424242", "1/28", "123", ERR_INVALID, "card_expiry"},
        {"4242424242424242", "12/128", "123", ERR_INVALID, "card_expiry"},
        {"4242424242424242", "12//28", "123", ERR_INVALID, "card_expiry"},
        {"4242424242424242", "/1228", "123", ERR_INVALID, "card_expiry"},
        {"4242424242424242", "12/1999", "123", ERR_INVALID, "card_expiry"},
        {"4242424242424242", "", "123", ERR_INVALID, "card_expiry"},
        {"4242424242424241", "12/28", "123", ERR_INVALID, "card_number"},
        {"4242 4242 4242 424x", "12/28", "123", ERR_INVALID, "card_number"},
        {"42424242424242424242", "12/28", "123", ERR_INVALID, "card_number"},
        {"4242", "12/28", "123", ERR_INVALID, "card_number"},
        {"37828224631000", "12/28", "1234", ERR_INVALID, "card_number"},
        {"", "12/28", "123", ERR_INVALID, "card_number"},
        {"----------------", "12/28", "123", ERR_INVALID, "card_number"},
        {"4242424242424242", "12/28", "1234", ERR_INVALID, "card_code"},
        {"4242424242424242", "12/28", "12a", ERR_INVALID, "card_code"},
        {"378282246310005", "12/28", "123", ERR_INVALID, "card_code"},
        {"4000056655665556", "12/28", "123", ERR_PAYMENT_FAILED,
         "card_number"}, /* no card of the sandbox's */
    };
    const struct gateway *g = sandbox();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct gateway_taken taken = {.token = NULL};
        struct refusal why;
        CHECK_INT(take(g, cases[i].number, cases[i].expiry, cases[i].code, &taken, &why), cases[i].want);
        if (cases[i].want == OK) {
            CHECK_TEXT(taken.method, cases[i].said);
            CHECK(!strstr(taken.token, "42424") && strlen(taken.token) <= LEDGER_TOKEN);
        } else {
            CHECK_TEXT(why.field, cases[i].said);
            CHECK(taken.token == NULL);
            CHECK(!*cases[i].number || !strstr(why.detail, cases[i].number));
        }
    }
    gateways_close(all);
    CHECK(gateway_kind("nobody") == NULL && gateway_kind(NULL) == NULL);
}

/* What stores and payments hold of a row never changes its meaning. */
static void rows_can_be_told_apart(void)
{
    struct gateway_method m, other;
    size_t n;
    const struct gateway_kind *kinds = gateway_kinds(&n);
    for (size_t i = 0; i < n; i++) {
        CHECK(gateway_kind(kinds[i].name) == &kinds[i]);
        for (size_t k = 0; k < i; k++) {
            CHECK(total_name(kinds[i].name) != total_name(kinds[k].name));
            CHECK(kinds[i].number != kinds[k].number);
        }
        for (size_t k = 0; gateway_method(&kinds[i], k, &m); k++) {
            CHECK(gateway_method_named(&kinds[i], m.name, &other) && other.mode == m.mode);
            for (size_t f = 0; m.wants && f < m.wants()->n; f++)
                CHECK(m.wants()->fields[f].type == FIELD_TEXT || m.wants()->fields[f].type == FIELD_SECRET);
        }
    }
    CHECK_INT(gateways_open(folder, false, &all), OK);
    CHECK(gateways_here(all, gateway_kind("hand")) && !gateways_here(all, gateway_kind("sandbox")));
    CHECK(!gateways_here(NULL, gateway_kind("hand")) && !gateways_here(all, NULL));
    CHECK_INT(gateways_find(all, gateway_kind("sandbox"), &the_sandbox), ERR_NOT_FOUND);
    gateways_close(all);
    CHECK_INT(access(ledger_path, F_OK), -1);
}

static struct gateway_outcome charge(const struct gateway *g, const char *number, const char *key,
                                     int64_t amount)
{
    struct gateway_outcome o = {.state = GATEWAY_UNKNOWN};
    struct gateway_taken taken = {.token = "", .method = ""};
    struct refusal why;
    CHECK_INT(take(g, number, "12/30", "123", &taken, &why), OK);
    CHECK_INT(gateway_charge(g, &CHARGE(taken.token, key, money_of(amount, "EUR")), &o), OK);
    return o;
}

static int asked(const struct gateway *g, const char *key)
{
    struct gateway_outcome o;
    CHECK_INT(gateway_ask(g, &(struct payment){.key = key}, &o), OK);
    return o.state;
}

static void each_card_has_its_outcome(void)
{
    static const struct {
        const char *number, *key;
        enum gateway_state state;
        const char *word; /* of the sentence */
    } cases[] = {
        {"4242424242424242", "a1", GATEWAY_SUCCEEDED, ""},
        {"4000000000000002", "a2", GATEWAY_FAILED, "declined"},
        {"4000000000009995", "a3", GATEWAY_FAILED, "not enough money"},
        {"4000000000000119", "a4", GATEWAY_FAILED, "could not process"},
        {"4000000000009235", "a5", GATEWAY_PENDING, ""},
        {"4000000000000341", "a6", GATEWAY_FAILED, "declined"},
        {"4000000000009987", "a7", GATEWAY_FAILED, "lost"},
        {"4000000000009979", "a8", GATEWAY_FAILED, "stolen"},
        {"4000000000000069", "a9", GATEWAY_FAILED, "has expired"},
        {"4000000000000127", "a10", GATEWAY_FAILED, "security code"},
        {"4000000000006975", "a11", GATEWAY_FAILED, "too often"},
        {"4100000000000019", "a12", GATEWAY_FAILED, "fraud"},
        {"4000000000004954", "a13", GATEWAY_FAILED, "risk"},
        {"4000000000000101", "a14", GATEWAY_FAILED, "security code"},
        {"4000000000000036", "a15", GATEWAY_FAILED, "postcode"},
        {"4000008400001280", "a16", GATEWAY_FAILED, "declined"},
        {"4000002760003184", "a17", GATEWAY_PENDING, ""},
        {"4000000000000077", "a18", GATEWAY_SUCCEEDED, ""},
    };
    const struct gateway *g = sandbox();
    for (int round = 0; round < 2;
         round++) { /* the second time the keys are known, and the ledger was read again */
        for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
            struct gateway_outcome o = charge(g, cases[i].number, cases[i].key, 100);
            CHECK_INT(o.state, cases[i].state);
            CHECK(strstr(o.sentence, cases[i].word) != NULL);
            CHECK_INT(o.state == GATEWAY_FAILED, *o.sentence != 0);
            CHECK_INT(charges_in(ledger_text(), cases[i].key), 1);
        }
        gateways_close(all);
        g = sandbox();
    }
    CHECK_INT(asked(g, "never"), GATEWAY_UNKNOWN);
    CHECK_INT(asked(g, "a2"), GATEWAY_FAILED);
    CHECK_INT(asked(g, "a5"), GATEWAY_PENDING);
    gateways_close(all); /* that it was asked once is remembered */
    g = sandbox();
    CHECK_INT(asked(g, "a5"), GATEWAY_SUCCEEDED);
    CHECK_INT(asked(g, "a5"), GATEWAY_SUCCEEDED);
    CHECK_INT(charge(g, "4000000000009235", "a5", 100).state, GATEWAY_SUCCEEDED);
    CHECK_INT(charges_in(ledger_text(), "a5"), 1);
    CHECK(!strstr(ledger_text(), "4242424242") && !strstr(ledger_text(), "40000"));
    gateways_close(all);
}

static void a_key_is_for_one_charge(void)
{
    const struct gateway *g = sandbox();
    struct gateway_outcome o = {.state = GATEWAY_UNKNOWN};
    CHECK_INT(charge(g, "4242424242424242", "b1", 100).state, GATEWAY_SUCCEEDED);
    CHECK_INT(gateway_charge(g, &CHARGE("sandbox-pays-4242", "b1", money_of(101, "EUR")), &o), ERR_ID_REUSED);
    CHECK_INT(gateway_charge(g, &CHARGE("sandbox-pays-4242", "b1", money_of(100, "USD")), &o), ERR_ID_REUSED);
    CHECK_INT(gateway_charge(g, &CHARGE("sandbox-declined-0002", "b1", money_of(100, "EUR")), &o),
              ERR_ID_REUSED);
    CHECK_INT(gateway_charge(g, &CHARGE("sandbox-pays-4242", "b 2", money_of(100, "EUR")), &o), ERR_INVALID);
    CHECK_INT(gateway_charge(g, &CHARGE("sandbox-pays-4242", "", money_of(100, "EUR")), &o), ERR_INVALID);
    CHECK_INT(gateway_charge(g, &CHARGE("sandbox-pays-4242", "b2", money_of(0, "EUR")), &o), ERR_INVALID);
    CHECK_INT(gateway_charge(g, &CHARGE("sandbox-pays-4242\ncharge x", "b2", money_of(1, "EUR")), &o),
              ERR_INVALID);
    CHECK_INT(gateway_charge(g, &CHARGE("stolen", "b2", money_of(1, "EUR")), &o), ERR_INVALID);
    CHECK_INT(o.state, GATEWAY_UNKNOWN);
    CHECK_INT(asked(g, "b2"), GATEWAY_UNKNOWN);
    gateways_close(all);
}

static void write_ledger(const char *text)
{
    int fd = open(ledger_path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    CHECK_INT(write(fd, text, strlen(text)), strlen(text));
    close(fd);
}

static void a_cut_line_is_dropped_and_nonsense_refused(void)
{
    const struct gateway *g;
    struct gateways *other = NULL;
    write_ledger("charge c1 succeeded 100 EUR sandbox-pays-4242\ncharge c2 succ");
    g = sandbox();
    CHECK_INT(gateways_open(folder, true, &other), ERR_LOCKED);
    CHECK_INT(asked(g, "c1"), GATEWAY_SUCCEEDED);
    CHECK_INT(asked(g, "c2"), GATEWAY_UNKNOWN);
    CHECK_INT(charge(g, "4000000000000002", "c2", 5).state, GATEWAY_FAILED);
    CHECK_TEXT(ledger_text(), "charge c1 succeeded 100 EUR sandbox-pays-4242\n"
                              "charge c2 failed 5 EUR sandbox-declined-0002\n");
    gateways_close(all);
    static const char *const bad[] = {
        "\n",
        "hello\n",
        "charge\n",
        "charge c1 succeeded 100 EUR\n",
        "charge c1 perhaps 100 EUR t\n",
        "charge c1 succeeded 100 EUR t t\n",
        "charge c1 succeeded 1 EUR t\ncharge c1 succeeded 1 EUR t\n",
        "asked c1 pending\n",
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        write_ledger(bad[i]);
        CHECK_INT(gateways_open(folder, true, &other), ERR_DAMAGED);
        CHECK(other == NULL);
        CHECK_TEXT(ledger_text(), bad[i]);
    }
    unlink(ledger_path);
}

/* A file that can not grow: the charge is not made, and can be made once there is room. */
static void a_full_disk_charges_nothing(void)
{
    const struct gateway *g = sandbox();
    struct rlimit was, small;
    CHECK_INT(charge(g, "4242424242424242", "d1", 1).state, GATEWAY_SUCCEEDED);
    char before[256];
    snprintf(before, sizeof before, "%s", ledger_text());
    signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &was);
    small = was;
    small.rlim_cur = strlen(before) + 10; /* half of a line fits */
    setrlimit(RLIMIT_FSIZE, &small);
    struct gateway_outcome o = {.state = GATEWAY_UNKNOWN};
    enum err e = gateway_charge(g, &CHARGE("sandbox-pays-4242", "d2", money_of(1, "EUR")), &o);
    setrlimit(RLIMIT_FSIZE, &was);
    CHECK(e < 0);
    CHECK_INT(o.state, GATEWAY_UNKNOWN);
    CHECK_TEXT(ledger_text(), before);
    CHECK_INT(asked(g, "d2"), GATEWAY_UNKNOWN);
    CHECK_INT(charge(g, "4242424242424242", "d2", 1).state, GATEWAY_SUCCEEDED);
    gateways_close(all);
    unlink(ledger_path);
}

#define THREADS 8
#define KEYS 40
static const struct gateway *shared;
static atomic_int succeeded;
static void *pay_all(void *arg)
{
    (void)arg;
    for (int i = 0; i < KEYS; i++) {
        char key[16];
        struct gateway_outcome o = {.state = GATEWAY_UNKNOWN}, again = o;
        snprintf(key, sizeof key, "e%d", i);
        enum err e = gateway_charge(shared, &CHARGE("sandbox-pays-4242", key, money_of(i + 1, "EUR")), &o);
        if (!e)
            e = gateway_ask(shared, &(struct payment){.key = key}, &again);
        succeeded += !e && o.state == GATEWAY_SUCCEEDED && again.state == GATEWAY_SUCCEEDED;
    }
    return NULL;
}

static void threads_charge_a_key_once(void)
{
    pthread_t threads[THREADS];
    shared = sandbox();
    for (int i = 0; i < THREADS; i++)
        pthread_create(&threads[i], NULL, pay_all, NULL);
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    gateways_close(all);
    CHECK_INT(succeeded, THREADS * KEYS);
    for (int i = 0; i < KEYS; i++) {
        char key[16];
        snprintf(key, sizeof key, "e%d", i);
        CHECK_INT(charges_in(ledger_text(), key), 1);
    }
    unlink(ledger_path);
}

/* In the child: charges f0, f1, … and says each one that was answered. */
static void charge_until_killed(int to, int from)
{
    const struct gateway *g = sandbox();
    struct gateway_outcome o;
    for (int i = from; i < 100000; i++) {
        char key[16];
        snprintf(key, sizeof key, "f%d", i);
        if (gateway_charge(g, &CHARGE("sandbox-pays-4242", key, money_of(1, "EUR")), &o) != OK ||
            write(to, &i, sizeof i) != sizeof i)
            _exit(1);
    }
    _exit(0);
}

static void killed_in_the_middle_nothing_answered_is_lost(void)
{
    int last = -1;
    for (int round = 0; round < 10; round++) {
        int pipes[2], i;
        CHECK_INT(pipe(pipes), 0);
        pid_t child = fork();
        if (child == 0)
            charge_until_killed(pipes[1], last + 1);
        close(pipes[1]);
        for (int n = 0; n < 3 + round && read(pipes[0], &i, sizeof i) == sizeof i; n++)
            last = i;
        kill(child, SIGKILL);
        while (read(pipes[0], &i, sizeof i) == sizeof i)
            last = i;
        close(pipes[0]);
        waitpid(child, NULL, 0);
    }
    const struct gateway *g = sandbox();
    for (int i = 0; i <= last; i++) {
        char key[16];
        snprintf(key, sizeof key, "f%d", i);
        CHECK_INT(asked(g, key), GATEWAY_SUCCEEDED);
        charge(g, "4242424242424242", key, 1);
        CHECK_INT(charges_in(ledger_text(), key), 1);
    }
    gateways_close(all);
}

int main(void)
{
    arena = arena_open();
    today = date_of(2026, 11, 22);
    folder_make();
    rows_can_be_told_apart();
    cards_are_checked();
    each_card_has_its_outcome();
    a_key_is_for_one_charge();
    a_cut_line_is_dropped_and_nonsense_refused();
    a_full_disk_charges_nothing();
    killed_in_the_middle_nothing_answered_is_lost();
    unlink(ledger_path);
    threads_charge_a_key_once();
    folder_remove();
    arena_close(arena);
    return test_end();
}
