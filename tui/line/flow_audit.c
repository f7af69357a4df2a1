/* The log (H5): read and narrowed by the same words as on the screen, one event, is it whole, signing it. */
#include "common/date.h"
#include "tui/line/flow.h"
#include "tui/staff/staff_audit.h"
#include <inttypes.h>
#include <string.h>

/* --- reading */

static void say_row(struct talk *t, struct talk_rows *r, const struct event *e)
{
    char at[SHOW_TEXT], what[400];
    bool numbered = e->number && *e->number, place = e->place && *e->place;
    talk_row(t, r, e->id, 0, NULL, "%s, %s, %s, about %s%s%s",
             show_when(at, e->at, talk_me(t)->time_zone, talk_today(t)), show_who(e),
             audit_what(what, sizeof what, e), numbered ? e->number : show_subject(e->subject),
             place ? ", from " : "", place ? e->place : "");
}

static void load_log(struct talk *t, struct talk_rows *r)
{
    struct filter filter;
    struct audit_query query;
    const void *out;
    char why[AUDIT_WHY];
    struct refusal refused = {0};
    r->failed = filter_read(talk_scratch(t), audit_fields(), r->find, talk_today(t), &filter, &refused) != OK;
    if (r->failed) {
        talk_say(t, "%s", refused.detail);
        return;
    }
    struct event_list_in in = {0};
    r->failed = !audit_query(&query, &filter, talk_me(t)->time_zone, talk_today(t), &in, why);
    if (r->failed) {
        talk_say(t, "%s", why);
        return;
    }
    GIVE(event_list_in, &in, limit, TALK_PAGE);
    if (*r->after)
        GIVE(event_list_in, &in, after, r->after);
    r->failed = !talk_get(t, TAG_LIST, OPNO_event_list, &in, &out);
    if (r->failed)
        return;
    const struct event_list_out *page = out;
    for (size_t i = 0; i < page->events.n; i++)
        if (audit_has_words(&query, &page->events.v[i]))
            say_row(t, r, &page->events.v[i]);
    talk_next(r, page->next);
}

struct entry {
    uint64_t id;
    int subject;
    uint64_t about, customer;
};

static void say_chain(struct talk *t, const struct bytes *chain)
{
    char hex[130] = "";
    for (size_t i = 0; i < chain->size && i < 64; i++)
        snprintf(hex + 2 * i, 3, "%02x", chain->data[i]);
    talk_fact(t, "Link of the chain", "%s", hex);
}

static bool show_entry(struct talk *t, void *ctx)
{
    struct entry *entry = ctx;
    struct event_list_in in = {0};
    const void *out;
    char exact[INSTANT_TEXT], when[SHOW_TEXT], amount[SHOW_TEXT];
    GIVE(event_list_in, &in, event, entry->id);
    if (!talk_get(t, TAG_DOC, OPNO_event_list, &in, &out))
        return false;
    const struct event_list_out *found = out;
    if (!found->events.n) {
        talk_say(t, "There is no such event.");
        return false;
    }
    const struct event *e = &found->events.v[0];
    entry->subject = e->subject;
    entry->about = (uint64_t)e->about;
    entry->customer = e->customer;
    talk_title(t, "Event %" PRIu64, e->id);
    talk_fact(t, "What happened", "%s", show_what(e->what));
    talk_quote(t, "Text", e->text);
    talk_fact(t, "When", "%s, exactly %s", show_when(when, e->at, talk_me(t)->time_zone, talk_today(t)),
              instant_plain(exact, e->at));
    talk_fact(t, "Who", "%s, %s", show_who(e), enum_name(enum_side(), e->side));
    talk_fact(t, "From where", "%s", show_place(e->place));
    talk_fact(t, "About", "%s %s", show_subject(e->subject), show_text(e->number));
    talk_fact(t, "Customer", "%s", show_text(e->customer_name));
    talk_fact(t, "Amount", "%s", show_money(amount, e->amount));
    talk_fact(t, "Seen by the customer", "%s", e->portal ? "yes" : "no");
    say_chain(t, &e->chain);
    return true;
}

static enum turn run_about(struct talk *t, void *ctx)
{
    const struct entry *e = ctx;
    bool own = e->subject == SUBJECT_ESTIMATE || e->subject == SUBJECT_INVOICE ||
               e->subject == SUBJECT_PAYMENT || e->subject == SUBJECT_CUSTOMER;
    if (!own && e->customer)
        return flow_customer(t, e->customer);
    return flow_about(t, e->subject, e->about);
}

static const struct deed entry_deeds[] = {
    {.name = "about", .help = "Open what it is about", .op = OPNO_event_list, .run = run_about}, {0}};

static enum turn open_entry(struct talk *t, struct talk_rows *r, uint64_t id, int64_t user)
{
    struct entry entry = {.id = id};
    (void)r;
    (void)user;
    return talk_menu(t, "Event", entry_deeds, show_entry, &entry);
}

static enum turn run_read(struct talk *t, void *ctx)
{
    struct talk_rows r = {.title = "Audit log, newest first",
                          .empty = "Nothing in the log yet.",
                          .none = "Nothing in the log is like that. find alone brings everything back.",
                          .find_help = "Words, and " AUDIT_KNOWN ".",
                          .load = load_log,
                          .open = open_entry};
    (void)ctx;
    return talk_rows(t, &r);
}

/* --- is it whole? */

static void say_seal(struct talk *t, const struct audit *seal)
{
    char words[200];
    talk_say(t, "%s", audit_seal_words(words, sizeof words, seal, talk_me(t)->time_zone));
}

static enum turn run_verify(struct talk *t, void *ctx)
{
    const void *out;
    (void)ctx;
    talk_say(t, "Reading the whole log.");
    if (!talk_get(t, TAG_ACT, OPNO_audit_verify, NULL, &out))
        return talk_turn(t, TURN_BACK);
    const struct audit_verify_out *found = out;
    talk_say(t, "%s",
             found->problems.n ? "The log is not what it was. Keep the store as it is, and look into it."
                               : "The log is whole.");
    talk_fact(t, "Events read", "%" PRId64, found->events);
    talk_fact(t, "Signed heads compared", "%" PRId64, found->heads);
    for (size_t i = 0; i < found->problems.n; i++)
        talk_say(t, "Event %" PRId64 ": %s", found->problems.v[i].event,
                 show_text(found->problems.v[i].problem));
    say_seal(t, found->seal);
    return TURN_BACK;
}

static enum turn run_sign(struct talk *t, void *ctx)
{
    const void *out;
    (void)ctx;
    if (!talk_get(t, TAG_ACT, OPNO_audit_head, NULL, &out))
        return talk_turn(t, TURN_BACK);
    say_seal(t, ((const struct audit_head_out *)out)->seal);
    talk_say(t, "Keep a copy elsewhere: posternctl audit head > seal.json");
    return TURN_BACK;
}

static const struct deed audit_deeds[] = {
    {.name = "read", .help = "Who did what, newest first", .op = OPNO_event_list, .run = run_read},
    {.name = "verify",
     .help = "Is it whole? Nothing changed, removed or cut off",
     .op = OPNO_audit_verify,
     .run = run_verify},
    {.name = "sign", .help = "Sign the log as it stands", .op = OPNO_audit_head, .run = run_sign},
    {0}};

enum turn flow_audit(struct talk *t, void *ctx)
{
    (void)ctx;
    return talk_menu(t, "Audit log", audit_deeds, NULL, NULL);
}
