#include "tui/full/places_screen.h"
#include "tui/full/book_screen.h"
#include "tui/link/client.h"

enum { GET, ALSO };

static const struct list_column columns[] = {
    {.name = "what", .title = "Setting", .width = 20},
    {.name = "now", .title = "As it is", .width = 40, .grow = 1},
};

struct places_state {
    const struct places *places;
    struct list *list;
    struct scene view;
    struct arena *told; /* what is told now */
};

static void open(struct ui *ui, void *state, uint64_t subject)
{
    struct places_state *s = state;
    (void)subject;
    s->list = ui_list(ui, columns, COUNT_OF(columns));
    s->told = arena_open();
    s->view = (struct scene){.arena = s->told, .me = client_me(ui)};
}

static void ask(struct ui *ui, int tag, enum op_number op)
{
    struct arena *a = arena_open();
    ui_ask(ui, tag, op, arena_alloc(a, op_at(op)->in()->size));
    arena_close(a);
}

static void load(struct ui *ui, void *state, enum load why)
{
    const struct places_state *s = state;
    if (why == LOAD_FIRST)
        ui_title(ui, "%s", s->places->title);
    ask(ui, GET, s->places->op);
    if (s->places->also != OP_COUNT && op_at(s->places->also)->who & ui_who(ui))
        ask(ui, ALSO, s->places->also);
}

static void fill(const struct places_state *s)
{
    arena_reset(s->told);
    list_begin(s->list);
    for (const struct place *p = s->places->of; p->book; p++) {
        const char *cells[] = {p->title, place_now(p, &s->view)};
        const unsigned styles[] = {STYLE_PLAIN, STYLE_DIM};
        list_add(s->list, &(struct list_row){
                              .id = (uint64_t)(p - s->places->of) + 1, .cells = cells, .styles = styles});
    }
    list_end(s->list, false, -1);
}

static void reply(struct ui *ui, void *state, int tag, const struct reply *r)
{
    struct places_state *s = state;
    if ((tag == ALSO && r->code != OK) || ui_refused(ui, r))
        return;
    if (tag == ALSO)
        s->view.also[0] = r->out;
    else
        s->view.out = r->out;
    if (s->view.out)
        fill(s);
}

static void event(struct ui *ui, void *state, const struct event *e)
{
    const struct places_state *s = state;
    if (ui_on_top(ui) && s->places->live & SUBJECT_BIT(e->subject))
        ui_reload(ui);
}

static void draw(const void *state, struct canvas *c)
{
    list_draw(((const struct places_state *)state)->list, c);
}

static void close(void *state)
{
    arena_close(((struct places_state *)state)->told);
}

static void run_open(struct ui *ui, void *state)
{
    const struct places_state *s = state;
    book_open(ui, s->places->of[list_id(s->list) - 1].book, 0);
}

static const char *can_open(const struct ui *ui, const void *state)
{
    (void)ui;
    return list_id(((const struct places_state *)state)->list) ? NULL : ui_loading;
}

static const struct key_row keys[] = {{.key = K_ENTER,
                                       .action = "open",
                                       .help = "Look at it and change it",
                                       .possible = can_open,
                                       .run = run_open},
                                      {0}};

static const struct screen screen_places = {.name = "places",
                                            .title = "Places",
                                            .state_size = sizeof(struct places_state),
                                            .open = open,
                                            .load = load,
                                            .reply = reply,
                                            .event = event,
                                            .draw = draw,
                                            .close = close,
                                            .keys = keys};

void way_start(struct ui *ui, const struct way *w)
{
    if (w->places)
        ((struct places_state *)ui_start(ui, &screen_places, 0))->places = w->places;
    else
        book_start(ui, w->book);
}
