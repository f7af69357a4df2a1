/* Forms of staff accounts: inviting a colleague (by mail, or with a one-time password), changing name and role. */
#include "tui/both/new_password.h"
#include "tui/staff/accounts.h"
#include "tui/full/book_screen.h"
#include "tui/portal/books.h"
#include "tui/staff/staff_screens.h"
#include <stdio.h>

enum { SAVE, RULES };
enum { HOW_MAIL, HOW_PASSWORD };
struct state {
    struct form *form;
    uint64_t id; /* 0: a new one */
    struct new_password password;
    int how;
    char email[256];
};

static const int roles[] = {ROLE_READER, ROLE_STAFF, ROLE_ADMIN};
static const char *const role_labels[] = {"look: everything, changes nothing", "the daily work",
                                          "everything: settings and accounts, too", NULL};
static const char *const hows[] = {"an invitation by mail", "a one-time password that you tell them", NULL};

static const struct input_spec new_inputs[] = {
    {.name = "name", .label = "Name", .kind = INPUT_TEXT, .max = 120, .required = true, .width = 40},
    {.name = "email",
     .label = "E-mail",
     .kind = INPUT_TEXT,
     .max = 254,
     .required = true,
     .width = 40,
     .hint = "Used to sign in"},
    {.name = "role",
     .label = "Role",
     .kind = INPUT_CHOICE,
     .choices = role_labels,
     .width = 42,
     .hint = "← → another role"},
    {.name = "how",
     .label = "Gets in with",
     .kind = INPUT_CHOICE,
     .choices = hows,
     .width = 42,
     .hint = "← → the other way"},
    {.name = "password",
     .label = "Password",
     .kind = INPUT_PASSWORD,
     .max = 200,
     .width = 28,
     .hint = "You tell it to them; it leads to choosing one of their own"},
    {.name = "again", .label = "Password again", .kind = INPUT_PASSWORD, .max = 200, .width = 28},
    {.name = "submit", .label = "Invite", .kind = INPUT_BUTTON},
    {.name = "cancel", .label = "Cancel", .kind = INPUT_BUTTON}};
static const struct input_spec edit_inputs[] = {
    {.name = "name", .label = "Name", .kind = INPUT_TEXT, .max = 120, .required = true, .width = 40},
    {.name = "role",
     .label = "Role",
     .kind = INPUT_CHOICE,
     .choices = role_labels,
     .width = 42,
     .hint = "← → another role. Their sessions end when it changes; they sign in again"},
    {.name = "submit", .label = "Save", .kind = INPUT_BUTTON},
    {.name = "cancel", .label = "Cancel", .kind = INPUT_BUTTON}};

static int role_index(int role)
{
    return role == ROLE_READER ? 0 : role == ROLE_ADMIN ? 2 : 1;
}

static void follow_how(struct state *s)
{
    bool mail = s->how == HOW_MAIL;
    form_lock(s->form, "password", mail);
    form_lock(s->form, "again", mail);
}

static void open_new(struct ui *ui, void *state, uint64_t subject)
{
    struct state *s = state;
    (void)subject;
    s->form = ui_form(ui, new_inputs, COUNT_OF(new_inputs));
    form_set_choice(s->form, "role", role_index(ROLE_STAFF));
    follow_how(s);
}

static void open_edit(struct ui *ui, void *state, uint64_t subject)
{
    struct state *s = state;
    s->id = subject;
    s->form = ui_form(ui, edit_inputs, COUNT_OF(edit_inputs));
}

static void load_new(struct ui *ui, void *state, enum load why)
{
    if (why == LOAD_FIRST)
        new_password_ask(ui, &((struct state *)state)->password, RULES);
}

static void changed(struct ui *ui, void *state, struct form *form)
{
    struct state *s = state;
    (void)ui;
    if (s->how == HOW_PASSWORD)
        new_password_typed(&s->password, form);
    s->how = form_choice(form, "how");
    follow_how(s);
}

static void submit_edit(struct ui *ui, void *state, struct form *form)
{
    const struct state *s = state;
    struct staff_update_in in = {0};
    if (!form_changed(form)) {
        ui_toast(ui, TONE_INFO, "Nothing was changed.");
        ui_pop(ui);
        return;
    }
    GIVE(staff_update_in, &in, staff, s->id);
    if (form_field(form, "name")->changed)
        GIVE(staff_update_in, &in, name, form_text(form, "name"));
    if (form_field(form, "role")->changed)
        GIVE(staff_update_in, &in, role, roles[form_choice(form, "role")]);
    ui_ask_with(ui, &(struct ask){.tag = SAVE, .op = op_at(OPNO_staff_update), .in = &in, .busy = "Saving…"});
}

