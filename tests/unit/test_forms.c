/* Every form of every book in a window of 80×24: labels, units, hints, choices, buttons, and the longest sentence that can stand under a
 * field, are whole. */
#include "tests/unit/test.h"
#include "tui/face/fill_in.h"
#include "tui/face/typed.h"
#include "tui/full/book_inside.h"
#include "tui/portal/books.h"

#define COLUMNS 80
#define ROWS 19 /* of 24, without header, status and footer */
#define PARTS 6 /* … that a list below the form has at least */
#define INPUTS 60
#define LONGEST                                                                                            \
    "What was refused can be said in a sentence that is as long as the protocol lets it be: it names the " \
    "field, what is wrong with it, "                                                                       \
    "what would be right, and whom to ask; and every word of it is read where it stands, below the field " \
    "that it is about."

static const struct book *b;
static const struct act *act;
static struct grid *grid;
static struct form *form;
static struct input_spec specs[INPUTS];
static size_t count;
static char seen[ROWS * COLUMNS * 4 + ROWS + 1];

/* All that is shown, as words with a blank between them. */
static void look(int rows)
{
    char line[COLUMNS * 4 + 1], *blank;
    struct canvas c = canvas_of(grid);
    c = canvas_part(&c, 0, 0, rows, COLUMNS);
    grid_clear(grid);
    form_draw(form, &c);
    *seen = '\0';
    for (int y = 0; y < rows; y++) {
        grid_line(grid, y, line, sizeof line);
        for (char *word = strtok_r(line, " ", &blank); word; word = strtok_r(NULL, " ", &blank)) {
            strcat(seen, word);
            strcat(seen, " ");
        }
    }
}

static bool stands(const char *text)
{
    char words[2000] = "", copy[2000], *blank;
    snprintf(copy, sizeof copy, "%s", text);
    for (char *word = strtok_r(copy, " \n", &blank); word; word = strtok_r(NULL, " \n", &blank)) {
        strcat(words, word);
        strcat(words, " ");
    }
    return strstr(seen, words) != NULL;
}

static void whole(const char *what, const char *text)
{
    if (!text || !*text)
        return;
    const bool fine = stands(text);
    if (!fine)
        fprintf(stderr, "%s, %s: %s is cut: %s\n%s\n", b->name, act->name, what, text, seen);
    CHECK(fine);
}

static void add(struct arena *a, const struct give *g)
{
    static const char *const one[] = {"one", NULL};
    const struct field *f = fill_field(op_at(act->op)->in(), g->field);
    char label[64];
    if (g->heading)
        specs[count++] = (struct input_spec){.kind = INPUT_NOTE, .label = g->heading};
    snprintf(label, sizeof label, "%s", g->label ? g->label : field_label(label, sizeof label, f));
    struct input_spec *i = &specs[count++];
    if (f->type == FIELD_TEXTS) {
        const char **two = arena_alloc(a, 3 * sizeof *two);
        two[0] = g->all;
        two[1] = g->some;
        *i = (struct input_spec){.name = g->field,
                                 .label = arena_text(a, label, strlen(label)),
                                 .kind = INPUT_CHOICE,
                                 .choices = two};
        return;
    }
    inputs_spec(a, g, f, arena_text(a, label, strlen(label)), i);
    if (i->kind == INPUT_CHOICE && !i->choices)
        i->choices = one;
    if (i->kind == INPUT_MONEY)
        i->currency = "EUR";
}

static void a_field_is_whole(const struct input_spec *i, int rows)
{
    char hint[600];
    if (i->kind == INPUT_NOTE) {
        look(rows);
        whole("a heading", i->label);
        return;
    }
    form_focus(form, i->name);
    look(rows);
    whole("a button or label", i->label);
    whole("a hint", i->hint ? typed_sentence(hint, sizeof hint, i->hint) : "");
    whole("a unit", i->unit ? i->unit : i->currency);
    for (int n = 0; i->kind == INPUT_CHOICE && i->choices[n]; n++) {
        form_set_choice(form, i->name, n);
        look(rows);
        whole("a choice", i->choices[n]);
    }
    if (i->kind == INPUT_BUTTON)
        return;
    form_error(form, i->name, LONGEST);
    look(rows);
    whole("what is wrong", LONGEST);
    whole("the label above what is wrong", i->label);
    form_error(form, i->name, "");
}

static void a_form_is_whole(void)
{
    struct arena *a = arena_open();
    int rows = ROWS;
    count = 0;
    memset(specs, 0, sizeof specs);
    if (act->note)
        specs[count++] = (struct input_spec){.kind = INPUT_NOTE, .label = act->note};
    for (const struct give *g = act->gives; g->field; g++)
        if (g->part)
            rows = ROWS - PARTS;
        else
            add(a, g);
    specs[count++] =
        (struct input_spec){.name = "submit", .label = act->yes ? act->yes : "Save", .kind = INPUT_BUTTON};
    specs[count++] = (struct input_spec){.name = "cancel", .label = "Cancel", .kind = INPUT_BUTTON};
    form = form_open(specs, count);
    form_set_focused(form, true);
    for (size_t i = 0; i < count; i++)
        a_field_is_whole(&specs[i], rows);
    form_close(form);
    arena_close(a);
}

int main(void)
{
    size_t forms = 0;
    grid = grid_open(ROWS, COLUMNS);
    for (size_t i = 0; portal_books[i]; i++)
        for (b = portal_books[i], act = b->acts; act && act->name; act++)
            if (act->gives && act->gives[0].field) {
                a_form_is_whole();
                forms++;
            }
    CHECK(forms > 60);
    grid_close(grid);
    return test_end();
}
