/* Columns by their names. */
#include "proto/ctl/table.h"
#include <ctype.h>
#include <string.h>

/* "Item Tax %" → "itemtax%" */
static void squeeze(const char *name, char *to, size_t room)
{
    size_t n = 0;
    for (; *name && n + 1 < room; name++)
        if (isalnum((unsigned char)*name) || *name == '%')
            to[n++] = (char)tolower((unsigned char)*name);
    to[n] = '\0';
}

static bool is_spelling(const char *spellings, const char *word)
{
    size_t n = strlen(word);
    for (const char *at = spellings; n && *at;) {
        size_t one = strcspn(at, "|");
        if (one == n && memcmp(at, word, n) == 0)
            return true;
        at += one + (at[one] == '|');
    }
    return false;
}

enum err table_bind(struct table *t, const struct table_in *in, struct table_place *places, size_t *kept,
                    size_t *n_kept, struct refusal *why)
{
    char word[64];
    *n_kept = 0;
    memset(places, 0, in->n * sizeof *places);
    for (size_t c = 0; c < t->n_columns; c++) {
        squeeze(t->names[c], word, sizeof word);
        kept[c] = SIZE_MAX;
        for (size_t i = 0; i < in->n; i++) {
            struct table_place *p = &places[i];
            if (!is_spelling(in->columns[i].spellings, word) || p->n == sizeof p->at / sizeof *p->at)
                continue;
            if (kept[c] == SIZE_MAX)
                kept[c] = (*n_kept)++;
            p->at[p->n++] = kept[c];
            t->used[c] = true;
        }
    }
    for (size_t i = 0; i < in->n; i++)
        if (in->columns[i].must && !places[i].n)
            return refuse(why, ERR_INVALID, in->columns[i].name, "%.150s, line 1: there is no column \"%s\"",
                          t->path, in->columns[i].name);
    return OK;
}

const char table_unread[] = "";

const char *table_cell(const struct table_row *row, const struct table_place *place)
{
    for (size_t i = 0; i < place->n; i++)
        if (*row->cells[place->at[i]])
            return row->cells[place->at[i]];
    for (size_t i = 0; i < place->n; i++)
        if (row->cells[place->at[i]] == table_unread)
            return table_unread;
    return "";
}
