#include "server/ops/search.h"
#include "common/text.h"
#include <string.h>

#define COMMON 500 /* a word with so many entries is not worth counting further */

bool search_read(struct call *c, const char *text, struct search *search)
{
    const char *at = text && *text ? text_search(c->arena, text) : NULL, *word;
    size_t size;
    *search = (struct search){.arena = c->arena};
    while (at && search->n < SEARCH_WORDS && (size = text_word(&at, &word)) != 0) {
        search->word[search->n].text = word;
        search->word[search->n].size = size < KEY_TEXT ? size : KEY_TEXT;
        search->n++;
    }
    return search->n > 0;
}

enum err search_key(struct call *c, enum index index, const struct search *search, struct key *key)
{
    size_t fewest = COMMON + 1;
    for (size_t i = 0; i < search->n; i++) {
        struct key k = index_key(&c->txn, index);
        key_bytes(&k, search->word[i].text, search->word[i].size);
        size_t n = 0;
        struct list_range range = list_range(&k);
        enum err e = search->n > 1 ? record_count(&c->txn, &range, COMMON, &n) : OK;
        if (e)
            return e;
        if (n < fewest) {
            fewest = n;
            *key = k;
        }
    }
    return OK;
}

bool search_match(const struct search *search, const char *const *texts, size_t n)
{
    unsigned found = 0, all = (1u << search->n) - 1;
    for (size_t i = 0; i < n && found != all; i++) {
        const char *at = texts[i] && *texts[i] ? text_search(search->arena, texts[i]) : "", *word;
        size_t size;
        while (found != all && (size = text_word(&at, &word)) != 0)
            for (size_t j = 0; j < search->n; j++)
                if (size >= search->word[j].size && !memcmp(word, search->word[j].text, search->word[j].size))
                    found |= 1u << j;
    }
    return found == all;
}
