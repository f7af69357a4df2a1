/* Help: one screen to begin with, the rest by topic; words and operations from their tables. */
#include "proto/ctl/ctl_show.h"
#include "proto/ctl/options.h"
#include "proto/ctl/word.h"
#include "proto/door_conf.h"
#include <stdio.h>
#include <string.h>

static const char begin[] = "Ask a Postern server from the command line.\n"
                            "\n"
                            "  posternctl login                          asks where, who, and the password\n"
                            "  posternctl invoices --unpaid              words for the day: help words\n"
                            "  posternctl invoice INV-1 --json           as it travels, for programs\n"
                            "  posternctl invoices --csv > invoices.csv  all of them, for a spreadsheet\n"
                            "  posternctl events --follow                what happens, while it happens\n"
                            "  posternctl customer.create customer.name=Acme customer.currency=EUR\n"
                            "\n"
                            "Usage: posternctl [OPTIONS] WORD … | OPERATION [key=value …] [-] | VERB …\n"
                            "\n"
                            "More:  posternctl help TOPIC\n"
                            "  words       invoices, pay, customers, outbox …: what people do by the day\n"
                            "  operations  all that can be asked for, by its name\n"
                            "  options     --json, --csv, --all, --url and the others\n"
                            "  values      how amounts, days, documents and secrets are written\n"
                            "  profiles    several servers, tokens for programs, the environment\n"
                            "  verbs       login, logout, events, audit, import, export, backup, check,\n"
                            "              describe, completion\n"
                            "  exit        exit codes, and errors as JSON\n"
                            "  NAME        one word or operation: what it takes, gives and refuses\n";

static const char options[] =
    "Options of all commands:\n"
    "  --json             the answer as JSON, as it travels: money in minor units;\n"
    "                     an error, too: help exit\n"
    "  --csv, --tsv       a list as rows for programs, all pages of it; with\n"
    "                     limit=N so many at most\n"
    "  --all              all pages of a list; with --json a row a line\n"
    "  --wide             every column of a table, also where the terminal has no\n"
    "                     room for it\n"
    "  --yes              go on without being asked\n"
    "  --url URL          ipc://PATH, tls+tcp://HOST:PORT\n"
    "  --ca FILE          PEM: who certifies the server\n"
    "  --profile NAME     of the configuration file: help profiles\n"
    "  --session FILE     who is signed in\n"
    "  --token-file FILE  a token for programs; nobody else may read the file\n"
    "  --id HEX           the request id of a write, to repeat one whose answer was\n"
    "                     lost: it still happens once\n"
    "  -h, --help         help, also about the command that stands there\n"
    "  --version          the version, alone\n"
    "  -                  the arguments as JSON from standard input\n"
    "Of pay: --part AMOUNT pays a part of one invoice; of payment.pay: --wait waits\n"
    "for the gateway's answer. Arguments of an operation\n"
    "can be written as options behind it: --status overdue, or just --overdue.\n";

static const char values[] = "Values:\n"
                             "  '12.34 EUR'     money                   2026-11-22      a day\n"
                             "  true, false     yes or no               INV-1, 1        a document's number\n"
                             "  id:17           a document's id         17, 'Acme Ltd'  a customer\n"
                             "  1,2,3           several ids\n"
                             "  a.b.0.c=…       what is nested, places of a list from 0; or JSON: a='{…}'\n"
                             "  key=@FILE       a text from a file; of a secret its first line; @@: an @\n"
                             "  key=-           a secret: the next line of standard input\n"
                             "\n"
                             "  posternctl invoice.create customer=17 send=true \\\n"
                             "      document.lines.0.name=Consulting document.lines.0.quantity=1.5 \\\n"
                             "      document.lines.0.price=80\n"
                             "  echo '{\"customer\": 17}' | posternctl customer.get -\n";

static const char profiles[] =
    "Where to ask, and as whom. Each is taken from the first that says it: option,\n"
    "environment, profile, default.\n"
    "                 option        environment      profile     default\n"
    "  the server     --url         POSTERN_URL      url         where one signed in,\n"
    "                                                            else the local one*\n"
    "  its authority  --ca          POSTERN_CA       ca          the system's\n"
    "  the token      --token-file  POSTERN_TOKEN    token-file  the session\n"
    "  the session    --session     POSTERN_SESSION              **\n"
    "  the portal     portal=NAME   POSTERN_PORTAL   portal      login asks\n"
    "  the profile    --profile     POSTERN_PROFILE              [default]\n"
    "  *  " DEFAULT_URL "\n"
    "  ** ~/.local/state/postern/session, of a profile session.PROFILE\n"
    "\n"
    "~/.config/postern/config (or $XDG_CONFIG_HOME/postern/config):\n"
    "  [acme]\n"
    "  url = tls+tcp://portal.acme.example:4711\n"
    "  portal = acme\n"
    "  ca = ~/.config/postern/acme.pem\n"
    "  token-file = ~/.config/postern/acme.token\n"
    "Each profile has a session of its own. More: man 5 postern-config\n";

