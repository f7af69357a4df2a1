/* Ownership, for every operation in one place: every id in the arguments must exist and be visible to the one who asks. */
#ifndef SERVER_OWNER_H
#define SERVER_OWNER_H
#include "common/codec.h"
#include "server/core/call.h"

/* Resolves ids that were given by name, then checks all. ERR_NOT_FOUND with the field: the same for what does not exist and for
 * what is somebody else's. */
enum err owner_check(struct call *c, const struct shape *shape, const void *in,
                     const struct codec_names *names) MUST_USE;
/* May whoever asks see that record? False also where it can not be read. */
bool owner_sees(struct call *c, enum kind kind, uint64_t id);
/* For a session that the code of a document opened: takes out of an answer of `shape` what names anything else. Other documents and persons go,
 * what a payment settled beside it too, and its amount is the part that settled this one. */
void owner_narrow(const struct call *c, const struct shape *shape, void *out);
#endif
