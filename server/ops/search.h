/* Searching by words: the rarest word drives an index of words, the others filter what it finds. */
#ifndef SERVER_OPS_SEARCH_H
#define SERVER_OPS_SEARCH_H
#include "server/core/call.h"

#define SEARCH_WORDS 8
struct search {
    struct arena *arena;
    size_t n;
    struct {
        const char *text; /* folded; not terminated */
        size_t size;
    } word[SEARCH_WORDS];
};

/* Takes a search apart; false when there is no word in it. Words past SEARCH_WORDS are passed over. */
bool search_read(struct call *c, const char *text, struct search *search);
/* The stretch of a word index that the rarest word begins. */
enum err search_key(struct call *c, enum index index, const struct search *search, struct key *key) MUST_USE;
/* Is every word of the search the beginning of a word in one of the texts? Texts may be NULL. */
bool search_match(const struct search *search, const char *const *texts, size_t n);
#endif
