/* Lists of thousands of documents: what they hold, and that an index loses nothing. */
#include "server/ops/document_filter.h"
#include "tests/unit/document_fixture.h"

static struct document_list_out list_of(struct fixture *f, struct document_list_in in)
{
    struct document_list_out out;
    CHECK_INT(CALL_DOC(f, invoice, list, &in, &out), OK);
    return out;
}

/* --- what a list holds --------------------------------------------------------------------------------------------------- */
#define MIXED 4200 /* more than are gathered */
struct many {
    int n, customers;
    bool mixed; /* of all states; else all open */
};

/* Four of seven are open, half of them late, half of them paid in part. */
static void mix(struct document *d, int i)
{
    static const int states[] = {DOC_OPEN, DOC_OPEN, DOC_OPEN, DOC_OPEN, DOC_PAID, DOC_VOID, DOC_DRAFT};
    int64_t total = i % 150 * 100;
    d->state = i % 21 == 5 ? DOC_WRITTEN_OFF : states[i % 7];
    d->due = FIXTURE_DAY + i % 40 - 20;
    d->currency = i % 5 == 1 ? "USD" : "EUR";
    d->total = money_of(total, d->currency);
    d->balance = money_of(d->state == DOC_OPEN    ? total / (1 + i % 2)
                          : d->state == DOC_DRAFT ? total
                                                  : 0,
                          d->currency);
    if (d->state != DOC_VOID) /* there are no payments here: all else was given up */
        d->written_off = money_of(d->total.amount - d->balance.amount, d->currency);
    if (d->state == DOC_DRAFT)
        d->number = NULL;
}
static enum err put_many(struct call *c, void *argument)
{
    const struct many *m = argument;
    enum err e = OK;
    for (int i = 0; i < m->customers && !e; i++) {
        struct customer one = {
            .name = arena_printf(c->arena, "Papier %d & Söhne", i), .currency = "EUR", .active = true};
        e = record_put(&c->txn, KIND_CUSTOMER, &one);
    }
    for (int i = 0; i < m->n && !e; i++) {
        struct document d = {.kind = DOC_INVOICE,
                             .state = DOC_OPEN,
                             .number = arena_printf(c->arena, "M-%06d", i),
                             .customer = (uint64_t)(3 + i % m->customers),
                             .date = FIXTURE_DAY - i % 300,
                             .due = FIXTURE_DAY + 10,
                             .reference =
                                 arena_printf(c->arena, "Auftrag %d über Büropapier und Umschläge", i),
                             .currency = "EUR",
                             .total = money_of(100, "EUR"),
                             .balance = money_of(100, "EUR")};
        if (m->mixed)
            mix(&d, i);
        e = record_put(&c->txn, KIND_DOCUMENT, &d);
    }
    return e;
}

static void fill_many(struct fixture *f, int n, int customers, bool mixed)
{
    struct many m = {n, customers, mixed};
    fixture_open(f);
    as_staff(f);
    CHECK_INT(fixture_write(f, put_many, &m), OK);
}

/* Peak of the arena of one list call, and how many rows came. */
static size_t held(struct fixture *f, const char *filter, size_t *rows_here)
{
    struct document_list_in in = {.filter = filter, .limit = 25};
    struct document_list_out out;
    struct arena *all = f->arena, *one = arena_open();
    f->arena = one;
    CHECK_INT(CALL_DOC(f, invoice, list, &in, &out), OK);
    *rows_here = out.rows.n;
    size_t peak = arena_peak(one);
    f->arena = all;
    arena_close(one);
    return peak;
}

static void what_a_list_holds_does_not_grow_with_the_rows_it_reads(void)
{
    static const char *const filters[] = {
        "!a1-b2-c3-d4 !e1-f2 !g1-h2 !reference:\"i1 j2\" !customer:k1-l2 amount>0", /* all pass: counted past the page */
        "!auftrag !a1-b2-c3",                                                       /* none passes */
        "!customer:papier",
        "!number:M amount>0",
    };
    struct fixture few, many;
    fill_many(&few, 2100, 300, false);
    fill_many(&many, 6300, 1500, false);
    for (size_t i = 0; i < sizeof filters / sizeof *filters; i++) {
        size_t some, most, of_few = held(&few, filters[i], &some), of_many = held(&many, filters[i], &most);
        CHECK_INT(some, most);
        if (of_many > of_few + of_few / 10) /* blocks are of sizes of their own */
            fprintf(stderr, "%s: %zu bytes of 2100 rows, %zu of 6300\n", filters[i], of_few, of_many);
        CHECK(of_many <= of_few + of_few / 10);
        CHECK(of_many < 500000);
    }
    fixture_close(&few);
    fixture_close(&many);
}

struct kept_words {
    uint64_t customers;
    size_t peak;
};
static enum err look_at_customers(struct call *c, void *argument)
{
    struct kept_words *kept = argument;
    struct listing l = {.c = c};
    for (uint64_t id = 3; id < 3 + kept->customers; id++) {
        struct filter_value v = {.number = 0};
        listing_customer(&l, id, &v);
        CHECK(!l.failed && v.spelled->n == 3 && strncmp(v.text[0], "Papier ", 7) == 0);
    }
    kept->peak = arena_peak(l.known);
    listing_close(&l);
    return OK;
}

