/* A CSV file in memory, its columns found by name whatever their order, case and spelling ("CustomerID", "Customer ID").
 * Read whole: what is wrong with a row is told, row by row, and the row left out; what makes the rest unreadable (a quotation
 * mark that is never closed, a missing column) ends it.
 *
 * Taken as people's files are: UTF-8 with byte order marks wherever they stand, or Windows-1252 when that is said; lines that
 * end with LF, CR LF or CR; values between commas, semicolons, tabs or what a first line "sep=;" names; a header that is
 * repeated further down (files put one behind the other); rows that leave out empty values at their end, or add some. */
#ifndef PROTO_CTL_TABLE_H
#define PROTO_CTL_TABLE_H
#include "common/arena.h"
#include "common/err.h"
#include <stdint.h>

#define TABLE_FILE_MAX ((int64_t)1024 * 1024 * 1024) /* bytes */
#define TABLE_CELL_MAX 65536                         /* bytes of one value */
#define TABLE_COLUMNS 400

/* A column that is looked for: the spellings it has had, squeezed to letters, digits and '%', separated by '|'. */
struct table_column {
    const char *name, *spellings;
    bool must;
    bool number; /* holds amounts, quantities or percentages: may show which mark is the decimal one */
};
struct table_place { /* where it was found, in a row's cells; a file may repeat a column */
    size_t n, at[6];
};
struct table_row {
    size_t line;        /* of the file, from 1, where the row starts */
    bool bad;           /* a value could not be read and is table_unread here; that has been told */
    const char **cells; /* of the columns that were looked for: the others are not kept */
};
struct table {
    const char *path;
    char delimiter;
    size_t n_columns, n_rows;
    const char **names; /* as the file has them */
    bool *used;
    struct table_row *rows;
};
struct table_in {
    const char *path;
    bool windows_1252; /* else UTF-8 */
    const struct table_column *columns;
    size_t n;
    /* Told of each fault of a row; column may be "". */
    void (*fault)(void *context, const struct table *t, size_t line, const char *column, const char *what);
    void *context;
};

/* Reads a file; it lives in the arena. Fills t and places[in->n]. A refusal names file, line and column. */
enum err table_read(struct arena *a, const struct table_in *in, struct table *t, struct table_place *places,
                    struct refusal *why) MUST_USE;
/* Stands, by its address, where a value could not be read; empty. */
extern const char table_unread[];
/* The first value in that column that is not empty; "" for none, or table_unread. */
const char *table_cell(const struct table_row *row, const struct table_place *place);

/* table_columns.c: finds the columns among t->names; marks those used and says in `kept` (of n_columns) which cell of a row each is,
 * SIZE_MAX for none. Returns how many are kept. ERR_INVALID when one that must be there is not. */
enum err table_bind(struct table *t, const struct table_in *in, struct table_place *places, size_t *kept,
                    size_t *n_kept, struct refusal *why) MUST_USE;
#endif
