#include "tui/link/client_inside.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct client *client_of(const struct ui *ui)
{
    return ui_session(ui);
}

void client_tick(struct client *c)
{
    (void)ui_tick(c->ui, loop_now(c->loop));
}

/* --- the queue */

void client_job_drop(struct client *c, int at)
{
    if (c->jobs[at].request.data)
        explicit_bzero(c->jobs[at].request.data, c->jobs[at].request.capacity);
    buf_fini(&c->jobs[at].request);
    c->job_count--;
    memmove(&c->jobs[at], &c->jobs[at + 1], (size_t)(c->job_count - at) * sizeof *c->jobs);
}

/* Takes the job out before telling, because who is told may ask again. */
static void job_end(struct client *c, int at, const struct reply *r)
{
    unsigned ticket = c->jobs[at].ticket;
    bool confirms = c->jobs[at].confirms;
    client_job_drop(c, at);
    if (confirms)
        client_confirmed(c, r);
    else
        ui_answer(c->ui, ticket, r);
}

static void job_refuse(struct client *c, int at, enum err code, const char *detail)
{
    struct refusal why = {.code = code};
    snprintf(why.detail, sizeof why.detail, "%s", detail);
    struct reply r = {.code = code, .why = &why};
    job_end(c, at, &r);
}

static int64_t age(const struct client *c, const struct errand *j)
{
    return loop_now(c->loop) - j->since;
}

static void retry(void *ctx);

static void retry_in(struct client *c, int64_t ms)
{
    loop_forget(c->loop, c->retry_timer);
    c->retry_timer = loop_after(c->loop, ms, retry, c);
}

/* Also counts until writes that nobody answers are given up. */
static void retry(void *ctx)
{
    struct client *c = ctx;
    client_tick(c);
    c->retry_timer = 0;
    for (int i = c->job_count; i-- > 0;)
        if (!c->flying && c->jobs[i].write && age(c, &c->jobs[i]) >= CLIENT_UNKNOWN_MS)
            job_refuse(c, i, ERR_OFFLINE, "The connection was lost. Whether it was done is not known yet.");
    if (c->job_count && !link_connected(c->asks))
        retry_in(c, 1000);
    else
        client_pump(c);
}

/* Sends the next one. */
void client_pump(struct client *c)
{
    if (c->flying || c->retry_timer || !c->job_count || !link_connected(c->asks))
        return;
    struct errand *j = &c->jobs[0];
    int timeout = j->op->mode == OP_HEAVY ? HEAVY_TIMEOUT_MS : j->write ? WRITE_TIMEOUT_MS : READ_TIMEOUT_MS;
    if (link_send(c->asks, j->request.data, j->request.size, timeout) != OK) {
        retry_in(c, 100);
        return;
    }
    c->flying = j->sent = true;
}

/* What can not be carried while nobody is there. */
static void gone(void *ctx)
{
    struct client *c = ctx;
    client_tick(c);
    c->gone_timer = 0;
    c->online = false;
    ui_set_online(c->ui, false);
    for (int i = c->job_count; i-- > 0;) {
        struct errand *j = &c->jobs[i];
        if (!j->write && i == 0 &&
            c->flying) { /* it may wait in the link for a connection: nobody wants its answer */
            link_cancel(c->asks);
            c->flying = false;
        }
        if (!j->write)
            job_refuse(c, i, ERR_CANCELLED, "");
        else if (!j->sent)
            job_refuse(c, i, ERR_OFFLINE, CLIENT_NOT_SENT);
    }
}

static void see_connection(struct client *c)
{
    char fault[LINK_FAULT] = "";
    const bool known = link_fault(c->asks, fault);
    if (known || link_connected(c->asks)) /* between two tries it is what it was */
        ui_set_trouble(c->ui, fault);
    if (link_connected(c->asks)) {
        loop_forget(c->loop, c->gone_timer);
        c->gone_timer = 0;
        if (!c->online) {
            c->online = true;
            loop_forget(c->loop, c->retry_timer); /* it was counting until giving up */
            c->retry_timer = 0;
        }
        ui_set_online(c->ui, true);
    } else if (c->online && known) {
        loop_forget(c->loop, c->gone_timer);
        gone(c); /* waiting a moment would not help */
    } else if (c->online && !c->gone_timer) {
        c->gone_timer = loop_after(c->loop, GRACE_MS, gone, c);
    }
}

/* --- answers */

#define SLOW_MOST_MS 60000
/* True when it was too much in a short time and is sent again when that is over: nobody has to type it again. Wrong passwords wait for who
 * types them. */
