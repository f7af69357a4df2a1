/* The outbox and the mail server, as people of the business see them. Sending itself is server/mail. */
#include "server/due/due.h"
#include "server/mail/outbox.h"
#include "server/mail/smtp.h"
#include "server/mail/template.h"
#include "server/ops/follow_ops.h"
#include "server/ops/patch.h"
#include "server/ops/search.h"
#include <string.h>

/* --- the mail server -------------------------------------------------------------------------------------------------------- */
static const char *or_empty(const char *text)
{
    return text ? text : "";
}

static int port_of(int security)
{
    return security == MAIL_TLS ? 465 : security == MAIL_PLAIN ? 25 : 587;
}

static struct mail_settings *shown(struct call *c, const struct mail_settings *s)
{
    struct mail_settings *copy = arena_copy(c->arena, s, sizeof *s);
    copy->security = s->security ? s->security : MAIL_STARTTLS;
    copy->port = s->port ? s->port : port_of(copy->security);
    copy->has_password = s->password.size != 0;
    copy->password = (struct bytes){NULL, 0};
    return copy;
}

enum err op_mail_settings_get(struct call *c, const struct mail_settings_get_in *in,
                              struct mail_settings_get_out *out)
{
    struct mail_settings s;
    (void)in;
    enum err e = mail_server(&c->txn, &s);
    if (!e)
        out->settings = shown(c, &s);
    return e;
}

/* Everything but whether it works: mail.test tells that. */
static enum err check(struct call *c, const struct mail_settings *s, const char *password)
{
    struct refusal why = {0};
    if (!mail_has_server(s))
        return OK;
    enum smtp_security security = s->security == MAIL_TLS     ? SMTP_TLS
                                  : s->security == MAIL_PLAIN ? SMTP_PLAIN
                                                              : SMTP_STARTTLS;
    const struct smtp_server server = {.host = s->host,
                                       .port = (uint16_t)s->port,
                                       .security = security,
                                       .user = s->user,
                                       .password = password};
    enum err e = smtp_check(&server, &why);
    bool own = strcmp(why.field, "password") == 0; /* an argument of its own, not one of the settings */
    if (e)
        return REFUSE(c, e, arena_printf(c->arena, "%s%s", own ? "" : "settings.", why.field), "%s",
                      why.detail);
    if (!s->from || !*s->from)
        return REFUSE(c, ERR_INVALID, "settings.from", "say from which address the mails come");
    e = patch_check_email(c, "settings.from", s->from);
    for (const char *p = s->from; *p && !e; p++)
        if ((unsigned char)*p >= 0x80)
            e = REFUSE(c, ERR_INVALID, "settings.from", "letters of ASCII only");
    return e;
}

static enum err note_change(struct call *c, const char *changed, bool password)
{
    struct event event = {
        .what = WHAT_CHANGED,
        .subject = SUBJECT_BUSINESS,
        .about = (int64_t)c->txn.business,
        .number = "mail server",
        .text = password ? arena_printf(c->arena, "%s%spassword", changed, *changed ? ", " : "") : changed};
    return call_event(c, &event);
}

static enum err keep(struct call *c, struct mail_settings *s, const char *changed, bool password)
{
    s->revision++;
    enum err e = record_put(&c->txn, KIND_MAIL_SETTINGS, s);
    if (!e)
        e = note_change(c, changed, password);
    due_now(c, DUE_REMIND); /* who was not reminded without one */
    return e ? e : mail_hurry(c);
}

enum err op_mail_settings_set(struct call *c, const struct mail_settings_set_in *in,
                              struct mail_settings_set_out *out)
{
    struct mail_settings s;
    const char *changed, *password = NULL;
    enum err e = mail_server(&c->txn, &s);
    if (!e)
        e = patch_revision(c, "settings.revision", GIVEN(mail_settings, in->settings, revision),
                           in->settings->revision, s.revision);
    if (e)
        return e;
    const struct mail_settings was = s;
    s.security = s.security ? s.security : MAIL_STARTTLS;
    bool usual = !s.port || s.port == port_of(s.security);
    e = patch_apply(c, shape_mail_settings(), "settings", "host port security user from from_name",
                    in->settings, &s, &changed);
    if (!e && usual && !GIVEN(mail_settings, in->settings, port))
        s.port = port_of(s.security);
    bool given = GIVEN(mail_settings_set_in, in, password);
    if (!e && !given && s.password.size && strcmp(or_empty(s.host), or_empty(was.host)) != 0 &&
        mail_has_server(&s))
        e = REFUSE(c, ERR_INVALID, "password", "give it again: the one that is set was for another server");
    if (!e && given)
        s.password = mail_seal_password(&c->txn, in->password);
    if (!e) /* one that can not be opened is no reason to refuse the rest */
        (void)!mail_password(&c->txn, &was, &password);
    if (!e)
        e = check(c, &s, given ? in->password : password);
    bool another =
        given && (!password || strcmp(in->password, password) != 0) && (*in->password || was.password.size);
    if (!e && (*changed || another))
        e = keep(c, &s, changed, another);
    if (!e)
        out->settings = shown(c, &s);
    return e;
}

/* --- the outbox --------------------------------------------------------------------------------------------------------------- */
struct filter {
    int state;
    bool words;
    struct search search;
};
static bool wanted(void *context, void *row)
{
    const struct filter *f = context;
    const struct mail_row *m = row;
    const char *const texts[] = {m->to_name, m->to, m->subject};
    return (!f->state || m->state == f->state) && (!f->words || search_match(&f->search, texts, 3));
}

/* In the place of a mail that can not be read, whatever is looked for. */
static void damaged(uint64_t id, void *row)
{
    *(struct mail_row *)row =
        (struct mail_row){.id = id, .subject = "its record is damaged: see posternctl check"};
}

