/* What only posternctl has, its verbs and options, and why: tests/unit/test_both_doors.c holds it against all of them. */
#include "tui/word/ssh_verbs.h"
#include <string.h>

#define KEY_SIGNS_IN "your key signs you in, for each command"
#define ON_A_MACHINE "it reads or writes files: posternctl has it, on a machine of yours"
#define AT_THE_SERVER "it is done on the machine of the server, by who runs it"
#define OF_AUDIT AT_THE_SERVER ": posternctl audit"
#define THE_DOORS "which portal and which server is settled here"
static const struct elsewhere {
    const char *name, *why;
} elsewhere[] = {
    {"login", KEY_SIGNS_IN},
    {"logout", KEY_SIGNS_IN},
    {"--session", KEY_SIGNS_IN},
    {"--token-file", KEY_SIGNS_IN},
    {"--url", THE_DOORS},
    {"--profile", THE_DOORS},
    {"--ca", THE_DOORS},
    {"backup", AT_THE_SERVER},
    {"check", AT_THE_SERVER},
    {"describe", "help NAME tells the same"},
    {"audit", OF_AUDIT},
    {"--portal", OF_AUDIT},
    {"--seal", OF_AUDIT},
    {"--key", OF_AUDIT},
    {"import", ON_A_MACHINE},
    {"export", ON_A_MACHINE},
    {"bank", ON_A_MACHINE}, /* bank import; the others are words */
    {"--to", "what is no text goes to standard output: … > FILE"},
    {"--local", "no server is asked by it: posternctl describe --local"},
    {"--dry-run", ON_A_MACHINE},
    {"--mapping", ON_A_MACHINE},
    {"--per-invoice", ON_A_MACHINE},
    {"--per-customer", ON_A_MACHINE},
    {"--skip-bad", ON_A_MACHINE},
    {"--update", ON_A_MACHINE},
    {"--encoding", ON_A_MACHINE},
    {"--decimal", ON_A_MACHINE},
    {"--contacts", ON_A_MACHINE},
    {"--invoices", ON_A_MACHINE},
    {"--payments", ON_A_MACHINE},
    {"--retainers", ON_A_MACHINE},
    {"--credit-notes", ON_A_MACHINE},
    {"--credits-applied", ON_A_MACHINE},
    {"--refunds", ON_A_MACHINE},
    {"--wait", "a payment is followed to its end here always"},
    {"completion", "it is for a shell: posternctl completion"},
    {"complete", "it is for a shell: posternctl completion"},
};

const char *door_elsewhere(const char *name)
{
    for (size_t i = 0; i < sizeof elsewhere / sizeof *elsewhere; i++)
        if (strcmp(elsewhere[i].name, name) == 0)
            return elsewhere[i].why;
    return NULL;
}
