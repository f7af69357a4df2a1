/* One mail of the outbox, as it was sent or would be: to be read, watched, tried again, and copied where no mail server carries it. */
#include "tui/staff/staff_mail.h"
#include "tui/staff/staff_screens.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

enum { GET, FIND, RETRY, WITHDRAW, FROM, CODE };
#define WATCH_MS 1000 /* between two looks at a mail that is on its way */
#define REST_MS 60000 /* at most between two looks at one whose next try is not yet */
#define CODE_GROUPS 5 /* a code of an invitation: five groups of five (Crockford's letters) */
#define CODE_GROUP 5

struct state {
    uint64_t id; /* 0: to be found */
    uint64_t customer;
    char to[256];
    const struct mail *mail;
    const struct mail_settings *from;
    const struct me *me;
    int32_t today;
    bool with_code;                            /* the newest: whoever has just made it passes it on */
    char code[CODE_GROUPS * (CODE_GROUP + 1)]; /* "" when the text shows none */
};

const char *mail_template_words(int template)
{
    switch (template) {
    case TEMPLATE_INVITATION: return "Invitation";
    case TEMPLATE_STAFF_INVITATION: return "Staff invitation";
    case TEMPLATE_PASSWORD_SET:
    case TEMPLATE_PASSWORD_KEPT: return "Password set";
    case TEMPLATE_RESET: return "Forgotten password";
    case TEMPLATE_PASSWORD_CHANGED: return "Password changed";
    case TEMPLATE_MFA_RESET: return "Factor reset";
    case TEMPLATE_PORTAL_RENAMED: return "New portal name";
    case TEMPLATE_TEST: return "Test mail";
    case TEMPLATE_KEY_ADDED: return "SSH key added";
    default: return "Mail";
    }
}

static void open(struct ui *ui, void *state, uint64_t subject)
{
    struct state *s = state;
    s->id = subject;
    s->me = client_me(ui);
}

static void ask(struct ui *ui, const struct state *s)
{
    struct mail_get_in get = {0};
    struct mail_list_in find = {0};
    if (s->id) {
        GIVE(mail_get_in, &get, mail, s->id);
        ui_ask(ui, GET, OPNO_mail_get, &get);
        return;
    }
    if (s->customer)
        GIVE(mail_list_in, &find, customer, s->customer);
    GIVE(mail_list_in, &find, limit, 50);
    ui_ask(ui, FIND, OPNO_mail_list, &find);
}

static void load(struct ui *ui, void *state, enum load why)
{
    const struct state *s = state;
    struct mail_settings_get_in none = {0};
    ask(ui, s);
    if (why == LOAD_FIRST && ui_who(ui) & BY_ADMIN)
        ui_ask(ui, FROM, OPNO_mail_settings_get, &none);
}

/* The text with its code is kept while the mail is watched; that it was delivered is seen by the state. */
static void ask_code(struct ui *ui, struct state *s)
{
    struct mail_get_in get = {0};
    s->with_code = false;
    GIVE(mail_get_in, &get, mail, s->id);
    GIVE(mail_get_in, &get, code, true);
    ui_ask(ui, CODE, OPNO_mail_get, &get);
}

static bool carries_code(const struct state *s)
{
    const struct mail *m = s->mail;
    return m && m->state != MAIL_SENT && m->state != MAIL_WITHDRAWN &&
           strstr(show_text(m->text), MAIL_CODE_PLACE);
}

static void watch(struct ui *ui, void *state)
{
    if (ui_top(ui) == &screen_staff_mail)
        ask(ui, state);
    else
        ui_after(ui, WATCH_MS, watch);
}

/* --- the code in the text, to be copied alone */

static bool code_letter(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z' && !strchr("ILOU", c));
}

