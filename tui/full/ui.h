/* The interface as a whole, without a terminal: keys, answers and time go in, a grid comes out. app.h drives it on a real
 * terminal; tests drive it directly. Screens need only screen.h. */
#ifndef TUI_UI_H
#define TUI_UI_H
#include "tui/full/screen.h"

struct way;

/* Who carries asks to the server. start packs `in` before it returns; false: could not (why is filled). Answers come back
 * through ui_answer, never from inside start. cancel: nobody wants that answer any more. */
struct ui_backend {
    void *ctx;
    bool (*start)(void *ctx, unsigned ticket, const struct ask *ask, struct refusal *why);
    void (*cancel)(void *ctx, unsigned ticket);
};
struct section {
    const char *label; /* "Invoices" */
    const struct screen *screen;
    unsigned who;
    const struct way *way; /* instead of a screen: where that leads */
};
struct ui *ui_open(int rows, int columns, int64_t now);
void ui_close(struct ui *ui); /* accepts NULL */
void ui_set_backend(struct ui *ui, const struct ui_backend *b);
void ui_set_session(struct ui *ui, void *session); /* not owned */
/* Header row, and one bit BY_…; texts are copied. */
void ui_set_who(struct ui *ui, const char *business, const char *person, unsigned who);
/* Sections reached by 1 … 9, counting those this person sees; rows end with {0}; NULL: none. */
void ui_set_sections(struct ui *ui, const struct section *rows);
/* … those of the ways (tui/face/place.h) that have a section. */
void ui_set_ways(struct ui *ui, const struct way *ways);
/* How much waits in the section of that label, told in the column of sections: 2, "declined"; 0: nothing. Forgotten with the sections. */
void ui_set_waits(struct ui *ui, const char *label, int64_t n, const char *word);
bool ui_shows_waits(const struct ui *ui); /* is there such a column now? */
/* Places that ":" leads to; NULL: none. */
struct places;
void ui_set_places(struct ui *ui, const struct places *places);
void ui_set_online(struct ui *ui, bool online); /* coming back reloads the top screen */
/* Why there is no connection, where that is known: a sentence, shown in place of "trying again"; "": not known. */
void ui_set_trouble(struct ui *ui, const char *why);
/* Where the server is looked for: named as long as it was never reached. */
void ui_set_server(struct ui *ui, const char *url);
const char *ui_unmet(const struct ui *ui); /* the server, as long as it never answered; then "" */
void ui_set_ascii(struct ui *ui, bool ascii);
void ui_set_bell(struct ui *ui, int count);
void ui_set_today(struct ui *ui, int32_t day);
/* Keys that work on every screen (b bell, c contact …): a table as a screen's; state is NULL. */
void ui_set_keys(struct ui *ui, const struct key_row *rows);
/* Opens what a number or a name typed at ":" means (enum subject, its id, of which customer); false: there is no screen for it. NULL: nothing
 * is looked for. */
typedef bool ui_opens(struct ui *ui, int subject, uint64_t about, uint64_t customer);
void ui_set_finder(struct ui *ui, ui_opens *open);
void ui_event(struct ui *ui, const struct event *e); /* to every open screen */
/* The out of `r` was decoded into r->arena, which ui takes over. */
void ui_answer(struct ui *ui, unsigned ticket, const struct reply *r);

void ui_resize(struct ui *ui, int rows, int columns);
void ui_key(struct ui *ui, const struct key *k);
/* Time has passed: timers, toasts, spinner. Returns ms until it must be called again, −1: not by itself. */
int ui_tick(struct ui *ui, int64_t now);
enum ui_paint { PAINT_NO, PAINT_LATER, PAINT_NOW }; /* later: live news, at most 4 a second */
enum ui_paint ui_wants_paint(const struct ui *ui);
const struct grid *ui_draw(struct ui *ui); /* clears the wish */
bool ui_quitting(const struct ui *ui, int *exit_code);
/* What the terminal should do beyond the grid: cleared by reading. */
struct ui_effects {
    bool redraw, mouse_toggle;
    const char *copy; /* valid until the next key; NULL: nothing */
};
struct ui_effects ui_effects(struct ui *ui);
void ui_step_over(struct ui *ui);         /* closes a dialog that is a step, if one is open */
int64_t ui_last_key(const struct ui *ui); /* when, for idle locking */
const struct screen *ui_top(const struct ui *ui);
#endif
