/* A page as a PDF on A4 paper: the only file that sees Pango and Cairo is page_pdf.c. In the daemon and not beside the page as text, for programs of
 * people get the bytes: they need neither the libraries nor fonts. */
#ifndef SERVER_PAPER_PAGE_PDF_H
#define SERVER_PAPER_PAGE_PDF_H
#include "common/page.h"
#include "common/shape.h"

#define PAGE_PDF_MOST (512 * 1024) /* bytes of one */

struct page_pdf {
    const char *file;           /* what a file of it is called */
    const char *title, *author; /* in its metadata; the title also at the foot of each sheet */
    int32_t day;                /* the day it says it was made on, so that the same page is the same bytes */
};
/* Facts with their labels, amounts below each other at their last digit, sentences; on as many sheets as it takes. What a phone reads, what is
 * copied and what is secret is left out. Its text can be marked and searched. Takes milliseconds, the first one tenths of a second: not for a
 * thread that answers. From any thread. The bytes are the arena's. ERR_TOO_LARGE: over PAGE_PDF_MOST; ERR_INTERNAL, after a line in the log: a library
 * or every font is missing. */
enum err page_pdf(struct arena *a, const struct page *p, const struct page_pdf *about,
                  struct bytes *out) MUST_USE;
#endif
