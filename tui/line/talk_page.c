/* A page in words: one thing a row, in its order. */
#include "proto/paper/show.h"
#include "tui/line/talk.h"
#include <stdlib.h>
#include <string.h>

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
        case PAGE_AMOUNT: /* no column stands above it that says in what */
            talk_fact(t, i->label, "%s%s%s",
                      i->money.currency[0] ? show_money(amount, i->money) : show_amount(amount, i->money),
                      *beside ? " " : "", beside);
            break;
        case PAGE_COPY: break;
        case PAGE_SCAN:
            talk_say(t, "%s:", i->label);
            talk_raw(t, i->text);
            break;
        case PAGE_RAW:
        case PAGE_SECRET: talk_raw(t, i->text); break;
        }
    }
}

void talk_qr(struct talk *t, const char *text, enum qr_level level)
{
    enum qr_look look = talk_ascii(t) ? QR_LETTERS : QR_BLOCKS;
    struct arena *a = arena_open();
    struct qr qr;
    char *drawn = NULL;
    size_t size = 0;
    FILE *f = qr_make(a, text, level, &qr) == OK ? open_memstream(&drawn, &size) : NULL;
    if (f && talk_columns(t) && talk_columns(t) < qr_columns(&qr, look)) {
        talk_say(t, "The code needs %d columns. This terminal has %d.", qr_columns(&qr, look),
                 talk_columns(t));
        fclose(f);
    } else if (f) {
        qr_print(f, &qr, look);
        fclose(f);
        talk_raw(t, drawn);
        explicit_bzero(drawn, size); /* it may say a secret */
    } else {
        talk_say(t, "It does not fit a QR code.");
    }
    free(drawn);
    arena_close(a);
}
