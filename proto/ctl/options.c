#include "proto/ctl/options.h"
#include <string.h>

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
const struct ctl_option ctl_options[] = {
    VALUE("--url", url, NULL),
    VALUE("--session", session_path, NULL),
    VALUE("--id", id_text, NULL),
    VALUE("--profile", profile, NULL),
    VALUE("--token-file", token_file, NULL),
    VALUE("--ca", ca, NULL),
    FLAG("--json", json, NULL),
    FLAG("--csv", csv, NULL),
    FLAG("--tsv", tsv, NULL),
    FLAG("--all", all, NULL),
    FLAG("--yes", yes, NULL),
    FLAG("--wide", wide, NULL),
    FLAG("--help", help, NULL),
    FLAG("-h", help, NULL),
    VALUE("--part", part, "pay"),
    VALUE("--to", to, "receipt"),
    FLAG("--follow", follow, "events"),
    FLAG("--wait", wait, "payment.pay"),
    WORD("--what", "events"),
    WORD("--side", "events"),
    WORD("--actor", "events"),
    WORD("--from", "events export"),
    WORD("--until", "events export"),
    WORD("--customer", "events"),
    WORD("--document", "events"),
    WORD("--subject", "events"),
    WORD("--about", "events"),
    WORD("--portal", "audit"),
    WORD("--seal", "audit"),
    WORD("--key", "audit"),
    FLAG("--local", local, "describe"),
    FLAG("--dry-run", dry_run, "import bank"),
    VALUE("--mapping", mapping, "bank"),
    FLAG("--per-invoice", per_invoice, "import"),
    FLAG("--per-customer", per_customer, "import"),
    FLAG("--skip-bad", skip_bad, "import"),
    FLAG("--update", update, "import"),
    VALUE("--encoding", encoding, "import"),
    VALUE("--decimal", decimal, "import"),
    VALUE("--contacts", contacts, "import"),
    VALUE("--invoices", invoices, "import"),
    VALUE("--payments", payments, "import"),
    VALUE("--retainers", retainers, "import"),
    VALUE("--credit-notes", credit_notes, "import"),
    VALUE("--credits-applied", credits_applied, "import"),
    VALUE("--refunds", refunds, "import"),
    {0},
};
const struct ctl_verb ctl_verbs[] = {
    {"help", verb_help, NULL, "*"},
    {"login", verb_login, "session.sign_in", NULL},
    {"logout", verb_logout, NULL, NULL},
    {"describe", verb_describe, NULL, "*"},
    {"backup", verb_backup, NULL, NULL},
    {"check", verb_check, NULL, NULL},
    {"events", verb_events, "event.list", NULL},
    {"import", verb_import, NULL, "zoho"},
    {"export", verb_export, NULL, "hledger ledger beancount"},
    {"bank", verb_bank, NULL, "import"},
    {"audit", verb_audit, NULL, "verify head seal"},
    {"completion", verb_completion, NULL, "bash zsh fish"},
    {"complete", verb_complete, NULL, NULL},
    {0},
};

const struct ctl_verb *ctl_verb_find(const char *name)
{
    for (const struct ctl_verb *v = ctl_verbs; v->name; v++)
        if (strcmp(v->name, name) == 0)
            return v;
    return NULL;
}

bool ctl_option_takes(const struct ctl_option *o, const char *verb)
{
    const size_t n = strlen(verb);
    for (const char *at = o->verb; at && n && (at = strstr(at, verb)) != NULL; at += n)
        if ((at == o->verb || at[-1] == ' ') && (at[n] == '\0' || at[n] == ' '))
            return true;
    return !o->verb;
}

const struct ctl_option *ctl_option_find(const char *word, const char **value)
{
    for (const struct ctl_option *o = ctl_options; o->name; o++) {
        size_t n = strlen(o->name);
        if (strncmp(word, o->name, n) != 0 || (word[n] && word[n] != '='))
            continue;
        *value = word[n] ? word + n + 1 : NULL;
        return o;
    }
    return NULL;
}
