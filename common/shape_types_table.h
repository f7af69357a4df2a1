/* Type words of the .def files as initialisers of struct field. No include guard. */
#define BOOL .type = FIELD_BOOL
#define COUNT(least, most) .type = FIELD_COUNT, .min = (least), .max = (most)
#define NUMBER(least, most) COUNT(least, most), .form = FORM_NUMBER
#define DECIMAL(least, most) .type = FIELD_DECIMAL, .min = (least)*DECIMAL_ONE, .max = (most)*DECIMAL_ONE
#define ENUM_OF(table) .type = FIELD_ENUM, .values = enum_##table
#define ID(k) .type = FIELD_ID, .kind = KIND_##k
#define IDS(k, most) .type = FIELD_IDS, .kind = KIND_##k, .max = (most)
#define TEXT(least, most) .type = FIELD_TEXT, .min = (least), .max = (most)
#define EMAIL(least, most) TEXT(least, most), .form = FORM_EMAIL
#define PORTAL(least, most) TEXT(least, most), .form = FORM_PORTAL
#define WHOLE(least, most) TEXT(least, most), .form = FORM_WHOLE
#define LINES(least, most) .type = FIELD_LINES, .min = (least), .max = (most)
#define SECRET(least, most) .type = FIELD_SECRET, .min = (least), .max = (most)
#define BYTES(least, most) .type = FIELD_BYTES, .min = (least), .max = (most)
#define DATE .type = FIELD_DATE
#define INSTANT .type = FIELD_INSTANT
#define MONEY .type = FIELD_MONEY
#define SHAPE_OF(sub) .type = FIELD_SHAPE, .shape = shape_##sub
#define LIST(sub, most) .type = FIELD_LIST, .shape = shape_##sub, .max = (most)
#define TEXTS(most) .type = FIELD_TEXTS, .max = (most)
#define CALLED(text) , .label = (text) /* behind the type: for people, where the name would not say it */
#define MUST FIELD_MUST
#define OPT 0
#define STAFF_ONLY FIELD_STAFF
#define HIDDEN FIELD_HIDDEN
#define CALC FIELD_CALC
#define TOLD FIELD_TOLD
#define AS_KEPT FIELD_KEPT
#define WHEN_KNOWN FIELD_KNOWN
#define CREDENTIAL FIELD_CREDENTIAL
#define USUAL FIELD_USUAL
