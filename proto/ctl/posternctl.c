#include "common/nearest.h"
#include "proto/ctl/options.h"
#include "proto/ctl/word.h"
#include "proto/door_conf.h"
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The command line as it is read: options of this program are set, options of words and operations stay words. */
struct reading {
    struct ctl *c;
    int argc;
    char **argv;
    const struct ctl_option **given;
    size_t n_given;
    const char **late; /* what stands for field=value: the verb comes first */
    int n_late;
};

/* `bank import` is a verb, `bank lines` a word. */
static const struct ctl_verb *verb_of(const struct ctl *c)
{
    int used;
    return !c->n_words || (word_find(c, &used) && used > 1) ? NULL : ctl_verb_find(c->words[0]);
}

/* Words and operations say themselves which options they have (word.c); so does login, which asks for one. */
static bool has_options(const struct ctl *c)
{
    const struct ctl_verb *v = verb_of(c);
    return c->n_words && (!v || v->run == verb_login);
}

static int no_option(struct ctl *c, const char *word)
{
    struct nearest n = {.typed = arena_printf(c->a, "%.*s", (int)strcspn(word, "="), word)};
    for (const struct ctl_option *o = ctl_options; o->name; o++)
        nearest_try(&n, o->name);
    return ctl_usage(c, arena_printf(c->a, "there is no option %.100s%s %s posternctl help options", word,
                                     nearest_words(c->a, &n, ";"), n.best ? "See" : "see"));
}

/* Returns 0, or the exit code of a complaint. */
static int read_option(struct reading *r, int *at)
{
    struct ctl *c = r->c;
    const char *word = r->argv[*at], *value = NULL, *verb = c->n_words ? c->words[0] : NULL;
    const struct ctl_option *o = ctl_option_find(word, &value);
    bool ours = o && (!verb || ctl_option_takes(o, verb));
    if (!ours && has_options(c) && word[1] == '-') {
        c->words[c->n_words++] = word;
        return 0;
    }
    if (!o || (value && !o->takes_value))
        return no_option(c, word);
    if (o->takes_value && !value && !(value = *at + 1 < r->argc ? r->argv[++*at] : NULL))
        return ctl_usage(c, arena_printf(c->a, "%s takes a value", o->name));
    if (o->word)
        r->late[r->n_late++] = arena_printf(c->a, "%s=%s", o->name + 2, value);
    else if (o->takes_value)
        memcpy((char *)c + o->offset, &value, sizeof value);
    else
        *((bool *)((char *)c + o->offset)) = true;
    r->given[r->n_given++] = o;
    return 0;
}

/* Options may stand anywhere before a `--`; those of a word or an operation behind it. */
static int read_words(struct reading *r)
{
    struct ctl *c = r->c;
    bool over = false;
    for (int i = 1; i < r->argc; i++) {
        const char *word = r->argv[i];
        int code = 0;
        if (over || word[0] != '-' || !word[1]) {
            c->words[c->n_words++] = word;
        } else if (strcmp(word, "--") == 0) {
            over = true;
            if (has_options(c))
                c->words[c->n_words++] = word;
        } else if ((code = read_option(r, &i)) != 0) {
            return code;
        }
    }
    for (int i = 0; i < r->n_late; i++)
        c->words[c->n_words++] = r->late[i];
    return 0;
}

/* Complaints about the command line itself are told as they are wanted, too. */
static bool wants_json(int argc, char **argv)
{
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
        if (strcmp(argv[i], "--json") == 0)
            return true;
    return false;
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
        if (!ctl_option_takes(*given, verb))
            return ctl_usage(c, arena_printf(c->a, "%s belongs to %s", (*given)->name, (*given)->verb));
    if (c->json + c->csv + c->tsv > 1)
        return ctl_usage(c, "--json, --csv and --tsv: choose one");
    const struct ctl_verb *v = c->n_words ? verb_of(c) : ctl_verb_find(verb);
    if (v && rows_wanted(c) && v->run != verb_events && !c->help)
        return ctl_usage(c, arena_printf(c->a, "--csv, --tsv and --all are for lists; %s gives none", verb));
    return v ? v->run(c) : word_run(c);
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
    struct reading r = {.c = &c, .argc = argc, .argv = argv};
    r.given = arena_alloc(c.a, (size_t)(argc + 1) * sizeof *r.given);
    r.late = (const char **)arena_alloc(c.a, (size_t)(argc + 1) * sizeof *r.late);
    buf_init(&c.request, CALL_REQUEST_MAX);
    c.json = wants_json(argc, argv);
    int code = read_words(&r);
    c.url_given = c.url || (env && *env);
    if (!c.url)
        c.url = c.url_given ? env : DEFAULT_URL;
    if (code == 0)
        code = run(&c, r.given);
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
