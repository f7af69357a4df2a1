/* Who may sign in, and the one way in for all who were let in: by password, code, key or invitation. */
#ifndef SERVER_OPS_SESSION_OPEN_H
#define SERVER_OPS_SESSION_OPEN_H
#include "server/core/call.h"

#define CANDIDATES 10 /* persons with one e-mail address that are looked at */

/* The one answer to all who may not come in: ERR_CREDENTIALS. */
enum err session_refused(struct call *c) MUST_USE;
/* Reads a contact person; ERR_NOT_FOUND when nobody may sign in as that person: no access, no password, or the customer is
 * deactivated. */
enum err session_may_sign_in(struct call *c, uint64_t id, struct contact *p) MUST_USE;
/* Do two persons of one address have the same password? The salt goes with the address (docs/decisions/passwords.md), so equal
 * hashes are equal passwords; hashes of another server key count as different. */
bool session_same_password(const struct contact *a, const struct contact *b);
/* The contact persons of an address who may sign in, CANDIDATES at most. The index is folded: it takes "jose@…" and "josé@…", two mailboxes
 * of perhaps two people, for one, and knows the beginning of a long address only. What lets somebody in is the address itself
 * (address_same). */
enum err session_persons(struct call *c, const char *email, struct contact v[CANDIDATES], size_t *n) MUST_USE;
/* Is there nobody but whoever asks with their address? Told by the index alone. */
enum err session_alone(struct call *c, bool *alone) MUST_USE;
/* The staff account of an address; ERR_NOT_FOUND when there is none that is active. */
enum err session_staff(struct call *c, const char *email, struct staff *s) MUST_USE;

struct way_in {
    int side; /* enum side */
    uint64_t person;
    const char *hash; /* the password's hash that was compared; NULL: none was asked for */
    int means;        /* enum means */
    const char *from; /* where the person's terminal is, as the peer says it; NULL: it says nothing */
    bool bound;       /* ends with the connection */
    bool code_shown;  /* the second factor was shown, too */
    bool typed;       /* of a switch: the password there was typed for it */
    uint64_t key;     /* number of the SSH key; 0: none */
    const struct doc_code *code; /* the code of a document that opens it, and no person; NULL: none */
    const struct session
        *before; /* the one that is switched: its origin and its time go on; NULL: this is the origin */
};
/* Opens a session for somebody who has shown the first factor, and binds the call to it. ERR_CREDENTIALS when access ended, or
 * the password changed, since. */
enum err session_open(struct call *c, const struct way_in *how, const char **token, struct me **me) MUST_USE;
/* What the one of a session is told about themselves. */
enum err session_me(struct call *c, const struct session *s, struct me **me) MUST_USE;
/* The second factor has been shown: the session goes on to what comes next. */
enum err session_code_shown(struct call *c, struct session *s) MUST_USE;
/* Is it still good: not too old, used lately, and its connection not one of an earlier daemon? */
enum err session_lives(struct call *c, const struct session *s, bool *lives) MUST_USE;
/* ERR_CONFIRM: session.confirm comes first. */
enum err session_ask_again(struct call *c) MUST_USE;
/* Was the password or a code shown within LIMIT_SHOWN_MS? */
bool session_shown(const struct call *c, const struct session *s);
/* The session of the call has just shown one; password: that was the password of its present customer. */
enum err session_show(struct call *c, bool password) MUST_USE;
/* A write of the daemon's own: the connection that session `id` is bound to has ended. */
enum err session_end_bound(struct call *c, uint64_t id, void *unused) MUST_USE;
/* Slow: is it the present password of the one who asks? ERR_CREDENTIALS with `field` (also for NULL), ERR_SLOW_DOWN. */
enum err session_password(struct call *c, const char *password, const char *field) MUST_USE;
/* Adds the customer of a person to a list that has room for it. */
enum err session_add_choice(struct call *c, uint64_t person, struct choice_list *list) MUST_USE;
/* The customers that the person of the call (same address, access on) may switch to; none when there is but one. */
enum err session_choices(struct call *c, struct choice_list *list) MUST_USE;
/* Marks those of a list that session.switch will ask the password for, for the session of the call. */
enum err session_mark_choices(struct call *c, struct choice_list *list) MUST_USE;
#endif
