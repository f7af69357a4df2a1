#include "proto/ctl/ctl.h"
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DEFAULT_URL "ipc:///run/postern/postern.sock"

struct option {
    const char *name;
    size_t offset;
    bool takes_value;
    const char *verb; /* the only one that takes it; NULL: any */
    bool word;        /* --what X stands for what=X */
};
#define FLAG(name, member, verb)                               \
    {                                                          \
        name, offsetof(struct ctl, member), false, verb, false \
    }
#define VALUE(name, member, verb)                             \
    {                                                         \
        name, offsetof(struct ctl, member), true, verb, false \
    }
#define WORD(name, verb)          \
    {                             \
        name, 0, true, verb, true \
    }
static const struct option options[] = {
    VALUE("--url", url, NULL),
    VALUE("--session", session_path, NULL),
    VALUE("--id", id_text, NULL),
    FLAG("--json", json, NULL),
    FLAG("--help", help, NULL),
    FLAG("-h", help, NULL),
    FLAG("--follow", follow, "events"),
    FLAG("--csv", csv, "events"),
    WORD("--what", "events"),
    WORD("--side", "events"),
    WORD("--actor", "events"),
    WORD("--from", "events"),
    WORD("--until", "events"),
    WORD("--customer", "events"),
    WORD("--document", "events"),
    WORD("--subject", "events"),
    WORD("--about", "events"),
    WORD("--portal", "audit"),
    WORD("--seal", "audit"),
    WORD("--key", "audit"),
    FLAG("--local", local, "describe"),
    FLAG("--dry-run", dry_run, "import"),
    FLAG("--per-invoice", per_invoice, "import"),
    FLAG("--per-customer", per_customer, "import"),
    VALUE("--contacts", contacts, "import"),
    VALUE("--invoices", invoices, "import"),
    VALUE("--payments", payments, "import"),
};
static const struct {
    const char *name;
    int (*run)(struct ctl *c);
} verbs[] = {
    {"help", verb_help},         {"login", verb_login},   {"logout", verb_logout},
    {"describe", verb_describe}, {"backup", verb_backup}, {"check", verb_check},
    {"events", verb_events},     {"import", verb_import}, {"audit", verb_audit},
};

static const struct option *find_option(const char *word, const char **value)
{
    for (size_t i = 0; i < sizeof options / sizeof *options; i++) {
        size_t n = strlen(options[i].name);
        if (strncmp(word, options[i].name, n) != 0 || (word[n] && word[n] != '='))
            continue;
        *value = word[n] ? word + n + 1 : NULL;
        return &options[i];
    }
    return NULL;
}

/* Options may stand anywhere before a `--`. Returns 0, or the exit code of a complaint. */
static int read_words(struct ctl *c, int argc, char **argv, const struct option **given)
{
    bool over = false;
    size_t n = 0;
    int n_late = 0;
    const char **late =
        arena_alloc(c->a, (size_t)argc * sizeof *late); /* those of options: the verb comes first */
    for (int i = 1; i < argc; i++) {
        const char *value = NULL;
        if (over || argv[i][0] != '-' || !argv[i][1]) {
            c->words[c->n_words++] = argv[i];
            continue;
        }
        if (strcmp(argv[i], "--") == 0) {
            over = true;
            continue;
        }
        const struct option *o = find_option(argv[i], &value);
        if (!o || (value && !o->takes_value))
            return ctl_usage(c,
                             arena_printf(c->a, "there is no option %.100s; see posternctl help", argv[i]));
        if (o->takes_value && !value && !(value = i + 1 < argc ? argv[++i] : NULL))
            return ctl_usage(c, arena_printf(c->a, "%s takes a value", o->name));
        if (o->word)
            late[n_late++] = arena_printf(c->a, "%s=%s", o->name + 2, value);
        else if (o->takes_value)
            memcpy((char *)c + o->offset, &value, sizeof value);
        else
            *((bool *)((char *)c + o->offset)) = true;
        given[n++] = o;
    }
    for (int i = 0; i < n_late; i++)
        c->words[c->n_words++] = late[i];
    return 0;
}

static int run(struct ctl *c, const struct option *const *given)
{
    const char *verb = c->n_words ? c->words[0] : "help";
    if (c->help && c->n_words && strcmp(verb, "help") != 0) {
        c->words--; /* room was left for it */
        c->words[0] = verb = "help";
        c->n_words++;
    }
    for (; *given && !c->help; given++)
        if ((*given)->verb && strcmp((*given)->verb, verb) != 0)
            return ctl_usage(c, arena_printf(c->a, "%s belongs to %s", (*given)->name, (*given)->verb));
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
        if (strcmp(verbs[i].name, verb) == 0)
            return verbs[i].run(c);
    const struct op *op = op_find(verb, strlen(verb));
    if (op)
        return verb_op(c, op);
    (void)refuse(&c->why, ERR_UNKNOWN_OP, "", "there is no operation %.100s; see posternctl help", verb);
    return ctl_fail(c, ERR_UNKNOWN_OP);
}

int main(int argc, char **argv)
{
    struct ctl c = {.a = arena_open(), .program = "posternctl", .call = "posternctl"};
    const char *env = getenv("POSTERN_URL");
    if (argc == 2 && strcmp(argv[1], "--version") == 0) {
        puts("posternctl " POSTERN_VERSION);
        arena_close(c.a);
        return 0;
    }
    signal(SIGPIPE, SIG_DFL); /* `posternctl … | head` ends quietly */
    c.words = (const char **)arena_alloc(c.a, (size_t)(argc + 2) * sizeof *c.words) + 1;
    const struct option **given = arena_alloc(c.a, (size_t)(argc + 1) * sizeof(const struct option *));
    buf_init(&c.request, CALL_REQUEST_MAX);
    int code = read_words(&c, argc, argv, given);
    c.url_given = c.url || (env && *env);
    if (!c.url)
        c.url = c.url_given ? env : DEFAULT_URL;
    if (code == 0)
        code = run(&c, given);
    if (fflush(stdout) != 0 && code == 0)
        code = 1;
    link_close(c.link);
    if (c.request.data)
        explicit_bzero(c.request.data, c.request.size);
    buf_fini(&c.request);
    arena_close(c.a);
    return code;
}
