#include "common/shape.h"
#include <string.h>

#define ENUM(name_, help_)                         \
    static const char enum_help_##name_[] = help_; \
    static const struct enum_value values_##name_[] = {
#define V(symbol, number, wire, help) {symbol, wire, help},
#define END_ENUM(name_)                                                                          \
    }                                                                                            \
    ;                                                                                            \
    const struct enum_table *enum_##name_(void)                                                  \
    {                                                                                            \
        static const struct enum_table table = {#name_, enum_help_##name_, values_##name_,       \
                                                sizeof values_##name_ / sizeof *values_##name_}; \
        return &table;                                                                           \
    }
#include "common/enum.def"
#undef ENUM
#undef V
#undef END_ENUM

#define SHAPE(name_, help_)                                            \
    const struct shape *shape_##name_(void)                            \
    {                                                                  \
        typedef struct name_ shape_struct;                             \
        static const char shape_name[] = #name_, shape_help[] = help_; \
        static const struct field fields[] = {
#define F(number_, name_, type_, flags_, help_) \
    {.number = number_,                         \
     .offset = offsetof(shape_struct, name_),   \
     .name = #name_,                            \
     .name_size = sizeof #name_ - 1,            \
     .help = help_,                             \
     .flags = flags_,                           \
     type_},
#define END(name_)                                                                           \
    }                                                                                        \
    ;                                                                                        \
    static const struct shape shape = {shape_name, shape_help, sizeof(struct name_), fields, \
                                       sizeof fields / sizeof *fields};                      \
    _Static_assert(sizeof fields / sizeof *fields <= 64, "the head has 64 bits");            \
    return &shape;                                                                           \
    }
#include "common/shape_types_table.h"
#include "common/model.def"
#include "common/shape_types_end.h"
#undef SHAPE
#undef F
#undef END

const struct field *shape_field(const struct shape *shape, const char *name, size_t name_size)
{
    for (size_t i = 0; i < shape->n; i++)
        if (shape->fields[i].name_size == name_size && memcmp(shape->fields[i].name, name, name_size) == 0)
            return &shape->fields[i];
    return NULL;
}

const struct field *shape_argument(const struct shape *in, const char *name, size_t name_size)
{
    const struct field *f = shape_field(in, name, name_size);
    bool first =
        !f && in->n && in->fields[0].type == FIELD_ID && name_size == 2 && memcmp(name, "id", 2) == 0;
    return first ? &in->fields[0] : f;
}

bool shape_given(const struct shape *shape, const struct shape_head *head, const char *member)
{
    const struct field *f = shape_field(shape, member, strlen(member));
    return f && (head->has >> (f - shape->fields) & 1);
}

void shape_give(const struct shape *shape, struct shape_head *head, const char *member)
{
    const struct field *f = shape_field(shape, member, strlen(member));
    if (f)
        head->has |= UINT64_C(1) << (f - shape->fields);
}

const struct enum_value *enum_by_name(const struct enum_table *t, const char *name, size_t size)
{
    for (size_t i = 0; i < t->n; i++)
        if (strlen(t->values[i].name) == size && memcmp(t->values[i].name, name, size) == 0)
            return &t->values[i];
    return NULL;
}

const char *enum_name(const struct enum_table *t, int value)
{
    for (size_t i = 0; i < t->n; i++)
        if (t->values[i].value == value)
            return t->values[i].name;
    return "";
}

const struct enum_table *enum_staff_role(void)
{
    enum { FIRST = ROLE_READER - ROLE_CUSTOMER, ALL = ROLE_ADMIN - ROLE_READER + 1 };
    static const struct enum_table part = {"staff_role", "what somebody or something of the business may do",
                                           values_role + FIRST, ALL};
    return &part;
}

size_t field_size(const struct field *f)
{
    switch ((enum field_type)f->type) {
    case FIELD_BOOL: return sizeof(bool);
    case FIELD_COUNT:
    case FIELD_DECIMAL:
    case FIELD_INSTANT: return sizeof(int64_t);
    case FIELD_ENUM: return sizeof(int);
    case FIELD_ID: return sizeof(uint64_t);
    case FIELD_TEXT:
    case FIELD_LINES:
    case FIELD_SECRET: return sizeof(const char *);
    case FIELD_BYTES: return sizeof(struct bytes);
    case FIELD_DATE: return sizeof(int32_t);
    case FIELD_MONEY: return sizeof(struct money);
    case FIELD_SHAPE: return sizeof(void *);
    case FIELD_LIST:
    case FIELD_IDS:
    case FIELD_TEXTS: return sizeof(struct any_list);
    }
    return 0;
}
