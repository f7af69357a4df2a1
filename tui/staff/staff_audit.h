/* Inside of the log's screens: audit.c the list, audit_query.c its filter, audit_event.c one event, audit_verify.c the check. */
#ifndef TUI_STAFF_AUDIT_H
#define TUI_STAFF_AUDIT_H
#include "common/filter.h"
#include "tui/full/ui.h"

extern const struct screen screen_staff_audit_event;  /* subject: number of the event */
extern const struct screen screen_staff_audit_verify; /* only for administrators */

/* What is typed after "/": what:, who:, about:, from:, until: as arguments of event.list; words and names, which the server does
 * not look for, stay here. */
struct audit_query {
    char words[256];   /* folded, each has to be in the row; "" for none */
    char command[400]; /* the same for posternctl: "events --what signed_in"; words left out */
};
const struct filter_fields *audit_fields(void);
/* False: a term means nothing here, `why` (300 bytes) says which. zone: whose days. today: of "today" and "7d". */
bool audit_query(struct audit_query *q, const struct filter *f, const char *zone, int32_t today,
                 struct event_list_in *in, char *why);
#define AUDIT_WHY 300
#define AUDIT_KNOWN "what:signed_in who:NAME about:invoice from:7d until:today"
/* "contact created", "signed in": what happened, with its text; the row of the log. */
char *audit_what(char *buffer, size_t size, const struct event *e);
/* Does what is said of the event have all the words? */
bool audit_has_words(const struct audit_query *q, const struct event *e);
/* "Signed last up to event 17, 29 Nov 2026 09:14." or that it never was. */
char *audit_seal_words(char *buffer, size_t size, const struct audit *seal, const char *zone);
#endif
