/* Type words of the .def files as C types. No include guard: included before a .def, undone by shape_types_end.h. */
#define BOOL bool
#define COUNT(min, max) int64_t
#define NUMBER(min, max) int64_t
#define DECIMAL(min, max) int64_t
#define ENUM_OF(name) int
#define ID(kind) uint64_t
#define IDS(kind, max) struct id_list
#define TEXT(min, max) const char *
#define EMAIL(min, max) const char *
#define PORTAL(min, max) const char *
#define WHOLE(min, max) const char *
#define LINES(min, max) const char *
#define SECRET(min, max) const char *
#define BYTES(min, max) struct bytes
#define DATE int32_t
#define INSTANT int64_t
#define MONEY struct money
#define SHAPE_OF(name) struct name *
#define LIST(name, max) struct name##_list
#define TEXTS(max) struct text_list
#define CALLED(label)
