/* The outbox as staff see it (G5): outbox.c the list, mail.c one of them, mail_server.c whereby they leave. */
#ifndef TUI_STAFF_MAIL_H
#define TUI_STAFF_MAIL_H
#include "tui/full/ui.h"

/* One mail, as it was or would be sent. */
extern const struct screen screen_staff_mail; /* subject: the mail */
/* The newest to that address among the customer's (0: among all). */
void mail_open_newest(struct ui *ui, uint64_t customer, const char *to);
/* The list, of one customer (0: all) and in one state (0: all). */
void outbox_open(struct ui *ui, uint64_t customer, int state);
/* "waiting, next try in 4 min", "held: no mail server", "sent 20 Nov 09:14", "failed: 550 no such user" */
char *mail_words(char *buffer, size_t size, const struct mail_row *m, const char *zone, int32_t today);
unsigned mail_style(const struct mail_row *m);
/* Why it can not be withdrawn; NULL: it can. Asking for it, once somebody has said yes to the text. */
const char *mail_can_withdraw(int mail_state);
#define MAIL_WITHDRAW_TEXT                                                                              \
    "It is not sent any more, and leaves the lists of what waits or failed. The code of an invitation " \
    "stays good for who was told it."
void mail_ask_withdraw(struct ui *ui, int tag, uint64_t id);
const char *mail_template_words(int template); /* "Invitation" */
#endif
