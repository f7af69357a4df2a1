/* A shape is a C struct plus the table of its fields. Both come from one row in common/model.def (or, for an operation's
 * arguments and result, in proto/ops); packing, unpacking, validation, JSON, tables and form fields all come from the table. */
#ifndef COMMON_SHAPE_H
#define COMMON_SHAPE_H
#include "common/err.h"
#include "common/kind.h"
#include "common/money.h"
#include <stdatomic.h>
#include <stdint.h>

enum field_type {
    FIELD_BOOL,  /* bool */
    FIELD_COUNT, /* int64_t, min..max */
    FIELD_DECIMAL, /* int64_t, six places, min..max in units of 1e-6; on the wire a string "2.25" (an integer is taken too) */
    FIELD_ENUM,    /* int; on the wire its name */
    FIELD_ID,      /* uint64_t of `kind`; on the wire an integer, or for a document its number as a string */
    FIELD_TEXT,    /* const char *, min..max characters, one line */
    FIELD_LINES,   /* const char *, newline and tab allowed */
    FIELD_SECRET,  /* const char *, taken in and never given out, logged or stored */
    FIELD_BYTES,   /* struct bytes */
    FIELD_DATE,    /* int32_t day of common/date.h; on the wire "2026-11-22" */
    FIELD_INSTANT, /* int64_t; on the wire RFC 3339 */
    FIELD_MONEY,   /* struct money; on the wire {"amount":n,"currency":"EUR"} */
    FIELD_SHAPE,   /* struct x *, NULL for none */
    FIELD_LIST,    /* struct x_list of shapes, at most max */
    FIELD_IDS,     /* struct id_list of `kind`, at most max */
    FIELD_TEXTS,   /* struct text_list, at most max items of ≤ 200 characters */
};

enum field_flags {
    FIELD_MUST = 1,   /* in a request: has to be there (and not be empty) */
    FIELD_STAFF = 2,  /* dropped by the encoder when the reader is a customer */
    FIELD_HIDDEN = 4, /* only in the store: has no wire form at all */
    FIELD_CALC = 8,   /* only on the wire: computed when read, never stored */
    FIELD_TOLD = 16,  /* stored, but the server's to say: refused by name when it is given */
    FIELD_KEPT =
        32, /* of a shape in a request: a record as it is kept may come whole, with what is TOLD; the handler takes that
                         only as it was (patch_apply) or, in an import, as the file has it */
    FIELD_KNOWN =
        64, /* of an answer: told only when it was given (GIVE): what is not known is not told as 0 */
    FIELD_CREDENTIAL = 128, /* giving it creates, redirects or reveals credentials: op_credentials */
    FIELD_USUAL = 256,      /* may be left out, but not by most who ask: the example of help has it */
};

/* What a text or a number is beyond its type, and how what was given is taken. */
enum field_form {
    FORM_PLAIN,
    FORM_EMAIL,  /* an e-mail address (common/address.h): blanks around it are taken off */
    FORM_PORTAL, /* name of a portal: blanks around it are taken off, capitals made small */
    FORM_WHOLE, /* for programs, and of use only whole: a command, a token, a digest. A table does not cut it */
    FORM_NUMBER, /* of FIELD_COUNT: it names something, as a port does, and counts nothing: never grouped */
};

struct bytes {
    const uint8_t *data;
    size_t size;
};
struct id_list {
    size_t n;
    uint64_t *v;
};
struct text_list {
    size_t n;
    const char **v;
};
struct any_list { /* every x_list has this layout */
    size_t n;
    void *v;
};

/* A bit for each row of a shape's table. No more aligned than the rest, so that a shape may stand in any memory. */
__extension__ typedef unsigned __int128 shape_bits __attribute__((aligned(8)));
#define SHAPE_ROWS 128 /* at most */
#define SHAPE_BIT(i) ((shape_bits)1 << (i))
/* First member of every shape. `has`: bit i = the i-th row of the table was given in what was unpacked.
 * `extra`: fields of a stored record that this program does not know, kept as they were. */
struct shape_head {
    shape_bits has;
    const uint8_t *extra;
    uint32_t extra_size, extra_count;
};
#define SHAPE_TOLD \
    (1u << 31) /* in extra_count, of a view: `extra` is so many fields as they are told (codec_tell) */

