/* Help about one operation: what it takes, gives and refuses, from the tables, leading with an example. */
#include "common/money.h"
#include "common/text.h"
#include "proto/ctl/ctl.h"
#include "proto/ctl/ctl_show.h"
#include "proto/ctl/word.h"
#include "proto/describe.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* Texts that are more than what somebody likes to call something. */
static const struct {
    const char *field, *value;
} texts[] = {{"portal", "acme"},          {"currency", "EUR"}, {"path", "/var/backups/postern"},
             {"fingerprint", "SHA256:…"}, {"prefix", "INV-"},  {"key", "@$HOME/.ssh/id_ed25519.pub"},
             {"signature", "@signature"}};

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
                 doc_kind_of_record(f->kind == KIND_DOCUMENT || f->kind == KIND_OWED ? KIND_INVOICE : f->kind)
                     ->prefix);
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

static void print_values(const struct field *f)
{
    size_t at = 28;
    printf("%*s", 28, "");
    for (size_t k = 0; k < f->values()->n; k++)
        at = show_wrapped(stdout, k + 1 < f->values()->n ? ", " : "", 28,
                          show_wrapped(stdout, f->values()->values[k].name, 28, at));
    putchar('\n');
}

/* counts: fields are marked that touch credentials, as in op_credentials: of the arguments, and of a record that is changed. */
static void print_fields(const struct shape *shape, int indent, bool input, int depth, bool counts)
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
        putchar(' ');
        size_t at = text_columns(type) < 22 ? 49 : 27 + text_columns(type);
        at = input && (f->flags & FIELD_MUST) ? show_wrapped(stdout, "(must) ", 49, at) : at;
        at = counts && (f->flags & FIELD_CREDENTIAL) ? show_wrapped(stdout, "(credentials) ", 49, at) : at;
        (void)show_wrapped(stdout, f->help, 49, at);
        putchar('\n');
        if (f->type == FIELD_ENUM && input)
            print_values(f);
        if ((f->type == FIELD_SHAPE || f->type == FIELD_LIST) && depth < (input ? 3 : 1))
            print_fields(f->shape(), indent + 2, input, depth + 1,
                         (counts && depth) || (input && (f->flags & FIELD_KEPT)));
    }
}

static bool some_credentials(const struct shape *shape, bool counts, bool args)
{
    for (size_t i = 0; i < shape->n; i++) {
        const struct field *f = &shape->fields[i];
        bool deeper = (f->type == FIELD_SHAPE || f->type == FIELD_LIST) && f->shape() != shape;
        if (counts && (f->flags & FIELD_CREDENTIAL))
            return true;
        if (deeper && some_credentials(f->shape(), (counts && !args) || (f->flags & FIELD_KEPT), false))
            return true;
    }
    return false;
}

int verb_help_op(struct ctl *c, const struct op *op)
{
    const char *roles[10];
    size_t n = describe_roles(op->who, roles);
    printf("%s: ", op->name);
    (void)show_wrapped(stdout, op->help, 2, strlen(op->name) + 2);
    printf("\n\n  %s %s", c->call, op->name);
    example(op->in(), "", 0, false);
    size_t at = 9;
    putchar('\n');
    word_usages(c, op);
    printf("\nWho may: ");
    for (size_t i = 0; i < n; i++)
        at = show_wrapped(stdout, i + 1 < n ? ", " : "", 9, show_wrapped(stdout, roles[i], 9, at));
    if (op->who & CREDENTIALS)
        (void)show_wrapped(stdout,
                           op->who & SHOWS
                               ? "asks for the password or a code itself"
                               : "asks for the password or a code once more; a token has to name it",
                           21, (size_t)printf("\nTouches credentials: ") - 1);
    printf("\n\nTakes:%s\n", op->in()->n ? "" : " nothing");
    print_fields(op->in(), 2, true, 0, true);
    if (!(op->who & CREDENTIALS) && some_credentials(op->in(), true, true))
        (void)show_wrapped(
            stdout,
            "asks for the password or a code once more where it is given; a token has to name the operation",
            15, (size_t)printf("(credentials): ") - 1);
    printf("\nGives:%s\n", op->out()->n ? "" : " nothing");
    print_fields(op->out(), 2, false, 0, false);
    if (op->refusals[0].code)
        printf("\nRefuses, besides bad values; with the exit code:\n");
    for (const struct op_refusal *r = op->refusals; r->code; r++) {
        printf("  ");
        show_padded(stdout, err_name(r->code), 20);
        printf("  %d  ", err_exit_code(r->code));
        (void)show_wrapped(stdout, r->help, 27, 27);
        putchar('\n');
    }
    return 0;
}
