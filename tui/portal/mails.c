/* The outbox (G5): what was sent, what waits, what failed and why; and one mail, as it was or would be sent: to be read, watched, tried
 * again, and passed on where no mail server carries it. */
#include "proto/paper/show.h"
#include "tui/portal/books.h"
#include <inttypes.h>
#include <string.h>

#define TURN_MS 20000 /* due for so long, and not tried: others are before it, or the server does not work */
#define OUTBOX_MS 10000 /* "next try in 4 min" grows old */
#define WATCH_MS 1000   /* between two looks at a mail that is on its way */
#define REST_MS 60000   /* at most between two looks at one whose next try is not yet */
#define CODE_GROUPS 5   /* a code of an invitation: five groups of five (Crockford's letters) */
#define CODE_GROUP 5

static const struct mail *letter(const struct scene *v)
{
    return ((const struct mail_get_out *)v->out)->mail;
}

static bool has(const char *text)
{
    return text && *text;
}

/* --- where it stands */

/* The row that is meant, or of one mail as much as a row says. */
static struct mail_row standing(const struct scene *v)
{
    if (v->row)
        return *(const struct mail_row *)v->row;
    const struct mail *m = letter(v);
    return (struct mail_row){.template = m->template,
                             .state = m->state,
                             .to = m->to,
                             .to_name = m->to_name,
                             .next_try = m->next_try,
                             .tries = m->tries,
                             .said = m->said,
                             .sent = m->sent};
}

static const char *when_next(const struct scene *v, const struct mail_row *m)
{
    char since[SHOW_TEXT];
    int64_t left = m->next_try - v->now;
    if (left <= -TURN_MS)
        return "waiting for its turn";
    if (left <= 0)
        return m->tries ? "being tried again" : "waiting, being sent";
    if (left < 60000)
        return "waiting, next try shortly";
    return scene_text(v, "waiting, next try in %s", show_since(since, 0, left));
}

static const char *with_reason(const struct scene *v, const char *what, const char *said)
{
    return has(said) ? scene_text(v, "%s: %s", what, said) : what;
}

static const char *state(const struct scene *v)
{
    const struct mail_row m = standing(v);
    switch (m.state) {
    case MAIL_HELD: return "held: no mail server";
    case MAIL_SENT: return scene_text(v, "sent %s", scene_when(v, m.sent));
    case MAIL_FAILED: return with_reason(v, "failed", m.said);
    case MAIL_WITHDRAWN: return with_reason(v, "withdrawn", m.said);
    default: return when_next(v, &m);
    }
}

/* In a list, why matters more than when. */
static const char *state_short(const struct scene *v)
{
    const struct mail_row m = standing(v);
    return m.state == MAIL_WAITING && has(m.said) ? with_reason(v, "waiting", m.said) : state(v);
}

static enum look state_look(const struct scene *v)
{
    switch (standing(v).state) {
    case MAIL_SENT: return LOOK_GOOD;
    case MAIL_FAILED: return LOOK_BAD;
    case MAIL_WITHDRAWN: return LOOK_DIM;
    case MAIL_HELD: return LOOK_WARN;
    default: return LOOK_INFO;
    }
}

static const char *kind(const struct scene *v)
{
    return show_mail(standing(v).template);
}

static const char *to(const struct scene *v)
{
    const struct mail_row m = standing(v);
    return has(m.to_name) ? m.to_name : show_text(m.to);
}

static const char *address(const struct scene *v)
{
    const struct mail_row m = standing(v);
    return has(m.to_name) ? show_text(m.to) : "";
}

/* --- what can be done */

static const char *can_try(const struct scene *v)
{
    switch (standing(v).state) {
    case MAIL_SENT: return "It was sent.";
    case MAIL_WITHDRAWN: return "It was withdrawn: its code is no longer good, or somebody took it out.";
    case MAIL_HELD: return "There is no mail server: an administrator sets one in the settings.";
    default: return NULL;
    }
}

static const char *can_withdraw(const struct scene *v)
{
    switch (standing(v).state) {
    case MAIL_SENT: return "It was sent: nothing brings it back.";
    case MAIL_WITHDRAWN: return "It was withdrawn before.";
    default: return NULL;
    }
}

