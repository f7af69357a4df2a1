/* Reminders of what is owed (F6): rules, whom they are about, the mail, late fees (docs/decisions/reminders.md, late-fee.md).
 *
 * What is sent is planned first, from what the store says now; a preview, the rules and people by hand make the same of it. A KIND_REMINDED record
 * is written in the transaction that queues the mails and charges the fees: under (invoice, rule) there is one at most. */
#ifndef SERVER_OPS_REMINDER_H
#define SERVER_OPS_REMINDER_H
#include "server/core/call.h"

#define REMINDER_RULES_MOST 20
#define REMINDER_PARTS_MOST 200 /* invoices that one reminder names */

/* --- the rules (reminder_rule.c) ---------------------------------------------------------------------------------------- */
/* All of them by their days, with their step; those that there are at first where none was ever changed. */
enum err reminder_rules(struct call *c, struct reminder_rule_list *rules) MUST_USE;
const struct reminder_rule *reminder_rule_of(const struct reminder_rule_list *rules, uint64_t id); /* NULL */
/* Is the day one of the business's quiet days? */
bool reminder_is_quiet(const char *quiet, int32_t day);
/* A sentence's end; NULL: nothing is wrong. */
const char *reminder_quiet_wrong(struct call *c, const char *quiet);
/* What the rules say was changed: the round of today begins anew where they are switched on. `b` is about to be stored (NULL: store it). */
enum err reminder_anew(struct call *c, struct business *b) MUST_USE;

/* --- whom it is about (reminder_plan.c) --------------------------------------------------------------------------------- */
struct reminder_ask {
    uint64_t customer;
    struct id_list invoices; /* of it; none: all that is late, and (by the rules) what has a step */
    const struct reminder_rule_list *rules;
    uint64_t rule; /* whose text; 0: of the furthest step */
    bool by_hand, no_fee;
};
struct reminder_plan {
    struct customer of;
    struct reminded_part_list parts;
    struct reminder_left_list left;
    const struct reminder_rule *rule; /* whose text; NULL: nothing is to be sent */
    struct money total, fees;
    int32_t oldest; /* days late */
    bool today;     /* something is left out because it was reminded of today */
};
/* By the rules, `rule` stays NULL unless a step's time has come. Damage of its records: ERR_DAMAGED. */
enum err reminder_plan(struct call *c, const struct reminder_ask *ask, struct reminder_plan *plan) MUST_USE;
/* Somebody promised to pay by that day, which is not over: *why, else it stays. 0: nobody did. Nothing is asked for, or taken, before. */
enum err reminder_promised(struct call *c, int32_t until, const char **why) MUST_USE;
/* Why a customer, or an invoice, is not to be reminded now; *why NULL: it may be. */
enum err reminder_bar_customer(struct call *c, const struct customer *of, const char **why) MUST_USE;
enum err reminder_bar(struct call *c, const struct document_remind *d, const char **why) MUST_USE;
/* When it was last reminded of and by which step, in words; *said stays where it was not. */
enum err reminder_said(struct call *c, uint64_t invoice, const char **said) MUST_USE;
/* The next customer, from *customer on, that owes anything. ERR_NOT_FOUND. */
enum err reminder_debtor(struct call *c, uint64_t *customer) MUST_USE;

/* --- the mail (reminder_text.c) ------------------------------------------------------------------------------------------ */
/* What is wrong with a text of a rule; one line: without what takes several. NULL: nothing. */
const char *reminder_text_wrong(struct call *c, const char *text, bool one_line);
/* Subject and text for a plan; of a fee without a number: as a preview says it. */
enum err reminder_write(struct call *c, const struct reminder_plan *plan, const char **subject,
                        const char **text) MUST_USE;

/* --- sending, late fees (reminder_make.c) --------------------------------------------------------------------------------- */
/* Charges the fees of the plan, queues the mails, writes record and events. `to` gets the numbers of the mails. ERR_NO_EMAIL: `to` is empty. */
enum err reminder_make(struct call *c, struct reminder_plan *plan, const char *by,
                       struct reminded_mail_list *to) MUST_USE;
/* An event about an invoice that staff see. */
enum err reminder_event(struct call *c, uint64_t invoice, int what, struct money amount,
                        const char *text) MUST_USE;
/* The late fee that was charged goes, if nothing happened to it yet. */
enum err reminder_take_back(struct call *c, uint64_t fee_invoice, const char *why) MUST_USE;
/* A payment of that day settled it: what it was charged for being late, though it was not, goes. */
enum err reminder_paid(struct call *c, const struct document *invoice, int32_t day) MUST_USE;
#endif
