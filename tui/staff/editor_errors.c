/* What is wrong with what was typed, as the editor says it as soon as a field is left. */
#include "tui/staff/editor_inside.h"
#include <stdio.h>

char *editor_row_error(const struct editor *e, size_t i, char *buffer, size_t size)
{
    static const char *const names[CELLS] = {"Item", "Qty",         "Price", "Discount",
                                             "Tax",  "Description", "Unit",  "2nd tax"};
    size_t n = 0;
    *buffer = '\0';
    for (int at = 0; at < CELLS && n < size; at++)
        if (e->rows[i]->cell[at].error[0])
            n += (size_t)snprintf(buffer + n, size - n, "%s%s: %s", n ? " " : "", names[at],
                                  e->rows[i]->cell[at].error);
    return buffer;
}

bool editor_first_wrong(const struct editor *e, char *buffer, size_t size)
{
    static const char *const heads[HEADS] = {"Date", "Due", "Your ref"},
                             *const feet[FEET] = {"Discount", "Shipping", "Shipping tax",
                                                  "Adjust",   "",         "",
                                                  "",         "Notes",    "Terms",
                                                  "Supplied", "Service",  "Service until",
                                                  "Statement"};
    for (int i = 0; i < HEADS + FEET; i++) {
        const struct input *in = i < HEADS ? &e->head[i] : &e->foot[i - HEADS];
        if (!in->error[0])
            continue;
        snprintf(buffer, size, "%s: %s", i < HEADS ? heads[i] : feet[i - HEADS], in->error);
        return true;
    }
    return false;
}
