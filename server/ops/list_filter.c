#include "server/ops/list_filter.h"
#include "common/text.h"
#include <stdlib.h>
#include <string.h>

#define KNOWN 1024 /* customers kept while rows are read; a power of two */

/* --- customers' words -------------------------------------------------------------------------------------------------- */
struct known {
    uint64_t id;
    const char *texts[FILTER_TEXTS];
    struct filter_spelled spelled;
};
struct customer_words {
    size_t n; /* read since it was empty */
    struct known *slots[KNOWN];
};

void listing_close(struct listing *l)
{
    arena_close(l->known);
    l->known = NULL;
    l->customers = NULL;
}

/* It is emptied when it has read as many as it can hold: what a list keeps does not grow with its rows. */
static struct customer_words *words_kept(struct listing *l)
{
    if (l->customers && l->customers->n < KNOWN)
        return l->customers;
    if (!l->known)
        l->known = arena_open();
    arena_reset(l->known);
    return l->customers = arena_alloc(l->known, sizeof *l->customers);
}

static struct known *read_customer(struct listing *l, uint64_t id)
{
    struct txn t = l->c->txn;
    struct customer_row customer;
    t.arena = l->known;
    if (record_needed_view(&t, KIND_CUSTOMER, id, shape_customer_row(), &customer) != OK)
        return NULL;
    struct known *k = arena_alloc(l->known, sizeof *k);
    *k = (struct known){id, {customer.name, customer.company, customer.email}, {.n = 0}};
    filter_spell(l->known, k->texts, &k->spelled);
    return k;
}

void listing_customer(struct listing *l, uint64_t id, struct filter_value *v)
{
    struct known **k = &words_kept(l)->slots[id & (KNOWN - 1)];
    if (!*k || (*k)->id != id) {
        struct known *read = read_customer(l, id);
        if (!read) {
            l->failed = true; /* a document without its customer: said as damage once the rows are read */
            return;
        }
        *k = read;
        l->customers->n++;
    }
    memcpy(v->text, (*k)->texts, sizeof v->text);
    v->spelled = &(*k)->spelled;
}

/* --- drivers ----------------------------------------------------------------------------------------------------------- */
void driver_add(struct listing *l, struct driver *d, struct list_range range)
{
    if (!d->room) { /* most have one, and they are large */
        d->v = arena_copy(l->c->arena, &range, sizeof range);
        d->n = d->room = 1;
        return;
    }
    if (d->n == d->room)
        d->v = arena_grow(l->c->arena, d->v, &d->room, sizeof *d->v);
    d->v[d->n++] = range;
}

/* The begin of a word's entries: of all words that start so, but one or two digits stand for themselves (filter_words_match). */
static struct key word_key(const struct key *prefix, const struct filter_word *word)
{
    struct key k = *prefix;
    key_bytes(&k, word->text, word->size < KEY_TEXT ? word->size : KEY_TEXT);
    return filter_word_whole(word) ? *key_u8(&k, 0) : k;
}

enum err driver_words(struct listing *l, const struct filter_term *t, const struct key *prefix,
                      struct driver *d)
{
    struct list_range *ranges = arena_alloc(l->c->arena, t->words * sizeof *ranges);
    struct id_union *unions = arena_alloc(l->c->arena, t->words * sizeof *unions);
    size_t rarest = 0;
    for (size_t i = 0; i < t->words; i++) {
        const struct key k = word_key(prefix, &t->word[i]);
        ranges[i] = list_range(&k);
        unions[i] = (struct id_union){.ranges = &ranges[i], .n = 1};
    }
    enum err e = t->words > 1 ? record_fewest(&l->c->txn, unions, t->words, LIST_EXAMINE, &rarest) : OK;
    if (t->words && rarest < t->words)
        driver_add(l, d, ranges[rarest]);
    d->none |= t->words && rarest == t->words;
    return e;
}

enum err words_having(struct listing *l, const struct filter_term *const *terms, size_t n, enum index index,
                      size_t most, struct id_list *ids, bool *exact)
{
    const struct key prefix = index_key(&l->c->txn, index);
    struct key *begins = arena_alloc(l->c->arena, FILTER_WORDS_MOST * sizeof *begins);
    size_t words = 0;
    bool whole = true;
    for (size_t i = 0; i < n; i++) {
        whole &= terms[i]->how == FILTER_HAS;
        for (size_t k = 0; k < terms[i]->words && words < FILTER_WORDS_MOST; k++) {
            whole &= terms[i]->word[k].size < KEY_TEXT;
            begins[words++] = word_key(&prefix, &terms[i]->word[k]);
        }
    }
    enum err e = record_having(&l->c->txn, begins, words, most, ids, exact);
    *exact &= whole;
    return e;
}

static const char DIGITS[] = "0123456789";

/* Numbers that begin with a text whose end is digits go on with more of them: a range for each count of digits. */
static void beginnings(struct listing *l, const char *folded, const struct key *prefix, struct driver *d)
{
    size_t size = strlen(folded), digits = 0;
    while (digits < size && strchr(DIGITS, folded[size - 1 - digits]))
        digits++;
    struct key k = *prefix;
    key_number_open(&k, arena_text(l->c->arena, folded, size - digits));
    if (digits)
        key_u8(&k, '0');
    const char *run = folded + size - digits;
    size_t significant = strlen(run + strspn(run, "0"));
    if (!significant) { /* none, or zeros only: whatever comes behind them */
        driver_add(l, d, list_range(&k));
        return;
    }
    for (size_t count = significant; count <= 40; count++) {
        struct key more = k;
        key_u8(&more, (uint8_t)(count + 1));
        driver_add(l, d, list_range(key_bytes(&more, run + digits - significant, significant)));
    }
}

