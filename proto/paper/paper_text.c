/* A page as plain text, for mails. */
#include "common/buf.h"
#include "common/text.h"
#include "proto/paper/paper.h"
#include "proto/paper/show.h"
#include <stdio.h>
#include <string.h>

#define LABEL_COLUMNS 16
#define LEFT_OUT "… The rest stands in the portal.\n"

static void add(struct buf *b, const char *text, size_t size)
{
    buf_add(b, text, size);
}

static void pad(struct buf *b, size_t columns)
{
    while (columns--)
        add(b, " ", 1);
}

/* So much of the text, up to its line end, as fits: broken at a blank, or in a word that is too long. */
static size_t piece(const char *text, size_t columns)
{
    size_t used;
    const size_t line = strcspn(text, "\n"), fits = text_fit(text, columns, &used);
    if (line <= fits)
        return line;
    size_t size = fits;
    while (size && text[size] != ' ')
        size--;
    return size ? size : fits;
}

/* Lines of a thing: the first behind the label, the others below its text. */
static void put(struct buf *b, const char *label, const char *text, size_t columns)
{
    size_t indent = 0;
    if (label) {
        const size_t used = text_columns(label) + 1;
        indent = used + 1 < LABEL_COLUMNS ? LABEL_COLUMNS : used + 1;
        add(b, label, strlen(label));
        add(b, ":", 1);
        pad(b, indent - used);
    }
    const size_t room = columns > indent + 8 ? columns - indent : 8;
    for (bool first = true; *text || first; first = false) {
        const size_t size = piece(text, room);
        if (!first)
            pad(b, indent);
        add(b, text, size);
        add(b, "\n", 1);
        if (!size && !text[size])
            break;
        text += size + (text[size] == ' ' || text[size] == '\n');
    }
}

static void put_item(struct buf *b, const struct page_item *i, size_t columns)
{
    char amount[SHOW_TEXT], all[SHOW_TEXT + 300];
    const char *text = show_text(i->text);
    switch (i->kind) {
    case PAGE_COPY:
    case PAGE_SECRET: break;
    case PAGE_TITLE:
        put(b, NULL, text, columns);
        add(b, "\n", 1);
        break;
    case PAGE_MONEY:
    case PAGE_AMOUNT:
        snprintf(all, sizeof all, "%s%s%s",
                 i->kind == PAGE_MONEY ? show_money(amount, i->money) : show_amount(amount, i->money),
                 *text ? " " : "", text);
        put(b, i->label, all, columns);
        break;
    case PAGE_RAW:
        add(b, text, strlen(text));
        add(b, "\n", 1);
        break;
    default: put(b, i->label, text, columns);
    }
}

const char *paper_text(struct arena *a, const struct page *p, int columns, size_t most)
{
    struct buf b;
    buf_init(&b, most + 4096);
    for (size_t i = 0; i < p->n; i++) {
        const size_t before = b.size;
        put_item(&b, &p->items[i], (size_t)columns);
        if (b.full || b.size + strlen(LEFT_OUT) > most) {
            b.size = before;
            b.full = false;
            add(&b, LEFT_OUT, strlen(LEFT_OUT));
            break;
        }
    }
    if (b.size && b.data[b.size - 1] == '\n')
        b.size--;
    const char *text = arena_text(a, (const char *)b.data, b.size);
    buf_fini(&b);
    return text;
}
