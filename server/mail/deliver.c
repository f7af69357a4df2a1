#include "server/mail/deliver.h"
#include "common/address.h"
#include "server/mail/mime.h"
#include "server/mail/smtp.h"
#include "server/mail/template.h"
#include "server/core/secret.h"
#include <string.h>

static void wipe(const char *secret)
{
    if (secret)
        secret_wipe((char *)(uintptr_t)secret, strlen(secret));
}

static enum err load_business(struct txn *t, struct delivery *d)
{
    struct business b;
    const char *own = d->settings.from_name;
    enum err e = record_needed(t, KIND_BUSINESS, t->business, &b);
    if (e)
        return e;
    bool elsewhere = b.email && *b.email && (!d->settings.from || strcmp(b.email, d->settings.from) != 0);
    d->from_name = own && *own ? own : b.name;
    d->reply_to = elsewhere ? b.email : NULL;
    return OK;
}

enum err deliver_load(struct txn *t, struct delivery *d)
{
    enum err e = record_get(t, KIND_MAIL, d->id, &d->mail);
    d->due = false;
    if (!e)
        e = mail_server(t, &d->settings);
    if (e || d->mail.state != MAIL_WAITING || !mail_has_server(&d->settings))
        return e;
    d->due = true;
    e = load_business(t, d);
    if (!e)
        e = mail_worth_of(t, &d->mail, d->now, &d->worth);
    if (e)
        return e;
    d->password_error = mail_password(t, &d->settings, &d->password);
    d->code_error = mail_code(t, &d->mail, &d->code);
    return OK;
}

struct smtp_server deliver_server(const struct mail_settings *s, const char *password, const char *ca_file)
{
    enum smtp_security security = s->security == MAIL_TLS     ? SMTP_TLS
                                  : s->security == MAIL_PLAIN ? SMTP_PLAIN
                                                              : SMTP_STARTTLS;
    return (struct smtp_server){.host = s->host,
                                .port = (uint16_t)s->port,
                                .security = security,
                                .user = s->user,
                                .password = password,
                                .ca_file = ca_file};
}

/* What stands in the way before anybody is asked. */
static bool hindered(struct delivery *d)
{
    struct mail_outcome *o = &d->outcome;
    o->result = SMTP_DEAD;
    if (d->code_error) {
        o->said = "not sent: its code can not be opened, it was written under another server.key";
    } else if (d->ended) {
        o->said = d->ended;
        o->ended = true;
    } else if (d->worth == MAIL_LATE) {
        o->said = "not sent: its code is no longer good";
    } else if (d->worth == MAIL_ENDED) {
        o->said = MAIL_CODE_ENDED;
        o->ended = true;
    } else if (d->password_error) {
        o->result = SMTP_AGAIN;
        o->said = "the mail server's password can not be opened, it was written under another server.key: "
                  "set it again";
        d->trouble = true;
    } else {
        return false;
    }
    return true;
}

static const char *refusal_text(struct arena *a, const char *what, const struct refusal *why)
{
    return arena_printf(a, "%s: %s: %s", what, why->field, why->detail);
}

static void try_it(struct delivery *d, const char *ca_file, const atomic_bool *stop)
{
    struct refusal why = {0};
    struct smtp_answer answer;
    const char *text = NULL;
    size_t size = 0;
    const char *body = template_code(d->arena, d->mail.text, d->code);
    const char *from = address_envelope(d->arena, d->settings.from),
               *to = address_envelope(d->arena, d->mail.to);
    const struct mime_message m = {.from = from ? from : "",
                                   .from_name = d->from_name,
                                   .to = to ? to : "",
                                   .to_name = d->mail.to_name,
                                   .reply_to = address_envelope(d->arena, d->reply_to),
                                   .subject = d->mail.subject,
                                   .id = d->mail.message_id,
                                   .date = d->mail.created,
                                   .body = body,
                                   .file = d->file};
    const struct smtp_server server = deliver_server(&d->settings, d->password, ca_file);
    enum err e = mime_compose(d->arena, &m, &text, &size, &why);
    if (e) {
        d->outcome.result = e == ERR_INVALID ? SMTP_DEAD : SMTP_AGAIN;
        d->outcome.said = refusal_text(d->arena, "can not be written", &why);
    } else if ((e = smtp_send(&server, m.from, m.to, text, size, stop, &answer, &why)) != OK) {
        d->outcome.result = SMTP_AGAIN;
        d->outcome.said = refusal_text(d->arena, "the settings do not work", &why);
        d->trouble = true;
    } else {
        d->outcome.result = answer.result;
        d->outcome.said = arena_text(d->arena, answer.words, strlen(answer.words));
        d->trouble = answer.settings;
    }
    wipe(text);
    if (body != d->mail.text)
        wipe(body);
}

void deliver(struct delivery *d, const char *ca_file, const atomic_bool *stop)
{
    d->outcome = (struct mail_outcome){.tries = d->mail.tries, .next_try = d->mail.next_try};
    d->trouble = false;
    if (!hindered(d))
        try_it(d, ca_file, stop);
    if (d->outcome.result == SMTP_UNKNOWN)
        d->outcome.said = "no answer after the whole mail was sent: it may have arrived, and is sent once "
                          "more under the same "
                          "Message-ID";
    wipe(d->code);
    wipe(d->password);
}
