/* Payment gateways: the ways a payment can be made, one row (gateways.def) and one file each. What customers pay with takes their money;
 * `hand` is what staff record.
 *
 * A charge is named by a key of ours and made once per key: charging again with the same key gives the outcome of the first
 * charge. So whoever does not know what became of a charge asks, or charges again with the same key, and never pays twice.
 * All functions but open and close may be called from any number of threads at once; take, charge and ask may block (never inside a
 * transaction). What was given (card numbers, codes) is looked at only in gateway_take and is kept, logged and repeated
 * nowhere. */
#ifndef SERVER_PAY_GATEWAY_H
#define SERVER_PAY_GATEWAY_H
#include "common/arena.h"
#include "common/shape.h"
#include <stdatomic.h>

enum gateway_number {
#define GATEWAY(symbol, number, ...) GATEWAY_##symbol = (number),
#include "server/pay/gateways.def"
#undef GATEWAY
};

struct gateway_doing;
struct gateway_kind {
    int number; /* enum gateway_number */
    const char *name;
    bool sandbox; /* opened only where the operator said --sandbox */
    const struct gateway_doing *doing;
    const char *help;
};
const struct gateway_kind *gateway_kinds(size_t *n);
const struct gateway_kind *gateway_numbered(int64_t number); /* NULL, likewise */
const struct gateway_kind *gateway_kind(const char *name);   /* NULL: none, or a newer program's */
/* What has to be said wherever its payments are asked for or shown, as a sentence's beginning: "sandbox: no money moves"; NULL: nothing.
 * By name, also of a gateway that is not open; NULL for a name that is none. */
const char *gateway_note(const char *name);

struct gateway_method {
    const char *name;                   /* of its own; with the gateway's: "sandbox/card" */
    enum pay_mode mode;                 /* how payments by it were made */
    const struct shape *(*wants)(void); /* what has to be given, texts alone; NULL: nothing */
    const char *title;                  /* what people call one that is used elsewhere: "Bank transfer" */
    bool keeps;                         /* what was given can be saved, and charged again later */
    const char *agree; /* what whoever pays by it agrees to, with %s for the business; NULL: nothing */
};
/* The i-th method of a gateway; false behind the last. */
bool gateway_method(const struct gateway_kind *kind, size_t i, struct gateway_method *out);
/* The method of that name; false when it has none. */
bool gateway_method_named(const struct gateway_kind *kind, const char *name, struct gateway_method *out);

/* --- those that this process has open ---------------------------------------------------------------------------------------- */
struct gateways;
/* What a gateway keeps for itself is in `folder`. ERR_LOCKED: another process has it; ERR_DAMAGED, ERR_IO. The caller closes them
 * when no other thread uses them any more. */
enum err gateways_open(const char *folder, bool sandbox, struct gateways **out) MUST_USE;
void gateways_close(struct gateways *g);                                       /* accepts NULL */
bool gateways_here(const struct gateways *g, const struct gateway_kind *kind); /* g NULL, kind NULL: no */

/* A gateway as it is open for one business (server/ops/payment_gateway.h fills it). */
struct gateway {
    const struct gateway_kind *kind;
    void *own; /* of the process, as doing->open gave it */
    struct gateway_settings settings;
    uint32_t business; /* to whom its secrets are sealed */
    const atomic_bool
        *stop; /* the caller's: what may take long is given up when it becomes true; NULL: never */
};
/* What of it is of the process; the settings are the caller's. ERR_NOT_FOUND: it is not here. */
enum err gateways_find(const struct gateways *g, const struct gateway_kind *kind,
                       struct gateway *out) MUST_USE;

/* --- paying with one ----------------------------------------------------------------------------------------------------------- */
struct gateway_taken {
    const char *token;  /* what the gateway knows the means by; ≤ 200 characters */
    const char *method; /* for people: "Visa ending 4242" */
    bool kept;          /* it can be saved; then what it is known by: */
    const char *brand;  /* ≤ 40 characters */
    char last4[5];
    int32_t expires; /* of a card: the last day on which it is good */
};
enum gateway_state {
    GATEWAY_UNKNOWN, /* it has heard of no charge with that key, or could not be asked */
    GATEWAY_PENDING,
    GATEWAY_SUCCEEDED,
    GATEWAY_FAILED,
    GATEWAY_DISPUTED, /* it had succeeded; the bank of the payer holds it back until that is decided */
    GATEWAY_REVERSED, /* it had succeeded, and the money was taken back for good */
};
struct gateway_outcome {
    enum gateway_state state;
    char sentence
        [200]; /* of GATEWAY_FAILED, DISPUTED, REVERSED: why, for the one who pays; with an error: what is in the way, for staff */
    char id[200];     /* the gateway's own name of the charge or refund; "": it has none yet */
    char url[2048];   /* of GATEWAY_PENDING: where the payer has to go; "": nowhere */
    const char *step; /* of GATEWAY_PENDING: what it waits for from the payer (gateway_step); NULL: nothing */
    int64_t until;    /* of GATEWAY_PENDING that waits for the payer: it ends by itself then; 0: not told */
    bool never;       /* of GATEWAY_FAILED: that means is never to be charged again without its owner */
};

