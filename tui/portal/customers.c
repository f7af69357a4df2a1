/* Customers (F1): all of them with what they owe, marked ones given access for whom to turn to (B5). */
#include "common/date.h"
#include "common/filter_table.h"
#include "proto/paper/show.h"
#include "tui/face/fill_in.h"
#include "tui/portal/customer_fields.h"
#include "tui/portal/portal_access.h"
#include "tui/portal/reminding.h"
#include <inttypes.h>
#include <string.h>

/* --- the list */

static const struct customer_row *row(const struct scene *v)
{
    return v->row;
}

static const char *access(const struct scene *v)
{
    return row(v)->active ? show_access(row(v)->access) : "inactive";
}

static enum look access_is(const struct scene *v)
{
    return row(v)->access == ACCESS_ACTIVE ? LOOK_GOOD : LOOK_PLAIN;
}

static const char *open_spoken(const struct scene *v)
{
    const int64_t n = row(v)->invoices;
    return n ? scene_text(v, "%" PRId64 " open invoice%s", n, n == 1 ? "" : "s") : "";
}

static const char *outstanding(const struct scene *v)
{
    char text[SHOW_TEXT];
    return row(v)->outstanding.amount ? scene_text(v, "%s", show_money(text, row(v)->outstanding)) : "–";
}

static const char *outstanding_spoken(const struct scene *v)
{
    return scene_text(v, "owes %s", row(v)->outstanding.amount ? outstanding(v) : "nothing");
}

static const char *email_spoken(const struct scene *v)
{
    (void)v;
    return "";
}

static const char *access_spoken(const struct scene *v)
{
    return scene_text(v, "access %s%s", show_access(row(v)->access), row(v)->active ? "" : ", deactivated");
}

static enum look look(const struct scene *v)
{
    return row(v)->active ? LOOK_PLAIN : LOOK_DIM;
}

static const struct column columns[] = {
    {.field = "name", .width = 20, .grow = 2},
    {.field = "email", .width = 18, .grow = 1, .drop = 2, .spoken = email_spoken},
    {.field = "outstanding", .width = 16, .text = outstanding, .spoken = outstanding_spoken},
    {.field = "invoices", .title = "Open", .width = 5, .drop = 1, .spoken = open_spoken},
    {.field = "access", .width = 8, .text = access, .spoken = access_spoken, .look = access_is},
    {0}};

/* --- access for whom to turn to, of one or several */

static const char *names(const struct scene *v)
{
    const struct customer_row_list *all = &((const struct customer_list_out *)v->out)->customers;
    const char *said = "";
    for (size_t i = 0; i < all->n; i++)
        for (size_t k = 0; k < v->marked_n; k++)
            if (all->v[i].id == v->marked[k])
                said = scene_text(v, "%s%s%s", said, *said ? ", " : "", show_text(all->v[i].name));
    return *said ? said : show_text(row(v)->name);
}

static const char *can_give(const struct scene *v)
{
    return v->marked_n || row(v)->active ? NULL : "It is deactivated.";
}

static void review_invite(struct page *p, const struct scene *v, const void *in)
{
    (void)in;
    page_fact_as(p, LOOK_STRONG, "Of", names(v));
    page_note(p, LOOK_PLAIN,
              "The person to turn to%s gets a mail with the way in and a code that is good once. Who has "
              "access already is left out.",
              v->marked_n > 1 ? " of each" : "");
}

static void before(struct page *p, const struct scene *v)
{
    access_before(p, v,
                  scene_text(v, "the person to turn to of %s, unless they have access already", names(v)),
                  v->marked_n > 1);
}

/* --- a new one: contact person and address are what is needed to send it something */

static const struct give new_gives[] = {
    CUSTOMER_WHO,
    {.field = "contact.name",
     .heading = "Contact person",
     .label = "Name of the person",
     .help = "The first to turn to",
     .width = 40},
    {.field = "contact.email", .label = "Their e-mail", .help = "Used to sign in", .width = 40},
    {.field = "contact.phone", .label = "Their phone", .width = 24},
    CUSTOMER_ADDRESS("billing", "Billing address"),
    {0}};
static bool has(const char *text)
{
    return text && *text;
}

/* A person nobody named is none. */
static void without_nobody(const struct scene *v, const void *in, void *send)
{
    struct customer_create_in *create = send;
    (void)v, (void)in;
    if (create->contact && !has(create->contact->name) && !has(create->contact->email)) {
        create->contact = NULL;
        fill_drop(shape_customer_create_in(), create, "contact");
    }
}

static uint64_t made(const struct scene *v, const void *out)
{
    (void)v;
    return ((const struct customer_create_out *)out)->customer->id;
}

static const struct act list_acts[] = {
    {.key = '+',
     .name = "new",
     .help = "Add a customer",
     .op = OPNO_customer_create,
     .gives = new_gives,
     .complete = without_nobody,
     .yes = "Add the customer",
     .busy = "Saving…",
     .makes = "customer",
     .done = "The customer is there.",
     .goes = &book_customer,
     .goes_to = made},
    ACCESS_INVITE("customers", "Invite the person to turn to, of one customer or of several", can_give,
                  review_invite),
    ACCESS_ENABLE("customers", "One-time password for the person to turn to, of one customer or of several",
                  can_give, before),
    {0}};

static const struct shown shows[] = {{"active", "status:active"}, {"inactive", "status:inactive"}, {0}};
static const struct also rules[] = {{OPNO_password_rules, NULL}, {OP_COUNT, NULL}};

const struct book book_customers = {.name = "customers",
                                    .title = "Customers",
                                    .noun = "customer",
                                    .empty = "No customers yet.",
                                    .op = OPNO_customer_list,
                                    .rows = "customers",
                                    .one = "customer",
                                    .shows = shows,
                                    .opens = &book_customer,
                                    .filter = filter_of_customers,
                                    .also = rules,
                                    .columns = columns,
                                    .look = look,
                                    .acts = list_acts,
                                    CUSTOMER_LIVE};
