#include "proto/op.h"
#include "common/hash.h"
#include <pthread.h>
#include <string.h>

#define PUBLIC BY_PUBLIC
#define CUSTOMER BY_CUSTOMER
#define READERS (BY_READER | BY_STAFF | BY_ADMIN)
#define WRITERS (BY_STAFF | BY_ADMIN)
#define TALKERS (BY_CUSTOMER | BY_STAFF | BY_ADMIN)
#define ADMINS BY_ADMIN
#define EVERYONE (BY_CUSTOMER | BY_READER | BY_STAFF | BY_ADMIN)
#define OPERATORS BY_OPERATOR
#define VOUCHERS BY_VOUCHER
#define PROVERS BY_PROVER
#define KEY_READERS (BY_KEYS | BY_VOUCHER | BY_OPERATOR)
#define AUDITORS (BY_ADMIN | BY_OPERATOR)
#define AT_EVERY_STAGE (AT_CODE | AT_PASSWORD | AT_ENROL)

/* A shape may have no fields at all, so each table ends with a row of number 0 that is not counted. */
#define TABLE(symbol, struct_, shape_name_, help_)                          \
    const struct shape *shape_##symbol(void)                                \
    {                                                                       \
        typedef struct struct_ shape_struct;                                \
        static const char shape_name[] = shape_name_, shape_help[] = help_; \
        static const struct field fields[] = {
/* The type's words expand to several initialisers, so they come last. */
#define ROW(number_, member_, name_, flags_, help_, ...) \
    {.number = number_,                                  \
     .offset = offsetof(shape_struct, member_),          \
     .name = #name_,                                     \
     .name_size = sizeof #name_ - 1,                     \
     .help = help_,                                      \
     .flags = flags_,                                    \
     __VA_ARGS__},
#define TABLE_END                                                                                         \
    {                                                                                                     \
        .offset = sizeof(shape_struct)                                                                    \
    }                                                                                                     \
    }                                                                                                     \
    ;                                                                                                     \
    static const struct codec_plan *_Atomic plan;                                                         \
    static const struct shape shape = {                                                                   \
        shape_name, shape_help, sizeof(shape_struct), fields, sizeof fields / sizeof *fields - 1, &plan}; \
    _Static_assert(sizeof fields / sizeof *fields - 1 <= SHAPE_ROWS, "a bit each");                       \
    return &shape;                                                                                        \
    }
#include "common/shape_types_table.h"

#define OP(symbol, name, mode, who, help) TABLE(symbol##_in, symbol##_in, name, help)
#define OP_LIKE(symbol, base, name, mode, who, help) TABLE(symbol##_in, base##_in, name, help)
#define IN(number, name, type, flags, help) ROW(number, name, name, flags, help, type)
#define IN_AS(number, member, name, type, flags, help) ROW(number, member, name, flags, help, type)
#define END(symbol) TABLE_END
#include "proto/ops.def"
#define OP(symbol, name, mode, who, help) TABLE(symbol##_out, symbol##_out, name, help)
#define OP_LIKE(symbol, base, name, mode, who, help) TABLE(symbol##_out, base##_out, name, help)
#define OUT(number, name, type, flags, help) ROW(number, name, name, flags, help, type)
#define OUT_AS(number, member, name, type, flags, help) ROW(number, member, name, flags, help, type)
#define END(symbol) TABLE_END
#include "proto/ops.def"

/* What is alike once more, by the names of its members. */
#define OP(symbol, name, mode, who, help) TABLE(symbol##_in, symbol##_in, name, help)
#define IN(number, name, type, flags, help) ROW(number, name, name, flags, help, type)
#define IN_AS(number, member, name, type, flags, help) ROW(number, member, member, flags, help, type)
#define END(symbol) TABLE_END
#include "proto/ops/begin.def"
#include "proto/ops/document_any.def"
#include "proto/ops/end.def"
#define OP(symbol, name, mode, who, help) TABLE(symbol##_out, symbol##_out, name, help)
#define OUT(number, name, type, flags, help) ROW(number, name, name, flags, help, type)
#define OUT_AS(number, member, name, type, flags, help) ROW(number, member, member, flags, help, type)
#define END(symbol) TABLE_END
#include "proto/ops/begin.def"
#include "proto/ops/document_any.def"
#include "proto/ops/end.def"
#include "common/shape_types_end.h"

