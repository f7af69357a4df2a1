#include "common/shape.h"
#include <stdio.h>
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
#define END(name_)                                                                                    \
    }                                                                                                 \
    ;                                                                                                 \
    static const struct codec_plan *_Atomic plan;                                                     \
    static const struct shape shape = {                                                               \
        shape_name, shape_help, sizeof(struct name_), fields, sizeof fields / sizeof *fields, &plan}; \
    _Static_assert(sizeof fields / sizeof *fields <= SHAPE_ROWS, "a bit each");                       \
    return &shape;                                                                                    \
    }
/* A view begins with the names and places of its fields; the rest is taken from the record's when the program begins (views_take). */
#define VIEW(name_, of_, help_)                                                  \
    const struct shape *shape_##name_(void)                                      \
    {                                                                            \
        typedef struct name_ shape_struct;                                       \
        static const char shape_name[] = #name_, shape_help[] = help_;           \
        static const struct codec_plan *_Atomic plan;                            \
        static struct shape shape = {shape_name, shape_help, 0, NULL, 0, &plan}; \
        const struct shape *record = shape_##of_();                              \
        static struct field fields[] = {
#define OF(of_, name_) \
    {.offset = offsetof(shape_struct, name_), .name = #name_, .name_size = sizeof #name_ - 1},
#define END_VIEW(name_)                                                                          \
    }                                                                                            \
    ;                                                                                            \
    _Static_assert(sizeof fields / sizeof *fields <= SHAPE_ROWS, "a bit each");                  \
    if (!shape.fields)                                                                           \
        view_take(&shape, sizeof(shape_struct), fields, sizeof fields / sizeof *fields, record); \
    return &shape;                                                                               \
    }
static void view_take(struct shape *view, size_t size, struct field *fields, size_t n,
                      const struct shape *record)
{
    enum { OF_REQUESTS = FIELD_MUST | FIELD_TOLD | FIELD_KEPT | FIELD_CREDENTIAL | FIELD_USUAL };
    for (size_t i = 0; i < n; i++) {
        if (fields[i].number)
            continue; /* a row of its own */
        const struct field *of = shape_field(record, fields[i].name, fields[i].name_size);
        const uint16_t offset = fields[i].offset;
        fields[i] = *of;
        fields[i].offset = offset;
        fields[i].flags &= (uint16_t)~OF_REQUESTS; /* a view is only read */
    }
    *view = (struct shape){view->name, view->help, size, fields, n, view->plan};
}
#include "common/shape_types_table.h"
#include "common/model.def"
#include "common/shape_types_end.h"
#undef SHAPE
#undef F
#undef END
#undef VIEW
#undef OF
#undef END_VIEW

/* Before there are threads: after it nobody writes them. */
__attribute__((constructor)) static void views_take(void)
{
#define SHAPE(name, help)
#define F(number, name, type, flags, help)
#define END(name)
#define VIEW(name, of, help) (void)shape_##name();
#define OF(of, name)
#define END_VIEW(name)
#include "common/model.def"
#undef SHAPE
#undef F
#undef END
#undef VIEW
#undef OF
#undef END_VIEW
}

char *field_label(char *buffer, size_t size, const struct field *f)
{
    snprintf(buffer, size, "%s", f->label ? f->label : f->name);
    for (char *s = buffer; !f->label && *s; s++)
        if (*s == '_')
            *s = ' ';
    if (*buffer >= 'a' && *buffer <= 'z')
        *buffer = (char)(*buffer - 'a' + 'A');
    return buffer;
}

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
        head->has |= SHAPE_BIT(f - shape->fields);
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
    const size_t place =
        t->n ? (size_t)((int64_t)value - t->values[0].value) : 0; /* most count up without a gap */
    if (place < t->n && t->values[place].value == value)
        return t->values[place].name;
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
