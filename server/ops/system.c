/* The contract, health, figures, check and backup. */
#include "server/call.h"
#include <string.h>

static const char *type_text(struct call *c, const struct field *f)
{
    switch ((enum field_type)f->type) {
    case FIELD_BOOL: return "bool";
    case FIELD_COUNT: return "count";
    case FIELD_DECIMAL: return "decimal";
    case FIELD_ENUM: return arena_printf(c->arena, "enum %s", f->values()->name);
    case FIELD_ID: return "id";
    case FIELD_TEXT: return "text";
    case FIELD_LINES: return "lines";
    case FIELD_SECRET: return "secret";
    case FIELD_BYTES: return "bytes";
    case FIELD_DATE: return "date";
    case FIELD_INSTANT: return "instant";
    case FIELD_MONEY: return "money";
    case FIELD_SHAPE: return arena_printf(c->arena, "shape %s", f->shape()->name);
    case FIELD_LIST: return arena_printf(c->arena, "list of %s", f->shape()->name);
    case FIELD_IDS: return "list of id";
    case FIELD_TEXTS: return "list of text";
    }
    return "";
}

static const char *kind_text(enum kind kind)
{
    if (kind == KIND_INVOICE)
        return "invoice";
    if (kind == KIND_ESTIMATE)
        return "estimate";
    const struct shape *shape = record_shape(kind);
    return shape ? shape->name : "";
}

static void describe_field(struct call *c, const struct field *f, struct field_info *info)
{
    *info = (struct field_info){.number = f->number,
                                .name = f->name,
                                .type = type_text(c, f),
                                .must = (f->flags & FIELD_MUST) != 0,
                                .help = f->help,
                                .min = f->min,
                                .max = f->max};
    if (f->type == FIELD_ID || f->type == FIELD_IDS)
        info->of = kind_text(f->kind);
    if (f->type != FIELD_ENUM)
        return;
    const struct enum_table *t = f->values();
    info->values.v = arena_alloc(c->arena, t->n * sizeof *info->values.v);
    for (size_t i = 0; i < t->n; i++)
        info->values.v[info->values.n++] = t->values[i].name;
}

static void describe_fields(struct call *c, const struct shape *shape, struct field_info_list *list)
{
    list->v = arena_alloc(c->arena, shape->n * sizeof *list->v);
    for (size_t i = 0; i < shape->n; i++)
        if (!(shape->fields[i].flags & FIELD_HIDDEN))
            describe_field(c, &shape->fields[i], &list->v[list->n++]);
}

static void describe_roles(struct call *c, const struct op *op, struct text_list *roles)
{
    const struct enum_table *t = enum_role();
    roles->v = arena_alloc(c->arena, (t->n + 1) * sizeof *roles->v);
    if (op->who & BY_PUBLIC)
        roles->v[roles->n++] = "public";
    for (size_t i = 0; i < t->n; i++)
        if (op->who & (1u << t->values[i].value))
            roles->v[roles->n++] = t->values[i].name;
}

static struct refusal_info refusal_info(enum err code, const char *help)
{
    return (struct refusal_info){.code = err_name(code), .help = help, .exit = err_exit_code(code)};
}

static void describe_op(struct call *c, const struct op *op, struct op_info *info)
{
    size_t n = 0;
    *info = (struct op_info){
        .name = op->name, .help = op->help, .write = op->mode == OP_WRITE || op->mode == OP_SLOW};
    describe_roles(c, op, &info->roles);
    describe_fields(c, op->in(), &info->takes);
    describe_fields(c, op->out(), &info->gives);
    while (op->refusals[n].code)
        n++;
    info->refuses.v = arena_alloc(c->arena, n * sizeof *info->refuses.v);
    for (; info->refuses.n < n; info->refuses.n++)
        info->refuses.v[info->refuses.n] =
            refusal_info(op->refusals[info->refuses.n].code, op->refusals[info->refuses.n].help);
}

/* The shapes that operations refer to: those of model.def. */
static void describe_shapes(struct call *c, struct shape_info_list *list)
{
    static const struct shape *(*const shapes[])(void) = {
#define SHAPE(name, help) shape_##name,
#define F(number, name, type, flags, help)
#define END(name)
#include "common/model.def"
#undef SHAPE
#undef F
#undef END
    };
    size_t n = sizeof shapes / sizeof *shapes;
    list->v = arena_alloc(c->arena, n * sizeof *list->v);
    for (; list->n < n; list->n++) {
        const struct shape *shape = shapes[list->n]();
        list->v[list->n] = (struct shape_info){.name = shape->name, .help = shape->help};
        describe_fields(c, shape, &list->v[list->n].fields);
    }
}

static void describe_refusals(struct call *c, struct refusal_info_list *list)
{
    static const enum err codes[] = {
#define ERR(symbol, number, name, exit_code, http_class, sentence) symbol,
#include "common/err.def"
#undef ERR
    };
    size_t n = sizeof codes / sizeof *codes;
    list->v = arena_alloc(c->arena, n * sizeof *list->v);
    for (size_t i = 0; i < n; i++)
        if (codes[i] > 0 || codes[i] == ERR_INTERNAL)
            list->v[list->n++] = refusal_info(codes[i], err_sentence(codes[i]));
}

enum err op_system_describe(struct call *c, const struct system_describe_in *in,
                            struct system_describe_out *out)
{
    out->version = POSTERN_VERSION;
    out->protocol = PROTOCOL_VERSION;
    if (in->operation && *in->operation) {
        const struct op *op = op_find(in->operation, strlen(in->operation));
        if (!op)
            return REFUSE(c, ERR_NOT_FOUND, "operation", "there is no such operation");
        out->operations.v = arena_alloc(c->arena, sizeof *out->operations.v);
        out->operations.n = 1;
        describe_op(c, op, out->operations.v);
        return OK;
    }
    out->operations.v = arena_alloc(c->arena, OP_COUNT * sizeof *out->operations.v);
    for (; out->operations.n < OP_COUNT; out->operations.n++)
        describe_op(c, op_at((enum op_number)out->operations.n), &out->operations.v[out->operations.n]);
    describe_shapes(c, &out->shapes);
    describe_refusals(c, &out->refusals);
    return OK;
}

enum err op_system_health(struct call *c, const struct system_health_in *in, struct system_health_out *out)
{
    (void)in;
    struct system_stats_out stats = {.uptime_ms = 0};
    out->ready = true;
    out->writable = call_stats(c, &stats);
    out->version = POSTERN_VERSION;
    out->now = c->now;
    return OK;
}

enum err op_system_stats(struct call *c, const struct system_stats_in *in, struct system_stats_out *out)
{
    (void)in;
    (void)call_stats(c, out);
    return OK;
}

enum err op_system_check(struct call *c, const struct system_check_in *in, struct system_check_out *out)
{
    (void)in;
    return call_check(c, out);
}

enum err op_system_backup(struct call *c, const struct system_backup_in *in, struct system_backup_out *out)
{
    if (in->path[0] != '/' || strstr(in->path, "/../"))
        return REFUSE(c, ERR_INVALID, "path", "an absolute path on the server, without /../");
    return call_backup(c, in->path, out);
}
