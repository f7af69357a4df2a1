/* What every verb of posternctl shares: options, the link, one way to call, one way to complain. */
#ifndef PROTO_CTL_CTL_H
#define PROTO_CTL_CTL_H
#include "common/arena.h"
#include "common/buf.h"
#include "proto/envelope.h"
#include "proto/link.h"
#include <stdio.h>

#define CTL_TRIES 4 /* of one request; always with the same id, so that a write happens once */
#define CTL_CONNECT_MS 2000
#define CTL_CALL_MS 30000
#define CTL_HEAVY_MS 600000
#define CTL_BUSY_MS 5000 /* longest pause that a busy server can ask for */
#define CTL_SLOW_MS \
    600000 /* how long a write waits in all where the server says that it was too much in a short time */

struct ctl {
    struct arena *a; /* of the whole run */
    /* options */
    const char *url, *session_path, *id_text, *contacts, *invoices, *payments, *encoding, *decimal;
    const char *retainers, *credit_notes, *credits_applied, *refunds;
    const char *profile, *token_file, *ca, *part, *mapping, *to;
    bool url_given, json, csv, tsv, all, follow, local, dry_run, per_invoice, per_customer, skip_bad, update,
        help, yes, wait, wide;
    bool lines;                 /* JSON a row a line, of all pages */
    bool helping;               /* what c->words name is to be told about */
    const char *program, *call; /* what it calls itself; how it is called: "posternctl", "ssh portal@HOST" */
    bool no_files; /* the session is in `token`, and no file of this machine is read or written */
    const char *(*elsewhere)(
        const char *name); /* why a verb or an option of posternctl is not here; NULL: all are */
    int n_words;           /* what is no option, the verb or operation first */
    const char **words;
    void (*qr)(FILE *to, const char *text); /* draws a QR code on a terminal; NULL: the program can not */
    /* state */
    struct link *link;  /* opened by the first call */
    bool settled;       /* profile_settle has been there */
    const char *portal; /* of the environment or the profile; NULL: none */
    const char *token;  /* that was given, else of the session file; NULL when there is none */
    struct buf request;
    struct refusal why;
};

/* Opens the link when it is not open, sends a packed request and returns the answer's result (within the link's memory, valid
 * until the next call). Tries again, up to CTL_TRIES times, when the server went away or is busy. A refusal is in c->why. */
enum err ctl_send(struct ctl *c, const struct op *op, struct bytes *result) MUST_USE;
/* One operation: packs `args` (a msgpack map), gives a write an id (or the one of --id), sends. */
enum err ctl_call_raw(struct ctl *c, const struct op *op, const uint8_t *args, size_t size,
                      struct bytes *result) MUST_USE;
/* The same with structs; `out` may be NULL. Results live in the arena `a`. */
enum err ctl_call(struct ctl *c, struct arena *a, enum op_number op, const void *in, void *out) MUST_USE;
/* The same from words "field=value" (args.h). The words may hold a password's place, never a password. Where the row says that the operation
 * takes one as proof (SHOWS) and none was given, a terminal is asked for it. */
enum err ctl_ask(struct ctl *c, const struct op *op, const char *const *words, int n,
                 struct bytes *result) MUST_USE;
/* The same, with the result in the operation's output struct. */
enum err ctl_ask_for(struct ctl *c, enum op_number op, const char *const *words, int n, void *out) MUST_USE;
/* A result on standard output as asked for: JSON as the wire says it, or for people. */
enum err ctl_print(struct ctl *c, const struct op *op, const struct bytes *result) MUST_USE;
/* complain.c. Says on standard error what went wrong, with --json as one object, and returns the exit code. */
int ctl_fail(struct ctl *c, enum err e);
int ctl_unknown(struct ctl *c); /* there is nothing of the name that the words begin with: exit code 2 */
int ctl_usage(struct ctl *c, const char *sentence); /* exit code 2 */
int ctl_lost(struct ctl *c);                        /* the same when standard output can not be written */
/* 32 hexadecimal digits → id. */
enum err ctl_id(const char *hex, uint8_t id[CALL_ID], struct refusal *why) MUST_USE;

/* verbs; each returns the exit code */
int verb_login(struct ctl *c);
int verb_logout(struct ctl *c);
int verb_describe(struct ctl *c);
int verb_backup(struct ctl *c);
int verb_check(struct ctl *c);
int verb_events(struct ctl *c);
int verb_audit(struct ctl *c);
int verb_export(struct ctl *c);
int verb_import(struct ctl *c);
int verb_bank(struct ctl *c);
int verb_help(struct ctl *c);
int verb_op(struct ctl *c, const struct op *op);
/* rows.c: a list as CSV, TSV, lines of JSON or, with --all, one table: all pages where that is asked for. */
bool rows_wanted(const struct ctl *c);
bool rows_in(const struct op *op);                 /* is its answer one? */
int verb_rows(struct ctl *c, const struct op *op); /* of an operation with rows_in */
/* payment.pay: exit code 7 when the card was declined; --wait: asks until the gateway has said (word_pay.c). */
int verb_pay(struct ctl *c, const struct op *op);
int verb_help_op(struct ctl *c, const struct op *op);
#endif