#define OP(symbol, ...) static const struct op_refusal symbol##_refusals[] = {
#define REFUSES(code, help) {code, help},
#define END(symbol) \
    {               \
        OK, NULL    \
    }               \
    }               \
    ;
#include "proto/ops.def"
#define OP_ROW(symbol, name, mode, who, help, kind) \
    {name, help, OP_##mode, who, shape_##symbol##_in, shape_##symbol##_out, symbol##_refusals, kind},
#define OP(symbol, name, mode, who, help) OP_ROW(symbol, name, mode, who, help, 0)
#define OP_LIKE(symbol, base, name, mode, who, help) OP_ROW(symbol, name, mode, who, help, DOC_NUMBER)
static const struct op ops[] = {
#include "proto/ops.def"
};

const struct op *op_at(enum op_number number)
{
    return &ops[number];
}

/* Each request looks for its operation: by a hash of its name, in a table that is filled at the first look. */
#define PLACES 1024
_Static_assert(OP_COUNT < PLACES / 2, "a search ends soon at a place that is empty");
static uint16_t places[PLACES]; /* number + 1 of the operation; 0: none */

static size_t place_of(const char *name, size_t size)
{
    return (size_t)hash_add(HASH_BEGIN, name, size) % PLACES;
}

static void fill_places(void)
{
    for (uint16_t i = 0; i < OP_COUNT; i++) {
        size_t at = place_of(ops[i].name, strlen(ops[i].name));
        while (places[at])
            at = (at + 1) % PLACES;
        places[at] = (uint16_t)(i + 1);
    }
}

const struct op *op_find(const char *name, size_t size)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, fill_places);
    for (size_t at = place_of(name, size); places[at]; at = (at + 1) % PLACES) {
        const struct op *op = &ops[places[at] - 1];
        if (strlen(op->name) == size && memcmp(op->name, name, size) == 0)
            return op;
    }
    return NULL;
}

enum op_number op_number(const struct op *op)
{
    return (enum op_number)(op - ops);
}

enum op_number op_for(int doc_kind, enum any_document what)
{
    static const struct {
        int kind;
        enum any_document what;
        enum op_number number;
    } rows[] = {
#define OP(symbol, ...)
#define OP_LIKE(symbol, base, ...) {DOC_NUMBER, ANY_##base, OPNO_##symbol},
#include "proto/ops.def"
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (rows[i].kind == doc_kind && rows[i].what == what)
            return rows[i].number;
    return OP_COUNT;
}

/* The first field of that kind that was given. counts: this is the arguments, or part of a record that is changed. */
static const struct field *credential_in(const struct shape *shape, const void *in, bool counts, bool args)
{
    const struct shape_head *head = in;
    for (size_t i = 0; in && i < shape->n; i++) {
        const struct field *f = &shape->fields[i], *found = NULL;
        const void *at = (const char *)in + f->offset;
        bool inside = (counts && !args) || (f->flags & FIELD_KEPT);
        if (!(head->has >> i & 1))
            continue;
        if (counts && (f->flags & FIELD_CREDENTIAL))
            return f;
        if (f->type == FIELD_SHAPE)
            found = credential_in(f->shape(), *(const void *const *)at, inside, false);
        const struct any_list *list = at;
        for (size_t k = 0; f->type == FIELD_LIST && k < list->n && !found; k++)
            found = credential_in(f->shape(), (const char *)list->v + k * f->shape()->size, inside, false);
        if (found)
            return found;
    }
    return NULL;
}

bool op_credentials(const struct op *op, const void *in, const struct field **field)
{
    *field = op->who & CREDENTIALS ? NULL : credential_in(op->in(), in, true, true);
    return (op->who & CREDENTIALS) || *field;
}

const char *op_secures(const struct op *op)
{
    static const char gateway[] = "gateway.", mail[] = "mail.";
    return strncmp(op->name, gateway, sizeof gateway - 1) == 0
               ? "decides how customers pay, and where their money goes"
           : strncmp(op->name, mail, sizeof mail - 1) == 0
               ? "decides through whose hands mails go, those with codes among them"
               : "lets somebody in, or tells how";
}
