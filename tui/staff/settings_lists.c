/* The items: what is sold, with its price. */
#include "tui/staff/staff_screens.h"
#include "tui/staff/staff_settings.h"
#include <string.h>

struct state {
    struct list *list;
    const struct item_list_out *items; /* the page that came last */
    struct item_list_in in;
    struct arena *kept; /* items of all pages, to be edited */
    struct item **item;
    size_t n, capacity;
    const struct me *me;
    char words[200];
};
enum { LIST, ACT };

static const struct list_column columns[] = {
    {.name = "name", .title = "Item", .width = 26, .grow = 2},
    {.name = "description", .title = "Description", .width = 16, .grow = 1, .drop = 1},
    {.name = "unit", .title = "Unit", .width = 7},
    {.name = "price", .title = "Price", .width = 12, .right = true},
    {.name = "active", .title = "Offered", .width = 9},
};

static void open(struct ui *ui, void *state, uint64_t subject)
{
    struct state *s = state;
    (void)subject;
    s->me = client_me(ui);
    s->list = ui_list(ui, columns, COUNT_OF(columns));
    list_empty_text(s->list, "No items yet. + adds one; the editor offers it.");
    list_remote(s->list, true, false);
    list_language(s->list, NULL);
    s->kept = arena_open();
}

static void close_state(void *state)
{
    arena_close(((struct state *)state)->kept);
}

static void load(struct ui *ui, void *state, enum load why)
{
    struct state *s = state;
    s->in = (struct item_list_in){0};
    if (!list_words(s->list, s->words, sizeof s->words))
        return;
    if (*s->words)
        GIVE(item_list_in, &s->in, search, s->words);
    GIVE(item_list_in, &s->in, limit, 50);
    if (why == LOAD_MORE)
        GIVE(item_list_in, &s->in, after, s->items->next);
    ui_ask(ui, LIST, OPNO_item_list, &s->in);
}

/* --- rows */

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
    if (ui_refused(ui, r))
        return;
    if (tag == LIST) {
        took_items(state, r->out);
        return;
    }
    ui_toast(ui, TONE_GOOD, "Done.");
    ui_reload(ui);
}

static void draw(const void *state, struct canvas *c)
{
    list_draw(((const struct state *)state)->list, c);
}

/* --- keys */

/* Items are everyday work. */
static const char *can_add(const struct ui *ui, const void *state)
{
    (void)state;
    return staff_may_write(ui);
}

static const char *can_edit(const struct ui *ui, const void *state)
{
    const char *why = staff_may_write(ui);
    return why ? why : list_id(((const struct state *)state)->list) ? NULL : "There is nothing to change.";
}

static void run_edit(struct ui *ui, void *state)
{
    const struct state *s = state;
    uint64_t id = list_id(s->list);
    for (size_t i = 0; i < s->n; i++)
        if (s->item[i]->id == id) {
            settings_item_edit(ui, s->item[i]);
            return;
        }
}

static void run_add(struct ui *ui, void *state)
{
    (void)state;
    settings_item_edit(ui, NULL);
}

/* Withdrawing can be taken back with the same key, so it is not asked about. */
static void run_withdraw(struct ui *ui, void *state)
{
    const struct state *s = state;
    struct item item = {0};
    struct item_update_in in = {0};
    bool active = !list_user(s->list);
    GIVE(item, &item, active, active);
    GIVE(item_update_in, &in, id, list_id(s->list));
    GIVE(item_update_in, &in, item, &item);
    ui_ask(ui, ACT, OPNO_item_update, &in);
}

static const struct key_row keys[] = {
    {.key = K_ENTER, .action = "edit", .help = "Change it", .possible = can_edit, .run = run_edit},
    {.key = '+', .action = "new", .help = "Add one", .possible = can_add, .run = run_add},
    {.key = 'x',
     .action = "withdraw",
     .help = "Offer it no more, or again",
     .possible = can_edit,
     .run = run_withdraw},
    {0}};

static const struct screen screen_staff_items = {.name = "staff.items",
                                                 .holds = SUBJECT_ITEM,
                                                 .title = "Items",
                                                 .state_size = sizeof(struct state),
                                                 .open = open,
                                                 .load = load,
                                                 .reply = reply,
                                                 .draw = draw,
                                                 .close = close_state,
                                                 .keys = keys};

void settings_items(struct ui *ui)
{
    ui_push(ui, &screen_staff_items, 0);
}
