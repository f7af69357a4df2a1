/* Verbs of more than one request, but for import; and the one verb for every operation (ask.c). */
#include "common/codec.h"
#include "common/text.h"
#include "proto/ctl/args.h"
#include "proto/ctl/json.h"
#include "proto/ctl/ctl_session.h"
#include "proto/ctl/ctl_show.h"
#include "proto/ctl/ctl_profile.h"
#include "proto/ctl/word.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum err ctl_print(struct ctl *c, const struct op *op, const struct bytes *result)
{
    if (c->json) {
        json_t *value = json_of(result->data, result->size);
        json_print(value, false);
        json_decref(value);
        return OK;
    }
    void *out = arena_alloc(c->a, op->out()->size);
    if (codec_read(c->a, op->out(), result->data, result->size, out) != OK)
        return refuse(&c->why, ERR_IO, "", "the answer is not what %s gives", op->name);
    if (op->out()->n == 0)
        puts("done");
    else
        show_record(c->a, stdout, op->out(), out, c->wide ? 0 : show_width(stdout));
    return OK;
}

int verb_op(struct ctl *c, const struct op *op)
{
    struct bytes result;
    if (rows_wanted(c))
        return verb_rows(c, op);
    enum err e = ctl_ask(c, op, c->words + 1, c->n_words - 1, &result);
    if (!e)
        e = ctl_print(c, op, &result);
    return e ? ctl_fail(c, e) : 0;
}

/* Asks on a terminal for which customer; 0: stay. */
static uint64_t choose(struct ctl *c, const struct choice_list *choices)
{
    char line[16];
    for (size_t i = 0; i < choices->n; i++)
        fprintf(stderr, "%3zu  %s\n", i + 1, text_shown(c->a, choices->v[i].name, false));
    fprintf(stderr, "For which of them? [1] ");
    if (!fgets(line, sizeof line, stdin))
        return 0;
    size_t n = (size_t)strtoul(line, NULL, 10);
    return n >= 1 && n <= choices->n ? choices->v[n - 1].customer : 0;
}

static enum err login_choice(struct ctl *c, struct session_sign_in_out *out)
{
    uint64_t wanted = 0;
    if (out->choices.n < 2)
        return OK;
    if (isatty(STDIN_FILENO))
        wanted = choose(c, &out->choices);
    if (!wanted || !out->me || wanted == out->me->customer) {
        for (size_t i = 0; !wanted && i < out->choices.n; i++)
            fprintf(stderr, "customer=%llu is %s\n", (unsigned long long)out->choices.v[i].customer,
                    text_shown(c->a, out->choices.v[i].name, false));
        return OK;
    }
    const char *password = NULL;
    struct session_switch_in in = {.customer = wanted};
    struct session_switch_out changed;
    c->token = out->token;
    enum err e = ctl_call(c, c->a, OPNO_session_switch, &in, &changed);
    if (e == ERR_CREDENTIALS && strcmp(c->why.field, "password") == 0) {
        fprintf(stderr, "%s\n", c->why.detail);
        e = secret_line(c, "password", &password);
        GIVE(session_switch_in, &in, password, password);
        if (!e)
            e = ctl_call(c, c->a, OPNO_session_switch, &in, &changed);
    }
    if (!e) {
        out->token = changed.token;
        out->me = changed.me;
    }
    return e;
}

static const char *given(const struct ctl *c, const char *field)
{
    size_t n = strlen(field);
    for (int i = 1; i < c->n_words; i++)
        if (strncmp(c->words[i], field, n) == 0 && c->words[i][n] == '=')
            return c->words[i];
    return NULL;
}

/* Where, who, and how that is shown: what was not said, and stands in no profile, is asked for in that order. */
static enum err login_words(struct ctl *c, const struct op *op)
{
    static const char *const asked[] = {"portal", "email"};
    bool json = false, terminal = isatty(STDIN_FILENO) && isatty(STDERR_FILENO);
    for (int i = 1; i < c->n_words; i++)
        json |= strcmp(c->words[i], "-") == 0;
    enum err e = profile_settle(c);
    if (!e)
        e = word_arguments(c, op, json ? "" : "portal email", NULL, 1);
    for (size_t i = 0; i < sizeof asked / sizeof *asked && !e && !json; i++) {
        const char *typed = i == 0 ? c->portal : NULL;
        if (given(c, asked[i]) || (!typed && !terminal))
            continue;
        if (!typed)
            e = plain_line(c, asked[i], &typed);
        if (!e)
            c->words[c->n_words++] = arena_printf(c->a, "%s=%s", asked[i], typed);
    }
    if (!e && !json && !given(c, "password"))
        c->words[c->n_words++] = "password=-";
    return e;
}

