/* The sender: a few threads that send what waits in the outboxes, each mail once at a time, and write down what became of it
 * before anybody looks at that mail again. */
#ifndef SERVER_MAIL_SENDER_H
#define SERVER_MAIL_SENDER_H
#include "common/err.h"
#include <stdbool.h>
#include <stdint.h>

struct daemon;
struct sender;
/* Begins with what was left in all businesses. After the writer, whose work it needs. */
enum err sender_open(struct daemon *d, struct sender **out) MUST_USE;
/* There may be mail to send. at_once: also where the mail server did not work a moment ago. NULL: nothing. Any thread. */
void sender_wake(struct sender *s, uint32_t business, bool at_once);
/* Ends what is under way: at most LIMIT_MAIL_GRACE_MS for an answer to a whole message, and writes that down. daemon.stopping
 * has to be set; before the writer stops. Accepts NULL. */
void sender_stop(struct sender *s);
void sender_close(struct sender *s); /* after sender_stop, or instead of it; accepts NULL */
#endif
