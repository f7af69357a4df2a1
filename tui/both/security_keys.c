/* One's SSH keys (B12): seen, added by pasting the public one, removed. Proving them is security_key_proof.c. */
#include "tui/both/mfa_code.h"
#include "tui/both/security.h"
#include "proto/paper/show.h"
#include "common/date.h"
#include "common/zone.h"
#include <stdio.h>
#include <string.h>

enum { LIST, REMOVE, ADD };

/* --- adding */

struct add_state {
    struct form *form;
    bool code;
};

static const char *public_line(const char *text)
{
    static const char *const kinds[] = {"ssh-", "ecdsa-", "sk-"};
    if (strstr(text, "PRIVATE KEY"))
        return "That is the private key: it stays with you. The public one is in the file that ends in .pub.";
    text += strspn(text, " \n\t");
    for (size_t i = 0; i < COUNT_OF(kinds); i++)
        if (strncmp(text, kinds[i], strlen(kinds[i])) == 0)
            return NULL;
    return "One line as in a .pub file, beginning with ssh-ed25519, ecdsa-… or ssh-rsa.";
}

#define KEY_INPUTS                                                                      \
    {.name = "key",                                                                     \
     .label = "Public key",                                                             \
     .kind = INPUT_LINES,                                                               \
     .required = true,                                                                  \
     .max = 6000,                                                                       \
     .width = 60,                                                                       \
     .rows = 4,                                                                         \
     .check = public_line,                                                              \
     .hint = "Paste the line of your .pub file. Tab goes on."},                         \
    {                                                                                   \
        .name = "label", .label = "Label", .kind = INPUT_TEXT, .max = 100, .width = 36, \
        .hint = "What you call it; left out: the comment at the end of the key."        \
    }
#define KEY_BUTTONS                                              \
    {.name = "on", .label = "Add it", .kind = INPUT_BUTTON},     \
    {                                                            \
        .name = "leave", .label = "Cancel", .kind = INPUT_BUTTON \
    }
static const struct input_spec with_password[] = {KEY_INPUTS, PRESENT_PASSWORD_INPUT, KEY_BUTTONS};
static const struct input_spec with_code[] = {KEY_INPUTS, MFA_CODE_INPUT, KEY_BUTTONS};

static void add_open(struct ui *ui, void *state, uint64_t subject)
{
    struct add_state *s = state;
    (void)subject;
    s->code = client_me(ui)->mfa;
    s->form = s->code ? ui_form(ui, with_code, COUNT_OF(with_code))
                      : ui_form(ui, with_password, COUNT_OF(with_password));
}

/* A pasted line that the terminal had broken is one line again. */
static const char *joined(struct ui *ui, const char *text)
{
    char *out = arena_printf(ui_arena(ui), "%s", text + strspn(text, " \n\t")), *to = out;
    for (const char *p = out; *p; p++)
        if (*p != '\n' && *p != '\t')
            *to++ = *p;
    while (to > out && to[-1] == ' ')
        to--;
    *to = '\0';
    return out;
}

static void add_submit(struct ui *ui, void *state, struct form *form)
{
    struct add_state *s = state;
    struct key_add_in in = {0};
    char code[MFA_CODE_TEXT] = "";
    GIVE(key_add_in, &in, key, joined(ui, form_text(form, "key")));
    if (*form_text(form, "label"))
        GIVE(key_add_in, &in, label, form_text(form, "label"));
    if (s->code)
        GIVE(key_add_in, &in, code, mfa_code(code, form));
    else
        GIVE(key_add_in, &in, password, form_text(form, "password"));
    ui_ask_with(ui,
                &(struct ask){.tag = ADD, .op = op_at(OPNO_key_add), .in = &in, .busy = "Adding the key…"});
    explicit_bzero(code, sizeof code);
}

static void add_reply(struct ui *ui, void *state, int tag, const struct reply *r)
{
    struct add_state *s = state;
    const struct key_add_out *out = r->out;
    (void)tag;
    if (r->code == ERR_EXISTS) {
        form_error(s->form, "key", *r->why->detail ? r->why->detail : "You have this key already.");
        form_focus(s->form, "key");
        return;
    }
    if (mfa_code_refused(ui, s->form, r))
        return;
    form_kept(s->form);
    ui_replace(ui, &screen_security_key_prove, out->key->id);
}

/* Nobody should have to look at a private key that went into the wrong window. */
static void add_changed(struct ui *ui, void *state, struct form *form)
{
    (void)ui;
    (void)state;
    if (!strstr(form_text(form, "key"), "PRIVATE KEY"))
        return;
    const char *wrong = public_line(form_text(form, "key"));
    form_set(form, "key", "");
    form_error(form, "key", wrong);
}

static void add_draw(const void *state, struct canvas *c)
{
    const struct add_state *s = state;
    struct canvas part = canvas_part(c, 1, 0, c->rows - 1, c->columns > 90 ? 90 : c->columns);
    form_draw(s->form, &part);
}

static void add_button(struct ui *ui, void *state, struct form *form, const char *name)
{
    (void)state;
    (void)name;
    form_kept(form);
    ui_pop(ui);
}

static const struct screen screen_add = {.name = "security.key_add",
                                         .title = "Add",
                                         .state_size = sizeof(struct add_state),
                                         .open = add_open,
                                         .reply = add_reply,
                                         .draw = add_draw,
                                         .submit = add_submit,
                                         .changed = add_changed,
                                         .button = add_button};

/* --- the list */

struct state {
    struct list *list;
    const struct key_list_out *out;
    const struct me *me;
};

