/* What a transfer between banks is written with: BIC (IBANs: common/iban.h), the reference that a payer quotes, and the text of the QR code that banks' apps
 * read. No state, no store. Sources: ISO 13616 and the lengths of its register, ISO 9362, ISO 11649, ISO 7064 (mod 97-10), EPC069-12. */
#ifndef SERVER_PAY_TRANSFER_H
#define SERVER_PAY_TRANSFER_H
#include "common/arena.h"
#include "common/err.h"
#include "common/iban.h"
#include "common/money.h"
#include <stdbool.h>
#include <stdint.h>

#define BIC_TEXT 12       /* 11 */
#define REFERENCE_TEXT 26 /* 25 */

/* Reads a BIC as iban_read does an IBAN. */
const char *transfer_bic(const char *typed, char to[BIC_TEXT]);

/* The creditor reference of a document: "RF", two check digits, the document's id. The same for ever, and nothing is kept for it. */
void transfer_reference(uint64_t document, char to[REFERENCE_TEXT]);
/* The document of a reference as a payer or a bank wrote it, with blanks, small letters or zeros before the number. False: it is none of ours,
 * or mistyped. */
bool transfer_reference_read(const char *written, uint64_t *document);

/* "RF73 INV0 0012 3": as people read and type it. In the arena. */
const char *transfer_fours(struct arena *a, const char *text);

struct transfer {
    const char *holder, *iban, *bic, *reference; /* bic may be NULL or "" */
    struct money amount;
};
/* What a QR code says for that (EPC069-12, version 002, UTF-8), in the arena. NULL: there is no such code for it: another currency than the
 * euro, an amount or texts that it does not hold. Nothing is cut. */
const char *transfer_qr(struct arena *a, const struct transfer *t);
#endif
