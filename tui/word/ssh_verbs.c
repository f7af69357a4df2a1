#include "tui/word/ssh_verbs.h"
#include "common/text.h"
#include "proto/ctl/ctl_session.h"
#include "proto/ctl/ctl_show.h"
#include "proto/ctl/word.h"
#include "tui/full/qr.h"
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Options of every command; all others belong to its operation. */
struct options {
    const char *id, *code, *as, *at, *part;
    bool json, csv, tsv, all, yes, help, follow, wide;
};
static const struct {
    const char *name;
    size_t offset;
    bool takes_value;
} options[] = {
    {"--id", offsetof(struct options, id), true},          {"--code", offsetof(struct options, code), true},
    {"--as", offsetof(struct options, as), true},          {"--at", offsetof(struct options, at), true},
    {"--json", offsetof(struct options, json), false},     {"--yes", offsetof(struct options, yes), false},
    {"--help", offsetof(struct options, help), false},     {"-h", offsetof(struct options, help), false},
    {"--follow", offsetof(struct options, follow), false}, {"--wide", offsetof(struct options, wide), false},
    {"--csv", offsetof(struct options, csv), false},       {"--tsv", offsetof(struct options, tsv), false},
    {"--all", offsetof(struct options, all), false},       {"--part", offsetof(struct options, part), true},
};

const char *door_command_option(size_t i)
{
    return i < sizeof options / sizeof *options ? options[i].name : NULL;
}

static const char intro[] =
    "Commands of this portal. Without one it opens on your terminal; `line` opens it as lines of text.\n"
    "\n"
    "  %s invoices --unpaid\n"
    "  %s invoice INV-000001 --json\n"
    "  %s estimate accept EST-000001 'Maria Ruiz'\n"
    "  %s comment INV-000001 'Where is it?'\n"
    "\n"
    "  --json       the answer as JSON: money in minor units, nothing left out\n"
    "  --csv, --tsv a list as rows for programs, all pages of it\n"
    "  --all        all pages of a list; with --json a row a line\n"
    "  --wide       every column of a table, also where your terminal has no room\n"
    "  --part SUM   of pay: a part of one invoice\n"
    "  --yes        go on without being asked; what cannot be undone is shown and refused without it\n"
    "  --code CODE  code of your second factor, where you have one; asked for on a terminal\n"
    "  --as ID      for which customer, if you are a contact person of several; --as staff: as a colleague\n"
    "  --at PORTAL  which portal, if your key opens several\n"
    "  --id HEX     to repeat a command whose answer was lost: it still happens once\n"
    "  help NAME    all that a command or operation takes, gives and refuses\n"
    "\n"
    "Words in quotes stay together; nothing else has a meaning. Values: '12.34 EUR',\n"
    "2026-11-22, a number or an id.\n"
    "Exit codes: 0 fine, 1 fault, 2 bad input, 3 not found, 4 not allowed, 5 conflict,\n"
    "6 busy or offline, 7 payment failed.\n";

/* Sorts the options of every command out of the words; what is left is in c->words. */
static enum err read_options(struct ctl *c, const struct door_words *words, struct options *o)
{
    bool over = false;
    c->words = (const char **)arena_alloc(c->a, (size_t)(words->n + 1) * sizeof *c->words);
    for (int i = 0; i < words->n; i++) {
        const char *word = words->v[i], *value = NULL;
        size_t k = 0;
        over |= strcmp(word, "--") == 0;
        for (; !over && k < sizeof options / sizeof *options; k++) {
            size_t n = strlen(options[k].name);
            if (strncmp(word, options[k].name, n) == 0 && (!word[n] || word[n] == '=')) {
                value = word[n] ? word + n + 1 : NULL;
                break;
            }
        }
        if (over || k == sizeof options / sizeof *options) {
            c->words[c->n_words++] = word;
            continue;
        }
        char *to = (char *)o + options[k].offset;
        if (!options[k].takes_value && value)
            return refuse(&c->why, ERR_INVALID, "", "%s takes no value", options[k].name);
        if (options[k].takes_value && !value && !(value = words->v[i + 1]))
            return refuse(&c->why, ERR_INVALID, "", "%s takes a value", options[k].name);
        if (options[k].takes_value) {
            i += value == words->v[i + 1];
            memcpy(to, &value, sizeof value);
        } else {
            *(bool *)to = true;
        }
    }
    return OK;
}

