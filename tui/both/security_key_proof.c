/* An SSH key that waits to be proved (B12): what to run where it is, and what that printed. */
#include "tui/both/security.h"
#include "proto/paper/show.h"
#include <string.h>

enum { LIST, PROVE };
#define LOOK_MS 3000
#define LOOKS 200 /* ten minutes, then r does it: a terminal that was left is not kept signed in */

struct state {
    struct form *form;
    uint64_t id;
    const struct me *me;
    const struct ssh_key *key; /* in the reply; NULL until it is there */
    int looks;
};

static const struct input_spec inputs[] = {
    {.name = "signature",
     .label = "Signature",
     .kind = INPUT_LINES,
     .required = true,
     .max = 10000,
     .width = 71,
     .rows = 4,
     .hint = "Paste all that it printed, from BEGIN to END. Tab goes on."},
    {.name = "on", .label = "Prove it", .kind = INPUT_BUTTON},
    {.name = "sign", .label = "Copy the command", .kind = INPUT_BUTTON},
    {.name = "leave", .label = "Later", .kind = INPUT_BUTTON}};

static void open(struct ui *ui, void *state, uint64_t subject)
{
    struct state *s = state;
    s->id = subject;
    s->me = client_me(ui);
    s->form = ui_form(ui, inputs, COUNT_OF(inputs));
}

static void load(struct ui *ui, void *state, enum load why)
{
    struct key_list_in none = {0};
    (void)state;
    (void)why;
    ui_ask(ui, LIST, OPNO_key_list, &none);
}

static void done(struct ui *ui, struct state *s, enum tone tone, const char *what)
{
    form_kept(s->form);
    ui_pop(ui);
    ui_toast(ui, tone, "%s", what);
}

/* Somebody may come in by it meanwhile, in another terminal; of what happens to a person's keys no news goes to customers. */
static void look_again(struct ui *ui, void *state)
{
    struct state *s = state;
    if (ui_top(ui) == &screen_security_key_prove && !ui_waiting(ui, PROVE) && s->looks++ < LOOKS)
        load(ui, state, LOAD_AGAIN);
}

static void took(struct ui *ui, struct state *s, const struct key_list_out *out)
{
    s->key = NULL;
    for (size_t i = 0; i < out->keys.n; i++)
        if (out->keys.v[i].id == s->id)
            s->key = &out->keys.v[i];
    if (!s->key)
        done(ui, s, TONE_BAD, "That key is not there any more.");
    else if (!s->key->expires)
        done(ui, s, TONE_GOOD, "The key is proved: it signs you in from now on.");
    else if (*show_text(s->key->visit))
        ui_after(ui, LOOK_MS, look_again);
}

static void reply(struct ui *ui, void *state, int tag, const struct reply *r)
{
    struct state *s = state;
    if (ui_refused(ui, r))
        return;
    if (tag == LIST)
        took(ui, s, r->out);
    else
        done(ui, s, TONE_GOOD, "The key is proved: it signs you in from now on.");
}

static void submit(struct ui *ui, void *state, struct form *form)
{
    struct state *s = state;
    struct key_prove_in in = {0};
    GIVE(key_prove_in, &in, key, (int64_t)s->id);
    GIVE(key_prove_in, &in, signature, form_text(form, "signature"));
    ui_ask_with(
        ui, &(struct ask){
                .tag = PROVE, .op = op_at(OPNO_key_prove), .in = &in, .busy = "Looking at the signature…"});
}

/* Where the last signature in a text begins: one that is pasted takes the place of what was there, which is hardly seen in so few rows. */
static const char *last_begin(const char *text)
{
    static const char begin[] = "-----BEGIN SSH SIGNATURE-----";
    const char *last = text;
    for (const char *at = text; (at = strstr(at, begin)); at++)
        last = at;
    return last;
}

/* Nobody should have to look at a private key that went into the wrong window. */
static void changed(struct ui *ui, void *state, struct form *form)
{
    const char *text = form_text(form, "signature"), *last = last_begin(text);
    (void)state;
    if (last > text)
        form_set(form, "signature", arena_printf(ui_arena(ui), "%s", last));
    if (!strstr(form_text(form, "signature"), "PRIVATE KEY"))
        return;
    form_set(form, "signature", "");
    form_error(form, "signature",
               "That is the private key: it stays with you. Paste what the command printed.");
}

static void button(struct ui *ui, void *state, struct form *form, const char *name)
{
    const struct state *s = state;
    if (strcmp(name, "leave") == 0) {
        form_kept(form);
        ui_pop(ui);
    } else if (s->key) {
        ui_copy(ui, show_text(s->key->sign));
    }
}

/* From the first column, and broken as a shell takes it: what is marked over several rows and pasted is the command. */
static int draw_command(struct canvas *c, int y, const char *text)
{
    size_t n = strlen(text), room = c->columns > 20 ? (size_t)c->columns - 3 : 17;
    while (n) {
        size_t row = n <= room + 1 ? n : room;
        while (row < n && row > room / 2 && text[row - 1] != ' ')
            row--;
        if (row < n && text[row - 1] != ' ')
            row = room;
        canvas_print(c, y++, 0, STYLE_BOLD, "%.*s%s", (int)row, text, row < n ? "\\" : "");
        text += row;
        n -= row;
    }
    return y;
}

static void draw(const void *state, struct canvas *c)
{
    const struct state *s = state;
    char until[SHOW_TEXT];
    int y = 0;
    if (!s->key)
        return;
    canvas_print(c, y++, 1, 0, "%s  %s", security_key_type(s->key->type), show_text(s->key->fingerprint));
    canvas_print(c, y++, 1, STYLE_WARN,
                 "It signs nobody in until you show that you hold it. It waits until %s.",
                 show_when(until, s->key->expires, s->me->time_zone, s->me->today));
    canvas_print(c, ++y, 1, 0, "Run this where the key is, with its file's name, and paste what it prints:");
    y = draw_command(c, y + 1, show_text(s->key->sign));
    if (*show_text(s->key->visit)) {
        canvas_print(c, y++, 1, 0, "or come in by it once:");
        y = draw_command(c, y, s->key->visit);
    }
    struct canvas part = canvas_part(c, y + 1, 1, c->rows - y - 1, c->columns > 92 ? 90 : c->columns - 2);
    form_draw(s->form, &part);
}

const struct screen screen_security_key_prove = {.name = "security.key_prove",
                                                 .title = "Prove",
                                                 .state_size = sizeof(struct state),
                                                 .open = open,
                                                 .load = load,
                                                 .reply = reply,
                                                 .draw = draw,
                                                 .submit = submit,
                                                 .changed = changed,
                                                 .button = button};
