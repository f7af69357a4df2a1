/* What a screen is, and what it may ask of the interface around it (struct ui). tui/README.md shows a whole one.
 *
 * One screen = one file with its state, its draw, its key table and one const struct screen at the end. The interface owns
 * the stack of open screens, the header, status and footer rows, dialogs, help and palette, and calls back here:
 *   open     once; makes widgets with ui_list and ui_form; the state is zeroed memory of state_size
 *   load     after open, and whenever data is wanted: asks with ui_ask, never waits
 *   reply    the answer to an ui_ask
 *   draw     pure: state → canvas, no calls that change anything
 * Any of them but draw may be NULL. */
#ifndef TUI_SCREEN_H
#define TUI_SCREEN_H
#include "tui/canvas.h"
#include "tui/form.h"
#include "tui/keys.h"
#include "tui/list.h"

struct ui;
struct op; /* proto/op.h; the toolkit only hands it on */

enum role { ROLE_ANYONE = 0, ROLE_CUSTOMER = 1, ROLE_READER = 2, ROLE_STAFF = 4, ROLE_ADMIN = 8 };
#define ROLES_BUSINESS (ROLE_READER | ROLE_STAFF | ROLE_ADMIN)
#define ROLES_WRITE (ROLE_STAFF | ROLE_ADMIN)

/* One key of a screen. The table ends with {0}. It feeds the footer, "?", the palette and the manual page. */
struct key_row {
    int key;            /* 'p', K_ENTER, CTRL('N'); 0 with an action: palette only */
    const char *action; /* short, in the footer and palette: "pay" */
    const char *help;   /* in "?": "Pay this invoice" */
    unsigned roles;     /* who sees it; 0: everyone */
    const char *(*possible)(const struct ui *ui,
                            const void *state); /* NULL: always. Returns NULL or why not, a sentence */
    void (*run)(struct ui *ui, void *state);
    bool quiet; /* not in the footer */
};

enum load { LOAD_FIRST, LOAD_AGAIN, LOAD_MORE, LOAD_FILTER, LOAD_SORT, LOAD_SELECTED };
/* LOAD_AGAIN: r pressed, came back to this screen, reconnected. LOAD_SELECTED: the list's cursor rests on another record
 * (asked 60 ms after the last move, only when the screen has a preview that is visible). */

struct reply {
    enum err code;             /* OK or why not */
    const struct refusal *why; /* never NULL */
    const void *out;     /* the operation's output shape when OK; lives until the next reply with this tag */
    struct arena *arena; /* where it lives: a screen may put things beside it */
};
struct ui_event { /* something visible to this session happened */
    const char *kind, *subject, *text;
};

struct screen {
    const char *name;  /* "customer.invoices": unique */
    const char *title; /* crumb, until ui_title says otherwise */
    size_t state_size;
    void (*open)(struct ui *ui, void *state,
                 const char *subject); /* subject: a record's id or NULL; copied by the caller of it */
    void (*load)(struct ui *ui, void *state, enum load why);
    void (*reply)(struct ui *ui, void *state, int tag, const struct reply *r);
    void (*event)(struct ui *ui, void *state, const struct ui_event *e);
    void (*draw)(const void *state, struct canvas *c);
    void (*preview)(const void *state, struct canvas *c); /* right of the list from 120 columns */
    /* Enter on a list (tag is its number, from 0, in order of ui_list); without it the row with K_ENTER runs. */
    void (*submit)(struct ui *ui, void *state, struct form *form); /* every field is fine */
    void (*button)(struct ui *ui, void *state, struct form *form, const char *button); /* the others */
    void (*changed)(struct ui *ui, void *state,
                    struct form *form); /* after any key in a form: recompute totals */
    bool (*key)(struct ui *ui, void *state,
                const struct key *k); /* first look at every key: for editors; true: used */
    void (*close)(void *state);       /* frees what the state owns beyond ui_arena and widgets */
    const struct key_row *keys;
    bool
        scrolls; /* a document: draw as long as needed, the interface scrolls (c->rows is then CANVAS_TALL) */
    bool
        alone; /* no header or footer rows: sign-in, QR; `draw` has the whole terminal but the last two rows */
};
#define CANVAS_TALL 2000

