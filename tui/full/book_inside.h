/* Inside of book_screen.c, book_keys.c, book_draw.c, book_list.c, act_screen.c, act_form.c and page_draw.c only. */
#ifndef TUI_BOOK_INSIDE_H
#define TUI_BOOK_INSIDE_H
#include "tui/face/run.h"
#include "tui/full/act_above.h"
#include "tui/full/book_screen.h"
#include "tui/full/page_draw.h"

bool book_paint(const struct book *b, const char *act, const struct scene *v, struct canvas *c);
const char *page_lines(struct arena *a, const struct page *p); /* as lines, for a dialog */
/* First member of every state that runs an act. */
struct act_state {
    struct run *run;         /* NULL: none runs */
    struct form *form;       /* of its fields; NULL: it has none, or they are on another screen */
    bool known;              /* who one is was asked anew */
    const struct act *leads; /* one that goes on to one of several … */
    uint64_t *among;         /* … which are these */
};
enum {
    TAG_ROWS,
    TAG_ALSO,
    TAG_ACT = TAG_ALSO + BOOK_ALSO,
    TAG_FRESH,
    TAG_ME,
    TAG_PEEK,
    TAG_SEEN,
    TAG_LOOK,
    TAG_NUDGE
};
struct form_state {
    struct act_state act; /* its run has fields; none yet: what a straight book stands on is awaited */
    const struct book *straight;
    uint64_t id;             /* with what that was opened; 0: nothing */
    struct id_list marked;   /* … or with those; on the heap */
    unsigned owed;           /* … and bits of what is awaited, by tag */
    struct run *led;         /* the act that led there with its answer: one may come back to it; NULL: none */
    struct scene view;       /* what was answered so far */
    struct act_above above;  /* before the fields */
    const struct give *many; /* field of several that can be marked; NULL: there is none */
    const struct give *parts; /* … or of what the amount is for */
    struct list *list;        /* what can be marked, or taken */
    bool some;                /* only the marked ones are meant */
    size_t chosen;            /* what was chosen elsewhere when the list was filled */
    bool follows;             /* what was asked is followed, in place of the form … */
    int ticks;                /* … for so many seconds */
    bool online;              /* … as of the last of them */
};
/* act_follow.c: what takes a while, until its outcome is known. */
void follow_step(struct ui *ui, struct form_state *s);
bool follow_key(struct ui *ui, struct form_state *s, const struct key *k);
void follow_event(struct ui *ui, struct form_state *s);
void follow_reply(struct ui *ui, struct form_state *s, int tag, const struct reply *r);
void follow_draw(const struct form_state *s, struct canvas *c);
void act_ask(struct ui *ui, const struct run *r);
/* act_parts.c: the list of what the amount is for, under the form. */
void parts_make(struct ui *ui, struct form_state *s);
bool parts_key(struct ui *ui, struct form_state *s, const struct key *k);
void parts_amount(struct ui *ui, void *state); /* asks how much of the one under the cursor */
const char *parts_can(const struct ui *ui, const void *state);
void parts_draw_sum(const struct form_state *s, const struct canvas *c, int y);
/* act_inputs.c */
void act_form_follow(struct form_state *s); /* what is usual, and what can be marked, follows what is given */
void inputs_make(struct ui *ui, struct form_state *s);
/* What is known of a field's input before anything is read: choices of its own, amounts and what follows from others come later. */
void inputs_spec(struct arena *a, const struct give *g, const struct field *f, const char *label,
                 struct input_spec *i);
const struct give *inputs_read(struct form_state *s,
                               const char **wrong); /* the first that is wrong, and why */
const char *inputs_again(const struct form_state *s,
                         const struct give *g); /* name of the input where it is typed twice */
