/* E-mail addresses as people mean them: blanks around them and the case do not count, and an internationalised domain is the same
 * in both its spellings (RFC 5890: "münchen.example", "xn--mnchen-3ya.example"). What was entered is kept as it was spelt; what is
 * compared, looked up or written on an envelope comes from here. libidn2 (IDNA 2008) has the rules of domains. */
#ifndef COMMON_ADDRESS_H
#define COMMON_ADDRESS_H
#include "common/arena.h"
#include "common/err.h"

#define ADDRESS_DOMAIN 256

/* The domain as the DNS spells it: labels of letters, digits and inner hyphens (RFC 1035, 63 bytes each), lower case, at least two
 * of them, the last no number. False: it is none, and *why says what is wrong, as the end of a sentence. */
bool address_domain(const char *domain, char to[ADDRESS_DOMAIN], const char **why) MUST_USE;
/* What is wrong with an address, as the end of a sentence ("has no @"); NULL: nothing (text_email). */
const char *address_wrong(const char *text);
/* Equal for two spellings of one address, and for nothing else. Never fails: what is no address is only trimmed and lowered. */
char *address_canonical(struct arena *a, const char *text);
bool address_same(const char *a, const char *b); /* NULL is like nothing */
/* The key that indexes hold: text_fold of the local part with the DNS spelling of the domain. Alike addresses may share it: compare
 * with address_same what was found by it. */
char *address_key(struct arena *a, const char *text);
/* As it stands on an envelope and in a header; NULL when it can not (a local part beyond ASCII needs SMTPUTF8). */
const char *address_envelope(struct arena *a, const char *text);
#endif
