/* Today: what is owed and paid, and what waits for somebody, most pressing first. */
#include "common/date.h"
#include "tui/both/document_draw.h"
#include "tui/staff/staff_document.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { GET, PEEK, MAILS, DONE, UNDO };
#define MAILS_SHOWN 20
#define MAIL_DAYS 14 /* failed longer ago than this: nobody minds any more */
#define UNDO_MS 10000
#define CURRENCIES 4 /* rows of figures; the rest is counted */

/* A comment that was said to need no answer, as long as `u` takes that back. */
struct done {
    int64_t document, comment, until;
};

struct state {
    struct list *list;
    struct done doing, done;
    const struct queue_get_out *out;
    const struct mail_list_out *mails; /* that failed; NULL: not known */
    bool answered;                     /* about mails */
    const struct me *me;
    struct document_view peek;
};

static const struct list_column columns[] = {
    {.name = "what", .title = "What", .width = 20},
    {.name = "customer", .title = "Customer", .width = 13, .grow = 1},
    {.name = "amount", .title = "Amount", .width = 13, .right = true},
    {.name = "since", .title = "Since", .width = 7},
    {.name = "state", .title = "State", .width = 15, .grow = 3},
};

static void open(struct ui *ui, void *state, uint64_t subject)
{
    struct state *s = state;
    (void)subject;
    s->me = client_me(ui);
    s->list = ui_list(ui, columns, COUNT_OF(columns));
    list_empty_text(s->list, "Nothing waits for anybody. What customers do appears here by itself.");
}

static uint64_t document_id(int64_t user)
{
    return (uint64_t)(user & ((INT64_C(1) << 48) - 1));
}

static void ask_peek(struct ui *ui, struct state *s)
{
    int64_t user = list_user(s->list);
    int subject = (int)(user >> 48);
    const struct doc_traits *of = doc_kind_of_subject(subject);
    struct document_get_in in = {0};
    if (!of)
        return;
    GIVE(document_get_in, &in, id, document_id(user));
    GIVE(document_get_in, &in, peek, true);
    ui_ask(ui, PEEK, op_for(of->kind, ANY_document_get), &in);
}

static void load(struct ui *ui, void *state, enum load why)
{
    struct state *s = state;
    struct queue_get_in in = {0};
    struct mail_list_in mails = {0};
    if (why == LOAD_SELECTED) {
        ask_peek(ui, s);
        return;
    }
    GIVE(queue_get_in, &in, limit, 100);
    ui_ask(ui, GET, OPNO_queue_get, &in);
    GIVE(mail_list_in, &mails, state, MAIL_FAILED);
    GIVE(mail_list_in, &mails, limit, MAILS_SHOWN);
    ui_ask(ui, MAILS, OPNO_mail_list, &mails);
}

/* --- the queue */

static const char *job_words(int job)
{
    switch (job) {
    case JOB_COMMENT: return "comment";
    case JOB_PAYMENT_FAILED: return "failed";
    case JOB_PAYMENT_PENDING: return "pending";
    default: return enum_name(enum_job_kind(), job);
    }
}

static unsigned job_style(int job)
{
    switch (job) {
    case JOB_OVERDUE:
    case JOB_DECLINED:
    case JOB_PAYMENT_FAILED: return STYLE_BAD;
    case JOB_ACCEPTED: return STYLE_GOOD;
    case JOB_PAYMENT_PENDING: return STYLE_WARN;
    default: return STYLE_INFO;
    }
}

/* Why it stands there, in words. */
static const char *reason(char *text, size_t size, const struct work *w)
{
    const char *said = show_text(w->text);
    if ((w->job == JOB_COMMENT || w->job == JOB_DECLINED) && *said)
        snprintf(text, size, "“%s”", said);
    else if (w->job == JOB_ACCEPTED)
        snprintf(text, size, "→ invoice");
    else if (w->job == JOB_OVERDUE)
        snprintf(text, size, "past its due day");
    else if (w->job == JOB_PAYMENT_PENDING)
        snprintf(text, size, "bank not done%s%s", *said ? ": " : "", said);
    else
        snprintf(text, size, "%s", said);
    return text;
}

static void add(struct state *s, const struct work *w)
{
    char what[120], amount[SHOW_TEXT], since[SHOW_TEXT], why[300];
    int64_t days = w->days;
    bool numbered = w->number && *w->number;
    snprintf(what, sizeof what, "%s %s", numbered ? w->number : enum_name(enum_subject(), w->subject),
             job_words(w->job));
    show_since(since, w->since, staff_clock());
    if (w->job == JOB_OVERDUE)
        snprintf(since, sizeof since, "%" PRId64 " day%s", days, days == 1 ? "" : "s");
    const char *cells[] = {what, show_text(w->customer_name), show_money(amount, w->amount), since,
                           reason(why, sizeof why, w)};
    unsigned styles[] = {job_style(w->job), 0, 0, 0, w->job == JOB_OVERDUE ? STYLE_BAD : 0};
    list_add(s->list, &(struct list_row){.id = (uint64_t)w->job << 48 | (uint64_t)w->id,
                                         .cells = cells,
                                         .styles = styles,
                                         .user = (int64_t)w->subject << 48 | w->id});
}

