/* Help and `describe`: from the tables, leading with examples. */
#include "common/codec.h"
#include "common/money.h"
#include "proto/ctl/ctl.h"
#include "proto/ctl/json.h"
#include "proto/ctl/ctl_show.h"
#include "proto/describe.h"
#include "proto/door_conf.h"
#include <inttypes.h>
#include <string.h>

static const char intro[] =
    "Ask a Postern server from the command line.\n"
    "\n"
    "  posternctl login portal=acme email=ada@acme.test     (asks for the password)\n"
    "  posternctl invoice.list status=overdue limit=10\n"
    "  posternctl invoice.get invoice=INV-000001 --json\n"
    "  posternctl invoice.create customer=17 send=true document.lines.0.name=Consulting \\\n"
    "             document.lines.0.quantity=1.5 document.lines.0.price=80\n"
    "  posternctl payment.record customer=17 mode=bank_transfer 'amount=120.00 EUR'\n"
    "  echo '{\"customer\": 17}' | posternctl customer.get -\n"
    "  posternctl import zoho --contacts Contacts.csv --invoices Invoice.csv \\\n"
    "             --payments Customer_Payment.csv --dry-run\n"
    "  posternctl events --follow\n"
    "  posternctl events --what sign_in_refused --from 2026-11-01 --csv > refused.csv\n"
    "  posternctl audit head > seal.json; posternctl audit verify --seal seal.json\n"
    "\n"
    "Usage: posternctl [OPTIONS] OPERATION [key=value …] [-]\n"
    "  --url URL        ipc://PATH, tls+tcp://HOST:PORT; else $POSTERN_URL, else where one signed in, else\n"
    "                   " DEFAULT_URL ". $POSTERN_CA: a PEM file to check a TLS server "
    "against\n"
    "  --session FILE   who is signed in; else $POSTERN_SESSION, else ~/.local/state/postern/session\n"
    "  --json           results as JSON, exactly as they travel: money in minor units\n"
    "  --wide           every column of a table, also where the terminal has no room for it\n"
    "  --id HEX         the request id of a write, to repeat one whose answer was lost: it still happens "
    "once\n"
    "  -h, --help, --version\n"
    "  -                takes the arguments as JSON from standard input\n"
    "Values: 12.34 EUR for money, 2026-11-22 for a day, true or false, documents and payments by\n"
    "their number (id:17: by their id), customers by theirs or their name, all else by id,\n"
    "a.b.0.c=… or JSON for what is nested. Secrets: key=@FILE, or key=- for a line of standard "
    "input.\n"
    "Exit codes: 0 fine, 1 fault, 2 bad input, 3 not found, 4 not allowed or not signed in, 5 conflict, 6 "
    "busy or\n"
    "offline, 7 payment failed.\n"
    "\n"
    "Verbs:\n"
    "  help [OPERATION]           this, or one operation with all it takes, gives and refuses\n"
    "  login portal=… email=…     sign in; logout ends the session\n"
    "  describe [OPERATION]       the contract as the server states it; --local: as this program knows it\n"
    "  events [FILTERS]           what happened; --json and --csv give all of it, a line each; --follow goes "
    "on\n"
    "                             --what --side --actor --subject --about --customer --document --from "
    "--until\n"
    "  audit verify               is the log whole? --portal NAME, --seal FILE: a seal that was kept "
    "elsewhere\n"
    "  audit head                 signs the log as it stands: a seal to keep; audit seal FILE [--key HEX] "
    "checks\n"
    "                             its signature without a server\n"
    "  import zoho …              bring in exported files: all that is wrong is said, and then nothing comes "
    "in;\n"
    "                             --skip-bad brings in the rest (exit code 8 when something stayed out);\n"
    "                             --update takes over what differs and may change; --dry-run only checks;\n"
    "                             --decimal comma|point, --encoding windows-1252 say what a file is like;\n"
    "                             --per-invoice, --per-customer add what the server holds, with --json\n"
    "  backup PATH, check         a consistent copy of the running store; does it agree with itself\n"
    "  completion bash            a script: source <(posternctl completion bash)\n"
    "\n"
    "Operations:\n";

static void list_operations(void)
{
    for (int i = 0; i < OP_COUNT; i++) {
        const struct op *op = op_at((enum op_number)i);
        printf("  ");
        show_padded(stdout, op->name, 20);
        printf("  %s\n", op->help);
    }
}

/* Texts that are more than what somebody likes to call something. */
static const struct {
    const char *field, *value;
} texts[] = {{"portal", "acme"},
             {"currency", "EUR"},
             {"path", "/var/backups/postern"},
             {"fingerprint", "SHA256:…"},
             {"prefix", "INV-"},
             {"key", "\"$(cat ~/.ssh/id_ed25519.pub)\""},
             {"signature", "\"$(cat signature)\""}};

