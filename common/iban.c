#include "common/iban.h"
#include <string.h>

static bool digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool capital(char c)
{
    return c >= 'A' && c <= 'Z';
}

bool iban_plain(const char *typed, char *to, size_t size)
{
    size_t n = 0;
    for (const char *p = typed; *p; p++) {
        char c = *p >= 'a' && *p <= 'z' ? (char)(*p - 'a' + 'A') : *p;
        if (c == ' ')
            continue;
        if ((!digit(c) && !capital(c)) || n + 1 == size)
            return false;
        to[n++] = c;
    }
    to[n] = '\0';
    return true;
}

int iban_rest(int rest, const char *text, size_t size)
{
    for (size_t i = 0; i < size; i++)
        rest = digit(text[i]) ? (rest * 10 + text[i] - '0') % 97 : (rest * 100 + text[i] - 'A' + 10) % 97;
    return rest;
}

bool iban_checks(const char *text)
{
    return digit(text[2]) && digit(text[3]) &&
           iban_rest(iban_rest(0, text + 4, strlen(text) - 4), text, 4) == 1;
}

/* Those of the register that customers of this product are likely to have; of others only the digits are checked. */
static size_t iban_length(const char *iban)
{
    static const char lengths[][5] = {"AT20", "BE16", "BG22", "CH21", "CY28", "CZ24", "DE22", "DK18",
                                      "EE20", "ES24", "FI18", "FR27", "GB22", "GR27", "HR21", "HU28",
                                      "IE22", "IT27", "LT20", "LU20", "LV21", "MT31", "NL18", "NO15",
                                      "PL28", "PT25", "RO24", "SE24", "SI19", "SK24"};
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++)
        if (strncmp(lengths[i], iban, 2) == 0)
            return (size_t)((lengths[i][2] - '0') * 10 + lengths[i][3] - '0');
    return 0;
}

const char *iban_read(const char *typed, char to[IBAN_TEXT])
{
    if (!iban_plain(typed, to, IBAN_TEXT) || strlen(to) < 15 || !capital(to[0]) || !capital(to[1]) ||
        !digit(to[2]) || !digit(to[3]))
        return "is no IBAN, such as DE89 3704 0044 0532 0130 00";
    size_t length = iban_length(to);
    if (length && strlen(to) != length)
        return "has the wrong number of characters for an IBAN of that country";
    return iban_checks(to) ? NULL : "is no IBAN: look for a mistyped character";
}