static void add_mail(struct state *s, const struct mail_row *m)
{
    char since[SHOW_TEXT], why[400];
    if (m->template == TEMPLATE_TEST || m->created + (int64_t)MAIL_DAYS * 86400000 < staff_clock())
        return;
    snprintf(why, sizeof why, "%s", m->said && *m->said ? m->said : show_mail(m->template));
    const char *cells[] = {"Mail not delivered", m->to_name && *m->to_name ? m->to_name : show_text(m->to),
                           "", show_since(since, m->created, staff_clock()), why};
    unsigned styles[] = {STYLE_BAD, 0, 0, 0, 0};
    list_add(s->list, &(struct list_row){.id = (uint64_t)MAILS << 56 | m->id,
                                         .cells = cells,
                                         .styles = styles,
                                         .user = (int64_t)SUBJECT_MAIL << 48 | (int64_t)m->id});
}

static void fill(struct state *s)
{
    list_begin(s->list);
    for (size_t i = 0; s->mails && i < s->mails->mails.n; i++)
        add_mail(s, &s->mails->mails.v[i]);
    for (size_t i = 0; i < s->out->work.n; i++)
        add(s, &s->out->work.v[i]);
    list_end(s->list, false, -1);
}

static void undo_is_over(struct ui *ui, void *state)
{
    (void)ui;
    ((struct state *)state)->done = (struct done){0};
}

/* Refused or not, the queue is another one than was shown. */
static void took_done(struct ui *ui, struct state *s, int tag, const struct reply *r)
{
    s->done = (struct done){0};
    ui_reload(ui);
    if (ui_refused(ui, r))
        return;
    if (tag == DONE) {
        s->done = s->doing;
        s->done.until = ui_now(ui) + UNDO_MS;
        ui_after(ui, UNDO_MS, undo_is_over);
    }
    ui_toast(ui, TONE_GOOD, tag == DONE ? "Done. u takes it back." : "It waits for an answer again.");
}

static void reply(struct ui *ui, void *state, int tag, const struct reply *r)
{
    struct state *s = state;
    bool peek = tag == PEEK;
    if (tag == DONE || tag == UNDO) {
        took_done(ui, s, tag, r);
        return;
    }
    if (peek && r->code == ERR_NOT_FOUND) /* deleted meanwhile: the queue says so itself */
        return;
    if (tag == MAILS) { /* they stand first: the list waits for them, but not for more than an answer */
        s->answered = true;
        s->mails = r->code == OK ? r->out : NULL;
    } else if (ui_refused(ui, r)) {
        return;
    } else if (tag == GET) {
        s->out = r->out;
    }
    if (!peek) {
        if (s->out && s->answered)
            fill(s);
        return;
    }
    const struct document_get_out *got = r->out;
    s->peek = (struct document_view){.doc = got->document,
                                     .comments = &got->comments,
                                     .payments = &got->payments,
                                     .told = &got->told,
                                     .me = s->me,
                                     .today = ui_today(ui)};
}

static void event(struct ui *ui, void *state, const struct event *e)
{
    (void)state;
    if (ui_top(ui) == &screen_staff_today && (staff_event_moves_money(e) || e->subject == SUBJECT_MAIL))
        ui_reload(ui);
}

/* --- figures */

static struct money paid_in(const struct queue_get_out *out, const char *currency)
{
    for (size_t i = 0; i < out->paid_month.n; i++)
        if (strcmp(out->paid_month.v[i].amount.currency, currency) == 0)
            return out->paid_month.v[i].amount;
    return money_of(0, currency);
}

static bool owed_in(const struct queue_get_out *out, const char *currency)
{
    for (size_t i = 0; i < out->ageing.n; i++)
        if (strcmp(out->ageing.v[i].total.currency, currency) == 0)
            return true;
    return false;
}

struct figures {
    struct money owed, late, paid;
};

