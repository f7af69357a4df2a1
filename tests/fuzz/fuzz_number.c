/* Numbers and amounts as people write them. A first byte chooses the places and the currency. What is read is the same number when our own
 * screens write it; what is not read leaves no value. And products: rounded once, half away from zero. */
#include "common/number.h"
#include "common/money.h"
#include "tests/fuzz/fuzz.h"

#define UNTOUCHED INT64_C(0x5a5a5a5a5a5a5a)

__extension__ typedef __int128 wide;

static void check_refused(enum err e, const struct refusal *why, int64_t value, const char *text)
{
    must(value == UNTOUCHED && why->code == e && why->detail[0] && strcmp(why->field, "field") == 0);
    must(e == ERR_INVALID || e == ERR_OVERFLOW || e == ERR_CURRENCY);
    if (is_utf8(text))
        must(is_utf8(why->detail));
}

static void check_number(const char *text, int places)
{
    char plain[MONEY_TEXT];
    struct refusal why = {0};
    int64_t value = UNTOUCHED, again;
    enum err e = number_read(text, places, "field", &value, &why);
    if (e) {
        check_refused(e, &why, value, text);
        return;
    }
    must(number_read(money_plain(plain, value, places), places, "", &again, NULL) == OK && again == value);
    must(number_read(money_grouped(plain, value, places), places, "", &again, NULL) == OK && again == value);
    if (places == DECIMAL_PLACES) {
        must(decimal_parse(decimal_plain(plain, value), &again) == OK && again == value);
        must(number_read(plain, places, "", &again, NULL) == OK && again == value);
    }
}

static void check_money(struct arena *a, const char *text, const char *currency)
{
    char plain[MONEY_TEXT];
    struct refusal why = {0};
    int64_t value = UNTOUCHED, again;
    int digits = currency_digits(currency);
    enum err e = number_read_money(text, currency, "field", &value, &why);
    if (e) {
        check_refused(e, &why, value, text);
        return;
    }
    must(value <= MONEY_MAX && value >= -MONEY_MAX);
    must(money_parse(money_plain(plain, value, digits), digits, &again) == OK && again == value);
    money_grouped(plain, value, digits);
    must(number_read_money(plain, currency, "", &again, NULL) == OK && again == value);
    must(number_read_money(arena_printf(a, "%s %s", currency, plain), currency, "", &again, NULL) == OK &&
         again == value);
    must(number_read_money(arena_printf(a, "%s %s", plain, currency), currency, "", &again, NULL) == OK &&
         again == value);
}

static void check_exact(const char *text, int digits)
{
    char plain[MONEY_TEXT];
    int64_t value = UNTOUCHED, again;
    if (money_parse(text, digits, &value) == OK)
        must(money_parse(money_plain(plain, value, digits), digits, &again) == OK && again == value);
    else
        must(value == UNTOUCHED);
    value = UNTOUCHED;
    if (decimal_parse(text, &value) == OK)
        must(decimal_parse(decimal_plain(plain, value), &again) == OK && again == value);
    else
        must(value == UNTOUCHED);
    value = UNTOUCHED;
    if (number_read_percent(text, "", &value, NULL) == OK)
        must(number_read_percent(decimal_plain(plain, value), "", &again, NULL) == OK && again == value);
}

static void check_product(struct given *in)
{
    int64_t v[3] = {0}, made;
    memcpy(v, in->at, in->left < sizeof v ? in->left : sizeof v);
    if (v[2] <= 0) {
        must(money_mul_div(v[0], v[1], v[2], &made) == ERR_INVALID);
        return;
    }
    if (money_mul_div(v[0], v[1], v[2], &made) == OK) {
        wide rest = (wide)v[0] * v[1] - (wide)made * v[2];
        must((rest < 0 ? -rest : rest) * 2 <= v[2]);
    }
    if (money_extend(v[0], v[1], (int)(v[2] % 7), &made) == OK)
        must(made <= MONEY_MAX && made >= -MONEY_MAX);
    if (money_add(v[0], v[1], &made) == OK)
        must(made - v[1] == v[0]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const currencies[] = {"EUR", "JPY", "KWD", "CLF"};
    struct arena *a = arena_open();
    struct given in = {data, size};
    uint8_t chosen = take_byte(&in);
    check_product(&in);
    const char *text = take_text(a, &in);
    check_number(text, chosen % 7);
    check_money(a, text, currencies[chosen / 7 % 4]);
    check_exact(text, chosen % 7);
    arena_close(a);
    return 0;
}
