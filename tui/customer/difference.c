/* What changed, when somebody was about to answer something else than what there is now. */
#include "common/date.h"
#include "tui/customer/customer_screens.h"
#include "tui/customer/customer_document.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static bool same_text(const char *a, const char *b)
{
    return strcmp(show_text(a), show_text(b)) == 0;
}

static bool same_line(const struct line *a, const struct line *b)
{
    return same_text(a->name, b->name) && same_text(a->description, b->description) &&
           a->quantity == b->quantity && a->price == b->price && a->net.amount == b->net.amount &&
           a->tax_percent == b->tax_percent;
}

static size_t say(char *text, size_t size, size_t n, const char *what, const char *was, const char *is)
{
    if (n < size)
        n += (size_t)snprintf(text + n, size - n, "\n%s: %s → %s", what, *was ? was : "none",
                              *is ? is : "none");
    return n;
}

void customer_difference(struct ui *ui, const struct document *was, const struct document *is)
{
    char text[1500], a[SHOW_TEXT], b[SHOW_TEXT];
    size_t n = (size_t)snprintf(text, sizeof text,
                                "%s was changed while you had it open (revision %" PRId64
                                "). Nothing was sent. Read it again before you answer.\n",
                                show_text(is->number), is->edition);
    if (was->total.amount != is->total.amount)
        n = say(text, sizeof text, n, "Total", show_money(a, was->total), show_money(b, is->total));
    if (was->due != is->due)
        n = say(text, sizeof text, n, "Open until", date_short(a, was->due), date_short(b, is->due));
    if (was->status != is->status)
        n = say(text, sizeof text, n, "State", show_status(was->status), show_status(is->status));
    size_t both = was->lines.n < is->lines.n ? was->lines.n : is->lines.n;
    for (size_t i = 0; i < both && n < sizeof text; i++)
        if (!same_line(&was->lines.v[i], &is->lines.v[i])) {
            char label[32];
            snprintf(label, sizeof label, "Line %zu", i + 1);
            char before[200], after[200];
            snprintf(before, sizeof before, "%.100s, %s", show_text(was->lines.v[i].name),
                     show_amount(a, was->lines.v[i].net));
            snprintf(after, sizeof after, "%.100s, %s", show_text(is->lines.v[i].name),
                     show_amount(b, is->lines.v[i].net));
            n = say(text, sizeof text, n, label, before, after);
        }
    if (was->lines.n != is->lines.n && n < sizeof text)
        n += (size_t)snprintf(text + n, sizeof text - n, "\nLines: %zu → %zu", was->lines.n, is->lines.n);
    if ((!same_text(was->terms, is->terms) || !same_text(was->notes, is->notes)) && n < sizeof text)
        snprintf(text + n, sizeof text - n, "\nThe notes or terms are different.");
    ui_confirm(ui, "It changed", text, "Read it", NULL);
}