static const char *example_text(const struct field *f)
{
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (strcmp(f->name, texts[i].field) == 0)
            return texts[i].value;
    return strstr(f->name, "email") ? "ada@acme.test" : "…";
}

/* What somebody could type for a field. */
static const char *example_value(const struct field *f)
{
    static char number[24];
    switch ((enum field_type)f->type) {
    case FIELD_BOOL: return "true";
    case FIELD_COUNT: return "1";
    case FIELD_DECIMAL: return "2.5";
    case FIELD_ENUM: return f->values()->values[0].name;
    case FIELD_ID:
        if (!kind_document(f->kind))
            return "17";
        snprintf(number, sizeof number, "%s000001",
                 doc_kind_of_record(f->kind == KIND_DOCUMENT ? KIND_INVOICE : f->kind)->prefix);
        return number;
    case FIELD_SECRET: return "-";
    case FIELD_DATE: return "2026-11-22";
    case FIELD_INSTANT: return "2026-11-22T06:14:00Z";
    case FIELD_MONEY: return "'12.34 EUR'";
    case FIELD_IDS: return "1,2";
    case FIELD_TEXT:
    case FIELD_LINES: return example_text(f);
    case FIELD_BYTES:
    case FIELD_SHAPE:
    case FIELD_LIST:
    case FIELD_TEXTS: break;
    }
    return "…";
}

static bool needs_something(const struct shape *shape)
{
    for (size_t i = 0; i < shape->n; i++)
        if (shape->fields[i].flags & (FIELD_MUST | FIELD_USUAL))
            return true;
    return false;
}

/* Of a shape that needs nothing by itself: its name, else a list that does (a document's lines), else its first text. */
static const struct field *worth_showing(const struct shape *shape)
{
    const struct field *name = shape_field(shape, "name", 4), *text = NULL;
    for (size_t i = 0; i < shape->n && !name; i++) {
        const struct field *f = &shape->fields[i];
        if (f->flags & (FIELD_CALC | FIELD_HIDDEN | FIELD_TOLD))
            continue;
        if (f->type == FIELD_LIST && needs_something(f->shape()))
            return f;
        if (!text && f->type == FIELD_TEXT)
            text = f;
    }
    return name ? name : text;
}

/* key=value of what has to be given, or is by most. changed: the shape is of a record that is there already, of which that is given
 * which changes, and which revision was read where that is counted. */
static void example(const struct shape *shape, const char *prefix, int depth, bool changed)
{
    const struct field *instead = depth && (changed || !needs_something(shape)) ? worth_showing(shape) : NULL;
    unsigned given = FIELD_MUST | (changed ? 0 : FIELD_USUAL);
    for (size_t i = 0; i < shape->n; i++) {
        const struct field *f = &shape->fields[i];
        char path[200];
        bool revision = changed && strcmp(f->name, "revision") == 0 && !(f->flags & FIELD_TOLD);
        if (!(f->flags & given) && f != instead && !revision)
            continue;
        snprintf(path, sizeof path, "%s%s%s", prefix, f->name, f->type == FIELD_LIST ? ".0." : ".");
        if ((f->type == FIELD_SHAPE || f->type == FIELD_LIST) && depth < 3)
            example(f->shape(), path, depth + 1, f->flags & FIELD_KEPT);
        else
            printf(" %s%s=%s", prefix, f->name, example_value(f));
    }
}

static void field_type_words(const struct field *f, char *text, size_t size)
{
    const char *of = describe_of(f), *type = describe_type(f);
    char least[MONEY_TEXT], most[MONEY_TEXT];
    switch ((enum field_type)f->type) {
    case FIELD_TEXT:
    case FIELD_LINES:
    case FIELD_SECRET: snprintf(text, size, "%s of %" PRId64 "–%" PRId64, type, f->min, f->max); break;
    case FIELD_COUNT: snprintf(text, size, "%" PRId64 "–%" PRId64, f->min, f->max); break;
    case FIELD_DECIMAL:
        snprintf(text, size, "%s–%s", decimal_plain(least, f->min), decimal_plain(most, f->max));
        break;
    case FIELD_LIST: snprintf(text, size, "≤ %" PRId64 " × %s", f->max, of); break;
    case FIELD_IDS: snprintf(text, size, "≤ %" PRId64 " ids of %s", f->max, of); break;
    case FIELD_SHAPE: snprintf(text, size, "%s", of); break;
    case FIELD_ID: snprintf(text, size, "id%s%s", *of ? " of " : "", of); break;
    case FIELD_BOOL:
    case FIELD_ENUM:
    case FIELD_BYTES:
    case FIELD_DATE:
    case FIELD_INSTANT:
    case FIELD_MONEY:
    case FIELD_TEXTS: snprintf(text, size, "%s", type); break;
    }
}