static void review(struct page *p, const struct scene *v, const void *in)
{
    (void)in;
    page_note(p, LOOK_PLAIN, "%s to %s.", kind(v), to(v));
    page_note(
        p, LOOK_PLAIN,
        "It is not sent any more, and leaves the lists of what waits or failed. The code of an invitation "
        "stays good for who was told it.");
}

#define TRY_AND_WITHDRAW                                                                                   \
    {.key = 't',                                                                                           \
     .name = "try",                                                                                        \
     .help = "Send it now",                                                                                \
     .op = OPNO_mail_retry,                                                                                \
     .possible = can_try,                                                                                  \
     .done = "It is tried now."},                                                                          \
    {                                                                                                      \
        .key = 'x', .name = "withdraw", .help = "Take it out of the outbox: it is not sent any more",      \
        .op = OPNO_mail_withdraw, .possible = can_withdraw, .agree = AGREE_YES,                            \
        .question = "Withdraw this mail?", .yes = "Withdraw it", .busy = "Withdrawing…", .review = review, \
        .done = "Withdrawn: it is not sent any more."                                                      \
    }

/* --- the outbox */

static const struct column columns[] = {
    {.field = "created", .title = "Written", .width = 12},
    {.field = "to_name", .title = "To", .width = 14, .grow = 2, .text = to},
    {.field = "template", .title = "Mail", .width = 18, .text = kind},
    {.field = "to", .title = "Address", .width = 26, .grow = 1, .drop = 1, .text = address},
    {.field = "state", .width = 28, .grow = 3, .text = state_short, .look = state_look},
    {0}};

static int64_t outbox_again(const struct scene *v)
{
    const struct mail_list_out *out = v->out;
    for (size_t i = 0; i < out->mails.n; i++)
        if (out->mails.v[i].state == MAIL_WAITING)
            return OUTBOX_MS;
    return 0;
}

static void tell_row(struct page *p, const struct scene *v)
{
    const struct mail_row *m = v->row;
    page_title(p, "%s", show_text(m->subject));
    page_fact_as(p, state_look(v), "State", state_short(v));
    page_fact(p, "To", "%s", to(v));
    page_fact(p, "Address", "%s", address(v));
    page_fact(p, "Written", "%s", scene_when(v, m->created));
}

static const struct act outbox_acts[] = {TRY_AND_WITHDRAW, {0}};

/* A mail is written by what happens to accounts and persons, too. */
const struct book book_outbox = {
    .name = "outbox",
    .title = "Outbox",
    .noun = "mail",
    .empty = "No mail yet. Invitations and other mails appear here when they are written.",
    .op = OPNO_mail_list,
    .rows = "mails",
    .one = "mail",
    .of = "customer",
    .only = "state",
    .opens = &book_mail,
    .columns = columns,
    .again = outbox_again,
    .tell = tell_row,
    .acts = outbox_acts,
    .live = SUBJECT_BIT(SUBJECT_MAIL) | SUBJECT_BIT(SUBJECT_CONTACT) | SUBJECT_BIT(SUBJECT_STAFF)};

/* --- one mail */

static bool carries_code(const struct mail *m)
{
    return m->state != MAIL_SENT && m->state != MAIL_WITHDRAWN && strstr(show_text(m->text), MAIL_CODE_PLACE);
}

static const char *whole_to(const struct scene *v, const struct mail *m)
{
    return has(m->to_name) ? scene_text(v, "%s <%s>", m->to_name, show_text(m->to)) : show_text(m->to);
}

static void tell_tries(struct page *p, const struct scene *v, const struct mail *m)
{
    if (m->state == MAIL_HELD)
        page_fact(
            p, "For now",
            "nothing was sent: pass it on yourself, or set a mail server in the settings, and it leaves by "
            "itself");
    if (m->state != MAIL_WAITING || !m->tries)
        return;
    page_fact(p, "Tried", "%" PRId64 " time%s", m->tries, m->tries == 1 ? "" : "s");
    page_fact(p, "In the way", "%s", show_text(m->said));
    if (m->give_up)
        page_fact(p, "Given up", "on %s", scene_when(v, m->give_up));
}

