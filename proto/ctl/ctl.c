#include "proto/ctl/ctl.h"
#include "common/tick.h"
#include "common/codec.h"
#include "common/password_rules.h"
#include "common/text.h"
#include "proto/ctl/ctl_session.h"
#include "proto/ctl/ctl_profile.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* Waits for the connection, at most CTL_CONNECT_MS, and not when it is known why there will be none. */
static bool connected(struct ctl *c)
{
    char fault[LINK_FAULT];
    int64_t until = tick_now() + CTL_CONNECT_MS, left;
    while (!link_connected(c->link) && !link_fault(c->link, fault) && (left = until - tick_now()) > 0) {
        struct pollfd p = {.fd = link_fd(c->link), .events = POLLIN};
        if (poll(&p, 1, (int)left) < 0 && errno != EINTR)
            break;
        if (p.revents)
            (void)link_state(c->link);
    }
    return link_connected(c->link);
}

/* Of a socket on this machine it can be told why nobody answers. */
static enum err not_there(struct ctl *c)
{
    const char *path = strncmp(c->url, "ipc://", 6) == 0 ? c->url + 6 : NULL;
    if (path && faccessat(AT_FDCWD, path, F_OK, AT_EACCESS) != 0 && errno == EACCES)
        return refuse(&c->why, ERR_OFFLINE, "", "you may not look into the folder of the socket: %.150s",
                      path);
    if (path && faccessat(AT_FDCWD, path, W_OK, AT_EACCESS) != 0 && errno == EACCES)
        return refuse(&c->why, ERR_OFFLINE, "", "the socket is there, and you may not open it: %.150s", path);
    return refuse(&c->why, ERR_OFFLINE, "", "nothing answers at %.200s", c->url);
}

static int timeout_of(const struct op *op)
{
    if (op->mode == OP_WAIT)
        return 75000; /* the longest poll there is, and some */
    return op->mode == OP_HEAVY ? CTL_HEAVY_MS : CTL_CALL_MS;
}

static void pause_ms(int64_t ms)
{
    struct timespec t = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};
    while (nanosleep(&t, &t) < 0 && errno == EINTR)
        ;
}

static enum err attempt(struct ctl *c, const struct op *op, struct bytes *result, bool *reached,
                        int64_t *wait_ms)
{
    const uint8_t *answer;
    size_t size;
    struct call_refusal why = {0};
    *wait_ms = 0;
    char fault[LINK_FAULT];
    if (!connected(c) && link_fault(c->link, fault))
        return refuse(&c->why, ERR_OFFLINE, "", "%s", fault);
    if (!link_connected(c->link))
        return not_there(c);
    *reached = true;
    enum err e = link_call(c->link, c->request.data, c->request.size, timeout_of(op), &answer, &size);
    if (e == ERR_OFFLINE)
        return refuse(&c->why, e, "", "the connection to %s broke, or no answer came in time", c->url);
    if (e)
        return refuse(&c->why, e, "", "%s", err_sentence(e));
    e = call_result(answer, size, result, &why);
    if (e) {
        c->why = why.why;
        if (why.request[0] && e < 0) {
            size_t n = strlen(c->why.detail);
            snprintf(c->why.detail + n, sizeof c->why.detail - n, " (request %.40s)", why.request);
        }
        *wait_ms = why.why.retry_ms > 50 ? why.why.retry_ms : 50;
    }
    return e;
}

/* Is it a write of somebody who is signed in, that the server takes later? Wrong passwords are no matter of waiting. */
static bool comes_later(const struct op *op, enum err e, int64_t wait_ms, int64_t waited)
{
    return e == ERR_SLOW_DOWN && op->mode == OP_WRITE && !(op->who & BY_PUBLIC) &&
           waited + wait_ms <= CTL_SLOW_MS;
}

static void wait_for_turn(const struct ctl *c, int64_t wait_ms)
{
    fprintf(stderr, "%s\n", c->why.detail);
    pause_ms(wait_ms);
}

enum err ctl_send(struct ctl *c, const struct op *op, struct bytes *result)
{
    int64_t waited = 0;
    enum err e = OK;
    bool reached = false;
    if (!c->link && (e = link_open(c->url, &c->link, &c->why)) != OK)
        return e;
    for (int i = 0; i < CTL_TRIES; i++) {
        int64_t wait_ms;
        e = attempt(c, op, result, &reached, &wait_ms);
        if (comes_later(op, e, wait_ms, waited)) {
            wait_for_turn(c, wait_ms);
            waited += wait_ms;
            i--;
            continue;
        }
        if (e == ERR_BUSY && i + 1 < CTL_TRIES)
            pause_ms(wait_ms < CTL_BUSY_MS ? wait_ms : CTL_BUSY_MS);
        else if (e != ERR_OFFLINE || !reached)
            break; /* answered, or never there at all */
    }
    return e;
}

