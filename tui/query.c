#include "tui/query.h"
#include "common/date.h"
#include <stdio.h>
#include <string.h>

/* estimate.list and invoice.list take the same arguments in the same order. */
_Static_assert(sizeof(struct estimate_list_in) == sizeof(struct invoice_list_in) &&
                   offsetof(struct estimate_list_in, most) == offsetof(struct invoice_list_in, most),
               "the arguments of both lists are alike");

struct estimate_list_in query_estimates(const struct invoice_list_in *in)
{
    struct estimate_list_in out;
    memcpy(&out, in, sizeof out);
    return out;
}

/* The value of an enum as a person types it: "partly paid", "partly_paid". 0: none. */
static int named(const struct enum_table *t, const char *typed)
{
    char name[40];
    size_t n = 0;
    for (; typed[n] && n + 1 < sizeof name; n++)
        name[n] = typed[n] == ' ' ? '_' : typed[n];
    name[n] = '\0';
    const struct enum_value *v = enum_by_name(t, name, n);
    return v ? v->value : 0;
}

static bool take_amount(const struct filter_term *t, const char *currency, struct invoice_list_in *in)
{
    int64_t amount;
    int digits = currency_digits(currency);
    if (money_parse(t->value, digits < 0 ? 2 : digits, &amount) != OK)
        return false;
    if (t->how == FILTER_MORE)
        GIVE(invoice_list_in, in, least, money_of(amount, currency));
    else
        GIVE(invoice_list_in, in, most, money_of(amount, currency));
    return true;
}

static bool take_date(const struct filter_term *t, struct invoice_list_in *in)
{
    int32_t day;
    if (date_parse(t->value, &day) != OK)
        return false;
    if (t->how == FILTER_MORE)
        GIVE(invoice_list_in, in, from, day);
    else
        GIVE(invoice_list_in, in, until, day);
    return true;
}

static void take_word(struct query *q, const char *word)
{
    size_t n = strlen(q->words);
    snprintf(q->words + n, sizeof q->words - n, "%s%s", n ? " " : "", word);
}

static bool take_term(struct query *q, const struct filter_term *t, const char *currency,
                      struct invoice_list_in *in)
{
    bool status = strcmp(t->field, "status") == 0 || strcmp(t->field, "state") == 0;
    if (t->not )
        return false;
    if (t->how == FILTER_WORD) {
        take_word(q, t->value);
        return true;
    }
    if (t->how == FILTER_HAS && (strcmp(t->field, "customer") == 0 || strcmp(t->field, "number") == 0)) {
        take_word(q, t->value);
        return true;
    }
    if (t->how == FILTER_HAS && status && named(enum_doc_status(), t->value)) {
        GIVE(invoice_list_in, in, status, named(enum_doc_status(), t->value));
        return true;
    }
    if (t->how == FILTER_HAS)
        return false;
    if (strcmp(t->field, "total") == 0 || strcmp(t->field, "amount") == 0)
        return take_amount(t, currency, in);
    return strcmp(t->field, "date") == 0 && take_date(t, in);
}

/* Each order has a direction that comes naturally: newest, largest, soonest, lowest first. */
static void take_order(const struct list *l, struct invoice_list_in *in)
{
    static const struct {
        const char *column;
        int sort;
        bool natural_descending;
    } orders[] = {{"date", SORT_DATE, true},
                  {"due", SORT_DUE, false},
                  {"total", SORT_TOTAL, true},
                  {"number", SORT_NUMBER, false}};
    bool descending;
    const char *column = list_sort(l, &descending);
    for (size_t i = 0; column && i < sizeof orders / sizeof *orders; i++)
        if (strcmp(column, orders[i].column) == 0) {
            GIVE(invoice_list_in, in, sort, orders[i].sort);
            if (descending != orders[i].natural_descending)
                GIVE(invoice_list_in, in, reverse, true);
        }
}

bool query_documents(struct query *q, const struct list *l, const char *currency, struct invoice_list_in *in)
{
    const struct filter *f = list_filter(l);
    bool all = true;
    q->words[0] = '\0';
    for (size_t i = 0; i < f->count; i++)
        all = take_term(q, &f->terms[i], currency, in) && all;
    if (q->words[0])
        GIVE(invoice_list_in, in, search, q->words);
    take_order(l, in);
    return all;
}

bool query_payments(const struct list *l, struct payment_list_in *in)
{
    const struct filter *f = list_filter(l);
    bool all = true, descending;
    for (size_t i = 0; i < f->count; i++) {
        const struct filter_term *t = &f->terms[i];
        const char *value = strcmp(t->value, "paid") == 0 ? "succeeded" : t->value;
        int state = named(enum_pay_state(), value);
        if (!t->not &&state && (t->how == FILTER_WORD || t->how == FILTER_HAS))
            GIVE(payment_list_in, in, state, state);
        else
            all = false;
    }
    const char *column = list_sort(l, &descending);
    if (column) { /* both orders begin with the greatest */
        GIVE(payment_list_in, in, sort, strcmp(column, "amount") == 0 ? PAY_SORT_AMOUNT : PAY_SORT_DATE);
        if (!descending)
            GIVE(payment_list_in, in, reverse, true);
    }
    return all;
}
