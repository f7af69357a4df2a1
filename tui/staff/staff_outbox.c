/* The outbox (G5): what was sent, what waits, what failed and why. Those that wait are looked at again from time to time. */
#include "tui/staff/staff_mail.h"
#include "tui/staff/staff_screens.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { LIST, RETRY, WITHDRAW };
#define TURN_MS 20000  /* due for so long, and not tried: others are before it, or the server does not work */
#define AGAIN_MS 10000 /* "next try in 4 min" grows old */

struct state {
    struct list *list;
    struct mail_list_in in;
    const struct mail_list_out *page;
    const struct me *me;
    uint64_t customer, acting;
    int only; /* enum mail_state, 0: all */
    int pages;
    char words[101];
    bool moving; /* some wait for their next try */
};

static const struct list_column columns[] = {
    {.name = "when", .title = "Written", .width = 12},
    {.name = "to", .title = "To", .width = 14, .grow = 2},
    {.name = "mail", .title = "Mail", .width = 18},
    {.name = "email", .title = "Address", .width = 26, .grow = 1, .drop = 1},
    {.name = "state", .title = "State", .width = 28, .grow = 3},
};

char *mail_words(char *buffer, size_t size, const struct mail_row *m, const char *zone, int32_t today)
{
    char when[SHOW_TEXT];
    int64_t left = m->next_try - staff_clock();
    switch (m->state) {
    case MAIL_HELD: snprintf(buffer, size, "held: no mail server"); break;
    case MAIL_SENT: snprintf(buffer, size, "sent %s", show_when(when, m->sent, zone, today)); break;
    case MAIL_FAILED:
        snprintf(buffer, size, "failed%s%s", m->said && *m->said ? ": " : "", show_text(m->said));
        break;
    case MAIL_WITHDRAWN:
        snprintf(buffer, size, "withdrawn%s%s", m->said && *m->said ? ": " : "", show_text(m->said));
        break;
    default:
        if (left <= -TURN_MS)
            snprintf(buffer, size, "waiting for its turn");
        else if (left <= 0)
            snprintf(buffer, size, "%s", m->tries ? "being tried again" : "waiting, being sent");
        else if (left < 60000)
            snprintf(buffer, size, "waiting, next try shortly");
        else
            snprintf(buffer, size, "waiting, next try in %s", show_since(when, 0, left));
    }
    return buffer;
}

unsigned mail_style(const struct mail_row *m)
{
    switch (m->state) {
    case MAIL_SENT: return STYLE_GOOD;
    case MAIL_FAILED: return STYLE_BAD;
    case MAIL_WITHDRAWN: return STYLE_DIM;
    case MAIL_HELD: return STYLE_WARN;
    default: return STYLE_INFO;
    }
}

static const char *empty_words(int only)
{
    switch (only) {
    case MAIL_HELD: return "No mail is held.";
    case MAIL_WAITING: return "No mail waits to be sent.";
    case MAIL_FAILED: return "No mail has failed.";
    case MAIL_SENT: return "No mail was sent in the last 90 days.";
    case MAIL_WITHDRAWN: return "No mail was withdrawn.";
    default: return "No mail yet. Invitations and other mails appear here when they are written.";
    }
}

static void open(struct ui *ui, void *state, uint64_t subject)
{
    struct state *s = state;
    (void)subject;
    s->me = client_me(ui);
    s->list = ui_list(ui, columns, COUNT_OF(columns));
    list_remote(s->list, true, false);
    list_language(s->list, NULL);
    list_empty_text(s->list, empty_words(0));
}

static void load(struct ui *ui, void *state, enum load why)
{
    struct state *s = state;
    s->in = (struct mail_list_in){0};
    GIVE(mail_list_in, &s->in, limit, 50);
    if (why == LOAD_MORE)
        GIVE(mail_list_in, &s->in, after, s->page->next);
    if (s->only)
        GIVE(mail_list_in, &s->in, state, s->only);
    if (s->customer)
        GIVE(mail_list_in, &s->in, customer, s->customer);
    if (!list_words(s->list, s->words, sizeof s->words))
        return;
    if (*s->words)
        GIVE(mail_list_in, &s->in, search, s->words);
    if (s->only)
        ui_status(ui, "Only %s ones: f shows others", enum_name(enum_mail_state(), s->only));
    else
        ui_status(ui, "%s", "");
    ui_ask(ui, LIST, OPNO_mail_list, &s->in);
}

static void look_again(struct ui *ui, void *state)
{
    const struct state *s = state;
    if (ui_top(ui) == &screen_staff_outbox && s->pages <= 1)
        ui_reload(ui);
    else if (s->moving)
        ui_after(ui, AGAIN_MS, look_again);
}

static void add(struct ui *ui, struct state *s, const struct mail_row *m)
{
    char when[SHOW_TEXT], words[400], to[400];
    snprintf(to, sizeof to, "%s", m->to_name && *m->to_name ? m->to_name : show_text(m->to));
    mail_words(words, sizeof words, m, s->me->time_zone, ui_today(ui));
    if (m->state == MAIL_WAITING && m->said && *m->said) /* why matters more than when */
        snprintf(words, sizeof words, "waiting: %s", m->said);
    const char *cells[] = {show_when(when, m->created, s->me->time_zone, ui_today(ui)), to,
                           mail_template_words(m->template), show_text(m->to), words};
    unsigned styles[] = {STYLE_DIM, 0, 0, STYLE_DIM, mail_style(m)};
    list_add(s->list, &(struct list_row){.id = m->id, .cells = cells, .styles = styles, .user = m->state});
    s->moving = s->moving || m->state == MAIL_WAITING;
}

