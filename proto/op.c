#include "proto/op.h"
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
#define TABLE(symbol, shape_name_, help_)                                   \
    const struct shape *shape_##symbol(void)                                \
    {                                                                       \
        typedef struct symbol shape_struct;                                 \
        static const char shape_name[] = shape_name_, shape_help[] = help_; \
        static const struct field fields[] = {
/* The type's words expand to several initialisers, so they come last. */
#define ROW(number_, name_, flags_, help_, ...) \
    {.number = number_,                         \
     .offset = offsetof(shape_struct, name_),   \
     .name = #name_,                            \
     .name_size = sizeof #name_ - 1,            \
     .help = help_,                             \
     .flags = flags_,                           \
     __VA_ARGS__},
#define TABLE_END                                                                            \
    {                                                                                        \
        .offset = sizeof(shape_struct)                                                       \
    }                                                                                        \
    }                                                                                        \
    ;                                                                                        \
    static const struct shape shape = {shape_name, shape_help, sizeof(shape_struct), fields, \
                                       sizeof fields / sizeof *fields - 1};                  \
    return &shape;                                                                           \
    }
#define END(symbol) TABLE_END
#define REFUSES(code, help)
#include "common/shape_types_table.h"

#define OP(symbol, name, mode, who, help) TABLE(symbol##_in, name, help)
#define IN(number, name, type, flags, help) ROW(number, name, flags, help, type)
#define OUT(number, name, type, flags, help)
#include "proto/ops.def"
#undef OP
#undef IN
#undef OUT
#define OP(symbol, name, mode, who, help) TABLE(symbol##_out, name, help)
#define IN(number, name, type, flags, help)
#define OUT(number, name, type, flags, help) ROW(number, name, flags, help, type)
#include "proto/ops.def"
#include "common/shape_types_end.h"
#undef OP
#undef IN
#undef OUT
#undef END
#undef REFUSES

#define IN(number, name, type, flags, help)
#define OUT(number, name, type, flags, help)
#define OP(symbol, name, mode, who, help) static const struct op_refusal symbol##_refusals[] = {
#define REFUSES(code, help) {code, help},
#define END(symbol) \
    {               \
        OK, NULL    \
    }               \
    }               \
    ;
#include "proto/ops.def"
#undef OP
#undef REFUSES
#undef END
#define OP(symbol, name, mode, who, help) \
    {name, help, OP_##mode, who, shape_##symbol##_in, shape_##symbol##_out, symbol##_refusals},
#define REFUSES(code, help)
#define END(symbol)
static const struct op ops[] = {
#include "proto/ops.def"
};

const struct op *op_at(enum op_number number)
{
    return &ops[number];
}

const struct op *op_find(const char *name, size_t size)
{
    for (size_t i = 0; i < OP_COUNT; i++)
        if (strlen(ops[i].name) == size && memcmp(ops[i].name, name, size) == 0)
            return &ops[i];
    return NULL;
}

enum op_number op_number(const struct op *op)
{
    return (enum op_number)(op - ops);
}
