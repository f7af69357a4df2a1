/* Completion: the shell hands over the line it has, `posternctl complete LINE` answers from the tables. No server is asked. */
#include "proto/ctl/options.h"
#include "proto/ctl/word.h"
#include <stdio.h>
#include <string.h>

#define WORDS_MOST 256

/* bash takes "=" and ":" for ends of words, so only what stands behind the last of them is to be replaced. */
static const char for_bash[] = "# bash completion of posternctl: source <(posternctl completion bash)\n"
                               "_posternctl()\n"
                               "{\n"
                               "    local line=${COMP_LINE:0:COMP_POINT} word before\n"
                               "    word=${line##*[[:blank:]]}\n"
                               "    before=${word%\"${word##*[=:]}\"}\n"
                               "    mapfile -t COMPREPLY < <(\"$1\" complete \"$line\" 2>/dev/null)\n"
                               "    COMPREPLY=(\"${COMPREPLY[@]#\"$before\"}\")\n"
                               "    if [[ ${COMPREPLY[0]} == *[=.] ]]; then compopt -o nospace; fi\n"
                               "}\n"
                               "complete -o default -F _posternctl posternctl\n";
/* As a file of $fpath, or sourced after compinit. */
static const char for_zsh[] = "#compdef posternctl\n"
                              "# zsh completion of posternctl: source <(posternctl completion zsh)\n"
                              "_posternctl()\n"
                              "{\n"
                              "    local line=\"${(j: :)words[1,CURRENT-1]} $PREFIX\"\n"
                              "    local -a found\n"
                              "    found=(${(f)\"$(${(Q)words[1]} complete \"$line\" 2>/dev/null)\"})\n"
                              "    if (( ! $#found )); then _files; return; fi\n"
                              "    compadd -S '' -- ${(M)found:#*[=.]}\n"
                              "    compadd -- ${found:#*[=.]}\n"
                              "}\n"
                              "if [[ $zsh_eval_context[-1] == loadautofunc ]]; then\n"
                              "    _posternctl \"$@\"\n"
                              "else\n"
                              "    compdef _posternctl posternctl\n"
                              "fi\n";
static const char for_fish[] =
    "# fish completion of posternctl: posternctl completion fish | source\n"
    "function __posternctl_complete\n"
    "    set -l line (commandline -cp)\n"
    "    set -l program (commandline -opc)[1]\n"
    "    $program complete \"$line\" 2>/dev/null\n"
    "end\n"
    "complete -c posternctl -f -a '(__posternctl_complete)'\n"
    "complete -c posternctl -F -n 'not count (__posternctl_complete) >/dev/null'\n";
static const struct {
    const char *name, *script;
} shells[] = {{"bash", for_bash}, {"zsh", for_zsh}, {"fish", for_fish}};

int verb_completion(struct ctl *c)
{
    for (size_t i = 0; c->n_words == 2 && i < sizeof shells / sizeof *shells; i++) {
        if (strcmp(c->words[1], shells[i].name) != 0)
            continue;
        fputs(shells[i].script, stdout);
        return 0;
    }
    return ctl_usage(c, "say completion bash, zsh or fish");
}

/* What stands on the line before the word that is completed, and that word. */
struct typed {
    const char *words[WORDS_MOST];
    size_t n;
    const char *last;
};

static void offer(const struct typed *l, const char *prefix, const char *name, const char *end)
{
    char text[400];
    snprintf(text, sizeof text, "%s%s%s", prefix, name, end);
    if (strncmp(text, l->last, strlen(l->last)) == 0)
        puts(text);
}

static void offer_operations(const struct typed *l)
{
    for (int i = 0; i < OP_COUNT; i++)
        offer(l, "", op_at((enum op_number)i)->name, "");
}

static void offer_option(const struct typed *l, const char *name)
{
    char option[80];
    snprintf(option, sizeof option, "--%s", name);
    for (char *p = option; *p; p++)
        *p = *p == '_' ? '-' : *p;
    offer(l, "", option, "");
}

/* Was the first word of that one offered before it? */
static bool begun_before(const struct word *until, size_t size)
{
    for (const struct word *w = NULL; (w = word_next(w)) != until;)
        if (strncmp(w->name, until->name, size) == 0 && (!w->name[size] || w->name[size] == ' '))
            return true;
    return false;
}

/* One or two words each; of two, the second stands alone behind the first. */
static void offer_words(const struct typed *l)
{
    for (const struct word *w = NULL; (w = word_next(w)) != NULL;) {
        const size_t n = strcspn(w->name, " ");
        char first[40];
        snprintf(first, sizeof first, "%.*s", (int)n, w->name);
        if (l->n == 0 && !begun_before(w, n))
            offer(l, "", first, "");
        if (l->n == 1 && w->name[n] && strcmp(l->words[0], first) == 0)
            offer(l, "", w->name + n + 1, "");
        for (const char *also = NULL; l->n == 0 && (also = word_also_next(w, also)) != NULL;)
            offer(l, "", also, "");
    }
}

/* --unpaid, --limit: what the fields of an operation are as options. */
static void offer_field_options(const struct typed *l, const struct shape *shape)
{
    for (size_t i = 0; i < shape->n; i++) {
        const struct field *f = &shape->fields[i];
        if (f->flags & (FIELD_CALC | FIELD_HIDDEN) || f->type == FIELD_SHAPE || f->type == FIELD_LIST)
            continue;
        offer_option(l, f->name);
        for (size_t k = 0; f->type == FIELD_ENUM && k < f->values()->n; k++)
            offer_option(l, f->values()->values[k].name);
    }
}

