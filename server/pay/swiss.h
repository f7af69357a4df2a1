/* The Swiss QR bill (SIX, version 02.00): what its code says, and the reference that goes with accounts made for it (QR-IBAN). No state, no store. */
#ifndef SERVER_PAY_SWISS_H
#define SERVER_PAY_SWISS_H
#include "server/pay/transfer.h"

#define QRR_TEXT 28 /* 27 digits */

/* Is that IBAN one that only takes payments with a QR reference? A plain one takes the creditor reference of ISO 11649. */
bool swiss_qr_iban(const char *iban);
/* The QR reference of a document: its id with zeros before it, and a check digit. Read: with blanks or without; false: none of ours, or mistyped. */
void swiss_reference(uint64_t document, char to[QRR_TEXT]);
bool swiss_reference_read(const char *written, uint64_t *document);
/* "21 00000 00003 13947 14300 09017": as people read it. In the arena. */
const char *swiss_fives(struct arena *a, const char *reference);

/* Where the business is: each a line of text; country: its code of ISO 3166-1. Any may be NULL or "". */
struct swiss_place {
    const char *street, *code, *city, *country;
};
/* What the code says for a transfer in francs, in the arena. NULL: there is none, and *why says what is missing or does not fit, as a sentence. Nothing is
 * cut. */
const char *swiss_qr(struct arena *a, const struct transfer *t, const struct swiss_place *at,
                     const char **why);
#endif
