/* Choosing a password: the rules stated before, what can be known here checked while it is typed. The inputs are called "password"
 * and "again"; the server's refusals find theirs by name. */
#ifndef TUI_NEW_PASSWORD_H
#define TUI_NEW_PASSWORD_H
#include "tui/full/screen.h"

#define NEW_PASSWORD_INPUTS(word)                                                                           \
    {.name = "password", .label = word, .kind = INPUT_PASSWORD, .required = true, .max = 200, .width = 28}, \
    {                                                                                                       \
        .name = "again", .label = word " again", .kind = INPUT_PASSWORD, .required = true, .max = 200,      \
        .width = 28                                                                                         \
    }

struct new_password {
    const char *rules; /* lines; in the reply with the tag of the ask */
    int64_t least, most;
    char count[64], same[24]; /* beside the inputs */
};
void new_password_ask(struct ui *ui, struct new_password *p, int tag);  /* for the rules */
void new_password_rules(struct new_password *p, const struct reply *r); /* the answer */
void new_password_typed(struct new_password *p, struct form *f);        /* after every key */
bool new_password_fine(const struct new_password *p, struct form *f);   /* before it is sent */
int new_password_draw(const struct new_password *p, const struct canvas *c, int y, int x); /* rows used */
#endif
