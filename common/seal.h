/* The links of the log, and seals: a link is a digest over an event and, through the link before it, over all events before;
 * a seal is a link that a server signed (shape audit). Server, store and clients agree on these bytes, which are permanent. */
#ifndef COMMON_SEAL_H
#define COMMON_SEAL_H
#include "common/shape.h"

#define SEAL_LINK 32
#define SEAL_KEY 32
#define SEAL_SIGNATURE 64
#define SEAL_BYTES (16 + 4 + 8 + SEAL_LINK + 8)

/* BLAKE2b-256 over the link before (zeros for the first event), the business (u32, big-endian), and the event as it is stored,
 * without its own link. */
void seal_link(uint8_t link[SEAL_LINK], const uint8_t before[SEAL_LINK], uint32_t business,
               const struct event *e);
/* What is signed: "postern seal 001", business u32, event u64, link, time i64 in UTC milliseconds; all big-endian. False: the
 * seal has no link. */
bool seal_bytes(uint8_t bytes[SEAL_BYTES], const struct audit *seal) MUST_USE;
/* Was it signed with the key that it names? Whose key that is, the caller has to know. */
bool seal_signed(const struct audit *seal) MUST_USE;
#endif
