/* A CSV file in memory, its columns found by name whatever their order, case and spelling ("CustomerID", "Customer ID").
 * Read whole and checked (UTF-8, quotes, as many values as columns, sizes) before anything is done with it. */
#ifndef PROTO_CTL_TABLE_H
#define PROTO_CTL_TABLE_H
#include "common/arena.h"
#include "common/err.h"
#include <stdint.h>

#define TABLE_FILE_MAX ((int64_t)1024 * 1024 * 1024) /* bytes */
#define TABLE_CELL_MAX 65536                         /* bytes of one value */
#define TABLE_COLUMNS 400

struct table_row {
    size_t line; /* of the file, from 1, where the row starts */
    const char **cells;
};
struct table {
    const char *path;
    size_t n_columns, n_rows;
    const char **names; /* as the file has them */
    bool *used;
    struct table_row *rows;
};

/* A column that is looked for: the spellings it has had, squeezed to letters, digits and '%', separated by '|'. */
struct table_column {
    const char *name, *spellings;
    bool must;
};
struct table_place { /* where it was found; a file may repeat a column */
    size_t n, at[6];
};

/* Reads a file; it lives in the arena. Refusals name file, line and column. */
enum err table_read(struct arena *a, const char *path, struct table *t, struct refusal *why) MUST_USE;
/* Finds `n` columns; refuses when one that must be there is not. */
enum err table_bind(struct table *t, const struct table_column *columns, size_t n, struct table_place *places,
                    struct refusal *why) MUST_USE;
/* The first value in that column that is not empty; "" for none. */
const char *table_cell(const struct table_row *row, const struct table_place *place);
#endif