static void take_code(struct state *s, const struct mail *m)
{
    const size_t length = sizeof s->code - 1;
    s->code[0] = '\0';
    for (const char *at = show_text(m->text); strlen(at) >= length; at++) {
        size_t i = 0;
        while (i < length && (i % (CODE_GROUP + 1) == CODE_GROUP ? at[i] == '-' : code_letter(at[i])))
            i++;
        if (i == length && !code_letter(at[i]) && at[i] != '-') {
            memcpy(s->code, at, length);
            s->code[length] = '\0';
            return;
        }
    }
}

static void found(struct ui *ui, struct state *s, const struct mail_list_out *out)
{
    for (size_t i = 0; i < out->mails.n && !s->id; i++)
        if (strcasecmp(show_text(out->mails.v[i].to), s->to) == 0)
            s->id = out->mails.v[i].id;
    if (s->id) {
        ask(ui, s);
        return;
    }
    ui_toast(ui, TONE_BAD, "The mail is not in the outbox any more.");
    ui_pop(ui);
}

static void reply(struct ui *ui, void *state, int tag, const struct reply *r)
{
    struct state *s = state;
    if (tag == FROM && r->code != OK)
        return;
    if (ui_refused(ui, r))
        return;
    switch (tag) {
    case FROM: s->from = ((const struct mail_settings_get_out *)r->out)->settings; return;
    case FIND: found(ui, s, r->out); return;
    case RETRY:
        ui_toast(ui, TONE_INFO, "Trying it now …");
        ask(ui, s);
        return;
    case WITHDRAW:
        ui_toast(ui, TONE_INFO, "Withdrawn: it is not sent any more.");
        ask(ui, s);
        return;
    case CODE:
        take_code(s, ((const struct mail_get_out *)r->out)->mail);
        if (!*s->code)
            ui_toast(ui, TONE_BAD, "That code is for administrators, or is gone.");
        return;
    default: s->mail = ((const struct mail_get_out *)r->out)->mail;
    }
    if (s->with_code)
        ask_code(ui, s);
    s->today = ui_today(ui);
    ui_title(ui, "%s", mail_template_words(s->mail->template));
    int64_t left = s->mail->next_try - staff_clock();
    if (s->mail->state == MAIL_WAITING)
        ui_after(ui, left < WATCH_MS ? WATCH_MS : left < REST_MS ? (int)left + WATCH_MS : REST_MS, watch);
}

static void event(struct ui *ui, void *state, const struct event *e)
{
    const struct state *s = state;
    if (e->subject == SUBJECT_MAIL && (uint64_t)e->about == s->id)
        ask(ui, s);
}

static void close_state(void *state)
{
    explicit_bzero(((struct state *)state)->code, CODE_GROUPS * (CODE_GROUP + 1));
}

/* With the code where it is known here. */
static const char *whole_text(struct arena *a, const struct state *s)
{
    const char *text = show_text(s->mail->text), *at = *s->code ? strstr(text, MAIL_CODE_PLACE) : NULL;
    if (!at || !carries_code(s))
        return text;
    return arena_printf(a, "%.*s%s%s", (int)(at - text), text, s->code, at + sizeof MAIL_CODE_PLACE - 1);
}

/* --- drawing */

static int header(const struct canvas *c, int y, const char *label, const char *value)
{
    if (!*value)
        return 0;
    canvas_text(c, y, 1, STYLE_DIM, label);
    return canvas_wrap(c, y, 13, c->columns - 14, 4, STYLE_PLAIN, value);
}

static void row_of(const struct mail *m, struct mail_row *row)
{
    *row = (struct mail_row){
        .state = m->state, .next_try = m->next_try, .tries = m->tries, .said = m->said, .sent = m->sent};
}

