/* Things of the business in the words that every face uses, and how they stand out. Texts that came from somebody stay as they are: the
 * canvas, or whoever else shows them, neutralises them. Functions that take a buffer return it. */
#ifndef PROTO_PAPER_SHOW_H
#define PROTO_PAPER_SHOW_H
#include "common/shape.h"
#include "common/page.h"

#define SHOW_TEXT 64
/* "EUR 1,200.00", "−EUR 120.00"; "" without a currency. */
char *show_money(char buffer[SHOW_TEXT], struct money m);
/* The same without the currency: "1,200.00". */
char *show_amount(char buffer[SHOW_TEXT], struct money m);
/* A decimal of six places, grouped, as short as it is exact, with at least `places` places. */
char *show_decimal(char buffer[SHOW_TEXT], int64_t decimal, int places);
/* "20 Nov", and with the year when that is not today's. "" for 0. */
char *show_day(char buffer[SHOW_TEXT], int32_t day, int32_t today);
/* "20 Nov 09:14" in the business's time, by the rules of its zone at that instant; with the year instead of the time when that is another one. "" for 0. */
char *show_when(char buffer[SHOW_TEXT], int64_t instant, const char *zone, int32_t today);
/* "5 min ago", "3 h ago", "yesterday", "9 days ago" */
char *show_since(char buffer[SHOW_TEXT], int64_t instant, int64_t now);
/* What a due date or last day means today: "due in 12 days", "due today", "overdue 3 days"; estimates: "9 more days",
 * "last day today", "expired 3 days ago". "" when the document waits for nothing. */
char *show_due(char buffer[SHOW_TEXT], int kind, int status, int32_t due, int32_t today);
/* When the deposit on an estimate is asked for, and what of the total it is: "30 % of the total, due at once when it is accepted". */
#define SHOW_DEPOSIT 160
char *show_deposit(char buffer[SHOW_DEPOSIT], const struct document *estimate);
#define SHOW_BEING_PAID "being paid"     /* a payment of it is under way */
const char *show_status(int doc_status); /* "partly paid" */
enum look show_status_look(int doc_status);
const char *show_pay_state(int pay_status); /* also of a state: "succeeded" → "paid" */
enum look show_pay_state_look(int pay_status);
/* What one that is pending waits for, in sentences. */
char *show_pending(char *buffer, size_t size, const struct payment *p);
/* … and how it ends: "It ends by itself …, or when it is called off." "" of one that its gateway settles. today: of who reads it. */
char *show_ending(char *buffer, size_t size, const struct payment *p, const char *zone, int32_t today);
#define SHOW_AT_PAGE \
    "It is not paid yet: it is paid at the page of the gateway. As soon as it is, this changes by itself."
const char *show_pay_mode(int pay_mode);
/* How it was paid: "Visa ending 1111"; what moved no money carries the name of its gateway: "sandbox: Visa ending 1111". */
#define SHOW_WITH 424
char *show_with(char buffer[SHOW_WITH], const struct payment *p);
/* Which credit was used before it: "EUR 750.00 first: RET-000001, CN-000001"; "" for none. As much of the numbers as fits. */
char *show_credit_used(char buffer[SHOW_WITH], const struct payment *p);
char *show_row_with(char buffer[SHOW_WITH], const struct payment_row *p);
/* What a member of staff or a token may: "look", "the daily work", "everything". */
const char *show_may(int role);
const char *show_access(int access);
const char *show_mail(int template); /* "Invitation" */
const char *show_means(int means);   /* how a session was opened: "SSH key" */
/* What happened, as said to a customer or to staff: "sent by Ana", "new comment from Maria: “…”". Without the number. */
char *show_event(char *buffer, size_t size, const struct event *e, bool to_customer);
enum look show_event_look(const struct event *e);
/* The same in a table that says who beside it: "sign-in refused", "changed". */
const char *show_what(int what);
/* Who did it, also when nobody is named: "the system". */
const char *show_who(const struct event *e);
const char *show_subject(int subject); /* "SSH key" */
/* An address as lines; what is empty is left out. Returns how many there are; their texts are the address's, and `city` when it is needed. */
#define SHOW_ADDRESS_LINES 6
size_t show_address_lines(const char *lines[SHOW_ADDRESS_LINES], char *city, size_t size,
                          const struct address *a);
/* One line: "12 Quay Street, H91 X2Y3 Galway, Ireland". */
char *show_address_line(char *buffer, size_t size, const struct address *a);
/* Who sends a document, in one line: name, address and VAT number. "" for NULL. */
char *show_party(char *buffer, size_t size, const struct party *p);
/* "19 %", "5 + 9.975 %"; of a line. named: with the names of its taxes, "GST 5 %", where a document has several. */
char *show_taxes(char *buffer, size_t size, const struct line *l, bool named);
/* Of a document whose prices contain the tax: a line's price of one without it, to six places. False where there is none to tell. */
/* What arrived in another currency, at which rate, and who says so; "" for a payment in its own. */
#define SHOW_EXCHANGE 600
char *show_exchange(char buffer[SHOW_EXCHANGE], const struct payment *p);
/* A deposit that an invoice deducts: what it is called, and what it takes off, as the prices of the invoice are: with tax, or without. */
char *show_deduction(char *buffer, size_t size, const struct deduction *x);
struct money show_deducted(const struct document *d, const struct deduction *x);
bool show_price_without_tax(char buffer[SHOW_TEXT], const struct document *d, const struct line *l);
/* What is taxed how, in words: "Reverse charge: reason", "VAT (zero-rated)". */
char *show_tax(char *buffer, size_t size, const struct tax_sum *t);
/* Where somebody was, as people say it: the daemon's "ipc uid 1000" is "this machine". "" for NULL. */
const char *show_place(const char *place);
const char *show_machine(const char *place); /* the same of a session: "this machine" for none, too */
/* Where a session was opened, and the other end of one that went on for another customer: "now at Two Ltd, ssh 192.0.2.7". */
#define SHOW_SESSION 500
char *show_session(char buffer[SHOW_SESSION], const struct session *s);
/* NULL-safe text. */
static inline const char *show_text(const char *text)
{
    return text ? text : "";
}
#define MAIL_CODE_PLACE "{code}" /* stands in a mail for a code that was not asked for, or is gone */
/* Why what an event is about can not be opened here. */
const char *show_closed(int subject);
#endif
