/* Keeping and sending what was written in a conversation, whatever the server does meanwhile. */
#include "proto/paper/show.h"
#include "tui/line/flow_write.h"
#include <string.h>

static enum turn ask_stale(struct talk *t, struct writing *w, enum writing_wants *now)
{
    static const char *const ways[] = {"keep writing, change nothing yet", "save mine on top of it",
                                       "take the newer one, drop mine"};
    enum op_number op;
    const void *out;
    size_t chosen = 0;
    talk_say(t, "Somebody saved this document while you were writing.");
    enum turn turn = talk_choose(t, "Which", ways, COUNT_OF(ways), &chosen);
    if (turn != TURN_ON || !chosen)
        return turn == TURN_ON ? TURN_BACK : turn;
    writing_refresh(w);
    const void *in = writing_needs(w, NEED_DOCUMENT, &op, talk_scratch(t));
    if (!talk_get(t, TAG_STEP, op, in, &out))
        return talk_turn(t, TURN_BACK);
    writing_newer(w, out, chosen == 1);
    if (chosen == 2)
        return TURN_AGAIN;
    *now = writing_save(w, w->sends);
    return TURN_ON;
}

static enum turn say_refused(struct talk *t, struct writing *w)
{
    enum written at;
    size_t row;
    const struct refusal *why = &w->why;
    const char *sentence = *why->detail ? why->detail : err_sentence(why->code);
    if (*why->field && writing_place(w, why->field, &at, &row)) {
        talk_say(t, "%s%s%s: %s",
                 at >= WRITE_WHOLE ? arena_printf(talk_scratch(t), "Line %zu, ", row + 1) : "",
                 writing_label(w, at), "", sentence);
    } else {
        talk_refused(t);
    }
    return TURN_BACK;
}

/* Not connected: it is asked again once there is a connection, or kept here. */
static enum turn wait_and_again(struct talk *t, struct writing *w, enum writing_wants *now)
{
    talk_say(t, "%s What you wrote is still here. Waiting for the server; type back to go on writing.",
             CLIENT_NOT_SENT);
    enum turn turn = talk_wait_online(t);
    if (turn == TURN_ON)
        *now = writing_save(w, w->sends);
    return turn;
}

static enum turn ask_again(struct talk *t, struct writing *w, enum writing_wants *now)
{
    bool yes = false;
    talk_say(t, "%s", WRITING_LOST);
    enum turn turn = talk_confirm(t, &yes, "Ask once more?");
    if (turn == TURN_ON && yes)
        *now = writing_save(w, w->sends);
    return turn == TURN_ON && !yes ? TURN_BACK : turn;
}

static enum turn save(struct talk *t, struct writing *w, bool send)
{
    static const struct refusal none;
    enum writing_wants now = writing_save(w, send);
    enum turn turn = TURN_ON;
    while (turn == TURN_ON) {
        const void *out = NULL;
        enum err e;
        switch (now) {
        case WRITING_ASKS:
            e = talk_try(t, TAG_ACT, w->op, w->in, w->request, &out);
            if (talk_ended(t))
                return TURN_END;
            now = writing_answer(w, e, e == OK ? &none : talk_why(t),
                                 strcmp(talk_why(t)->detail, CLIENT_NOT_SENT) == 0, out);
            break;
        case WRITING_UNKNOWN: turn = ask_again(t, w, &now); break;
        case WRITING_STALE: turn = ask_stale(t, w, &now); break;
        case WRITING_REFUSED:
            turn = w->why.code == ERR_OFFLINE ? wait_and_again(t, w, &now) : say_refused(t, w);
            break;
        default:
            talk_say(t, "%s", writing_done(w, now));
            if (!w->recurs)
                talk_fact(t, "Number", "%s", show_text(w->number));
            return TURN_LEAVE;
        }
    }
    return turn;
}

/* What is missing or wrong, and where; false: nothing. */
static bool say_lacks(struct talk *t, struct writing *w, bool send)
{
    enum written at;
    size_t row;
    const char *why = writing_lacks(w, send, &at, &row);
    if (why && at < WRITES)
        talk_say(t, "%s%s: %s", at >= WRITE_WHOLE ? arena_printf(talk_scratch(t), "Line %zu, ", row + 1) : "",
                 writing_label(w, at), why);
    else if (why)
        talk_say(t, "%s", why);
    return why;
}

enum turn flow_write_keep(struct talk *t, void *ctx)
{
    return say_lacks(t, ctx, false) ? TURN_BACK : save(t, ctx, false);
}

enum turn flow_write_send(struct talk *t, void *ctx)
{
    struct writing *w = ctx;
    struct page *p = page_open(talk_scratch(t));
    bool yes = false;
    if (say_lacks(t, w, true))
        return TURN_BACK;
    talk_title(t, "Review. Nothing has been sent yet.");
    writing_review(p, w);
    talk_page(t, p);
    enum turn turn = talk_confirm(t, &yes, "Send this %s?", doc_noun(w->kind));
    if (turn == TURN_ON && yes)
        return save(t, w, true);
    return turn == TURN_ON ? TURN_BACK : turn;
}

enum turn flow_write_recurring(struct talk *t, void *ctx)
{
    struct writing *w = ctx;
    struct page *p = page_open(talk_scratch(t));
    bool yes = false;
    if (say_lacks(t, w, true))
        return TURN_BACK;
    writing_review(p, w);
    talk_page(t, p);
    enum turn turn = talk_confirm(t, &yes, "%s", w->id ? "Save it, from the next one on?" : "Let it recur?");
    if (turn == TURN_ON && yes)
        return save(t, w, false);
    return turn == TURN_ON ? TURN_BACK : turn;
}
