/* Deposits that do not come out: what check says of a store in which one is deducted twice, or is not what it was. */
#include "data/check_money.h"
#include "tests/unit/test.h"
#include <string.h>

static char said[400];

static void tell(void *context, const char *what, enum kind kind, uint64_t id)
{
    (void)context, (void)kind;
    snprintf(said + strlen(said), sizeof said - strlen(said), "%s%s %d", said[0] ? "; " : "", what, (int)id);
}

#define DEDUCTED "what is deducted of a deposit is not what is left of it 11"
#define TAX "the tax that is deducted of a deposit is not what is left of it 11"

/* An estimate of 238.00, its deposit of 119.00, a credit note about that of 23.80, and the invoice that deducts the rest. */
struct papers {
    struct tax_sum tax[3];
    struct deduction less;
    struct document v[5];
    size_t n;
};

static struct document paper(int kind, uint64_t id, int64_t total, struct tax_sum *tax)
{
    struct document d = {.kind = kind, .id = id, .state = DOC_OPEN, .customer = 7, .currency = "EUR"};
    d.total = money_of(total, "EUR");
    if (kind != DOC_ESTIMATE && kind != DOC_CREDIT_NOTE)
        d.balance = d.total;
    if (kind == DOC_CREDIT_NOTE)
        d.left = d.total;
    tax->tax = money_of(total * 19 / 119, "EUR");
    d.taxes = (struct tax_sum_list){1, tax};
    return d;
}

static void make(struct papers *p)
{
    memset(p, 0, sizeof *p);
    struct tax_sum *none = &p->tax[2];
    p->v[0] = paper(DOC_ESTIMATE, 10, 23800, none);
    p->v[1] = paper(DOC_INVOICE, 11, 11900, &p->tax[0]);
    p->v[2] = paper(DOC_CREDIT_NOTE, 12, 2380, &p->tax[1]);
    p->v[3] = paper(DOC_INVOICE, 13, 14280, none);
    p->v[0].state = DOC_INVOICED;
    p->v[0].deposit = money_of(11900, "EUR");
    p->v[0].deposit_invoice = 11;
    p->v[1].deposit_of = 10;
    p->v[2].about = 11;
    p->less = (struct deduction){.invoice = 11, .amount = money_of(9520, "EUR")};
    p->tax[2].tax = money_of(1520, "EUR");
    p->less.taxes = (struct tax_sum_list){1, &p->tax[2]};
    p->v[3].deductions = (struct deduction_list){1, &p->less};
    p->v[3].deducted = p->less.amount;
    p->v[4] = p->v[3];
    p->v[4].id = 14;
    p->n = 4;
}

static const char *check(struct papers *p)
{
    struct money_check m = {0};
    const char *wrong = NULL;
    said[0] = '\0';
    for (size_t i = 0; i < p->n && !wrong; i++)
        wrong = money_check_add(&m, KIND_DOCUMENT, &p->v[i]);
    if (!wrong)
        money_check_end(&m, tell, NULL);
    money_check_free(&m);
    return wrong ? wrong : said;
}

static void a_deposit_is_deducted_once_and_whole(void)
{
    struct papers p;
    make(&p);
    CHECK_TEXT(check(&p), "");
    p.n = 5; /* a second invoice deducts it, too */
    CHECK(strstr(check(&p), DEDUCTED));
    CHECK(strstr(check(&p), TAX));
    p.v[4].state = DOC_VOID;
    CHECK_TEXT(check(&p), "");
    make(&p);
    p.less.amount.amount--;
    p.v[3].deducted.amount--;
    CHECK_TEXT(check(&p), DEDUCTED);
    make(&p);
    p.tax[2].tax.amount++;
    CHECK_TEXT(check(&p), TAX);
    make(&p);
    p.v[3].deducted.amount++;
    CHECK_TEXT(check(&p), "the deposits that a document deducts do not add up");
    make(&p);
    p.v[2].state = DOC_VOID; /* the credit note was withdrawn behind the invoice's back */
    p.v[2].left.amount = 0;
    CHECK(strstr(check(&p), DEDUCTED));
    make(&p);
    p.v[1].state = DOC_VOID;
    p.v[1].balance.amount = 0;
    CHECK(strstr(check(&p), DEDUCTED));
}

static void a_deposit_is_what_its_estimate_asks_for(void)
{
    struct papers p;
    make(&p);
    p.v[0].deposit.amount++;
    CHECK_TEXT(check(&p), "a deposit is not what its estimate asks for 11");
    make(&p);
    p.v[1].deposit_of = 0; /* nobody knows whose it is any more */
    CHECK(strstr(check(&p), "a deposit is not what its estimate asks for 11"));
    make(&p);
    p.v[0].deposit_invoice = 0;
    CHECK(strstr(check(&p), "a deposit is not what its estimate asks for 11"));
    make(&p);
    p.n = 3; /* nothing deducts it yet */
    CHECK_TEXT(check(&p), "");
}

int main(void)
{
    a_deposit_is_deducted_once_and_whole();
    a_deposit_is_what_its_estimate_asks_for();
    return test_end();
}
