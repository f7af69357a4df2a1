/* One estimate or invoice: told, accepted, declined, commented, paid. */
#include "common/date.h"
#include "tui/both/document_draw.h"
#include "tui/line/flow.h"
#include "tui/line/talk_book.h"
#include "tui/portal/books.h"
#include <string.h>

struct paper {
    int kind;
    uint64_t id;
    struct document_view v; /* until the next ask with TAG_DOC */
};

static bool fetch(struct talk *t, struct paper *p)
{
    const void *out;
    p->v = (struct document_view){.me = talk_me(t), .today = talk_today(t)};
    struct document_get_in in = {0};
    GIVE(document_get_in, &in, id, p->id);
    if (!talk_get(t, TAG_DOC, op_for(p->kind, ANY_document_get), &in, &out))
        return false;
    const struct document_get_out *got = out;
    p->v.doc = got->document;
    p->v.comments = &got->comments;
    p->v.events = &got->events;
    p->v.payments = &got->payments;
    p->v.versions = &got->versions;
    p->v.told = &got->told;
    return true;
}

static bool show(struct talk *t, void *ctx)
{
    struct paper *p = ctx;
    if (!fetch(t, p))
        return false;
    say_document(t, &p->v);
    return true;
}

/* --- answers */

static const char *can_answer(struct talk *t, const void *ctx)
{
    const struct paper *p = ctx;
    (void)t;
    if (p->kind != DOC_ESTIMATE)
        return "This is an invoice.";
    switch (p->v.doc->status) {
    case STATUS_OPEN: return NULL;
    case STATUS_EXPIRED: return "Its last day has passed. Comment to ask for a new one.";
    case STATUS_ACCEPTED:
    case STATUS_INVOICED: return "It is accepted already.";
    case STATUS_DECLINED: return "It is declined already. Comment if you changed your mind.";
    default: return "It was withdrawn.";
    }
}

/* What became of an answer; when the estimate is another one by now, it is told anew and nothing was done. */
static enum turn answered(struct talk *t, enum err e, const char *done)
{
    if (e == OK) {
        talk_say(t, "%s", done);
        return TURN_AGAIN;
    }
    if (e == ERR_STALE) {
        talk_say(t, "It was changed while you read it. Nothing was done. This is how it stands now.");
        return TURN_AGAIN;
    }
    talk_refused(t);
    return talk_turn(t, TURN_BACK);
}

/* Total, last day and terms are said right before the word is asked for, and the revision that was told is what is accepted. */
static enum turn run_accept(struct talk *t, void *ctx)
{
    struct paper *p = ctx;
    const struct document *d = p->v.doc;
    struct document_accept_in in = {0};
    char name[81], text[SHOW_TEXT], left[SHOW_TEXT];
    uint8_t id[16];
    enum turn turn = talk_ask(t,
                              &(struct talk_prompt){.label = "Your name, as signature",
                                                    .initial = talk_me(t)->name,
                                                    .help = "It is kept with the estimate."},
                              name, sizeof name);
    if (turn != TURN_ON)
        return turn;
    ui_id(talk_ui(t), id);
    talk_title(t, "You accept %s from %s.", show_text(d->number), show_text(talk_me(t)->business));
    talk_fact(t, "Total", "%s", show_money(text, d->total));
    if (d->due)
        talk_fact(t, "Open until", "%s, %s", date_short(text, d->due),
                  show_due(left, d->kind, d->status, d->due, talk_today(t)));
    talk_fact(t, "Signed", "%s", name);
    if (d->terms && *d->terms)
        talk_quote(t, "Terms", d->terms);
    else
        talk_say(t, "No terms are stated.");
    turn = talk_word(t, "ACCEPT", "accept it");
    if (turn != TURN_ON)
        return turn;
    GIVE(document_accept_in, &in, id, p->id);
    GIVE(document_accept_in, &in, revision, d->revision);
    GIVE(document_accept_in, &in, signed_by, name);
    return answered(t, talk_try(t, TAG_ACT, OPNO_estimate_accept, &in, id, NULL), "Accepted. Thank you.");
}