/* A means of payment that its owner gives at a page of the gateway's, to be saved. */
struct gateway_saving {
    enum gateway_state state; /* PENDING, SUCCEEDED or FAILED */
    char sentence[200];       /* of FAILED: why; with an error: what is in the way */
    char id[200], owner[100]; /* the gateway's own names of it, and of whom it is saved for */
    char url[2048];           /* of PENDING: where its owner has to go */
    char token[200], brand[41], last4[5];
    int32_t expires;
    bool debit; /* of SUCCEEDED: an account, not a card */
};

/* Can customers begin a payment with it? */
bool gateway_begun(const struct gateway_kind *kind);
/* Is it only told how to pay with it, elsewhere? Then nothing is confirmed here, and nothing is pending: staff record what arrives. */
bool gateway_elsewhere(const struct gateway_kind *kind);
/* What one that has settings of its own has to be told before anybody can pay with it, as a sentence's end; NULL: nothing. */
const char *gateway_lacks(const struct gateway_kind *kind, const struct gateway_settings *settings);
/* Checks settings that are to be kept, and brings them into the form they are kept in. ERR_INVALID with the path of the field,
 * "settings.…". */
enum err gateway_check(const struct gateway_kind *kind, struct arena *a, struct gateway_settings *settings,
                       struct refusal *why) MUST_USE;
/* Keeps a secret of its own, sealed, in settings; "" takes it away. ERR_INVALID: it has no such one, or is none; the field is that of gateway.set. */
enum gateway_secret { GATEWAY_SECRET, GATEWAY_WEBHOOK_SECRET };
enum err gateway_keep_secret(const struct gateway_kind *kind, struct arena *a, uint32_t business,
                             struct gateway_settings *settings, enum gateway_secret which, const char *text,
                             struct refusal *why) MUST_USE;
/* Can it take that amount in one payment? ERR_CURRENCY, ERR_INVALID, with a sentence's end. */
enum err gateway_takes(const struct gateway *g, struct money amount, struct refusal *why) MUST_USE;
/* How long after the n-th time it was asked in vain it is asked again, in ms; 0: as the row of works.def says. */
int64_t gateway_pause(const struct gateway *g, int64_t n);
/* What a payer is told before anything is given: computed from what is at hand, in a transaction that reads, so it asks nobody. */
struct gateway_told {
    const char *url; /* NULL: none */
    struct pay_told_list told;
};
/* p: the payment as it would be: customer, amount, and invoices with amounts and numbers. Nothing is told where the gateway has nothing to tell. */
enum err gateway_begin(const struct gateway *g, struct arena *a, const struct gateway_method *method,
                       const struct business *business, const struct payment *p,
                       struct gateway_told *out) MUST_USE;
/* Of one that is not paid elsewhere: checks what was given (a struct of method->wants, each field within its limits) and gives what stands for it from now on, in the
 * arena. `today` is the civil day of the business. ERR_INVALID with the name of the field: mistyped or expired. ERR_PAYMENT_FAILED:
 * the gateway does not take it. Nothing is charged. */
enum err gateway_take(const struct gateway *g, struct arena *a, const struct gateway_method *method,
                      const void *given, int32_t today, struct gateway_taken *out,
                      struct refusal *why) MUST_USE;
/* Charges p->amount of the means p->token, once per p->key (1..64 letters and digits). OK with an outcome that is never GATEWAY_UNKNOWN. A fault (ERR_IO,
 * ERR_DISK_FULL, ERR_OFFLINE …): it is not known whether it was charged: ask later. ERR_ID_REUSED: that key was used for
 * another amount or means. */
enum err gateway_charge(const struct gateway *g, const struct payment *p,
                        struct gateway_outcome *out) MUST_USE;
/* What became of the charge of p->key; GATEWAY_UNKNOWN: there never was one. */
enum err gateway_ask(const struct gateway *g, const struct payment *p, struct gateway_outcome *out) MUST_USE;
/* What it asks a payer for at that step of a charge, a shape of texts; NULL: there is no such step. */
const struct shape *gateway_step(const struct gateway_kind *kind, const char *step);
/* What the payer says to p->step: a struct of that shape, wiped by the caller. The same is said to the same charge more than once without harm. ERR_INVALID with
 * the name of the field: that is not it, and it can be said once more. A fault: it is not known what became of it: ask. */
