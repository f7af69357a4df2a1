/* `export hledger` and `export beancount`: everything that happened, as a journal that proves itself: after every posting stands what the
 * customer's account comes to then, so the reader's program refuses a file that does not add up (F12, N9). hledger's form is ledger's, too.
 * What an earlier export of the same days said, this one says to the byte: docs/decisions/journals.md. */
#include "common/date.h"
#include "common/text.h"
#include "proto/ctl/args.h"
#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define PAGE 100
#define NAME_MAX_BYTES 96

/* An account of the reader's, in one currency, and what it comes to so far. */
struct held {
    char name[NAME_MAX_BYTES];
    char currency[4];
    int64_t amount;
    int32_t told; /* beancount: the day of its last posting, until that day's end was asserted; 0: it was */
};
struct journal {
    struct ctl *c;
    bool beancount;
    int32_t from, until; /* 0: from the first on, to the last */
    struct journal_entry *v;
    size_t n, room;
    struct held *accounts;
    size_t n_accounts, room_accounts;
};

/* --- reading */

static enum err keep(struct journal *j, const struct journal_entry_list *page)
{
    for (size_t i = 0; i < page->n; i++) {
        if (j->until && page->v[i].date > j->until)
            continue;
        if (j->n == j->room) {
            j->room = j->room ? j->room * 2 : 1024;
            struct journal_entry *v = realloc(j->v, j->room * sizeof *v);
            if (!v)
                return ERR_NO_MEMORY;
            j->v = v;
        }
        j->v[j->n++] = page->v[i];
    }
    return OK;
}

static enum err read_all(struct journal *j, int of)
{
    struct journal_list_out page = {.next = NULL};
    enum err e;
    do {
        struct journal_list_in in = {0};
        GIVE(journal_list_in, &in, of, of);
        GIVE(journal_list_in, &in, limit, PAGE);
        if (page.next)
            GIVE(journal_list_in, &in, after, page.next);
        memset(&page, 0, sizeof page);
        e = ctl_call(j->c, j->c->a, OPNO_journal_list, &in, &page);
        if (!e)
            e = keep(j, &page.entries);
    } while (!e && page.next && *page.next);
    return e;
}

/* Of one day documents come first, then what arrives, then what goes back. */
static int late(const struct journal_entry *e)
{
    return e->subject == SUBJECT_PAYMENT ? 1 : e->subject == SUBJECT_REFUND ? 2 : 0;
}

static int by_day(const void *a, const void *b)
{
    const struct journal_entry *x = a, *y = b;
    if (x->date != y->date)
        return x->date < y->date ? -1 : 1;
    const int late_x = late(x), late_y = late(y);
    if (late_x != late_y)
        return late_x < late_y ? -1 : 1;
    if (x->id != y->id)
        return x->id < y->id ? -1 : 1;
    return x->nth < y->nth ? -1 : x->nth > y->nth;
}

/* --- names */

/* What a name is to a program that ends them at two blanks, a semicolon, a bar or a quote. */
static const char *payee(struct journal *j, const char *name)
{
    char *out = text_shown(j->c->a, name ? name : "", false);
    for (char *p = out; *p; p++)
        if ((unsigned char)*p < 32 || strchr(";|\"\\", *p) || (*p == ' ' && p[1] == ' '))
            *p = '_';
    return out;
}

/* A number between brackets ends at the first that closes. */
static const char *code(struct journal *j, const char *number)
{
    char *out = (char *)(uintptr_t)payee(j, number);
    for (char *p = out; *p; p++)
        if (*p == '(' || *p == ')')
            *p = '_';
    return out;
}

/* A part of an account's name: letters of ASCII and digits; beancount wants it to begin with a capital or a digit. */
static void part(char *to, size_t size, const char *name)
{
    size_t n = 0;
    for (const char *p = name ? name : ""; *p && n + 2 < size; p++) {
        const unsigned char ch = (unsigned char)*p;
        const bool plain = ch < 128 && isalnum(ch);
        if (plain) {
            to[n] = (char)(n == 0 ? toupper(ch) : ch);
            n++;
        } else if (n && to[n - 1] != '-')
            to[n++] = '-';
    }
    while (n && to[n - 1] == '-')
        n--;
    if (!n)
        to[n++] = 'X';
    to[n] = 0;
}