static enum turn run_decline(struct talk *t, void *ctx)
{
    struct paper *p = ctx;
    struct document_decline_in in = {0};
    char reason[4001];
    bool yes;
    enum turn turn =
        talk_ask_text(t,
                      &(struct talk_prompt){.label = "Your reason",
                                            .help = "The business reads it and can send a better one."},
                      reason, sizeof reason);
    if (turn == TURN_ON)
        turn = talk_confirm(t, &yes, "Decline %s?", show_text(p->v.doc->number));
    if (turn != TURN_ON || !yes)
        return turn == TURN_ON ? TURN_BACK : turn;
    GIVE(document_decline_in, &in, id, p->id);
    GIVE(document_decline_in, &in, revision, p->v.doc->revision);
    GIVE(document_decline_in, &in, reason, reason);
    return answered(t, talk_try(t, TAG_ACT, OPNO_estimate_decline, &in, NULL, NULL),
                    "Declined. The business is told.");
}

/* --- conversation and history */

static enum turn run_comment(struct talk *t, void *ctx)
{
    struct paper *p = ctx;
    struct comment_add_in in = {0};
    char text[16001];
    bool portal = false;
    enum turn turn = talk_ask_text(t, &(struct talk_prompt){.label = "Your comment"}, text, sizeof text);
    if (turn == TURN_ON && !talk_is_customer(t))
        turn = talk_confirm(t, &portal, "May the customer see it?");
    if (turn != TURN_ON)
        return turn;
    GIVE(comment_add_in, &in, document, p->id);
    GIVE(comment_add_in, &in, text, text);
    if (portal)
        GIVE(comment_add_in, &in, portal, true);
    if (!talk_get(t, TAG_ACT, OPNO_comment_add, &in, NULL))
        return talk_turn(t, TURN_BACK);
    if (talk_is_customer(t))
        talk_say(t, "Said.");
    else
        talk_say(t, portal ? "Said. The customer sees it." : "Said. Only staff see it.");
    return fetch(t, p) ? TURN_BACK : talk_turn(t, TURN_LEAVE);
}

static const char *has_history(struct talk *t, const void *ctx)
{
    (void)t;
    return ((const struct paper *)ctx)->v.events->n ? NULL : "There is none.";
}

static enum turn run_history(struct talk *t, void *ctx)
{
    say_history(t, ((struct paper *)ctx)->v.events);
    return TURN_BACK;
}

static const char *has_versions(struct talk *t, const void *ctx)
{
    const struct paper *p = ctx;
    (void)t;
    return p->v.versions && p->v.versions->n ? NULL : "There is none.";
}

static enum turn run_versions(struct talk *t, void *ctx)
{
    struct paper *p = ctx;
    const char *names[20];
    size_t n = 0, chosen;
    char at[SHOW_TEXT];
    struct document_version_in in = {0};
    const void *out;
    for (; n < p->v.versions->n && n < COUNT_OF(names); n++) {
        const struct version *v = &p->v.versions->v[n];
        names[n] = arena_printf(talk_scratch(t), "revision %d, sent %s", (int)v->edition,
                                show_when(at, v->at, p->v.me->time_zone, p->v.today));
    }
    enum turn turn = talk_choose(t, "Which", names, n, &chosen);
    if (turn != TURN_ON)
        return turn;
    GIVE(document_version_in, &in, id, p->id);
    GIVE(document_version_in, &in, revision, p->v.versions->v[chosen].revision);
    if (!talk_get(t, TAG_ACT, OPNO_estimate_version, &in, &out))
        return talk_turn(t, TURN_BACK);
    talk_title(t, "This is an earlier version. It is no longer open.");
    struct document_view old = {
        .doc = ((const struct document_version_out *)out)->version->was, .me = p->v.me, .today = p->v.today};
    if (old.doc)
        say_document(t, &old);
    return TURN_BACK;
}

