/* Inside of the ui_*.c files only. */
#ifndef TUI_UI_INSIDE_H
#define TUI_UI_INSIDE_H
#include "tui/full/ui.h"
#include <limits.h>

#define UI_DEPTH 16
#define UI_WIDGETS 4
#define UI_TAGS 16
#define UI_PENDING 64
#define UI_GRAVE 64
#define UI_AHEAD 128  /* keys typed ahead */
#define WIDE 120      /* columns from which there is a preview */
#define VERY_WIDE 160 /* … and a navigation column */
#define NAVIGATION 18 /* its width */
#define LEAST_ROWS 16
#define LEAST_COLUMNS 60
#define SPINNER_MS 150 /* work shorter than this shows nothing */
#define TOAST_MS 6000
#define PAINT_MS 250 /* between two paints that nobody's key asked for */
#define SELECTED_MS 60
#define MEASURE 100 /* columns of text, documents and forms */

struct widget {
    struct list *list;
    struct form *form;
};
/* A part that is drawn as long as it is, and shown as far as there is room: first row shown, rows there are, rows in the pane. */
struct scrolled {
    int scroll, depth, height;
    bool jump; /* ui_to_place, until it is drawn or scrolled */
};
struct instance {
    const struct screen *screen;
    const struct key_row *rows; /* NULL: the screen's */
    void *state;
    struct arena *arena;
    struct arena *replies[UI_TAGS];
    struct widget widgets[UI_WIDGETS];
    int widget_count, focus;
    int holds; /* SUBJECT_… of the records in its lists, 0: of none */
    struct scrolled document, preview;
    bool in_preview; /* keys that move scroll it */
    char title[80], status[160];
    unsigned loads;       /* bits 1 << enum load still to be called */
    int64_t selected_due; /* 0: nothing */
    uint64_t selected;    /* the record that a preview was last wanted for */
    int64_t timer_due;
    void (*timer)(struct ui *ui, void *state);
    unsigned serial;
};
struct pending {
    unsigned ticket; /* 0: free */
    unsigned serial;
    int tag;
    struct refusal failed; /* could not even be sent: told on the next tick */
    bool live;             /* asked because of an event: its answer may wait for the next slow paint */
    int64_t since;
    char busy[80];
};
/* What stands before the pane and takes all keys. */
enum overlay { OVERLAY_NONE, OVERLAY_HELP, OVERLAY_PALETTE, OVERLAY_DIALOG };
struct open_dialog {
    struct dialog d;
    struct arena *texts;
    struct edit *edit;
    int focus; /* 0 the text or choices (if any), then 1 Cancel, 2 yes */
    int choice, top;
    unsigned serial;
    char error[256];
};
/* What ":" asked the server (palette_find.c). */
struct finder {
    ui_opens *open;
    int64_t due; /* when it is asked; 0: it need not */
    bool asked, wanted;
    struct arena *arena;
    const struct portal_find_out *found; /* in it; NULL: not answered */
};
#define FINDER_SERIAL UINT_MAX /* of no screen */
struct ui {
    struct instance *stack[UI_DEPTH];
    int depth;
    struct instance *calling; /* whose callback runs; NULL: nobody's */
    struct instance *grave[UI_GRAVE];
    int grave_count;
    unsigned serial, ticket;
    struct pending pending[UI_PENDING];
    struct ui_backend backend;
    void *session;
    char business[128], person[128];
    unsigned who;
    const struct section *sections;
    struct section led[10]; /* … made of ways; ends with {0} */
    char waits[9][32];      /* of each section this person sees: how much waits there */
    const struct places *places;
    int section; /* index among those seen, −1 */
    const struct key_row *keys;
    const struct key_row *row;  /* that is asked, or that runs */
    struct key ahead[UI_AHEAD]; /* typed ahead (ui_ahead.c), at the screen of that serial */
    int ahead_n;
    unsigned ahead_at;
    bool online, ascii;
    bool met; /* there was a connection before */
    int64_t offline_since;
    char server[200];  /* where it is asked for; "": not said */
    char trouble[256]; /* why it is not online; "": not known */
    int bell;
    int32_t today;
    struct grid *grid;
    int64_t now, painted, last_key;
    enum ui_paint paint;
    bool in_event, quitting, preview_off;
    int64_t insists; /* until when a further Ctrl-C leaves */
    int exit_code;
    struct ui_effects effects;
    char *copy;
    char toast[256];
    enum tone tone;
    int64_t toast_until;
    enum overlay overlay;
    struct open_dialog dialog;
    struct edit *command; /* of the palette */
    struct finder finder;
    int command_at; /* row under the cursor, help: first row */
};