/* Every currency that is owed or came in this month; into an array with room for all of them. */
static size_t figures_of(const struct state *s, struct figures *to)
{
    const struct queue_get_out *out = s->out;
    size_t n = 0;
    for (size_t i = 0; i < out->ageing.n; i++) {
        const struct ageing *a = &out->ageing.v[i];
        to[n++] = (struct figures){a->total, a->overdue, paid_in(out, a->total.currency)};
    }
    for (size_t i = 0; i < out->paid_month.n; i++) {
        struct money paid = out->paid_month.v[i].amount, none = money_of(0, paid.currency);
        if (!owed_in(out, paid.currency))
            to[n++] = (struct figures){none, none, paid};
    }
    struct money none = money_of(0, s->me->currency ? s->me->currency : "");
    if (!n)
        to[n++] = (struct figures){none, none, none};
    return n;
}

#define OWED "Outstanding"
#define LATE "Overdue"
#define PAID "Paid this month"

/* Where the columns of figures end, the widest amount whole; false: there is no room for them beside each other. */
struct figure_columns {
    int owed, late, paid;
};

static int wider(int width, struct money m)
{
    int n = canvas_money_width(m, false);
    return n > width ? n : width;
}

static bool figure_columns(const struct figures *f, size_t n, int width, struct figure_columns *k)
{
    int owed = 15, late = 13, paid = 16;
    for (size_t i = 0; i < n; i++) {
        owed = wider(owed, f[i].owed);
        late = wider(late, f[i].late);
        paid = wider(paid, f[i].paid);
    }
    k->owed = 5 + owed;
    k->late = k->owed + 3 + late;
    k->paid = k->late + 3 + paid;
    return k->paid < width;
}

static void figure_row(const struct canvas *c, int y, const struct figure_columns *k, const struct figures *f)
{
    int x = k->paid + 4, bar = c->columns - x - 1;
    canvas_text(c, y, 1, STYLE_PLAIN, f->owed.currency);
    canvas_money(c, y, k->owed, STYLE_BOLD, f->owed, false);
    canvas_money(c, y, k->late, f->late.amount ? STYLE_BAD : STYLE_PLAIN, f->late, false);
    canvas_money(c, y, k->paid, STYLE_GOOD, f->paid, false);
    if (f->owed.amount > 0 && bar >= 10)
        canvas_bar(c, y, x, bar > 20 ? 20 : bar, STYLE_BAD, f->late.amount, f->owed.amount);
}

/* One below the other: three rows a currency. */
static void figure_block(const struct canvas *c, int y, const struct figures *f)
{
    int widest = wider(wider(wider(0, f->owed), f->late), f->paid), end = 5 + (int)sizeof PAID + 1 + widest;
    canvas_text(c, y, 1, STYLE_PLAIN, f->owed.currency);
    canvas_text(c, y, 5, STYLE_DIM, OWED);
    canvas_money(c, y, end, STYLE_BOLD, f->owed, false);
    canvas_text(c, y + 1, 5, STYLE_DIM, LATE);
    canvas_money(c, y + 1, end, f->late.amount ? STYLE_BAD : STYLE_PLAIN, f->late, false);
    canvas_text(c, y + 2, 5, STYLE_DIM, PAID);
    canvas_money(c, y + 2, end, STYLE_GOOD, f->paid, false);
}

static int draw_figures(const struct state *s, const struct canvas *c)
{
    struct arena *a = arena_open();
    struct figures *f = arena_alloc(a, (s->out->ageing.n + s->out->paid_month.n + 1) * sizeof *f);
    size_t n = figures_of(s, f);
    struct figure_columns k;
    bool beside = figure_columns(f, n, c->columns, &k);
    size_t most = beside ? CURRENCIES : c->rows > 20 ? 2 : 1, shown = n < most ? n : most;
    int y = beside;
    if (beside) {
        canvas_right(c, 0, k.owed, STYLE_DIM, OWED);
        canvas_right(c, 0, k.late, STYLE_DIM, LATE);
        canvas_right(c, 0, k.paid, STYLE_DIM, PAID);
        if (c->columns - k.paid - 5 >= 11)
            canvas_text(c, 0, k.paid + 4, STYLE_DIM, "late of all");
    }
    for (size_t i = 0; i < shown; i++) {
        if (beside)
            figure_row(c, y, &k, &f[i]);
        else
            figure_block(c, y, &f[i]);
        y += beside ? 1 : 3;
    }
    if (n > shown)
        canvas_print(c, y++, 1, STYLE_DIM, "and %zu more %s", n - shown,
                     n - shown == 1 ? "currency" : "currencies");
    arena_close(a);
    return y;
}