static bool in_turn(struct client *c, const struct call_refusal *why)
{
    struct errand *j = &c->jobs[0];
    const int64_t ms = why->why.retry_ms;
    if (why->why.code != ERR_SLOW_DOWN || j->op->mode != OP_WRITE || (j->op->who & BY_PUBLIC) || ms <= 0 ||
        ms > SLOW_MOST_MS)
        return false;
    j->since = loop_now(c->loop) + ms; /* it is not lost meanwhile */
    ui_toast(c->ui, TONE_INFO, "%s It is sent then.", why->why.detail);
    retry_in(c, ms);
    return true;
}

/* True when the daemon said "busy" and it will be tried again. */
static bool later(struct client *c, const struct call_refusal *why)
{
    struct errand *j = &c->jobs[0];
    if (why->why.code != ERR_BUSY || j->busy >= BUSY_TRIES)
        return false;
    int64_t wanted = why->why.retry_ms, ms = wanted > 0 && wanted < 5000 ? wanted : 250;
    retry_in(c, ms << (j->busy < 3 ? j->busy : 3));
    j->busy++;
    return true;
}

static void answered(struct client *c, const uint8_t *bytes, size_t size)
{
    struct errand *j = &c->jobs[0];
    struct call_refusal refused = {0};
    struct bytes result;
    struct refusal why = {0};
    struct reply r = {.why = &why};
    r.code = call_result(bytes, size, &result, &refused);
    why = refused.why;
    if (r.code != OK && (later(c, &refused) || in_turn(c, &refused)))
        return;
    if (r.code == OK && j->ticket) {
        r.arena = arena_open();
        void *out = arena_alloc(r.arena, j->op->out()->size + 1);
        r.out = out;
        r.code = call_answer(r.arena, j->op, bytes, size, out, &why);
        if (r.code != OK) {
            arena_close(r.arena);
            r.arena = NULL;
            r.out = NULL;
        }
    }
    if (r.code == ERR_INTERNAL && *refused.request)
        snprintf(why.detail, sizeof why.detail, "Something went wrong on our side (request %s).",
                 refused.request);
    if (r.out)
        client_see_business(c, j->op, r.out);
    if (r.out)
        client_see_work(c, j->op, r.out);
    if (client_confirm(c, r.code))
        return;
    bool over = r.code == ERR_SIGN_IN && *c->token;
    job_end(c, 0, &r);
    if (over)
        client_session_over(c);
    else
        (void)client_stage_lost(c, why.code, &why);
}

/* The link lost jobs[0]. It goes out again when there is a connection: for as long as it may be under way twice (a read), or
 * with its id (a write). */
static void lost(struct client *c)
{
    struct errand *j = &c->jobs[0];
    if (!j->ticket && !j->write)
        client_job_drop(c, 0);
    else if (!j->write && age(c, j) >= READ_TIMEOUT_MS)
        job_refuse(c, 0, ERR_OFFLINE, "The server does not answer. r tries again.");
    else
        retry_in(c, 200);
}

static void asks_ready(void *ctx, int revents)
{
    struct client *c = ctx;
    const uint8_t *bytes;
    size_t size;
    (void)revents;
    client_tick(c);
    enum link_state state = link_state(c->asks);
    if (c->flying && (state == LINK_ANSWERED || state == LINK_FAILED)) {
        enum err e = link_take(c->asks, &bytes, &size);
        c->flying = false;
        if (e == OK)
            answered(c, bytes, size);
        else
            lost(c);
    }
    see_connection(c);
    client_pump(c);
}

/* --- what the ui asks for */

static bool start(void *ctx, unsigned ticket, const struct ask *ask, struct refusal *why);

#define ASIDE (~0u) /* ticket of what no screen asked */
void client_ask_aside(struct client *c, enum op_number op)
{
    const struct ask ask = {.op = op_at(op)};
    struct refusal why;
    for (int i = 0; i < c->job_count; i++)
        if (c->jobs[i].op == ask.op)
            return;
    (void)start(c, ASIDE, &ask, &why); /* another time, if not */
}

static bool start(void *ctx, unsigned ticket, const struct ask *ask, struct refusal *why)
{
    struct client *c = ctx;
    bool write = ask->op->mode == OP_WRITE || ask->op->mode == OP_SLOW;
    if (!c->online) {
        if (write)
            refuse(why, ERR_OFFLINE, "", CLIENT_NOT_SENT);
        else
            refuse(why, ERR_CANCELLED, "", "offline");
        return false;
    }
    if (c->job_count == CLIENT_JOBS) {
        refuse(why, ERR_BUSY, "", "%s", err_sentence(ERR_BUSY));
        return false;
    }
    struct errand *j = &c->jobs[c->job_count];
    *j = (struct errand){.ticket = ticket, .op = ask->op, .write = write, .since = loop_now(c->loop)};
    buf_init(&j->request, CALL_REQUEST_MAX);
    uint8_t id[CALL_ID];
    if (write && !ask->id)
        call_new_id(id);
    enum err e = call_request(&j->request, ask->op, ask->op->who & BY_PUBLIC ? NULL : c->token,
                              !write    ? NULL
                              : ask->id ? ask->id
                                        : id,
                              ask->in);
    if (e != OK) {
        buf_fini(&j->request);
        refuse(why, e, "", "%s", err_sentence(e));
        return false;
    }
    c->job_count++;
    client_pump(c);
    return true;
}