/* Where it stands, and what that means for the one who reads it. */
static int draw_state(const struct state *s, const struct canvas *c, int y)
{
    const struct mail *m = s->mail;
    struct mail_row row;
    char text[500], when[SHOW_TEXT];
    int from = y;
    row_of(m, &row);
    mail_words(text, sizeof text, &row, s->me->time_zone, s->today);
    canvas_text(c, y, 1, STYLE_DIM, "State");
    y += canvas_wrap(c, y, 13, c->columns - 14, 3, mail_style(&row) | STYLE_BOLD, text);
    if (m->state == MAIL_HELD)
        y += canvas_wrap(
            c, y, 13, c->columns - 14, 3, STYLE_PLAIN,
            "Nothing was sent: pass it on yourself (y copies it), or set a mail server in the settings, and "
            "it leaves by itself.");
    if (m->state == MAIL_WAITING && m->tries > 0) {
        snprintf(text, sizeof text, "tried %" PRId64 " time%s, and the last time: %s", m->tries,
                 m->tries == 1 ? "" : "s", show_text(m->said));
        y += canvas_wrap(c, y, 13, c->columns - 14, 4, STYLE_PLAIN, text);
        if (m->give_up) {
            snprintf(text, sizeof text, "is given up on %s",
                     show_when(when, m->give_up, s->me->time_zone, s->today));
            y += canvas_wrap(c, y, 13, c->columns - 14, 1, STYLE_DIM, text);
        }
    }
    return y - from;
}

static void draw(const void *state, struct canvas *c)
{
    const struct state *s = state;
    const struct mail *m = s->mail;
    char text[700], when[SHOW_TEXT];
    if (!m) {
        canvas_loading(c, 1, 2);
        return;
    }
    int y = draw_state(s, c, 0);
    snprintf(text, sizeof text, "%s%s%s%s", show_text(m->to_name), m->to_name && *m->to_name ? " <" : "",
             show_text(m->to), m->to_name && *m->to_name ? ">" : "");
    y += header(c, y, "To", text);
    if (s->from && s->from->from && *s->from->from)
        y += header(c, y, "From", s->from->from);
    y += header(c, y, "Written", show_when(when, m->created, s->me->time_zone, s->today));
    y += header(c, y, "Subject", show_text(m->subject));
    if (carries_code(s)) {
        canvas_text(c, y, 1, STYLE_DIM, "Code");
        canvas_text(c, y++, 13, *s->code ? STYLE_BOLD : STYLE_DIM, *s->code ? s->code : "c shows it");
    }
    canvas_rule(c, y++, 0, c->columns);
    struct arena *a = arena_open();
    y += canvas_wrap(c, y, 1, c->columns > 102 ? 100 : c->columns - 2, CANVAS_TALL - y, STYLE_PLAIN,
                     whole_text(a, s));
    arena_close(a);
    canvas_rule(c, y, 0, c->columns);
    header(c, y + 1, "Message-ID", show_text(m->message_id));
}

/* --- keys */

static const char *has_mail(const struct ui *ui, const void *state)
{
    (void)ui;
    return ((const struct state *)state)->mail ? NULL : "Not loaded yet.";
}

static void copy_all(struct ui *ui, const struct state *s)
{
    const struct mail *m = s->mail;
    struct arena *a = arena_open();
    ui_copy_secret(ui,
                   arena_printf(a, "To: %s\nSubject: %s\n\n%s", show_text(m->to), show_text(m->subject),
                                whole_text(a, s)),
                   "the mail");
    arena_close(a);
}

static const char *const copies[] = {"The whole mail", "The code alone", NULL};

static void copy_done(struct ui *ui, void *state, const struct said *said)
{
    const struct state *s = state;
    if (said->choice == 0)
        copy_all(ui, s);
    else
        ui_copy_secret(ui, s->code, "the code");
}

static void run_copy(struct ui *ui, void *state)
{
    const struct state *s = state;
    if (*s->code)
        ui_dialog(
            ui,
            &(struct dialog){
                .kind = DIALOG_CHOOSE, .title = "Copy", .choices = copies, .yes = "Copy", .done = copy_done});
    else
        copy_all(ui, s);
}