size_t inputs_marked(const struct form_state *s);
/* Those that are marked and can be chosen still: another role may have other ones. */
size_t inputs_mark(struct form_state *s);
struct page_start { /* a page of a list that is here */
    const char *after;
    size_t end; /* its rows are those before this one, and after the page before */
};
struct book_state {
    struct act_state act;
    const struct book *book;
    struct list *
        from; /* of a record: of the screen below, which stays as long as this one; NULL: it was opened from elsewhere */
    bool letters;     /* this terminal has no cells to draw in */
    const void *peek; /* of a list: the record that was read for the preview … */
    uint64_t peek_id, peek_asked;
    enum op_number peek_op;
    int fresh;           /* rows that came since */
    uint64_t id;         /* of the record; of a list, where its cursor begins */
    bool one;            /* a row of the list, by itself … */
    bool from_first;     /* … that is looked for from the first page on */
    struct list *list;   /* NULL: a record */
    const char *nothing; /* what is said in place of rows, where there are none at all */
    struct scene view;   /* answers as they came, of a list all pages in `rows`; without a row and an arena */
    struct arena *rows;
    unsigned owed; /* bits of the answers that are still to come */
    size_t room;   /* for so many */
    struct page_start *pages;
    size_t pages_n, pages_room;
    const char *title;             /* of a list to choose from … */
    const struct book *chosen_for; /* … which book is opened with the row, or … */
    book_chosen *chosen;           /* … who gets it, and … */
    int what;                      /* … what for */
    bool sorts;                    /* the server sorts it */
    bool further;                  /* the next page is asked for, not the first */
    char find[401], after[401];    /* what is looked for; of a row by itself: its page */
    struct run *undo;              /* what was done last, as long as it can be taken back; NULL: nothing */
    int64_t undo_until;
    struct page *page;     /* of a record, in `told` */
    struct arena *told;    /* what is told now */
    struct arena *choices; /* of the dialog that is open: until the next one */
    struct arena *asked;   /* why an act is not possible: asked for each key on each paint */
};
/* What descriptions get: the row that is meant, and for an act what is marked. */
struct scene book_scene(const struct book_state *s, struct arena *a);
struct scene book_scene_marked(const struct book_state *s, struct arena *a);
/* book_screen.c. NULL: it is on top already, not described, or what it is opened with is chosen first. */
struct book_state *book_push(struct ui *ui, const struct book *b, uint64_t id, bool instead);
void book_open_row(struct ui *ui, void *state);
void book_make_keys(struct ui *ui, const struct book_state *s);
void book_watch_undo(struct ui *ui, const struct book_state *s); /* until it can not be taken back any more */
/* book_draw.c */
void book_draw(const void *state, struct canvas *c);
bool book_previews(const void *state); /* where the rows say all, they have the whole width */
void book_preview(const void *state, struct canvas *c);
bool book_has_beside(const void *state); /* of a record: what has a second pane where the window is wide */
void book_beside(const void *state, struct canvas *c);
bool book_peeks(const struct book *b, const struct scene *v,
                struct peek *p); /* what is read of a row for its preview; false: nothing */
void book_list_make(struct ui *ui, struct book_state *s);
void book_list_fill(struct book_state *s, size_t from); /* the rows from that one on */
/* A page: of those that are here, the first or one more. Returns how many rows there were before it. */
size_t book_take_page(struct book_state *s, const void *page);
void book_take_order(struct book_state *s); /* that the server is asked for */
bool book_take_find(struct book_state *s);  /* false while it is nothing that can be looked for */
void book_ask_only(struct ui *ui, void *state);
void book_ask_peek(struct ui *ui, struct book_state *s);
bool book_took_peek(struct book_state *s, int tag, const struct reply *r); /* true: it was that answer */
void book_say_seen(struct ui *ui, const struct book_state *s);
bool book_took_seen(struct ui *ui, int tag, const struct reply *r);
const char *book_capital(struct arena *a, const char *text); /* with a capital letter */
void book_say_only(struct ui *ui, const struct book_state *s);
/* An act was done: nothing is marked any more, and the cursor of its list goes to what was made (0: nothing). */
void book_done(struct ui *ui, const struct book *b, uint64_t made, bool opens);
/* An act was done that something takes back: the run is the book's from now on. */
void book_can_undo(struct ui *ui, struct run *r);
bool book_picks(const struct ui *ui); /* is there a list to choose from on top? */
void act_begin(struct ui *ui, struct act_state *s, const struct book *b, const struct act *a,
               const struct scene *v);
void act_step(struct ui *ui, struct act_state *s); /* does what the run wants next */
bool act_reply(struct ui *ui, struct act_state *s, int tag, const struct reply *r); /* true: it was its own */
void act_form_open(struct ui *ui, struct run *run);
/* act_told.c */
void act_tell(struct ui *ui, struct act_state *s); /* its run is that screen's */
bool act_told_on_top(const struct ui *ui);
/* A straight book, above what is there or instead of everything; and with the answer of the act that leads to it, whose run it takes. */
typedef void *screen_opens(struct ui *ui, const struct screen *s, uint64_t subject); /* ui_push, … */
struct form_state *act_straight(struct ui *ui, const struct book *b, uint64_t id, screen_opens *open);
void act_hand_on(struct ui *ui, struct run *led, bool instead);
/* What is there where a straight book is of no use, and why ("": one wanted it so); what called is gone then. */
void act_instead(struct ui *ui, const struct book *b, const char *why);
/* act_straight.c: asks for all that it stands on, and begins; it may be gone then. */
void straight_ask(struct ui *ui, struct form_state *s);
void straight_take(struct ui *ui, struct form_state *s, int tag, const struct reply *r);
void act_form_begin(struct ui *ui, struct form_state *s); /* its run wants fields */
struct run *act_run(struct ui *ui, const struct book *b, const struct act *a, const struct scene *v);
void act_form_again(struct act_state *s); /* the record was read anew: the fields begin with it */
void act_key(const struct act *a, char *buffer, size_t size); /* what it is called here: its key */
#endif
