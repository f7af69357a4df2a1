/* Inside of line*.c only. */
#ifndef TUI_LINE_TALK_INSIDE_H
#define TUI_LINE_TALK_INSIDE_H
#include "tui/line/talk.h"
#include "tui/link/loop.h"
#include <termios.h>

#define TALK_TYPED_MAX ((size_t)64 * 1024) /* read ahead; what is longer waits in the terminal */
#define TALK_LONGEST 8192                  /* bytes of one line */
#define TALK_ROWS 20                       /* rows until a person is asked whether to go on */

/* What was typed for a deed that was then not done because the password was not given: offered when it is begun again. */
#define TALK_KEPT 24
struct talk_kept {
    const struct deed *of;
    bool offered; /* it is of the time before */
    size_t n, at; /* at: the next one to be asked for */
    char *label[TALK_KEPT], *text[TALK_KEPT];
};

struct talk {
    struct loop *loop;
    struct ui *ui;
    struct client *client;
    struct client_face face;
    int in, out;
    bool interactive; /* a person at a terminal, who is asked before more is said */
    bool ascii;
    struct arena *scratch, *shown;
    /* typed */
    struct termios modes;
    bool tty, quiet; /* quiet: echo is off */
    char typed[TALK_TYPED_MAX];
    size_t typed_size;
    bool watching, over; /* over: nothing will be typed any more */
    bool cut;            /* the line being read is too long: the rest of it is dropped */
    /* said */
    int rows; /* since something was typed */
    bool muted, asking_more;
    bool
        refused; /* why something is not done was said, and nothing was asked since: that stays above the prompt */
    bool drawing; /* what must not be interrupted */
    const char *argument;
    const struct deed *running; /* the innermost */
    const struct deed *asked;   /* whose `possible` is called */
    bool unconfirmed;           /* somebody went back from flow_confirm in it */
    struct talk_kept kept;
    struct run *undo;   /* the act done last in the book that is open, where something takes it back … */
    int64_t undo_until; /* … as long as that; NULL: none */
    uint64_t on_to;     /* the record that an act which is done leads to, until one is there; 0: none */
    /* asked of the server */
    int tag; /* −1: nothing */
    bool answered;
    enum err code;
    struct refusal why;
    const void *reply;
    int waiting_timer, pause_timer, tick_timer;
    int waited_s;
    bool paused;
    /* what happened meanwhile */
    bool locked, unlocking, warned;
    char reason[200];
    int news; /* events not told yet */
    bool ended;
    int exit_code;
};

/* talk_input.c */
void talk_input_open(struct talk *t);
void talk_input_close(struct talk *t);
void talk_echo(struct talk *t, bool on);
enum talk_read { READ_LINE, READ_NOTHING, READ_CUT };
/* The next whole line without its newline, if there is one. */
enum talk_read talk_take(struct talk *t, char *buffer, size_t size);
/* What was typed is the answer to the next question instead; false: there is no room. */
bool talk_unread(struct talk *t, const char *line);
void talk_watch(struct talk *t); /* reads on when there is room again */

/* talk.c */
void talk_wait(struct talk *t); /* runs the loop until something has happened */
void talk_stir(struct talk *t); /* something has happened */
void talk_fresh_rows(struct talk *t);
/* One line from the person after a prompt: TURN_ON, or TURN_END. Handles locking. */
enum turn talk_read_one(struct talk *t, const char *prompt, bool secret, char *buffer, size_t size) MUST_USE;
void talk_write(struct talk *t, const char *bytes, size_t size);
/* talk_say.c: a row as this terminal can show it, at most size − 1 bytes; returns how many. */
size_t talk_letters(const struct talk *t, const char *row, size_t n, char *out, size_t size);
/* talk_ask.c: "Label [initial]: ", as safe as everything that is said. */
void talk_make_prompt(struct talk *t, char *prompt, size_t size, const char *label, const char *initial,
                      bool optional);
size_t talk_number(const char *text, size_t n);            /* 1 … n that was typed, 0 for none */
bool talk_begins(const char *text, const char *beginning); /* capitals or not */
/* Prompt and answer with the words that work everywhere taken out. TURN_AGAIN: help was asked for and given. */
enum turn talk_answer(struct talk *t, const char *prompt, const char *help, bool secret, char *buffer,
                      size_t size) MUST_USE;
/* talk_kept.c: around the run of a deed; what stands there for a question, NULL: nothing; what was answered. */
void talk_kept_begin(struct talk *t, const struct deed *d);
void talk_kept_end(struct talk *t, const struct deed *d);
const char *talk_kept_offer(const struct talk *t, const char *label);
void talk_kept_take(struct talk *t, const char *label, const char *text);
void talk_kept_drop(struct talk *t);
/* flow_enter.c */
enum turn flow_enter(struct talk *t) MUST_USE;
enum turn flow_unlock(struct talk *t) MUST_USE;
/* flow_confirm.c: the password or a code once more, before something touches credentials. TURN_ON: it was shown. */
enum turn flow_confirm(struct talk *t, const struct op *op) MUST_USE; /* op: what waits for it */
#endif
