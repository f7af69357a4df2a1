/* What a screen is, and what it may ask of the interface around it (struct ui). tui/README.md shows a whole one.
 *
 * One screen = one file with its state, its draw, its key table and one const struct screen at the end. The interface owns
 * the stack of open screens, the header, status and footer rows, dialogs, help and palette, and calls back here:
 *   open     once; makes widgets with ui_list and ui_form; the state is zeroed memory of state_size
 *   load     after open, and whenever data is wanted: asks with ui_ask, never waits
 *   reply    the answer to a ui_ask
 *   draw     pure: state → canvas, no calls that change anything
 * Any of them may be NULL. */
#ifndef TUI_SCREEN_H
#define TUI_SCREEN_H
#include "proto/op.h"
#include "tui/full/canvas.h"
#include "tui/full/form.h"
#include "tui/full/keystroke.h"
#include "tui/full/list.h"

struct ui;

/* Who sees a key or a section: bits BY_… of proto/op.h; 0 is everyone. */
#define BY_READERS (BY_READER | BY_STAFF | BY_ADMIN)
#define BY_WRITERS (BY_STAFF | BY_ADMIN)

/* One key of a screen. The table ends with {0}. It feeds the footer, "?", the palette and the manual page. */
struct key_row {
    int key;            /* 'p', K_ENTER, CTRL('N'); 0 with an action: palette only */
    const char *action; /* one or two words, in the footer and palette: "pay" */
    const char *help;   /* in "?": "Pay this invoice" */
    unsigned who;
    /* NULL: always possible. Returns NULL, or why not as a sentence: the key is dimmed, and says it when pressed. */
    const char *(*possible)(const struct ui *ui, const void *state);
    void (*run)(struct ui *ui, void *state);
    bool quiet; /* not in the footer */
    /* NULL: always. False: the row is not there at all, not dimmed: what it does does not exist here. */
    bool (*offered)(const struct ui *ui, const void *state);
    bool lapses; /* while it is not possible it is not in the footer: it is about the row under the cursor */
    const void *arg; /* for functions that serve several rows: ui_arg */
};
/* Rows of this instance, instead of its screen's; they outlive it. */
void ui_rows(struct ui *ui, const struct key_row *rows);
extern const char ui_loading[]; /* why a row is not possible yet: its key waits for the answer (ui_ahead.c) */
const void *ui_arg(const struct ui *ui); /* arg of the row that is asked, or that runs */

enum load {
    LOAD_FIRST,
    LOAD_AGAIN,  /* r pressed, came back to this screen, connected again, ui_reload */
    LOAD_MORE,   /* the list nears its end: ask for the next page */
    LOAD_FILTER, /* of a list with a remote filter */
    LOAD_SORT,
    LOAD_SELECTED /* the list's cursor rests on another record, and the preview is visible */
};

struct reply {
    enum err code;             /* OK or why not */
    const struct refusal *why; /* never NULL */
    const void *out;     /* the operation's NAME_out when OK; lives until the next reply with this tag */
    struct arena *arena; /* where it lives; a screen may put things beside it */
};

/* What a dialog brought back. */
struct said {
    const char *text; /* typed */
    int choice;       /* chosen */
};

struct screen {
    const char *name;  /* "customer.invoices": unique */
    const char *title; /* crumb, until ui_title says otherwise */
    size_t state_size;
    void (*open)(struct ui *ui, void *state, uint64_t subject); /* subject: a record's id or 0 */
    void (*load)(struct ui *ui, void *state, enum load why);
    void (*reply)(struct ui *ui, void *state, int tag, const struct reply *r);
    void (*event)(struct ui *ui, void *state,
                  const struct event *e); /* something visible to this session happened */
    void (*draw)(const void *state, struct canvas *c);
    void (*preview)(const void *state,
                    struct canvas *c);   /* on the right from 120 columns, as long as it is */
    bool (*previews)(const void *state); /* NULL: always. False: there is nothing to preview now */
    int preview_from;                    /* columns of the window from which it is there; 0: 120 */
    void (*submit)(struct ui *ui, void *state, struct form *form); /* every input is fine */
    void (*button)(struct ui *ui, void *state, struct form *form, const char *button); /* any but the first */
    void (*changed)(struct ui *ui, void *state, struct form *form); /* after a key in a form */
    bool (*key)(struct ui *ui, void *state,
                const struct key *k);   /* first look at a key, for editors; true: used */
    bool (*unsaved)(const void *state); /* an editor of its own kind: is there something to lose? */
    const char *(*leaving)(
        const void *
            state); /* said instead of what is not saved, where leaving leaves nothing to save; NULL, or NULL told: that */
    void (*close)(void *state); /* what the state owns beyond ui_arena and widgets */
    const struct key_row *keys; /* a row with K_ENTER opens the list's record */
    int holds;    /* SUBJECT_… of the records in its list; 0: of none that are made elsewhere */
    bool scrolls; /* a document: drawn as long as it is (c->rows is CANVAS_TALL), the interface scrolls */
    bool
        types; /* an editor of its own kind: letters are text, the footer has only keys that work while typing */
    bool alone; /* no header: sign-in, QR codes */
};
#define CANVAS_TALL 2000

/* --- widgets: owned by the screen instance. The first made has the focus; Tab goes on to the next. */
struct list *ui_list(struct ui *ui, const struct list_column *columns, size_t count);
struct form *ui_form(struct ui *ui, const struct input_spec *inputs, size_t count);
void ui_focus(struct ui *ui, const void *widget);
struct arena *ui_arena(struct ui *ui); /* lives as long as the screen instance */
#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

