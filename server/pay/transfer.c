#include "server/pay/transfer.h"
#include "common/text.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static bool capital(char c)
{
    return c >= 'A' && c <= 'Z';
}

const char *transfer_bic(const char *typed, char to[BIC_TEXT])
{
    static const char wrong[] = "is no BIC, such as DEUTDEFF500";
    if (!iban_plain(typed, to, BIC_TEXT) || (strlen(to) != 8 && strlen(to) != 11))
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
    unsigned check = (unsigned)(98 - iban_rest(iban_rest(0, id, (size_t)size), "RF00", 4)) % 100;
    snprintf(to, REFERENCE_TEXT, "RF%02u%s", check, id);
}

bool transfer_reference_read(const char *written, uint64_t *document)
{
    char text[REFERENCE_TEXT];
    uint64_t id = 0;
    if (!iban_plain(written, text, sizeof text) || strlen(text) < 5 || strncmp(text, "RF", 2) != 0 ||
        !iban_checks(text))
        return false;
    for (const char *p = text + 4; *p; p++)
        if (*p < '0' || *p > '9' || __builtin_mul_overflow(id, 10, &id) ||
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
