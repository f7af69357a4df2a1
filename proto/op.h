/* The operations as C: for each row of proto/ops a struct NAME_in, a struct NAME_out, their shapes, and a descriptor. */
#ifndef PROTO_OP_H
#define PROTO_OP_H
#include "common/doc_kind.h"

#define PROTOCOL_VERSION 1

/* Who may ask, as bits. */
enum {
    BY_PUBLIC = 1 << 0, /* nobody needs to be signed in */
    BY_CUSTOMER = 1 << ROLE_CUSTOMER,
    BY_READER = 1 << ROLE_READER,
    BY_STAFF = 1 << ROLE_STAFF,
    BY_ADMIN = 1 << ROLE_ADMIN,
    BY_OPERATOR = 1 << ROLE_OPERATOR,
    BY_VOUCHER = 1 << 6, /* the local account whose word is taken for the SSH key that sshd has proved */
    BY_KEYS = 1 << 7,    /* the local account that tells sshd which keys are registered */
    /* … also by a session that is not full yet, while it is at this stage (enum stage) */
    AT_CODE = 1 << 8,
    AT_PASSWORD = 1 << 9,
    AT_ENROL = 1 << 10,
    PERSONAL = 1 << 11,    /* concerns the person who is signed in: not for machine tokens */
    SHOWN_ONCE = 1 << 12,  /* the answer holds a secret: it is not kept for a resend */
    CREDENTIALS = 1 << 13, /* creates, redirects or reveals credentials: see op_credentials */
    SHOWS = 1 << 14,       /* takes the password or a code itself: nothing more is asked for */
    ALWAYS =
        1
        << 16, /* lets people in, or puts somebody out: also on a full disk, and when a person has written too much */
    WITH_CODE = 1 << 17, /* … also by a session that the code of a document opened, about that document */
    BY_PROVER = 1 << 15, /* the local account one comes in by once, to prove a key */
    BY_ROLES = BY_CUSTOMER | BY_READER | BY_STAFF | BY_ADMIN, /* with a token */
    BY_PEER = BY_OPERATOR | BY_VOUCHER | BY_KEYS | BY_PROVER, /* by the peer's account, without one */
};

enum op_mode {
    OP_READ,  /* answered on the thread that received it, in a read transaction */
    OP_WRITE, /* on the writer, in a transaction of its own, once per request id */
    OP_SLOW, /* first prepared on the password pool, then like a write; its answer is not kept when it holds a token */
    OP_HEAVY, /* on a thread of its own, reads only */
    OP_WAIT,  /* parked until an event or the end of its time */
};

struct op_refusal {
    enum err code;
    const char *help;
};
struct op {
    const char *name, *help;
    enum op_mode mode;
    unsigned who;
    const struct shape *(*in)(void), *(*out)(void);
    const struct op_refusal *refusals; /* ends with code 0 */
    int doc_kind; /* enum doc_kind of an operation on documents of one kind; 0: another one */
};
enum op_number {
#define OP(symbol, ...) OPNO_##symbol,
#include "proto/ops.def"
    OP_COUNT
};

const struct op *op_at(enum op_number number);
const struct op *op_find(const char *name, size_t size); /* NULL when there is none */
enum op_number op_number(const struct op *op);
/* Does this request create, redirect or reveal credentials? The operation is marked so, or a field that was given is: an argument, or, in
 * an argument that changes a record (AS_KEPT), one at any depth. What is made anew opens nothing by itself. *field: the one that was given;
 * NULL: it is the operation. Why: docs/decisions/credentials.md. */
bool op_credentials(const struct op *op, const void *in, const struct field **field);
/* What such an operation does that not everybody may who finds a terminal open: "lets somebody in, or tells how". */
const char *op_secures(const struct op *op);

/* What can be done with documents of several kinds, whatever it is called for each: ANY_document_create, … */
enum any_document {
#define OPS_ONCE
#define OP(symbol, ...)
#define OP_LIKE(symbol, base, ...) ANY_##base,
#include "proto/ops.def"
    ANY_DOCUMENT_COUNT
};
/* The operation for documents of that kind. OP_COUNT when it has none. */
enum op_number op_for(int doc_kind, enum any_document what);

/* Operations that are alike have one struct. They also have one shape with the names of its members besides those of the wire: GIVE
 * and GIVEN take that, its rows are the same. */
#include "common/shape_types_c.h"
#define OP(symbol, ...) SHAPE_STRUCT(symbol##_in)
#define IN(number, name, type, flags, help) type name;
#define END(symbol) \
    }               \
    ;
#include "proto/ops.def"
#define OP(symbol, ...) SHAPE_STRUCT(symbol##_out)
#define OUT(number, name, type, flags, help) type name;
#define END(symbol) \
    }               \
    ;
#include "proto/ops.def"
#undef OPS_ONCE
#include "common/shape_types_end.h"
/* The shapes of what is alike, as the wire has them. */
#define OP(symbol, ...)
#define OP_LIKE(symbol, ...) const struct shape *shape_##symbol##_in(void), *shape_##symbol##_out(void);
#include "proto/ops.def"
#endif
