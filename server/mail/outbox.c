#include "server/mail/outbox.h"
#include "common/address.h"
#include "common/text.h"
#include "server/core/daemon.h"
#include "server/due/due.h"
#include "server/core/limits.h"
#include "server/mail/mime.h"
#include "server/mail/smtp.h"
#include "server/mail/template.h"
#include "server/core/secret.h"
#include <stdio.h>
#include <string.h>

#define SETTINGS_ID 1
#define SHIFT_MOST 100
#define HURRY_MOST 200 /* in one transaction; the others come when their time comes */
#define VALUES_MOST 16
#define STRETCH_MAIL 0x4d000000u /* of the call's random bytes: away from everybody else's */

static const char *or_empty(const char *text)
{
    return text ? text : "";
}

/* --- settings ------------------------------------------------------------------------------------------------------------- */
enum err mail_server(struct txn *t, struct mail_settings *s)
{
    enum err e = record_get(t, KIND_MAIL_SETTINGS, SETTINGS_ID, s);
    if (e == ERR_NOT_FOUND)
        *s = (struct mail_settings){.id = SETTINGS_ID};
    return e == ERR_NOT_FOUND ? OK : e;
}

bool mail_has_server(const struct mail_settings *s)
{
    return s->host && *s->host;
}

bool mail_reaches(const char *address)
{
    struct arena *scratch = arena_open();
    bool reaches = address_envelope(scratch, address) != NULL;
    arena_close(scratch);
    return reaches;
}

enum err mail_held(struct call *c, bool *held)
{
    struct mail_settings s;
    enum err e = mail_server(&c->txn, &s);
    if (!e)
        *held = !mail_has_server(&s);
    return e;
}

/* --- secrets -------------------------------------------------------------------------------------------------------------- */
static struct secret_owner owner_of_password(const struct txn *t)
{
    return (struct secret_owner){t->business, KIND_MAIL_SETTINGS, 6, SETTINGS_ID};
}

static struct secret_owner owner_of_code(const struct txn *t, uint64_t mail)
{
    return (struct secret_owner){t->business, KIND_MAIL, 16, mail};
}

static enum err open_sealed(struct txn *t, struct secret_owner of, struct bytes sealed, const char **text)
{
    struct bytes plain;
    *text = NULL;
    if (sealed.size == 0)
        return OK;
    enum err e = secret_unseal(t->arena, of, sealed, &plain);
    if (!e)
        *text = (const char *)plain.data;
    return e;
}

enum err mail_password(struct txn *t, const struct mail_settings *s, const char **password)
{
    return open_sealed(t, owner_of_password(t), s->password, password);
}

enum err mail_code(struct txn *t, const struct mail *m, const char **code)
{
    return open_sealed(t, owner_of_code(t, m->id), m->code, code);
}

struct bytes mail_seal_password(struct txn *t, const char *password)
{
    if (!*password)
        return (struct bytes){NULL, 0};
    return secret_seal(t->arena, owner_of_password(t), password, strlen(password));
}

/* --- writing -------------------------------------------------------------------------------------------------------------- */
/* The mail, and when it is due: said by the mail alone. */
static enum err put(struct call *c, struct mail *m)
{
    const struct due work = {.work = DUE_MAIL,
                             .about = (int64_t)m->id,
                             .at = m->next_try,
                             .tries = m->tries,
                             .said = m->said,
                             .gave_up = m->state == MAIL_FAILED ? c->now : 0,
                             .since = m->created};
    enum err e = record_put(&c->txn, KIND_MAIL, m);
    if (e)
        return e;
    bool kept = m->state == MAIL_WAITING || m->state == MAIL_FAILED;
    return kept ? due_put(c, &work) : due_drop(c, DUE_MAIL, m->id);
}

/* The domain of the first of two addresses that is one. */
static const char *domain_of(struct arena *arena, const char *a, const char *b)
{
    const char *address = address_envelope(arena, a);
    if (!address)
        address = address_envelope(arena, b);
    return address ? strchr(address, '@') + 1 : "postern.invalid";
}

