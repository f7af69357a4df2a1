/* What the handlers of bank statements share (E15). A statement arrives in stretches of lines; until the last of them its record is `coming`, its
 * lines are LINE_COMING, and nothing of it counts. Then, in one transaction, it is seen to add up and to go on where the last one of its account
 * ended, lines that an earlier statement had are dropped, and each of the others books, waits, or went out. Why so: docs/decisions/bank-statements.md. */
#ifndef SERVER_OPS_BANK_H
#define SERVER_OPS_BANK_H
#include "server/core/call.h"

#define BANK_CANDIDATES 20

/* --- lines (bank_line.c) */
/* Fills what the server makes of a line that came: the digests, last characters of the account. `account`: the statement's. */
void bank_line_take(struct call *c, const char *account, struct statement_line *l);
/* Which it is among equal ones of its statement, and whether an earlier statement had that one: l->nth, l->known. ERR_INVALID for too many alike. */
enum err bank_line_place(struct call *c, struct statement_line *l) MUST_USE;
/* Fills *line, in the arena. ERR_NOT_FOUND, also for one that still arrives. */
enum err bank_line_of(struct call *c, uint64_t id, struct statement_line **line) MUST_USE;
/* What stands in a payment as its reference. */
const char *bank_line_says(struct call *c, const struct statement_line *l);

/* --- whose it is (bank_match.c, bank_text.c) */
/* The invoice whose creditor reference it bears, be it open or not: id, or 0. Of several different ones in the text: 0. */
uint64_t bank_reference(const struct statement_line *l);
/* The invoice that it pays exactly, by its reference, amount and currency, with nothing else under way; *exact false: none. */
enum err bank_exact(struct call *c, const struct statement_line *l, struct document *invoice,
                    bool *exact) MUST_USE;
/* Whose it may be, the likeliest first, at most BANK_CANDIDATES. Of one that does not wait: none. */
enum err bank_candidates(struct call *c, const struct statement_line *l,
                         struct bank_candidate_list *out) MUST_USE;
/* What banks on the way may have kept of it, at most, in minor units of its currency: as the file says, or as the business allows. */
enum err bank_charges_most(struct call *c, const struct statement_line *l, int64_t *most) MUST_USE;
/* The likeliest in words, as l->guess. */
enum err bank_guess(struct call *c, struct statement_line *l) MUST_USE;

/* --- what was taken back (bank_return.c) */
/* Why, in words: of the codes of ISO 20022 those that are met; any other as it stands. In the arena. */
const char *bank_return_words(struct call *c, const char *code);
/* The payment that it takes back, by its reference, with exactly its amount and currency, of which nothing was given back; and no other one that it could be.
 * *exact false: none. */
enum err bank_takes_back(struct call *c, const struct statement_line *l, struct payment *payment,
                         bool *exact) MUST_USE;
/* That happens: the payment is reversed, what it settled is due again. Stores the payment; the caller stores the line. ERR_STATE, ERR_INVALID. */
enum err bank_take_back(struct call *c, struct statement_line *l, struct payment *p) MUST_USE;
/* Those that it may take back; out->v has room for BANK_CANDIDATES. */
enum err bank_return_candidates(struct call *c, const struct statement_line *l,
                                struct bank_candidate_list *out) MUST_USE;
/* "EUR 1,234.50", and all that a line says of itself. In the arena. */
const char *bank_money(struct call *c, struct money m);
const char *bank_all_text(struct call *c, const struct statement_line *l);

/* A text with nothing but its letters and digits, as capitals. In the arena. */
char *bank_squeezed(struct arena *a, const char *text);
/* The numbers that invoices may end with, that stand in a text: digits without zeros before them, each once. */
struct text_list bank_tails(struct arena *a, const char *text);
/* Does the text bear that number, whatever blanks and marks stand in either? */
bool bank_bears(struct arena *a, const char *text, const char *number);
/* Are all words of one name among the other's? */
bool bank_same_name(struct arena *a, const char *one, const char *other);
#endif
