/* What is printed on a document besides its lines: who sends it and to whom, how it is taxed and why not. A document is frozen
 * whole when it is sent (docs/decisions/frozen-papers.md): until then it is shown as it would be sent today, from then on nothing that
 * changes in the settings or at the customer touches it. */
#ifndef SERVER_OPS_FROZEN_H
#define SERVER_OPS_FROZEN_H
#include "server/core/call.h"

/* Puts seller and buyer on a draft as they are today: seller, the customer's name, company and VAT number, and the billing address where
 * the writer gave none of its own. */
enum err paper_fill(struct call *c, struct document *d) MUST_USE;
/* The business as it is today, for a receipt. */
enum err paper_payee(struct call *c, struct party **payee) MUST_USE;

/* Completes how something is taxed: a rate above zero is standard; without a reason given, the usual wording where there is one.
 * Refuses with `path`.category or `path`.reason what does not go together. `names`: of these two fields. */
struct paper_tax {
    const char *category_field, *reason_field; /* dotted paths for refusals */
    int64_t percent;
    int category;
    const char *reason;
};
enum err paper_tax(struct call *c, struct paper_tax *t) MUST_USE;

/* May the invoice be sent? Of a business in the EU: what article 226 of Directive 2006/112/EC wants of an invoice, and this one lacks,
 * is refused by field, with the place where it is filled in. Others: always. The document is filled. */
enum err paper_lawful(struct call *c, const struct document *d) MUST_USE;
#endif