static enum err login(struct ctl *c, struct session_sign_in_out *out)
{
    const struct op *op = op_at(OPNO_session_sign_in);
    struct bytes result;
    enum err e = login_words(c, op);
    if (!e)
        e = ctl_ask(c, op, c->words + 1, c->n_words - 1, &result);
    if (!e && codec_read(c->a, op->out(), result.data, result.size, out) != OK)
        e = refuse(&c->why, ERR_IO, "", "the answer is not what %s gives", op->name);
    if (!e && (!out->token || !*out->token))
        e = refuse(&c->why, ERR_IO, "", "the server gave no token");
    return e;
}

/* Signed in, but not through yet: what comes next. Programs read it in the answer. */
static void tell_stage(const struct ctl *c, const struct me *me)
{
    FILE *to = c->json ? stderr : stdout;
    if (me->stage == STAGE_CODE)
        fputs("The code of your second factor is still to be given: posternctl mfa.verify code=-\n", to);
    else if (me->stage == STAGE_ENROL)
        fputs("A second factor is still to be set up: posternctl mfa.begin, then posternctl mfa.confirm "
              "code=-\n",
              to);
    else if (me->must_change)
        fputs("Choose a password of your own first: posternctl password.change old=- password=-\n", stderr);
}

int verb_login(struct ctl *c)
{
    struct session_sign_in_out out;
    enum err e = login(c, &out);
    if (!e)
        e = login_choice(c, &out);
    const struct me *me = e ? NULL : out.me;
    if (!e)
        e = session_save(c, out.token, me && me->portal ? me->portal : "", me && me->email ? me->email : "");
    if (e)
        return ctl_fail(c, e);
    if (c->json && me) {
        struct buf packed;
        buf_init(&packed, CALL_ANSWER_MAX);
        codec_pack(&packed, shape_me(), me, CODEC_TO_STAFF);
        json_t *value = json_of(packed.data, packed.size);
        json_print(value, false);
        json_decref(value);
        buf_fini(&packed);
    } else if (me) {
        printf("Signed in to %s as %s (%s).\n", text_shown(c->a, me->business ? me->business : "?", false),
               text_shown(c->a, me->name ? me->name : "?", false), enum_name(enum_role(), me->role));
    }
    if (me)
        tell_stage(c, me);
    return 0;
}

int verb_logout(struct ctl *c)
{
    if (c->n_words > 1)
        return ctl_usage(c, "logout takes nothing");
    enum err e = profile_settle(c);
    if (!e)
        e = session_load(c);
    if (!e && !c->token) {
        puts("Nobody is signed in.");
        return 0;
    }
    if (!e)
        e = ctl_call(c, c->a, OPNO_session_sign_out, NULL, NULL);
    if (e == ERR_SIGN_IN)
        e = OK; /* it had ended already */
    if (!e)
        e = session_remove(c);
    if (e)
        return ctl_fail(c, e);
    puts("Signed out.");
    return 0;
}

int verb_backup(struct ctl *c)
{
    if (c->n_words != 2)
        return ctl_usage(c, "backup takes one path: an absent or empty folder on the server's machine");
    const char *path = c->words[1];
    if (*path != '/') {
        char *here = getcwd(NULL, 0);
        if (!here)
            return ctl_fail(c, refuse(&c->why, ERR_INVALID, "path", "%.100s, from where you are: %s", path,
                                      strerror(errno)));
        path = arena_printf(c->a, "%s/%s", here, path);
        free(here);
    }
    struct system_backup_in in = {.path = path};
    struct system_backup_out out;
    enum err e = ctl_call(c, c->a, OPNO_system_backup, &in, &out);
    if (e)
        return ctl_fail(c, e);
    if (c->json)
        printf("{\"bytes\": %lld}\n", (long long)out.bytes);
    else
        printf("%s: %lld bytes\n", path, (long long)out.bytes);
    return 0;
}

/* Exit code 1 when the store does not agree with itself. */
int verb_check(struct ctl *c)
{
    const struct op *op = op_at(OPNO_system_check);
    struct system_check_out out;
    struct bytes result;
    static const uint8_t empty_map = 0x80;
    if (c->n_words > 1)
        return ctl_usage(c, "check takes nothing");
    enum err e = ctl_call_raw(c, op, &empty_map, 1, &result);
    if (!e && codec_read(c->a, op->out(), result.data, result.size, &out) != OK)
        e = refuse(&c->why, ERR_IO, "", "the answer is not what %s gives", op->name);
    if (!e)
        e = ctl_print(c, op, &result);
    if (e)
        return ctl_fail(c, e);
    return out.problems.n ? 1 : 0;
}
