#include "common/text.h"
#include "common/address.h"
#include <stdlib.h>
#include <string.h>
#include <unicase.h>
#include <unictype.h>
#include <uninorm.h>
#include <unistr.h>
#include <uniwidth.h>

#define REPLACEMENT "\xEF\xBF\xBD" /* U+FFFD */
#define MARKS_MAX 4                /* on one character: what a curses cell holds beside its base */

/* One character of any bytes; returns its bytes (≥ 1 while size is), *c is U+FFFD and *bad set for an ill-formed one. */
static size_t next(const char *bytes, size_t size, ucs4_t *c, bool *bad)
{
    unsigned char first = (unsigned char)*bytes;
    if (first < 0x80) {
        *c = first;
        *bad = false;
        return 1;
    }
    int n = u8_mbtoucr(c, (const uint8_t *)bytes, size);
    *bad = n < 0;
    if (n > 0)
        return (size_t)n;
    n = u8_mbtouc(c, (const uint8_t *)bytes, size);
    return n > 0 ? (size_t)n : 1;
}

static bool is_control(ucs4_t c)
{
    return c < 0x20 || (c >= 0x7f && c < 0xa0);
}

static bool is_bidi_control(ucs4_t c)
{
    return (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

static bool is_noncharacter(ucs4_t c)
{
    return (c >= 0xfdd0 && c <= 0xfdef) || (c & 0xfffe) == 0xfffe;
}

static int columns_of(ucs4_t c)
{
    if (c < 0x7f)
        return c >= 0x20;
    int w = uc_width(c, "UTF-8");
    return w < 0 ? 0 : w;
}

/* Most texts are nothing but ASCII, and every text that is stored or told is asked: eight bytes at a time. */
static size_t ascii(const char *bytes, size_t size)
{
    size_t n = 0;
    for (uint64_t eight; size - n >= sizeof eight; n += sizeof eight) {
        memcpy(&eight, bytes + n, sizeof eight);
        if (eight & UINT64_C(0x8080808080808080))
            break;
    }
    while (n < size && (unsigned char)bytes[n] < 0x80)
        n++;
    return n;
}

bool text_utf8(const char *bytes, size_t size)
{
    size_t n = ascii(bytes, size);
    return n == size || u8_check((const uint8_t *)bytes + n, size - n) == NULL;
}

size_t text_cut(const char *text, size_t bytes)
{
    size_t n = strnlen(text, bytes);
    if (text[n] == '\0')
        return n;
    while (n && ((unsigned char)text[n] & 0xc0) == 0x80)
        n--;
    return n;
}

bool text_printable(const char *bytes, size_t size, bool lines)
{
    for (size_t at = 0; at < size;) {
        ucs4_t c;
        bool bad;
        at += next(bytes + at, size - at, &c, &bad);
        if (lines && (c == '\n' || c == '\t'))
            continue;
        if (bad || is_control(c) || is_bidi_control(c) || is_noncharacter(c))
            return false;
    }
    return true;
}

size_t text_length(const char *bytes, size_t size)
{
    size_t n = 0;
    for (size_t i = 0; i < size; i++)
        n += ((unsigned char)bytes[i] & 0xc0) != 0x80;
    return n;
}

enum shown { SHOWN, MARK, DROPPED, REPLACED, BLANK, KEPT };

/* Conjoining Hangul vowels and finals have no width, are no marks by category, and still sit on what precedes them. */
static bool is_jamo_tail(ucs4_t c)
{
    return (c >= 0x1160 && c <= 0x11ff) || (c >= 0xd7b0 && c <= 0xd7ff);
}

static enum shown shown_as(ucs4_t c, bool lines)
{
    if (c == '\n' || c == '\t')
        return lines ? KEPT : BLANK;
    if (is_control(c) || is_bidi_control(c) || is_noncharacter(c))
        return REPLACED;
    if (c < 0x7f)
        return SHOWN;
    if (c == 0x2028 || c == 0x2029) /* line and paragraph separators: some terminals obey them */
        return BLANK;
    if ((c >= 0xfe00 && c <= 0xfe0f) ||
        (c >= 0xe0100 && c <= 0xe01ef)) /* variation selectors change widths */
        return DROPPED;
    if (columns_of(c) > 0)
        return SHOWN;
    return uc_is_general_category(c, UC_CATEGORY_M) || is_jamo_tail(c) ? MARK : DROPPED;
}

char *text_shown(struct arena *a, const char *text, bool lines)
{
    size_t size = text ? strlen(text) : 0;
    char *out = arena_alloc(a, size * 3 + 1), *o = out; /* a bad byte becomes three */
    int marks = MARKS_MAX + 1; /* how many the last character has; too many when there is none */
    for (size_t at = 0; at < size;) {
        ucs4_t c;
        bool bad;
        size_t n = next(text + at, size - at, &c, &bad);
        enum shown as = bad ? REPLACED : shown_as(c, lines);
        if (as == MARK && marks > MARKS_MAX) { /* never on what stands left of this text */
            *o++ = ' ';
            marks = 0;
        }
        if (as == SHOWN || as == KEPT || (as == MARK && marks < MARKS_MAX)) {
            memcpy(o, text + at, n);
            o += n;
        } else if (as == REPLACED) {
            memcpy(o, REPLACEMENT, 3);
            o += 3;
        } else if (as == BLANK) {
            *o++ = ' ';
        }
        if (as == MARK)
            marks += marks < MARKS_MAX;
        else if (as != DROPPED)
            marks = as == KEPT ? MARKS_MAX + 1 : 0;
        at += n;
    }
    *o = '\0';
    return out;
}

size_t text_columns(const char *text)
{
    size_t used;
    text_fit(text, SIZE_MAX, &used);
    return used;
}

size_t text_fit(const char *text, size_t columns, size_t *used)
{
    size_t size = strlen(text), at = 0, width = 0;
    while (at < size) {
        ucs4_t c;
        bool bad;
        size_t n = next(text + at, size - at, &c, &bad), w = (size_t)columns_of(c);
        if (w > columns - width)
            break;
        width += w;
        at += n;
    }
    *used = width;
    return at;
}

/* Letters that people leave the stroke off and that Unicode does not decompose. */
static const char *plain_letter(ucs4_t c)
{
    switch (c) {
    case 0xe6: return "ae";
    case 0xf0:
    case 0x111: return "d";
    case 0xf8: return "o";
    case 0xfe: return "th";
    case 0x127: return "h";
    case 0x131: return "i";
    case 0x142: return "l";
    case 0x153: return "oe";
    case 0x167: return "t";
    default: return NULL;
    }
}

static void *must(void *memory)
{
    if (!memory)
        abort(); /* out of memory, as the arena does: sizes are bounded before they come here */
    return memory;
}

/* Compatibility forms are taken apart before folding (U+3392 holds capitals) and after it. */
static uint8_t *decomposed_fold(const uint8_t *text, size_t size, size_t *length)
{
    size_t middle_length;
    uint8_t *middle = must(u8_normalize(UNINORM_NFKD, text, size, NULL, &middle_length));
    uint8_t *folded = must(u8_casefold(middle, middle_length, NULL, UNINORM_NFKD, NULL, length));
    free(middle);
    return folded;
}

bool text_nfc(const char *text, char *to, size_t size)
{
    size_t bytes = strlen(text), length = size, i = 0;
    while (i < bytes && (unsigned char)text[i] < 0x80)
        i++;
    if (i == bytes) { /* nothing to do, and no copy of a secret left in the heap */
        if (bytes + 1 > size)
            return false;
        memcpy(to, text, bytes + 1);
        return true;
    }
    if (!text_utf8(text, bytes))
        return false;
    uint8_t *made = must(u8_normalize(UNINORM_NFC, (const uint8_t *)text, bytes, (uint8_t *)to, &length));
    bool fits = made == (uint8_t *)to && length < size;
    if (made != (uint8_t *)to)
        free(made);
    if (fits)
        to[length] = '\0';
    return fits;
}

char *text_fold(struct arena *a, const char *text)
{
    size_t size = strlen(text), i = 0;
    char *out = arena_alloc(a, size + 1);
    for (; i < size && (unsigned char)text[i] < 0x80; i++)
        out[i] = (char)(text[i] >= 'A' && text[i] <= 'Z' ? text[i] + ('a' - 'A') : text[i]);
    if (i == size)
        return out;
    if (!text_utf8(text, size)) {
        text = text_shown(a, text, true);
        size = strlen(text);
    }
    size_t length, o = 0;
    uint8_t *folded = decomposed_fold((const uint8_t *)text, size, &length);
    out = arena_alloc(a, length + 1); /* a plain letter is never longer than the two bytes it replaces */
    for (size_t at = 0; at < length;) {
        ucs4_t c;
        bool bad;
        size_t n = next((const char *)folded + at, length - at, &c, &bad);
        const char *plain = plain_letter(c), *from = plain ? plain : (const char *)folded + at;
        if (c < 0x80 || uc_combining_class(c) == 0) {
            size_t m = plain ? strlen(plain) : n;
            memcpy(out + o, from, m);
            o += m;
        }
        at += n;
    }
    out[o] = '\0';
    free(folded);
    return out;
}

/* The e of "ae", "oe", "ue" and the second a of "aa": the same letter as ä, ö, ü, å, which are folded to their bases. */
static bool spells_out(ucs4_t c, ucs4_t before)
{
    return c == 'e' ? before == 'a' || before == 'o' || before == 'u' : c == 'a' && before == 'a';
}

char *text_search(struct arena *a, const char *text)
{
    char *folded = text_fold(a, text);
    size_t length = strlen(folded), o = 0;
    ucs4_t before = 0;
    for (size_t at = 0; at < length;) {
        ucs4_t c;
        bool bad;
        size_t n = next(folded + at, length - at, &c, &bad);
        if (c < 0x80 || !uc_is_property_default_ignorable_code_point(c)) {
            if (!spells_out(c, before)) {
                memmove(folded + o, folded + at, n);
                o += n;
            }
            before = c;
        }
        at += n;
    }
    folded[o] = '\0';
    return folded;
}

/* A character that is a word by itself: Han, Kana, and (taken apart by folding) the first letter of a Hangul syllable. */
static bool is_solo(ucs4_t c)
{
    return c >= 0x1100 &&
           (c <= 0x115f || (c >= 0x3005 && c <= 0x3007) || (c >= 0x3041 && c <= 0x30ff) ||
            (c >= 0x31f0 && c <= 0x31ff) || (c >= 0x3400 && c <= 0x4dbf) || (c >= 0x4e00 && c <= 0x9fff) ||
            (c >= 0xf900 && c <= 0xfaff) || (c >= 0x20000 && c <= 0x3fffd));
}

char *text_lower(struct arena *a, const char *text)
{
    size_t length;
    uint8_t *made = must(u8_tolower((const uint8_t *)text, strlen(text), NULL, UNINORM_NFC, NULL, &length));
    char *out = arena_text(a, (const char *)made, length);
    free(made);
    return out;
}

static bool is_blank(ucs4_t c)
{
    return uc_is_property_white_space(c) || uc_is_property_default_ignorable_code_point(c);
}

bool text_unseen(const char *text)
{
    ucs4_t c;
    bool bad;
    for (size_t size = strlen(text), at = 0; at < size;) {
        at += next(text + at, size - at, &c, &bad);
        if (!bad && uc_is_property_default_ignorable_code_point(c))
            return true;
    }
    return false;
}

const char *text_trimmed(const char *bytes, size_t *size)
{
    size_t from = *size, to = 0;
    for (size_t at = 0; at < *size;) {
        ucs4_t c;
        bool bad;
        size_t n = next(bytes + at, *size - at, &c, &bad);
        if (bad || !is_blank(c)) {
            from = at < from ? at : from;
            to = at + n;
        }
        at += n;
    }
    *size = to > from ? to - from : 0;
    return bytes + (to > from ? from : 0);
}

char *text_trim(char *text)
{
    static const char blanks[] = " \t\r\n";
    text += strspn(text, blanks);
    size_t n = strlen(text);
    while (n && strchr(blanks, text[n - 1]))
        text[--n] = '\0';
    return text;
}

bool text_blank(const char *bytes, size_t size)
{
    (void)text_trimmed(bytes, &size);
    return size == 0;
}

static bool in_word(ucs4_t c)
{
    if (c < 0x80)
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    return uc_is_general_category_withtable(c, UC_CATEGORY_MASK_L | UC_CATEGORY_MASK_N | UC_CATEGORY_MASK_M);
}

size_t text_word(const char **at, const char **word)
{
    const char *p = *at;
    size_t size = strlen(p), n = 0;
    ucs4_t c;
    bool bad;
    while (size && (n = next(p, size, &c, &bad), bad || !in_word(c))) {
        p += n;
        size -= n;
    }
    *word = p;
    bool solo = size && is_solo(c);
    while (size && (n = next(p, size, &c, &bad), !bad && in_word(c))) {
        if (p > *word && (solo ? !is_jamo_tail(c) : is_solo(c)))
            break;
        p += n;
        size -= n;
    }
    *at = p;
    return (size_t)(p - *word);
}

static bool in_local_part(ucs4_t c)
{
    if (c < 0x80)
        return in_word(c) || (c && strchr("!#$%&'*+-/=?^_`{|}~", (int)c));
    return !uc_is_general_category_withtable(c, UC_CATEGORY_MASK_Z | UC_CATEGORY_MASK_C);
}

/* A dot-atom (RFC 5321, 64 bytes): no dot first, last or beside another. */
static bool is_local_part(const char *bytes, size_t size)
{
    bool dot = true;
    for (size_t at = 0; at < size && size <= 64;) {
        ucs4_t c;
        bool bad;
        at += next(bytes + at, size - at, &c, &bad);
        if (bad || (c == '.' ? dot : !in_local_part(c)))
            return false;
        dot = c == '.';
    }
    return !dot && size <= 64;
}

bool text_email(const char *text)
{
    const char *at = text ? strrchr(text, '@') : NULL, *why;
    char domain[ADDRESS_DOMAIN];
    return at && strlen(text) <= 254 && is_local_part(text, (size_t)(at - text)) &&
           address_domain(at + 1, domain, &why);
}