static const char *message_id(struct call *c, uint64_t mail, const char *domain)
{
    uint8_t random[12];
    char hex[2 * sizeof random + 1];
    secret_stretch(random, sizeof random, c->random, STRETCH_MAIL + (uint32_t)mail);
    for (size_t i = 0; i < sizeof random; i++)
        snprintf(hex + 2 * i, 3, "%02x", random[i]);
    return arena_printf(c->arena, "%s@%s", hex, domain);
}

const char *mail_ssh_command(const struct call *c)
{
    bool known = c->daemon && c->daemon->doors.address[0];
    return known ? arena_printf(c->arena, "ssh %s", c->daemon->doors.address) : "";
}

/* Subject and text, with what every mail knows by itself. */
static enum err write_text(struct call *c, const struct mail_new *mail, const struct business *b,
                           struct mail *m)
{
    const struct mail_text *t = template_default(mail->template);
    struct mail_value values[VALUES_MOST] = {
        {"business", b->name},
        {"portal", b->portal},
        {"name", or_empty(mail->to_name)},
        {"email", mail->to},
        {"ssh", mail_ssh_command(c)},
        {"fingerprint", c->daemon ? c->daemon->doors.fingerprint : ""},
    };
    size_t n = 6;
    if (!t || mail->n > VALUES_MOST - n || (!mail->code && strstr(t->text, "{code}")))
        return REFUSE(c, ERR_INTERNAL, "", "mail %d lacks its text, or its code", (int)mail->template);
    for (size_t i = 0; i < mail->n; i++) {
        if (!template_takes(t, mail->values[i].name, strlen(mail->values[i].name)))
            return REFUSE(c, ERR_INTERNAL, "", "mail %d does not take {%s}", (int)mail->template,
                          mail->values[i].name);
        values[n++] = mail->values[i];
    }
    enum err e = template_render(c->arena, t->subject, values, n, &m->subject, &c->why);
    return e ? e : template_render(c->arena, t->text, values, n, &m->text, &c->why);
}

static enum err check_recipient(struct call *c, const struct mail_new *mail)
{
    const char *name = or_empty(mail->to_name);
    if (!mail_reaches(mail->to))
        return REFUSE(c, ERR_INVALID, "to", "is no e-mail address that mail can be sent to");
    if (!text_utf8(name, strlen(name)) || !text_printable(name, strlen(name), false))
        return REFUSE(c, ERR_INVALID, "to_name", "a control character");
    return OK;
}

enum err mail_queue(struct call *c, const struct mail_new *mail, uint64_t *id)
{
    const struct business *b;
    struct mail_settings s;
    struct mail *m = arena_alloc(c->arena, sizeof *m);
    *m = (struct mail){.template = (int)mail->template,
                       .to = mail->to,
                       .to_name = or_empty(mail->to_name),
                       .customer = mail->customer,
                       .ticket = mail->ticket,
                       .doc_code = mail->doc_code,
                       .payment = mail->payment,
                       .created = c->now};
    enum err e = check_recipient(c, mail);
    if (!e)
        e = call_business(c, &b);
    if (!e)
        e = mail_server(&c->txn, &s);
    if (!e && !mail->text)
        e = write_text(c, mail, b, m);
    if (e)
        return e;
    if (mail->text) {
        m->subject = mail->subject;
        m->text = mail->text;
    }
    m->state = mail_has_server(&s) ? MAIL_WAITING : MAIL_HELD;
    m->next_try = m->state == MAIL_WAITING ? c->now : 0;
    m->give_up = m->state == MAIL_WAITING ? c->now + LIMIT_MAIL_GIVE_UP_MS : 0;
    e = record_put(&c->txn, KIND_MAIL, m); /* gives it the number that its code is sealed to */
    if (e)
        return e;
    m->message_id = message_id(c, m->id, domain_of(c->arena, s.from, b->email));
    if (mail->code)
        m->code = secret_seal(c->arena, owner_of_code(&c->txn, m->id), mail->code, strlen(mail->code));
    e = put(c, m);
    if (!e && id)
        *id = m->id;
    return e;
}

