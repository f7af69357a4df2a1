/* Text that came from somebody, and addresses: what is shown, folded, lowered, trimmed or brought to one form is well-formed, inside its
 * bounds, and stays what it is when that is done again. A first byte is a width. */
#include "common/text.h"
#include "common/address.h"
#include "tests/fuzz/fuzz.h"

static void check_shown(struct arena *a, const char *text, bool lines)
{
    const char *shown = text_shown(a, text, lines);
    must(is_clean(shown, lines));
    must(strcmp(text_shown(a, shown, lines), shown) == 0);
}

static void check_fit(const char *text, size_t columns)
{
    size_t used, size = strlen(text), n = text_fit(text, columns, &used);
    must(n <= size && used <= columns && text_columns(text) >= used);
    must((n == size) == (text_columns(text) <= columns));
    if (is_utf8(text))
        must(text_utf8(text, n));
}

static void check_forms(struct arena *a, const char *text)
{
    const char *folded = text_fold(a, text), *search = text_search(a, text);
    must(is_utf8(folded) && strcmp(text_fold(a, folded), folded) == 0);
    must(is_utf8(search) && strlen(search) <= strlen(folded));
    if (is_utf8(text)) {
        const char *lower = text_lower(a, text);
        must(is_utf8(lower) && strcmp(text_lower(a, lower), lower) == 0);
        must(strcmp(text_fold(a, lower), folded) == 0);
    }
}

static void check_nfc(struct arena *a, const char *text, size_t room)
{
    size_t more = strlen(text) * 6 + 1;
    char *to = arena_alloc(a, room), *whole = arena_alloc(a, more), *again = arena_alloc(a, more);
    bool fits = room && text_nfc(text, to, room);
    must(!fits || strlen(to) < room);
    if (!is_utf8(text))
        return;
    must(text_nfc(text, whole, more) && is_utf8(whole));
    must(text_nfc(whole, again, more) && strcmp(whole, again) == 0);
    must(!fits || strcmp(to, whole) == 0);
    must(fits || room <= strlen(whole) || room <= strlen(text));
}

static void check_trimmed(const char *text)
{
    size_t size = strlen(text), all = size, left;
    const char *at = text_trimmed(text, &size);
    must(at >= text && at + size <= text + all);
    must(text_blank(text, all) == (size == 0));
    left = size;
    must(text_trimmed(at, &left) == at && left == size);
}

static void check_words(struct arena *a, const char *text)
{
    const char *folded = text_fold(a, text), *at = folded, *word;
    size_t size;
    while ((size = text_word(&at, &word)) != 0)
        must(word >= folded && word + size == at && text_utf8(word, size));
    must(!*at);
}

static void check_address(struct arena *a, const char *text)
{
    const char *one = address_canonical(a, text), *key = address_key(a, text), *why;
    const char *envelope = address_envelope(a, text);
    char domain[ADDRESS_DOMAIN], again[ADDRESS_DOMAIN];
    must(strcmp(address_canonical(a, one), one) == 0);
    must(address_same(text, text) && address_same(text, one));
    must(strcmp(address_key(a, one), key) == 0);
    must((address_wrong(text) == NULL) == text_email(text));
    if (envelope) {
        for (const char *c = envelope; *c; c++)
            must(*c > ' ' && *c < 127);
        must(text_email(envelope) && address_same(text, envelope));
    }
    if (address_domain(text, domain, &why))
        must(address_domain(domain, again, &why) && strcmp(domain, again) == 0);
    else
        must(why && *why);
}

static void check_mended(const char *text, size_t limit)
{
    char cut[128];
    snprintf(cut, sizeof cut, "%.*s", (int)(limit % sizeof cut), text);
    err_mend(cut);
    if (is_utf8(text))
        must(is_utf8(cut) && strncmp(cut, text, strlen(cut)) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_open();
    struct given in = {data, size};
    size_t width = take_byte(&in);
    const char *text = take_text(a, &in);
    check_shown(a, text, false);
    check_shown(a, text, true);
    check_fit(text, width);
    check_forms(a, text);
    check_nfc(a, text, width);
    check_trimmed(text);
    check_words(a, text);
    check_address(a, text);
    check_mended(text, width);
    if (is_utf8(text))
        must(text_length(text, strlen(text)) <= strlen(text));
    arena_close(a);
    return 0;
}
