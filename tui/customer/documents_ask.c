/* What is typed and chosen in a list of documents → the arguments of estimate.list and invoice.list. */
#include "common/date.h"
#include "tui/customer/documents.h"
#include <stdio.h>
#include <string.h>

/* The two input structs have one layout of names: this is written once for both. */
#define TAKE(member, value)                                         \
    do {                                                            \
        if (s->kind == DOC_ESTIMATE)                                \
            GIVE(estimate_list_in, &s->estimates, member, (value)); \
        else                                                        \
            GIVE(invoice_list_in, &s->invoices, member, (value));   \
    } while (0)

static bool take_amount(struct documents *s, const struct filter_term *t)
{
    int64_t amount;
    int digits = currency_digits(s->me->currency);
    if (money_parse(t->value, digits < 0 ? 2 : digits, &amount) != OK)
        return false;
    struct money m = money_of(amount, s->me->currency);
    if (t->how == FILTER_MORE)
        TAKE(least, m);
    else
        TAKE(most, m);
    return true;
}

static bool take_date(struct documents *s, const struct filter_term *t)
{
    int32_t day;
    if (date_parse(t->value, &day) != OK)
        return false;
    if (t->how == FILTER_MORE)
        TAKE(from, day);
    else
        TAKE(until, day);
    return true;
}

static bool take_status(struct documents *s, const char *value)
{
    char name[40];
    size_t n = 0;
    for (; value[n] && n + 1 < sizeof name; n++)
        name[n] = value[n] == ' ' ? '_' : value[n];
    name[n] = '\0';
    const struct enum_value *v = enum_by_name(enum_doc_status(), name, n);
    if (v)
        TAKE(status, v->value);
    return v != NULL;
}

/* False: this list can not be filtered by that. */
static bool take_term(struct documents *s, const struct filter_term *t)
{
    static char words[128]; /* packed before the next load */
    if (t->not )
        return false;
    if (t->how == FILTER_WORD) {
        snprintf(words, sizeof words, "%s", t->value);
        TAKE(search, words);
        return true;
    }
    if (strcmp(t->field, "status") == 0 || strcmp(t->field, "state") == 0)
        return t->how == FILTER_HAS && take_status(s, t->value);
    if (t->how == FILTER_HAS)
        return false;
    if (strcmp(t->field, "total") == 0 || strcmp(t->field, "amount") == 0)
        return take_amount(s, t);
    return strcmp(t->field, "date") == 0 && take_date(s, t);
}

/* Each order has a direction that comes naturally: newest, largest, soonest, lowest first. */
static void take_order(struct documents *s)
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
    const char *column = list_sort(s->list, &descending);
    for (size_t i = 0; column && i < COUNT_OF(orders); i++)
        if (strcmp(column, orders[i].column) == 0) {
            TAKE(sort, orders[i].sort);
            if (descending != orders[i].natural_descending)
                TAKE(reverse, true);
        }
}

void documents_ask_page(struct ui *ui, struct documents *s)
{
    const struct filter *f = list_filter(s->list);
    memset(&s->estimates, 0, sizeof s->estimates);
    memset(&s->invoices, 0, sizeof s->invoices);
    TAKE(limit, 50);
    if (s->more)
        TAKE(after, s->page.next);
    for (size_t i = 0; i < f->count; i++)
        if (!take_term(s, &f->terms[i]) && !list_typing(s->list))
            ui_toast(ui, TONE_BAD,
                     "Words, status:overdue, total>500, date>2026-01-31 work here; the rest is ignored.");
    take_order(s);
    if (s->kind == DOC_ESTIMATE)
        ui_ask(ui, DOCUMENTS_LIST, OPNO_estimate_list, &s->estimates);
    else
        ui_ask(ui, DOCUMENTS_LIST, OPNO_invoice_list, &s->invoices);
}

void documents_ask_peek(struct ui *ui, struct documents *s)
{
    struct estimate_get_in e = {0};
    struct invoice_get_in i = {0};
    if (!list_id(s->list))
        return;
    if (s->kind == DOC_ESTIMATE) {
        GIVE(estimate_get_in, &e, estimate, list_id(s->list));
        GIVE(estimate_get_in, &e, peek, true);
        ui_ask(ui, DOCUMENTS_PEEK, OPNO_estimate_get, &e);
    } else {
        GIVE(invoice_get_in, &i, invoice, list_id(s->list));
        GIVE(invoice_get_in, &i, peek, true);
        ui_ask(ui, DOCUMENTS_PEEK, OPNO_invoice_get, &i);
    }
}
