/* Fills a fresh store, made by `posternd init`, with a merchant's years: for measuring.
 *
 *   fill store DIR CUSTOMERS INVOICES   customers with a person each; invoices of three lines in the order of their dates,
 *                                       customers in turn by chance; nine of ten paid, with payment and history
 *   fill sessions DIR COUNT             sessions of the administrator and of COUNT customers, and samples of what there
 *                                       is, as JSON
 *
 * Everything goes through record_put, so indexes and totals are the daemon's own; only the operations are passed by, and
 * many documents share a commit. The same arguments give the same store, but for sessions, ids of chance and the day. */
#include "common/date.h"
#include "data/engine/kv.h"
#include "data/store.h"
#include "server/core/daemon.h"
#include "server/core/secret.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PASSWORD "correct horse battery" /* of every person, as in tests/lib/daemon.py */
#define BATCH 4000
#define YEARS 3
#define SAMPLES 2000

struct fill {
    struct arena *arena;
    uint64_t customers, invoices, done;
    int64_t now;
    int32_t today;
    const char *hash, *prefix;
    int digits;
};

static uint64_t mixed(uint64_t x) /* splitmix64 */
{
    x += UINT64_C(0x9e3779b97f4a7c15);
    x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
    return x ^ x >> 31;
}

static void end(const char *what, enum err e, const struct refusal *why)
{
    fprintf(stderr, "fill: %s: %s %s\n", what, err_name(e), why && why->code == e ? why->detail : "");
    exit(1);
}

/* --- customers ------------------------------------------------------------------------------------------------------- */
static const char *const firsts[] = {"Nordwind", "Bodega", "Aurora", "Kestrel", "Lumen",   "Marais",
                                     "Tilia",    "Quarry", "Sable",  "Vento",   "Harbour", "Ostrava"};
static const char *const seconds[] = {"Papier",  "Sur",   "Print", "Bindery", "Studio",    "Press",
                                      "Archive", "Books", "Cards", "Labels",  "Verpackung"};
static const char *const cities[] = {"Gdańsk", "Porto", "Lyon", "Graz", "Cork", "Turku", "Bergamo", "Brno"};
static const char *const streets[] = {"Hafenstraße", "Rua das Flores", "Quai de la Marne", "Mill Lane",
                                      "Via Roma"};

#define PICK(list, r) (list)[(r) % (sizeof(list) / sizeof *(list))]

static struct address *address_of(struct fill *f, uint64_t c)
{
    uint64_t r = mixed(c * 7 + 1);
    struct address *a = arena_alloc(f->arena, sizeof *a);
    a->street = arena_printf(f->arena, "%s %d", PICK(streets, r), (int)(r >> 20) % 200 + 1);
    a->city = (char *)PICK(cities, r >> 8);
    a->code = arena_printf(f->arena, "%05d", (int)(r >> 32) % 100000);
    a->country = "Ireland";
    a->phone = arena_printf(f->arena, "+353 1 %07d", (int)(r >> 36) % 10000000);
    return a;
}

static const char *name_of(struct fill *f, uint64_t c)
{
    uint64_t r = mixed(c);
    return arena_printf(f->arena, "%s %s %llu", PICK(firsts, r), PICK(seconds, r >> 16),
                        (unsigned long long)c);
}

static enum err put_customer(struct fill *f, struct txn *t, uint64_t c)
{
    struct customer customer = {
        .id = 0,
        .name = name_of(f, c),
        .email = arena_printf(f->arena, "office%llu@customer.example", (unsigned long long)c),
        .phone = "+353 1 555 0100",
        .currency = "EUR",
        .billing = address_of(f, c),
        .shipping = address_of(f, c + 1),
        .tax_id = arena_printf(f->arena, "IE%07lluT", (unsigned long long)c),
        .terms_days = 30,
        .active = true,
        .revision = 1,
        .created = f->now};
    enum err e = record_put(t, KIND_CUSTOMER, &customer);
    struct contact contact = {.customer = customer.id,
                              .name = "Maria Ruiz",
                              .email =
                                  arena_printf(f->arena, "maria%llu@customer.example", (unsigned long long)c),
                              .phone = "+353 1 555 0101",
                              .position = "Accounts",
                              .primary = true,
                              .access = ACCESS_ACTIVE,
                              .password = f->hash};
    return e ? e : record_put(t, KIND_CONTACT, &contact);
}