static void print_fields(const struct shape *shape, int indent, bool input, int depth)
{
    unsigned hidden = FIELD_HIDDEN | (input ? FIELD_CALC : 0);
    for (size_t i = 0; i < shape->n; i++) {
        const struct field *f = &shape->fields[i];
        char type[80];
        if (f->flags & hidden)
            continue;
        field_type_words(f, type, sizeof type);
        printf("%*s", indent, "");
        show_padded(stdout, f->name, (size_t)(26 - indent));
        show_padded(stdout, type, 22);
        printf(" %s%s\n", input && (f->flags & FIELD_MUST) ? "(must) " : "", f->help);
        if (f->type == FIELD_ENUM && input) {
            printf("%*s", 28, "");
            for (size_t k = 0; k < f->values()->n; k++)
                printf("%s%s", k ? ", " : "", f->values()->values[k].name);
            printf("\n");
        }
        if ((f->type == FIELD_SHAPE || f->type == FIELD_LIST) && depth < (input ? 3 : 1))
            print_fields(f->shape(), indent + 2, input, depth + 1);
    }
}

int verb_help_op(struct ctl *c, const struct op *op)
{
    const char *roles[10];
    size_t n = describe_roles(op->who, roles);
    printf("%s: %s\n\n  %s %s", op->name, op->help, c->call, op->name);
    example(op->in(), "", 0, false);
    printf("\n\nWho may: ");
    for (size_t i = 0; i < n; i++)
        printf("%s%s", i ? ", " : "", roles[i]);
    if (op->who & CREDENTIALS)
        printf("\nTouches credentials: %s",
               op->who & SHOWS ? "asks for the password or a code itself"
                               : "asks for the password or a code once more; a token has to name it");
    printf("\n\nTakes:%s\n", op->in()->n ? "" : " nothing");
    print_fields(op->in(), 2, true, 0);
    printf("\nGives:%s\n", op->out()->n ? "" : " nothing");
    print_fields(op->out(), 2, false, 0);
    if (op->refusals[0].code)
        printf("\nRefuses, besides bad values:\n");
    for (const struct op_refusal *r = op->refusals; r->code; r++) {
        printf("  ");
        show_padded(stdout, err_name(r->code), 20);
        printf("  %s (exit code %d)\n", r->help, err_exit_code(r->code));
    }
    return 0;
}

/* What the introduction says of a verb: each of its lines with those that go on below it. False: it says nothing. */
static bool help_verb(const char *verb)
{
    bool here = false, any = false;
    size_t n = strlen(verb);
    for (const char *at = intro; (at = strchr(at, '\n')) != NULL && *++at;) {
        bool goes_on = strncmp(at, "    ", 4) == 0;
        here = goes_on ? here : strncmp(at, "  ", 2) == 0 && strncmp(at + 2, verb, n) == 0;
        any = any || here;
        if (here)
            printf("%.*s\n", (int)strcspn(at, "\n"), at);
    }
    return any;
}

int verb_help(struct ctl *c)
{
    if (c->n_words < 2) {
        fputs(intro, stdout);
        list_operations();
        return 0;
    }
    const struct op *op = op_find(c->words[1], strlen(c->words[1]));
    if (op)
        return verb_help_op(c, op);
    if (help_verb(c->words[1]))
        return 0;
    c->words++;
    c->n_words--;
    return ctl_unknown(c);
}

static int describe_here(struct ctl *c, const char *name)
{
    struct system_describe_out out = {.version = POSTERN_VERSION, .protocol = PROTOCOL_VERSION};
    struct buf packed;
    if (describe(c->a, name, &out) != OK) {
        (void)refuse(&c->why, ERR_NOT_FOUND, "operation", "there is no operation %.100s", name);
        return ctl_fail(c, ERR_NOT_FOUND);
    }
    if (!c->json) {
        show_record(c->a, stdout, op_at(OPNO_system_describe)->out(), &out, c->wide ? 0 : show_width(stdout));
        return 0;
    }
    buf_init(&packed, CALL_ANSWER_MAX);
    codec_pack(&packed, op_at(OPNO_system_describe)->out(), &out, CODEC_TO_STAFF);
    json_t *value = json_of(packed.data, packed.size);
    json_print(value, false);
    json_decref(value);
    buf_fini(&packed);
    return 0;
}

int verb_describe(struct ctl *c)
{
    const char *name = c->n_words > 1 ? c->words[1] : NULL;
    if (c->n_words > 2)
        return ctl_usage(c, "describe takes at most one operation");
    if (c->local)
        return describe_here(c, name);
    if (name)
        c->words[1] = arena_printf(c->a, "operation=%s", name);
    return verb_op(c, op_at(OPNO_system_describe));
}
