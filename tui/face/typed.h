/* What people type, by the type of what it is for: read, held against its limits, written as our faces write it. The one home of that for
 * forms and for line mode; how numbers and days are spelled is common/number.h and common/date.h. */
#ifndef FACE_TYPED_H
#define FACE_TYPED_H
#include "common/shape.h"

struct typed {
    enum field_type type;
    const char *currency; /* of FIELD_MONEY; "" or NULL: not known, two places */
    int64_t least,
        most; /* of numbers as the shapes have them, of texts in characters: held against when least < most */
    int32_t today; /* of FIELD_DATE: what "+14" goes from */
};
/* As a field of a shape has it. */
struct typed typed_of(const struct field *f, const char *currency, int32_t today);
/* NULL, or what is wrong as a sentence, which lives in `why`. A number, an amount or a day is in *value then; texts leave it alone. */
const char *typed_read(const struct typed *as, const char *text, int64_t *value, struct refusal *why);
/* That number, amount or day as it would be typed: "1234.5", "2026-11-22". Returns buffer. */
char *typed_plain(char buffer[MONEY_TEXT], const struct typed *as, int64_t value);
/* What a table says of a field, where it stands alone: with a capital, unless it begins with what is to be typed so ("https://…"). Returns
 * buffer. */
char *typed_sentence(char *buffer, size_t size, const char *text);
/* Is it the word that was asked for? In capitals or not, and with blanks around it, as a thumb or a paste leaves them. */
bool typed_is(const char *text, const char *word);
#endif