static const struct list_column columns[] = {
    {.name = "label", .title = "Label", .width = 16, .grow = 1, .sortable = true},
    {.name = "type", .title = "Type", .width = 13},
    {.name = "added", .title = "Added", .width = 12},
    {.name = "used", .title = "Last used", .width = 30, .grow = 1},
    {.name = "fingerprint", .title = "Fingerprint", .width = 50, .drop = 1},
};

static void open(struct ui *ui, void *state, uint64_t subject)
{
    struct state *s = state;
    (void)subject;
    s->me = client_me(ui);
    s->list = ui_list(ui, columns, COUNT_OF(columns));
    list_empty_text(s->list, "No keys yet. With one, ssh signs you in without your password: + adds it.");
}

static void load(struct ui *ui, void *state, enum load why)
{
    struct key_list_in none = {0};
    (void)state;
    (void)why;
    ui_ask(ui, LIST, OPNO_key_list, &none);
}

static void rows(struct state *s)
{
    list_begin(s->list);
    for (size_t i = 0; i < s->out->keys.n; i++) {
        const struct ssh_key *k = &s->out->keys.v[i];
        char added[DATE_TEXT], used[SECURITY_TEXT];
        const char *use = k->expires ? "waits to be proved" : security_when(used, s->me, k->used, k->place);
        const char *cells[] = {k->label, security_key_type(k->type),
                               date_short(added, zone_day(s->me->time_zone, k->created)), use,
                               k->fingerprint};
        list_add(s->list, &(struct list_row){.id = k->id, .cells = cells});
    }
    list_end(s->list, false, (int64_t)s->out->keys.n);
}

static void reply(struct ui *ui, void *state, int tag, const struct reply *r)
{
    struct state *s = state;
    if (ui_refused(ui, r))
        return;
    if (tag == LIST) {
        s->out = r->out;
        rows(s);
    } else {
        ui_toast(ui, TONE_GOOD, "The key is removed. Sessions it had opened have ended.");
        ui_reload(ui);
    }
}

static void event(struct ui *ui, void *state, const struct event *e)
{
    (void)state;
    if (ui_top(ui) == &screen_security_keys && e->subject == SUBJECT_KEY)
        ui_reload(ui);
}

static const struct ssh_key *chosen(const struct state *s)
{
    for (size_t i = 0; s->out && i < s->out->keys.n; i++)
        if (s->out->keys.v[i].id == list_id(s->list))
            return &s->out->keys.v[i];
    return NULL;
}

static void draw(const void *state, struct canvas *c)
{
    const struct state *s = state;
    const struct ssh_key *k = chosen(s);
    char used[SECURITY_TEXT];
    struct canvas part = canvas_part(c, 0, 0, c->rows - 3, c->columns);
    list_draw(s->list, &part);
    if (!k)
        return;
    canvas_print(c, c->rows - 2, 2, STYLE_DIM, "%s  %s", show_text(k->type), show_text(k->fingerprint));
    if (k->expires)
        canvas_print(c, c->rows - 1, 2, STYLE_WARN,
                     "It signs nobody in until it is proved; left unproved, it goes: %s",
                     show_when(used, k->expires, s->me->time_zone, s->me->today));
    else
        canvas_print(c, c->rows - 1, 2, STYLE_DIM, "Last used: %s",
                     security_when(used, s->me, k->used, k->place));
}

static void run_add(struct ui *ui, void *state)
{
    (void)state;
    ui_push(ui, &screen_add, 0);
}

static const char *has_key(const struct ui *ui, const void *state)
{
    (void)ui;
    return chosen(state) ? NULL : "There is no key here.";
}

static const char *waits(const struct ui *ui, const void *state)
{
    const struct ssh_key *k = chosen(state);
    return !k ? has_key(ui, state) : k->expires ? NULL : "It is proved.";
}

static void run_prove(struct ui *ui, void *state)
{
    ui_push(ui, &screen_security_key_prove, chosen(state)->id);
}

static void remove_done(struct ui *ui, void *state, const struct said *said)
{
    const struct ssh_key *k = chosen(state);
    struct key_remove_in in = {0};
    (void)said;
    if (!k)
        return;
    GIVE(key_remove_in, &in, key, (int64_t)k->id);
    ui_ask_with(ui, &(struct ask){
                        .tag = REMOVE, .op = op_at(OPNO_key_remove), .in = &in, .busy = "Removing the key…"});
}

static void run_remove(struct ui *ui, void *state)
{
    const struct ssh_key *k = chosen(state);
    char text[600];
    snprintf(text, sizeof text, "“%s”, %s,\n%s\nIt signs you in no more, and sessions it has opened end.",
             show_text(k->label), security_key_type(k->type), show_text(k->fingerprint));
    ui_confirm(ui, "Remove this key?", text, "Remove it", remove_done);
}

static void run_copy(struct ui *ui, void *state)
{
    ui_copy(ui, show_text(chosen(state)->fingerprint));
}

static const struct key_row keys[] = {
    {.key = '+', .action = "add", .help = "Add a key", .run = run_add},
    {.key = 'p', .action = "prove", .help = "Show that you hold it", .possible = waits, .run = run_prove},
    {.key = 'x', .action = "remove", .help = "Remove this key", .possible = has_key, .run = run_remove},
    {.key = 'y',
     .action = "copy fingerprint",
     .help = "Send its fingerprint to your terminal",
     .possible = has_key,
     .run = run_copy},
    {0}};

const struct screen screen_security_keys = {.name = "security.keys",
                                            .title = "SSH keys",
                                            .state_size = sizeof(struct state),
                                            .open = open,
                                            .load = load,
                                            .reply = reply,
                                            .event = event,
                                            .draw = draw,
                                            .keys = keys};
