/* Lists of the settings: number series, taxes, items. */
#include "tui/full/form_shape.h"
#include "tui/staff/staff_screens.h"
#include "tui/staff/staff_settings.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

struct state {
    enum settings_kind kind;
    struct list *list;
    const struct item_list_out *items; /* the page that came last */
    const struct tax_list_out *taxes;
    struct item_list_in in;
    struct arena *kept; /* items of all pages, to be edited */
    struct item **item;
    size_t n, capacity;
    const struct me *me;
    char words[200];
};
enum { LIST, TAXES, ACT };

char *series_number(char *buffer, const struct series *s)
{
    snprintf(buffer, SHOW_TEXT, "%.30s%0*" PRId64, show_text(s->prefix),
             (int)(s->digits > 0 && s->digits <= 12 ? s->digits : 1), s->next);
    return buffer;
}

static const struct list_column series_columns[] = {
    {.name = "of", .title = "Numbers of", .width = 14},
    {.name = "next", .title = "Next one", .width = 24, .grow = 1},
    {.name = "prefix", .title = "Prefix", .width = 12},
    {.name = "digits", .title = "Digits", .width = 6, .right = true},
};
static const struct list_column tax_columns[] = {
    {.name = "name", .title = "Tax", .width = 24, .grow = 1},
    {.name = "percent", .title = "Rate", .width = 10, .right = true},
    {.name = "active", .title = "Offered", .width = 12},
};
static const struct list_column item_columns[] = {
    {.name = "name", .title = "Item", .width = 26, .grow = 2},
    {.name = "description", .title = "Description", .width = 16, .grow = 1, .drop = 1},
    {.name = "unit", .title = "Unit", .width = 7},
    {.name = "price", .title = "Price", .width = 12, .right = true},
    {.name = "active", .title = "Offered", .width = 9},
};

static void open(struct ui *ui, void *state, uint64_t subject)
{
    static const struct {
        const struct list_column *columns;
        size_t n;
        const char *title, *empty;
    } kinds[] = {
        [SETTINGS_SERIES] = {series_columns, COUNT_OF(series_columns), "Number series", "There are none."},
        [SETTINGS_TAXES] = {tax_columns, COUNT_OF(tax_columns), "Taxes", "No taxes yet. + adds one."},
        [SETTINGS_ITEMS] = {item_columns, COUNT_OF(item_columns), "Items",
                            "No items yet. + adds one; the editor offers it."},
    };
    struct state *s = state;
    s->kind = (enum settings_kind)subject;
    s->me = client_me(ui);
    s->list = ui_list(ui, kinds[s->kind].columns, kinds[s->kind].n);
    list_empty_text(s->list, kinds[s->kind].empty);
    if (s->kind == SETTINGS_ITEMS)
        list_remote(s->list, true, false), list_language(s->list, NULL);
    ui_title(ui, "%s", kinds[s->kind].title);
    s->kept = arena_open();
}

static void close_state(void *state)
{
    arena_close(((struct state *)state)->kept);
}

static void ask_items(struct ui *ui, struct state *s, bool more)
{
    s->in = (struct item_list_in){0};
    if (!list_words(s->list, s->words, sizeof s->words))
        return;
    if (*s->words)
        GIVE(item_list_in, &s->in, search, s->words);
    GIVE(item_list_in, &s->in, limit, 50);
    if (more)
        GIVE(item_list_in, &s->in, after, s->items->next);
    ui_ask(ui, LIST, OPNO_item_list, &s->in);
}

static void load(struct ui *ui, void *state, enum load why)
{
    struct state *s = state;
    struct settings_get_in settings = {0};
    struct tax_list_in taxes = {0};
    switch (s->kind) {
    case SETTINGS_SERIES: ui_ask(ui, LIST, OPNO_settings_get, &settings); break;
    case SETTINGS_TAXES: ui_ask(ui, LIST, OPNO_tax_list, &taxes); break;
    case SETTINGS_ITEMS: ask_items(ui, s, why == LOAD_MORE); break;
    }
}

/* --- rows */

static void add_series(struct state *s, const struct series *a)
{
    const struct doc_traits *of = doc_kind_of_series(a->id);
    char next[SHOW_TEXT], digits[24];
    snprintf(digits, sizeof digits, "%" PRId64, a->digits);
    const char *cells[] = {of ? of->words : "payments", series_number(next, a), show_text(a->prefix), digits};
    list_add(s->list, &(struct list_row){.id = (uint64_t)a->id, .cells = cells});
}

static void add_tax(struct state *s, const struct tax *t)
{
    char percent[SHOW_TEXT], rate[SHOW_TEXT + 4];
    snprintf(rate, sizeof rate, "%s %%", show_decimal(percent, t->percent, 0));
    const char *cells[] = {show_text(t->name), rate, t->active ? "yes" : "withdrawn"};
    list_add(s->list, &(struct list_row){.id = t->id,
                                         .cells = cells,
                                         .style = t->active ? STYLE_PLAIN : STYLE_DIM,
                                         .user = t->active});
}

static void add_item(struct state *s, const struct item *i)
{
    char price[SHOW_TEXT];
    int digits = currency_digits(show_text(s->me->currency));
    const char *cells[] = {show_text(i->name), show_text(i->description), show_text(i->unit),
                           show_decimal(price, i->price, digits < 0 ? 2 : digits),
                           i->active ? "yes" : "withdrawn"};
    list_add(s->list, &(struct list_row){.id = i->id,
                                         .cells = cells,
                                         .style = i->active ? STYLE_PLAIN : STYLE_DIM,
                                         .user = i->active});
}

