/* The lists of estimates and of invoices, for both sides; what a screen's state begins with. Filter and order are the server's work: a
 * list may be long. A side says how a row looks, what counts as new, and what opens one. */
#ifndef TUI_DOCUMENTS_H
#define TUI_DOCUMENTS_H
#include "tui/both/document_draw.h"
#include "tui/full/screen.h"

struct documents;
struct documents_side {
    const struct screen *estimates, *invoices;
    void (*add)(struct ui *ui, struct documents *s, const struct document_row *d);
    /* Does this event about a document of the kind put a new one into the list? */
    bool (*fresh)(const struct documents *s, const struct event *e);
};

struct documents {
    const struct documents_side *side;
    int kind;          /* DOC_ESTIMATE, DOC_INVOICE */
    uint64_t customer; /* 0: of everybody the one who asks may see */
    struct list *list;
    bool more; /* what is asked for is a further page */
    int pages, fresh;
    const struct document_row_list *rows;
    const char *next;
    const struct me *me;
    struct document_view peek; /* for the preview */
};

void documents_open(struct ui *ui, struct documents *s, int kind, const struct documents_side *side,
                    const struct list_column *columns, size_t count, const char *empty);
void documents_load(struct ui *ui, void *state, enum load why);
void documents_reply(struct ui *ui, void *state, int tag, const struct reply *r);
void documents_event(struct ui *ui, void *state, const struct event *e);
void documents_draw(const void *state, struct canvas *c);
bool documents_previews(const void *state);
void documents_preview(const void *state, struct canvas *c);

const char *documents_can_open(const struct ui *ui, const void *state);
void documents_run_show(struct ui *ui, void *state); /* the same as typing status:… after the slash */
#endif
