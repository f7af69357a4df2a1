/* Items (F2): what is sold, with its price; found by words of their names, added, changed, withdrawn. */
#include "proto/paper/show.h"
#include "tui/portal/books.h"

static const struct item *item(const struct scene *v)
{
    return v->row;
}

static const struct tax_list *taxes(const struct scene *v)
{
    static const struct tax_list none;
    const struct tax_list_out *out = v->also[0];
    return out ? &out->taxes : &none;
}

static const char *description(const struct scene *v)
{
    return show_text(item(v)->description);
}

static const char *price(const struct scene *v)
{
    char text[SHOW_TEXT];
    int digits = currency_digits(show_text(v->me->currency));
    return scene_text(v, "%s", show_decimal(text, item(v)->price, digits < 0 ? 2 : digits));
}

static const char *tax_words(const struct scene *v, const struct tax *t)
{
    char percent[SHOW_TEXT];
    return scene_text(v, "%s %s %%", show_text(t->name), show_decimal(percent, t->percent, 0));
}

static const char *usual_tax(const struct scene *v)
{
    const struct tax_list *all = taxes(v);
    for (size_t i = 0; i < all->n; i++)
        if (all->v[i].id == item(v)->tax)
            return tax_words(v, &all->v[i]);
    return "";
}

static const char *offered(const struct scene *v)
{
    return item(v)->active ? "yes" : "withdrawn";
}

static const char *offered_spoken(const struct scene *v)
{
    return item(v)->active ? "" : "withdrawn";
}

static enum look look(const struct scene *v)
{
    return item(v)->active ? LOOK_PLAIN : LOOK_DIM;
}

static const struct column columns[] = {
    {.field = "name", .title = "Item", .width = 26, .grow = 2},
    {.field = "description", .width = 16, .grow = 1, .drop = 1, .text = description},
    {.field = "unit", .says = "unit", .width = 7},
    {.field = "price", .says = "price", .width = 12, .text = price},
    {.field = "tax", .says = "tax", .width = 12, .drop = 2, .text = usual_tax},
    {.field = "active", .width = 9, .text = offered, .spoken = offered_spoken},
    {0}};

/* --- the fields */

/* The i-th tax that is offered; the one that was withdrawn stays with what has it. */
static bool nth_tax(const struct scene *v, uint64_t has, size_t i, struct option *o)
{
    const struct tax_list *all = taxes(v);
    *o = (struct option){.name = "no tax"};
    if (i == 0)
        return true;
    for (size_t n = 0; n < all->n; n++) {
        const struct tax *t = &all->v[n];
        if ((t->active || t->id == has) && --i == 0) {
            *o = (struct option){.value = (int64_t)t->id, .name = tax_words(v, t)};
            return true;
        }
    }
    return false;
}

static bool new_tax(const struct scene *v, const void *in, size_t i, struct option *o)
{
    (void)in;
    return nth_tax(v, 0, i, o);
}

static bool another_tax(const struct scene *v, const void *in, size_t i, struct option *o)
{
    (void)in;
    return nth_tax(v, item(v)->tax, i, o);
}

#define WORDS                                                                         \
    {.field = "item.name", .must = true, .width = 44}, {.field = "item.description"}, \
        {.field = "item.price",                                                       \
         .label = "Price of one",                                                     \
         .help = "In the base currency, up to six decimals",                          \
         .must = true},                                                               \
    {                                                                                 \
        .field = "item.unit", .help = "pcs, h, pallet", .width = 16                   \
    }
static const struct give new_gives[] = {WORDS, {.field = "item.tax", .choice = new_tax}, {0}};
static const struct give gives[] = {WORDS, {.field = "item.tax", .choice = another_tax}, {0}};

/* Can be taken back by doing it again, so it is not asked about. */
static void withdraw(const struct scene *v, const void *in, void *send)
{
    struct item_update_in *update = send;
    (void)in;
    struct item *changed = arena_alloc(v->arena, sizeof *changed);
    GIVE(item, changed, active, !item(v)->active);
    GIVE(item_update_in, update, item, changed);
}

static const char *withdrawn(const struct scene *v, const void *out)
{
    (void)v;
    return ((const struct item_update_out *)out)->item->active ? "It is offered again."
                                                               : "Withdrawn: it is offered no more.";
}

static const struct act acts[] = {{.key = 'e',
                                   .name = "change",
                                   .help = "Change it",
                                   .op = OPNO_item_update,
                                   .gives = gives,
                                   .begins = "item",
                                   .busy = "Saving…",
                                   .done = "Saved."},
                                  {.key = '+',
                                   .name = "new",
                                   .help = "Add one",
                                   .op = OPNO_item_create,
                                   .gives = new_gives,
                                   .busy = "Saving…",
                                   .makes = "item",
                                   .done = "The item is there."},
                                  {.key = 'x',
                                   .name = "withdraw",
                                   .help = "Offer it no more, or again",
                                   .op = OPNO_item_update,
                                   .complete = withdraw,
                                   .told = withdrawn},
                                  {0}};

static const struct also also[] = {{OPNO_tax_list, NULL}, {OP_COUNT, NULL}};

const struct book book_items = {.name = "items",
                                .title = "Items",
                                .noun = "item",
                                .empty = "No items yet: what is added here, the editor offers.",
                                .op = OPNO_item_list,
                                .rows = "items",
                                .one = "id",
                                .also = also,
                                .columns = columns,
                                .look = look,
                                .acts = acts,
                                .live = SUBJECT_BIT(SUBJECT_ITEM)};
