#include "proto/describe.h"
#include <string.h>

const char *describe_type(const struct field *f)
{
    static const char *const names[] = {
        [FIELD_BOOL] = "bool",   [FIELD_COUNT] = "count",     [FIELD_DECIMAL] = "decimal",
        [FIELD_ENUM] = "enum",   [FIELD_ID] = "id",           [FIELD_TEXT] = "text",
        [FIELD_LINES] = "lines", [FIELD_SECRET] = "secret",   [FIELD_BYTES] = "bytes",
        [FIELD_DATE] = "date",   [FIELD_INSTANT] = "instant", [FIELD_MONEY] = "money",
        [FIELD_SHAPE] = "shape", [FIELD_LIST] = "list",       [FIELD_IDS] = "ids",
        [FIELD_TEXTS] = "texts",
    };
    return names[f->type];
}

static const char *kind_name(enum kind kind)
{
    const struct doc_traits *of = doc_kind_of_record(kind);
    if (of)
        return of->word;
    switch (kind) {
    case KIND_BUSINESS: return "business";
    case KIND_STAFF: return "staff";
    case KIND_CUSTOMER: return "customer";
    case KIND_CONTACT: return "contact";
    case KIND_ITEM: return "item";
    case KIND_TAX: return "tax";
    case KIND_DOCUMENT: return "document";
    case KIND_OWED: return "owed";
    case KIND_VERSION: return "version";
    case KIND_PAYMENT: return "payment";
    case KIND_COMMENT: return "comment";
    case KIND_EVENT: return "event";
    case KIND_SESSION: return "session";
    case KIND_SERIES: return "series";
    case KIND_BELL: return "bell";
    case KIND_TICKET: return "ticket";
    case KIND_SSH_KEY: return "ssh_key";
    case KIND_MFA: return "mfa";
    case KIND_MACHINE_TOKEN: return "machine_token";
    case KIND_MAIL: return "mail";
    case KIND_MAIL_SETTINGS: return "mail_settings";
    case KIND_AUDIT: return "audit";
    case KIND_DUE: return "due";
    case KIND_GATEWAY: return "gateway";
    case KIND_DOC_CODE: return "code";
    case KIND_SAVED_METHOD: return "method";
    case KIND_REFUND: return "refund";
    case KIND_SCHEDULE: return "schedule";
    case KIND_REMINDER_RULE: return "reminder_rule";
    case KIND_REMINDED: return "reminded";
    case KIND_STATEMENT: return "statement";
    case KIND_STATEMENT_LINE: return "statement_line";
    case KIND_BANK_MAPPING: return "bank_mapping";
    case KIND_GATEWAY_SEEN: return "gateway_seen";
    case KIND_NONE:
    case KIND_STORED_END:
    case KIND_ANY:
#define DOC_KIND(symbol, ...) case KIND_##symbol:
#include "common/doc_kind.def"
        break;
    }
    return "";
}

const char *describe_of(const struct field *f)
{
    if (f->type == FIELD_SHAPE || f->type == FIELD_LIST)
        return f->shape()->name;
    if (f->type == FIELD_ENUM)
        return f->values()->name;
    return f->type == FIELD_ID || f->type == FIELD_IDS ? kind_name(f->kind) : "";
}

size_t describe_roles(unsigned who, const char *names[10])
{
    const struct enum_table *roles = enum_role();
    size_t n = 0;
    if (who & BY_PUBLIC)
        names[n++] = "public";
    for (size_t i = 0; i < roles->n && n < 10; i++)
        if (who & 1U << roles->values[i].value)
            names[n++] = roles->values[i].name;
    if (who & WITH_CODE && n < 10)
        names[n++] = "holder";
    if (who & BY_VOUCHER && n < 10)
        names[n++] = "voucher";
    if (who & BY_KEYS && n < 10)
        names[n++] = "keys";
    if (who & BY_PROVER && n < 10)
        names[n++] = "prover";
    return n;
}

static size_t describe_stages(unsigned who, const char *names[3])
{
    size_t n = 0;
    if (who & AT_CODE)
        names[n++] = "code";
    if (who & AT_PASSWORD)
        names[n++] = "password";
    if (who & AT_ENROL)
        names[n++] = "enrol";
    return n;
}

static bool has_limits(const struct field *f)
{
    return f->min || f->max;
}

static void fill_field(struct arena *a, const struct field *f, struct field_info *info)
{
    char label[64];
    field_label(label, sizeof label, f);
    *info = (struct field_info){
        .label = arena_text(a, label, strlen(label)),
        .number = f->number,
        .name = f->name,
        .type = describe_type(f),
        .must = (f->flags & FIELD_MUST) != 0,
        .help = f->help,
        .of = describe_of(f),
        .computed = (f->flags & (FIELD_CALC | FIELD_TOLD)) != 0,
        .kept = (f->flags & FIELD_KEPT) != 0,
        .staff = (f->flags & FIELD_STAFF) != 0,
        .credentials = (f->flags & FIELD_CREDENTIAL) != 0,
    };
    if (has_limits(f)) {
        info->min = f->min;
        info->max = f->max;
    }
    if (f->type == FIELD_ENUM) {
        const struct enum_table *t = f->values();
        info->values.v = arena_alloc(a, t->n * sizeof *info->values.v);
        for (size_t i = 0; i < t->n; i++)
            info->values.v[info->values.n++] = t->values[i].name;
    }
    info->head.has = (shape_bits)-1;
}

