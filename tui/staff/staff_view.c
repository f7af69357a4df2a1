/* What staff see: sections, keys everywhere, where they start. */
#include "tui/full/book_screen.h"
#include "tui/portal/books.h"
#include "tui/staff/editor.h"
#include "tui/staff/staff_screens.h"

const char *staff_may_write(const struct ui *ui)
{
    return ui_who(ui) & BY_WRITERS ? NULL : "Your account may look at everything, but not change it.";
}

static void run_bell(struct ui *ui, void *state)
{
    (void)state;
    book_open(ui, &book_bell, 0);
}

static void run_password(struct ui *ui, void *state)
{
    (void)state;
    book_open(ui, &book_password, 0);
}

static bool on_today(const struct ui *ui, const void *state)
{
    (void)state;
    return book_on_top(ui, &book_today);
}

static const char *can_write(const struct ui *ui, const void *state)
{
    (void)state;
    return staff_may_write(ui);
}

static const struct key_row keys[] = {
    {.key = '+',
     .action = "new",
     .help = "Write an invoice, an estimate, a customer, a payment",
     .possible = can_write,
     .run = staff_run_new,
     .offered = on_today},
    {.key = 'b', .action = "bell", .help = "What customers did", .run = run_bell, .quiet = true},
    {.action = "password", .help = "Change your own password", .run = run_password},
    {.action = "sign out", .help = "Sign out", .run = sign_out_run},
    {0}};

static void picked(struct ui *ui, int kind, uint64_t customer)
{
    editor_new(ui, kind, customer);
}

static const struct {
    const char *whom;
    int kind; /* enum doc_kind */
} picks[] = {{"Invoice for whom?", DOC_INVOICE},
             {"Estimate for whom?", DOC_ESTIMATE},
             {"Retainer invoice for whom?", DOC_RETAINER},
             {"Credit note for whom?", DOC_CREDIT_NOTE}};

void staff_pick(struct ui *ui, int kind)
{
    size_t i = 0;
    while (i + 1 < COUNT_OF(picks) && picks[i].kind != kind)
        i++;
    book_pick(ui, &book_customers, 1, picks[i].whom, picked, kind); /* who is active */
}

static void picked_recurring(struct ui *ui, int kind, uint64_t customer)
{
    (void)kind;
    editor_recur(ui, 0, customer);
}

void staff_pick_recurring(struct ui *ui)
{
    book_pick(ui, &book_customers, 1, "Recurring invoice for whom?", picked_recurring, 0);
}

static const char *const news[] = {"Invoice",           "Estimate", "Retainer invoice",
                                   "Credit note",       "Customer", "Payment that arrived",
                                   "Recurring invoice", NULL};

static void new_done(struct ui *ui, void *state, const struct said *said)
{
    (void)state;
    if (said->choice < (int)COUNT_OF(picks))
        staff_pick(ui, picks[said->choice].kind);
    else if (said->choice == (int)COUNT_OF(picks))
        book_do(ui, &book_customers, "new");
    else if (said->choice == (int)COUNT_OF(picks) + 1)
        book_open(ui, &book_record, 0);
    else
        staff_pick_recurring(ui);
}

void staff_run_new(struct ui *ui, void *state)
{
    (void)state;
    ui_dialog(ui,
              &(struct dialog){
                  .kind = DIALOG_CHOOSE, .title = "New", .choices = news, .yes = "Go on", .done = new_done});
}

static int64_t jobs(const struct queue_get_out *q, int job)
{
    int64_t n = 0;
    for (size_t i = 0; i < q->work.n; i++)
        n += q->work.v[i].job == job;
    return n;
}

static int64_t stand(const struct queue_get_out *q, int kind, int state)
{
    int64_t n = 0;
    for (size_t i = 0; i < q->counts.n; i++)
        if (q->counts.v[i].kind == kind && q->counts.v[i].state == state)
            n += q->counts.v[i].count;
    return n;
}

/* The most pressing of each. */
static void waits(struct ui *ui, const void *out)
{
    const struct queue_get_out *q = out;
    const int64_t declined = stand(q, DOC_ESTIMATE, DOC_DECLINED), failed = jobs(q, JOB_PAYMENT_FAILED);
    int64_t late = 0;
    for (size_t i = 0; i < q->ageing.n; i++)
        late += q->ageing.v[i].overdue_count;
    ui_set_waits(ui, "Estimates", declined ? declined : stand(q, DOC_ESTIMATE, DOC_ACCEPTED),
                 declined ? "declined" : "accepted");
    ui_set_waits(ui, "Invoices", late, "overdue");
    ui_set_waits(ui, "Payments", failed ? failed : jobs(q, JOB_PAYMENT_PENDING),
                 failed ? "failed" : "pending");
}

const struct view view_staff = {.ways = ways_staff,
                                .keys = keys,
                                .places = &places_settings,
                                .found = subject_open,
                                .work = OPNO_queue_get,
                                .waits = waits};