enum err mail_rewrite(struct call *c, uint64_t id, const char *subject, const char *text)
{
    struct mail *m = arena_alloc(c->arena, sizeof *m);
    struct mail_settings s;
    const struct business *b;
    enum err e = record_get(&c->txn, KIND_MAIL, id, m);
    if (e || (m->state != MAIL_WAITING && m->state != MAIL_HELD))
        return e == ERR_NOT_FOUND ? OK : e;
    e = mail_server(&c->txn, &s);
    if (!e)
        e = call_business(c, &b);
    if (e)
        return e;
    m->subject = subject;
    m->text = text;
    if (m->tries)
        m->message_id = message_id(c, m->id, domain_of(c->arena, s.from, b->email));
    return put(c, m);
}

enum err mail_forget(struct call *c, uint64_t id)
{
    struct mail *m = arena_alloc(c->arena, sizeof *m);
    struct mail_row row;
    enum err e = id ? record_view(&c->txn, KIND_MAIL, id, shape_mail_row(), &row) : ERR_NOT_FOUND;
    if (!e && (row.state == MAIL_SENT ||
               row.state ==
                   MAIL_WITHDRAWN)) /* it has let go of the code; there may be thousands of these at once */
        return OK;
    if (!e)
        e = record_get(&c->txn, KIND_MAIL, id, m);
    if (e)
        return e == ERR_NOT_FOUND ? OK : e;
    return mail_withdraw(c, m, MAIL_CODE_ENDED);
}

enum err mail_withdraw(struct call *c, struct mail *m, const char *why)
{
    if (m->state != MAIL_FAILED)
        m->said = why;
    m->state = MAIL_WITHDRAWN;
    m->next_try = 0;
    m->code = (struct bytes){NULL, 0};
    return put(c, m);
}

/* An instant before those of all that wait: somebody looks how this one fares. */
static enum err before_all(struct call *c, int64_t *instant)
{
    struct key k = index_key(&c->txn, INDEX_MAIL_STATE);
    struct mail_row first;
    uint64_t id;
    key_u8(&k, MAIL_WAITING);
    *instant = c->now;
    enum err e = record_find(&c->txn, &k, &id);
    if (!e)
        e = record_view(&c->txn, KIND_MAIL, id, shape_mail_row(), &first);
    if (!e && first.next_try <= c->now)
        *instant = first.next_try - 1;
    return e == ERR_NOT_FOUND ? OK : e;
}

enum err mail_again(struct call *c, struct mail *m)
{
    enum err e = before_all(c, &m->next_try);
    if (e)
        return e;
    m->state = MAIL_WAITING;
    m->give_up = c->now + LIMIT_MAIL_GIVE_UP_MS;
    due_now(c, DUE_MAIL);
    return put(c, m);
}

enum err mail_hurry(struct call *c)
{
    struct mail *m = arena_alloc(c->arena, sizeof *m);
    struct id_list ids = {0};
    struct key k = index_key(&c->txn, INDEX_MAIL_STATE);
    key_u8(&k, MAIL_WAITING);
    enum err e = record_ids(&c->txn, &k, HURRY_MOST, &ids);
    for (size_t i = 0; i < ids.n && !e; i++) {
        e = record_get(&c->txn, KIND_MAIL, ids.v[i], m);
        m->next_try = c->now;
        if (!e)
            e = put(c, m);
    }
    due_now(c, DUE_MAIL);
    return e ? e : due_set(c, DUE_OUTBOX, 0, c->now);
}

static enum err worth_of_document(struct txn *t, const struct mail *m, int64_t now, enum mail_worth *worth)
{
    struct doc_code code;
    int64_t generation = 0;
    *worth = MAIL_ENDED;
    enum err e = record_get(t, KIND_DOC_CODE, m->doc_code, &code);
    if (!e)
        e = call_generation(t, &generation);
    if (!e && m->code.size && !code.revoked && code.generation == generation)
        *worth = now < code.expires ? MAIL_WANTED : MAIL_LATE;
    return e == ERR_NOT_FOUND ? OK : e;
}

enum err mail_worth_of(struct txn *t, const struct mail *m, int64_t now, enum mail_worth *worth)
{
    struct ticket ticket;
    int64_t generation = 0;
    if (m->doc_code)
        return worth_of_document(t, m, now, worth);
    *worth = m->ticket ? MAIL_ENDED : MAIL_WANTED;
    if (!m->ticket)
        return OK;
    enum err e = record_get(t, KIND_TICKET, m->ticket, &ticket);
    if (!e)
        e = call_generation(t, &generation);
    if (!e && m->code.size && (ticket.side == SIDE_STAFF || ticket.generation == generation))
        *worth = now < ticket.expires ? MAIL_WANTED : MAIL_LATE;
    return e == ERR_NOT_FOUND ? OK : e;
}

