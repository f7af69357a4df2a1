/* Completion: bash hands over the line it has, `posternctl complete LINE` answers from the tables. No server is asked. */
#include "proto/ctl/options.h"
#include <stdio.h>
#include <string.h>

#define WORDS_MOST 256

/* bash takes "=" and ":" for ends of words, so only what stands behind the last of them is to be replaced. */
static const char script[] = "# bash completion of posternctl: source <(posternctl completion bash)\n"
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

int verb_completion(struct ctl *c)
{
    if (c->n_words != 2 || strcmp(c->words[1], "bash") != 0)
        return ctl_usage(c, "say completion bash");
    fputs(script, stdout);
    return 0;
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

static void offer_options(const struct typed *l, const char *verb)
{
    for (const struct ctl_option *o = ctl_options; o->name; o++)
        if (!o->verb || (verb && strcmp(o->verb, verb) == 0))
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

int verb_complete(struct ctl *c)
{
    struct typed l;
    if (c->n_words != 2)
        return ctl_usage(c, "complete takes a command line as one word");
    split(c, &l, c->words[1]);
    if (!l.last)
        return 0;
    const char *verb = l.n ? l.words[0] : NULL;
    if (*l.last == '-') {
        offer_options(&l, verb);
        return 0;
    }
    const struct op *op = verb ? op_find(verb, strlen(verb)) : NULL;
    for (const struct ctl_verb *v = ctl_verbs; v->name; v++) {
        if (!verb && v->run != verb_complete)
            offer(&l, "", v->name, "");
        if (!verb || strcmp(v->name, verb) != 0)
            continue;
        if (v->first && l.n == 1)
            offer_first(&l, v->first);
        if (v->operation)
            op = op_find(v->operation, strlen(v->operation));
    }
    if (!verb)
        offer_operations(&l);
    if (op)
        offer_fields(&l, op->in());
    return 0;
}