static void offer_options(const struct typed *l, const char *verb)
{
    for (const struct ctl_option *o = ctl_options; o->name; o++)
        if (verb ? ctl_option_takes(o, verb) : !o->verb)
            offer(l, "", o->name, "");
}

static void offer_values(const struct typed *l, const char *prefix, const struct field *f)
{
    for (size_t i = 0; f->type == FIELD_ENUM && i < f->values()->n; i++)
        offer(l, prefix, f->values()->values[i].name, "");
    if (f->type == FIELD_BOOL) {
        offer(l, prefix, "true", "");
        offer(l, prefix, "false", "");
    }
}

static bool given(const struct typed *l, const char *key)
{
    size_t n = strlen(key);
    for (size_t i = 0; i < l->n; i++)
        if (strncmp(l->words[i], key, n) == 0 && l->words[i][n] == '=')
            return true;
    return false;
}

/* "status=", "customer.", "document.lines.0.": along the path that was typed, as deep as it goes. */
static void offer_fields(const struct typed *l, const struct shape *shape)
{
    char prefix[300] = "", key[400];
    const char *at = l->last;
    for (size_t n; at[n = strcspn(at, ".=")];) {
        const struct field *f = shape_field(shape, at, n);
        bool list = f && f->type == FIELD_LIST;
        if (list && at[n] == '.') /* lines.0. */
            n += 1 + strspn(at + n + 1, "0123456789");
        if (!f || (size_t)(at - l->last) + n + 2 > sizeof prefix || (list && at[n] != '.'))
            return;
        snprintf(prefix, sizeof prefix, "%.*s", (int)(at - l->last + (long)n + 1), l->last);
        if (at[n] == '=') {
            offer_values(l, prefix, f);
            return;
        }
        if (f->type != FIELD_SHAPE && !list)
            return;
        shape = f->shape();
        at += n + 1;
    }
    for (size_t i = 0; i < shape->n; i++) {
        const struct field *f = &shape->fields[i];
        snprintf(key, sizeof key, "%s%s", prefix, f->name);
        if (!(f->flags & (FIELD_CALC | FIELD_HIDDEN)) && !given(l, key))
            offer(l, prefix, f->name, f->type == FIELD_SHAPE ? "." : f->type == FIELD_LIST ? ".0." : "=");
    }
}

/* The words before the last that are no options and no values of options. */
static void split(struct ctl *c, struct typed *l, const char *text)
{
    char *rest = arena_text(c->a, text, strlen(text));
    bool value = false, program = true;
    l->n = 0;
    l->last = "";
    for (char *word; (word = strsep(&rest, " \t")) != NULL;) {
        const char *inside = NULL;
        const struct ctl_option *o = *word == '-' ? ctl_option_find(word, &inside) : NULL;
        l->last = word;
        if (!rest)
            break;
        if (!*word)
            continue;
        if (!program && !value && !o && l->n < WORDS_MOST)
            l->words[l->n++] = word;
        value = !value && o && o->takes_value && !inside;
        program = false;
    }
    if (value) /* of the option before: a file, an address */
        l->last = NULL;
}

static void offer_first(const struct typed *l, const char *words)
{
    char word[40];
    if (strcmp(words, "*") == 0) {
        offer_operations(l);
        return;
    }
    for (size_t n; (n = strcspn(words, " ")) != 0; words += n + (words[n] == ' ')) {
        snprintf(word, sizeof word, "%.*s", (int)n, words);
        offer(l, "", word, "");
    }
}

/* The operation that the words stand for so far; NULL: none yet. */
static const struct op *operation(struct ctl *c, const struct typed *l)
{
    int used;
    struct ctl words = {.a = c->a, .words = (const char **)(uintptr_t)l->words, .n_words = (int)l->n};
    const struct word *w = l->n ? word_find(&words, &used) : NULL;
    const struct ctl_verb *v = l->n ? ctl_verb_find(l->words[0]) : NULL;
    if (v)
        return v->operation ? op_find(v->operation, strlen(v->operation)) : NULL;
    return w ? word_op(w) : l->n ? op_find(l->words[0], strlen(l->words[0])) : NULL;
}

static void offer_begin(const struct typed *l)
{
    for (const struct ctl_verb *v = ctl_verbs; v->name; v++)
        if (v->run != verb_complete)
            offer(l, "", v->name, "");
    offer_words(l);
    offer_operations(l);
}

static void offer_topic(void *l, const char *name)
{
    offer(l, "", name, "");
}

int verb_complete(struct ctl *c)
{
    struct typed l;
    if (c->n_words != 2)
        return ctl_usage(c, "complete takes a command line as one word");
    split(c, &l, c->words[1]);
    if (!l.last)
        return 0;
    const char *verb = l.n ? l.words[0] : NULL;
    const struct ctl_verb *v = verb ? ctl_verb_find(verb) : NULL;
    const struct op *op = operation(c, &l);
    if (*l.last == '-') {
        offer_options(&l, verb);
        if (op && !v)
            offer_field_options(&l, op->in());
        return 0;
    }
    if (!verb) {
        offer_begin(&l);
        return 0;
    }
    if (v && v->run == verb_help && l.n == 1) {
        help_topics_complete(offer_topic, &l);
        l.n = 0;
        offer_begin(&l);
        return 0;
    }
    if (v && v->first && l.n == 1)
        offer_first(&l, v->first);
    offer_words(&l);
    if (op)
        offer_fields(&l, op->in());
    return 0;
}