/* --- invoices -------------------------------------------------------------------------------------------------------- */
static const char *const goods[] = {"Kraft paper 90 g, roll 50 m",
                                    "Greyboard 2 mm, sheet 70 × 100",
                                    "Box 30 × 20 × 10",
                                    "Envelope C5, white",
                                    "Washi tape",
                                    "Bookbinding linen",
                                    "Printing of labels",
                                    "Delivery to the door"};

static struct money euros(int64_t cents)
{
    return money_of(cents, "EUR");
}

static struct line line_of(uint64_t r)
{
    int64_t quantity = (int64_t)(r >> 8) % 20 + 1, cents = (int64_t)(r >> 24) % 20000 + 500;
    return (struct line){.name = PICK(goods, r),
                         .description = "as in our catalogue of this year",
                         .quantity = quantity * 1000000,
                         .unit = "pcs",
                         .price = cents * 10000,
                         .tax = 1,
                         .tax_name = "VAT",
                         .tax_percent = 20000000,
                         .net = euros(quantity * cents)};
}

/* Newest ones are mostly open, old ones paid; one of a hundred was withdrawn; of those that are open, one of seven is paid in part. */
static int state_of(const struct fill *f, uint64_t i)
{
    uint64_t r = mixed(i * 3 + 2) % 1000;
    uint64_t young = i > f->invoices - f->invoices / 20 ? 700 : 60;
    return r < young ? DOC_OPEN : r < 990 ? DOC_PAID : DOC_VOID;
}

static int64_t paid_of(const struct fill *f, uint64_t i, int64_t total)
{
    const int state = state_of(f, i);
    const bool partly = state == DOC_OPEN && mixed(i * 13 + 5) % 7 == 0;
    return state == DOC_PAID ? total : partly ? total / 2 : 0;
}

static uint64_t customer_of(const struct fill *f, uint64_t i)
{
    return mixed(i * 5 + 3) % f->customers + 1;
}

static struct document invoice_of(struct fill *f, uint64_t i)
{
    uint64_t c = customer_of(f, i);
    struct line *lines = arena_alloc(f->arena, 3 * sizeof *lines);
    int64_t net = 0;
    for (int k = 0; k < 3; k++) {
        lines[k] = line_of(mixed(i * 11 + (uint64_t)k));
        net += lines[k].net.amount;
    }
    int64_t tax = (net * 20 + 50) / 100;
    int32_t days = YEARS * 365, date = f->today - days + (int32_t)((i - 1) * (uint64_t)days / f->invoices);
    int64_t at = (int64_t)(date - DATE_UNIX_EPOCH) * 86400000 + 36000000;
    struct tax_sum *sum = arena_alloc(f->arena, sizeof *sum);
    *sum = (struct tax_sum){.percent = 20000000, .base = euros(net), .tax = euros(tax), .name = "VAT"};
    const int state = state_of(f, i);
    const int64_t paid = paid_of(f, i, net + tax);
    return (struct document){
        .kind = DOC_INVOICE,
        .state = state,
        .number = arena_printf(f->arena, "%s%0*llu", f->prefix, f->digits, (unsigned long long)i),
        .revision = paid ? 2 : 1,
        .customer = c,
        .customer_name = name_of(f, c),
        .date = date,
        .due = date + 30,
        .reference = arena_printf(f->arena, "PO %llu", (unsigned long long)(mixed(i) % 100000)),
        .currency = "EUR",
        .lines = {3, lines},
        .subtotal = euros(net),
        .tax = euros(tax),
        .taxes = {1, sum},
        .total = euros(net + tax),
        .paid = euros(paid),
        .balance = euros(state == DOC_VOID ? 0 : net + tax - paid),
        .notes = "Thank you for your order.",
        .terms = "Payable within 30 days without deduction.",
        .billing = address_of(f, c),
        .created = at,
        .sent = at,
        .viewed = at + 7200000,
        .viewed_by = "Maria Ruiz"};
}

static struct event event_of(const struct document *d, int what, int64_t at)
{
    bool customer = what == WHAT_VIEWED;
    return (struct event){.at = at,
                          .what = what,
                          .side = customer ? SIDE_CUSTOMER : SIDE_STAFF,
                          .actor = customer ? (int64_t)d->customer : 1,
                          .name = customer ? "Maria Ruiz" : "Administrator",
                          .customer = d->customer,
                          .customer_name = d->customer_name,
                          .subject = SUBJECT_INVOICE,
                          .about = (int64_t)d->id,
                          .number = d->number,
                          .portal = true,
                          .place = "ipc uid 1000",
                          .amount = d->total};
}