/* As it lies in the account: in the currency in which it arrived. */
static const struct money *held_as(const struct posting *p)
{
    return p->received.amount ? &p->received : &p->amount;
}

static void account_name(const struct journal *j, const struct journal_entry *e, const struct posting *p,
                         char name[NAME_MAX_BYTES])
{
    static const char *const names[] = {[ACCOUNT_RECEIVABLE] = "Assets:Receivable",
                                        [ACCOUNT_CREDIT] = "Liabilities:Credit",
                                        [ACCOUNT_REVENUE] = "Revenue:Sales",
                                        [ACCOUNT_TAX] = "Liabilities:Tax",
                                        [ACCOUNT_BANK] = "Assets:Bank",
                                        [ACCOUNT_CASH] = "Assets:Cash",
                                        [ACCOUNT_CLEARING] = "Assets:Clearing",
                                        [ACCOUNT_WRITE_OFF] = "Expenses:Write-off",
                                        [ACCOUNT_BANK_CHARGES] = "Expenses:Bank-charges",
                                        [ACCOUNT_DISPUTED] = "Assets:Disputed"};
    char of[40], rate[32], *dot;
    const char *base = names[p->account];
    if (j->beancount && p->account == ACCOUNT_REVENUE)
        base = "Income:Sales";
    part(of, sizeof of, p->part);
    switch (p->account) {
    case ACCOUNT_RECEIVABLE:
    case ACCOUNT_CREDIT: snprintf(name, NAME_MAX_BYTES, "%s:C-%" PRIu64, base, e->customer); break;
    case ACCOUNT_TAX:
        decimal_plain(rate, p->percent);
        if ((dot = strchr(rate, '.')))
            *dot = '-';
        snprintf(name, NAME_MAX_BYTES, "%s:%s-%s", base, of, rate);
        break;
    case ACCOUNT_DISPUTED:
    case ACCOUNT_CLEARING: snprintf(name, NAME_MAX_BYTES, "%s:%s", base, of); break;
    default: snprintf(name, NAME_MAX_BYTES, "%s", base);
    }
}

static struct held *held_of(struct journal *j, const char *name, const char *currency)
{
    size_t slot = 0;
    for (const char *p = name; *p; p++)
        slot = slot * 131 + (unsigned char)*p;
    for (const char *p = currency; *p; p++)
        slot = slot * 131 + (unsigned char)*p;
    slot &= j->room_accounts - 1;
    struct held *h;
    while ((h = &j->accounts[slot])->name[0] &&
           (strcmp(h->name, name) != 0 || strcmp(h->currency, currency) != 0))
        slot = (slot + 1) & (j->room_accounts - 1);
    if (!h->name[0]) {
        snprintf(h->name, sizeof h->name, "%s", name);
        snprintf(h->currency, sizeof h->currency, "%s", currency);
        j->n_accounts++;
    }
    return h;
}

#define OPENING "Equity:Opening"

/* All accounts there will be, so that they can be declared before the first entry: --strict wants that. */
static enum err gather(struct journal *j)
{
    size_t postings = 0;
    char name[NAME_MAX_BYTES];
    for (size_t i = 0; i < j->n; i++)
        postings += j->v[i].postings.n;
    for (j->room_accounts = 16; j->room_accounts < 4 * postings; j->room_accounts *= 2)
        ;
    j->accounts = calloc(j->room_accounts, sizeof *j->accounts);
    if (!j->accounts)
        return ERR_NO_MEMORY;
    for (size_t i = 0; i < j->n; i++)
        for (size_t k = 0; k < j->v[i].postings.n; k++) {
            account_name(j, &j->v[i], &j->v[i].postings.v[k], name);
            held_of(j, name, held_as(&j->v[i].postings.v[k])->currency);
            if (j->v[i].date < j->from)
                held_of(j, OPENING, held_as(&j->v[i].postings.v[k])->currency);
        }
    return OK;
}

/* --- writing */

static const char *plain(char text[MONEY_TEXT], int64_t amount, const char *currency)
{
    return money_plain(text, amount, currency_digits(currency));
}

static int by_name(const void *a, const void *b)
{
    const struct held *x = *(const struct held *const *)a, *y = *(const struct held *const *)b;
    const int order = strcmp(x->name, y->name);
    return order ? order : strcmp(x->currency, y->currency);
}

