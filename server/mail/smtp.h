/* One message to one recipient through an SMTP server. */
#ifndef SERVER_MAIL_SMTP_H
#define SERVER_MAIL_SMTP_H
#include "common/err.h"
#include <stdatomic.h>
#include <stdint.h>

enum smtp_security {
    SMTP_PLAIN,    /* in the clear: to this machine only */
    SMTP_STARTTLS, /* TLS after the greeting, and nothing is sent without it */
    SMTP_TLS,      /* TLS from the first byte */
};

struct smtp_server {
    const char *host; /* a name, or an address of IPv4 or IPv6 */
    uint16_t port;
    enum smtp_security security;
    const char *user, *password;            /* NULL or "": no AUTH */
    const char *ca_file;                    /* PEM; NULL or "": the system's authorities */
    int64_t connect_ms, reply_ms, total_ms; /* 0: the defaults of limits.h */
};

enum smtp_result {
    SMTP_SENT,    /* the server took it over (250 after the message) */
    SMTP_AGAIN,   /* not taken; may be, later: 4xx, no connection, time-out, or settings that do not work */
    SMTP_DEAD,    /* refused for good: 5xx on this sender, recipient or message */
    SMTP_UNKNOWN, /* the whole message was sent and no answer came: taken or not. The same Message-ID again */
};

#define SMTP_WORDS 256
struct smtp_answer {
    enum smtp_result result;
    bool settings; /* it is the server or its settings, not this message: the next one would fare the same */
    int code;      /* of the server's last reply, 0: none */
    char words
        [SMTP_WORDS]; /* what happened, for a person: the server's words where it said any; printable UTF-8 */
};

/* Sends `text` (mime_compose) from `from` to `to`. Blocks for up to total_ms; ends early, as SMTP_AGAIN or SMTP_UNKNOWN, when *stop
 * becomes true (stop may be NULL). ERR_INVALID, with the field's name, when the settings or an address can not be used at all;
 * otherwise OK and *out says what became of it. Any thread. */
enum err smtp_send(const struct smtp_server *s, const char *from, const char *to, const char *text,
                   size_t size, const atomic_bool *stop, struct smtp_answer *out,
                   struct refusal *why) MUST_USE;
/* The checks of smtp_send that need no network, for when settings are saved. */
enum err smtp_check(const struct smtp_server *s, struct refusal *why) MUST_USE;
const char *smtp_result_name(enum smtp_result r);
#endif
