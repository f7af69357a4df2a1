/* Reminders by rule (F6): whether customers are reminded, the rules, whom they remind next. Whom somebody reminds by hand is in reminding.c. */
#include "proto/paper/show.h"
#include "tui/portal/books.h"
#include <inttypes.h>

/* --- whether, and when not */

static const struct business *set(const struct scene *v)
{
    return ((const struct settings_get_out *)v->out)->business;
}

static const struct reminder_rules_out *rules(const struct scene *v)
{
    return v->also[0];
}

static void tell_set(struct page *p, const struct scene *v)
{
    const struct business *b = set(v);
    const bool held = rules(v) && rules(v)->held;
    page_fact_as(p, b->reminders ? LOOK_GOOD : LOOK_PLAIN, "Reminders",
                 b->reminders ? "on: whom the rules are about is mailed, a round a day" : "off");
    if (held)
        page_fact_as(p, LOOK_WARN, "Mail server", "none: nobody is reminded by the rules until there is one");
    page_fact(p, "Quiet days", "%s", *show_text(b->reminder_quiet) ? b->reminder_quiet : "none");
    if (b->reminder_cap)
        page_fact(p, "Most", "%" PRId64 " reminders of one invoice, then it is for staff", b->reminder_cap);
    else
        page_fact(p, "Most", "as many reminders of one invoice as there are rules");
    if (!b->reminders)
        page_note(p, LOOK_PLAIN, "Before you switch them on: “whom” shows who would be reminded at once.");
}

static const struct also also_rules[] = {{OPNO_reminder_rules, NULL}, {OP_COUNT, NULL}};
static const struct give set_gives[] = {
    {.field = "business.reminders"},
    {.field = "business.reminder_quiet", .width = 40},
    {.field = "business.reminder_cap", .empty = "empty for as many as there are rules", .width = 6},
    {0}};

static uint64_t all(const struct scene *v)
{
    (void)v;
    return 0;
}

static const struct act set_acts[] = {
    {.key = 'e',
     .name = "change",
     .help = "Switch reminders on or off; quiet days, how many",
     .op = OPNO_settings_update,
     .gives = set_gives,
     .begins = "business",
     .note = "Switched on, the rules mail to all that they are about, beginning now.",
     .busy = "Saving…",
     .done = "Saved."},
    {LEADS_TO(ENTER, "rules", "The rules: when, and with which text", OPNO_reminder_rules,
              book_reminder_rules),
     .goes_by = all},
    {LEADS_TO('n', "whom", "Whom they would remind now", OPNO_reminder_next, book_reminder_next),
     .goes_by = all},
    {LEADS_TO('s', "sent", "What was sent", OPNO_reminder_sent, book_reminded), .goes_by = all},
    {0}};

const struct book book_reminders = {.name = "reminders",
                                    .title = "Reminders",
                                    .op = OPNO_settings_get,
                                    .also = also_rules,
                                    .tell = tell_set,
                                    .acts = set_acts,
                                    .live = SUBJECT_BIT(SUBJECT_BUSINESS) | SUBJECT_BIT(SUBJECT_REMINDER)};

/* --- the rules */

static const struct reminder_rule *rule(const struct scene *v)
{
    return v->row;
}

static const char *when(const struct scene *v)
{
    const int64_t days = rule(v)->days, n = days < 0 ? -days : days;
    if (!days)
        return "on the due day";
    return scene_text(v, "%" PRId64 " day%s %s", n, n == 1 ? "" : "s", days < 0 ? "before" : "after");
}

static const char *fee(const struct scene *v)
{
    char text[SHOW_TEXT], percent[SHOW_TEXT];
    const char *flat = rule(v)->fee.amount ? scene_text(v, "%s", show_money(text, rule(v)->fee)) : "";
    const char *part =
        rule(v)->fee_percent ? scene_text(v, "%s %%", show_decimal(percent, rule(v)->fee_percent, 0)) : "";
    return scene_text(v, "%s%s%s", flat, *flat && *part ? " + " : "", part);
}

static const char *fee_spoken(const struct scene *v)
{
    return *fee(v) ? scene_text(v, "late fee %s", fee(v)) : "";
}

static const char *used(const struct scene *v)
{
    return rule(v)->active ? "yes" : "not in use";
}

static const char *used_spoken(const struct scene *v)
{
    return rule(v)->active ? "" : "not in use";
}

static enum look rule_look(const struct scene *v)
{
    return rule(v)->active ? LOOK_PLAIN : LOOK_DIM;
}

static const struct column rule_columns[] = {
    {.field = "step", .says = "step", .width = 4},
    {.field = "name", .title = "Rule", .width = 20, .grow = 1},
    {.field = "days", .title = "When", .width = 15, .text = when},
    {.field = "fee", .width = 16, .drop = 1, .text = fee, .spoken = fee_spoken},
    {.field = "active", .width = 10, .drop = 2, .text = used, .spoken = used_spoken},
    {0}};