static const char verbs[] =
    "Verbs:\n"
    "  help [TOPIC | NAME]\n"
    "  login [PORTAL [ADDRESS]]   sign in; asks for what is left out\n"
    "  logout                     end that session\n"
    "  describe [OPERATION]       the contract as the server states it; --local: as\n"
    "                             this program knows it\n"
    "  events [FILTERS]           what happened; --json, --csv and --tsv give all of\n"
    "                             it, a line each; --follow goes on. Filters: --what\n"
    "                             --side --actor --subject --about --customer\n"
    "                             --document --from --until --filter\n"
    "  audit verify               is the log whole? --portal NAME; --seal FILE: one\n"
    "                             that was kept elsewhere\n"
    "  audit head                 signs the log as it stands: a seal to keep\n"
    "  audit seal FILE            checks its signature without a server; --key HEX:\n"
    "                             the key it has to bear\n"
    "  export hledger             everything as a journal that proves itself; also\n"
    "                             ledger (the same form) and beancount; --from and\n"
    "                             --until DAY: those days, with opening balances\n"
    "  import zoho                bring in --contacts, --invoices, --payments FILE;\n"
    "                             also --retainers, --credit-notes, --refunds, and\n"
    "                             --credits-applied, what credit settles:\n"
    "                             all that is wrong is said, then nothing comes in;\n"
    "                             --skip-bad brings in the rest (exit code 8 when\n"
    "                             something stayed out); --update takes over what\n"
    "                             differs and may change; --dry-run only checks;\n"
    "                             --decimal comma|point, --encoding windows-1252 say\n"
    "                             what a file is like; --per-invoice, --per-customer\n"
    "                             add what the server holds, with --json\n"
    "  bank import FILE           take in statements of a bank: camt.053, MT940, or\n"
    "                             CSV with --mapping NAME (bank.mapping_set);\n"
    "                             --dry-run only says what would become of them\n"
    "  backup PATH                a consistent copy of the running store\n"
    "  check                      does the store agree with itself\n"
    "  completion bash|zsh|fish   a script: source <(posternctl completion bash)\n";

static const char exits[] =
    "Exit codes:\n"
    "  0  fine            3  not found                        6  busy or offline\n"
    "  1  fault           4  not allowed, or not signed in    7  payment failed\n"
    "  2  bad input       5  conflict                         8  import: not all\n"
    "\n"
    "An error is a line on standard error; with --json one object:\n"
    "  {\"code\":\"not_found\",\"message\":\"…\",\"field\":\"invoice\",\"retry_ms\":0,\"exit\":3}\n"
    "field: the argument that is wrong, or \"\"; retry_ms: when to try again.\n";

#define EVERYBODY ~0u

static void list_words(void)
{
    puts("What words begin with, by topic: help words TOPIC lists them, help WORD tells\n"
         "all about one. Small letters stand as they are, CAPITALS for what you give; what\n"
         "is in [ ] may be left out. Any other argument as an option: --customer 17.\n");
    word_topics(EVERYBODY);
}

static void list_operations(void)
{
    puts("Operations; help NAME tells all about one:");
    for (int i = 0; i < OP_COUNT; i++) {
        const struct op *op = op_at((enum op_number)i);
        printf("  ");
        show_padded(stdout, op->name, 20);
        printf("  ");
        (void)show_wrapped(stdout, op->help, 24, 24);
        putchar('\n');
    }
}

static const struct {
    const char *name, *text;
    void (*list)(void);
} topics[] = {
    {"words", NULL, list_words}, {"operations", NULL, list_operations}, {"options", options, NULL},
    {"values", values, NULL},    {"profiles", profiles, NULL},          {"verbs", verbs, NULL},
    {"exit", exits, NULL},
};

static bool help_topic(const char *name)
{
    for (size_t i = 0; i < sizeof topics / sizeof *topics; i++) {
        if (strcmp(topics[i].name, name) != 0)
            continue;
        if (topics[i].text)
            fputs(topics[i].text, stdout);
        else
            topics[i].list();
        return true;
    }
    return false;
}

/* Each line about the verb with those that go on below it. False: there is none. */
static bool help_verb(const char *verb)
{
    bool here = false, any = false;
    size_t n = strlen(verb);
    for (const char *at = verbs; (at = strchr(at, '\n')) != NULL && *++at;) {
        bool goes_on = strncmp(at, "    ", 4) == 0;
        here = goes_on
                   ? here
                   : strncmp(at, "  ", 2) == 0 && strncmp(at + 2, verb, n) == 0 && strchr(" \n", at[2 + n]);
        any = any || here;
        if (here)
            printf("%.*s\n", (int)strcspn(at, "\n"), at);
    }
    return any;
}

void help_topics_complete(void (*offer)(void *to, const char *name), void *to)
{
    for (size_t i = 0; i < sizeof topics / sizeof *topics; i++)
        offer(to, topics[i].name);
}

int verb_help(struct ctl *c)
{
    int used;
    if (c->n_words < 2) {
        fputs(begin, stdout);
        return 0;
    }
    c->words++;
    c->n_words--;
    c->helping = true;
    if (strcmp(c->words[0], "words") == 0 && c->n_words > 1) {
        c->words++;
        c->n_words--;
        return word_topic_help(c->words[0], EVERYBODY)
                   ? 0
                   : ctl_usage(c, "there is no such topic; help words tells them");
    }
    if (help_topic(c->words[0]) || help_verb(c->words[0]))
        return 0;
    const struct word *w = word_find(c, &used);
    const struct op *op = w ? word_op(w) : op_find(c->words[0], strlen(c->words[0]));
    return op ? verb_help_op(c, op) : ctl_unknown(c);
}