static const char *can_retry(const struct ui *ui, const void *state)
{
    const struct state *s = state;
    const char *why = staff_may_write(ui);
    if (why)
        return why;
    if (!s->mail)
        return "Not loaded yet.";
    if (s->mail->state == MAIL_SENT)
        return "It was sent.";
    if (s->mail->state == MAIL_WITHDRAWN)
        return "It was withdrawn: its code is no longer good, or somebody took it out.";
    return s->mail->state == MAIL_HELD ? "There is no mail server: an administrator sets one in the settings."
                                       : NULL;
}

static void run_retry(struct ui *ui, void *state)
{
    struct mail_retry_in in = {0};
    GIVE(mail_retry_in, &in, mail, ((const struct state *)state)->id);
    ui_ask_with(ui,
                &(struct ask){.tag = RETRY, .op = op_at(OPNO_mail_retry), .in = &in, .busy = "One moment…"});
}

const char *mail_can_withdraw(int mail_state)
{
    return mail_state == MAIL_SENT        ? "It was sent: nothing brings it back."
           : mail_state == MAIL_WITHDRAWN ? "It was withdrawn before."
                                          : NULL;
}

void mail_ask_withdraw(struct ui *ui, int tag, uint64_t id)
{
    struct mail_withdraw_in in = {0};
    GIVE(mail_withdraw_in, &in, mail, id);
    ui_ask_with(
        ui, &(struct ask){.tag = tag, .op = op_at(OPNO_mail_withdraw), .in = &in, .busy = "Withdrawing…"});
}

static const char *can_withdraw(const struct ui *ui, const void *state)
{
    const struct state *s = state;
    const char *why = staff_may_write(ui);
    return why ? why : !s->mail ? "Not loaded yet." : mail_can_withdraw(s->mail->state);
}

static void withdraw_done(struct ui *ui, void *state, const struct said *said)
{
    (void)said;
    mail_ask_withdraw(ui, WITHDRAW, ((const struct state *)state)->id);
}

static void run_withdraw(struct ui *ui, void *state)
{
    (void)state;
    ui_confirm(ui, "Withdraw this mail?", MAIL_WITHDRAW_TEXT, "Withdraw", withdraw_done);
}

static const char *has_customer(const struct ui *ui, const void *state)
{
    const struct state *s = state;
    (void)ui;
    return s->mail && s->mail->customer ? NULL : "It concerns no customer.";
}

static void run_customer(struct ui *ui, void *state)
{
    ui_push(ui, &screen_staff_customer, ((const struct state *)state)->mail->customer);
}

static const char *can_show(const struct ui *ui, const void *state)
{
    (void)ui;
    return carries_code(state) ? NULL : "It carries no code that is still to be passed on.";
}

static void run_show(struct ui *ui, void *state)
{
    ask_code(ui, state);
}

static const struct key_row keys[] = {
    {.key = 'c', .action = "code", .help = "Show the code it carries", .possible = can_show, .run = run_show},
    {.key = 'y',
     .action = "copy",
     .help = "Copy the mail, or its code alone",
     .possible = has_mail,
     .run = run_copy},
    {.key = 't', .action = "try now", .help = "Send it now", .possible = can_retry, .run = run_retry},
    {.key = 'x',
     .action = "withdraw",
     .help = "Take it out of the outbox: it is not sent any more",
     .possible = can_withdraw,
     .run = run_withdraw},
    {.key = 'o',
     .action = "customer",
     .help = "The customer it concerns",
     .possible = has_customer,
     .run = run_customer},
    {0}};

const struct screen screen_staff_mail = {.name = "staff.mail",
                                         .title = "Mail",
                                         .state_size = sizeof(struct state),
                                         .open = open,
                                         .load = load,
                                         .reply = reply,
                                         .event = event,
                                         .draw = draw,
                                         .close = close_state,
                                         .keys = keys,
                                         .scrolls = true};

void mail_open_newest(struct ui *ui, uint64_t customer, const char *to)
{
    struct state *s = ui_push(ui, &screen_staff_mail, 0);
    s->customer = customer;
    s->with_code = true;
    snprintf(s->to, sizeof s->to, "%s", to);
}
