/* One plain-text message, perhaps with a file, as bytes for SMTP: the only file that sees GMime is mime.c. */
#ifndef SERVER_MAIL_MIME_H
#define SERVER_MAIL_MIME_H
#include "common/arena.h"
#include <stdint.h>

struct mime_file { /* attached to it, as application/pdf */
    const char *name;
    const void *pdf;
    size_t size;
};
struct mime_message {
    const char *from, *from_name; /* address; name shown, NULL or "": none */
    const char *to, *to_name;
    const char *reply_to; /* address, or NULL or "" for none */
    const char *subject;
    const char *id;               /* Message-ID without its angle brackets: the same at every attempt */
    const char *body;             /* UTF-8, lines ended by a newline */
    int64_t date;                 /* instant */
    const struct mime_file *file; /* NULL: none */
};

/* The whole message with CRLF line ends, in the arena: text/plain, UTF-8, quoted-printable, header words of RFC 2047; with a file: multipart/mixed.
 * ERR_INVALID, with the field's name, for a control character in a header (CR, LF, NUL …: nothing can be injected), text that is
 * not UTF-8, an address that is none or that would need SMTPUTF8, an empty subject or body, and what is over the limits. */
enum err mime_compose(struct arena *a, const struct mime_message *m, const char **text, size_t *size,
                      struct refusal *why) MUST_USE;
/* An address that can stand in an envelope and in a header as it is: text_email, ASCII only (address_envelope makes it from what was entered). */
bool mime_address(const char *address);
#endif