struct enum_value {
    int value;
    const char *name, *help;
};
struct enum_table {
    const char *name, *help;
    const struct enum_value *values;
    size_t n;
};

struct shape;
struct field {
    uint16_t number; /* permanent: the key in the store */
    uint16_t offset;
    uint16_t flags;
    uint8_t type;
    uint8_t name_size;
    uint8_t form;            /* of FIELD_TEXT, FIELD_COUNT: enum field_form */
    enum kind kind;          /* of FIELD_ID, FIELD_IDS */
    const char *name, *help; /* name: the key on the wire */
    const char *label;       /* for people; NULL: the name says it, see field_label */
    int64_t min, max;
    const struct shape *(*shape)(void);       /* of FIELD_SHAPE, FIELD_LIST */
    const struct enum_table *(*values)(void); /* of FIELD_ENUM */
};
struct codec_plan;
struct shape {
    const char *name, *help;
    size_t size;
    const struct field *fields;
    size_t n;
    const struct codec_plan *_Atomic *plan; /* where common/codec_plan.c keeps what it made of the table */
};

const struct field *shape_field(const struct shape *shape, const char *name,
                                size_t name_size); /* NULL when there is none */
/* What people read before it: "Tax id". Returns the buffer. */
char *field_label(char *buffer, size_t size, const struct field *f);
/* The same among the arguments of an operation: `id` is another name of the first one when that is an id, however it is called. */
const struct field *shape_argument(const struct shape *in, const char *name, size_t name_size);
const struct enum_value *enum_by_name(const struct enum_table *t, const char *name, size_t size);
const char *enum_name(const struct enum_table *t, int value); /* "" when there is none */
const struct enum_table *enum_staff_role(void); /* of the roles those that staff and tokens may have */
/* Was this field of a shape (by member name) given in the request? */
#define GIVEN(shape_name, pointer, member) shape_given(shape_##shape_name(), &(pointer)->head, #member)
bool shape_given(const struct shape *shape, const struct shape_head *head, const char *member);
/* Sets a member and marks it as given: what a client sends is only that. */
#define GIVE(shape_name, pointer, member, value) \
    ((pointer)->member = (value), shape_give(shape_##shape_name(), &(pointer)->head, #member))
void shape_give(const struct shape *shape, struct shape_head *head, const char *member);
/* Size in bytes of a member of that type inside a struct (lists: of the list header). */
size_t field_size(const struct field *f);
/* Lists and shapes: they stand last in a stored record (common/codec.h). */
static inline bool field_heavy(const struct field *f)
{
    return f->type == FIELD_SHAPE || f->type == FIELD_LIST || f->type == FIELD_IDS || f->type == FIELD_TEXTS;
}

/* --- the C side of model.def ---------------------------------------------------------------------------------------- */
#define ENUM(name, help) enum name {
#define V(symbol, number, wire, help) symbol = number,
#define END_ENUM(name) \
    }                  \
    ;
#include "common/enum.def"
#undef ENUM
#undef V
#undef END_ENUM
#define ENUM(name, help) const struct enum_table *enum_##name(void);
#define V(symbol, number, wire, help)
#define END_ENUM(name)
#include "common/enum.def"
#undef ENUM
#undef V
#undef END_ENUM

#define SHAPE_STRUCT(name)                  \
    struct name;                            \
    struct name##_list {                    \
        size_t n;                           \
        struct name *v;                     \
    };                                      \
    const struct shape *shape_##name(void); \
    struct name {                           \
        struct shape_head head;
#include "common/shape_types_c.h"
#define SHAPE(name, help) SHAPE_STRUCT(name)
#define F(number, name, type, flags, help) type name;
#define END(name) \
    }             \
    ;
#define VIEW(name, of, help) SHAPE_STRUCT(name)
#define OF(of, name) __typeof__(((struct of *)0)->name) name;
#define END_VIEW(name) END(name)
#include "common/model.def"
#undef SHAPE
#undef F
#undef END
#undef VIEW
#undef OF
#undef END_VIEW
#include "common/shape_types_end.h"
#endif
