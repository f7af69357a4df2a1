/* Line mode: the portal as lines of text and numbered choices, for screen readers, dumb terminals and scripts. Text is only ever
 * appended; no cursor is moved, nothing is coloured, and what is said stands label first, one fact a line.
 *
 * A flow is a function that talks to the person from top to bottom: talk_ask and talk_menu wait for what is typed, talk_get waits for
 * the server. While they wait, the one loop of the program runs: connection, news, idle lock, signals. */
#ifndef TUI_LINE_TALK_H
#define TUI_LINE_TALK_H
#include "common/page.h"
#include "tui/full/qr.h"
#include "tui/link/client.h"
#include "tui/link/profile.h"
#include <stdio.h>

struct talk;

/* Runs until the person leaves or the input ends; returns the exit code of the program. */
int talk_run(const struct profile *p, int in, int out, const struct client_options *o);

/* How a conversation goes on. Whoever gets TURN_END returns it at once: the program ends. */
enum turn {
    TURN_ON,    /* done, or answered */
    TURN_BACK,  /* the person said "back": nothing was done */
    TURN_AGAIN, /* done, and what the menu stands on has changed: show it again */
    TURN_LEAVE, /* what the menu stands on is gone */
    TURN_END
};

/* --- saying. Rows are wrapped to the width of the terminal; after 20 of them a person is asked whether to go on. Control characters
 * in anything are replaced: texts of others can neither steer the terminal nor begin a line of their own. */
void talk_say(struct talk *t, const char *format, ...)
    PRINTF(2, 3); /* one paragraph; newlines in it become blanks */
void talk_not(struct talk *t, const char *format, ...)
    PRINTF(2, 3); /* the same, of why something is not done: no menu is told behind it */
void talk_title(struct talk *t, const char *format, ...) PRINTF(2, 3); /* a blank row before it */
/* "Label: value"; nothing when the value is empty. */
void talk_fact(struct talk *t, const char *label, const char *format, ...) PRINTF(3, 4);
/* A text of several lines that somebody wrote: each begins with "> ", so that none can pass for what the portal says. */
void talk_quote(struct talk *t, const char *label, const char *text);
void talk_page(struct talk *t, const struct page *p);                /* all of it, in its order */
void talk_qr(struct talk *t, const char *text, enum qr_level level); /* or why it can not be drawn here */
/* Rows as they are, not wrapped, in one go: for codes and what is drawn. */
void talk_raw(struct talk *t, const char *text);
int talk_columns(const struct talk *t); /* 0: as many as one likes */

#define TALK_PAGE 15 /* rows of a list at once */

/* --- asking. "back", "quit", "help" and "?" work everywhere; a full stop before them means the word itself. */
struct talk_prompt {
    const char *label;
    const char *help;                       /* one sentence; NULL: none */
    const char *initial;                    /* Enter takes it; "-" empties where optional; NULL or "": none */
    bool secret;                            /* not shown while it is typed */
    bool optional;                          /* may be empty */
    bool afresh;                            /* what was answered before is not offered again (talk_kept.c) */
    const char *(*check)(const char *text); /* NULL or what is wrong, as a sentence */
    /* The same with something of the asker's own: takes what was typed, also nothing. */
    const char *(*take)(void *ctx, const char *text);
    void *ctx;
};
/* TURN_ON: buffer holds what was typed, without blanks around it (secrets as they are). Longer than size − 1 is refused. */
enum turn talk_ask(struct talk *t, const struct talk_prompt *p, char *buffer, size_t size) MUST_USE;
/* Several lines, until one that is only a full stop; that alone takes what was typed before, or `initial`. */
enum turn talk_ask_text(struct talk *t, const struct talk_prompt *p, char *buffer, size_t size) MUST_USE;
/* A question that wants "yes" or "no". */
enum turn talk_confirm(struct talk *t, bool *yes, const char *format, ...) PRINTF(3, 4) MUST_USE;
/* A word that has to be typed exactly. TURN_BACK for anything else. */
enum turn talk_word(struct talk *t, const char *word, const char *does) MUST_USE;
/* One of several, by number or by its beginning. NULL among them: not to be chosen now; the others keep their numbers. */
enum turn talk_choose(struct talk *t, const char *label, const char *const *choices, size_t n,
                      size_t *chosen) MUST_USE;