/* What the owner of a key may ask here: what a session may, and a little of what everybody may. Never what is believed because
 * this account asks: that is for sshd's word, not for a person's. */
static bool may_be_asked(const struct op *op)
{
    static const enum op_number open_to_all[] = {OPNO_system_describe, OPNO_system_health,
                                                 OPNO_password_rules, OPNO_portal_show};
    if (op->who & BY_ROLES)
        return op_number(op) != OPNO_session_switch; /* --as */
    for (size_t i = 0; i < sizeof open_to_all / sizeof *open_to_all; i++)
        if (op_number(op) == open_to_all[i])
            return true;
    return false;
}

static const struct op *op_meant(const struct ctl *c)
{
    int used;
    const struct word *w = c->n_words ? word_find(c, &used) : NULL;
    const struct op *op = w ? word_op(w) : c->n_words ? op_find(c->words[0], strlen(c->words[0])) : NULL;
    return op && may_be_asked(op) ? op : NULL;
}

/* On the terminal of whoever asked; one that is too narrow for it shows nothing, since half a code misleads. */
static void draw_qr(FILE *to, const char *text)
{
    struct arena *a = arena_open();
    struct qr qr;
    if (qr_make(a, text, QR_MEDIUM, &qr) == OK && (size_t)qr_columns(&qr, QR_BLOCKS) <= show_width(to))
        qr_print(to, &qr, QR_BLOCKS);
    arena_close(a);
}

/* As posternctl complains: an option that the word has not, or two that exclude each other. */
static enum err check_options(struct ctl *c, const struct options *o)
{
    if (o->json + o->csv + o->tsv > 1)
        return refuse(&c->why, ERR_INVALID, "", "--json, --csv and --tsv: choose one");
    if (o->part && strcmp(c->words[0], "pay") != 0)
        return refuse(&c->why, ERR_INVALID, "", "--part belongs to pay");
    if (o->follow && strcmp(c->words[0], "events") != 0)
        return refuse(&c->why, ERR_INVALID, "", "--follow belongs to events");
    return OK;
}

static int help(struct ctl *c)
{
    if (c->n_words && strcmp(c->words[0], "help") == 0) {
        c->words++;
        c->n_words--;
    }
    if (c->n_words > 1 && strcmp(c->words[0], "words") == 0)
        return word_topic_help(c->words[1], BY_ROLES)
                   ? 0
                   : ctl_usage(c, "there is no such topic; help words tells them");
    const struct op *op = op_meant(c);
    if (op)
        return verb_help_op(c, op);
    if (c->n_words && strcmp(c->words[0], "words") != 0)
        return ctl_unknown(c);
    printf(intro, c->call, c->call, c->call, c->call);
    puts("\nWhat words begin with, by topic; help words TOPIC lists them. Besides, every\n"
         "operation by its name (help invoice.create).");
    word_topics(BY_ROLES);
    return 0;
}

/* --- the session */

/* The portal that is meant: of door.conf, of --at, or the one that the key opens. */
static enum err which_portal(struct ctl *c, const struct door *d, const struct visit *v,
                             const struct options *o, const char **portal)
{
    struct key_portals_in in = {.fingerprint = v->fingerprint};
    struct key_portals_out out;
    *portal = *d->portal ? d->portal : o->at;
    if (*d->portal && o->at && strcmp(o->at, d->portal) != 0)
        return refuse(&c->why, ERR_NOT_FOUND, "--at", "this door opens the portal %.60s only", d->portal);
    if (*portal)
        return OK;
    enum err e = ctl_call(c, c->a, OPNO_key_portals, &in, &out);
    if (e)
        return e;
    for (size_t i = 1; i < out.portals.n; i++)
        if (strcmp(out.portals.v[i].portal, out.portals.v[0].portal) != 0)
            return refuse(&c->why, ERR_INVALID, "--at",
                          "your key opens several portals: say which with --at, for "
                          "example --at %.40s",
                          out.portals.v[i].portal);
    if (out.portals.n == 0)
        return refuse(&c->why, ERR_CREDENTIALS, "", "%s", err_sentence(ERR_CREDENTIALS));
    *portal = out.portals.v[0].portal;
    return OK;
}

