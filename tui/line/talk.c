/* The conversation as a whole: waiting, asking the server, locking, ending. */
#include "tui/line/talk_inside.h"
#include "proto/paper/show.h"
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LOOK_MS 500
#define SCRIPT_PATIENCE_MS 60000
#define WORKING_MS 30000 /* of silence, until it is said that the server is still worked at */

/* --- the one screen that the ui has here: it takes answers and news */

struct base {
    struct talk *t;
};

static void base_reply(struct ui *ui, void *state, int tag, const struct reply *r)
{
    struct talk *t = ((struct base *)state)->t;
    (void)ui;
    if (tag != t->tag)
        return;
    t->tag = -1;
    t->answered = true;
    t->code = r->code;
    t->why = *r->why;
    if (t->why.code == OK)
        t->why.code = r->code;
    t->reply = r->out;
    talk_stir(t);
}

static void base_event(struct ui *ui, void *state, const struct event *e)
{
    struct talk *t = ((struct base *)state)->t;
    const struct me *me = client_me(ui);
    int own = me->role == ROLE_CUSTOMER ? SIDE_CUSTOMER : SIDE_STAFF;
    if (e->side != own) /* what the other side did: the bell */
        t->news++;
}

static bool base_key(struct ui *ui, void *state, const struct key *k)
{
    (void)ui;
    (void)state;
    (void)k;
    return true;
}

static const struct screen screen_talk = {.name = "line",
                                          .title = "Line",
                                          .state_size = sizeof(struct base),
                                          .reply = base_reply,
                                          .event = base_event,
                                          .key = base_key};

/* --- waiting */

void talk_stir(struct talk *t)
{
    loop_stop(t->loop, 0);
}

static void wake(void *ctx)
{
    struct talk *t = ctx;
    t->tick_timer = 0;
}

/* The ui tells by its clock what could not even be sent. */
static void each(void *ctx)
{
    struct talk *t = ctx;
    int wait = ui_tick(t->ui, loop_now(t->loop));
    loop_forget(t->loop, t->tick_timer);
    t->tick_timer = wait >= 0 ? loop_after(t->loop, wait, wake, t) : 0;
}

void talk_wait(struct talk *t)
{
    if (!t->ended)
        (void)loop_run(t->loop);
}

static void still_working(void *ctx)
{
    struct talk *t = ctx;
    t->waited_s += WORKING_MS / 1000;
    char text[80];
    int n = snprintf(text, sizeof text, "Still working: %d seconds.\n", t->waited_s);
    talk_write(t, text, (size_t)n);
    t->waiting_timer = loop_after(t->loop, WORKING_MS, still_working, t);
}

static void pause_over(void *ctx)
{
    struct talk *t = ctx;
    t->pause_timer = 0;
    t->paused = false;
    talk_stir(t);
}

/* What was typed ahead may say that the person does not want to wait. */
static bool gave_up(struct talk *t)
{
    char typed[TALK_LONGEST];
    if (!t->interactive || talk_take(t, typed, sizeof typed) != READ_LINE)
        return false;
    if (strcmp(typed, "quit") == 0)
        talk_end(t, 0);
    return strcmp(typed, "back") == 0 || t->ended;
}

enum turn talk_pause(struct talk *t, int64_t ms)
{
    bool back = false;
    t->paused = true;
    t->pause_timer = loop_after(t->loop, ms, pause_over, t);
    while (t->paused && !t->ended && !back) {
        talk_wait(t);
        back = gave_up(t);
    }
    loop_forget(t->loop, t->pause_timer);
    return talk_turn(t, back ? TURN_BACK : TURN_ON);
}

/* --- the server */

static enum err ask_once(struct talk *t, int tag, enum op_number op, const void *in, const uint8_t *id)
{
    t->answered = false;
    t->tag = tag;
    t->waited_s = 0;
    t->waiting_timer = loop_after(t->loop, WORKING_MS, still_working, t);
    (void)ui_tick(t->ui, loop_now(t->loop));
    ui_ask_with(t->ui, &(struct ask){.tag = tag, .op = op_at(op), .in = in, .id = id});
    while (!t->answered && !t->ended)
        talk_wait(t);
    loop_forget(t->loop, t->waiting_timer);
    return t->answered ? t->code : ERR_CANCELLED;
}

/* A server that never answered may be the wrong one: it is named. */
static void say_silent(struct talk *t, const char *more)
{
    const char *url = ui_unmet(t->ui);
    talk_say(t, "The server%s%s does not answer.%s%s", *url ? " at " : "", url, *more ? " " : "", more);
}

