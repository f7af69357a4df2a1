/* The operations as C: for each row of proto/ops a struct NAME_in, a struct NAME_out, their shapes, and a descriptor. */
#ifndef PROTO_OP_H
#define PROTO_OP_H
#include "common/shape.h"

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
    PERSONAL = 1 << 11,   /* concerns the person who is signed in: not for machine tokens */
    SHOWN_ONCE = 1 << 12, /* the answer holds a secret: it is not kept for a resend */
    BY_PROVER = 1 << 14,  /* the local account one comes in by once, to prove a key */
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
};
enum op_number {
#define OP(symbol, name, mode, who, help) OPNO_##symbol,
#define IN(number, name, type, flags, help)
#define OUT(number, name, type, flags, help)
#define REFUSES(code, help)
#define END(symbol)
#include "proto/ops.def"
    OP_COUNT
#undef OP
#undef IN
#undef OUT
};

const struct op *op_at(enum op_number number);
const struct op *op_find(const char *name, size_t size); /* NULL when there is none */
enum op_number op_number(const struct op *op);

#include "common/shape_types_c.h"
#define OP(symbol, name, mode, who, help) SHAPE_STRUCT(symbol##_in)
#define IN(number, name, type, flags, help) type name;
#define OUT(number, name, type, flags, help)
#undef END
#define END(symbol) \
    }               \
    ;
#include "proto/ops.def"
#undef OP
#undef IN
#undef OUT
#define OP(symbol, name, mode, who, help) SHAPE_STRUCT(symbol##_out)
#define IN(number, name, type, flags, help)
#define OUT(number, name, type, flags, help) type name;
#include "proto/ops.def"
#undef OP
#undef IN
#undef OUT
#undef REFUSES
#undef END
#include "common/shape_types_end.h"
#endif
