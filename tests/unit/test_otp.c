/* One-time passwords: the vectors of RFC 6238, and what a code is good for. */
#include "server/core/otp.h"
#include "tests/unit/test.h"

static struct arena *arena;
static const uint8_t secret[] = "12345678901234567890";

static void codes_are_those_of_rfc_6238(void)
{
    static const struct {
        int64_t second;
        const char *code;
    } vectors[] = {{59, "287082"},         {1111111109, "081804"}, {1111111111, "050471"},
                   {1234567890, "005924"}, {2000000000, "279037"}, {20000000000, "353130"}};
    for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++) {
        int64_t counter = 0;
        CHECK(otp_check(secret, vectors[i].second * 1000, 0, vectors[i].code, &counter));
        CHECK_INT(counter, vectors[i].second / 30);
    }
}

static void a_code_is_good_one_step_early_and_late_and_no_more(void)
{
    const int64_t now = 1111111111000, step = OTP_STEP_MS;
    int64_t counter;
    CHECK(otp_check(secret, now - step, 0, "050471", &counter));
    CHECK_INT(counter, 1111111111 / 30);
    CHECK(otp_check(secret, now + step, 0, "050471", &counter));
    CHECK(!otp_check(secret, now + 2 * step, 0, "050471", &counter));
    CHECK(!otp_check(secret, now - 2 * step, 0, "050471", &counter));
}

static void a_code_is_never_good_twice_nor_one_before_it(void)
{
    const int64_t now = 1111111111000;
    int64_t counter, later;
    CHECK(otp_check(secret, now, 0, "050471", &counter));
    CHECK(!otp_check(secret, now, counter, "050471", &later));
    CHECK(!otp_check(secret, now, counter, "081804", &later)); /* of the step before */
    CHECK(otp_check(secret, now, counter - 1, "050471", &later));
}

static void what_is_not_six_digits_is_no_code(void)
{
    static const char *const wrong[] = {"",       "05047",  "0504711", "05047a", "050471\n", "-50471",
                                        "+50471", "٠٥٠٤٧١", "      ",  "0x0471", "050472",   "5 0 4 7 1"};
    int64_t counter = -1;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        CHECK(!otp_check(secret, 1111111111000, 0, wrong[i], &counter));
    CHECK_INT(counter, -1);
    CHECK(otp_check(secret, 1111111111000, 0, " 050 471 ", &counter));
}

static void the_secret_is_written_for_phones_and_for_people(void)
{
    CHECK_TEXT(otp_text(arena, secret), "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ");
    CHECK_TEXT(otp_uri(arena, "Acme", "ada@acme.test", secret),
               "otpauth://totp/Acme%3Aada@acme.test?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Acme");
    CHECK_TEXT(otp_uri(arena, "Bob & Söhne", "a+b@x.test", secret), "otpauth://totp/a%2Bb@x.test?secret="
                                                                    "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer="
                                                                    "Bob%20%26%20S%C3%B6hne");
}

static void names_of_any_length_stay_within_what_a_small_code_holds(void)
{
    const char *names[] = {"",
                           "x",
                           "a long name of a business with many words",
                           "ÄÖÜÄÖÜÄÖÜÄÖÜÄÖÜÄÖÜÄÖÜ",
                           "&&&&&&&&&&&&&&&&&&&&",
                           "日本語の会社日本語の会社日本語の会社"};
    for (size_t i = 0; i < 6; i++)
        for (size_t j = 0; j < 6; j++) {
            const char *uri = otp_uri(arena, names[i], names[j], secret);
            CHECK(strlen(uri) <= OTP_URI);
            for (const char *c = strchr(uri, '%'); c; c = strchr(c + 1, '%')) /* nothing is cut in two */
                CHECK(strlen(c) >= 3 && strspn(c + 1, "0123456789ABCDEF") >= 2);
        }
}

int main(void)
{
    CHECK_INT(otp_start(), OK);
    arena = arena_open();
    codes_are_those_of_rfc_6238();
    a_code_is_good_one_step_early_and_late_and_no_more();
    a_code_is_never_good_twice_nor_one_before_it();
    what_is_not_six_digits_is_no_code();
    the_secret_is_written_for_phones_and_for_people();
    names_of_any_length_stay_within_what_a_small_code_holds();
    arena_close(arena);
    return test_end();
}
