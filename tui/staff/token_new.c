/* Making a machine token (H3): name, role, days, which operations; then the token, shown this once. */
#include "common/date.h"
#include "common/zone.h"
#include "tui/staff/staff_screens.h"
#include "tui/staff/tokens.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* --- the token, once */

struct once_state {
    char token[128], name[128], until[SHOW_TEXT];
    bool kept;
};

static void once_close(void *state)
{
    explicit_bzero(state, sizeof(struct once_state));
}

static bool once_unsaved(const void *state)
{
    return !((const struct once_state *)state)->kept;
}

static void once_draw(const void *state, struct canvas *c)
{
    const struct once_state *s = state;
    int width = c->columns > 90 ? 88 : c->columns - 2, y = 1;
    canvas_print(c, y++, 1, STYLE_BOLD, "The token for “%s”, good until %s", s->name, s->until);
    y++;
    /* The whole width: a token that is marked with the mouse should stand in one row where it can. */
    y += canvas_wrap(c, y, 1, c->columns - 2, 4, STYLE_BOLD, s->token) + 1;
    y +=
        canvas_wrap(c, y, 1, width, 4, STYLE_PLAIN,
                    "It is told only now: nobody can look it up later. y sends it to your terminal's "
                    "clipboard. Keep it "
                    "where the program reads it, and nowhere else; who has it may do what the program may.") +
        1;
    canvas_text(c, y, 1, STYLE_DIM, "A program sends it as `token` with every request.");
}

static void once_leave(struct ui *ui, void *state, const struct said *said)
{
    (void)said;
    ((struct once_state *)state)->kept = true;
    ui_pop(ui);
}

static void run_kept(struct ui *ui, void *state)
{
    once_leave(ui, state, NULL);
    ui_toast(ui, TONE_GOOD, "The token is good from now on.");
}

static bool once_key(struct ui *ui, void *state, const struct key *k)
{
    (void)state;
    if (k->code != K_ESC && k->code != 'q')
        return false;
    ui_confirm(ui, "Have you kept it?",
               "The token can not be shown again. If you lost it, take it back and make another.",
               "I have kept it", once_leave);
    return true;
}

static void run_copy(struct ui *ui, void *state)
{
    ui_copy_secret(ui, ((const struct once_state *)state)->token, "the token");
}

static const struct key_row once_keys[] = {
    {.key = 'y', .action = "copy", .help = "Send the token to your terminal's clipboard", .run = run_copy},
    {.key = K_ENTER, .action = "I have kept it", .help = "Go on; it is not shown again", .run = run_kept},
    {0}};

static const struct screen screen_staff_token_once = {.name = "staff.token.once",
                                                      .title = "New token",
                                                      .state_size = sizeof(struct once_state),
                                                      .draw = once_draw,
                                                      .key = once_key,
                                                      .unsaved = once_unsaved,
                                                      .close = once_close,
                                                      .keys = once_keys};

/* --- making it */

struct state {
    struct form *form;
    struct list *list; /* operations of the role; the marked ones are allowed */
    int role, some;    /* indexes chosen */
};

static const int roles[] = {ROLE_READER, ROLE_STAFF, ROLE_ADMIN};
static const char *const role_labels[] = {"look", "the daily work", "everything", NULL};
static const char *const all_or_some[] = {"all of its role", "only those marked below", NULL};
static const struct input_spec inputs[] = {
    {.name = "name",
     .label = "Token for",
     .kind = INPUT_TEXT,
     .max = 60,
     .required = true,
     .width = 40,
     .hint = "The program that uses it: “nightly export”"},
    {.name = "role",
     .label = "May",
     .kind = INPUT_CHOICE,
     .choices = role_labels,
     .width = 20,
     .hint = "← → another role"},
    {.name = "days",
     .label = "Good for",
     .kind = INPUT_COUNT,
     .unit = "days",
     .required = true,
     .least = 1,
     .most = 730,
     .width = 6,
     .hint = "1 to 730"},
    {.name = "operations",
     .label = "Operations",
     .kind = INPUT_CHOICE,
     .choices = all_or_some,
     .width = 28,
     .hint = "← → all, or only some. Tab goes on to the list: Space marks, / finds by words"},
    {.name = "submit", .label = "Make the token", .kind = INPUT_BUTTON},
    {.name = "cancel", .label = "Cancel", .kind = INPUT_BUTTON}};
static const struct list_column columns[] = {
    {.name = "operation", .title = "Operation", .width = 22},
    {.name = "help", .title = "What it does", .width = 30, .grow = 1},
};

bool token_may(const struct op *op, int role)
{
    return (op->who & 1u << role) && !(op->who & PERSONAL);
}

static void fill(struct state *s)
{
    list_begin(s->list);
    for (int i = 0; i < OP_COUNT; i++) {
        const struct op *op = op_at((enum op_number)i);
        const char *cells[] = {op->name, op->help};
        unsigned styles[] = {0, STYLE_DIM};
        bool named = s->some || !(op->who & CREDENTIALS); /* what touches those only if it is marked */
        if (named && token_may(op, roles[s->role]))
            list_add(s->list, &(struct list_row){.id = (uint64_t)i + 1,
                                                 .cells = cells,
                                                 .style = s->some ? STYLE_PLAIN : STYLE_DIM,
                                                 .styles = styles});
    }
    list_end(s->list, false, -1);
}

