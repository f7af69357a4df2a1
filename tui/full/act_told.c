/* What an act tells when it is done, some of it once: a page that can be kept. */
#include "tui/full/book_inside.h"
#include "tui/full/keep.h"
#include "tui/full/ui.h"
#include <string.h>

struct told_state {
    struct act_state act;
    bool kept, letters;
    bool taken; /* sent or saved from here */
};

static void told_kept(struct ui *ui, void *state, const struct said *said)
{
    struct told_state *s = state;
    (void)said;
    s->kept = true;
    run_told(s->act.run);
    act_step(ui, &s->act);
}

static const struct page_item *secret_of(const void *state)
{
    return page_find(((const struct told_state *)state)->act.run->page, PAGE_SECRET);
}

static void ask_kept(struct ui *ui)
{
    ui_confirm(ui, "Have you kept it?", "It can not be shown again.", "I have kept it", told_kept);
}

static bool told_key(struct ui *ui, void *state, const struct key *k)
{
    if ((k->code != K_ESC && k->code != 'q') || !secret_of(state))
        return false;
    ask_kept(ui);
    return true;
}

static bool told_unsaved(const void *state)
{
    const struct told_state *s = state;
    return !s->kept && secret_of(state);
}

/* What is told is named by what was asked for, where nothing was done. */
static void told_load(struct ui *ui, void *state, enum load why)
{
    const struct run *r = ((const struct told_state *)state)->act.run;
    if (why == LOAD_FIRST && (r->act->tells || op_at(r->act->op)->mode == OP_READ))
        ui_title(ui, "%s", book_capital(r->view.arena, r->act->name));
}

static void told_draw(const void *state, struct canvas *c)
{
    const struct run *r = ((const struct told_state *)state)->act.run;
    struct scene v = r->view;
    v.arena = arena_open(); /* it is drawn more than once */
    if (!r->act->tells)
        v.out = r->out;
    if (!v.out || !book_paint(r->book, r->act->name, &v, c))
        page_draw(((const struct told_state *)state)->act.run->page, c, 1);
    arena_close(v.arena);
}

/* A picture alone. */
static void scan_draw(const void *state, struct canvas *c)
{
    const struct told_state *s = state;
    page_draw_scan(s->act.run->page, c, s->letters ? QR_LETTERS : QR_BLOCKS);
}

static void told_close(void *state)
{
    run_close(((struct told_state *)state)->act.run);
}

/* Who types fast must not go past it unseen. */
static void run_kept(struct ui *ui, void *state)
{
    const struct told_state *s = state;
    if (secret_of(state) && !s->taken)
        ask_kept(ui);
    else
        told_kept(ui, state, NULL);
}

static void save_told(struct ui *ui, void *state, const struct said *said)
{
    const char *text = secret_of(state)->text;
    if (keep_save(ui, (struct bytes){(const uint8_t *)text, strlen(text)}, said->text))
        ((struct told_state *)state)->taken = true;
}

static void send_told(struct ui *ui, void *state, const struct said *said)
{
    const struct page_item *secret = secret_of(state);
    (void)said;
    ui_copy_secret(ui, secret->text, secret->label);
    ((struct told_state *)state)->taken = true;
}

static void run_copy(struct ui *ui, void *state)
{
    send_told(ui, state, NULL);
}

/* "the backup codes" → postern-backup-codes.txt */
static void run_save(struct ui *ui, void *state)
{
    const char *label = secret_of(state)->label;
    char *file =
        arena_printf(ui_arena(ui), "postern-%s.txt", strncmp(label, "the ", 4) == 0 ? label + 4 : label);
    for (char *c = file; *c; c++)
        if (*c == ' ')
            *c = '-';
    keep_ask(ui, file, save_told, send_told, NULL);
}

static bool has_secret(const struct ui *ui, const void *state)
{
    (void)ui;
    return secret_of(state) != NULL;
}

static bool has_none(const struct ui *ui, const void *state)
{
    return !has_secret(ui, state);
}

static const struct page *told_page(const void *state)
{
    return ((const struct told_state *)state)->act.run->page;
}

static const struct page_item *nth_copy(const struct page *p, int n)
{
    for (size_t i = 0; i < p->n; i++)
        if (p->items[i].kind == PAGE_COPY && n-- == 0)
            return &p->items[i];
    return NULL;
}

static void copy_said(struct ui *ui, void *state, const struct said *said)
{
    const struct page_item *i = nth_copy(told_page(state), said->choice);
    ui_copy_secret(ui, i->text, i->label);
}

/* One of them, or which one. */
static void run_copy_some(struct ui *ui, void *state)
{
    const struct page *p = told_page(state);
    const char **names = arena_alloc(p->arena, (p->n + 1) * sizeof *names);
    int n = 0;
    for (const struct page_item *i; (i = nth_copy(p, n)) != NULL; n++)
        names[n] = book_capital(p->arena, i->label);
    if (n == 1)
        copy_said(ui, state, &(struct said){.choice = 0});
    else
        ui_dialog(
            ui,
            &(struct dialog){
                .kind = DIALOG_CHOOSE, .title = "Copy", .choices = names, .yes = "Copy", .done = copy_said});
}

static bool has_copies(const struct ui *ui, const void *state)
{
    return has_none(ui, state) && nth_copy(told_page(state), 0);
}

static const struct key_row told_keys[] = {{.key = 'y',
                                            .action = "copy",
                                            .help = "Send it to your terminal's clipboard",
                                            .run = run_copy,
                                            .offered = has_secret},
                                           {.key = 'w',
                                            .action = "save",
                                            .help = "Save it in a new file for you alone",
                                            .run = run_save,
                                            .offered = has_secret},
                                           {.key = 'y',
                                            .action = "copy",
                                            .help = "Send it to your terminal's clipboard",
                                            .run = run_copy_some,
                                            .offered = has_copies},
                                           {.key = K_ENTER,
                                            .action = "I have kept it",
                                            .help = "Go on; it is not shown again",
                                            .run = run_kept,
                                            .offered = has_secret},
                                           {.key = K_ENTER,
                                            .action = "go on",
                                            .help = "Back to where you were",
                                            .run = run_kept,
                                            .offered = has_none},
                                           {0}};
static const struct screen screen_told = {.name = "act.told",
                                          .title = "Done",
                                          .state_size = sizeof(struct told_state),
                                          .load = told_load,
                                          .draw = told_draw,
                                          .key = told_key,
                                          .unsaved = told_unsaved,
                                          .close = told_close,
                                          .scrolls = true,
                                          .keys = told_keys};

static const struct key_row scan_keys[] = {
    {.key = K_ESC, .action = "back", .help = "Back to where you were", .run = run_kept},
    {.key = K_ENTER, .action = "go on", .help = "The same", .run = run_kept, .quiet = true},
    {0}};
static const struct screen screen_scan = {.name = "act.scan",
                                          .title = "QR code",
                                          .state_size = sizeof(struct told_state),
                                          .draw = scan_draw,
                                          .close = told_close,
                                          .alone = true,
                                          .keys = scan_keys};

void act_tell(struct ui *ui, struct act_state *s)
{
    struct run *r = s->run;
    const bool scan = r->act->tells && page_find(r->page, PAGE_SCAN);
    s->run = NULL;
    if (s->form)
        form_kept(s->form);
    struct told_state *told = (s->form ? ui_replace : ui_push)(ui, scan ? &screen_scan : &screen_told, 0);
    told->act.run = r;
    told->letters = ui_ascii(ui);
}

bool act_told_on_top(const struct ui *ui)
{
    return ui_top(ui) == &screen_told || ui_top(ui) == &screen_scan;
}
