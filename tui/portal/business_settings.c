/* The settings of the business (A1, A4–A10): what stands on its papers and which rules it follows, what its customers may, how its
 * documents begin. Three books over one record. */
#include "common/date.h"
#include "proto/paper/show.h"
#include "tui/portal/books.h"
#include <inttypes.h>

static const struct business *set(const struct scene *v)
{
    return ((const struct settings_get_out *)v->out)->business;
}

#define CODE_DAYS INT64_C(60) /* where nothing is said, as the field's help has it */

static const char *yes_no(bool on)
{
    return on ? "yes" : "no";
}

#define CHANGES .op = OPNO_settings_update, .begins = "business", .busy = "Saving…"
#define SETTINGS .op = OPNO_settings_get, .live = SUBJECT_BIT(SUBJECT_BUSINESS)

/* --- the business */

static void tell_business(struct page *p, const struct scene *v)
{
    const struct business *b = set(v);
    char where[SHOW_TEXT * 4];
    page_fact(p, "Name", "%s", show_text(b->name));
    page_fact(p, "E-mail", "%s", show_text(b->email));
    page_fact(p, "Phone", "%s", show_text(b->phone));
    page_fact(p, "Web site", "%s", show_text(b->website));
    page_fact_as(p, b->tax_id && *b->tax_id ? LOOK_PLAIN : LOOK_WARN, "Tax id",
                 b->tax_id && *b->tax_id ? b->tax_id : "none yet");
    page_fact(p, "Registration", "%s", show_text(b->registration));
    page_fact(p, "Bank account", "%s", show_text(b->bank));
    show_address_line(where, sizeof where, b->address);
    page_fact_as(p, *where ? LOOK_PLAIN : LOOK_WARN, "Address", *where ? where : "none yet");
    page_fact(p, "Base currency", "%s", show_text(b->currency));
    page_fact(p, "Time zone", "%s", show_text(b->time_zone));
    page_fact(p, "Tax rules of", "%s", b->country && *b->country ? b->country : "the country of the address");
    page_quote(p, "Tax representative", b->representative);
    if (b->closed_until)
        page_fact(p, "Books closed to", "%s", date_short((char[DATE_TEXT]){0}, b->closed_until));
    if (b->charges_most.amount)
        page_money(p, "Bank charges up to", LOOK_PLAIN, b->charges_most, NULL);
}

static const struct give business_gives[] = {{.field = "business.name", .must = true, .width = 40},
                                             {.field = "business.email", .width = 40},
                                             {.field = "business.phone", .width = 24},
                                             {.field = "business.website", .width = 40},
                                             {.field = "business.tax_id", .width = 24},
                                             {.field = "business.registration", .width = 40},
                                             {.field = "business.bank", .width = 44},
                                             {0}};
static const struct give address_gives[] = {{.field = "business.address.street", .width = 40},
                                            {.field = "business.address.street2", .width = 40},
                                            {.field = "business.address.code", .width = 12},
                                            {.field = "business.address.city", .width = 30},
                                            {.field = "business.address.state", .width = 30},
                                            {.field = "business.address.country", .width = 30},
                                            {0}};
static const struct give rules_gives[] = {{.field = "business.currency", .must = true, .width = 5},
                                          {.field = "business.time_zone", .must = true, .width = 30},
                                          {.field = "business.country", .width = 3},
                                          {.field = "business.representative"},
                                          {0}};

static const struct give books_gives[] = {{.field = "business.closed_until", .empty = "none"},
                                          {.field = "business.charges_most", .empty = "none"},
                                          {0}};

static const struct act business_acts[] = {{.key = 'e',
                                            .name = "change",
                                            .help = "Change its name, how it is reached, its numbers",
                                            .gives = business_gives,
                                            .done = "Saved.",
                                            CHANGES},
                                           {.key = 'a',
                                            .name = "address",
                                            .help = "Change its address",
                                            .gives = address_gives,
                                            .done = "Saved.",
                                            CHANGES},
                                           {.key = 't',
                                            .name = "rules",
                                            .help = "Currency, time zone, tax rules",
                                            .gives = rules_gives,
                                            .done = "Saved.",
                                            CHANGES},
                                           {.key = 'o',
                                            .name = "books",
                                            .help = "Books that are closed, charges of banks",
                                            .gives = books_gives,
                                            .done = "Saved.",
                                            CHANGES},
                                           {0}};

const struct book book_business = {
    .name = "business", .title = "Business", .tell = tell_business, .acts = business_acts, SETTINGS};

/* --- what its customers may */

static void tell_portal(struct page *p, const struct scene *v)
{
    const struct business *b = set(v);
    page_fact(p, "May edit details", "%s", yes_no(b->customers_edit));
    page_fact(p, "Part payments", "%s", yes_no(b->partial_payments));
    page_fact(p, "May forward", "%s", yes_no(b->customers_forward));
    page_fact(p, "Documents by code", "%s",
              b->no_codes ? "no"
                          : scene_text(v, "%" PRId64 " days", b->code_days ? b->code_days : CODE_DAYS));
    page_fact(p, "Receipts by mail", "%s", yes_no(!b->no_receipts));
    page_fact(p, "Mail to us", "%s", yes_no(b->notify_business));
    page_fact(p, "Mail to customers", "%s", yes_no(b->notify_customer));
    page_quote(p, "Banner", b->banner);
}

static const struct give portal_gives[] = {
    {.field = "business.banner"},
    {.field = "business.customers_edit"},
    {.field = "business.partial_payments"},
    {.field = "business.customers_forward"},
    {.field = "business.no_codes"},
    {.field = "business.code_days", .unit = "days", .empty = "empty for 60", .width = 6},
    {.field = "business.no_receipts"},
    {.field = "business.notify_business"},
    {.field = "business.notify_customer"},
    {0}};

static const struct act portal_acts[] = {{.key = 'e',
                                          .name = "change",
                                          .help = "Change what customers see and may",
                                          .gives = portal_gives,
                                          .done = "Saved. Customers see it at once.",
                                          CHANGES},
                                         {0}};

const struct book book_portal = {
    .name = "portal", .title = "Portal", .tell = tell_portal, .acts = portal_acts, SETTINGS};

/* --- how its documents begin */

static void tell_documents(struct page *p, const struct scene *v)
{
    const struct business *b = set(v);
    page_fact(p, "Invoices due in", "%" PRId64 " days", b->terms_days);
    page_fact(p, "Estimates open", "%" PRId64 " days", b->estimate_days);
    page_fact(p, "Tax on each line", "%s", yes_no(b->tax_per_line));
    page_quote(p, "Statement", b->statement);
    page_quote(p, "Notes", b->notes);
    page_quote(p, "Terms", b->terms);
}

static const struct give documents_gives[] = {{.field = "business.terms_days", .unit = "days", .width = 6},
                                              {.field = "business.estimate_days", .unit = "days", .width = 6},
                                              {.field = "business.tax_per_line"},
                                              {.field = "business.statement"},
                                              {.field = "business.notes"},
                                              {.field = "business.terms"},
                                              {0}};

static const struct act documents_acts[] = {{.key = 'e',
                                             .name = "change",
                                             .help = "Change how new documents begin",
                                             .gives = documents_gives,
                                             .done = "Saved. New documents begin so.",
                                             CHANGES},
                                            {0}};

const struct book book_documents = {
    .name = "documents", .title = "Documents", .tell = tell_documents, .acts = documents_acts, SETTINGS};