static void open(struct ui *ui, void *state, uint64_t subject)
{
    struct state *s = state;
    char days[16];
    (void)subject;
    snprintf(days, sizeof days, "%d", TOKEN_DAYS);
    s->form = ui_form(ui, inputs, COUNT_OF(inputs));
    s->list = ui_list(ui, columns, COUNT_OF(columns));
    list_take_marks(s->list);
    list_empty_text(s->list, "This role has no operations.");
    form_set(s->form, "days", days);
    fill(s);
}

static size_t marked(const struct state *s)
{
    size_t n = 0;
    while (list_marked(s->list, n))
        n++;
    return n;
}

static void changed(struct ui *ui, void *state, struct form *form)
{
    struct state *s = state;
    (void)ui;
    if (s->role == form_choice(form, "role") && s->some == form_choice(form, "operations"))
        return;
    s->role = form_choice(form, "role");
    s->some = form_choice(form, "operations");
    fill(s);
}

static void submit(struct ui *ui, void *state, struct form *form)
{
    const struct state *s = state;
    struct token_create_in in = {0};
    const char *names[TOKEN_OPERATIONS];
    size_t n = 0;
    for (uint64_t id; s->some && n < TOKEN_OPERATIONS && (id = list_marked(s->list, n));)
        names[n++] = op_at((enum op_number)(id - 1))->name;
    if (s->some && !n) {
        form_error(form, "operations", "Mark at least one below: Tab, then Space.");
        form_focus(form, "operations");
        ui_focus(ui, form);
        return;
    }
    GIVE(token_create_in, &in, name, form_text(form, "name"));
    GIVE(token_create_in, &in, role, roles[s->role]);
    GIVE(token_create_in, &in, days, form_number(form, "days"));
    if (s->some) {
        struct text_list operations = {n, names};
        GIVE(token_create_in, &in, operations, operations);
    }
    ui_ask_with(ui, &(struct ask){.op = op_at(OPNO_token_create), .in = &in, .busy = "Making the token…"});
}

static void button(struct ui *ui, void *state, struct form *form, const char *name)
{
    (void)state;
    (void)name;
    form_kept(form);
    ui_pop(ui);
}

static void reply(struct ui *ui, void *state, int tag, const struct reply *r)
{
    const struct state *s = state;
    (void)tag;
    if (r->code == ERR_OFFLINE) {
        ui_toast(ui, TONE_BAD,
                 "Not known whether it was made: look at the list, and take back what nobody has.");
        return;
    }
    if (ui_refused(ui, r))
        return;
    const struct token_create_out *out = r->out;
    int32_t until = zone_day(client_me(ui)->time_zone, out->machine_token->expires);
    form_kept(s->form);
    struct once_state *once = ui_replace(ui, &screen_staff_token_once, 0);
    snprintf(once->token, sizeof once->token, "%s", show_text(out->token));
    snprintf(once->name, sizeof once->name, "%s", show_text(out->machine_token->name));
    date_short(once->until, until);
}

static void draw(const void *state, struct canvas *c)
{
    const struct state *s = state;
    int rows = form_height(s->form, c->columns);
    struct canvas top = canvas_part(c, 0, 0, rows < c->rows ? rows : c->rows, c->columns);
    form_draw(s->form, &top);
    canvas_rule(c, rows, 0, c->columns);
    if (s->some)
        canvas_print(c, rows, 2, STYLE_BOLD, " %zu marked ", marked(s));
    struct canvas rest = canvas_part(c, rows + 1, 0, c->rows - rows - 1, c->columns);
    list_draw(s->list, &rest);
}

static bool key(struct ui *ui, void *state, const struct key *k)
{
    const struct state *s = state;
    if (k->code != ' ' || form_focused(s->form) || list_typing(s->list) || s->some)
        return false;
    ui_toast(ui, TONE_INFO, "All of them are allowed: choose “only those marked below” above first.");
    return true;
}

/* From the list; in the form, the form does it. */
static void run_make(struct ui *ui, void *state)
{
    struct state *s = state;
    if (form_check(s->form))
        submit(ui, state, s->form);
    else
        ui_focus(ui, s->form);
}

static const struct key_row keys[] = {
    {.key = K_TAB, .action = "next", .help = "The next field, then the list"},
    {.key = ' ', .action = "mark", .help = "Allow this operation"},
    {.key = K_F0 + 2, .action = "make it", .help = "Make the token", .run = run_make},
    {.key = K_ESC, .action = "leave", .help = "Leave; asks when something was typed"},
    {0}};

static const struct screen screen_staff_token_new = {.name = "staff.token.new",
                                                     .title = "New token",
                                                     .state_size = sizeof(struct state),
                                                     .open = open,
                                                     .reply = reply,
                                                     .draw = draw,
                                                     .submit = submit,
                                                     .button = button,
                                                     .changed = changed,
                                                     .key = key,
                                                     .keys = keys};

void token_new(struct ui *ui)
{
    ui_push(ui, &screen_staff_token_new, 0);
}
