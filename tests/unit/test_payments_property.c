/* Random payments, by card and by hand, settled late, twice or across a restart, on invoices that are withdrawn meanwhile: after
 * every step the money adds up, and in the end the gateway charged exactly what the store says it took. */
#include "tests/unit/money_fixture.h"

#define CUSTOMERS 3
#define INVOICES 40
#define STEPS 400
#define PAYMENTS 1000

static uint64_t seed = 20261122;
static uint64_t customers[CUSTOMERS], invoices[INVOICES], cards[PAYMENTS];
static size_t n_cards;
static const char *const currencies[CUSTOMERS] = {"EUR", "JPY", "EUR"};
static int counts[5];

/* xorshift64*: the same steps every time. */
static uint64_t below(uint64_t n)
{
    seed ^= seed >> 12;
    seed ^= seed << 25;
    seed ^= seed >> 27;
    return (seed * UINT64_C(2685821657736338717) >> 33) % n;
}

/* Up to four open invoices of a customer, some in part; returns how many, and their sum. */
static size_t choose(size_t customer, struct allocation parts[4], int64_t *sum)
{
    size_t n = 0;
    *sum = 0;
    for (size_t tries = 0; tries < 12 && n < 1 + below(4); tries++) {
        size_t at = customer + CUSTOMERS * below(INVOICES / CUSTOMERS);
        struct document *d = invoice(invoices[at]);
        bool there = d->state != DOC_OPEN;
        if (there) /* the next one in its place */
            invoices[at] =
                invoice_new(customers[customer], currencies[customer], 1 + (int64_t)below(2000000), DOC_OPEN);
        for (size_t i = 0; i < n; i++)
            there |= parts[i].invoice == d->id;
        if (there)
            continue;
        parts[n] = (struct allocation){.invoice = d->id};
        if (below(2))
            parts[n].amount = money_of(1 + (int64_t)below((uint64_t)d->balance.amount), currencies[customer]);
        *sum += *parts[n].amount.currency ? parts[n].amount.amount : d->balance.amount;
        n++;
    }
    return n;
}

static void step_pay(size_t customer)
{
    static const char *const numbers[] = {"4242424242424242", "4000000000000002", "4000000000009995",
                                          "4000000000009235", "4000000000000119", "5555555555554444"};
    struct allocation parts[4];
    int64_t sum;
    size_t n = choose(customer, parts, &sum);
    struct payment *p = NULL;
    if (!n)
        return;
    by_customer(customers[customer]);
    enum err e = pay(parts, n, numbers[below(6)], money_of(sum, currencies[customer]), &p);
    CHECK(e == OK || e == ERR_PENDING);
    if (e == OK && n_cards < PAYMENTS)
        cards[n_cards++] = p->id;
    counts[0] += e == OK;
}

static void step_record(size_t customer)
{
    struct allocation parts[4];
    struct payment_record_in in = {.customer = customers[customer], .mode = MODE_TRANSFER};
    struct payment_record_out out;
    int64_t sum;
    in.parts.n = choose(customer, parts, &sum);
    in.parts.v = parts;
    if (!in.parts.n || below(2))
        in.amount = money_of(sum + (int64_t)below(3) * 500 + 1, currencies[customer]);
    by_staff();
    GIVE(payment_record_in, &in, despite_pending, true);
    CHECK_INT(WRITE(payment_record, &in, &out), OK);
    counts[1]++;
}

static void step_settle(void)
{
    if (!n_cards)
        return;
    uint64_t id = cards[below(n_cards)];
    int before = payment(id)->state;
    int after = charge_and_settle(id);
    CHECK(before == PAY_PENDING || before == after);
    counts[2]++;
}

/* Staff withdraw an invoice with nothing paid on it while money may be on its way. */
static void step_void(void)
{
    struct document *d = invoice(invoices[below(INVOICES)]);
    if (d->state != DOC_OPEN || d->paid.amount)
        return;
    d->state = DOC_VOID;
    d->balance.amount = 0;
    put(KIND_DOCUMENT, d);
    counts[3]++;
}

static void step_restart(void)
{
    gateways_close(gateways);
    CHECK_INT(gateways_open(folder, true, &gateways), OK);
    counts[4]++;
}

/* The ledger, read as text and knowing nothing of how it is written: charges of a key, and its last state. */
static int charged(const char *ledger, const char *key, int64_t amount, const char *currency, bool *taken)
{
    char want[128], state[16] = "";
    long long units;
    char code[8];
    int n = 0;
    snprintf(want, sizeof want, "charge %s ", key);
    for (const char *p = ledger; (p = strstr(p, want)) != NULL; p++, n++)
        if (sscanf(p + strlen(want), "%15s %lld %7s", state, &units, code) != 3 || units != amount ||
            strcmp(code, currency) != 0)
            return -1;
    snprintf(want, sizeof want, "asked %s succeeded", key);
    *taken = strcmp(state, "succeeded") == 0 || strstr(ledger, want) != NULL;
    return n;
}

static void the_gateway_took_what_the_store_says(void)
{
    char path[96];
    char *ledger = arena_alloc(keep, 1 << 20);
    snprintf(path, sizeof path, "%s/sandbox.ledger", folder);
    FILE *f = fopen(path, "r");
    if (!f || fread(ledger, 1, (1 << 20) - 1, f) == 0)
        abort();
    fclose(f);
    int lines = 0;
    for (const char *p = ledger; (p = strstr(p, "charge ")) != NULL; p++)
        lines++;
    CHECK_INT(lines, n_cards);
    for (size_t i = 0; i < n_cards; i++) {
        struct payment *p = payment(cards[i]);
        bool taken = false;
        CHECK_INT(charged(ledger, p->key, p->amount.amount, p->amount.currency, &taken), 1);
        CHECK_INT(p->state, taken ? PAY_SUCCEEDED : PAY_FAILED);
    }
}

int main(void)
{
    world_open();
    for (size_t i = 0; i < CUSTOMERS; i++)
        customers[i] = customer_new("Customer", currencies[i]);
    for (size_t i = 0; i < INVOICES; i++)
        invoices[i] = invoice_new(customers[i % CUSTOMERS], currencies[i % CUSTOMERS],
                                  1 + (int64_t)below(2000000), DOC_OPEN);
    for (int i = 0; i < STEPS; i++) {
        uint64_t what = below(100);
        size_t customer = below(CUSTOMERS);
        if (what < 40)
            step_pay(customer);
        else if (what < 50)
            step_record(customer);
        else if (what < 90)
            step_settle();
        else if (what < 95)
            step_void();
        else
            step_restart();
        money_adds_up();
    }
    for (size_t i = 0; i < n_cards; i++)
        for (int round = 0; round < 3 && payment(cards[i])->state == PAY_PENDING; round++)
            charge_and_settle(cards[i]);
    money_adds_up();
    the_gateway_took_what_the_store_says();
    printf("paid %d, recorded %d, settled %d, withdrawn %d, restarts %d\n", counts[0], counts[1], counts[2],
           counts[3], counts[4]);
    CHECK(counts[0] > 50 && counts[1] > 20 && counts[2] > 100 && counts[3] > 3 && counts[4] > 10);
    world_close();
    return test_end();
}
