/* A page in words: one thing a row, in its order. */
#include "proto/paper/show.h"
#include "tui/line/talk.h"

void talk_page(struct talk *t, const struct page *p)
{
    char amount[SHOW_TEXT];
    for (size_t at = 0; at < p->n; at++) {
        const struct page_item *i = &p->items[at];
        const char *beside = i->text ? i->text : "";
        switch (i->kind) {
        case PAGE_TITLE: talk_title(t, "%s", i->text); break;
        case PAGE_NOTE: talk_say(t, "%s", i->text); break;
        case PAGE_FACT:
        case PAGE_LIST: talk_fact(t, i->label, "%s", i->text); break;
        case PAGE_QUOTE: talk_quote(t, i->label, i->text); break;
        case PAGE_MONEY:
        case PAGE_AMOUNT:
            talk_fact(t, i->label, "%s%s%s",
                      i->kind == PAGE_MONEY ? show_money(amount, i->money) : show_amount(amount, i->money),
                      *beside ? " " : "", beside);
            break;
        case PAGE_COPY: break;
        case PAGE_RAW:
        case PAGE_SECRET: talk_raw(t, i->text); break;
        }
    }
}