/* Newest first. Those that wait lie in the order of their next try: they are picked from all, among which they are new. */
enum err op_mail_list(struct call *c, const struct mail_list_in *in, struct mail_list_out *out)
{
    struct filter f = {.state = in->state};
    struct key k = record_key(&c->txn, KIND_MAIL);
    if (in->customer) {
        k = index_key(&c->txn, INDEX_MAIL_CUSTOMER);
        key_u64(&k, in->customer);
    } else if (in->state && in->state != MAIL_WAITING) {
        k = index_key(&c->txn, INDEX_MAIL_STATE);
        key_u8(&k, (uint8_t)in->state);
    }
    f.words = search_read(c, in->search, &f.search);
    struct list_range range = list_range(&k);
    struct record_list l = {.kind = KIND_MAIL,
                            .view = shape_mail_row(),
                            .ranges = &range,
                            .n = 1,
                            .backward = true,
                            .after = in->after,
                            .limit = call_limit(in->limit),
                            .keep = wanted,
                            .damaged = damaged,
                            .context = &f};
    enum err e = record_list(&c->txn, &l, &c->why);
    if (e)
        return e;
    out->mails.n = l.count;
    out->mails.v = l.rows;
    out->next = l.next;
    return OK;
}

/* Who could use the code to become somebody that they may not act for does not see it: that of a colleague is for
 * administrators, who may reset colleagues anyway; a program gets none. */
static bool may_see_code(const struct call *c, const struct mail *m)
{
    bool person = c->who.machine == 0 && c->who.role != ROLE_OPERATOR;
    return person && (m->customer || c->who.role == ROLE_ADMIN);
}

/* Is it on record already? */
static bool is_reader(const struct call *c, const struct mail *m)
{
    return m->code_reader && strcmp(m->code_reader, c->who.name) == 0;
}

enum err op_mail_get(struct call *c, const struct mail_get_in *in, struct mail_get_out *out)
{
    const char *code = NULL;
    struct mail *m = arena_alloc(c->arena, sizeof *m);
    enum err e = record_get(&c->txn, KIND_MAIL, in->mail, m);
    if (e)
        return e;
    if (in->code && may_see_code(c, m) && mail_code(&c->txn, m, &code) == OK) {
        arena_secret(c->arena);
        m->text = template_code(c->arena, m->text, code);
        if (!is_reader(c, m))
            call_follow(c, FOLLOW_CODE, m->id);
    }
    out->mail = m;
    return OK;
}

/* Once for one who looks at it again and again. */
enum err follow_code_read(struct call *c, uint64_t mail)
{
    struct mail m;
    enum err e = record_get(&c->txn, KIND_MAIL, mail, &m);
    if (e)
        return e == ERR_NOT_FOUND ? OK : e;
    if (is_reader(c, &m))
        return OK;
    m.code_reader = c->who.name;
    struct event event = {.what = WHAT_CODE_READ,
                          .subject = SUBJECT_MAIL,
                          .about = (int64_t)m.id,
                          .number = m.to,
                          .customer = m.customer,
                          .text = m.subject};
    e = record_put(&c->txn, KIND_MAIL, &m);
    return e ? e : call_event(c, &event);
}

static enum err row_of(struct call *c, uint64_t id, struct mail_row **row)
{
    *row = arena_alloc(c->arena, sizeof **row);
    return record_view(&c->txn, KIND_MAIL, id, shape_mail_row(), *row);
}

enum err op_mail_retry(struct call *c, const struct mail_retry_in *in, struct mail_retry_out *out)
{
    struct mail *m = arena_alloc(c->arena, sizeof *m);
    enum err e = record_get(&c->txn, KIND_MAIL, in->mail, m);
    if (!e)
        e = mail_try_again(c, m);
    return e ? e : row_of(c, m->id, &out->mail);
}

enum err op_mail_withdraw(struct call *c, const struct mail_withdraw_in *in, struct mail_withdraw_out *out)
{
    struct mail *m = arena_alloc(c->arena, sizeof *m);
    enum err e = record_get(&c->txn, KIND_MAIL, in->mail, m);
    if (e)
        return e;
    if (m->state == MAIL_SENT || m->state == MAIL_WITHDRAWN)
        return REFUSE(c, ERR_STATE, "id",
                      m->state == MAIL_SENT ? "the mail server took it" : "it was withdrawn before");
    struct event event = {.what = WHAT_CHANGED,
                          .subject = SUBJECT_MAIL,
                          .about = (int64_t)m->id,
                          .number = m->to,
                          .customer = m->customer,
                          .text = "withdrawn"};
    e = mail_withdraw(c, m, arena_printf(c->arena, "taken out by %s", c->who.name));
    if (!e)
        e = call_event(c, &event);
    return e ? e : row_of(c, m->id, &out->mail);
}

enum err op_mail_test(struct call *c, const struct mail_test_in *in, struct mail_test_out *out)
{
    const struct mail_new mail = {.template = TEMPLATE_TEST, .to = c->who.email, .to_name = c->who.name};
    bool held;
    uint64_t id = 0;
    (void)in;
    enum err e = mail_held(c, &held);
    if (e)
        return e;
    if (held)
        return REFUSE(c, ERR_STATE, "", "no mail server is set");
    if (!mail.to || !*mail.to)
        return REFUSE(c, ERR_STATE, "", "you have no e-mail address of your own here");
    struct mail *m = arena_alloc(c->arena, sizeof *m);
    e = mail_queue(c, &mail, &id);
    if (!e)
        e = record_get(&c->txn, KIND_MAIL, id, m);
    if (!e)
        e = mail_again(c, m);
    return e ? e : row_of(c, id, &out->mail);
}
