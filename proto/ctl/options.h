/* The options and verbs of posternctl, for reading the command line and for completing it. */
#ifndef PROTO_CTL_OPTIONS_H
#define PROTO_CTL_OPTIONS_H
#include "proto/ctl/ctl.h"

struct ctl_option {
    const char *name;
    size_t offset; /* in struct ctl */
    bool takes_value;
    const char *verb; /* those that take it, with a blank between them; NULL: any */
    bool word;        /* --what X stands for what=X */
};
struct ctl_verb {
    const char *name;
    int (*run)(struct ctl *c);
    const char *operation; /* whose arguments it takes as key=value; NULL: none */
    const char *first; /* words that come first, with blanks between them; "*": the name of an operation */
};
extern const struct ctl_option ctl_options[];           /* end with {0} */
extern const struct ctl_verb ctl_verbs[];               /* end with {0} */
const struct ctl_verb *ctl_verb_find(const char *name); /* NULL when there is none */

/* Is it an option of that verb, or of any? */
bool ctl_option_takes(const struct ctl_option *o, const char *verb);
/* value: what stands behind "="; NULL when nothing does. NULL when there is no such option. */
const struct ctl_option *ctl_option_find(const char *word, const char **value);

void help_topics_complete(void (*offer)(void *to, const char *name), void *to); /* help.c */
/* options_complete.c */
int verb_completion(struct ctl *c); /* the script that a shell reads */
int verb_complete(struct ctl *c);   /* what could stand where a command line ends, a candidate a line */
#endif
