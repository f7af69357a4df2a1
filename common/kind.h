/* What a stored thing is. The number is the first byte after the business in its key: permanent. */
#ifndef COMMON_KIND_H
#define COMMON_KIND_H

enum kind {
    KIND_NONE = 0,
    KIND_BUSINESS = 1,
    KIND_STAFF = 2,
    KIND_CUSTOMER = 3,
    KIND_CONTACT = 4,
    KIND_ITEM = 5,
    KIND_TAX = 6,
    KIND_DOCUMENT = 7,
    KIND_VERSION = 8,
    KIND_PAYMENT = 9,
    KIND_COMMENT = 10,
    KIND_EVENT = 11,
    KIND_SESSION = 12,
    KIND_SERIES = 13,
    KIND_BELL = 14,
    KIND_TICKET = 15,
    KIND_SSH_KEY = 16,
    KIND_MFA = 17,
    KIND_MACHINE_TOKEN = 18,
    KIND_MAIL = 19,
    KIND_MAIL_SETTINGS = 20,
    KIND_AUDIT = 21,
    KIND_DUE = 22,
    KIND_GATEWAY = 23,
    KIND_DOC_CODE = 32,
    KIND_SAVED_METHOD = 33,
    KIND_REFUND = 24,
    KIND_SCHEDULE = 25,
    KIND_REMINDER_RULE = 26,
    KIND_REMINDED = 27,
    KIND_STATEMENT = 28,
    KIND_STATEMENT_LINE = 29,
    KIND_BANK_MAPPING = 31,
    KIND_GATEWAY_SEEN = 34,
    KIND_STORED_END = 37,
    KIND_ANY = 30,  /* an id that the handler checks itself */
    KIND_OWED = 44, /* documents that something is owed on, as an argument asks for them */
/* Documents of one kind, as an argument asks for them; stored as KIND_DOCUMENT. */
#define DOC_KIND(symbol, number, subject, record, ...) KIND_##symbol = (record),
#include "common/doc_kind.def"
};
/* Is it a kind of documents, or all of them? */
static inline int kind_document(enum kind k)
{
    switch (k) {
#define DOC_KIND(symbol, ...) case KIND_##symbol:
#include "common/doc_kind.def"
    case KIND_OWED:
    case KIND_DOCUMENT: return 1;
    default: return 0;
    }
}
/* Have records of that kind a printed number of their own, by which people name them? */
static inline int kind_numbered(enum kind k)
{
    return kind_document(k) || k == KIND_PAYMENT || k == KIND_REFUND;
}
#endif
