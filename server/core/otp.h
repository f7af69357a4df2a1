/* One-time passwords (TOTP, RFC 6238, as phones take them: SHA-1, 30 seconds, 6 digits): the only file that sees liboath. */
#ifndef SERVER_OTP_H
#define SERVER_OTP_H
#include "common/arena.h"
#include <stdint.h>

#define OTP_SECRET 20 /* bytes: as long as the hash (RFC 4226 §4 R6) */
#define OTP_STEP_MS 30000
#define OTP_DIGITS 6

enum err otp_start(void) MUST_USE; /* once per process */
/* Is `typed` (six digits, blanks between them allowed) the code of this step, the one before or the one after? Then *counter
 * is the number of its step, which the caller stores: a code of a step ≤ `last` is not taken again, nor are older ones
 * (RFC 6238 §5.2). now: UTC milliseconds. */
bool otp_check(const uint8_t secret[OTP_SECRET], int64_t now, int64_t last, const char *typed,
               int64_t *counter);
/* For typing by hand: base 32 in eight groups of four letters. */
const char *otp_text(struct arena *a, const uint8_t secret[OTP_SECRET]);
/* For the QR code: "otpauth://totp/…". At most OTP_URI bytes, what a code of 37 × 37 squares holds (QR version 5, level L), so
 * that it fits a terminal of 24 lines: long names are cut. */
#define OTP_URI 106
const char *otp_uri(struct arena *a, const char *issuer, const char *account,
                    const uint8_t secret[OTP_SECRET]);
#endif