static void cancel(void *ctx, unsigned ticket)
{
    struct client *c = ctx;
    if (c->held.op && c->held.ticket == ticket) {
        c->held.ticket = 0;
        client_confirm_drop(c);
        return;
    }
    for (int i = 0; i < c->job_count; i++) {
        struct errand *j = &c->jobs[i];
        if (j->ticket != ticket)
            continue;
        j->ticket = 0;
        if (j->write) /* what was asked for is done; nobody hears of it */
            return;
        if (i == 0 && c->flying) {
            link_cancel(c->asks);
            c->flying = false;
        }
        client_job_drop(c, i);
        client_pump(c);
        return;
    }
}

bool client_tell(struct client *c, const struct ask *ask, struct refusal *why)
{
    return start(c, 0, ask, why);
}

void client_drop_jobs(struct client *c)
{
    client_confirm_drop(c);
    for (int i = c->job_count; i-- > 0;)
        if (!c->jobs[i].write)
            cancel(c, c->jobs[i].ticket);
}

/* --- opening and closing */

enum err client_open(struct loop *loop, struct ui *ui, const struct client_options *o, struct client **out,
                     struct refusal *why)
{
    struct client *c = calloc(1, sizeof *c);
    if (!c)
        return ERR_NO_MEMORY;
    c->loop = loop;
    c->ui = ui;
    c->online = true;
    c->face = o->face;
    c->person = arena_open();
    c->hint = o->hint ? strdup(o->hint) : NULL;
    c->call = o->call ? strdup(o->call) : NULL;
    c->fingerprint = o->fingerprint ? strdup(o->fingerprint) : NULL;
    c->from = o->from ? strdup(o->from) : NULL;
    c->bound = o->bound;
    snprintf(c->portal, sizeof c->portal, "%s", o->portal ? o->portal : "");
    ui_set_server(ui, o->url);
    enum err e = link_open(o->url, &c->asks, why);
    if (e == OK)
        e = link_open(o->url, &c->news, why);
    if (e == OK)
        e = loop_watch(loop, link_fd(c->asks), asks_ready, c);
    if (e == OK)
        e = loop_watch(loop, link_fd(c->news), client_news_ready, c);
    if (e != OK) {
        client_close(c);
        return e;
    }
    struct ui_backend backend = {.ctx = c, .start = start, .cancel = cancel};
    ui_set_backend(ui, &backend);
    ui_set_session(ui, c);
    see_connection(c);
    if (c->bound)
        client_stranger_start(c);
    *out = c;
    return OK;
}

/* On the way out: the daemon need not keep a session that nobody uses. */
static void say_goodbye(struct client *c)
{
    const uint8_t *answer;
    size_t size;
    struct buf request;
    uint8_t id[CALL_ID];
    if (!*c->token || !c->asks || !link_connected(c->asks))
        return;
    link_cancel(c->asks);
    buf_init(&request, CALL_REQUEST_MAX);
    call_new_id(id);
    if (call_request(&request, op_at(OPNO_session_sign_out), c->token, id, NULL) == OK &&
        link_call(c->asks, request.data, request.size, 300, &answer, &size) != OK) {
        /* it ends by itself */
    }
    buf_fini(&request);
}

void client_close(struct client *c)
{
    if (!c)
        return;
    struct ui_backend none = {0};
    ui_set_backend(c->ui, &none);
    client_idle_stop(c);
    say_goodbye(c);
    int timers[] = {c->gone_timer, c->retry_timer, c->news_timer, c->stranger_timer};
    for (size_t i = 0; i < COUNT_OF(timers); i++)
        loop_forget(c->loop, timers[i]);
    if (c->asks)
        loop_unwatch(c->loop, link_fd(c->asks));
    if (c->news)
        loop_unwatch(c->loop, link_fd(c->news));
    while (c->job_count)
        client_job_drop(c, c->job_count - 1);
    c->held.ticket = 0;
    client_confirm_drop(c);
    link_close(c->asks);
    link_close(c->news);
    arena_close(c->person);
    free(c->hint);
    free(c->call);
    free(c->fingerprint);
    free(c->from);
    explicit_bzero(c, sizeof *c);
    free(c);
}
