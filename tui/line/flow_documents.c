/* What an event is about; the bell. */
#include "common/date.h"
#include "tui/line/flow.h"
#include "tui/line/talk_book.h"
#include "tui/portal/books.h"
#include <stdio.h>
#include <string.h>

/* --- what happened */

enum turn flow_about(struct talk *t, int subject, uint64_t id)
{
    const struct book *b = book_about(talk_me(t), subject, &id);
    if (b)
        return talk_book(t, b, id);
    talk_say(t, "%s", show_closed(subject));
    return TURN_BACK;
}

static void load_bell(struct talk *t, struct talk_rows *r)
{
    struct event_list_in in = {0};
    struct event_seen_in seen = {0};
    const struct me *me = talk_me(t);
    const void *out;
    GIVE(event_list_in, &in, bell, true);
    GIVE(event_list_in, &in, limit, TALK_PAGE);
    if (*r->after)
        GIVE(event_list_in, &in, after, r->after);
    r->failed = !talk_get(t, TAG_LIST, OPNO_event_list, &in, &out);
    if (r->failed)
        return;
    const struct event_list_out *page = out;
    for (size_t i = 0; i < page->events.n; i++) {
        const struct event *e = &page->events.v[i];
        char what[700], at[SHOW_TEXT], amount[SHOW_TEXT];
        bool fresh = !*r->after && (int64_t)i < page->unread;
        show_money(amount, e->amount);
        talk_row(t, r, (uint64_t)e->about, e->subject, e->number, "%s%s %s, %s%s%s%s%s", fresh ? "new: " : "",
                 show_text(e->number), show_event(what, sizeof what, e, talk_is_customer(t)),
                 show_when(at, e->at, me->time_zone, talk_today(t)), *amount ? ", " : "", amount,
                 talk_is_customer(t) ? "" : ", ", talk_is_customer(t) ? "" : show_text(e->customer_name));
    }
    talk_next(r, page->next);
    if (*r->after || !page->unread || !page->last)
        return;
    GIVE(event_seen_in, &seen, event, page->last);
    if (talk_try(t, TAG_MORE, OPNO_event_seen, &seen, NULL, NULL) != OK) {
        /* it is told as new once more */
    }
}

static enum turn open_event(struct talk *t, struct talk_rows *r, uint64_t id, int64_t subject)
{
    (void)r;
    return flow_about(t, (int)subject, id);
}

enum turn flow_bell(struct talk *t, void *ctx)
{
    (void)ctx;
    struct talk_rows r = {
        .title = "Bell", .empty = "Nothing has happened yet.", .load = load_bell, .open = open_event};
    return talk_rows(t, &r);
}
