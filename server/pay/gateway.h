/* Payment gateways: what takes money from a card. One interface; `sandbox` is embedded, deterministic and for demo and tests.
 *
 * A charge is named by a key of ours and made once per key: charging again with the same key gives the outcome of the first
 * charge. So whoever does not know what became of a charge asks, or charges again with the same key, and never pays twice.
 * All functions but open and close may be called from any number of threads at once and may block (never inside a
 * transaction). Card numbers and codes are looked at only in gateway_tokenize and are kept, logged and repeated nowhere. */
#ifndef SERVER_PAY_GATEWAY_H
#define SERVER_PAY_GATEWAY_H
#include "common/arena.h"
#include "common/money.h"

struct gateway {
    const struct gateway_kind *kind;
};

struct gateway_card {
    const char *number, *expiry, *code; /* as typed; the caller wipes them */
};
struct gateway_method {
    const char *token;  /* what the gateway knows the card by; ≤ 200 characters */
    const char *method; /* for people: "Visa ending 4242" */
};

/* What has to be said wherever its payments are asked for or shown, as a sentence's beginning: "sandbox: no money moves"; NULL: nothing.
 * By name, also of a gateway that is not open; NULL for a name that is none. */
const char *gateway_note(const char *name);
const char *gateway_name_at(size_t i); /* all there could be, open or not; NULL behind the last */

enum gateway_state {
    GATEWAY_UNKNOWN, /* it has heard of no charge with that key, or could not be asked */
    GATEWAY_PENDING,
    GATEWAY_SUCCEEDED,
    GATEWAY_FAILED,
};
struct gateway_outcome {
    enum gateway_state state;
    char sentence[200]; /* of GATEWAY_FAILED: why, for the one who pays; else "" */
};

/* Opens the gateway of that name; what it keeps is in `folder`. ERR_NOT_FOUND: no such gateway; ERR_LOCKED: another process
 * has it; ERR_DAMAGED, ERR_IO. The caller closes it when no other thread uses it any more. */
enum err gateway_open(const char *name, const char *folder, struct gateway **out) MUST_USE;
void gateway_close(struct gateway *g); /* accepts NULL */
const char *gateway_name(const struct gateway *g);

/* Checks the card and gives what stands for it from now on, in the arena. `today` is the civil day of the business.
 * ERR_INVALID with field card_number, card_expiry or card_code: mistyped or expired. ERR_PAYMENT_FAILED: the gateway does
 * not take this card. Nothing is charged. */
enum err gateway_tokenize(struct gateway *g, struct arena *a, const struct gateway_card *card, int32_t today,
                          struct gateway_method *out, struct refusal *why) MUST_USE;
/* Charges once per key (1..64 letters and digits). OK with an outcome that is never GATEWAY_UNKNOWN. A fault (ERR_IO,
 * ERR_DISK_FULL, ERR_OFFLINE …): it is not known whether it was charged: ask later. ERR_ID_REUSED: that key was used for
 * another amount or card. */
enum err gateway_charge(struct gateway *g, const char *token, const char *key, struct money amount,
                        struct gateway_outcome *out) MUST_USE;
/* What became of the charge with that key; GATEWAY_UNKNOWN: there never was one. */
enum err gateway_ask(struct gateway *g, const char *key, struct gateway_outcome *out) MUST_USE;

/* --- for the files that implement one ----------------------------------------------------------------------------------- */
struct gateway_kind {
    const char *name, *note; /* gateway_note */
    enum err (*open)(const char *folder, struct gateway **out);
    void (*close)(struct gateway *g);
    enum err (*tokenize)(struct gateway *g, struct arena *a, const struct gateway_card *card, int32_t today,
                         struct gateway_method *out, struct refusal *why);
    enum err (*charge)(struct gateway *g, const char *token, const char *key, struct money amount,
                       struct gateway_outcome *out);
    enum err (*ask)(struct gateway *g, const char *key, struct gateway_outcome *out);
};
extern const struct gateway_kind gateway_sandbox;
#endif
