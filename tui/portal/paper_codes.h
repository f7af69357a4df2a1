/* What is done about the codes that open a document, for its acts; the codes themselves are a book (paper_codes.c). */
#ifndef PORTAL_PAPER_CODES_H
#define PORTAL_PAPER_CODES_H
#include "tui/portal/books.h"

bool code_is_sent(const struct scene *v);
bool code_is_unsent(const struct scene *v);
const char *code_can(const struct scene *v);
void code_of_this(const struct scene *v, const void *in, void *send);
void code_explained(struct page *p);
void code_review(struct page *p, const struct scene *v, const void *in);
const char *code_told(const struct scene *v, const void *out);

/* Sent with a code, where it was not sent yet; a code alone, where it was; and those there are. Stands on what paper_acts.c has. */
#define CODES(sends, asks)                                                                            \
    {ACT('M', "sendcode", "Send it, and mail a code that opens it without an account", sends),        \
     .offered = code_is_unsent,                                                                       \
     .possible = can_send,                                                                            \
     .complete = with_code,                                                                           \
     .agree = AGREE_YES,                                                                              \
     .question = (asks),                                                                              \
     .yes = "Send it",                                                                                \
     .busy = "Sending…",                                                                              \
     .review = review_send_code,                                                                      \
     .done = "Sent, and a code is on its way. {codes} shows whom it went to."},                       \
        {ACT('M', "code", "Mail a code that opens it without an account", OPNO_code_send),            \
         .offered = code_is_sent,                                                                     \
         .possible = code_can,                                                                        \
         .complete = code_of_this,                                                                    \
         .agree = AGREE_YES,                                                                          \
         .question = "Mail a code?",                                                                  \
         .yes = "Mail it",                                                                            \
         .busy = "Sending…",                                                                          \
         .review = code_review,                                                                       \
         .told = code_told},                                                                          \
    {                                                                                                 \
        ACT('K', "codes", "Codes that open it: whom they went to, taking them back", OPNO_code_list), \
            .offered = code_is_sent, GOES(&book_codes, scene_id)                                      \
    }
#endif
