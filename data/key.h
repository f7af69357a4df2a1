/* Keys. Every key starts with the business: u32 business, u8 space, then parts whose byte order is their order:
 *   record   business · kind · u64 id                         e.g. 00000001 07 0000000000000012
 *   index    business · 64+index · parts · u64 id             invoices by date: … kind u8 · date u32 · id
 *   total    business · 200 · slot u8 · scope u64 · currency 3 bytes · sub u32
 *   reply    business · 201 · day u32 · request id 16 bytes
 *   sequence business · 202 · kind u8
 * Business 0 holds what belongs to the server itself: schema (203), portal names (204), and indexes over all businesses.
 * Numbers are big-endian; signed ones have the sign bit flipped; texts are folded, cut at KEY_TEXT bytes and end with 00. */
#ifndef DATA_KEY_H
#define DATA_KEY_H
#include <stddef.h>
#include <stdint.h>

#define KEY_MAX 400
#define KEY_TEXT 120
#define KEY_SUFFIX (KEY_TEXT + KEY_TEXT / 2 + 10) /* the longest that follows a prefix: a number and an id */

enum space {
    SPACE_INDEX = 64,
    SPACE_TOTAL = 200,
    SPACE_REPLY = 201,
    SPACE_SEQUENCE = 202,
    SPACE_META = 203,
    SPACE_PORTAL = 204,
};
struct key {
    size_t size;
    uint8_t bytes[KEY_MAX];
};
struct key key_of(uint32_t business, uint8_t space);
/* Each appends a part; parts past KEY_MAX are a programmer's mistake (asserted). Return the key. */
struct key *key_u8(struct key *k, uint8_t v);
struct key *key_u32(struct key *k, uint32_t v);
struct key *key_u64(struct key *k, uint64_t v);
struct key *key_i64(struct key *k, int64_t v);
struct key *key_bytes(struct key *k, const void *bytes, size_t size);
/* A text that has been folded: up to KEY_TEXT bytes of it, then 00. key_text_open leaves the 00 out: the begin of a range. */
struct key *key_text(struct key *k, const char *folded);
struct key *key_text_open(struct key *k, const char *folded);
/* A folded document number in the order in which people count: 2 before 10, "a-2" before "a-10", "inv-9" before "inv-00010". A run of
 * digits is '0', the count of its digits from the first that is not 0 plus one, and those digits; then 00, then for each run how many
 * zeros stood before it plus one (so that "1" and "01" are two numbers), then 00.
 * key_number_open stops before the first 00: the begin of everything that counts the same. */
struct key *key_number(struct key *k, const char *folded);
struct key *key_number_open(struct key *k, const char *folded);
uint64_t key_get_u64(const uint8_t *bytes);
int64_t key_get_i64(const uint8_t *bytes);
uint32_t key_get_u32(const uint8_t *bytes);
#endif