/* What can travel at all. */
static struct field_info_list fields_of(struct arena *a, const struct shape *shape)
{
    struct field_info_list list = {.v = arena_alloc(a, (shape->n + 1) * sizeof *list.v)};
    for (size_t i = 0; i < shape->n; i++)
        if (!(shape->fields[i].flags & FIELD_HIDDEN))
            fill_field(a, &shape->fields[i], &list.v[list.n++]);
    return list;
}

static void fill_op(struct arena *a, const struct op *op, struct op_info *info)
{
    *info = (struct op_info){
        .name = op->name,
        .help = op->help,
        .write = op->mode == OP_WRITE || op->mode == OP_SLOW,
        .takes = fields_of(a, op->in()),
        .gives = fields_of(a, op->out()),
    };
    info->roles.v = arena_alloc(a, 10 * sizeof *info->roles.v);
    info->roles.n = describe_roles(op->who, info->roles.v);
    info->stages.v = arena_alloc(a, 3 * sizeof *info->stages.v);
    info->stages.n = describe_stages(op->who, info->stages.v);
    info->personal = (op->who & PERSONAL) != 0;
    info->credentials = (op->who & CREDENTIALS) != 0;
    info->shows = (op->who & SHOWS) != 0;
    size_t n = 0;
    while (op->refusals[n].code)
        n++;
    info->refuses.v = arena_alloc(a, (n + 1) * sizeof *info->refuses.v);
    for (size_t i = 0; i < n; i++)
        info->refuses.v[info->refuses.n++] = (struct refusal_info){{.has = (shape_bits)-1},
                                                                   err_name(op->refusals[i].code),
                                                                   op->refusals[i].help,
                                                                   err_exit_code(op->refusals[i].code)};
    info->head.has = (shape_bits)-1;
}

struct seen {
    const struct shape *v[200];
    size_t n;
};

static void see(struct seen *seen, const struct shape *shape)
{
    for (size_t i = 0; i < shape->n; i++) {
        const struct field *f = &shape->fields[i];
        if ((f->type != FIELD_SHAPE && f->type != FIELD_LIST) || (f->flags & FIELD_HIDDEN))
            continue;
        const struct shape *inner = f->shape();
        bool known = seen->n == sizeof seen->v / sizeof *seen->v;
        for (size_t k = 0; k < seen->n && !known; k++)
            known = seen->v[k] == inner;
        if (known)
            continue;
        seen->v[seen->n++] = inner;
        see(seen, inner); /* as deep as shapes nest: a shape met before is not entered again */
    }
}

static void fill_refusals(struct arena *a, struct refusal_info_list *list)
{
    static const enum err codes[] = {
#define ERR(symbol, number, name, exit_code, http_class, sentence) symbol,
#include "common/err.def"
#undef ERR
    };
    list->v = arena_alloc(a, sizeof codes / sizeof *codes * sizeof *list->v);
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
        if (codes[i] > 0 || codes[i] == ERR_INTERNAL) /* other faults travel as internal */
            list->v[list->n++] = (struct refusal_info){
                {.has = (shape_bits)-1}, err_name(codes[i]), err_sentence(codes[i]), err_exit_code(codes[i])};
}

enum err describe(struct arena *a, const char *name, struct system_describe_out *out)
{
    const struct op *only = NULL;
    struct seen seen = {.n = 0};
    struct op_info_list ops = {.v = arena_alloc(a, OP_COUNT * sizeof *ops.v)};
    if (name && *name && !(only = op_find(name, strlen(name))))
        return ERR_NOT_FOUND;
    for (int i = 0; i < OP_COUNT; i++) {
        const struct op *op = op_at((enum op_number)i);
        if (only && op != only)
            continue;
        fill_op(a, op, &ops.v[ops.n++]);
        see(&seen, op->in());
        see(&seen, op->out());
    }
    out->operations = ops;
    out->shapes = (struct shape_info_list){.v = arena_alloc(a, (seen.n + 1) * sizeof *out->shapes.v)};
    for (size_t i = 0; i < seen.n; i++)
        out->shapes.v[out->shapes.n++] = (struct shape_info){
            {.has = (shape_bits)-1}, seen.v[i]->name, seen.v[i]->help, fields_of(a, seen.v[i])};
    out->refusals = (struct refusal_info_list){0};
    if (!only)
        fill_refusals(a, &out->refusals);
    out->head.has = (shape_bits)-1;
    return OK;
}