/* --- asking the server. An instance has at most one open ask a tag: a newer one supersedes it, its answer alone arrives. */
struct ask {
    int tag; /* 0 … 15 */
    const struct op *op;
    const void *
        in; /* NAME_in, packed before ui_ask_with returns; only members that were given (has bits) are sent */
    const uint8_t *id; /* 16 bytes made with ui_id when the review opened; NULL: a fresh one */
    const char *busy;  /* locks the keyboard until the answer, and is shown: "Paying…"; NULL: not locked */
};
void ui_ask(struct ui *ui, int tag, enum op_number op, const void *in);
void ui_ask_with(struct ui *ui, const struct ask *ask);
void ui_id(struct ui *ui, uint8_t id[16]);
bool ui_waiting(const struct ui *ui, int tag);
/* For the head of reply(): true when refused, after saying so (under the form's input, else as a toast). */
bool ui_refused(struct ui *ui, const struct reply *r);

/* --- moving. load runs after the key or reply that pushed is done, so the state returned may still be filled in. */
void *ui_push(struct ui *ui, const struct screen *s, uint64_t subject);
void *ui_replace(struct ui *ui, const struct screen *s, uint64_t subject); /* instead of this one */
void *ui_start(struct ui *ui, const struct screen *s,
               uint64_t subject); /* instead of everything; of no section */
void ui_begin(struct ui *ui);     /* with the first section */
/* A record was made: lists of such records (struct screen, holds) on the screens below put their cursor on it. */
void ui_made(struct ui *ui, int subject, uint64_t id);
void ui_holds(struct ui *ui, int subject); /* of this instance, instead of its screen's */
void ui_pop(struct ui *ui); /* closes the screen whose callback this is, without asking; the last one stays */
/* The screen on top, which scrolls, is shown from its canvas_place on once that is drawn. */
void ui_to_place(struct ui *ui);
void ui_reload(struct ui *ui);                                      /* load(LOAD_AGAIN) of the top one */
void ui_title(struct ui *ui, const char *format, ...) PRINTF(2, 3); /* this instance's crumb */
void ui_status(struct ui *ui, const char *format, ...)
    PRINTF(2, 3);                    /* this instance's status row; "" for none */
bool ui_on_top(const struct ui *ui); /* the instance whose callback runs is the top one */
const void *ui_top_state(const struct ui *ui);
void ui_quit(struct ui *ui, int exit_code);

/* --- saying, and asking the person. done gets the state of the instance that asked. */
enum tone { TONE_INFO, TONE_GOOD, TONE_BAD };
void ui_toast(struct ui *ui, enum tone tone, const char *format, ...)
    PRINTF(3, 4); /* status row: 6 s or until a key */
enum dialog_kind {
    DIALOG_CONFIRM, /* two buttons */
    DIALOG_WORD,    /* `word` has to be typed */
    DIALOG_LINE,    /* one line of text */
    DIALOG_LINES,   /* several: a comment, a reason */
    DIALOG_CHOOSE   /* one of `choices` */
};
struct dialog {
    enum dialog_kind kind;
    const char *title, *text; /* text may have several lines. All texts are copied but choices */
    const char
        *yes; /* the button that acts: "Pay EUR 4,098.60"; NULL: "OK". Confirm and word start on Cancel */
    const char *word, *label, *initial;
    int max;               /* characters, 0: 200 (lines 4000) */
    bool optional, secret; /* may be empty; shown as bullets */
    bool replaces;         /* `initial` is selected: what is typed takes its place */
    const char *wrong; /* shown under the field from the start: why it is asked for again; NULL: nothing */
    /* The program's own, between an ask and its answer: it takes keys though the keyboard is locked; done and cancelled get no state, and one of
     * them is called whatever becomes of it. */
    bool step;
    /* Beyond that: false and why->detail for what can not be taken; it is shown under the field, and the dialog stays. */
    bool (*check)(void *state, const char *text, struct refusal *why);
    const char *const *choices; /* NULL-terminated */
    void (*done)(struct ui *ui, void *state, const struct said *said);
    void (*cancelled)(struct ui *ui, void *state);
};
void ui_dialog(struct ui *ui, const struct dialog *d);
void ui_confirm(struct ui *ui, const char *title, const char *text, const char *yes,
                void (*done)(struct ui *ui, void *state, const struct said *said));

/* --- knowing */
unsigned ui_who(const struct ui *ui);  /* one bit BY_…; BY_PUBLIC before sign-in */
int64_t ui_now(const struct ui *ui);   /* monotonic ms */
int32_t ui_today(const struct ui *ui); /* the business's civil day */
bool ui_online(const struct ui *ui);
const char *ui_trouble(const struct ui *ui); /* why not, where that is known; else "" */
bool ui_ascii(
    const struct ui *ui); /* the terminal shows letters only: for what can not be replaced cell by cell */
void *ui_session(const struct ui *ui); /* what the program attached: who is signed in */
void ui_after(struct ui *ui, int ms,
              void (*fn)(struct ui *ui, void *state)); /* one an instance; replaces the former */
void ui_copy(struct ui *ui, const char *text);         /* OSC 52; says "sent to your terminal" */
void ui_copy_secret(struct ui *ui, const char *text, const char *what); /* … and `what` instead of the text */
#endif
