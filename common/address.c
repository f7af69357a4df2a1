#include "common/address.h"
#include "common/text.h"
#include <idn2.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static bool is_ascii(const char *text)
{
    while (*text && (unsigned char)*text < 0x80)
        text++;
    return !*text;
}

/* Has it a label that stands for another spelling? */
static bool has_punycode(const char *domain)
{
    for (const char *at = domain; at; at = strchr(at, '.') ? strchr(at, '.') + 1 : NULL)
        if (strncasecmp(at, "xn--", 4) == 0)
            return true;
    return false;
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static const char *wrong_labels(const char *domain)
{
    size_t labels = 0;
    bool letter = false;
    for (const char *label = domain;;) {
        size_t n = strcspn(label, ".");
        if (!n)
            return "the domain has an empty part";
        if (n > 63)
            return "a part of the domain is longer than 63 characters";
        if (label[0] == '-' || label[n - 1] == '-')
            return "a part of the domain begins or ends with a hyphen";
        letter = false;
        for (size_t i = 0; i < n; i++) {
            if (label[i] != '-' && !is_letter(label[i]) && (label[i] < '0' || label[i] > '9'))
                return "the domain has a character that no domain has";
            letter = letter || is_letter(label[i]);
        }
        labels++;
        if (!label[n])
            return labels < 2 ? "the domain has only one part"
                   : letter   ? NULL
                              : "the domain ends in a number";
        label += n + 1;
    }
}

static const char *refused_domain(int code)
{
    switch (code) {
    case IDN2_PUNYCODE_BIG_OUTPUT:
    case IDN2_TOO_BIG_LABEL: return "a part of the domain is longer than 63 characters";
    case IDN2_TOO_BIG_DOMAIN: return "the domain is too long";
    case IDN2_PUNYCODE_BAD_INPUT:
    case IDN2_PUNYCODE_OVERFLOW:
    case IDN2_INVALID_ALABEL:
    case IDN2_ALABEL_ROUNDTRIP_FAILED: return "the domain has a part with xn-- that stands for nothing";
    case IDN2_BIDI: return "the domain mixes directions of writing";
    default: return "the domain has a character that no domain has";
    }
}

bool address_domain(const char *domain, char to[ADDRESS_DOMAIN], const char **why)
{
    size_t size = strlen(domain);
    *why = NULL;
    if (size > 4 * 253)
        *why = "the domain is too long";
    else if (!text_utf8(domain, size))
        *why = "the domain is no UTF-8";
    if (*why)
        return false;
    if (is_ascii(domain) && !has_punycode(domain)) {
        if (size >= ADDRESS_DOMAIN)
            *why = "the domain is too long";
        for (size_t i = 0; i <= size && !*why; i++)
            to[i] = (char)(domain[i] >= 'A' && domain[i] <= 'Z' ? domain[i] + ('a' - 'A') : domain[i]);
    } else {
        /* In small letters first: libidn2 refuses some capitals (Georgian) whose small letter it takes, and one name has one answer. */
        struct arena *scratch = arena_open();
        const char *lower = text_lower(scratch, domain);
        uint8_t *made = NULL;
        int code = idn2_lookup_u8((const uint8_t *)lower, &made, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL);
        if (code != IDN2_OK)
            *why = refused_domain(code);
        else if (strlen((const char *)made) >= ADDRESS_DOMAIN)
            *why = "the domain is too long";
        else
            memcpy(to, made, strlen((const char *)made) + 1);
        idn2_free(made);
        arena_close(scratch);
    }
    if (!*why)
        *why = wrong_labels(to);
    return !*why;
}

const char *address_wrong(const char *text)
{
    const char *at = text ? strrchr(text, '@') : NULL, *why;
    char domain[ADDRESS_DOMAIN];
    if (!at || at == text)
        return at ? "nothing stands before the @" : "it has no @";
    if (strlen(text) > 254)
        return "it is longer than 254 bytes";
    if (!address_domain(at + 1, domain, &why))
        return why;
    return text_email(text) ? NULL
                            : "what stands before the @ has a character or a dot that can not be there";
}

/* The parts of an address without blanks around it; false: it is none, and `whole` is all there is. */
static bool parts(struct arena *a, const char *text, const char **whole, const char **local,
                  char domain[ADDRESS_DOMAIN])
{
    const char *why;
    if (!text_utf8(text, strlen(text)))
        text = text_shown(a, text, true);
    size_t size = strlen(text);
    text = text_trimmed(text, &size);
    *whole = arena_text(a, text, size);
    const char *at = strrchr(*whole, '@');
    if (!at || !address_domain(at + 1, domain, &why))
        return false;
    *local = arena_text(a, *whole, (size_t)(at - *whole));
    return true;
}

/* Looked up in every session.me: no printf. */
static char *joined(struct arena *a, const char *local, const char *domain)
{
    const size_t n = strlen(local), m = strlen(domain);
    char *text = arena_alloc(a, n + m + 2);
    memcpy(text, local, n);
    text[n] = '@';
    memcpy(text + n + 1, domain, m + 1);
    return text;
}

char *address_canonical(struct arena *a, const char *text)
{
    const char *whole, *local;
    char domain[ADDRESS_DOMAIN];
    if (!parts(a, text, &whole, &local, domain))
        return text_lower(a, whole);
    return joined(a, text_lower(a, local), domain);
}

bool address_same(const char *a, const char *b)
{
    if (!a || !b)
        return false;
    if (strcasecmp(a, b) == 0)
        return true;
    struct arena *scratch = arena_open();
    bool same = strcmp(address_canonical(scratch, a), address_canonical(scratch, b)) == 0;
    arena_close(scratch);
    return same;
}

char *address_key(struct arena *a, const char *text)
{
    const char *whole, *local;
    char domain[ADDRESS_DOMAIN];
    if (!parts(a, text, &whole, &local, domain))
        return text_fold(a, whole);
    return joined(a, text_fold(a, local), domain);
}

const char *address_envelope(struct arena *a, const char *text)
{
    const char *whole, *local;
    char domain[ADDRESS_DOMAIN];
    if (!text || !parts(a, text, &whole, &local, domain) || !is_ascii(local) || !text_email(whole))
        return NULL;
    /* Case is kept where it was typed: before the @ it may mean something to the receiver. */
    const char *at = strrchr(whole, '@') + 1;
    const char *made = joined(a, local, is_ascii(at) ? at : domain);
    return strlen(made) <= 254 ? made : NULL;
}