void talk_offline(struct talk *t)
{
    say_silent(t, "");
    talk_end(t, err_exit_code(ERR_OFFLINE));
}

/* Until there is a connection again. False: the person does not want to wait, or nobody is there. */
static bool wait_for_server(struct talk *t)
{
    talk_fresh_rows(t); /* this has to be heard, whatever is read in silence */
    if (*ui_trouble(t->ui))
        talk_say(t, "There is no connection: %s.", ui_trouble(t->ui));
    if (!t->interactive) {
        talk_offline(t);
        return false;
    }
    say_silent(t, "Waiting for it; type back to stop waiting.");
    return talk_wait_online(t) == TURN_ON;
}

enum turn talk_wait_online(struct talk *t)
{
    for (int looks = 0; !ui_online(t->ui); looks++) {
        enum turn turn = talk_pause(t, LOOK_MS);
        if (turn != TURN_ON)
            return turn;
        if (!t->interactive && looks > SCRIPT_PATIENCE_MS / LOOK_MS) {
            talk_end(t, err_exit_code(ERR_OFFLINE));
            return TURN_END;
        }
    }
    talk_say(t, "The server is back.");
    return TURN_ON;
}

enum err talk_try(struct talk *t, enum talk_tag tag, enum op_number op, const void *in, const uint8_t *id,
                  const void **out)
{
    enum op_mode mode = op_at(op)->mode;
    bool read = mode != OP_WRITE && mode != OP_SLOW;
    for (;;) {
        enum err e = ask_once(t, (int)tag, op, in, id);
        if (e == ERR_CONFIRM && !t->ended) {
            if (flow_confirm(t, op_at(op)) == TURN_ON)
                continue;
            return t->code = ERR_CANCELLED; /* it said so itself */
        }
        if (e == OK && out)
            *out = t->reply;
        if (t->ended || !read || (e != ERR_CANCELLED && e != ERR_OFFLINE))
            return e;
        if (e == ERR_OFFLINE && ui_online(t->ui)) { /* connected, and silent all the same */
            *t->why.detail = '\0';
            return e;
        }
        if (!wait_for_server(t))
            return ERR_CANCELLED;
    }
}

const struct refusal *talk_why(const struct talk *t)
{
    return &t->why;
}

/* A sentence begins with a capital, but for one that begins with somebody's text ("foo:bar: there is no field foo here"). */
static bool begins_with_a_word(const char *sentence)
{
    return *sentence >= 'a' && *sentence <= 'z' && strchr(" ", sentence[strcspn(sentence, " :=<>")]) != NULL;
}

void talk_refused(struct talk *t)
{
    const char *sentence = *t->why.detail ? t->why.detail : err_sentence(t->code);
    if (t->code == ERR_CANCELLED || (t->locked && !t->unlocking))
        return; /* it was said why */
    size_t n = strlen(sentence);
    bool ends = n && strchr(".!?", sentence[n - 1]);
    char first = begins_with_a_word(sentence) ? (char)(*sentence - ('a' - 'A')) : *sentence;
    talk_not(t, "%.*s%s%s", *sentence != 0, &first, *sentence ? sentence + 1 : "", ends ? "" : ".");
}

bool talk_get(struct talk *t, enum talk_tag tag, enum op_number op, const void *in, const void **out)
{
    enum err e = talk_try(t, tag, op, in, NULL, out);
    if (e != OK && !t->ended)
        talk_refused(t);
    return e == OK;
}

bool talk_may(struct talk *t, enum op_number op)
{
    return (op_at(op)->who & (1u << talk_me(t)->role | BY_PUBLIC)) != 0;
}

/* --- typed lines */

enum turn talk_read_one(struct talk *t, const char *prompt, bool secret, char *buffer, size_t size)
{
    enum talk_read got = READ_NOTHING;
    talk_echo(t, !secret);
    talk_write(t, prompt, strlen(prompt));
    while (!t->ended && !(t->locked && !t->unlocking) && (got = talk_take(t, buffer, size)) == READ_NOTHING) {
        if (t->over)
            talk_end(t, *show_text(talk_me(t)->email)
                            ? 0
                            : err_exit_code(ERR_SIGN_IN)); /* all was said; was it let in? */
        else
            talk_wait(t);
    }
    /* Echo stays off until the next prompt that shows what is typed: somebody types faster than the server answers. */
    if (secret || got == READ_NOTHING || !t->tty)
        talk_write(t, "\n", 1); /* nobody else has ended this row */
    talk_fresh_rows(t);
    t->refused = t->refused && t->asking_more;
    if (t->ended)
        return TURN_END;
    if (got == READ_CUT) {
        talk_say(t, "That line is too long.");
        return talk_read_one(t, prompt, secret, buffer, size);
    }
    if (got == READ_LINE)
        return TURN_ON;
    t->unlocking = true;
    enum turn turn = flow_unlock(t);
    t->unlocking = false;
    if (turn != TURN_ON)
        return talk_turn(t, turn);
    return talk_read_one(t, prompt, secret, buffer, size);
}

