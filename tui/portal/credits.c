/* Credit that is left (D1, E11): all of it, or that of one customer, in the order in which it is used; and using it on an invoice. */
#include "proto/paper/show.h"
#include "tui/portal/books.h"
#include "tui/portal/refunding.h"

/* --- the list */

static const struct credit *row(const struct scene *v)
{
    return v->row;
}

static uint64_t row_id(const void *r)
{
    return about_id(((const struct credit *)r)->what, (uint64_t)((const struct credit *)r)->id);
}

static const char *kind(const struct scene *v)
{
    return show_subject(row(v)->what);
}

static bool of_many(const struct scene *v)
{
    return v->me->role != ROLE_CUSTOMER;
}

static const char *whose(const struct scene *v)
{
    return v->of ? "" : show_text(row(v)->customer_name);
}

static const struct column columns[] = {
    {.field = "number", .title = "Credit", .width = 11},
    {.field = "what", .title = "Of", .width = 11, .grow = 1, .text = kind},
    {.field = "date", .width = 11},
    {.field = "customer_name",
     .title = "Customer",
     .width = 14,
     .grow = 2,
     .spoken = whose,
     .offered = of_many},
    {.field = "amount", .says = "of", .width = 14},
    {.field = "left", .says = "left", .width = 14},
    {0}};

static uint64_t this_one(const struct scene *v)
{
    return v->row ? row_id(v->row) : 0;
}

static const char *is_payment(const struct scene *v)
{
    return row(v) && row(v)->what == SUBJECT_PAYMENT ? NULL : "It is no payment.";
}

static const char *currency(const struct scene *v)
{
    return row(v)->left.currency;
}

static const char *all_of_it(const struct scene *v, const void *in)
{
    char text[SHOW_TEXT];
    (void)in;
    return scene_text(v, "%s", show_amount(text, row(v)->left));
}

static void out_of(const struct scene *v, const void *in, void *send)
{
    struct refund_make_in *make = send;
    (void)in;
    if (row(v)->what == SUBJECT_PAYMENT)
        GIVE(refund_make_in, make, payment, (uint64_t)row(v)->id);
    else
        GIVE(refund_make_in, make, document, (uint64_t)row(v)->id);
}

static void review(struct page *p, const struct scene *v, const void *in)
{
    page_fact(p, "Out of", "%s", show_text(row(v)->number));
    refunding_review(p, v, in, row(v)->left, row(v)->customer_name);
}

static const struct give gives[] = {REFUNDING_GIVES(currency, all_of_it), {0}};
static const struct act acts[] = {
    {LEADS_TO(ENTER, "look", "The payment it is left of", OPNO_payment_get, book_subject), .about = ABOUT_ROW,
     .possible = is_payment, .goes_by = this_one},
    {.key = 'g',
     .name = "refund",
     .help = "Refund it by hand: give the money back",
     .op = OPNO_refund_make,
     .about = ABOUT_ROW,
     .gives = gives,
     .complete = out_of,
     .review = review,
     REFUNDING},
    {0}};

const struct book book_credits = {.name = "credits",
                                  .title = "Credit",
                                  .noun = "credit",
                                  .empty = "There is no credit.",
                                  .note = "Used from the top: the oldest first.",
                                  .op = OPNO_credit_list,
                                  .rows = "credits",
                                  .row_id = row_id,
                                  .of = "customer",
                                  .columns = columns,
                                  .acts = acts,
                                  .live = SUBJECT_BIT(SUBJECT_PAYMENT) | SUBJECT_BIT(SUBJECT_REFUND) |
                                          SUBJECT_BIT(SUBJECT_CREDIT_NOTE) | SUBJECT_BIT(SUBJECT_RETAINER) |
                                          SUBJECT_BIT(SUBJECT_INVOICE)};

/* --- using it on an invoice */

static const struct document *bill(const struct scene *v)
{
    return ((const struct document_get_out *)v->out)->document;
}

static const struct credit_list *credit(const struct scene *v)
{
    static const struct credit_list none = {0, NULL};
    const struct credit_list_out *out = v->also[0];
    return out ? &out->credits : &none;
}

static void credit_of(const struct scene *v, void *in)
{
    if (v->me->role != ROLE_CUSTOMER)
        GIVE(credit_list_in, (struct credit_list_in *)in, customer, bill(v)->customer);
}

static void tell(struct page *p, const struct scene *v)
{
    page_title(p, "Credit for %s", show_text(bill(v)->number));
}

static const char *can_use(const struct scene *v)
{
    if (bill(v)->state != DOC_OPEN)
        return "Nothing is due on it.";
    return credit(v)->n ? NULL : "There is no credit to use.";
}

static void on_this(const struct scene *v, const void *in, void *send)
{
    struct allocation *part = arena_alloc(v->arena, sizeof *part);
    (void)in;
    GIVE(allocation, part, invoice, bill(v)->id);
    GIVE(credit_apply_in, (struct credit_apply_in *)send, parts, ((struct allocation_list){1, part}));
}

/* As the server will use it: from the top, as far as it goes. */
static void review_use(struct page *p, const struct scene *v, const void *in)
{
    struct money left = bill(v)->balance;
    (void)in;
    page_money(p, "To pay", LOOK_STRONG, left, NULL);
    for (size_t i = 0; i < credit(v)->n && left.amount > 0; i++) {
        const struct credit *c = &credit(v)->v[i];
        struct money used = c->left;
        if (used.amount > left.amount)
            used.amount = left.amount;
        page_money(p, show_text(c->number), LOOK_PLAIN, used,
                   used.amount < c->left.amount ? "(a part of it)" : NULL);
        left.amount -= used.amount;
    }
    page_money(p, "Still to pay", LOOK_PLAIN, left, NULL);
}

static const char *told(const struct scene *v, const void *out)
{
    char text[SHOW_TEXT];
    const struct credit_apply_out *o = out;
    return o->left.amount
               ? scene_text(v, "The credit is used; %s of credit is left.", show_money(text, o->left))
               : "The credit is used.";
}

static uint64_t back(const struct scene *v, const void *out)
{
    (void)out;
    return bill(v)->id;
}

static const struct act use_acts[] = {{.key = 'u' - 'a' + 'A',
                                       .name = "use",
                                       .help = "Use credit on it",
                                       .op = OPNO_credit_apply,
                                       .about = ABOUT_ALL,
                                       .possible = can_use,
                                       .complete = on_this,
                                       .agree = AGREE_YES,
                                       .question = "Use credit on this invoice?",
                                       .yes = "Use it",
                                       .busy = "Using it…",
                                       .review = review_use,
                                       .told = told,
                                       .goes = &book_invoice,
                                       .goes_to = back},
                                      {0}};
static const struct also use_also[] = {{OPNO_credit_list, credit_of}, {OP_COUNT, NULL}};

const struct book book_use_credit = {.name = "use credit",
                                     .title = "Credit",
                                     .noun = "credit",
                                     .op = OPNO_invoice_get,
                                     .one = "invoice",
                                     .also = use_also,
                                     .also_after = 1u,
                                     .tell = tell,
                                     .acts = use_acts,
                                     .straight = true};
