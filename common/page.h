/* A page: what is to be seen, in the order in which it is read, without coordinates. The full screen draws it, line mode speaks it, a mail or
 * a paper sets it: each face decides where and how. Texts of others need no care here; who shows them neutralises them. */
#ifndef COMMON_PAGE_H
#define COMMON_PAGE_H
#include "common/arena.h"
#include "common/money.h"

/* How something stands out. Never the only sign of anything: what it means is said in words, too. */
enum look { LOOK_PLAIN, LOOK_STRONG, LOOK_DIM, LOOK_INFO, LOOK_GOOD, LOOK_WARN, LOOK_BAD };

struct page;
struct page *page_open(struct arena *a); /* lives in the arena, with all that is put on it */

/* Each adds one thing. What has nothing in it (an empty value, NULL) adds nothing. */
void page_title(struct page *p, const char *format, ...) PRINTF(2, 3);
void page_note(struct page *p, enum look look, const char *format, ...) PRINTF(3, 4); /* a sentence or more */
void page_fact(struct page *p, const char *label, const char *format, ...) PRINTF(3, 4);
void page_fact_as(struct page *p, enum look look, const char *label, const char *text);
void page_list(struct page *p, const char *label, const char *text); /* one more under that label */
void page_quote(struct page *p, const char *label,
                const char *text); /* what somebody wrote, maybe lines of it */
/* An amount; of a page whose currency was said, as the lines of an invoice have it: without the currency. `note`: NULL, or what stands beside it. */
void page_money(struct page *p, const char *label, enum look look, struct money m, const char *note);
void page_amount(struct page *p, const char *label, enum look look, struct money m, const char *note);
/* What is marked and pasted elsewhere as it stands, such as a command. */
void page_raw(struct page *p, const char *text);
/* What can be taken along, by what it is called: "the whole mail". Not shown: a face with a clipboard offers it. */
void page_copy(struct page *p, const char *what, const char *text);
/* A link for the camera of a phone. A face with room for it draws a code of it; `label`: of the link where it is told as text. */
void page_scan(struct page *p, const char *label, const char *text);
/* What is told only this once. A face asks whether it was kept before it lets go of it; `what`: in a sentence, "the token". */
void page_secret(struct page *p, const char *what, const char *text);

/* --- for faces */
enum page_kind {
    PAGE_TITLE,
    PAGE_NOTE,
    PAGE_FACT,
    PAGE_LIST,
    PAGE_QUOTE,
    PAGE_MONEY,
    PAGE_AMOUNT,
    PAGE_RAW,
    PAGE_COPY,
    PAGE_SCAN,
    PAGE_SECRET
};
struct page_item {
    enum page_kind kind;
    enum look look;
    const char *label, *text; /* NULL: none */
    struct money money;
};
struct page {
    struct arena *arena;
    struct page_item *items;
    size_t n, capacity;
};
const struct page_item *page_find(const struct page *p, enum page_kind kind); /* the first; NULL: none */
#endif
