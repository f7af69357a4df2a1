#include "proto/ctl/options.h"
#include "proto/door_conf.h"
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Options may stand anywhere before a `--`. Returns 0, or the exit code of a complaint. */
static int read_words(struct ctl *c, int argc, char **argv, const struct ctl_option **given)
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
        const struct ctl_option *o = ctl_option_find(argv[i], &value);
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

static int run(struct ctl *c, const struct ctl_option *const *given)
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
    for (const struct ctl_verb *v = ctl_verbs; v->name; v++)
        if (strcmp(v->name, verb) == 0)
            return v->run(c);
    const struct op *op = op_find(verb, strlen(verb));
    if (op)
        return op_number(op) == OPNO_payment_pay ? verb_pay(c, op) : verb_op(c, op);
    return ctl_unknown(c);
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
    const struct ctl_option **given =
        arena_alloc(c.a, (size_t)(argc + 1) * sizeof(const struct ctl_option *));
    buf_init(&c.request, CALL_REQUEST_MAX);
    int code = read_words(&c, argc, argv, given);
    c.url_given = c.url || (env && *env);
    if (!c.url)
        c.url = c.url_given ? env : DEFAULT_URL;
    if (code == 0)
        code = run(&c, given);
    bool lost = fflush(stdout) != 0 || ferror(stdout); /* what was flushed before may have been lost, too */
    if (lost && code == 0)
        code = ctl_lost(&c);
    link_close(c.link);
    if (c.request.data)
        explicit_bzero(c.request.data, c.request.size);
    buf_fini(&c.request);
    arena_close(c.a);
    return code;
}