static const char *can_pay(struct talk *t, const void *ctx)
{
    const struct document *d = ((const struct paper *)ctx)->v.doc;
    (void)t;
    if (d->kind != DOC_INVOICE)
        return "This is an estimate.";
    if (d->state != DOC_OPEN)
        return "Nothing is due on it.";
    return d->not_by_card && *d->not_by_card ? d->not_by_card : NULL;
}

static enum turn run_pay(struct talk *t, void *ctx)
{
    struct paper *p = ctx;
    enum turn turn = flow_pay(t, &p->id);
    return turn == TURN_ON ? TURN_AGAIN : turn;
}

/* The first way that has one. */
static const char *code_of(const struct paper *p)
{
    for (size_t i = 0; p->v.told && i < p->v.told->n; i++)
        if (*show_text(p->v.told->v[i].qr))
            return p->v.told->v[i].qr;
    return NULL;
}

static const char *has_code(struct talk *t, const void *ctx)
{
    (void)t;
    return code_of(ctx) ? NULL : "There is no code for it.";
}

static enum turn run_code(struct talk *t, void *ctx)
{
    talk_qr(t, code_of(ctx), QR_MEDIUM);
    return TURN_BACK;
}

static const char *can_record(struct talk *t, const void *ctx)
{
    const struct document *d = ((const struct paper *)ctx)->v.doc;
    (void)t;
    return d->state == DOC_OPEN ? NULL : "Nothing is due on it.";
}

static enum turn run_record(struct talk *t, void *ctx)
{
    enum turn turn = talk_book(t, &book_record_for, ((const struct paper *)ctx)->id);
    return turn == TURN_END ? turn : TURN_AGAIN; /* what was read here is gone */
}

static enum turn run_retell(struct talk *t, void *ctx)
{
    (void)t;
    (void)ctx;
    return TURN_AGAIN;
}

#define COMMON                                                                                               \
    {.name = "comment", .help = "Write a comment", .op = OPNO_comment_add, .run = run_comment},              \
        {.name = "history",                                                                                  \
         .help = "What happened to it",                                                                      \
         .op = OPNO_event_list,                                                                              \
         .possible = has_history,                                                                            \
         .run = run_history},                                                                                \
    {                                                                                                        \
        .name = "again", .help = "Tell it again, as it stands now", .op = OPNO_session_me, .run = run_retell \
    }

static const struct deed estimate_deeds[] = {{.name = "accept",
                                              .help = "Accept it",
                                              .op = OPNO_estimate_accept,
                                              .possible = can_answer,
                                              .run = run_accept},
                                             {.name = "decline",
                                              .help = "Decline it, with a reason",
                                              .op = OPNO_estimate_decline,
                                              .possible = can_answer,
                                              .run = run_decline},
                                             {.name = "versions",
                                              .help = "It as it was sent before",
                                              .op = OPNO_estimate_version,
                                              .possible = has_versions,
                                              .run = run_versions},
                                             COMMON,
                                             {0}};
static const struct deed invoice_deeds[] = {{.name = "pay",
                                             .help = "Pay it",
                                             .op = OPNO_payment_pay,
                                             .possible = can_pay,
                                             .run = run_pay,
                                             .offered = flow_by_card},
                                            {.name = "qr",
                                             .help = "Draw the QR code that a bank's app reads",
                                             .op = OPNO_payment_begin,
                                             .possible = has_code,
                                             .run = run_code,
                                             .offered = flow_elsewhere},
                                            {.name = "record",
                                             .help = "Record a payment that arrived",
                                             .op = OPNO_payment_record,
                                             .possible = can_record,
                                             .run = run_record},
                                            COMMON,
                                            {0}};

enum turn flow_document(struct talk *t, int kind, uint64_t id)
{
    struct paper p = {.kind = kind, .id = id};
    bool estimate = kind == DOC_ESTIMATE;
    return talk_menu(t, estimate ? "Estimate" : "Invoice", estimate ? estimate_deeds : invoice_deeds, show,
                     &p);
}
