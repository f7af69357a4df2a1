/* One form screen for everything that is one operation over one record: customers, persons, settings. What differs is a table. */
#ifndef TUI_STAFF_TASK_H
#define TUI_STAFF_TASK_H
#include "tui/full/form_shape.h"
#include "tui/full/screen.h"

struct task;
/* A form that is open. */
struct task_form {
    const struct task *task;
    struct form *form;
    uint64_t id;      /* of the record, 0: a new one */
    uint64_t of;      /* of what it belongs to */
    int64_t revision; /* that was read; begin sets it */
    bool begun, merge;
};
struct task {
    const char *title, *button, *done; /* done: what is said when it is saved */
    enum op_number op;
    const struct shape_row *rows; /* fields of the operation's arguments: "customer.billing.city" */
    bool whole;                   /* everything is sent, not only what was changed: a new record */
    /* Asks, with tag TASK_GET, for what the form begins with. NULL: it begins empty but for what begin puts. */
    void (*ask)(struct ui *ui, const struct task_form *t);
    /* Puts the record (out: the answer, NULL without ask) into the zeroed arguments `in`. NULL: nothing. False: it is not there. */
    bool (*begin)(struct ui *ui, struct task_form *t, const void *out, void *in, struct arena *a);
    /* Adds ids and the revision to what is sent. */
    void (*finish)(const struct task_form *t, void *in, struct arena *a);
    /* NULL: back. */
    void (*then)(struct ui *ui, const void *out);
};
enum { TASK_GET, TASK_SAVE };
struct task_form *task_open(struct ui *ui, const struct task *task, uint64_t id, uint64_t of);
#endif