static void what_is_kept_of_customers_does_not_grow_with_them(void)
{
    struct fixture f;
    struct many m = {1, 5000, false};
    fixture_open(&f);
    CHECK_INT(fixture_write(&f, put_many, &m), OK);
    struct kept_words kept = {.customers = 1000};
    CHECK_INT(fixture_write(&f, look_at_customers, &kept), OK);
    size_t thousand = kept.peak;
    kept.customers = 5000;
    CHECK_INT(fixture_write(&f, look_at_customers, &kept), OK);
    CHECK(kept.peak <= thousand + thousand / 4);
    fixture_close(&f);
}

/* --- through an index, or by looking at each row ----------------------------------------------------------------------------- */
struct looked {
    const char *filter;
    const struct document_row *rows;
    size_t n;
    uint64_t *ids; /* of those that pass, ascending */
    size_t found;
};
static int by_id(const void *a, const void *b)
{
    const uint64_t *x = a, *y = b;
    return *x < *y ? -1 : *x > *y;
}

static enum err look_at_each(struct call *c, void *argument)
{
    struct looked *k = argument;
    struct listing l = {.c = c, .kind = DOC_INVOICE, .today = FIXTURE_DAY, .drafts = true};
    CHECK_INT(filter_read(c->arena, filter_of_documents(), k->filter, l.today, &l.filter, &c->why), OK);
    k->found = 0;
    for (size_t i = 0; i < k->n; i++) {
        struct document_row row = k->rows[i];
        if (document_filter_keep(&l, &row))
            k->ids[k->found++] = row.id;
    }
    listing_close(&l);
    qsort(k->ids, k->found, sizeof *k->ids, by_id);
    return OK;
}

/* All pages; how many rows, their ids ascending. */
static size_t all_pages(struct fixture *f, struct document_list_in in, struct document_row *rows,
                        uint64_t *ids)
{
    size_t n = 0;
    in.limit = 100;
    do {
        struct document_list_out page = list_of(f, in);
        for (size_t i = 0; i < page.rows.n; i++) {
            if (rows)
                rows[n] = page.rows.v[i];
            ids[n++] = page.rows.v[i].id;
        }
        in.after = page.next;
    } while (in.after && n < MIXED);
    qsort(ids, n, sizeof *ids, by_id);
    return n;
}

static const char *random_filter(struct arena *a, unsigned *chance)
{
    static const char *const terms[] = {
        "status:open",
        "status:unpaid",
        "status:overdue",
        "status:paid",
        "status:draft",
        "status:partly",
        "status:void",
        "open",
        "overdue",
        "paid",
        "number:M",
        "number:M-0001",
        "17",
        "number=M-17",
        "number>M-1000",
        "number<=M-20",
        "customer:papier",
        "customer:7",
        "soehne",
        "auftrag",
        "reference:7",
        "date<100d",
        "date>50d",
        "date:2026-10",
        "due<30d",
        "due>today",
        "due<-5d",
        "amount>50",
        "amount<=100EUR",
        "amount=77",
        "balance=0",
        "balance<50",
        "balance>0",
        "balance<=0USD",
        "balance>=0",
        "written_off>0",
        "written_off<=10",
        "currency:eur",
        "currency:usd",
        "\"papier 7\"",
        "date>=2026-02",
        "written_off=0",
    };
    const char *text = "";
    *chance = *chance * 1103515245u + 12345u;
    for (unsigned i = 0, r = *chance >> 8; i < 1 + r % 3; i++) {
        *chance = *chance * 1103515245u + 12345u;
        unsigned pick = *chance >> 8;
        text = arena_printf(a, "%s%s%s", text, pick % 3 ? " " : " !",
                            terms[pick / 3 % (sizeof terms / sizeof *terms)]);
    }
    return text;
}

static void a_filter_gives_through_an_index_what_a_look_at_each_row_gives(void)
{
    static struct document_row rows[MIXED];
    static uint64_t got[MIXED], wanted[MIXED];
    struct fixture f;
    unsigned chance = 7;
    fill_many(&f, MIXED, 60, true);
    struct looked k = {.rows = rows, .ids = wanted};
    /* with a filter: without one a row is told as it stands in the index, and its texts are not read */
    k.n = all_pages(&f, (struct document_list_in){.limit = 100, .filter = "!number:nothing"}, rows, got);
    CHECK_INT(k.n, MIXED);
    for (int i = 0; i < 90; i++) {
        struct document_list_in in = {.sort = i % 5, .reverse = i % 2};
        in.filter = k.filter = random_filter(f.arena, &chance);
        CHECK_INT(fixture_write(&f, look_at_each, &k), OK);
        size_t n = all_pages(&f, in, NULL, got);
        bool same = n == k.found && memcmp(got, wanted, n * sizeof *got) == 0;
        if (!same)
            fprintf(stderr, "%s: %zu rows, wanted %zu\n", in.filter, n, k.found);
        CHECK(same);
    }
    fixture_close(&f);
}

int main(void)
{
    what_a_list_holds_does_not_grow_with_the_rows_it_reads();
    what_is_kept_of_customers_does_not_grow_with_them();
    a_filter_gives_through_an_index_what_a_look_at_each_row_gives();
    return test_end();
}