/* A session on its way. */
struct way {
    int stage;
    uint64_t wanted, customer; /* of --as, and of the session; 0: none */
    bool staff;                /* --as staff */
};

static enum err read_as(struct ctl *c, const char *as, struct way *way)
{
    char *end;
    way->staff = as && strcmp(as, "staff") == 0;
    way->wanted = as && !way->staff ? strtoull(as, &end, 10) : 0;
    if (as && !way->staff && (!way->wanted || *end || *as == '-'))
        return refuse(&c->why, ERR_INVALID, "--as", "must be the number of a customer, or staff");
    return OK;
}

/* Is the key registered by a contact person of that very customer? Else one may be switched to. */
static enum err opens_directly(struct ctl *c, const struct visit *v, const char *portal, uint64_t customer,
                               bool *yes)
{
    struct key_portals_in in = {.fingerprint = v->fingerprint};
    struct key_portals_out out;
    enum err e = ctl_call(c, c->a, OPNO_key_portals, &in, &out);
    *yes = false;
    for (size_t i = 0; !e && i < out.portals.n; i++)
        *yes |= out.portals.v[i].customer == customer && strcmp(out.portals.v[i].portal, portal) == 0;
    return e;
}

static enum err sign_in(struct ctl *c, const struct door *d, const struct visit *v, const struct options *o,
                        struct way *way)
{
    struct session_sign_in_key_in in = {0};
    struct session_sign_in_key_out out;
    const char *portal;
    bool directly = false;
    enum err e = read_as(c, o->as, way);
    if (!e)
        e = which_portal(c, d, v, o, &portal);
    if (!e && way->wanted)
        e = opens_directly(c, v, portal, way->wanted, &directly);
    if (e)
        return e;
    GIVE(session_sign_in_key_in, &in, portal, portal);
    GIVE(session_sign_in_key_in, &in, fingerprint, v->fingerprint);
    if (*v->from)
        GIVE(session_sign_in_key_in, &in, from, v->from);
    if (directly)
        GIVE(session_sign_in_key_in, &in, customer, way->wanted);
    if (way->staff)
        GIVE(session_sign_in_key_in, &in, staff, true);
    GIVE(session_sign_in_key_in, &in, bound, true);
    e = ctl_call(c, c->a, OPNO_session_sign_in_key, &in, &out);
    if (e)
        return e;
    c->token = out.token;
    way->stage = out.me ? out.me->stage : 0;
    way->customer = out.me ? out.me->customer : 0;
    return OK;
}

static enum err switch_customer(struct ctl *c, const struct way *way)
{
    struct session_switch_in in = {.customer = way->wanted};
    struct session_switch_out out;
    if (!way->wanted || way->wanted == way->customer)
        return OK;
    enum err e = ctl_call(c, c->a, OPNO_session_switch, &in, &out);
    if (!e)
        c->token = out.token;
    return e;
}

/* The stages at which this may be asked, as bits AT_…. */
static unsigned at_stage(int stage)
{
    return stage == STAGE_CODE       ? AT_CODE
           : stage == STAGE_PASSWORD ? AT_PASSWORD
           : stage == STAGE_ENROL    ? AT_ENROL
                                     : 0;
}

