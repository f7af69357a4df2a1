/* Statements of the accounts at the bank (E15), and how CSV files of banks are read. */
#include "common/date.h"
#include "proto/paper/show.h"
#include "tui/portal/books.h"
#include <inttypes.h>
#include <string.h>

static const struct statement *statement(const struct scene *v)
{
    return v->row;
}

static const char *days(const struct scene *v)
{
    char from[DATE_TEXT], until[DATE_TEXT];
    const struct statement *s = statement(v);
    date_short(from, s->from);
    date_short(until, s->until);
    return *from && s->from != s->until ? scene_text(v, "%s – %s", from, until) : scene_text(v, "%s", until);
}

static const char *proved(const struct scene *v)
{
    return statement(v)->unproved ? "no balances" : "adds up";
}

static enum look proved_look(const struct scene *v)
{
    return statement(v)->unproved ? LOOK_WARN : LOOK_PLAIN;
}

static const struct column columns[] = {
    {.field = "account", .width = 22, .grow = 1},
    {.field = "number", .says = "number", .width = 6},
    {.field = "until", .title = "Days", .width = 25, .drop = 1, .text = days},
    {.field = "closing", .title = "Balance", .says = "balance", .width = 13},
    {.field = "lines", .says = "lines:", .width = 5},
    {.field = "unproved", .title = "Proof", .width = 11, .drop = 2, .text = proved, .look = proved_look},
    {0}};

static void tell(struct page *p, const struct scene *v)
{
    const struct statement *s = statement(v);
    page_title(p, "Statement %s of %s", show_text(s->number), show_text(s->account));
    page_fact(p, "Days", "%s", days(v));
    page_money(p, "Opening balance", LOOK_PLAIN, s->opening, NULL);
    page_money(p, "Closing balance", LOOK_STRONG, s->closing, NULL);
    page_fact(p, "Lines", "%" PRId64 ", of which %" PRId64 " were here already", s->lines, s->known);
    page_fact(p, "File", "%s %s", show_text(s->format), show_text(s->file));
    page_fact(p, "Brought in", "%s by %s", scene_when(v, s->created), show_text(s->by));
    if (s->unproved)
        page_note(p, LOOK_WARN, "The file says no balances: nothing proves that no line is missing.");
}

static uint64_t all_lines(const struct scene *v)
{
    (void)v;
    return 0;
}

static void how(struct page *p, const struct scene *v)
{
    (void)v;
    page_title(p, "Taking in a statement");
    page_note(p, LOOK_PLAIN,
              "Statements come as files from your bank: camt.053, MT940 or CSV. On your machine:");
    page_note(p, LOOK_STRONG, "posternctl bank import FILE");
    page_note(p, LOOK_PLAIN,
              "--dry-run only says what would become of it. A CSV file needs --mapping NAME: which column is "
              "what.");
    page_note(p, LOOK_PLAIN,
              "What does not add up, or does not go on where the last one ended, stays out whole. "
              "The same file again changes nothing.");
}

static const struct act acts[] = {
    {LEADS_TO(ENTER, "open", "Its lines", OPNO_bank_lines, book_bank_lines), .about = ABOUT_ROW,
     .goes_by = scene_id},
    {LEADS_TO('l', "lines", "The lines of all statements", OPNO_bank_lines, book_bank_lines),
     .about = ABOUT_ALL, .goes_by = all_lines},
    {LEADS_TO('w', "reconcile", "The books, the gateways and the bank side by side", OPNO_report_reconcile,
              book_reconcile),
     .about = ABOUT_ALL},
    {.key = 'i',
     .name = "import",
     .help = "How a statement is taken in",
     .op = OPNO_bank_statements,
     .about = ABOUT_ALL,
     .tells = how},
    {LEADS_TO('c', "csv", "How CSV files are read", OPNO_bank_mappings, book_bank_mappings),
     .about = ABOUT_ALL, .goes_by = all_lines},
    {0}};

const struct book book_bank_statements = {.name = "statements",
                                          .title = "Bank statements",
                                          .noun = "statement",
                                          .empty = "No statements yet. {import} says how they come in.",
                                          .op = OPNO_bank_statements,
                                          .rows = "statements",
                                          .one = "statement",
                                          .columns = columns,
                                          .tell = tell,
                                          .acts = acts,
                                          .live = SUBJECT_BIT(SUBJECT_BUSINESS)};