static void tell_mail(struct page *p, const struct scene *v)
{
    const struct mail *m = letter(v);
    const struct mail_settings_get_out *server = v->also[0];
    page_title(p, "%s", show_text(m->subject));
    page_fact_as(p, state_look(v), "State", state(v));
    tell_tries(p, v, m);
    page_fact(p, "To", "%s", whole_to(v, m));
    page_fact(p, "From", "%s", server ? show_text(server->settings->from) : "");
    page_fact(p, "Written", "%s", scene_when(v, m->created));
    if (carries_code(m))
        page_fact_as(p, LOOK_DIM, "Code", "is told when it is asked for");
    page_quote(p, "Text", m->text);
    page_fact(p, "Message-ID", "%s", show_text(m->message_id));
}

static int64_t mail_again(const struct scene *v)
{
    int64_t left = letter(v)->next_try - v->now;
    if (letter(v)->state != MAIL_WAITING)
        return 0;
    return left < WATCH_MS ? WATCH_MS : left < REST_MS ? left + WATCH_MS : REST_MS;
}

/* --- the code in the text */

static bool code_letter(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z' && !strchr("ILOU", c));
}

static const char *code_of(const struct scene *v, const char *text)
{
    const size_t length = CODE_GROUPS * (CODE_GROUP + 1) - 1;
    for (const char *at = text; strlen(at) >= length; at++) {
        size_t i = 0;
        while (i < length && (i % (CODE_GROUP + 1) == CODE_GROUP ? at[i] == '-' : code_letter(at[i])))
            i++;
        if (i == length && !code_letter(at[i]) && at[i] != '-')
            return scene_text(v, "%.*s", (int)length, at);
    }
    return NULL;
}

static const char *can_tell_code(const struct scene *v)
{
    return carries_code(letter(v)) ? NULL : "It carries no code that is still to be passed on.";
}

static void with_code(const struct scene *v, const void *in, void *send)
{
    (void)v, (void)in;
    GIVE(mail_get_in, (struct mail_get_in *)send, code, true);
}

static const char *whole_text(const struct scene *v, const struct mail *m)
{
    return scene_text(v, "To: %s\nSubject: %s\n\n%s", show_text(m->to), show_text(m->subject),
                      show_text(m->text));
}

static void tell_code(struct page *p, const struct scene *v, const void *out)
{
    const struct mail *m = ((const struct mail_get_out *)out)->mail;
    const char *code = code_of(v, show_text(m->text));
    page_title(p, "The code for %s", has(m->to_name) ? m->to_name : show_text(m->to));
    if (!code) {
        page_note(p, LOOK_WARN, "That code is for administrators, or is gone.");
        return;
    }
    page_raw(p, code);
    page_copy(p, "the code alone", code);
    page_copy(p, "the whole mail", whole_text(v, m));
    page_note(p, LOOK_PLAIN, "Whoever has it gets in with it, once: tell it to nobody else.");
    page_fact(p, "To", "%s", whole_to(v, m));
    page_fact(p, "Subject", "%s", show_text(m->subject));
    page_quote(p, "Text", m->text);
}

static const char *whole(const struct scene *v)
{
    return whole_text(v, letter(v));
}

static const char *has_customer(const struct scene *v)
{
    return letter(v)->customer ? NULL : "It concerns no customer.";
}

static uint64_t customer(const struct scene *v)
{
    return letter(v)->customer;
}

static const struct act mail_acts[] = {
    {.key = 'c',
     .name = "code",
     .help = "Tell the code it carries, to pass it on",
     .op = OPNO_mail_get,
     .possible = can_tell_code,
     .complete = with_code,
     .after = tell_code},
    {.key = 'y',
     .name = "copy",
     .help = "The whole mail as text, without the code",
     .op = OPNO_mail_get,
     .copies = whole},
    TRY_AND_WITHDRAW,
    {LEADS_TO('o', "customer", "The customer it concerns", OPNO_customer_get, book_customer),
     .possible = has_customer, .goes_by = customer},
    {0}};

static const struct also also[] = {{OPNO_mail_settings_get, NULL}, {OP_COUNT, NULL}};

const struct book book_mail = {.name = "mail",
                               .title = "Mail",
                               .closed =
                                   "A mail may hold a code: only staff who may change something read it.",
                               .op = OPNO_mail_get,
                               .one = "mail",
                               .also = also,
                               .tell = tell_mail,
                               .name_of = kind,
                               .again = mail_again,
                               .acts = mail_acts,
                               .live = SUBJECT_BIT(SUBJECT_MAIL)};
