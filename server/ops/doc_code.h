/* Codes that are mailed with a document and open it without an account: that document, and nothing else. The code stands in the mail alone;
 * the store has its keyed digest. What a session of one may do is said by its bound (who.document), which is looked at where requests come
 * in (server/door/auth.c) and where what they name is (server/core/owner.c). Why it is as it is: docs/decisions/document-codes.md. */
#ifndef SERVER_OPS_DOC_CODE_H
#define SERVER_OPS_DOC_CODE_H
#include "server/core/call.h"

/* Mails a code for a document that was sent, to that contact person, or (0) to the one to turn to, or else to the customer's own address.
 * An earlier one to the same address ends. ERR_SWITCHED_OFF, ERR_NO_EMAIL, ERR_STATE, ERR_NOT_FOUND (field "contact"). */
enum err doc_code_send(struct call *c, const struct document *d, uint64_t contact,
                       struct doc_code **out) MUST_USE;
/* Does it open its document now? *why: or why not, in words; NULL: it does. Looked at again at every request. */
enum err doc_code_why_not(struct call *c, const struct doc_code *code, const char **why) MUST_USE;
/* Takes it back, with its mail. One that was taken back stays as it is. */
enum err doc_code_end(struct call *c, struct doc_code *code) MUST_USE;
/* The same for all of a document. */
enum err doc_code_end_all(struct call *c, uint64_t document) MUST_USE;

/* --- for session_open.c, of a session that a code opens ------------------------------------------------------------------------- */
/* Fills what it is good for; the rest is there. */
enum err doc_code_session(struct call *c, const struct doc_code *code, struct session *s) MUST_USE;
/* Sets *lives false when its code is good no more. */
enum err doc_code_lives(struct call *c, const struct session *s, bool *lives) MUST_USE;
/* Notes on the code and in the log that it was used, and from where. ERR_SLOW_DOWN after too many times. */
enum err doc_code_opened(struct call *c, const struct session *s) MUST_USE;
/* What the one of the session is told besides what everybody is. */
enum err doc_code_me(struct call *c, const struct session *s, struct me *me) MUST_USE;
#endif