static void reply(struct ui *ui, void *state, int tag, const struct reply *r)
{
    struct state *s = state;
    if (ui_refused(ui, r))
        return;
    if (tag == RETRY) {
        ui_toast(ui, TONE_INFO, "Trying it now …");
        ui_reload(ui);
        return;
    }
    if (tag == WITHDRAW) {
        ui_toast(ui, TONE_INFO, "Withdrawn: it is not sent any more.");
        ui_reload(ui);
        return;
    }
    s->page = r->out;
    if (!GIVEN(mail_list_in, &s->in, after)) {
        list_begin(s->list);
        s->pages = 0;
        s->moving = false;
    }
    s->pages++;
    for (size_t i = 0; i < s->page->mails.n; i++)
        add(ui, s, &s->page->mails.v[i]);
    list_empty_text(s->list, empty_words(s->only));
    list_end(s->list, s->page->next && *s->page->next, -1);
    if (s->moving)
        ui_after(ui, AGAIN_MS, look_again);
}

static void event(struct ui *ui, void *state, const struct event *e)
{
    const struct state *s = state;
    bool writes = e->subject == SUBJECT_MAIL || e->what == WHAT_INVITED || e->what == WHAT_RESET_ASKED;
    if (ui_top(ui) == &screen_staff_outbox && writes && s->pages <= 1)
        ui_reload(ui);
}

static void draw(const void *state, struct canvas *c)
{
    list_draw(((const struct state *)state)->list, c);
}

/* --- keys */

static const char *can_read(const struct ui *ui, const void *state)
{
    if (!list_id(((const struct state *)state)->list))
        return "There is nothing to open.";
    return staff_may_write(ui) ? "A mail may hold a code: only staff who may change something read it."
                               : NULL;
}

static void run_open(struct ui *ui, void *state)
{
    ui_push(ui, &screen_staff_mail, list_id(((const struct state *)state)->list));
}

static const char *can_retry(const struct ui *ui, const void *state)
{
    const struct state *s = state;
    const char *why = staff_may_write(ui);
    if (why)
        return why;
    if (!list_id(s->list))
        return "There is no mail.";
    if (list_user(s->list) == MAIL_SENT)
        return "It was sent.";
    if (list_user(s->list) == MAIL_WITHDRAWN)
        return "It was withdrawn: its code is no longer good, or somebody took it out.";
    return list_user(s->list) == MAIL_HELD
               ? "There is no mail server: an administrator sets one in the settings."
               : NULL;
}

static void run_retry(struct ui *ui, void *state)
{
    struct mail_retry_in in = {0};
    GIVE(mail_retry_in, &in, mail, list_id(((const struct state *)state)->list));
    ui_ask_with(ui,
                &(struct ask){.tag = RETRY, .op = op_at(OPNO_mail_retry), .in = &in, .busy = "One moment…"});
}

static const char *can_withdraw(const struct ui *ui, const void *state)
{
    const struct state *s = state;
    const char *why = staff_may_write(ui);
    return why ? why : !list_id(s->list) ? "There is no mail." : mail_can_withdraw((int)list_user(s->list));
}

static void withdraw_done(struct ui *ui, void *state, const struct said *said)
{
    (void)said;
    mail_ask_withdraw(ui, WITHDRAW, ((const struct state *)state)->acting);
}

static void run_withdraw(struct ui *ui, void *state)
{
    struct state *s = state;
    s->acting = list_id(s->list);
    ui_confirm(ui, "Withdraw this mail?", MAIL_WITHDRAW_TEXT, "Withdraw", withdraw_done);
}

static const char *const shows[] = {"All", "Waiting", "Held", "Failed", "Sent", "Withdrawn", NULL};
static const int states[] = {0, MAIL_WAITING, MAIL_HELD, MAIL_FAILED, MAIL_SENT, MAIL_WITHDRAWN};

static void show_done(struct ui *ui, void *state, const struct said *said)
{
    ((struct state *)state)->only = states[said->choice];
    ui_reload(ui);
}

static void run_show(struct ui *ui, void *state)
{
    (void)state;
    ui_dialog(
        ui, &(struct dialog){
                .kind = DIALOG_CHOOSE, .title = "Show", .choices = shows, .yes = "Show", .done = show_done});
}

static const struct key_row keys[] = {
    {.key = K_ENTER,
     .action = "read",
     .help = "The mail as it was or would be sent",
     .possible = can_read,
     .run = run_open},
    {.key = 'f',
     .action = "show",
     .help = "Only those that wait, are held, failed, were sent or withdrawn",
     .run = run_show},
    {.key = 't', .action = "try now", .help = "Send it now", .possible = can_retry, .run = run_retry},
    {.key = 'x',
     .action = "withdraw",
     .help = "Take it out of the outbox: it is not sent any more",
     .possible = can_withdraw,
     .run = run_withdraw},
    {0}};

const struct screen screen_staff_outbox = {.name = "staff.outbox",
                                           .title = "Outbox",
                                           .state_size = sizeof(struct state),
                                           .open = open,
                                           .load = load,
                                           .reply = reply,
                                           .event = event,
                                           .draw = draw,
                                           .keys = keys};

void outbox_open(struct ui *ui, uint64_t customer, int state)
{
    struct state *s = ui_push(ui, &screen_staff_outbox, 0);
    s->customer = customer;
    s->only = state;
}