/* now: the one that Enter takes; NULL: none. */
enum turn talk_choose_from(struct talk *t, const char *label, const char *const *choices, size_t n,
                           const char *now, size_t *chosen) MUST_USE;

/* --- menus: one table says what can be done, for help, numbers, words and rights. Ends with {0}. */
struct deed {
    const char *name;                                         /* typed, or its number: "accept" */
    const char *help;                                         /* "Accept this estimate" */
    enum op_number op;                                        /* what it asks for: offered to those who may */
    const char *(*possible)(struct talk *t, const void *ctx); /* NULL or why not; NULL: always */
    enum turn (*run)(struct talk *t, void *ctx);
    bool always;                     /* needs no operation */
    bool unlisted;                   /* can be typed, and is not told among the others */
    bool (*offered)(struct talk *t); /* NULL: always; false: what it does does not exist here */
    /* What no deed is called, but this one understands: its argument then is all that was typed. NULL: nothing. */
    bool (*takes)(struct talk *t, const void *ctx, const char *typed);
    const void *arg; /* for functions that serve several deeds: talk_arg */
};
const void *talk_arg(const struct talk *t); /* arg of the deed that is asked, or that runs */
/* What it is asked for, and what it stands on. */
struct talk_menu {
    const char *label;
    const struct deed *deeds;
    bool (*show)(struct talk *t, void *ctx); /* NULL: it stands on nothing; false: it could not be shown */
    /* What numbers are there, where what it stands on has some ("invoice", "line"): then deeds go by words alone, so that no number means
     * two things. NULL: deeds have numbers. */
    const char *numbered;
    size_t (*count)(const void *ctx); /* how many of these there are */
    void *ctx;
};
/* Shows what it stands on, then asks until the person goes back. "refresh" shows it anew. */
enum turn talk_menu(struct talk *t, const struct talk_menu *m) MUST_USE;
const char *talk_argument(const struct talk *t); /* what was typed after the word of the deed that runs */

/* --- the server. What an answer holds lives until the next ask with the same tag; tags follow the depth of flows. */
enum talk_tag {
    TAG_PERSON,
    TAG_HOME,
    TAG_LIST,
    TAG_DOC,
    TAG_ACT,
    TAG_STEP,
    TAG_MORE /* and those after it */
};
/* False after saying why not. in may be NULL. */
bool talk_get(struct talk *t, enum talk_tag tag, enum op_number op, const void *in,
              const void **out) MUST_USE;
/* The same without saying anything. id: 16 bytes, or NULL for a fresh one. */
enum err talk_try(struct talk *t, enum talk_tag tag, enum op_number op, const void *in, const uint8_t *id,
                  const void **out) MUST_USE;
const struct refusal *talk_why(const struct talk *t); /* of the last talk_try that was refused */
void talk_refused(struct talk *t);                    /* says it */
bool talk_may(struct talk *t, enum op_number op);     /* may this person ask for it? */
enum turn talk_wait_online(struct talk *t) MUST_USE;  /* until there is a connection, or "back" */
enum turn talk_pause(struct talk *t,
                     int64_t ms) MUST_USE; /* TURN_BACK when the person typed "back" meanwhile */

/* --- knowing */
struct ui *talk_ui(struct talk *t);
const struct me *talk_me(struct talk *t);
int32_t talk_today(struct talk *t);
bool talk_is_customer(struct talk *t);
struct arena *talk_scratch(struct talk *t); /* emptied whenever a menu asks */
bool talk_ended(const struct talk *t);
bool talk_ascii(const struct talk *t);
void talk_end(struct talk *t, int code); /* every prompt answers TURN_END from now on */
void talk_offline(struct talk *t); /* says that the server is silent, and ends: nobody is there to wait */
enum turn talk_turn(const struct talk *t, enum turn otherwise); /* TURN_END when it has ended */
#endif