/* --- what the client tells */

static void warn(void *ctx, const char *text)
{
    struct talk *t = ctx;
    if (!t->warned && !t->quiet) {
        talk_write(t, "\n", 1);
        talk_write(t, text, strlen(text));
        talk_write(t, " Enter keeps it open.\n", 22);
    }
    t->warned = true;
}

static void locked(void *ctx, const char *why)
{
    struct talk *t = ctx;
    t->locked = true;
    snprintf(t->reason, sizeof t->reason, "%s", why);
    talk_stir(t);
}

static void signed_out(void *ctx, const char *why)
{
    struct talk *t = ctx;
    t->locked = false;
    if (*why && !t->ended) {
        talk_write(t, "\n", 1);
        talk_say(t, "%s", why);
    }
    talk_end(t, 0);
}

static void on_signal(void *ctx, int number)
{
    struct talk *t = ctx;
    bool quiet = t->quiet;
    switch (number) {
    case SIGHUP:
    case SIGTERM:
    case SIGINT: talk_end(t, 128 + number); break;
    case SIGTSTP:
        talk_echo(t, true);
        raise(SIGSTOP);
        talk_echo(t, !quiet); /* somebody sent SIGCONT */
        break;
    default: break;
    }
}

void talk_end(struct talk *t, int code)
{
    talk_echo(t, true);
    if (!t->ended)
        t->exit_code = code;
    t->ended = true;
    talk_stir(t);
}

/* --- knowing */

bool talk_ended(const struct talk *t)
{
    return t->ended;
}

bool talk_ascii(const struct talk *t)
{
    return t->ascii;
}

enum turn talk_turn(const struct talk *t, enum turn otherwise)
{
    return t->ended ? TURN_END : otherwise;
}

struct ui *talk_ui(struct talk *t)
{
    return t->ui;
}

const struct me *talk_me(struct talk *t)
{
    return client_me(t->ui);
}

int32_t talk_today(struct talk *t)
{
    return ui_today(t->ui);
}

bool talk_is_customer(struct talk *t)
{
    return talk_me(t)->role == ROLE_CUSTOMER;
}

struct arena *talk_scratch(struct talk *t)
{
    return t->scratch;
}

/* --- from the beginning to the end */

int talk_run(const struct profile *p, int in, int out, const struct client_options *o)
{
    struct talk *t = calloc(1, sizeof *t);
    struct client_options options = *o;
    struct refusal why = {0};
    if (!t || loop_open(NULL, &t->loop) != OK)
        abort();
    signal(SIGPIPE, SIG_IGN);
    t->in = in;
    t->out = out;
    t->tag = -1;
    t->ascii = p->ascii;
    t->interactive = isatty(in) && isatty(out);
    t->scratch = arena_open();
    t->shown = arena_open();
    t->face = (struct client_face){t, warn, locked, signed_out};
    options.face = &t->face;
    t->ui = ui_open(24, 80, loop_now(t->loop));
    struct base *base = ui_start(t->ui, &screen_talk, 0);
    base->t = t;
    enum err e = client_open(t->loop, t->ui, &options, &t->client, &why);
    if (e == OK) {
        loop_signals(t->loop, on_signal, t);
        loop_each(t->loop, each, t);
        talk_input_open(t);
        while (flow_enter(t) != TURN_END) {
        }
        talk_kept_drop(t);
        talk_input_close(t);
    } else {
        fprintf(stderr, "postern: %s\n", *why.detail ? why.detail : err_sentence(e));
        t->exit_code = e == ERR_INVALID ? 2 : 1;
    }
    int code = t->exit_code;
    client_close(t->client);
    ui_close(t->ui);
    loop_close(t->loop);
    arena_close(t->scratch);
    arena_close(t->shown);
    explicit_bzero(t, sizeof *t);
    free(t);
    return code;
}
