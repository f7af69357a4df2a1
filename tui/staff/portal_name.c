/* Settings → Portal name (A3): another name ends customers' sessions and open invitations, so it says whom that concerns before,
 * wants a word, and afterwards leads to writing to everyone. */
#include "tui/staff/staff_portal.h"
#include "tui/staff/staff_screens.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { GET, COUNT, RENAME };

struct state {
    struct form *form;
    const struct business *b;
    const struct access_count_out *count;
    char name[64];
};

static const char *name_check(const char *text)
{
    size_t n = strlen(text);
    if (n < 2 || n > 40)
        return "2 to 40 characters.";
    if (strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789-") != n)
        return "Lower-case letters, digits and hyphens only.";
    return text[0] == '-' || text[n - 1] == '-' ? "It begins and ends with a letter or digit." : NULL;
}

static const struct input_spec inputs[] = {
    {.name = "portal",
     .label = "Portal name",
     .kind = INPUT_TEXT,
     .max = 40,
     .required = true,
     .width = 41,
     .check = name_check,
     .hint = "Lower-case letters, digits, hyphens: what people type to get in"},
    {.name = "go", .label = "Go on …", .kind = INPUT_BUTTON},
    {.name = "cancel", .label = "Cancel", .kind = INPUT_BUTTON}};

static void open(struct ui *ui, void *state, uint64_t subject)
{
    struct state *s = state;
    (void)subject;
    s->form = ui_form(ui, inputs, COUNT_OF(inputs));
}

static void load(struct ui *ui, void *state, enum load why)
{
    struct settings_get_in none = {0};
    (void)state;
    if (why == LOAD_FIRST)
        ui_ask(ui, GET, OPNO_settings_get, &none);
}

/* --- the change */

static void submit(struct ui *ui, void *state, struct form *form)
{
    struct state *s = state;
    struct access_count_in none = {0};
    if (!s->b)
        return;
    snprintf(s->name, sizeof s->name, "%s", form_text(form, "portal"));
    if (strcmp(s->name, show_text(s->b->portal)) == 0) {
        form_error(form, "portal", "That is the name it has.");
        form_focus(form, "portal");
        return;
    }
    ui_ask_with(ui, &(struct ask){.tag = COUNT,
                                  .op = op_at(OPNO_access_count),
                                  .in = &none,
                                  .busy = "Counting whom it concerns…"});
}

static void rename_done(struct ui *ui, void *state, const struct said *said)
{
    const struct state *s = state;
    struct settings_update_in in = {0};
    struct business b = {0};
    (void)said;
    GIVE(business, &b, revision, s->b->revision);
    GIVE(business, &b, portal, s->name);
    GIVE(settings_update_in, &in, business, &b);
    ui_ask_with(
        ui, &(struct ask){
                .tag = RENAME, .op = op_at(OPNO_settings_update), .in = &in, .busy = "Changing the name…"});
}

static const char *plural(int64_t n, const char *one, const char *many)
{
    return n == 1 ? one : many;
}

static void warn(struct ui *ui, const struct state *s)
{
    const struct access_count_out *n = s->count;
    char text[1200];
    snprintf(text, sizeof text,
             "“%s” becomes “%s”. At once:\n"
             "· %" PRId64
             " %s access sign%s in under the new name only; passwords, keys and codes stay good\n"
             "· %" PRId64 " open %s: the %s sent no longer work\n"
             "· %" PRId64 " %s, in the middle of whatever is being done there\n"
             "Afterwards you can write to all of them in one go. Staff stay signed in.",
             show_text(s->b->portal), s->name, n->active, plural(n->active, "person with", "persons with"),
             n->active == 1 ? "s" : "", n->invited, plural(n->invited, "invitation ends", "invitations end"),
             plural(n->invited, "code that was", "codes that were"), n->sessions,
             plural(n->sessions, "customer's session ends", "customers' sessions end"));
    ui_dialog(ui, &(struct dialog){.kind = DIALOG_WORD,
                                   .title = "Change the portal's name?",
                                   .text = text,
                                   .word = "RENAME",
                                   .yes = "Change the name",
                                   .done = rename_done});
}

static void reply(struct ui *ui, void *state, int tag, const struct reply *r)
{
    struct state *s = state;
    if (tag == RENAME && r->code == ERR_STALE) {
        struct settings_get_in none = {0};
        ui_toast(ui, TONE_BAD, "The settings changed meanwhile. Look at it again, then go on.");
        ui_ask(ui, GET, OPNO_settings_get, &none);
        return;
    }
    if (ui_refused(ui, r))
        return;
    switch (tag) {
    case COUNT:
        s->count = r->out;
        warn(ui, s);
        break;
    case RENAME:
        form_kept(s->form);
        client_set_portal(ui, s->name);
        ui_toast(ui, TONE_GOOD, "The portal is “%s” from now on.", s->name);
        portal_tell_all(ui, s->name, show_text(s->b->portal), s->count->active, s->count->invited);
        break;
    default:
        s->b = ((const struct settings_get_out *)r->out)->business;
        if (!form_changed(s->form))
            form_set(s->form, "portal", s->b->portal);
    }
}

static void button(struct ui *ui, void *state, struct form *form, const char *name)
{
    (void)state;
    (void)name;
    form_kept(form);
    ui_pop(ui);
}

/* --- drawing */

static void draw(const void *state, struct canvas *c)
{
    const struct state *s = state;
    int y =
        1 +
        canvas_wrap(
            c, 1, 2, c->columns > 92 ? 90 : c->columns - 4, 5, STYLE_PLAIN,
            "People type this name to get in. With another one, every open invitation and every customer's "
            "session ends; before anything happens you see how many people that concerns.");
    struct canvas part = canvas_part(c, y + 1, 0, c->rows - y - 1, c->columns);
    form_draw(s->form, &part);
}

static const struct key_row keys[] = {{.key = K_TAB, .action = "next field", .help = "The next field"},
                                      {.key = K_F0 + 2,
                                       .action = "go on",
                                       .help = "See whom it concerns; nothing is changed before you say so"},
                                      {.key = K_ESC, .action = "back", .help = "Back to the settings"},
                                      {0}};

const struct screen screen_staff_portal_name = {.name = "staff.portal_name",
                                                .title = "Portal name",
                                                .state_size = sizeof(struct state),
                                                .open = open,
                                                .load = load,
                                                .reply = reply,
                                                .draw = draw,
                                                .submit = submit,
                                                .button = button,
                                                .keys = keys};
