/* Commenting on a document: for staff only, or shown to the customer too (D7). The conversation so far stands below. */
#include "tui/staff/staff_document.h"
#include <stdio.h>

enum { SEND, GET };

struct state {
    uint64_t id;
    int kind;
    struct form *form;
    struct document_view v;
    const struct me *me;
};

static const struct input_spec inputs[] = {
    {.name = "text", .label = "Comment", .kind = INPUT_LINES, .rows = 4, .required = true},
    {.name = "portal",
     .label = "Display in portal",
     .kind = INPUT_CHECK,
     .hint = "Space: the customer sees it too. Without it, only staff do."},
    {.name = "submit", .label = "Comment", .kind = INPUT_BUTTON}};

static void open(struct ui *ui, void *state, uint64_t subject)
{
    struct state *s = state;
    s->id = subject;
    s->me = client_me(ui);
    s->form = ui_form(ui, inputs, COUNT_OF(inputs));
}

static void load(struct ui *ui, void *state, enum load why)
{
    struct state *s = state;
    struct document_get_in in = {0};
    (void)why;
    GIVE(document_get_in, &in, id, s->id);
    ui_ask(ui, GET, op_for(s->kind, ANY_document_get), &in);
}

static void reply(struct ui *ui, void *state, int tag, const struct reply *r)
{
    struct state *s = state;
    const struct document_get_out *got = r->out;
    if (ui_refused(ui, r))
        return;
    if (tag == SEND) {
        bool portal = form_choice(s->form, "portal") != 0;
        ui_toast(ui, TONE_GOOD, portal ? "Said. The customer sees it." : "Said. Only staff see it.");
        ui_pop(ui);
        return;
    }
    s->v = (struct document_view){
        .doc = got->document, .comments = &got->comments, .me = s->me, .today = ui_today(ui)};
}

static void event(struct ui *ui, void *state, const struct event *e)
{
    const struct state *s = state;
    if ((uint64_t)e->about == s->id && e->what == WHAT_COMMENTED)
        load(ui, state, LOAD_AGAIN);
}

static void submit(struct ui *ui, void *state, struct form *form)
{
    struct state *s = state;
    struct comment_add_in in = {0};
    GIVE(comment_add_in, &in, document, s->id);
    GIVE(comment_add_in, &in, text, form_text(form, "text"));
    if (form_choice(form, "portal"))
        GIVE(comment_add_in, &in, portal, true);
    ui_ask_with(ui, &(struct ask){.tag = SEND, .op = op_at(OPNO_comment_add), .in = &in, .busy = "Sending…"});
}

static void draw(const void *state, struct canvas *c)
{
    const struct state *s = state;
    int rows = form_height(s->form, c->columns) + 1;
    struct canvas top = canvas_part(c, 1, 0, rows < c->rows ? rows : c->rows - 1, c->columns);
    form_draw(s->form, &top);
    struct canvas rest = canvas_part(c, rows + 1, 0, c->rows - rows - 1, c->columns);
    if (s->v.doc && rest.rows > 2)
        document_draw_conversation(&s->v, &rest, 0);
}

static const struct screen screen_staff_comment = {.name = "staff.comment",
                                                   .title = "Comment",
                                                   .state_size = sizeof(struct state),
                                                   .open = open,
                                                   .load = load,
                                                   .reply = reply,
                                                   .event = event,
                                                   .draw = draw,
                                                   .submit = submit};

void staff_comment_open(struct ui *ui, const struct document *doc)
{
    struct state *s = ui_push(ui, &screen_staff_comment, doc->id);
    s->kind = doc->kind;
}

/* Who answers a customer means the customer, unless they untick it. */
void staff_reply_open(struct ui *ui, int kind, uint64_t document)
{
    struct state *s = ui_push(ui, &screen_staff_comment, document);
    s->kind = kind;
    form_set_choice(s->form, "portal", true);
}
