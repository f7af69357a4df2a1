/* Keys typed into a form with a field of every kind. Whatever is typed, pasted, moved and undone: a field holds text, no more of it than it
 * takes, the cursor stands between characters, what was checked and found fine stays fine and as it is, and drawing steers nothing.
 * tries: tui/face/typed.c tui/full/keystroke.c tui/full/form.c tui/full/form_draw.c tui/full/input.c tui/full/edit.c tui/full/edit_draw.c tui/full/canvas.c tui/full/grid.c tui/full/ascii.c */
#include "tui/full/form.h"
#include "common/date.h"
#include "tests/fuzz/fuzz.h"

static const char *const choices[] = {"bank transfer", "card", "cash", "Überweisung", NULL};
static const struct input_spec specs[] = {
    {.name = "name", .label = "Name", .kind = INPUT_TEXT, .max = 20, .required = true},
    {.name = "notes", .label = "Notes", .kind = INPUT_LINES, .max = 120, .rows = 3},
    {.name = "password", .label = "Password", .kind = INPUT_PASSWORD},
    {.label = "A note, which is not filled in.", .kind = INPUT_NOTE},
    {.name = "quantity", .label = "Quantity", .kind = INPUT_DECIMAL, .least = 1, .most = 1000000000},
    {.name = "days", .label = "Days", .kind = INPUT_COUNT, .least = 0, .most = 365, .unit = "days"},
    {.name = "amount", .label = "Amount", .kind = INPUT_MONEY, .currency = "EUR"},
    {.name = "date", .label = "Date", .kind = INPUT_DATE},
    {.name = "mode", .label = "Mode", .kind = INPUT_CHOICE, .choices = choices},
    {.name = "sure", .label = "Sure", .kind = INPUT_CHECK},
    {.name = "submit", .label = "Save", .kind = INPUT_BUTTON},
    {.name = "cancel", .label = "Cancel", .kind = INPUT_BUTTON},
};
#define COUNT (sizeof specs / sizeof *specs)

static void check_fields(struct form *f)
{
    for (size_t i = 0; i < COUNT; i++) {
        const struct input *in = form_at(f, i);
        const char *text = input_text(in);
        must(is_utf8(in->error));
        if (!in->edit)
            continue;
        must(is_clean(text, in->spec.kind == INPUT_LINES));
        must(text_length(text, strlen(text)) <= (in->spec.max ? (size_t)in->spec.max : 200));
        must(edit_at(in->edit) <= strlen(text) && (text[edit_at(in->edit)] & 0xc0) != 0x80);
    }
}

static void check_drawn(const struct form *f, struct grid *g)
{
    char row[1024];
    struct canvas c = canvas_of(g);
    grid_clear(g);
    form_draw(f, &c);
    for (int y = 0; y < grid_rows(g); y++)
        must(is_clean(grid_line(g, y, row, sizeof row), false));
}

/* What is fine and has been brought to its form is left alone by the next look. */
static void check_twice(struct arena *a, struct form *f)
{
    const char *before[COUNT];
    bool fine = form_check(f);
    for (size_t i = 0; i < COUNT; i++)
        before[i] = arena_text(a, input_text(form_at(f, i)), strlen(input_text(form_at(f, i))));
    must(form_check(f) == fine);
    for (size_t i = 0; i < COUNT; i++)
        must(strcmp(before[i], input_text(form_at(f, i))) == 0);
}

static void press(struct arena *a, struct form *f, const struct key *k)
{
    if (k->code == K_F0 + 1) {
        check_twice(a, f);
    } else if (k->code == K_F0 + 2) {
        for (size_t i = 0; i < COUNT; i++)
            if (form_focus_name(f)[0] && form_at(f, i) == form_field(f, form_focus_name(f)))
                input_select(form_at(f, i));
    } else if (k->code == K_F0 + 3) {
        form_set(f, "name", form_text(f, "notes"));
        form_set(f, "notes", form_text(f, "password"));
    } else {
        enum form_event e = form_key(f, k);
        if (e == FORM_SUBMIT)
            check_twice(a, f);
        must(e != FORM_BUTTON || *form_button(f));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 3 || size > 1024)
        return 0;
    struct arena *a = arena_open();
    struct form *f = form_open(specs, COUNT);
    struct grid *g = grid_open(data[0] % 24 + 1, data[1] % 100 + 1);
    struct keys *keys = keys_open(50);
    struct key k;
    int64_t now = 1000;
    form_today(f, INT32_C(739577));
    form_set_focused(f, true);
    keys_feed(keys, data + 2, size - 2, now);
    for (int i = 0; i < 2; i++, now += 10000)
        while (keys_next(keys, &k, now)) {
            press(a, f, &k);
            check_fields(f);
        }
    check_drawn(f, g);
    check_twice(a, f);
    check_fields(f);
    keys_close(keys);
    grid_close(g);
    form_close(f);
    arena_close(a);
    return 0;
}