/* --- widgets, owned by the screen instance; the first made has the focus, Tab goes on */
struct list *ui_list(struct ui *ui, const struct list_column *columns, size_t count);
struct form *ui_form(struct ui *ui, const struct field_spec *specs, size_t count);
void ui_focus(struct ui *ui, const void *widget);
struct arena *ui_arena(struct ui *ui); /* lives as long as the screen instance */
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* --- asking. At most one open ask a tag and instance: a newer one supersedes (its answer alone arrives). */
struct ask {
    int tag; /* 0 … 15 */
    const struct op *op;
    const void *in;          /* the operation's input shape; packed before ui_ask_with returns */
    const unsigned char *id; /* 16 bytes made with ui_id when a review was opened; NULL: a fresh one */
    const char *busy; /* locks the keyboard until the answer, showing this: "Paying…"; NULL: not locked */
};
void ui_ask(struct ui *ui, int tag, const struct op *op, const void *in);
void ui_ask_with(struct ui *ui, const struct ask *ask);
void ui_id(struct ui *ui, unsigned char id[16]);
bool ui_waiting(const struct ui *ui, int tag); /* is an ask of this instance with the tag open? */
/* For the head of reply(): true when refused, after saying so (under the form's field, or as a toast). */
bool ui_refused(struct ui *ui, const struct reply *r);

/* --- moving */
void ui_push(struct ui *ui, const struct screen *s, const char *subject);
void ui_replace(struct ui *ui, const struct screen *s, const char *subject); /* instead of the top one */
void ui_start(struct ui *ui, const struct screen *s, const char *subject);   /* instead of everything */
void ui_pop(struct ui *ui);                                                  /* the last one stays */
void ui_title(struct ui *ui, const char *format, ...) PRINTF(2, 3);          /* this instance's crumb */
void ui_status(struct ui *ui, const char *format, ...)
    PRINTF(2, 3);              /* this instance's status row; "" for none */
void ui_reload(struct ui *ui); /* load(LOAD_AGAIN) of the top one */
void ui_quit(struct ui *ui, int exit_code);

/* --- saying and asking back. done gets the state of the instance that asked. */
enum tone { TONE_INFO, TONE_GOOD, TONE_BAD };
void ui_toast(struct ui *ui, enum tone tone, const char *format, ...)
    PRINTF(3, 4); /* status row, 6 s or until a key */
struct answer {
    const char *text; /* typed */
    int choice;       /* chosen */
};
struct dialog {
    enum { DIALOG_CONFIRM, DIALOG_WORD, DIALOG_LINE, DIALOG_LINES, DIALOG_CHOOSE } kind;
    const char *title, *text; /* copied; text may have several lines */
    const char *yes;   /* the button that acts: "Pay EUR 4,098.60"; NULL: "OK". The focus starts on Cancel */
    const char *word;  /* DIALOG_WORD: what must be typed: "ACCEPT" */
    const char *label; /* of the line: "Reason" */
    const char *initial;
    int max;                    /* characters, 0: 200 (lines 4000) */
    bool optional, secret;      /* may be left empty; shown as bullets */
    const char *const *choices; /* DIALOG_CHOOSE, NULL-terminated */
    bool danger;
    void (*done)(struct ui *ui, void *state, const struct answer *a);
    void (*cancelled)(struct ui *ui, void *state);
};
void ui_dialog(struct ui *ui, const struct dialog *d);
void ui_confirm(struct ui *ui, const char *title, const char *text, const char *yes,
                void (*done)(struct ui *, void *, const struct answer *));

/* --- knowing */
unsigned ui_role(const struct ui *ui);
int64_t ui_now(const struct ui *ui);   /* monotonic ms */
int32_t ui_today(const struct ui *ui); /* the business's civil day */
bool ui_online(const struct ui *ui);
void *ui_session(const struct ui *ui); /* what the program attached: who is signed in */
void ui_after(struct ui *ui, int ms,
              void (*fn)(struct ui *ui, void *state)); /* one timer an instance; replaces the former */
void ui_copy(struct ui *ui, const char *text);         /* OSC 52; says "sent to your terminal" */
#endif