enum err gateway_answer(const struct gateway *g, const struct payment *p, const void *given,
                        struct gateway_outcome *out, struct refusal *why) MUST_USE;
/* Closes what a payer could still pay, once and for all. GATEWAY_FAILED: nothing was paid, and nothing can be. Anything else: it came too late,
 * and this is where the charge stands. A fault: it is not known whether it is closed. ERR_SWITCHED_OFF: it can not; ERR_STATE: it waits for nobody, and a bank settles it. */
enum err gateway_cancel(const struct gateway *g, const struct payment *p,
                        struct gateway_outcome *out) MUST_USE;
/* Gives back a part of the charge of a payment, once per key (as gateway_charge; never two with one key). FAILED: nothing went back. A refund
 * may turn from succeeded to failed later: gateway_refund_ask says so. ERR_SWITCHED_OFF: it gives nothing back by itself. */
enum err gateway_refund(const struct gateway *g, const struct payment *p, const char *key,
                        struct money amount, struct gateway_outcome *out) MUST_USE;
/* Of a method that keeps and asks for nothing here: begins to save, under a key of ours. ERR_PAYMENT_FAILED, ERR_OFFLINE, with the sentence. What nobody
 * is told the page of is saved by nobody. And what became of it. */
enum err gateway_save(const struct gateway *g, const char *key, const char *currency,
                      struct gateway_saving *out) MUST_USE;
enum err gateway_save_ask(const struct gateway *g, const char *id, const char *owner,
                          struct gateway_saving *out) MUST_USE;
/* What stands in payments for what was saved, where its owner is there to be asked something: its token, or more. In the arena. */
const char *gateway_token(const struct gateway *g, struct arena *a, const char *token);
/* Takes what was saved off its owner there, by its token, for good; what is gone already is. ERR_OFFLINE, with the sentence (200 bytes): ask once more. And whether
 * it keeps anything there at all. */
enum err gateway_forget(const struct gateway *g, const char *token, char said[200]) MUST_USE;
bool gateway_forgets(const char *name);
/* Does it give back at all? */
bool gateway_gives_back(const struct gateway_kind *kind);
/* What became of the refund with that key ("": it was made there, not from here); id: the gateway's own name of it, NULL where none is known. */
enum err gateway_refund_ask(const struct gateway *g, const char *key, const char *id,
                            struct gateway_outcome *out) MUST_USE;

/* --- what happened there ------------------------------------------------------------------------------------------------------- */
/* Nothing that an event says is believed: it names what is to be asked about. */
enum gateway_about {
    ABOUT_CHARGE,    /* the charge of that name */
    ABOUT_OF_CHARGE, /* something of a charge, whose own name gateway_look finds */
    ABOUT_REFUND,
};
struct gateway_news {
    const char *event; /* the gateway's own name of the event; … */
    int64_t at;        /* … when it happened, by its clock, in ms; … */
    enum gateway_about about;
    const char *id; /* … and of what it is about */
};
struct gateway_news_list {
    size_t n;
    struct gateway_news *v; /* oldest first */
};
/* Does it tell of events at all? */
bool gateway_tells(const struct gateway_kind *kind);
/* All that happened since then. In the arena. ERR_TOO_LARGE: more than is looked through. ERR_OFFLINE, with `said` (200 bytes): it can not be asked. */
enum err gateway_news(const struct gateway *g, struct arena *a, int64_t since, struct gateway_news_list *out,
                      char said[200]) MUST_USE;
struct gateway_found {
    const char *charge; /* the gateway's own name of it; NULL: there is none that was made from here */
    const char *key;    /* of the charge, as it is on record there */
    /* Of a refund: its own name, the key that it was made with from here ("": it was not), where it stands, how much */
    const char *refund, *refund_key;
    enum gateway_state state;
    struct money amount;
};
/* Asks about what is not the name of a charge. ERR_OFFLINE, with `said`. */
enum err gateway_look(const struct gateway *g, struct arena *a, const struct gateway_news *news,
                      struct gateway_found *out, char said[200]) MUST_USE;