/* --- CSV files */

static const struct bank_mapping *mapping(const struct scene *v)
{
    return v->row;
}

static const struct column mapping_columns[] = {
    {.field = "name", .title = "Mapping", .width = 16, .grow = 2, .sorts = true},
    {.field = "account", .width = 22, .grow = 1},
    {.field = "date_column", .title = "Day in", .says = "the day in", .width = 12, .grow = 1},
    {.field = "text_column", .title = "Text in", .says = "the text in", .width = 14, .grow = 1, .drop = 1},
    {0}};

static const char *semicolon(const struct scene *v)
{
    (void)v;
    return ";";
}

static const char *dmy(const struct scene *v)
{
    (void)v;
    return "dmy";
}

static const struct give gives[] = {
    {.field = "mapping.name"},
    {.field = "mapping.account"},
    {.field = "mapping.currency"},
    {.field = "mapping.delimiter", .first = semicolon},
    {.field = "mapping.date_order", .first = dmy},
    {.field = "mapping.decimal_point"},
    {.field = "mapping.windows_1252"},
    {.field = "mapping.skip"},
    {.field = "mapping.date_column", .heading = "Columns, by their names in the file"},
    {.field = "mapping.amount_column"},
    {.field = "mapping.credit_column"},
    {.field = "mapping.debit_column"},
    {.field = "mapping.balance_column"},
    {.field = "mapping.name_column"},
    {.field = "mapping.iban_column"},
    {.field = "mapping.text_column"},
    {.field = "mapping.reference_column"},
    {0}};

static void tell_mapping(struct page *p, const struct scene *v)
{
    const struct bank_mapping *m = mapping(v);
    page_title(p, "Mapping %s", show_text(m->name));
    page_fact(p, "Account", "%s %s", show_text(m->account), show_text(m->currency));
    page_fact(p, "Day", "%s", show_text(m->date_column));
    if (*show_text(m->amount_column))
        page_fact(p, "Amount", "%s", show_text(m->amount_column));
    else
        page_fact(p, "In and out", "%s, %s", show_text(m->credit_column), show_text(m->debit_column));
    page_fact(p, "Balance", "%s",
              *show_text(m->balance_column) ? m->balance_column
                                            : "none: nothing proves that no line is missing");
    page_fact(p, "Name and text", "%s, %s", show_text(m->name_column), show_text(m->text_column));
}

static const char *mapping_name(const struct scene *v)
{
    return show_text(mapping(v)->name);
}

static void review_removal(struct page *p, const struct scene *v, const void *in)
{
    (void)in;
    page_note(p, LOOK_PLAIN, "Files can not be read by “%s” from then on. What came in stays.",
              mapping_name(v));
}

static const struct act mapping_acts[] = {
    {.key = '+',
     .name = "new",
     .help = "Say how a bank's CSV files are read; one of that name is replaced",
     .op = OPNO_bank_mapping_set,
     .about = ABOUT_ALL,
     .gives = gives,
     .yes = "Keep it",
     .busy = "Saving…",
     .done = "Kept. Use it with posternctl bank import --mapping."},
    {.key = 'x',
     .name = "remove",
     .help = "Forget it",
     .op = OPNO_bank_mapping_remove,
     .agree = AGREE_YES,
     .question = "Forget this mapping?",
     .yes = "Forget it",
     .review = review_removal,
     .busy = "Removing…",
     .done = "Forgotten."},
    {0}};

const struct book book_bank_mappings = {.name = "mappings",
                                        .title = "CSV files of banks",
                                        .noun = "mapping",
                                        .empty = "No mappings yet.",
                                        .op = OPNO_bank_mappings,
                                        .rows = "mappings",
                                        .one = "mapping",
                                        .columns = mapping_columns,
                                        .tell = tell_mapping,
                                        .name_of = mapping_name,
                                        .acts = mapping_acts,
                                        .live = SUBJECT_BIT(SUBJECT_BUSINESS)};
