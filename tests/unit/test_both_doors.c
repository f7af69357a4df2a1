/* posternctl and `ssh portal@host` share verbs and options: what one has and the other has not, has its reason. */
#include "proto/ctl/options.h"
#include "proto/ctl/word.h"
#include "tests/unit/test.h"
#include "tui/word/ssh_verbs.h"

static bool is_word(const char *name)
{
    for (const struct word *w = NULL; (w = word_next(w)) != NULL;) {
        if (strcmp(w->name, name) == 0)
            return true;
        for (const char *also = NULL; (also = word_also_next(w, also)) != NULL;)
            if (strcmp(also, name) == 0)
                return true;
    }
    return strcmp(name, "help") == 0;
}

static bool is_door_command_option(const char *name)
{
    for (size_t i = 0; door_command_option(i); i++)
        if (strcmp(door_command_option(i), name) == 0)
            return true;
    return false;
}

/* An option that stands for a field of a word's operation is one at the door by that word. */
static bool is_field(const struct ctl_option *o)
{
    const char *name = o->name + 2;
    for (const struct word *w = NULL; (w = word_next(w)) != NULL;)
        if (o->word && ctl_option_takes(o, w->name) && shape_field(word_op(w)->in(), name, strlen(name)))
            return true;
    return false;
}

static void what_posternctl_has_is_here_or_it_is_said_why_not(void)
{
    for (const struct ctl_verb *v = ctl_verbs; v->name; v++) {
        if (is_word(v->name) == (door_elsewhere(v->name) != NULL))
            fprintf(stderr, "%s: a word, or a reason in tui/word/ssh_elsewhere.c\n", v->name);
        CHECK(is_word(v->name) != (door_elsewhere(v->name) != NULL));
    }
    for (const struct ctl_option *o = ctl_options; o->name; o++) {
        const bool here = is_door_command_option(o->name) || is_field(o);
        if (here == (door_elsewhere(o->name) != NULL))
            fprintf(stderr, "%s: an option at the door, or a reason in tui/word/ssh_elsewhere.c\n", o->name);
        CHECK(here != (door_elsewhere(o->name) != NULL));
    }
}

/* The door's own: who comes in by a key says as whom, where to and with which code at each command; a session has settled it. */
static void what_the_door_has_is_in_posternctl_or_about_signing_in(void)
{
    static const char signing_in[] = " --code --as --at ";
    for (size_t i = 0; door_command_option(i); i++) {
        const char *value, *name = door_command_option(i);
        char blanks[40];
        snprintf(blanks, sizeof blanks, " %s ", name);
        const bool ours = ctl_option_find(name, &value) != NULL;
        if (ours == (strstr(signing_in, blanks) != NULL))
            fprintf(stderr, "%s: not an option of posternctl\n", name);
        CHECK(ours != (strstr(signing_in, blanks) != NULL));
    }
}

int main(void)
{
    what_posternctl_has_is_here_or_it_is_said_why_not();
    what_the_door_has_is_in_posternctl_or_about_signing_in();
    return test_end();
}