/* What it took, and what it gave back, of those whose keys are ours, and of others that it made in that time (which only some can tell). */
struct gateway_charge {
    const char *key, *id; /* the other one may be NULL */
    struct money amount;
    int64_t at; /* when it was begun; 0: not told */
    bool took;  /* it was paid there, whatever became of it since; of a refund: it went back */
};
struct gateway_charges {
    size_t n;
    struct gateway_charge *v;
};
/* What it paid out to the bank, and what that is made of: amount = charged − fees − back + other, where the parts are told. */
struct gateway_payout {
    const char *id;
    struct money amount; /* below zero: it collected what was owed to it */
    int32_t date;        /* the day on which it arrives */
    enum gateway_state state;
    const char *statement; /* what the bank says of it, as the gateway expects; NULL: not told */
    bool parts;            /* told */
    int64_t charged, fees, back, other;
};
struct gateway_payouts {
    size_t n;
    struct gateway_payout *v;
};
struct gateway_list {
    struct gateway_charges charges, backs;
    struct gateway_payouts payouts;
    bool pays_out; /* it tells of payouts at all */
};
struct gateway_keys {
    size_t n;
    const char **v;
};
struct gateway_asking {
    int64_t from, until, back_until; /* instants: charges that were begun then; refunds, until another one */
    int32_t first, last;             /* days: payouts that arrive then */
    const char *currency;
    struct gateway_keys keys, back_keys; /* of charges, of refunds */
    /* For one that keeps no days of its own: what was paid, and given back, through it in these days and so long before that it may be paid out in them; on
     * which days; and what day it is. */
    struct gateway_keys moved;
    const int32_t *moved_on;
    int32_t today;
};
/* Fills *out in the arena. ERR_SWITCHED_OFF: it can tell nothing. A fault, with a sentence: it could not be asked. Blocks. */
enum err gateway_list(const struct gateway *g, struct arena *a, const struct gateway_asking *asking,
                      struct gateway_list *out, struct refusal *why) MUST_USE;

/* --- for the files that implement one ------------------------------------------------------------------------------------------ */
struct gateway_doing {
    const char *note; /* gateway_note */
    bool (*method)(size_t i, struct gateway_method *out);
    enum err (*open)(const char *folder, void **own); /* NULL: it keeps nothing */
    void (*close)(void *own);
    /* Of one with settings of its own, which are the field of gateway_settings that bears its name: gateway_lacks, gateway_check */
    const char *(*lacks)(const struct gateway_settings *settings);
    enum err (*check)(struct arena *a, struct gateway_settings *settings, struct refusal *why);
    enum err (*keep_secret)(struct arena *a, uint32_t business, struct gateway_settings *settings,
                            enum gateway_secret which, const char *text,
                            struct refusal *why); /* NULL: it has none */
    /* NULL: any amount */
    enum err (*takes)(const struct gateway_settings *settings, struct money amount, struct refusal *why);
    int64_t (*pause)(int64_t n); /* NULL: as the row says */
    /* NULL: it has nothing to tell before */
    enum err (*begin)(const struct gateway *g, struct arena *a, const struct gateway_method *method,
                      const struct business *business, const struct payment *p, struct gateway_told *out);
    /* NULL, all three: nothing is confirmed with it; without begin no customer begins a payment with it either */
    enum err (*take)(const struct gateway *g, struct arena *a, const struct gateway_method *method,
                     const void *given, int32_t today, struct gateway_taken *out, struct refusal *why);
    enum err (*charge)(const struct gateway *g, const struct payment *p, struct gateway_outcome *out);
    enum err (*ask)(const struct gateway *g, const struct payment *p, struct gateway_outcome *out);
    /* NULL, both: it asks a payer for nothing once it has begun to charge */
    const struct shape *(*step)(const char *name);
    enum err (*answer)(const struct gateway *g, const struct payment *p, const void *given,
                       struct gateway_outcome *out, struct refusal *why);
    /* NULL, all: what it keeps it was given here; `token` NULL: as it is */
    enum err (*save)(const struct gateway *g, const char *key, const char *currency,
                     struct gateway_saving *out);
    enum err (*save_ask)(const struct gateway *g, const char *id, const char *owner,
                         struct gateway_saving *out);
    const char *(*token)(const struct gateway *g, struct arena *a, const char *token);
    enum err (*forget)(const struct gateway *g, const char *token, char said[200]);
    /* NULL: what is pending can not be called off */
    enum err (*cancel)(const struct gateway *g, const struct payment *p, struct gateway_outcome *out);
    /* NULL, both: money goes back by hand */
    enum err (*refund)(const struct gateway *g, const struct payment *p, const char *key, struct money amount,
                       struct gateway_outcome *out);
    enum err (*refund_ask)(const struct gateway *g, const char *key, const char *id,
                           struct gateway_outcome *out);
    /* NULL, both: it tells of nothing unasked */
    enum err (*news)(const struct gateway *g, struct arena *a, int64_t since, struct gateway_news_list *out,
                     char said[200]);
    enum err (*look)(const struct gateway *g, struct arena *a, const struct gateway_news *news,
                     struct gateway_found *out, char said[200]);
    /* NULL: it can tell nothing of what it took */
    enum err (*list)(const struct gateway *g, struct arena *a, const struct gateway_asking *asking,
                     struct gateway_list *out, struct refusal *why);
};
#define GATEWAY(symbol, number, name, opened, doing, help) extern const struct gateway_doing doing;
#include "server/pay/gateways.def"
#undef GATEWAY
#endif
