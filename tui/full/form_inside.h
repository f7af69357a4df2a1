/* Inside of form.c and form_draw.c only. */
#ifndef TUI_FORM_INSIDE_H
#define TUI_FORM_INSIDE_H
#include "tui/full/form.h"

struct form {
    struct input *inputs;
    size_t count, at; /* at: has the focus */
    bool focused, changed;
    int32_t today;
    const char *pressed;
    int top; /* first row shown, as last drawn */
    struct pause {
        struct input *in;    /* NULL: nothing has to be waited for */
        int64_t wait, until; /* the latter is 0 until the clock was looked at */
        char shown[sizeof((struct input *)0)->error];
    } pause;
};
bool form_is_button(const struct form *f, size_t i);
#endif
