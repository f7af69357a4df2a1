/* The filter language: one for every list and every face (docs/rules.md tells it to people). A filter is terms with blanks between;
 * a row is shown when all of them hold.
 *
 *     word              a state by its name, a number by its end or beginning, or words of the texts that the list names for it
 *     field:value       also field=value, and field<value, field>value, field<=value, field>=value where there is an order
 *     !term             the contrary
 *     "partly paid"     quotes hold blanks together, anywhere in a term
 *
 * A filter is understood whole or refused: ERR_INVALID, field "filter", with the term and what there is instead. Nothing here knows
 * which fields a list has: that is a table of its own (common/filter_table.h). */
#ifndef COMMON_FILTER_H
#define COMMON_FILTER_H
#include "common/arena.h"
#include "common/shape.h"

enum filter_type {
    FILTER_WORDS, /* ':' words, each by its beginning; '=' the whole text; letter case, accents, spellings aside */
    FILTER_NUMBER, /* ':' by its end, as a whole, or by its beginning; '=' the whole; in the order people count */
    FILTER_DATE, /* 2026-11-22, 2026-11, 2026, a month's name, today, yesterday, tomorrow, 30d, 2w, +30d, -30d */
    FILTER_MONEY, /* with a currency, or without one: each row in its own */
    FILTER_COUNT,
    FILTER_DECIMAL, /* six places */
    FILTER_CODE,    /* a currency's code, of ISO 4217 */
    FILTER_SET,     /* by the names of an enum; several values may hold at once */
    FILTER_RAW,     /* as typed; the list's own business */
};
/* A bit for each value of a field with names: there are more than 64 kinds of things that happen. */
__extension__ typedef unsigned __int128 filter_set;
#define FILTER_VALUE(v) ((filter_set)1 << (v))
struct filter_field {
    const char *names; /* "status state": the first is the one that is told */
    enum filter_type type;
    int id;                                   /* by which the row is asked for its value */
    const struct enum_table *(*values)(void); /* of FILTER_SET */
    const char *other;                        /* of FILTER_SET: further words, "paid=succeeded" */
    bool past;  /* of FILTER_DATE: spans look back: "<30d" is the last 30 days */
    bool plain; /* looked at by plain words */
};
struct filter_fields {
    const struct filter_field *v;
    size_t n;
};

enum filter_how { FILTER_HAS, FILTER_IS, FILTER_LESS, FILTER_MORE, FILTER_LEAST, FILTER_MOST };
/* What a filter may cost a row: so many terms, and in all of them so many words that are looked for. */
#define FILTER_TERMS 16
#define FILTER_WORDS_MOST 32
#define FILTER_ARGUMENTS 4 /* terms that a list makes of its other arguments, beside those */
struct filter_word {
    const char *text; /* in the form of text_search; not terminated */
    size_t size;
};
struct filter_term {
    const struct filter_field *field; /* NULL: a plain word */
    enum filter_how how;
    bool not ;
    bool words_only;   /* a plain word that is no state (the old argument `search`) */
    const char *value; /* as it was typed */
    const char *folded, *search;
    const struct filter_word *word; /* of the whole text ('='): only the first, by which an index finds it */
    size_t words;
    int32_t first, last; /* of FILTER_DATE: both inclusive, whatever `how` says; 0: no bound */
    int64_t decimal;     /* of FILTER_MONEY and FILTER_COUNT, six places */
    char currency[4];    /* of FILTER_CODE and FILTER_MONEY; "": each row's own */
    filter_set set;      /* of FILTER_SET and plain words: bit v for value v */
};
struct filter {
    const struct filter_fields *fields;
    size_t n;
    struct filter_term terms[FILTER_TERMS + FILTER_ARGUMENTS];
};

/* Reads what was typed; texts live in the arena. today: what dates are relative to. ERR_INVALID (field "filter"). why may be NULL. */
enum err filter_read(struct arena *a, const struct filter_fields *fields, const char *typed, int32_t today,
                     struct filter *f, struct refusal *why) MUST_USE;
/* Adds words as `search` means them: plain ones, no states. More than a filter takes are ERR_INVALID, field "search". */
enum err filter_add_search(struct arena *a, struct filter *f, const char *words,
                           struct refusal *why) MUST_USE;
/* Adds a term about a field that a list makes of another argument: at most FILTER_ARGUMENTS, after those that were read. */
struct filter_term *filter_add(struct filter *f, int id);

/* Texts taken apart, once for however many terms look at them. */
#define FILTER_TEXTS 4
struct filter_spelled {
    const char *search[FILTER_TEXTS]; /* in the form of text_search; NULL: none */
    const struct filter_word *v;      /* all their words */
    size_t n;
};
void filter_spell(struct arena *a, const char *const texts[FILTER_TEXTS], struct filter_spelled *spelled);

/* What a row says of a field. */
struct filter_value {
    const char *text[FILTER_TEXTS];       /* FILTER_WORDS, FILTER_NUMBER, FILTER_CODE; NULL: none */
    const struct filter_spelled *spelled; /* the texts, if the list has them apart already */
    const char *const *more;              /* of FILTER_NUMBER: further ones */
    size_t n_more;
    int64_t number;       /* day, minor units, count, decimal */
    bool none;            /* there is no number */
    const char *currency; /* FILTER_MONEY */
    filter_set set;
};
/* Fills *v (all zero before) for the field's id. Asked at most once a row and field; what it points to stays until the row is done. */
typedef void filter_asks(void *row, int id, struct filter_value *v);
/* Does the row pass? What that takes is in the arena: the caller releases it before the next row. */
bool filter_match(struct arena *a, const struct filter *f, filter_asks *ask, void *row);
/* Does what compares so (< 0, 0, > 0) with the term's value pass? */
bool filter_ordered(enum filter_how how, int order);
/* Are all words of the term beginnings of words in the texts? What the indexes of words are asked for, too. */
bool filter_words_match(const struct filter_term *t, const struct filter_spelled *texts);
/* One or two digits stand for themselves, and are not the beginning of a word: "3" is not the beginning of every 300. */
bool filter_word_whole(const struct filter_word *word);
/* The digits a number ends with, without zeros before them ("INV-0030" → "30"); "" when it ends otherwise. Returns buffer. */
#define FILTER_TAIL 48
char *filter_tail(char *buffer, const char *number);
/* Numbers in the order people count: 2 before 10; the same but for zeros is 0. Folded texts. */
int filter_number_compare(const char *a, const char *b);

/* What Tab makes of what was typed: the last word completed as far as there is one way ("stat" → "status:", "status:o" → nothing yet:
 * open or overdue). NULL when there is nothing to add. */
char *filter_complete(struct arena *a, const struct filter_fields *fields, const char *typed);
/* "open, overdue": all that the last word can go on as; "" where there is nothing to choose from. Returns buffer. */
char *filter_choices(char *buffer, size_t size, const struct filter_fields *fields, const char *typed);
/* "status, number, customer": the fields there are. Returns buffer. */
char *filter_names(char *buffer, size_t size, const struct filter_fields *fields);
#endif
