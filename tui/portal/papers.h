/* What the lists of documents of each kind, one of them, and what is done with it have in common. */
#ifndef PORTAL_PAPERS_H
#define PORTAL_PAPERS_H
#include "proto/paper/paper.h"
#include "tui/portal/books.h"

/* The record that was read, as its painter and its page have it. */
struct document_view paper_view(const struct scene *v);
const char *paper_money(const struct scene *v, struct money m);
static inline const struct document *paper_of(const struct scene *v)
{
    return ((const struct document_get_out *)v->out)->document;
}
static inline bool for_staff(const struct scene *v)
{
    return v->me->role != ROLE_CUSTOMER;
}
/* An invoice that waits for money. */
static inline bool paper_waits(int status)
{
    return status == STATUS_OPEN || status == STATUS_OVERDUE || status == STATUS_PARTLY_PAID;
}
/* What changed between what was read and what there is now. */
void paper_differs(struct page *p, const struct scene *was, const void *is);
/* Answering an estimate, and making an invoice of it: for its acts. */
extern const struct give answer_signs[], convert_gives[];
const char *answer_can(const struct scene *v);
const char *answer_word(const struct scene *v, const void *in);
void answer_review(struct page *p, const struct scene *v, const void *in);
void answer_before(struct page *p, const struct scene *v);
void answer_accepts(const struct scene *v, const void *in, void *send);
const char *answer_told(const struct scene *v, const void *out);
void answer_declines(const struct scene *v, const void *in, void *send);
bool convert_is_open(const struct scene *v);
const char *convert_can(const struct scene *v);
void convert_before(struct page *p, const struct scene *v);
const char *convert_told(const struct scene *v, const void *out);
uint64_t convert_made(const struct scene *v, const void *out);
/* Choosing by what an invoice can be paid: for its acts. */
extern const struct give offering_gives[];
const char *offering_can(const struct scene *v);
void offering_these(const struct scene *v, const void *in, void *send);
/* Paying an invoice: for its acts. */
uint64_t paying_under_way(const struct scene *v); /* its payment that is pending, for its customer; 0: none */
bool paying_is_under_way(const struct scene *v);
const char *paying_can_look(const struct scene *v);
bool paying_is_here(const struct scene *v);
bool paying_otherwise(const struct scene *v);
bool paying_both_ways(const struct scene *v); /* here, and by transfer */
const char *paying_can_hear(const struct scene *v);
bool paying_is_open(const struct scene *v);
const char *paying_can_pay(const struct scene *v);
bool paying_has_code(const struct scene *v);
const char *paying_can_draw(const struct scene *v);
void paying_tells_code(struct page *p, const struct scene *v);
extern const struct act acts_on_estimate[], acts_on_invoice[], acts_on_retainer[], acts_on_credit_note[];
#endif
