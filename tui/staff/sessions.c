#include "tui/staff/sessions.h"
#include "tui/staff/staff_screens.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const struct list_column columns[] = {
    {.name = "from", .title = "Signed in from", .width = 20, .grow = 2},
    {.name = "means", .title = "With", .width = 13, .grow = 1},
    {.name = "since", .title = "Since", .width = 12},
    {.name = "seen", .title = "Last used", .width = 12},
    {.name = "stage", .title = "Has still to", .width = 15, .drop = 1},
};

static const char *stage_words(int stage)
{
    switch (stage) {
    case STAGE_CODE: return "show the code";
    case STAGE_PASSWORD: return "choose a password";
    case STAGE_ENROL: return "set a code up";
    default: return "";
    }
}

void sessions_open(struct ui *ui, struct sessions *s, int side, uint64_t person)
{
    s->side = side;
    s->person = person;
    s->list = ui_list(ui, columns, COUNT_OF(columns));
    list_empty_text(s->list, "Not signed in anywhere.");
}

void sessions_ask(struct ui *ui, const struct sessions *s)
{
    struct session_list_in in = {0};
    struct event_list_in last = {0};
    if (s->side == SIDE_STAFF)
        GIVE(session_list_in, &in, staff, s->person);
    else
        GIVE(session_list_in, &in, contact, s->person);
    ui_ask(ui, SESSIONS_TAG, OPNO_session_list, &in);
    GIVE(event_list_in, &last, what, WHAT_SIGNED_IN);
    GIVE(event_list_in, &last, side, s->side);
    GIVE(event_list_in, &last, actor, (int64_t)s->person);
    GIVE(event_list_in, &last, limit, 1);
    ui_ask(ui, SESSIONS_TAG_FROM, OPNO_event_list, &last);
}

static void fill(struct ui *ui, const struct sessions *s, const struct session_list_out *out)
{
    const char *zone = client_me(ui)->time_zone;
    list_begin(s->list);
    for (size_t i = 0; i < out->sessions.n; i++) {
        const struct session *a = &out->sessions.v[i];
        char since[SHOW_TEXT], seen[SHOW_TEXT], where[SHOW_SESSION];
        const char *cells[] = {a->current ? "this very session" : show_session(where, a),
                               show_means(a->means), show_when(since, a->created, zone, ui_today(ui)),
                               show_when(seen, a->seen, zone, ui_today(ui)), stage_words(a->stage)};
        unsigned styles[] = {0, 0, STYLE_DIM, 0, STYLE_WARN};
        list_add(s->list, &(struct list_row){.id = a->id, .cells = cells, .styles = styles});
    }
    list_end(s->list, false, -1);
}

bool sessions_reply(struct ui *ui, struct sessions *s, int tag, const struct reply *r)
{
    if (tag == SESSIONS_TAG_FROM && r->code == OK) {
        const struct event_list_out *out = r->out;
        snprintf(s->from, sizeof s->from, "%s", out->events.n ? show_place(out->events.v[0].place) : "");
    }
    if (tag != SESSIONS_TAG && tag != SESSIONS_TAG_END)
        return tag == SESSIONS_TAG_FROM;
    if (ui_refused(ui, r))
        return true;
    if (tag == SESSIONS_TAG) {
        fill(ui, s, r->out);
        return true;
    }
    const struct session_revoke_out *out = r->out;
    ui_toast(ui, TONE_GOOD, "%" PRId64 " session%s ended.", out->ended, out->ended == 1 ? " has" : "s have");
    sessions_ask(ui, s);
    return true;
}

const char *sessions_can_end(const struct ui *ui, const struct sessions *s)
{
    const char *why = s->side == SIDE_STAFF
                          ? ui_who(ui) & BY_ADMIN ? NULL : "Only an administrator ends these."
                          : staff_may_write(ui);
    return why ? why : list_count(s->list) ? NULL : "There is no session to end.";
}

void sessions_end(struct ui *ui, const struct sessions *s, bool all)
{
    struct session_revoke_in in = {0};
    if (s->side == SIDE_STAFF)
        GIVE(session_revoke_in, &in, staff, s->person);
    else
        GIVE(session_revoke_in, &in, contact, s->person);
    if (!all)
        GIVE(session_revoke_in, &in, session, (int64_t)list_id(s->list));
    ui_ask_with(
        ui, &(struct ask){
                .tag = SESSIONS_TAG_END, .op = op_at(OPNO_session_revoke), .in = &in, .busy = "One moment…"});
}

void sessions_confirm(struct ui *ui, const struct sessions *s, bool all,
                      void (*done)(struct ui *ui, void *state, const struct said *said))
{
    char text[SHOW_SESSION + 400];
    if (all)
        snprintf(text, sizeof text,
                 "%s is signed out everywhere, at once. What is being written there is lost.", s->name);
    else
        snprintf(text, sizeof text, "%s is signed out there, at once: %s, since %s.", s->name,
                 list_cell(s->list, "from"), list_cell(s->list, "since"));
    ui_confirm(ui, all ? "End all sessions?" : "End this session?", text, all ? "End all" : "End it", done);
}