/* Editing wants the whole item: pages come and go. */
static void keep_item(struct state *s, const struct item *i)
{
    if (s->n == s->capacity)
        s->item = arena_grow(s->kept, s->item, &s->capacity, sizeof(struct item *));
    struct item *copy = arena_copy(s->kept, i, sizeof *i);
    copy->name = arena_text(s->kept, show_text(i->name), strlen(show_text(i->name)));
    copy->description = arena_text(s->kept, show_text(i->description), strlen(show_text(i->description)));
    copy->unit = arena_text(s->kept, show_text(i->unit), strlen(show_text(i->unit)));
    copy->head.extra = NULL;
    s->item[s->n++] = copy;
}

static void took_items(struct state *s, const struct item_list_out *out)
{
    bool more = GIVEN(item_list_in, &s->in, after);
    s->items = out;
    if (!more) {
        list_begin(s->list);
        arena_reset(s->kept);
        s->item = NULL;
        s->n = s->capacity = 0;
    }
    for (size_t i = 0; i < out->items.n; i++) {
        add_item(s, &out->items.v[i]);
        keep_item(s, &out->items.v[i]);
    }
    list_end(s->list, out->next && *out->next, -1);
}

static void reply(struct ui *ui, void *state, int tag, const struct reply *r)
{
    struct state *s = state;
    if (ui_refused(ui, r))
        return;
    if (tag == ACT) {
        ui_toast(ui, TONE_GOOD, "Done.");
        ui_reload(ui);
        return;
    }
    if (s->kind == SETTINGS_ITEMS) {
        took_items(s, r->out);
        return;
    }
    list_begin(s->list);
    if (s->kind == SETTINGS_SERIES) {
        const struct settings_get_out *out = r->out;
        for (size_t i = 0; i < out->series.n; i++)
            add_series(s, &out->series.v[i]);
    } else {
        const struct tax_list_out *out = r->out;
        for (size_t i = 0; i < out->taxes.n; i++)
            add_tax(s, &out->taxes.v[i]);
    }
    list_end(s->list, false, -1);
}

static void draw(const void *state, struct canvas *c)
{
    list_draw(((const struct state *)state)->list, c);
}

/* --- keys */

/* Items are everyday work; the rest is an administrator's. */
static const char *may(const struct ui *ui, const void *state)
{
    return ((const struct state *)state)->kind == SETTINGS_ITEMS ? staff_may_write(ui) : staff_may_set(ui);
}

static const char *can_edit(const struct ui *ui, const void *state)
{
    const struct state *s = state;
    const char *why = may(ui, state);
    if (why)
        return why;
    return list_id(s->list) ? NULL : "There is nothing to change.";
}

static const char *can_add(const struct ui *ui, const void *state)
{
    const char *why = may(ui, state);
    if (why)
        return why;
    return ((const struct state *)state)->kind == SETTINGS_SERIES ? "There is one series for each kind."
                                                                  : NULL;
}

static const char *can_withdraw(const struct ui *ui, const void *state)
{
    const struct state *s = state;
    const char *why = may(ui, state);
    if (why)
        return why;
    return (s->kind == SETTINGS_ITEMS || s->kind == SETTINGS_TAXES) && list_id(s->list)
               ? NULL
               : "There is nothing to withdraw here.";
}

static void run_edit(struct ui *ui, void *state)
{
    const struct state *s = state;
    uint64_t id = list_id(s->list);
    if (s->kind == SETTINGS_SERIES)
        settings_series_edit(ui, id);
    else if (s->kind == SETTINGS_TAXES)
        settings_tax_edit(ui, id);
    for (size_t i = 0; i < s->n; i++)
        if (s->kind == SETTINGS_ITEMS && s->item[i]->id == id) {
            settings_item_edit(ui, s->item[i]);
            return;
        }
}

static void run_add(struct ui *ui, void *state)
{
    if (((const struct state *)state)->kind == SETTINGS_TAXES)
        settings_tax_edit(ui, 0);
    else
        settings_item_edit(ui, NULL);
}

/* Withdrawing can be taken back with the same key, so it is not asked about. */
static void run_withdraw(struct ui *ui, void *state)
{
    const struct state *s = state;
    struct item item = {0};
    struct tax tax = {0};
    struct item_update_in i = {0};
    struct tax_update_in t = {0};
    bool active = !list_user(s->list);
    if (s->kind == SETTINGS_ITEMS) {
        GIVE(item, &item, active, active);
        GIVE(item_update_in, &i, id, list_id(s->list));
        GIVE(item_update_in, &i, item, &item);
        ui_ask(ui, ACT, OPNO_item_update, &i);
    } else {
        GIVE(tax, &tax, active, active);
        GIVE(tax_update_in, &t, id, list_id(s->list));
        GIVE(tax_update_in, &t, tax, &tax);
        ui_ask(ui, ACT, OPNO_tax_update, &t);
    }
}

static const struct key_row keys[] = {
    {.key = K_ENTER, .action = "edit", .help = "Change it", .possible = can_edit, .run = run_edit},
    {.key = '+', .action = "new", .help = "Add one", .possible = can_add, .run = run_add},
    {.key = 'x',
     .action = "withdraw",
     .help = "Offer it no more, or again",
     .possible = can_withdraw,
     .run = run_withdraw},
    {0}};

static const struct screen screen_staff_setting = {.name = "staff.setting",
                                                   .holds = SUBJECT_ITEM, /* or taxes: never both at once */
                                                   .title = "Settings",
                                                   .state_size = sizeof(struct state),
                                                   .open = open,
                                                   .load = load,
                                                   .reply = reply,
                                                   .draw = draw,
                                                   .close = close_state,
                                                   .keys = keys};

void settings_list(struct ui *ui, enum settings_kind kind)
{
    ui_push(ui, &screen_staff_setting, (uint64_t)kind);
}
