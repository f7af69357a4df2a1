#include "server/core/otp.h"
#include <liboath/oath.h>
#include <string.h>

#define BASE32 (OTP_SECRET * 8 / 5)

enum err otp_start(void)
{
    return oath_init() == OATH_OK ? OK : ERR_INTERNAL;
}

static bool six_digits(const char *typed, char digits[OTP_DIGITS + 1])
{
    size_t n = 0;
    for (const char *c = typed; *c; c++) {
        if (*c == ' ')
            continue;
        if (*c < '0' || *c > '9' || n == OTP_DIGITS)
            return false;
        digits[n++] = *c;
    }
    digits[n] = '\0';
    return n == OTP_DIGITS;
}

bool otp_check(const uint8_t secret[OTP_SECRET], int64_t now, int64_t last, const char *typed,
               int64_t *counter)
{
    char digits[OTP_DIGITS + 1];
    uint64_t found;
    if (!six_digits(typed, digits))
        return false;
    int steps = oath_totp_validate3((const char *)secret, OTP_SECRET, (time_t)(now / 1000),
                                    OTP_STEP_MS / 1000, 0, 1, NULL, &found, digits);
    if (steps < 0 || (int64_t)found <= last)
        return false;
    *counter = (int64_t)found;
    return true;
}

static void base32(char text[BASE32 + 1], const uint8_t secret[OTP_SECRET])
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    for (size_t i = 0; i < BASE32; i++) {
        size_t bit = i * 5;
        unsigned two = (unsigned)secret[bit / 8] << 8 | (bit % 8 > 3 ? secret[bit / 8 + 1] : 0u);
        text[i] = letters[two >> (11 - bit % 8) & 31];
    }
    text[BASE32] = '\0';
}

const char *otp_text(struct arena *a, const uint8_t secret[OTP_SECRET])
{
    char plain[BASE32 + 1], *text = arena_alloc(a, BASE32 / 4 * 5), *to = text;
    base32(plain, secret);
    for (size_t i = 0; i < BASE32; i++) {
        if (i && i % 4 == 0)
            *to++ = ' ';
        *to++ = plain[i];
    }
    return text;
}

/* Percent-encodes (RFC 3986) as many whole characters as make at most `most` bytes. */
static const char *encoded(struct arena *a, const char *text, size_t most)
{
    static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~@";
    static const char hex[] = "0123456789ABCDEF";
    char *made = arena_alloc(a, strlen(text) * 3 + 1);
    size_t n = 0, whole = 0;
    for (const char *c = text;; c++) {
        if (((unsigned char)*c & 0xc0) != 0x80)
            whole = n <= most ? n : whole; /* a character begins here */
        if (!*c || n > most)
            break;
        if (strchr(plain, *c)) {
            made[n++] = *c;
        } else {
            made[n++] = '%';
            made[n++] = hex[(unsigned char)*c >> 4];
            made[n++] = hex[(unsigned char)*c & 15];
        }
    }
    made[whole] = '\0';
    return made;
}

/* The issuer stands before the account too, for older phones, when there is room for that. */
const char *otp_uri(struct arena *a, const char *issuer, const char *account,
                    const uint8_t secret[OTP_SECRET])
{
    static const char form[] = "otpauth://totp/?secret=&issuer=";
    char plain[BASE32 + 1];
    base32(plain, secret);
    const size_t room = OTP_URI - (sizeof form - 1) - BASE32;
    const char *who = encoded(a, account, room);
    const char *from = encoded(a, issuer, strlen(who) < room / 2 ? room - strlen(who) : room / 2);
    who = encoded(a, account, room - strlen(from));
    bool twice = strlen(from) * 2 + 3 + strlen(who) <= room;
    return arena_printf(a, "otpauth://totp/%s%s%s?secret=%s&issuer=%s", twice ? from : "", twice ? "%3A" : "",
                        who, plain, from);
}