static enum err sorted(const struct journal *j, struct held ***out)
{
    struct held **v = calloc(j->n_accounts + 1, sizeof *v);
    size_t n = 0;
    if (!v)
        return ERR_NO_MEMORY;
    for (size_t i = 0; i < j->room_accounts; i++)
        if (j->accounts[i].name[0])
            v[n++] = &j->accounts[i];
    qsort(v, n, sizeof *v, by_name);
    *out = v;
    return OK;
}

static void declare(const struct journal *j, struct held *const *v)
{
    char seen[64][4], text[MONEY_TEXT], day[DATE_TEXT];
    size_t n = 0;
    for (size_t i = 0; i < j->n_accounts && !j->beancount; i++) {
        size_t k = 0;
        while (k < n && strcmp(seen[k], v[i]->currency) != 0)
            k++;
        if (k < n || n == 64)
            continue;
        memcpy(seen[n++], v[i]->currency, 4);
        const int digits = currency_digits(v[i]->currency);
        int64_t thousand = 1000;
        for (int d = 0; d < digits; d++)
            thousand *= 10;
        /* The point at the end says that the comma before it groups. */
        printf("commodity %s %s%s\n", v[i]->currency, money_grouped(text, thousand, digits),
               digits ? "" : ".");
    }
    for (size_t i = 0; i < j->n_accounts; i++) {
        if (i && strcmp(v[i]->name, v[i - 1]->name) == 0)
            continue;
        if (j->beancount)
            printf("%s open %s\n", date_plain(day, j->v[0].date < j->from ? j->from : j->v[0].date),
                   v[i]->name);
        else
            printf("account %s\n", v[i]->name);
    }
    putchar('\n');
}

static const char *article(const struct journal_entry *e)
{
    return enum_name(enum_subject(), e->subject);
}

static void head(struct journal *j, const struct journal_entry *e)
{
    char day[DATE_TEXT], due[DATE_TEXT];
    date_plain(day, e->date);
    if (j->beancount) {
        printf("%s * \"%s\" \"%s %s\"\n", day, payee(j, e->customer_name), payee(j, e->number), e->text);
        return;
    }
    printf("%s * (%s) C-%" PRIu64 " %s | %s  ; %s:%s", day, code(j, e->number), e->customer,
           payee(j, e->customer_name), e->text, article(e), payee(j, e->number));
    if (e->due)
        printf(", due:%s", date_plain(due, e->due));
    putchar('\n');
}

/* What arrived at what it was taken for: all of it, not for one, which would have to be rounded. */
static void exchanged(const struct journal *j, const char *name, const struct posting *p, const char *amount)
{
    char taken[MONEY_TEXT];
    const char *currency = p->received.currency, *own = p->amount.currency;
    plain(taken, p->amount.amount < 0 ? -p->amount.amount : p->amount.amount,
          own); /* what is given for it has no sign of its own */
    if (j->beancount)
        printf("  %s  %s %s @@ %s %s\n", name, amount, currency, taken, own);
    else
        printf("    %s  %s %s @@ %s %s\n", name, currency, amount, own, taken);
}

static void entry(struct journal *j, const struct journal_entry *e)
{
    char name[NAME_MAX_BYTES], amount[MONEY_TEXT], all[MONEY_TEXT];
    head(j, e);
    for (size_t i = 0; i < e->postings.n; i++) {
        const struct posting *p = &e->postings.v[i];
        const struct money *as = held_as(p);
        const char *currency = as->currency;
        account_name(j, e, p, name);
        struct held *h = held_of(j, name, currency);
        h->amount += as->amount;
        h->told = e->date;
        plain(amount, as->amount, currency);
        if (as != &p->amount)
            exchanged(j, name, p, amount);
        else if (j->beancount)
            printf("  %s  %s %s\n", name, amount, currency);
        else if (p->account == ACCOUNT_RECEIVABLE || p->account == ACCOUNT_CREDIT)
            printf("    %s  %s %s = %s %s\n", name, currency, amount, currency,
                   plain(all, h->amount, currency));
        else
            printf("    %s  %s %s\n", name, currency, amount);
    }
    putchar('\n');
}

