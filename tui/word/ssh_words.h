/* The words of a command that came over SSH. There is no shell: what is in here is all that quotes and backslashes mean.
 *
 *   blanks (space, tab)   separate words
 *   '…'                   everything as it stands
 *   "…"                   as it stands, but \" \\ \$ \` lose their backslash
 *   \x                    outside of quotes: x as it stands, also a blank or a quote
 *
 * Everything else stands for itself: ; | & < > $ ` ( ) * ? ~ # have no meaning, nothing is expanded. Control characters and what is
 * no UTF-8 are refused: they belong to no command, and texts of several lines come on standard input. */
#ifndef TUI_DOOR_WORDS_H
#define TUI_DOOR_WORDS_H
#include "common/arena.h"

#define DOOR_COMMAND_MOST ((size_t)64 * 1024) /* bytes of a command */
#define DOOR_WORDS_MOST 500

struct door_words {
    char **v; /* ends with NULL; in the arena */
    int n;
};
/* ERR_TOO_LARGE, or ERR_INVALID with a sentence that says where. No words at all is fine. */
enum err door_words(struct arena *a, const char *text, size_t size, struct door_words *out,
                    struct refusal *why) MUST_USE;
#endif