enum err mail_try_again(struct call *c, struct mail *m)
{
    enum mail_worth worth = MAIL_WANTED;
    bool held;
    enum err e = mail_held(c, &held);
    if (!e)
        e = mail_worth_of(&c->txn, m, c->now, &worth);
    if (e)
        return e;
    if (m->state == MAIL_SENT)
        return REFUSE(c, ERR_STATE, "id", "the mail server took it");
    if (m->state == MAIL_WITHDRAWN && !m->ticket && !m->doc_code)
        return REFUSE(c, ERR_STATE, "id", "it was withdrawn");
    if (worth != MAIL_WANTED)
        return REFUSE(c, ERR_STATE, "id", "its code is no longer good: %s",
                      m->doc_code ? "send another one" : "make a new invitation");
    if (held)
        return REFUSE(c, ERR_STATE, "id", "no mail server is set: it is sent as soon as there is one");
    return mail_again(c, m);
}

/* --- sending -------------------------------------------------------------------------------------------------------------- */
static enum err failed(struct call *c, struct mail *m)
{
    struct event event = {.what = WHAT_MAIL_FAILED,
                          .subject = SUBJECT_MAIL,
                          .about = (int64_t)m->id,
                          .number = m->to,
                          .customer = m->customer,
                          .text = m->said};
    m->state = MAIL_FAILED;
    m->next_try = 0;
    return call_event(c, &event);
}

static uint32_t random_of(const struct call *c)
{
    uint32_t random;
    memcpy(&random, c->random, sizeof random);
    return random;
}

enum err mail_settle(struct call *c, uint64_t id, const struct mail_outcome *o)
{
    struct mail *m = arena_alloc(c->arena, sizeof *m);
    enum err e = record_get(&c->txn, KIND_MAIL, id, m);
    if (e)
        return e == ERR_NOT_FOUND ? OK : e;
    bool sent = o->result == SMTP_SENT;
    if (m->tries != o->tries || m->state == MAIL_SENT || (m->state != MAIL_WAITING && !sent))
        return OK;
    m->tries += m->tries < 1000;
    m->said = o->said;
    if (sent) {
        m->state = MAIL_SENT;
        m->sent = c->now;
        m->next_try = 0;
        m->code = (struct bytes){NULL, 0};
    } else if (o->ended) {
        m->state = MAIL_WITHDRAWN;
        m->next_try = 0;
        m->code = (struct bytes){NULL, 0};
    } else if (o->result == SMTP_DEAD || (c->now >= m->give_up && m->tries >= LIMIT_MAIL_TRIES)) {
        e = failed(c, m);
    } else if (m->next_try == o->next_try) {
        m->next_try = c->now + due_pause(due_kind(DUE_MAIL), m->tries, random_of(c));
    }
    return e ? e : put(c, m);
}

enum err mail_shift(struct call *c, size_t *moved)
{
    struct mail_settings s;
    struct mail *m = arena_alloc(c->arena, sizeof *m);
    struct id_list ids = {0};
    struct key k = index_key(&c->txn, INDEX_MAIL_STATE);
    enum err e = mail_server(&c->txn, &s);
    bool server = !e && mail_has_server(&s);
    key_u8(&k, server ? MAIL_HELD : MAIL_WAITING);
    if (!e)
        e = record_ids(&c->txn, &k, SHIFT_MOST, &ids);
    for (size_t i = 0; i < ids.n && !e; i++) {
        e = record_get(&c->txn, KIND_MAIL, ids.v[i], m);
        if (e)
            break;
        m->state = server ? MAIL_WAITING : MAIL_HELD;
        m->next_try = server ? c->now : 0;
        m->give_up = server ? c->now + LIMIT_MAIL_GIVE_UP_MS : 0;
        e = put(c, m);
    }
    if (!e)
        *moved = ids.n;
    return e;
}