static enum err put_payment(struct fill *f, struct txn *t, const struct document *d)
{
    struct allocation *part = arena_alloc(f->arena, sizeof *part);
    *part = (struct allocation){.invoice = d->id, .amount = d->paid, .number = d->number};
    int64_t at = d->sent + 12 * INT64_C(86400000);
    struct payment p = {.number = arena_printf(f->arena, "PAY-%s", d->number + strlen(f->prefix)),
                        .state = PAY_SUCCEEDED,
                        .customer = d->customer,
                        .customer_name = d->customer_name,
                        .date = d->date + 12,
                        .mode = MODE_TRANSFER,
                        .reference = d->number,
                        .amount = d->paid,
                        .unused = euros(0),
                        .allocations = {1, part},
                        .created = at,
                        .settled = at,
                        .by = "Administrator"};
    enum err e = record_put(t, KIND_PAYMENT, &p);
    struct event paid = event_of(d, WHAT_PAID, at);
    return e ? e : record_put(t, KIND_EVENT, &paid);
}

static enum err put_invoice(struct fill *f, struct txn *t, uint64_t i)
{
    struct document d = invoice_of(f, i);
    enum err e = record_put(t, KIND_DOCUMENT, &d);
    struct event sent = event_of(&d, WHAT_SENT, d.sent), viewed = event_of(&d, WHAT_VIEWED, d.viewed);
    if (!e)
        e = record_put(t, KIND_EVENT, &sent);
    if (!e)
        e = record_put(t, KIND_EVENT, &viewed);
    return e || !d.paid.amount ? e : put_payment(f, t, &d);
}

/* --- the store ------------------------------------------------------------------------------------------------------- */
static struct txn txn_of(struct fill *f, struct kv_txn *kv)
{
    return (struct txn){.kv = kv, .arena = f->arena, .business = 1};
}

static enum err begin(struct kv_txn *kv, void *arg)
{
    struct fill *f = arg;
    struct txn t = txn_of(f, kv);
    struct tax vat = {.name = "VAT", .percent = 20000000, .active = true};
    struct series s;
    enum err e = record_put(&t, KIND_TAX, &vat);
    for (uint64_t id = 2; id <= 3 && !e; id++) { /* invoices, payments */
        e = record_get(&t, KIND_SERIES, id, &s);
        if (e)
            break;
        if (id == 2) {
            f->prefix = s.prefix ? s.prefix : "";
            f->digits = (int)s.digits;
        }
        s.next = (int64_t)f->invoices + 1;
        e = record_put(&t, KIND_SERIES, &s);
    }
    return e;
}

static enum err some_customers(struct kv_txn *kv, void *arg)
{
    struct fill *f = arg;
    struct txn t = txn_of(f, kv);
    enum err e = OK;
    for (uint64_t n = f->done; n < f->done + BATCH && n < f->customers && !e; n++)
        e = put_customer(f, &t, n + 1);
    return e;
}

static enum err some_invoices(struct kv_txn *kv, void *arg)
{
    struct fill *f = arg;
    struct arena *whole = f->arena;
    enum err e = OK;
    f->arena = arena_open();
    for (uint64_t n = f->done; n < f->done + BATCH && n < f->invoices && !e; n++) {
        struct txn t = txn_of(f, kv);
        e = put_invoice(f, &t, n + 1);
        arena_reset(f->arena);
    }
    arena_close(f->arena);
    f->arena = whole;
    return e;
}

static void all(struct kv *kv, struct fill *f, kv_fn *some, uint64_t n)
{
    for (f->done = 0; f->done < n; f->done += BATCH) {
        enum err e = kv_write(kv, some, f);
        if (e)
            end("writing", e, NULL);
    }
}

static void fill_store(struct kv *kv, struct fill *f)
{
    enum err e = secret_password_hash(f->arena, "bench@example.org", PASSWORD, &f->hash);
    if (!e)
        e = kv_write(kv, begin, f);
    if (e)
        end("beginning", e, NULL);
    all(kv, f, some_customers, f->customers);
    all(kv, f, some_invoices, f->invoices);
}

/* --- sessions and samples -------------------------------------------------------------------------------------------- */
struct random {
    uint64_t state;
};
static uint64_t next(struct random *r, uint64_t below)
{
    return mixed(r->state++) % below;
}