void driver_numbers(struct listing *l, const struct filter_term *t, int kind, struct driver *d)
{
    char tail[FILTER_TAIL];
    struct key words = index_key(&l->c->txn, INDEX_DOC_WORD),
               numbers = index_key(&l->c->txn, INDEX_DOC_NUMBER);
    key_u8(&words, (uint8_t)kind);
    key_u8(&numbers, (uint8_t)kind);
    if (strlen(t->folded) > KEY_TEXT / 2 || !*t->folded)
        return; /* longer than any number */
    if (!t->folded[strspn(t->folded, DIGITS)]) {
        key_text(key_u8(&words, '#'), filter_tail(tail, t->folded));
        driver_add(l, d, list_range(&words));
        driver_add(l, d, list_range(key_number_open(&numbers, t->folded))); /* its first digits */
    } else {
        beginnings(l, t->folded, &numbers, d);
    }
}

/* The amount as minor units of a currency: rounded down and up. */
static void minor(const struct filter_term *t, const char *currency, int64_t *down, int64_t *up)
{
    int digits = currency_digits(currency);
    int64_t divisor = 1;
    for (int i = digits < 0 ? 2 : digits; i < DECIMAL_PLACES; i++)
        divisor *= 10;
    int64_t whole = t->decimal / divisor, rest = t->decimal % divisor;
    *down = whole - (rest < 0);
    *up = whole + (rest > 0);
}

static void add_amounts(struct listing *l, const struct filter_term *t, const struct key *prefix,
                        const char *currency, struct driver *d)
{
    int64_t down, up;
    struct key k = *prefix;
    key_bytes(&k, currency, 3);
    struct list_range r = list_range(&k);
    bool less = t->how == FILTER_LESS || t->how == FILTER_MOST,
         is = t->how == FILTER_HAS || t->how == FILTER_IS;
    minor(t, currency, &down, &up);
    if (!less) {
        r.first = k;
        key_i64(&r.first, up);
    }
    if (less || is) {
        r.last = k;
        key_i64(&r.last, down);
    }
    driver_add(l, d, r);
}

enum err driver_amounts(struct listing *l, const struct filter_term *t, const struct key *prefix,
                        struct driver *d)
{
    char code[4] = {0};
    struct list_range rest = list_range(prefix);
    enum err e;
    if (*t->currency) {
        add_amounts(l, t, prefix, t->currency, d);
        return OK;
    }
    while ((e = record_part(&l->c->txn, &rest, 3, code)) == OK) {
        add_amounts(l, t, prefix, code, d);
        rest.first = *prefix;
        key_i64(key_bytes(&rest.first, code, 3), INT64_MAX); /* and on to the next currency */
        key_u64(&rest.first, UINT64_MAX);
    }
    return e == ERR_NOT_FOUND ? OK : e;
}

struct list_range range_of_days(const struct key *prefix, int32_t first, int32_t last)
{
    struct list_range r = list_range(prefix);
    if (first) {
        r.first = r.prefix;
        key_u32(&r.first, (uint32_t)first);
    }
    if (last) {
        r.last = r.prefix;
        key_u32(&r.last, (uint32_t)last);
    }
    return r;
}

void listing_days(const struct listing *l, int id, int32_t *first, int32_t *last)
{
    for (size_t i = 0; i < l->filter.n; i++) {
        const struct filter_term *t = &l->filter.terms[i];
        if (!t->field || t->field->id != id || t->not )
            continue;
        if (t->first > *first)
            *first = t->first;
        if (t->last && (!*last || t->last < *last))
            *last = t->last;
    }
}

/* --- what passes ------------------------------------------------------------------------------------------------------- */
bool listing_has(const struct listing *l, uint64_t customer)
{
    return (!l->customer || customer == l->customer) && (!l->among || ids_have(l->among, customer));
}

bool listing_match(struct listing *l, filter_asks *ask, void *row)
{
    if (l->filter.n == 0)
        return true;
    struct arena_mark before = arena_mark(l->c->arena);
    bool passes = filter_match(l->c->arena, &l->filter, ask, row);
    arena_release(l->c->arena, before);
    return passes;
}

static bool same_currency(const struct money *a, const struct money *b)
{
    return memcmp(a->currency, b->currency, sizeof a->currency) ==
           0; /* three letters and a NUL, or nothing but NULs */
}

static void add(struct money *sum, const struct money *amount)
{
    int64_t more;
    if (!amount->currency[0])
        return;
    if (__builtin_add_overflow(sum->amount, amount->amount, &more))
        more = amount->amount < 0 ? INT64_MIN : INT64_MAX;
    sum->amount = more;
    memcpy(sum->currency, amount->currency, sizeof sum->currency);
}

void listing_tally(struct listing *l, const struct money *total, const struct money *balance)
{
    size_t at = 0;
    l->matched++;
    while (at < l->sums.n && !same_currency(&l->sums.v[at].total, total))
        at++;
    if (at == l->sums.n) {
        if (at == l->sums_room)
            l->sums.v = arena_grow(l->c->arena, l->sums.v, &l->sums_room, sizeof *l->sums.v);
        l->sums.v[l->sums.n++] =
            (struct list_sum){.total = money_of(0, total->currency), .balance = money_of(0, total->currency)};
    }
    struct list_sum *sum = &l->sums.v[at];
    add(&sum->total, total);
    add(&sum->balance, balance);
    sum->count++;
}
