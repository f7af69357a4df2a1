/* An estimate or an invoice on the screen, for both sides; what a screen's state begins with. A side says what the status row tells, what
 * may be done, and which screens it leads to. */
#ifndef TUI_DOCUMENT_SCREEN_H
#define TUI_DOCUMENT_SCREEN_H
#include "tui/both/document_draw.h"
#include "tui/full/screen.h"

enum { DOCUMENT_GET, DOCUMENT_ACT }; /* tags; a side's own begin with DOCUMENT_ACT */

struct document_screen {
    uint64_t id;
    int kind;          /* DOC_ESTIMATE, DOC_INVOICE */
    struct list *from; /* of the screen below, which stays as long as this one; NULL: opened from elsewhere */
    struct document_view v;
};

void document_screen_open(struct ui *ui, struct document_screen *s, uint64_t id, int kind);
void document_screen_load(struct ui *ui, void *state, enum load why);
/* An answer with the first tag. True: the document has arrived. */
bool document_screen_took(struct ui *ui, struct document_screen *s, int tag, const struct reply *r);
/* Is the event about what is shown? */
bool document_screen_concerns(const struct document_screen *s, const struct event *e);
void document_screen_draw(const void *state, struct canvas *c);

/* Keys: whether they are possible, and what they do. */
const char *document_screen_loaded(const struct ui *ui, const void *state);
const char *document_screen_has_versions(const struct ui *ui, const void *state);
void document_screen_run_versions(struct ui *ui, void *state);
void document_screen_run_copy(struct ui *ui, void *state);
void document_screen_run_before(struct ui *ui, void *state); /* of the list it was opened from */
void document_screen_run_after(struct ui *ui, void *state);
void document_screen_run_history(struct ui *ui, void *state);
#define DOCUMENT_HISTORY_ROW                                                                   \
    {                                                                                          \
        .key = 'H', .action = "history", .help = "All of a long history, or the newest of it", \
        .possible = document_screen_loaded, .run = document_screen_run_history, .quiet = true  \
    }
#define DOCUMENT_BEFORE_ROW                                                     \
    {                                                                           \
        .key = '[', .action = "previous", .help = "The one before in the list", \
        .run = document_screen_run_before, .quiet = true                        \
    }
#define DOCUMENT_AFTER_ROW                                                                                  \
    {                                                                                                       \
        .key = ']', .action = "next", .help = "The next one in the list", .run = document_screen_run_after, \
        .quiet = true                                                                                       \
    }
#endif
