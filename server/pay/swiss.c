#include "server/pay/swiss.h"
#include "common/text.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define QR_BYTES 997
#define QR_MOST INT64_C(99999999999) /* Rappen */

static bool digit(char c)
{
    return c >= '0' && c <= '9';
}

bool swiss_qr_iban(const char *iban)
{
    const bool here = strncmp(iban, "CH", 2) == 0 || strncmp(iban, "LI", 2) == 0;
    return here && strlen(iban) == 21 && iban[4] == '3' && (iban[5] == '0' || iban[5] == '1');
}

/* Modulo 10, recursive: the digit behind so many. */
static char check_digit(const char *digits, size_t n)
{
    static const char table[] = "0946827135";
    int carry = 0;
    for (size_t i = 0; i < n; i++)
        carry = table[(carry + digits[i] - '0') % 10] - '0';
    return (char)('0' + (10 - carry) % 10);
}

void swiss_reference(uint64_t document, char to[QRR_TEXT])
{
    snprintf(to, QRR_TEXT, "%026" PRIu64, document);
    to[26] = check_digit(to, 26);
    to[27] = '\0';
}

bool swiss_reference_read(const char *written, uint64_t *document)
{
    char digits[QRR_TEXT];
    size_t n = 0;
    uint64_t id = 0;
    for (const char *p = written; *p; p++) {
        if (*p == ' ')
            continue;
        if (!digit(*p) || n + 1 == sizeof digits)
            return false;
        digits[n++] = *p;
    }
    if (n + 1 != sizeof digits || check_digit(digits, 26) != digits[26])
        return false;
    for (size_t i = 0; i < 26; i++)
        if (__builtin_mul_overflow(id, 10, &id) ||
            __builtin_add_overflow(id, (uint64_t)(digits[i] - '0'), &id))
            return false;
    if (id)
        *document = id;
    return id != 0;
}

const char *swiss_fives(struct arena *a, const char *reference)
{
    const size_t size = strlen(reference), first = size % 5;
    char *to = arena_alloc(a, size + size / 5 + 2);
    size_t n = 0;
    for (size_t i = 0; i < size; i++) {
        if (i && i % 5 == first)
            to[n++] = ' ';
        to[n++] = reference[i];
    }
    return to;
}

/* --- the code */

/* The letters that every bank takes: Latin ones of the languages of Europe, in UTF-8 of at most three bytes. */
static bool letter(const unsigned char *p, size_t *size)
{
    if (*p < 0x80) {
        *size = 1;
        return *p >= 0x20 && *p < 0x7f;
    }
    const unsigned code = (*p & 0xe0u) == 0xc0   ? (*p & 0x1fu) << 6 | (p[1] & 0x3fu)
                          : (*p & 0xf0u) == 0xe0 ? (*p & 0x0fu) << 12 | (p[1] & 0x3fu) << 6 | (p[2] & 0x3fu)
                                                 : 0;
    *size = code < 0x800 ? 2 : 3;
    return (code >= 0xa0 && code <= 0x17f) || (code >= 0x218 && code <= 0x21b) || code == 0x20ac;
}

/* Is there a text, not too long, of letters that banks take? NULL: yes. */
static const char *wrong(struct arena *a, const char *what, const char *text, size_t most, bool must)
{
    size_t n = 0, size;
    if (!text || !*text)
        return must ? arena_printf(a, "%s is missing", what) : NULL;
    for (const char *p = text; *p; p += size, n++)
        if (!letter((const unsigned char *)p, &size))
            return arena_printf(a, "%s has a letter that Swiss banks do not take", what);
    return n > most ? arena_printf(a, "%s has more than %zu letters", what, most) : NULL;
}

static const char *obstacle(struct arena *a, const struct transfer *t, const struct swiss_place *at)
{
    if ((strncmp(t->iban, "CH", 2) != 0 && strncmp(t->iban, "LI", 2) != 0) || strlen(t->iban) != 21)
        return "the account is not in Switzerland or Liechtenstein";
    if (t->amount.amount < 1 || t->amount.amount > QR_MOST)
        return "the amount is more than a code holds";
    const char *why = wrong(a, "the holder's name", t->holder, 70, true);
    why = why ? why : wrong(a, "the street in the address of the business", at->street, 70, false);
    why = why ? why : wrong(a, "the postal code in the address of the business", at->code, 16, true);
    why = why ? why : wrong(a, "the city in the address of the business", at->city, 35, true);
    if (!why && (!at->country || strlen(at->country) != 2))
        why = "the country in the address of the business is missing: its code, such as CH";
    return why;
}

const char *swiss_qr(struct arena *a, const struct transfer *t, const struct swiss_place *at,
                     const char **why)
{
    char amount[MONEY_TEXT];
    const char *obstacles = obstacle(a, t, at);
    if (obstacles) {
        *why = arena_printf(a, "There is no Swiss QR code: %s.", obstacles);
        return NULL;
    }
    /* Who gets it in the end, and who pays, are not said: seven lines each. */
    const char *text = arena_printf(
        a, "SPC\n0200\n1\n%s\nS\n%s\n%s\n\n%s\n%s\n%s\n\n\n\n\n\n\n\n%s\nCHF\n\n\n\n\n\n\n\n%s\n%s\n\nEPD",
        t->iban, t->holder, at->street ? at->street : "", at->code, at->city, at->country,
        money_plain(amount, t->amount.amount, 2), swiss_qr_iban(t->iban) ? "QRR" : "SCOR", t->reference);
    if (strlen(text) <= QR_BYTES)
        return text;
    *why = "There is no Swiss QR code: its text is too long.";
    return NULL;
}