static enum err put_session(struct fill *f, struct txn *t, struct session *s, const char **token)
{
    uint8_t random[SECRET_TOKEN], digest[32];
    secret_random(random, sizeof random);
    secret_digest(digest, NULL, random, sizeof random);
    s->id = 0;
    s->hash = (struct bytes){digest, sizeof digest};
    s->created = s->seen = f->now;
    s->place = "bench";
    enum err e = record_put(t, KIND_SESSION, s);
    if (!e)
        *token = secret_token(f->arena, t->business, s->id, random);
    return e;
}

/* One of chance that fills a page of 25 invoices; after many tries any. */
static enum err pick_customer(struct txn *t, struct random *random, uint64_t last, uint64_t *c)
{
    size_t n = 0;
    enum err e = OK;
    for (int tries = 0; tries < 1000 && n < 25 && !e; tries++) {
        struct key k = index_key(t, INDEX_DOC_CUSTOMER);
        *c = next(random, last) + 1;
        key_u8(key_u64(&k, *c), DOC_INVOICE);
        struct list_range range = list_range(&k);
        e = record_count(t, &range, 25, &n);
    }
    return e;
}

static enum err sessions(struct kv_txn *kv, void *arg)
{
    struct fill *f = arg;
    struct txn t = txn_of(f, kv);
    struct session s = {.role = ROLE_ADMIN, .person = 1, .name = "Administrator", .email = "ada@acme.test"};
    struct random random = {7};
    const char *token;
    uint64_t last;
    enum err e = put_session(f, &t, &s, &token);
    if (!e)
        e = record_last_id(&t, KIND_CUSTOMER, &last);
    if (e)
        return e;
    printf("{\"staff\":\"%s\",\"customers\":[", token);
    for (uint64_t i = 0; i < f->customers && !e; i++) {
        struct contact contact;
        uint64_t c = 0;
        e = pick_customer(&t, &random, last, &c);
        if (!e) /* customer and person have the same number */
            e = record_get(&t, KIND_CONTACT, c, &contact);
        s = (struct session){.role = ROLE_CUSTOMER,
                             .person = (int64_t)c,
                             .customer = c,
                             .name = contact.name,
                             .email = contact.email};
        if (!e)
            e = put_session(f, &t, &s, &token);
        if (!e)
            printf("%s[\"%s\",%llu,\"%s\"]", i ? "," : "", token, (unsigned long long)c, contact.email);
    }
    printf("],");
    return e;
}

static enum err samples(struct kv_txn *kv, void *arg)
{
    struct fill *f = arg;
    struct txn t = txn_of(f, kv);
    struct random random = {11};
    uint64_t last;
    enum err e = record_last_id(&t, KIND_DOCUMENT, &last);
    printf("\"invoices\":[");
    for (int i = 0; i < SAMPLES && !e; i++)
        printf("%s%llu", i ? "," : "", (unsigned long long)next(&random, last) + 1);
    printf("],\"open\":[");
    for (int found = 0, tries = 0; found < SAMPLES && tries < 100 * SAMPLES && !e; tries++) {
        struct document_row row;
        uint64_t id = next(&random, last) + 1;
        e = record_view(&t, KIND_DOCUMENT, id, shape_document_row(), &row);
        if (!e && row.state == DOC_OPEN)
            printf("%s[%llu,%llu]", found++ ? "," : "", (unsigned long long)id,
                   (unsigned long long)row.customer);
        arena_reset(f->arena);
    }
    printf("]}\n");
    return e;
}

int main(int argc, char **argv)
{
    struct fill f = {.arena = arena_open(), .now = daemon_now()};
    struct refusal why = {0};
    struct kv *kv = NULL;
    bool stores = argc == 5 && strcmp(argv[1], "store") == 0;
    if (!stores && (argc != 4 || strcmp(argv[1], "sessions") != 0)) {
        fprintf(stderr, "usage: fill store DIR CUSTOMERS INVOICES | fill sessions DIR COUNT\n");
        return 2;
    }
    f.customers = strtoull(argv[3], NULL, 10);
    f.invoices = stores ? strtoull(argv[4], NULL, 10) : 0;
    f.today = date_of_instant(f.now, 0);
    enum err e = secret_start();
    if (!e)
        e = store_open(argv[2], false, &kv, &why);
    if (e)
        end(argv[2], e, &why);
    if (stores) {
        fill_store(kv, &f);
    } else {
        e = kv_write(kv, sessions, &f);
        if (!e)
            e = kv_read(kv, samples, &f);
        if (e)
            end("sessions", e, NULL);
    }
    kv_close(kv);
    arena_close(f.arena);
    return 0;
}
