#include "tui/staff/task.h"
#include "tui/staff/staff_screens.h"
#include <string.h>

static void begin(struct ui *ui, struct task_form *t, const void *out)
{
    struct arena *a = arena_open();
    const struct shape *shape = op_at(t->task->op)->in();
    void *in = arena_alloc(a, shape->size);
    bool there = !t->task->begin || t->task->begin(ui, t, out, in, a);
    if (!there) {
        ui_toast(ui, TONE_BAD, "It is not there any more.");
        ui_pop(ui);
    } else if (!t->merge) {
        form_from(t->form, shape, in);
        for (size_t i = 0; t->task->whole && i < form_count(t->form); i++) {
            const struct input *field =
                form_at(t->form, i); /* a number nobody gave is the server's to choose */
            if (field->spec.kind == INPUT_COUNT && strcmp(input_text(field), "0") == 0)
                form_set(t->form, field->spec.name, "");
        }
        t->begun = true;
    }
    arena_close(a);
}

static void load(struct ui *ui, void *state, enum load why)
{
    struct task_form *t = state;
    if (why == LOAD_FIRST)
        t->form = form_of_shape(ui, op_at(t->task->op)->in(), t->task->rows, t->task->button);
    if (t->begun) /* what was typed stays */
        return;
    if (t->task->ask)
        t->task->ask(ui, t);
    else
        begin(ui, t, NULL);
}

/* A nested shape is sent whole when a part of it was changed: an address, not its street alone. */
static void complete(const struct shape *shape, void *some, const void *all)
{
    struct shape_head *head = some;
    for (size_t i = 0; i < shape->n; i++) {
        const struct field *f = &shape->fields[i];
        if (f->type != FIELD_SHAPE || !(head->has >> i & 1))
            continue;
        memcpy((char *)some + f->offset, (const char *)all + f->offset, field_size(f));
    }
}

/* The record of the arguments: their one field that is a shape. */
static void *record_of(const struct shape *shape, const void *in, const struct shape **of)
{
    for (size_t i = 0; i < shape->n; i++)
        if (shape->fields[i].type == FIELD_SHAPE) {
            *of = shape->fields[i].shape();
            return *(void *const *)(const void *)((const char *)in + shape->fields[i].offset);
        }
    return NULL;
}

static void send(struct ui *ui, struct task_form *t)
{
    struct arena *a = arena_open();
    const struct shape *shape = op_at(t->task->op)->in(), *of = NULL;
    void *in = arena_alloc(a, shape->size), *all = arena_alloc(a, shape->size);
    form_into(t->form, shape, in, a, !t->task->whole);
    form_into(t->form, shape, all, a, false);
    void *record = record_of(shape, in, &of);
    if (record && !t->task->whole)
        complete(of, record, record_of(shape, all, &of));
    if (t->task->finish)
        t->task->finish(t, in, a);
    ui_ask_with(ui, &(struct ask){.tag = TASK_SAVE, .op = op_at(t->task->op), .in = in, .busy = "Saving…"});
    arena_close(a);
}

static void submit(struct ui *ui, void *state, struct form *form)
{
    struct task_form *t = state;
    if (!t->begun)
        return;
    if (!t->task->whole && !form_changed(form)) {
        ui_toast(ui, TONE_INFO, "Nothing was changed.");
        ui_pop(ui);
        return;
    }
    send(ui, t);
}

static const char *const stale_choices[] = {"Keep writing", "Save my changes on top of it",
                                            "Take what is there now, drop mine", NULL};

static void stale_done(struct ui *ui, void *state, const struct said *said)
{
    struct task_form *t = state;
    if (said->choice == 0)
        return;
    t->merge = said->choice == 1;
    t->begun = t->merge;
    t->task->ask(ui, t);
}

static void reply(struct ui *ui, void *state, int tag, const struct reply *r)
{
    struct task_form *t = state;
    if (tag == TASK_SAVE && r->code == ERR_STALE && t->task->ask) {
        ui_dialog(ui, &(struct dialog){.kind = DIALOG_CHOOSE,
                                       .title = "It was changed meanwhile",
                                       .text = "Somebody saved this while you had it open.",
                                       .choices = stale_choices,
                                       .done = stale_done});
        return;
    }
    if (ui_refused(ui, r))
        return;
    if (tag == TASK_GET) {
        begin(ui, t, r->out);
        if (t->merge)
            send(ui, t);
        t->merge = false;
        return;
    }
    form_kept(t->form);
    ui_toast(ui, TONE_GOOD, "%s", t->task->done);
    if (t->task->then)
        t->task->then(ui, r->out);
    else
        ui_pop(ui);
}

static void draw(const void *state, struct canvas *c)
{
    const struct task_form *t = state;
    struct canvas part = canvas_part(c, 1, 0, c->rows - 1, c->columns > 100 ? 100 : c->columns);
    if (t->form && t->begun)
        form_draw(t->form, &part);
    else
        canvas_loading(c, 1, 2);
}

static const struct key_row keys[] = {
    {.key = K_TAB, .action = "next field", .help = "The next field"},
    {.key = K_F0 + 2, .action = "save", .help = "Save"},
    {.key = K_ESC, .action = "leave", .help = "Leave; asks when something was changed"},
    {0}};

static const struct screen screen_staff_task = {.name = "staff.task",
                                                .state_size = sizeof(struct task_form),
                                                .load = load,
                                                .reply = reply,
                                                .draw = draw,
                                                .submit = submit,
                                                .keys = keys};

struct task_form *task_open(struct ui *ui, const struct task *task, uint64_t id, uint64_t of)
{
    struct task_form *t = ui_push(ui, &screen_staff_task, id);
    t->task = task;
    t->id = id;
    t->of = of;
    return t;
}
