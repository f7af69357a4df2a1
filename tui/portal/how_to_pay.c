/* How what is due is paid where no card is taken (E7), as payment.how tells it: each way elsewhere; or the account that the business has on its
 * papers, how much, and what to quote; or else whom to ask. */
#include "proto/paper/show.h"
#include "tui/portal/papers.h"
#include <string.h>

static const struct payment_how_out *how(const struct scene *v)
{
    return v->out;
}

/* --- each way elsewhere */

/* What is told of that way; of none (NULL): what no way is for. */
static struct pay_told_list of_way(const struct scene *v, const char *method)
{
    const struct pay_told_list *all = &how(v)->told;
    struct pay_told_list of = {0, arena_alloc(v->arena, (all->n + 1) * sizeof *of.v)};
    for (size_t i = 0; i < all->n; i++)
        if (strcmp(show_text(all->v[i].method), show_text(method)) == 0)
            of.v[of.n++] = all->v[i];
    return of;
}

static bool says(const struct pay_told *t, const struct pay_fact *f)
{
    size_t i = 0;
    while (i < t->facts.n && (strcmp(show_text(t->facts.v[i].label), show_text(f->label)) != 0 ||
                              strcmp(show_text(t->facts.v[i].value), show_text(f->value)) != 0))
        i++;
    return i < t->facts.n;
}

static bool all_say(const struct pay_told_list *told, const struct pay_fact *f)
{
    size_t i = 0;
    while (i < told->n && says(&told->v[i], f))
        i++;
    return i == told->n;
}

static void tell_facts(struct page *p, const struct pay_told_list *told, size_t of, bool common)
{
    const struct pay_fact_list *facts = &told->v[of].facts;
    for (size_t i = 0; i < facts->n; i++)
        if (all_say(told, &facts->v[i]) == common)
            page_fact_as(p, LOOK_STRONG, facts->v[i].label, facts->v[i].value);
}

/* What they all say once, then of each invoice what is its own. */
static void tell_way(struct page *p, const struct scene *v, const struct pay_told_list *told)
{
    if (told->n == 1) {
        paper_told(p, told->v, v->codes);
        return;
    }
    page_note(p, LOOK_STRONG, "%s", show_text(told->v->title));
    tell_facts(p, told, 0, true);
    page_note(p, LOOK_PLAIN, "Each invoice by itself:");
    for (size_t i = 0; i < told->n; i++) {
        page_note(p, LOOK_STRONG, "%s", show_text(told->v[i].number));
        tell_facts(p, told, i, false);
    }
}

static bool tell_ways(struct page *p, const struct scene *v)
{
    const struct pay_told_list *all = &how(v)->told, none = of_way(v, NULL);
    for (size_t i = 0; i < all->n; i++) {
        struct pay_told_list of = of_way(v, all->v[i].method);
        if (*show_text(all->v[i].method) && of.v[0].invoice == all->v[i].invoice)
            tell_way(p, v, &of);
    }
    for (size_t i = 0; i < none.n; i++)
        page_fact_as(p, LOOK_WARN, none.v[i].number, none.v[i].why);
    return all->n > none.n;
}

/* --- where nothing tells it */

static bool by_account(const struct scene *v)
{
    const struct payment_how_out *h = how(v);
    size_t barred = 0;
    for (size_t i = 0; i < h->due.n; i++)
        barred += h->due.v[i].no_transfer;
    return *show_text(h->payee->bank) && barred < h->due.n && !of_way(v, NULL).n;
}

static void tell_account(struct page *p, const struct scene *v)
{
    page_title(p, "By bank transfer");
    page_fact(p, "To", "%s", show_text(how(v)->payee->name));
    page_fact_as(p, LOOK_STRONG, "Account", how(v)->payee->bank);
}

static void tell_whom_to_ask(struct page *p, const struct scene *v)
{
    const struct party *payee = how(v)->payee;
    page_note(p, LOOK_PLAIN, "It can be paid neither by card nor by bank transfer here. Please ask how:");
    page_fact_as(p, LOOK_STRONG, "Ask", payee->name);
    page_fact_as(p, LOOK_STRONG, "E-mail", payee->email);
    page_fact_as(p, LOOK_STRONG, "Phone", payee->phone);
}

static void tell_due(struct page *p, const struct scene *v, const char *heading, bool account)
{
    char due[SHOW_TEXT];
    page_note(p, LOOK_STRONG, "%s", heading);
    for (size_t i = 0; i < how(v)->due.n; i++) {
        const struct document_due *d = &how(v)->due.v[i];
        const char *state = account && d->no_transfer
                                ? "not by bank transfer"
                                : scene_text(v, "%s", show_due(due, d->kind, d->status, d->due, v->today));
        page_money(p, show_text(d->number), LOOK_PLAIN, d->balance, state);
    }
}

static void tell(struct page *p, const struct scene *v)
{
    if (!how(v)->due.n) {
        page_note(p, LOOK_PLAIN, "Nothing is due. Thank you.");
        return;
    }
    if (tell_ways(p, v))
        return;
    const bool account = by_account(v);
    if (account)
        tell_account(p, v);
    else
        tell_whom_to_ask(p, v);
    tell_due(p, v, account ? "Quote" : "For", account);
}

/* --- acts */

/* Where one transfer is told. */
static const struct pay_told *only_told(const struct scene *v)
{
    const struct pay_told_list *told = &how(v)->told;
    return told->n == 1 && !told->v->why ? told->v : NULL;
}

static const char *reference(const struct scene *v)
{
    return only_told(v) ? show_text(only_told(v)->reference) : "";
}

static bool has_reference(const struct scene *v)
{
    return *reference(v);
}

static bool has_code(const struct scene *v)
{
    return only_told(v) && *show_text(only_told(v)->qr);
}

static void tell_code(struct page *p, const struct scene *v)
{
    paper_code(p, only_told(v));
}

static bool has_account(const struct scene *v)
{
    return how(v)->due.n && of_way(v, NULL).n == how(v)->told.n && by_account(v);
}

static const char *account(const struct scene *v)
{
    return show_text(how(v)->payee->bank);
}

static const struct act acts[] = {{.key = 'c',
                                   .name = "qr",
                                   .help = "The QR code alone, for your phone",
                                   .op = OPNO_payment_how,
                                   .offered = has_code,
                                   .tells = tell_code},
                                  {.key = 'y',
                                   .name = "reference",
                                   .help = "Copy what has to be quoted",
                                   .op = OPNO_payment_how,
                                   .offered = has_reference,
                                   .copies = reference},
                                  {.key = 'y',
                                   .name = "account",
                                   .help = "Copy the bank account",
                                   .op = OPNO_payment_how,
                                   .offered = has_account,
                                   .copies = account},
                                  {0}};

const struct book book_how = {.name = "how",
                              .title = "How to pay",
                              .noun = "invoice",
                              .op = OPNO_payment_how,
                              .one = "invoice",
                              .tell = tell,
                              .acts = acts,
                              .live = SUBJECT_BIT(SUBJECT_INVOICE) | SUBJECT_BIT(SUBJECT_RETAINER) |
                                      SUBJECT_BIT(SUBJECT_PAYMENT)};
