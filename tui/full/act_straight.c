/* A book that is nothing to look at: what one opens it for is its first act, which begins as soon as all that it stands on was read. */
#include "tui/full/book_inside.h"
#include "tui/link/client.h"
#include <time.h>

/* What there is by now, in an arena for texts that are made now: the caller's to close. */
static struct arena *look(struct ui *ui, struct form_state *s)
{
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    s->view.arena = arena_open();
    s->view.me = client_me(ui);
    s->view.today = ui_today(ui);
    s->view.now = (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
    s->view.way = client_way(ui);
    s->view.codes = !ui_ascii(ui);
    s->view.id = s->id;
    s->view.marked = s->marked.v;
    s->view.marked_n = s->marked.n;
    return s->view.arena;
}

static void begin(struct ui *ui, struct form_state *s)
{
    const struct book *b = s->straight;
    struct arena *a = look(ui, s);
    if (s->led) {
        s->view.out = s->led->out;
        s->view.sent = s->led->send;
    }
    const char *why = NULL;
    const uint64_t rather = b->rather ? b->rather_this(&s->view, &why) : 0;
    if (!rather)
        why = book_not_begun(b, &s->view, act_key);
    if (rather) {
        ui_toast(ui, TONE_INFO, "%s", why);
        book_instead(ui, b->rather, rather);
    } else if (why && b->instead) {
        act_instead(ui, b, why);
    } else if (why) {
        ui_toast(ui, TONE_BAD, "%s", why);
        ui_pop(ui);
    } else {
        s->act.run = act_run(ui, b, b->acts, &s->view);
        if (s->act.run->wants == RUN_GIVES)
            act_form_begin(ui, s);
        else
            act_step(ui, &s->act);
    }
    arena_close(a); /* the state may be gone then */
}

/* What stands alone only tells what else is asked for, and does not wait for it. */
static void ask_also(struct ui *ui, struct form_state *s, bool after)
{
    const struct book *b = s->straight;
    struct arena *a = look(ui, s);
    for (int i = 0; b->also && b->also[i].op != OP_COUNT; i++) {
        if ((b->asks_also && !b->asks_also(&s->view)) || !book_may_also(b, (size_t)i, s->view.me))
            continue;
        s->owed |= b->alone ? 0 : 1u << (TAG_ALSO + i);
        if ((b->also_after >> i & 1) == after)
            ui_ask(ui, TAG_ALSO + i, b->also[i].op, book_asks(b, &s->view, i));
    }
    arena_close(a);
}

/* It may begin at once: the state may be gone then. */
void straight_ask(struct ui *ui, struct form_state *s)
{
    const struct book *b = s->straight;
    if (s->act.run && !b->asks_also) /* nothing changes under what is being typed */
        return;
    if (!s->act.run)
        ui_title(ui, "%s", b->title);
    s->owed = 0;
    if (!s->act.run && !s->led && b->op != OP_COUNT) {
        struct arena *a = look(ui, s);
        s->owed = 1u << TAG_ROWS;
        ui_ask(ui, TAG_ROWS, b->op, book_asks(b, &s->view, -1));
        arena_close(a);
    }
    ask_also(ui, s, false);
    if (!s->act.run && !s->owed)
        begin(ui, s);
}

/* False: without it nothing begins. */
static bool take_own(struct ui *ui, struct form_state *s, const struct reply *r)
{
    const struct book *b = s->straight;
    if (b->instead && r->code != OK && r->code != ERR_CANCELLED) {
        act_instead(ui, b, *r->why->detail ? r->why->detail : err_sentence(r->code));
        return false;
    }
    if (r->code == ERR_NOT_FOUND && b->one) {
        ui_toast(ui, TONE_BAD, "It is not there any more.");
        ui_pop(ui);
        return false;
    }
    if (ui_refused(ui, r))
        return false;
    s->view.out = r->out;
    ask_also(ui, s, true);
    return true;
}

static bool take_also(struct ui *ui, struct form_state *s, size_t i, const struct reply *r)
{
    if (r->code == ERR_CANCELLED || (!s->straight->alone && ui_refused(ui, r)))
        return false;
    s->view.also[i] = r->code == OK ? r->out : NULL;
    if (r->code == ERR_NOT_FOUND)
        s->view.absent |= 1u << i;
    if (s->act.run)
        run_also(s->act.run, i, s->view.also[i], r->code == ERR_NOT_FOUND);
    if (s->act.run)
        act_above_make(ui, &s->above, s->act.run);
    return true;
}

void straight_take(struct ui *ui, struct form_state *s, int tag, const struct reply *r)
{
    if (r->arena)
        arena_secret(r->arena);
    if (!(tag == TAG_ROWS ? take_own(ui, s, r) : take_also(ui, s, (size_t)(tag - TAG_ALSO), r)))
        return;
    s->owed &= ~(1u << tag);
    if (!s->act.run && !s->owed)
        begin(ui, s);
}

/* --- opening */

void act_hand_on(struct ui *ui, struct run *led, bool instead)
{
    act_straight(ui, led->act->goes, 0, instead ? ui_replace : ui_push)->led = led;
}

void act_instead(struct ui *ui, const struct book *b, const char *why)
{
    const struct instead *to = b->instead;
    struct arena *a = arena_open(); /* it may stand in what is closed now */
    why = arena_printf(a, "%s", why);
    book_start(ui, to->book);
    if (*why)
        ui_toast(ui, TONE_INFO, "%s", why);
    arena_close(a);
}
