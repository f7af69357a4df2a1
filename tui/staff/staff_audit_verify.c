/* Is the log whole? What audit.verify found, and the newest seal. */
#include "common/date.h"
#include "common/zone.h"
#include "tui/staff/staff_audit.h"
#include "tui/staff/staff_screens.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { VERIFY, HEAD };

struct state {
    struct list *list;
    const struct audit_verify_out *out;
    const struct me *me;
    char seal[200];
};

static const struct list_column columns[] = {
    {.name = "event", .title = "Event", .width = 10, .right = true},
    {.name = "problem", .title = "What does not agree", .width = 50, .grow = 1},
};

static void open(struct ui *ui, void *state, uint64_t subject)
{
    struct state *s = state;
    (void)subject;
    s->me = client_me(ui);
    s->list = ui_list(ui, columns, COUNT_OF(columns));
    list_empty_text(s->list, "Nothing was changed, removed, added, moved or cut off.");
}

static void load(struct ui *ui, void *state, enum load why)
{
    struct audit_verify_in in = {0};
    (void)state;
    (void)why;
    ui_ask_with(
        ui, &(struct ask){
                .tag = VERIFY, .op = op_at(OPNO_audit_verify), .in = &in, .busy = "Reading the whole log …"});
}

char *audit_seal_words(char *buffer, size_t size, const struct audit *seal, const char *zone)
{
    char date[DATE_TEXT];
    if (!seal) {
        snprintf(buffer, size, "It was never signed.");
        return buffer;
    }
    int minute = zone_second(zone, seal->at) / 60;
    date_short(date, zone_day(zone, seal->at));
    snprintf(buffer, size, "Signed last up to event %" PRId64 ", %s %02d:%02d.", seal->event, date,
             (int)(minute / 60), (int)(minute % 60));
    return buffer;
}

static void note_seal(struct state *s, const struct audit *seal)
{
    audit_seal_words(s->seal, sizeof s->seal, seal, s->me->time_zone);
}

static void reply(struct ui *ui, void *state, int tag, const struct reply *r)
{
    struct state *s = state;
    if (ui_refused(ui, r))
        return;
    if (tag == HEAD) {
        note_seal(s, ((const struct audit_head_out *)r->out)->seal);
        ui_toast(ui, TONE_GOOD, "Signed. Keep a copy elsewhere: posternctl audit head > seal.json");
        return;
    }
    s->out = r->out;
    note_seal(s, s->out->seal);
    list_begin(s->list);
    for (size_t i = 0; i < s->out->problems.n; i++) {
        const struct audit_problem *p = &s->out->problems.v[i];
        char number[24];
        snprintf(number, sizeof number, "%" PRId64, p->event);
        const char *cells[] = {number, show_text(p->problem)};
        unsigned styles[] = {STYLE_BOLD, STYLE_BAD};
        list_add(s->list,
                 &(struct list_row){.id = i + 1, .cells = cells, .styles = styles, .user = p->event});
    }
    list_end(s->list, false, -1);
}

static void draw(const void *state, struct canvas *c)
{
    const struct state *s = state;
    if (!s->out) {
        canvas_text(c, 1, 2, STYLE_DIM, "Reading the whole log …");
        return;
    }
    bool whole = s->out->problems.n == 0;
    canvas_text(c, 1, 2, STYLE_BOLD | (whole ? STYLE_GOOD : STYLE_BAD),
                whole ? "The log is whole."
                      : "The log is not what it was. Keep the store as it is, and look into it.");
    canvas_print(c, 2, 2, STYLE_PLAIN, "%" PRId64 " events were read, %" PRId64 " signed head%s compared.",
                 s->out->events, s->out->heads, s->out->heads == 1 ? "" : "s");
    canvas_text(c, 3, 2, STYLE_PLAIN, s->seal);
    if (whole) {
        canvas_wrap(c, 5, 2, c->columns - 4, 4, STYLE_DIM,
                    "Whoever can write the store's files could take it back to an older state, signatures "
                    "and all. Against that, keep "
                    "a seal elsewhere now and then: posternctl audit head > seal.json, and later posternctl "
                    "audit verify --seal seal.json.");
        return;
    }
    struct canvas below = canvas_part(c, 5, 0, c->rows - 5, c->columns);
    list_draw(s->list, &below);
}

static const char *on_row(const struct ui *ui, const void *state)
{
    (void)ui;
    return list_id(((const struct state *)state)->list) ? NULL : "There is no problem to look at.";
}

static void run_open(struct ui *ui, void *state)
{
    int64_t event = list_user(((struct state *)state)->list);
    if (event > 0)
        ui_push(ui, &screen_staff_audit_event, (uint64_t)event);
}

static void run_sign(struct ui *ui, void *state)
{
    struct audit_head_in in = {0};
    (void)state;
    ui_ask_with(ui, &(struct ask){.tag = HEAD, .op = op_at(OPNO_audit_head), .in = &in, .busy = "Signing …"});
}

static void run_copy(struct ui *ui, void *state)
{
    (void)state;
    ui_copy(ui, "posternctl audit head > seal.json && posternctl audit verify --seal seal.json");
}

static const struct key_row keys[] = {
    {.key = K_ENTER,
     .action = "open",
     .help = "The event of this problem",
     .possible = on_row,
     .run = run_open},
    {.key = 's', .action = "sign now", .help = "Sign the log as it stands", .run = run_sign},
    {.key = 'y',
     .action = "copy command",
     .help = "Copy the commands that keep a seal and check it",
     .run = run_copy},
    {0}};

const struct screen screen_staff_audit_verify = {.name = "staff.audit_verify",
                                                 .title = "Verify",
                                                 .state_size = sizeof(struct state),
                                                 .open = open,
                                                 .load = load,
                                                 .reply = reply,
                                                 .draw = draw,
                                                 .keys = keys};