struct instance *ui_here(const struct ui *ui);
/* What holds the keys now. A dialog whose screen has another above it (the lock) waits unseen until that is gone. */
enum overlay ui_overlay(const struct ui *ui);
struct instance *ui_self(const struct ui *ui);                /* whose callback runs, else the top one */
struct instance *ui_enter(struct ui *ui, struct instance *i); /* returns what to put back into ui->calling */
struct instance *ui_by_serial(const struct ui *ui, unsigned serial);
void ui_dirty(struct ui *ui, enum ui_paint paint);
void ui_run_loads(struct ui *ui);
void ui_expect_nothing(struct instance *i);             /* its lists wait for no other rows */
bool ui_asks(const struct ui *ui, unsigned serial);     /* of that screen, something is asked for */
bool ui_locked(const struct ui *ui, const char **busy); /* an ask with busy is open */
int64_t
ui_waiting_since(const struct ui *ui); /* oldest open ask, 0: none; long polls are the program's, not here */

/* ui_keys.c: the rows that apply, in order: the screen's, the program's, the ui's own. NULL after the last. */
const struct key_row *ui_row(const struct ui *ui, size_t index, const void **state);
const char *ui_impossible(const struct ui *ui, const struct key_row *row, const void *state);
bool ui_of_list(const struct key_row *row);
void ui_run_row(struct ui *ui, const struct key_row *row);
void ui_help(struct ui *ui);                                   /* all keys */
const struct key_row *ui_row_of(const struct ui *ui, int key); /* the one that does something; NULL: none */
/* A key of what is offered only for what is still being read: true: it waits for that. */
bool ui_row_waits(struct ui *ui, const struct key *k);
bool ui_list_key(struct ui *ui, struct list *l, const struct key *k); /* ui_keys.c: true: the list took it */
void ui_jump(struct ui *ui, int section);
int ui_section_count(const struct ui *ui);
const struct section *ui_section_at(const struct ui *ui, int index);
bool ui_typing(const struct ui *ui);        /* does the widget in focus take letters as text? */
bool ui_types(const struct ui *ui);         /* … or the screen's own, of an editor */
bool ui_typing_filter(const struct ui *ui); /* … namely a list's filter line */
void ui_focus_widgets(struct ui *ui);
bool ui_scroll(struct scrolled *s, int code);
bool ui_too_small(const struct ui *ui);

/* ui_ahead.c */
void ahead_hold(struct ui *ui, const struct key *k);
bool ahead_may_wait(const struct key *k);             /* is it about the rows of a list? */
bool ahead_takes(struct ui *ui, const struct key *k); /* true: it waits behind another */
void ahead_feed(struct ui *ui, bool answered);        /* the screen on top has an answer, or a refusal */
void ahead_drop(struct ui *ui);

/* ui_draw.c */
bool ui_navigates(const struct ui *ui); /* is there a column of sections? */
void draw_scrolled(struct scrolled *s, const struct canvas *pane,
                   void (*draw)(const void *state, struct canvas *c), const void *state);

/* ui_preview.c */
int ui_preview_at(const struct ui *ui);
int ui_preview_from(const struct screen *s); /* columns of the window */
void ui_preview_draw(struct ui *ui, const struct canvas *pane, int first);
void ui_preview_anew(struct instance *i);
bool ui_preview_key(struct ui *ui, const struct key *k);

/* ui_leave.c */
bool ui_changed(const struct ui *ui);
void ui_leave(struct ui *ui);        /* Esc: asks when a form was changed */
void ui_leave_portal(struct ui *ui); /* Q: the same */
void ui_interrupt(struct ui *ui);    /* Ctrl-C */
bool ui_insists(const struct ui *ui);

/* dialog.c */
void dialog_key(struct ui *ui, const struct key *k);
void dialog_draw(struct ui *ui, const struct canvas *c);
void dialog_close(struct ui *ui);
bool dialog_changed(const struct ui *ui);
void dialog_ask_leave(struct ui *ui);

/* palette_find.c */
bool finder_is(const struct ui *ui, unsigned serial);
void finder_typed(struct ui *ui);
void finder_close(struct ui *ui);
int64_t finder_tick(struct ui *ui); /* when it wants to be called again; 0: not */
const struct hit *finder_hit(const struct ui *ui, size_t i);
void finder_go(struct ui *ui, const struct hit *hit);
bool finder_await(struct ui *ui); /* false: nothing is under way */
void finder_answer(struct ui *ui, const struct reply *r);
void ui_ask_for(struct ui *ui, unsigned serial, const struct ask *ask);

/* palette.c: help and the command palette */
void palette_key(struct ui *ui, const struct key *k);
bool palette_choose(struct ui *ui); /* the entry under the cursor; false: there is none */
void palette_draw(struct ui *ui, const struct canvas *c);
void help_key(struct ui *ui, const struct key *k);
void help_draw(struct ui *ui, const struct canvas *c);
void palette_open(struct ui *ui);
#endif