/* What the session has still to show before the command may run. */
static enum err show_the_rest(struct ctl *c, const struct op *op, const struct options *o, int stage)
{
    struct mfa_verify_in in = {0};
    struct mfa_verify_out out;
    const char *code = o->code;
    enum err e = OK;
    if (stage == STAGE_CODE && !(op->who & AT_CODE)) {
        if (!code && isatty(STDIN_FILENO) && isatty(STDERR_FILENO))
            e = plain_line(c, "Code of your second factor", &code);
        if (!e && !code)
            e = refuse(&c->why, ERR_SIGN_IN, "--code",
                       "your second factor is asked for: --code CODE, or ssh -t to be asked");
        GIVE(mfa_verify_in, &in, code, code);
        if (!e)
            e = ctl_call(c, c->a, OPNO_mfa_verify, &in, &out);
        if (e)
            return e;
        stage = out.me ? out.me->stage : STAGE_FULL;
    }
    if (op->who & at_stage(stage))
        return OK;
    if (stage == STAGE_PASSWORD)
        return refuse(&c->why, ERR_PASSWORD_CHANGE, "",
                      "choose a password of your own first: the command password, or "
                      "the portal without a command");
    if (stage == STAGE_ENROL)
        return refuse(
            &c->why, ERR_SIGN_IN, "",
            "the business asks for a second factor: open the portal without a command and set it up");
    return OK;
}

static int one_command(struct ctl *c, const struct op *op, const struct door *d, const struct visit *v,
                       const struct options *o)
{
    struct way way = {.stage = STAGE_FULL};
    enum err e = sign_in(c, d, v, o, &way);
    if (!e)
        e = show_the_rest(c, op, o, way.stage);
    if (!e)
        e = switch_customer(c, &way);
    int code = 0;
    if (e) {
        code = ctl_fail(c, e);
    } else {
        uint8_t id[CALL_ID];
        char hex[2 * CALL_ID + 1];
        call_new_id(id);
        for (size_t i = 0; i < sizeof id; i++)
            snprintf(hex + 2 * i, 3, "%02x", id[i]);
        c->id_text = o->id ? o->id : hex;
        code = word_run(c);
        if (code == err_exit_code(ERR_OFFLINE) && (op->mode == OP_WRITE || op->mode == OP_SLOW))
            fprintf(
                stderr,
                "Whether it was done is not known. The same command with --id %s is sure to do it once.\n",
                c->id_text);
        c->id_text = NULL;
    }
    if (c->token && ctl_call(c, c->a, OPNO_session_sign_out, NULL, NULL) != OK) {
        /* it ends with the connection */
    }
    return code;
}

/* --- */

/* Without a terminal nothing tells a process that the person has gone: a command that waits would wait on. */
static void *watch(void *unused)
{
    struct pollfd out = {.fd = STDOUT_FILENO, .events = 0};
    while (poll(&out, 1, -1) <= 0)
        ;
    if (out.revents & (POLLERR | POLLHUP | POLLNVAL))
        _exit(128 + SIGHUP);
    return unused;
}

static void watch_the_person(void)
{
    pthread_t thread;
    if (!isatty(STDOUT_FILENO) && pthread_create(&thread, NULL, watch, NULL) == 0)
        pthread_detach(thread);
}

int door_verbs(struct arena *a, const struct door *d, const struct visit *v, const struct door_words *words)
{
    struct options o = {0};
    struct ctl c = {
        .a = a, .program = "postern", .no_files = true, .elsewhere = door_elsewhere, .qr = draw_qr};
    c.call = arena_printf(a, "ssh %s@HOST", d->key_account);
    c.url = arena_printf(a, "ipc://%s", d->socket);
    enum err e = read_options(&c, words, &o);
    c.json = o.json;
    if (e)
        return ctl_fail(&c, e);
    c.csv = o.csv;
    c.tsv = o.tsv;
    c.all = o.all;
    c.part = o.part;
    c.yes = o.yes;
    c.follow = o.follow;
    c.wide = o.wide;
    if (!c.n_words || o.help || strcmp(c.words[0], "help") == 0)
        return help(&c);
    const struct op *op = op_meant(&c);
    if (!op)
        return ctl_unknown(&c);
    e = check_options(&c, &o);
    if (e)
        return ctl_fail(&c, e);
    signal(SIGPIPE, SIG_DFL);
    watch_the_person();
    buf_init(&c.request, CALL_REQUEST_MAX);
    int code = one_command(&c, op, d, v, &o);
    if (fflush(stdout) != 0 && code == 0)
        code = 1;
    link_close(c.link);
    if (c.request.data)
        explicit_bzero(c.request.data, c.request.capacity);
    buf_fini(&c.request);
    return code;
}
