/* The texts of mails: a template with {names}, and what stands for them. */
#ifndef SERVER_MAIL_TEMPLATE_H
#define SERVER_MAIL_TEMPLATE_H
#include "server/mail/outbox.h"

struct mail_text {
    const char *subject, *text;
    const char *names; /* that it takes besides those that are always there; blanks between them */
};
const struct mail_text *template_default(int template); /* enum mail_template; NULL: there is none */

/* Puts the values in. {code} stays as it is, and is put in when the mail is sent (template_code). A paragraph with an empty value
 * is left out. ERR_INTERNAL with the name for one that has no value; ERR_INVALID, with the name, for a value with a
 * control character, or of several lines where it may have only one. */
enum err template_render(struct arena *a, const char *text, const struct mail_value *values, size_t n,
                         const char **out, struct refusal *why) MUST_USE;
/* The text with its code, or as it is when `code` is NULL. */
const char *template_code(struct arena *a, const char *text, const char *code);
/* Is that one of the names that the template takes, or one that all do? */
bool template_takes(const struct mail_text *t, const char *name, size_t size);
#endif
