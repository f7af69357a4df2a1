/* The terminal: shows grids (sending only differences), gives keys, restores everything when closed. One at a time.
 * term_curses.c is the only file that knows ncurses. Nothing here ever asks the terminal a question. */
#ifndef TUI_TERM_H
#define TUI_TERM_H
#include "tui/full/canvas.h"
#include "tui/full/keystroke.h"
#include "tui/link/profile.h"

struct terminal;
/* Takes over the terminal on these descriptors (not closed). An unknown TERM is tried as xterm-256color.
 * ERR_INVALID: it has no cursor addressing (use line mode; nothing was written). ERR_IO: not a terminal. */
enum err term_open(const struct profile *p, int in, int out, struct terminal **term) MUST_USE;
void term_close(struct terminal *t); /* accepts NULL */
void term_size(struct terminal *t, int *rows, int *columns);
void term_resized(struct terminal *t); /* after SIGWINCH: takes the new size; the next show repaints all */
void term_show(struct terminal *t, const struct grid *g);
void term_redraw(struct terminal *t); /* the next show repaints all (Ctrl-L) */
int term_fd(const struct terminal *t);
/* Reads what is there without waiting. ERR_IO when the terminal is gone. */
enum err term_read(struct terminal *t, int64_t now) MUST_USE;
bool term_key(struct terminal *t, struct key *key, int64_t now);
int term_key_wait(const struct terminal *t, int64_t now); /* as keys_wait */
void term_mouse(struct terminal *t, bool on);
void term_suspend(struct terminal *t); /* the terminal as it was; for SIGTSTP, pagers */
void term_restore(struct terminal *t);
/* Bytes straight to the terminal between two shows (OSC 52); must not move the cursor. */
void term_send(struct terminal *t, const char *bytes, size_t size);
#endif