static void tell_rule(struct page *p, const struct scene *v)
{
    page_title(p, "%s", show_text(rule(v)->name));
    page_fact(p, "When", "%s the due day", rule(v)->days ? when(v) : "on");
    page_fact_as(p, rule_look(v), "In use", rule(v)->active ? "yes" : "no");
    page_fact(p, "Late fee", "%s", *fee(v) ? scene_text(v, "%s of what is open", fee(v)) : "none");
    page_fact(p, "Subject", "%s", show_text(rule(v)->subject));
    page_quote(p, "Text", rule(v)->text);
}

#define RULE_NAMES                                                                                        \
    "{customer}, {invoices} (the list), {total}, {oldest_days}, {how_to_pay}, {business} stand for what " \
    "they "                                                                                               \
    "say."
static const struct give rule_gives[] = {
    {.field = "rule.name", .must = true, .width = 40},
    {.field = "rule.days",
     .help = "7: a week after; -3: three days before",
     .unit = "days",
     .must = true,
     .width = 6},
    {.field = "rule.subject", .must = true, .width = 60},
    {.field = "rule.text", .must = true},
    {.field = "rule.active"},
    {.field = "rule.fee",
     .heading = "Late fee",
     .help = "Charged once with this step, by an invoice of its own",
     .width = 16},
    {.field = "rule.fee_percent", .help = "Of what is open of each invoice", .unit = "%", .width = 10},
    {0}};

static void review_remove(struct page *p, const struct scene *v, const void *in)
{
    (void)in;
    page_note(p, LOOK_PLAIN, "Nobody is reminded by “%s” any more. What was sent stays on record.",
              show_text(rule(v)->name));
}

static const struct act rule_acts[] = {{.key = 'e',
                                        .name = "change",
                                        .help = "Change when, the text, the late fee",
                                        .op = OPNO_reminder_rule_update,
                                        .gives = rule_gives,
                                        .begins = "rule",
                                        .note = RULE_NAMES,
                                        .busy = "Saving…",
                                        .done = "Saved."},
                                       {.key = '+',
                                        .name = "new",
                                        .help = "Add a rule",
                                        .op = OPNO_reminder_rule_create,
                                        .gives = rule_gives,
                                        .note = RULE_NAMES,
                                        .yes = "Add the rule",
                                        .busy = "Saving…",
                                        .makes = "rule",
                                        .done = "The rule is there."},
                                       {.key = 'x',
                                        .name = "remove",
                                        .help = "Remove a rule",
                                        .op = OPNO_reminder_rule_delete,
                                        .agree = AGREE_YES,
                                        .question = "Remove this rule?",
                                        .yes = "Remove it",
                                        .busy = "Removing…",
                                        .review = review_remove,
                                        .done = "Removed."},
                                       {0}};

static const char *rule_name(const struct scene *v)
{
    return rule(v)->name;
}

const struct book book_reminder_rules = {.name = "reminder rules",
                                         .title = "Reminder rules",
                                         .noun = "rule",
                                         .empty = "There are none: nobody is reminded.",
                                         .op = OPNO_reminder_rules,
                                         .rows = "rules",
                                         .one = "id",
                                         .columns = rule_columns,
                                         .tell = tell_rule,
                                         .name_of = rule_name,
                                         .look = rule_look,
                                         .acts = rule_acts,
                                         .live = SUBJECT_BIT(SUBJECT_REMINDER)};

/* --- whom they remind next */

static const struct reminder_row *next(const struct scene *v)
{
    return v->row;
}

static uint64_t next_id(const void *row)
{
    return ((const struct reminder_row *)row)->customer;
}

static const char *late(const struct scene *v)
{
    const int64_t days = next(v)->oldest;
    return days > 0 ? scene_text(v, "%" PRId64 " day%s", days, days == 1 ? "" : "s") : "not late";
}

static const char *fees(const struct scene *v)
{
    char text[SHOW_TEXT];
    return next(v)->fees.amount ? scene_text(v, "%s", show_money(text, next(v)->fees)) : "";
}

static const char *fees_spoken(const struct scene *v)
{
    return *fees(v) ? scene_text(v, "late fees %s", fees(v)) : "";
}

static const struct column next_columns[] = {
    {.field = "customer_name", .title = "Customer", .width = 24, .grow = 1},
    {.field = "step", .says = "step", .width = 4},
    {.field = "invoices", .says = "invoices:", .width = 8, .drop = 2},
    {.field = "oldest", .title = "Late", .says = "late:", .width = 9, .drop = 1, .text = late},
    {.field = "fees", .title = "Late fees", .width = 12, .drop = 3, .text = fees, .spoken = fees_spoken},
    {.field = "total", .says = "asks for", .width = 16},
    {0}};

const struct book book_reminder_next = {.name = "reminder next",
                                        .title = "Whom the rules remind next",
                                        .noun = "customer",
                                        .empty = "Nobody: no step's time has come.",
                                        .op = OPNO_reminder_next,
                                        .rows = "customers",
                                        .row_id = next_id,
                                        .opens = &book_remind,
                                        .columns = next_columns,
                                        .acts = (const struct act[]){{0}},
                                        .live = SUBJECT_BIT(SUBJECT_INVOICE) | SUBJECT_BIT(SUBJECT_PAYMENT) |
                                                SUBJECT_BIT(SUBJECT_REMINDER)};