/* beancount asserts at the beginning of a day: what stood at the end of the day before. */
static void assert_day(const struct journal *j, struct held *const *v)
{
    char day[DATE_TEXT], text[MONEY_TEXT];
    for (size_t i = 0; i < j->n_accounts; i++) {
        struct held *h = v[i];
        if (!h->told)
            continue;
        printf("%s balance %s  %s %s\n", date_plain(day, h->told + 1), h->name,
               plain(text, h->amount, h->currency), h->currency);
        h->told = 0;
    }
    putchar('\n');
}

/* What stood on the accounts when the range begins. *at: the first entry in it. */
static void open_with(struct journal *j, struct held *const *v, size_t *at)
{
    char day[DATE_TEXT], amount[MONEY_TEXT], name[NAME_MAX_BYTES];
    for (*at = 0; *at < j->n && j->v[*at].date < j->from; ++*at)
        for (size_t k = 0; k < j->v[*at].postings.n; k++) {
            const struct money *as = held_as(&j->v[*at].postings.v[k]);
            account_name(j, &j->v[*at], &j->v[*at].postings.v[k], name);
            held_of(j, name, as->currency)->amount += as->amount;
            held_of(j, OPENING, as->currency)->amount -= as->amount;
        }
    if (!*at)
        return;
    printf(j->beancount ? "%s * \"Opening balances\"\n" : "%s * Opening balances\n",
           date_plain(day, j->from));
    for (size_t i = 0; i < j->n_accounts; i++) {
        struct held *h = v[i];
        if (!h->amount)
            continue;
        plain(amount, h->amount, h->currency);
        if (j->beancount)
            printf("  %s  %s %s\n", h->name, amount, h->currency);
        else
            printf("    %s  %s %s = %s %s\n", h->name, h->currency, amount, h->currency, amount);
        h->told = j->from;
    }
    putchar('\n');
}

static bool same_month(int32_t a, int32_t b)
{
    int y[2], m[2], d;
    date_split(a, &y[0], &m[0], &d);
    date_split(b, &y[1], &m[1], &d);
    return y[0] == y[1] && m[0] == m[1];
}

static enum err print(struct journal *j)
{
    struct held **v;
    size_t at;
    enum err e = gather(j);
    if (!e)
        e = sorted(j, &v);
    if (e)
        return e;
    if (j->n)
        declare(j, v);
    open_with(j, v, &at);
    for (size_t i = at; i < j->n; i++) {
        if (j->beancount && i > at && !same_month(j->v[i - 1].date, j->v[i].date))
            assert_day(j, v);
        entry(j, &j->v[i]);
    }
    if (j->beancount)
        assert_day(j, v);
    free(v);
    return OK;
}

/* from=DAY, until=DAY. */
static enum err range(struct ctl *c, struct journal *j)
{
    for (int i = 2; i < c->n_words; i++) {
        const bool first = strncmp(c->words[i], "from=", 5) == 0;
        if (!first && strncmp(c->words[i], "until=", 6) != 0)
            return refuse(&c->why, ERR_INVALID, "",
                          "say export hledger, ledger or beancount, with --from and --until DAY");
        if (date_parse(c->words[i] + (first ? 5 : 6), first ? &j->from : &j->until) != OK)
            return refuse(&c->why, ERR_INVALID, first ? "from" : "until", "is a day such as 2026-11-22");
    }
    return j->until && j->until < j->from ? refuse(&c->why, ERR_INVALID, "until", "lies before the first day")
                                          : OK;
}

int verb_export(struct ctl *c)
{
    const char *form = c->n_words > 1 ? c->words[1] : "";
    struct journal j = {.c = c, .beancount = strcmp(form, "beancount") == 0};
    if (c->n_words < 2 || (!j.beancount && strcmp(form, "hledger") != 0 && strcmp(form, "ledger") != 0))
        return ctl_usage(c, "say export hledger, export ledger or export beancount");
    enum err e = range(c, &j);
    if (!e)
        e = read_all(&j, JOURNAL_DOCUMENTS);
    if (!e)
        e = read_all(&j, JOURNAL_PAYMENTS);
    if (!e)
        e = read_all(&j, JOURNAL_REFUNDS);
    if (!e && j.n)
        qsort(j.v, j.n, sizeof *j.v, by_day);
    if (!e)
        e = print(&j);
    free(j.v);
    free(j.accounts);
    return e ? ctl_fail(c, e) : 0;
}