enum err ctl_id(const char *hex, uint8_t id[CALL_ID], struct refusal *why)
{
    static const char digits[] = "0123456789abcdef";
    uint8_t got[CALL_ID] = {0};
    size_t n = strlen(hex);
    for (size_t i = 0; n == 2 * CALL_ID && i < n; i++) {
        const char *p = strchr(digits, hex[i] | 0x20);
        if (!p)
            return refuse(why, ERR_INVALID, "--id", "must be 32 hexadecimal digits");
        got[i / 2] = (uint8_t)(got[i / 2] << 4 | (p - digits));
    }
    if (n != 2 * CALL_ID)
        return refuse(why, ERR_INVALID, "--id", "must be 32 hexadecimal digits");
    memcpy(id, got, sizeof got);
    return OK;
}

/* Token and id as the operation needs them. No token for what only the operator may, or the operator too when there is no
 * session: there the uid counts. */
static enum err prepare(struct ctl *c, const struct op *op, uint8_t id[CALL_ID], const char **token)
{
    enum err e = profile_settle(c);
    if (!e && !c->token && (op->who & BY_ROLES))
        e = session_load(c);
    if (e)
        return e;
    *token = op->who & BY_ROLES ? c->token : NULL;
    if (c->id_text)
        return ctl_id(c->id_text, id, &c->why);
    call_new_id(id);
    return OK;
}

static bool takes_id(const struct op *op)
{
    return op->mode == OP_WRITE || op->mode == OP_SLOW;
}

static enum err send_as(struct ctl *c, const struct op *op, const char *token, const uint8_t *id,
                        const uint8_t *args, size_t size, struct bytes *result)
{
    buf_clear(&c->request);
    enum err e = call_request_raw(&c->request, op->name, token, takes_id(op) ? id : NULL, args, size);
    if (e)
        return refuse(&c->why, e, "", "%s", err_sentence(e));
    return ctl_send(c, op, result);
}

/* Before something touches credentials: the password or a code once more, asked for on a terminal. What was asked for goes out again after it. */
static enum err confirm(struct ctl *c)
{
    const char *typed, *id_text = c->id_text;
    enum err e = ERR_CREDENTIALS;
    if (!isatty(STDIN_FILENO) || !isatty(STDERR_FILENO))
        return refuse(&c->why, ERR_CONFIRM, "",
                      "That touches credentials: your password or a code is asked for once more. %s",
                      c->no_files ? "ssh -t asks for it."
                                  : "Show it first: session.confirm password=- or @FILE.");
    c->id_text = NULL; /* that is of the other request */
    for (int i = 0; i < CTL_TRIES && e == ERR_CREDENTIALS; i++) {
        if (i)
            fprintf(stderr, "%s\n", text_shown(c->a, c->why.detail, false));
        c->why = (struct refusal){.code = OK};
        if ((e = secret_line(c, "Your password, or a code of your phone", &typed)) != OK)
            break;
        struct session_confirm_in in = {0};
        if (password_is_code(typed))
            GIVE(session_confirm_in, &in, code, typed);
        else
            GIVE(session_confirm_in, &in, password, typed);
        e = ctl_call(c, c->a, OPNO_session_confirm, &in, NULL);
        explicit_bzero((char *)(uintptr_t)typed, strlen(typed));
    }
    c->id_text = id_text;
    return e;
}

enum err ctl_call_raw(struct ctl *c, const struct op *op, const uint8_t *args, size_t size,
                      struct bytes *result)
{
    uint8_t id[CALL_ID];
    const char *token = NULL;
    enum err e = prepare(c, op, id, &token);
    if (!e)
        e = send_as(c, op, token, id, args, size, result);
    if (e == ERR_CONFIRM && (e = confirm(c)) == OK)
        e = send_as(c, op, token, id, args, size, result);
    /* What an administrator and the operator may: a session that has ended does not stand in the operator's way. */
    if (e == ERR_SIGN_IN && token && (op->who & BY_OPERATOR)) {
        c->why = (struct refusal){.code = OK};
        e = send_as(c, op, NULL, id, args, size, result);
        if (e == ERR_FORBIDDEN) /* nor is it the operator who asks */
            e = refuse(&c->why, ERR_SIGN_IN, "", "%s", err_sentence(ERR_SIGN_IN));
    }
    return e;
}

enum err ctl_call(struct ctl *c, struct arena *a, enum op_number number, const void *in, void *out)
{
    const struct op *op = op_at(number);
    struct bytes result;
    struct buf args;
    buf_init(&args, CALL_REQUEST_MAX);
    if (in)
        codec_pack(&args, op->in(), in, CODEC_TO_SERVER);
    else
        codec_map(&args, 0);
    enum err e = args.full ? refuse(&c->why, ERR_TOO_LARGE, "", "%s", err_sentence(ERR_TOO_LARGE))
                           : ctl_call_raw(c, op, args.data, args.size, &result);
    if (args.data)
        explicit_bzero(args.data, args.capacity); /* may hold a password */
    buf_fini(&args);
    if (e == OK && out && codec_read(a, op->out(), result.data, result.size, out) != OK)
        e = refuse(&c->why, ERR_IO, "", "the answer is not what %s gives", op->name);
    return e;
}