static void draw(const void *state, struct canvas *c)
{
    const struct state *s = state;
    int notices = s->out ? (int)s->out->notices.n : 0;
    for (int i = 0; i < notices; i++)
        canvas_fit(c, i, 1, c->columns - 2, STYLE_WARN | STYLE_BOLD, s->out->notices.v[i]);
    struct canvas figures = canvas_part(c, notices, 0, c->rows - notices, c->columns);
    int y = notices + (s->out ? draw_figures(s, &figures) : 2);
    canvas_rule(c, y, 0, c->columns);
    struct canvas rest = canvas_part(c, y + 1, 0, c->rows - y - 1, c->columns);
    list_draw(s->list, &rest);
}

static bool previews(const void *state)
{
    return doc_kind_of_subject((int)(list_user(((const struct state *)state)->list) >> 48));
}

static void preview(const void *state, struct canvas *c)
{
    const struct state *s = state;
    int64_t user = list_user(s->list);
    if (s->peek.doc && previews(s) && s->peek.doc->id == document_id(user))
        document_draw(&s->peek, c);
}

/* --- keys */

/* The comment under the cursor that waits for an answer; NULL: the row is about something else. */
static const struct work *comment_of(const struct state *s)
{
    int64_t user = list_user(s->list);
    bool comment = list_id(s->list) >> 48 == JOB_COMMENT && doc_kind_of_subject((int)(user >> 48));
    for (size_t i = 0; comment && s->out && i < s->out->work.n; i++)
        if (s->out->work.v[i].job == JOB_COMMENT && (uint64_t)s->out->work.v[i].id == document_id(user))
            return &s->out->work.v[i];
    return NULL;
}

static const char *can_open(const struct ui *ui, const void *state)
{
    (void)ui;
    return list_id(((const struct state *)state)->list) ? NULL : "There is nothing to open.";
}

static void run_open(struct ui *ui, void *state)
{
    struct state *s = state;
    int64_t user = list_user(s->list);
    bool comment = comment_of(s);
    if (!staff_open_subject(ui, (int)(user >> 48), document_id(user)))
        ui_toast(ui, TONE_INFO, "There is no screen for it yet: posternctl shows it.");
    else if (comment)
        ui_to_place(ui);
}

static bool is_comment(const struct ui *ui, const void *state)
{
    (void)ui;
    return comment_of(state);
}

static void run_reply(struct ui *ui, void *state)
{
    const struct work *w = comment_of(state);
    staff_reply_open(ui, doc_kind_of_subject(w->subject)->kind, (uint64_t)w->id);
}

static void say_done(struct ui *ui, int tag, const struct done *d)
{
    struct comment_done_in in = {0};
    GIVE(comment_done_in, &in, document, (uint64_t)d->document);
    GIVE(comment_done_in, &in, comment, d->comment);
    if (tag == UNDO)
        GIVE(comment_done_in, &in, undo, true);
    ui_ask_with(ui,
                &(struct ask){.tag = tag, .op = op_at(OPNO_comment_done), .in = &in, .busy = "Saying so…"});
}

static void run_done(struct ui *ui, void *state)
{
    struct state *s = state;
    const struct work *w = comment_of(s);
    s->doing = (struct done){.document = w->id, .comment = w->comment};
    say_done(ui, DONE, &s->doing);
}

static bool can_undo(const struct ui *ui, const void *state)
{
    return ui_now(ui) < ((const struct state *)state)->done.until;
}

static void run_undo(struct ui *ui, void *state)
{
    say_done(ui, UNDO, &((struct state *)state)->done);
}

static const char *can_write(const struct ui *ui, const void *state)
{
    (void)state;
    return staff_may_write(ui);
}

static const struct key_row keys[] = {{.key = K_ENTER,
                                       .action = "open",
                                       .help = "Open what it is about",
                                       .possible = can_open,
                                       .run = run_open},
                                      {.key = 'c',
                                       .action = "reply",
                                       .help = "Answer the customer's comment",
                                       .who = BY_WRITERS,
                                       .offered = is_comment,
                                       .run = run_reply},
                                      {.key = 'x',
                                       .action = "done",
                                       .help = "The comment needs no answer",
                                       .who = BY_WRITERS,
                                       .offered = is_comment,
                                       .run = run_done},
                                      {.key = 'u',
                                       .action = "undo",
                                       .help = "It needs an answer after all",
                                       .who = BY_WRITERS,
                                       .offered = can_undo,
                                       .run = run_undo},
                                      {.key = '+',
                                       .action = "new",
                                       .help = "Write an invoice, an estimate, a customer, a payment",
                                       .possible = can_write,
                                       .run = staff_run_new},
                                      {0}};

const struct screen screen_staff_today = {.name = "staff.today",
                                          .title = "Today",
                                          .state_size = sizeof(struct state),
                                          .open = open,
                                          .load = load,
                                          .reply = reply,
                                          .event = event,
                                          .draw = draw,
                                          .preview = preview,
                                          .previews = previews,
                                          .keys = keys};
