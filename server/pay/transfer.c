#include "server/pay/transfer.h"
#include "common/text.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static bool digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool capital(char c)
{
    return c >= 'A' && c <= 'Z';
}

/* Without blanks and in capitals; false when it does not fit, or holds anything but letters and digits. */
static bool plain(const char *typed, char *to, size_t size)
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

/* ISO 7064: the number that digits and letters (A 10 … Z 35) spell, modulo 97; `rest` is what stood before. */
static int mod97(int rest, const char *text, size_t size)
{
    for (size_t i = 0; i < size; i++)
        rest = digit(text[i]) ? (rest * 10 + text[i] - '0') % 97 : (rest * 100 + text[i] - 'A' + 10) % 97;
    return rest;
}

/* Do the two digits at the third place fit the rest? IBANs and creditor references have them alike. */
static bool checks(const char *text)
{
    return mod97(mod97(0, text + 4, strlen(text) - 4), text, 4) == 1;
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

const char *transfer_iban(const char *typed, char to[IBAN_TEXT])
{
    if (!plain(typed, to, IBAN_TEXT) || strlen(to) < 15 || !capital(to[0]) || !capital(to[1]) ||
        !digit(to[2]) || !digit(to[3]))
        return "is no IBAN, such as DE89 3704 0044 0532 0130 00";
    size_t length = iban_length(to);
    if (length && strlen(to) != length)
        return "has the wrong number of characters for an IBAN of that country";
    return checks(to) ? NULL : "is no IBAN: look for a mistyped character";
}

const char *transfer_bic(const char *typed, char to[BIC_TEXT])
{
    static const char wrong[] = "is no BIC, such as DEUTDEFF500";
    if (!plain(typed, to, BIC_TEXT) || (strlen(to) != 8 && strlen(to) != 11))
        return wrong;
    for (size_t i = 0; i < 6; i++)
        if (!capital(to[i]))
            return wrong;
    return NULL;
}

void transfer_reference(uint64_t document, char to[REFERENCE_TEXT])
{
    char id[21];
    int size = snprintf(id, sizeof id, "%" PRIu64, document);
    unsigned check = (unsigned)(98 - mod97(mod97(0, id, (size_t)size), "RF00", 4)) % 100;
    snprintf(to, REFERENCE_TEXT, "RF%02u%s", check, id);
}

bool transfer_reference_read(const char *written, uint64_t *document)
{
    char text[REFERENCE_TEXT];
    uint64_t id = 0;
    if (!plain(written, text, sizeof text) || strlen(text) < 5 || strncmp(text, "RF", 2) != 0 ||
        !digit(text[2]) || !digit(text[3]) || !checks(text))
        return false;
    for (const char *p = text + 4; *p; p++)
        if (!digit(*p) || __builtin_mul_overflow(id, 10, &id) ||
            __builtin_add_overflow(id, (uint64_t)(*p - '0'), &id))
            return false;
    if (id)
        *document = id;
    return id != 0;
}

const char *transfer_fours(struct arena *a, const char *text)
{
    size_t size = strlen(text), n = 0;
    char *fours = arena_alloc(a, size + size / 4 + 1);
    for (size_t i = 0; i < size; i++) {
        if (i && i % 4 == 0)
            fours[n++] = ' ';
        fours[n++] = text[i];
    }
    fours[n] = '\0';
    return fours;
}

#define QR_BYTES 331
#define QR_HOLDER 70
#define QR_MOST INT64_C(99999999999) /* cents */

const char *transfer_qr(struct arena *a, const struct transfer *t)
{
    char amount[MONEY_TEXT];
    if (strcmp(t->amount.currency, "EUR") != 0 || t->amount.amount < 1 || t->amount.amount > QR_MOST ||
        text_length(t->holder, strlen(t->holder)) > QR_HOLDER)
        return NULL;
    /* Service tag, version, UTF-8, SEPA credit transfer; then no purpose. What would follow the reference is empty, and left out. */
    const char *text =
        arena_printf(a, "BCD\n002\n1\nSCT\n%s\n%s\n%s\nEUR%s\n\n%s", t->bic ? t->bic : "", t->holder, t->iban,
                     money_plain(amount, t->amount.amount, 2), t->reference);
    return strlen(text) <= QR_BYTES ? text : NULL;
}