static void submit_new(struct ui *ui, void *state, struct form *form)
{
    struct state *s = state;
    struct staff_invite_in invite = {0};
    struct staff_create_in create = {0};
    snprintf(s->email, sizeof s->email, "%s", form_text(form, "email"));
    if (s->how == HOW_MAIL) {
        GIVE(staff_invite_in, &invite, name, form_text(form, "name"));
        GIVE(staff_invite_in, &invite, email, form_text(form, "email"));
        GIVE(staff_invite_in, &invite, role, roles[form_choice(form, "role")]);
        ui_ask_with(ui, &(struct ask){
                            .tag = SAVE, .op = op_at(OPNO_staff_invite), .in = &invite, .busy = "Inviting…"});
        return;
    }
    if (!new_password_fine(&s->password, form))
        return;
    GIVE(staff_create_in, &create, name, form_text(form, "name"));
    GIVE(staff_create_in, &create, email, form_text(form, "email"));
    GIVE(staff_create_in, &create, role, roles[form_choice(form, "role")]);
    GIVE(staff_create_in, &create, password, form_text(form, "password"));
    ui_ask_with(ui,
                &(struct ask){.tag = SAVE, .op = op_at(OPNO_staff_create), .in = &create, .busy = "Adding…"});
}

static void button(struct ui *ui, void *state, struct form *form, const char *name)
{
    (void)state;
    (void)name;
    form_kept(form);
    ui_pop(ui);
}

static void reply_new(struct ui *ui, void *state, int tag, const struct reply *r)
{
    struct state *s = state;
    if (tag == RULES) {
        new_password_rules(&s->password, r);
        return;
    }
    if (ui_refused(ui, r))
        return;
    bool typed = s->how == HOW_PASSWORD;
    ui_made(ui, SUBJECT_STAFF,
            typed ? ((const struct staff_create_out *)r->out)->staff->id
                  : ((const struct staff_invite_out *)r->out)->staff->id);
    form_kept(s->form);
    ui_pop(ui);
    if (typed) {
        ui_toast(ui, TONE_GOOD, "The account is there: tell them the address and the password.");
    } else if (((const struct staff_invite_out *)r->out)->held) {
        book_open(ui, &book_mail, ((const struct staff_invite_out *)r->out)->mail);
        ui_toast(ui, TONE_INFO, "Invited. There is no mail server yet: c tells the code.");
    } else {
        ui_toast(ui, TONE_GOOD, "Invited: the mail to %s is on its way.", s->email);
    }
}

static void reply_edit(struct ui *ui, void *state, int tag, const struct reply *r)
{
    (void)tag;
    if (ui_refused(ui, r))
        return;
    form_kept(((struct state *)state)->form);
    ui_toast(ui, TONE_GOOD, "Saved.");
    ui_pop(ui);
}

static void draw_new(const void *state, struct canvas *c)
{
    const struct state *s = state;
    int rows = form_height(s->form, c->columns) + 1;
    struct canvas part =
        canvas_part(c, 1, 0, rows < c->rows ? rows : c->rows - 1, c->columns > 100 ? 100 : c->columns);
    form_draw(s->form, &part);
    if (s->how == HOW_PASSWORD && rows + 5 < c->rows)
        new_password_draw(&s->password, c, rows + 1, 2);
}

static void draw(const void *state, struct canvas *c)
{
    struct canvas part = canvas_part(c, 1, 0, c->rows - 1, c->columns > 100 ? 100 : c->columns);
    form_draw(((const struct state *)state)->form, &part);
}

static const struct key_row keys[] = {
    {.key = K_TAB, .action = "next field", .help = "The next field"},
    {.key = K_F0 + 2, .action = "save", .help = "Save, or invite"},
    {.key = K_ESC, .action = "leave", .help = "Leave; asks when something was typed"},
    {0}};

static const struct screen screen_staff_account_new = {.name = "staff.account.new",
                                                       .title = "Invite a colleague",
                                                       .state_size = sizeof(struct state),
                                                       .open = open_new,
                                                       .load = load_new,
                                                       .reply = reply_new,
                                                       .draw = draw_new,
                                                       .submit = submit_new,
                                                       .button = button,
                                                       .changed = changed,
                                                       .keys = keys};
static const struct screen screen_staff_account_edit = {.name = "staff.account.edit",
                                                        .title = "Change",
                                                        .state_size = sizeof(struct state),
                                                        .open = open_edit,
                                                        .reply = reply_edit,
                                                        .draw = draw,
                                                        .submit = submit_edit,
                                                        .button = button,
                                                        .keys = keys};

void account_new(struct ui *ui)
{
    ui_push(ui, &screen_staff_account_new, 0);
}

void account_edit(struct ui *ui, const struct staff *p, bool last_admin)
{
    struct state *s = ui_push(ui, &screen_staff_account_edit, p->id);
    form_set(s->form, "name", p->name);
    form_set_choice(s->form, "role", role_index(p->role));
    form_lock(s->form, "role", last_admin);
    if (last_admin)
        ui_toast(ui, TONE_INFO, ACCOUNT_LAST);
}
