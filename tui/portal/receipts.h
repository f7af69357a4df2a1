/* The receipt of a payment (E12, D9): mailed once more, or saved as PDF. For its acts, on a payment that was read. */
#ifndef PORTAL_RECEIPTS_H
#define PORTAL_RECEIPTS_H
#include "tui/portal/books.h"

const char *receipt_is_there(const struct scene *v);
bool receipt_is_kept_here(
    const struct scene *v); /* or over ssh, where no disk is one's own: then it is told how */
bool receipt_is_kept_elsewhere(const struct scene *v);
void receipt_review(struct page *p, const struct scene *v, const void *in);
const char *receipt_told(const struct scene *v, const void *out);
void receipt_tell_command(struct page *p, const struct scene *v);
extern const struct keeps receipt_file;
#define RECEIPTS                                                                                          \
    {.key = 's',                                                                                          \
     .name = "receipt",                                                                                   \
     .help = "Send its receipt by mail once more",                                                        \
     .op = OPNO_receipt_send,                                                                             \
     .possible = receipt_is_there,                                                                        \
     .agree = AGREE_YES,                                                                                  \
     .question = "Send this receipt?",                                                                    \
     .yes = "Send it",                                                                                    \
     .review = receipt_review,                                                                            \
     .busy = "Writing…",                                                                                  \
     .told = receipt_told,                                                                                \
     .quiet = true},                                                                                      \
        {.key = 'd',                                                                                      \
         .name = "save",                                                                                  \
         .help = "Save its receipt as PDF",                                                               \
         .op = OPNO_receipt_pdf,                                                                          \
         .offered = receipt_is_kept_here,                                                                 \
         .possible = receipt_is_there,                                                                    \
         .busy = "Setting the page…",                                                                     \
         .keeps = &receipt_file},                                                                         \
    {                                                                                                     \
        .key = 'd', .name = "saving", .help = "How to save its receipt as PDF", .op = OPNO_receipt_pdf,   \
        .offered = receipt_is_kept_elsewhere, .possible = receipt_is_there, .tells = receipt_tell_command \
    }
#endif
