/* The taxes that a document under the hand offers, and which of them its lines and its shipping have. */
#include "common/number.h"
#include "proto/paper/show.h"
#include "tui/face/fill_in.h"
#include "tui/portal/writing_inside.h"
#include <string.h>

size_t writing_add_tax(struct writing *w, const struct tax *tax, bool own)
{
    char number[MONEY_TEXT];
    if (w->tax_count >= WRITING_TAXES)
        return 0;
    struct writing_tax *t = &w->taxes[w->tax_count];
    const char *name = show_text(tax->name);
    t->tax = *(struct tax *)fill_copy(shape_tax(), tax, w->arena);
    t->own = own;
    t->label = w->tax_count ? arena_printf(w->arena, "%.63s%s%s %%", name, *name ? " " : "",
                                           decimal_plain(number, tax->percent))
                            : "no tax";
    w->tax_labels[w->tax_count++] = t->label;
    w->tax_labels[w->tax_count] = NULL;
    return w->tax_count - 1;
}

static bool same_text(const char *a, const char *b)
{
    return strcmp(show_text(a), show_text(b)) == 0;
}

/* Where it stands among the choices; one that is not offered any more, or has another reason here, is added. */
static size_t tax_index(struct writing *w, const struct tax *tax)
{
    if (!tax->id && !tax->percent && !tax->category && !*show_text(tax->name))
        return 0;
    for (size_t i = 1; i < w->tax_count; i++) {
        const struct tax *t = &w->taxes[i].tax;
        bool same = tax->id ? t->id == tax->id
                            : t->percent == tax->percent && t->category == tax->category &&
                                  same_text(t->name, tax->name);
        if (same && same_text(t->reason, tax->reason))
            return i;
    }
    return writing_add_tax(w, tax, true);
}

/* Shipping that names no tax has the first of its rate. */
static size_t shipping_index(struct writing *w)
{
    const struct document *d = &w->doc;
    bool named = d->shipping_tax || d->shipping_category || *show_text(d->shipping_tax_name);
    for (size_t i = 1; i < w->tax_count && !named && d->shipping_tax_percent; i++)
        if (w->taxes[i].tax.percent == d->shipping_tax_percent)
            return i;
    const char *name = d->shipping_tax_percent && !d->shipping_tax_name ? "Tax" : d->shipping_tax_name;
    return tax_index(w, &(struct tax){.id = d->shipping_tax,
                                      .name = name,
                                      .percent = d->shipping_tax_percent,
                                      .category = d->shipping_category,
                                      .reason = d->shipping_reason});
}

size_t writing_tax_chosen(struct writing *w, enum written at, size_t row)
{
    const struct line *l = at < WRITE_WHOLE ? NULL : &w->doc.lines.v[row];
    switch (at) {
    case WRITE_SHIPPING_TAX: return shipping_index(w);
    case WRITE_TAX:
        return tax_index(w, &(struct tax){.id = l->tax,
                                          .name = l->tax_name,
                                          .percent = l->tax_percent,
                                          .category = l->category,
                                          .reason = l->reason});
    default:
        return !l->tax2_percent ? 0
                                : tax_index(w, &(struct tax){.id = l->tax2,
                                                             .name = l->tax2_name,
                                                             .percent = l->tax2_percent,
                                                             .category = TAX_STANDARD});
    }
}

/* The names of a tax are the arena's, and stay. */
void writing_put_tax(struct writing *w, enum written at, struct line *l, const struct tax *t)
{
    struct document *d = &w->doc;
    if (at == WRITE_TAX) {
        l->tax = t->id;
        l->tax_name = t->name;
        l->tax_percent = t->percent;
        l->category = t->category;
        l->reason = t->reason;
    } else if (at == WRITE_TAX2) {
        l->tax2 = t->id;
        l->tax2_name = t->name;
        l->tax2_percent = t->percent;
    } else {
        d->shipping_tax = t->id;
        d->shipping_tax_name = t->name;
        d->shipping_tax_percent = t->percent;
        d->shipping_category = t->category;
        d->shipping_reason = t->reason;
    }
}
