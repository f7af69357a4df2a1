/* Switching portal access on, with a password that staff set and tell the persons (B1, B2, B5). */
#include "tui/staff/screens.h"
#include <stdio.h>
#include <string.h>

#define PERSONS 50 /* access.enable takes as many */

struct state {
    struct form *form;
    uint64_t contacts[PERSONS];
    size_t n;
    char names[400];
};

static const char *check_length(const char *text)
{
    size_t characters = 0;
    for (; *text; text++)
        characters += (*text & 0xC0) != 0x80;
    return characters < 10 ? "At least 10 characters." : NULL;
}

static const struct input_spec inputs[] = {
    {.name = "password",
     .label = "Password",
     .kind = INPUT_PASSWORD,
     .required = true,
     .check = check_length,
     .hint = "At least 10 characters. You tell it to them."},
    {.name = "again", .label = "Once more", .kind = INPUT_PASSWORD, .required = true},
    {.name = "keep_password",
     .label = "They may keep it",
     .kind = INPUT_CHECK,
     .hint = "Space. Without it they choose a password of their own at the first sign-in."},
    {.name = "submit", .label = "Switch access on", .kind = INPUT_BUTTON}};

static void open(struct ui *ui, void *state, uint64_t subject)
{
    struct state *s = state;
    (void)subject;
    s->form = ui_form(ui, inputs, COUNT_OF(inputs));
}

static void submit(struct ui *ui, void *state, struct form *form)
{
    struct state *s = state;
    struct access_enable_in in = {0};
    struct id_list contacts = {s->n, s->contacts};
    if (strcmp(form_text(form, "password"), form_text(form, "again")) != 0) {
        form_error(form, "again", "The two are not the same.");
        form_focus(form, "again");
        return;
    }
    GIVE(access_enable_in, &in, contacts, contacts);
    GIVE(access_enable_in, &in, password, form_text(form, "password"));
    if (form_choice(form, "keep_password"))
        GIVE(access_enable_in, &in, keep_password, true);
    ui_ask_with(ui,
                &(struct ask){.op = op_at(OPNO_access_enable), .in = &in, .busy = "Switching access on…"});
}

static void reply(struct ui *ui, void *state, int tag, const struct reply *r)
{
    (void)state;
    (void)tag;
    if (ui_refused(ui, r))
        return;
    ui_toast(ui, TONE_GOOD,
             "Access is on: tell them the portal's name, their e-mail address and the password.");
    ui_pop(ui);
}

static void draw(const void *state, struct canvas *c)
{
    const struct state *s = state;
    canvas_text(c, 1, 2, STYLE_DIM, "For");
    int rows = canvas_wrap(c, 1, 6, c->columns - 8, 4, STYLE_BOLD, s->names);
    struct canvas part = canvas_part(c, 2 + rows, 0, c->rows - rows - 2, c->columns);
    form_draw(s->form, &part);
}

static const struct screen screen_staff_access = {.name = "staff.access",
                                                  .title = "Portal access",
                                                  .state_size = sizeof(struct state),
                                                  .open = open,
                                                  .reply = reply,
                                                  .draw = draw,
                                                  .submit = submit};

void staff_access_open(struct ui *ui, const uint64_t *contacts, size_t n, const char *names)
{
    struct state *s = ui_push(ui, &screen_staff_access, 0);
    s->n = n < PERSONS ? n : PERSONS;
    memcpy(s->contacts, contacts, s->n * sizeof *contacts);
    snprintf(s->names, sizeof s->names, "%s", names);
}
