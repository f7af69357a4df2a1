#include "tui/both/backup_codes.h"
#include "tui/full/alone.h"
#include "tui/full/keep.h"
#include "tui/link/client.h"
#include "tui/full/view.h"
#include <stdio.h>
#include <string.h>

#define MOST 10
#define FILE_NAME "postern-backup-codes.txt"

struct state {
    struct form *form;
    char codes[MOST][32];
    size_t n;
    bool enter;
    char business[128];
};

static const char *kept(const char *text)
{
    return strcmp(text, "yes") == 0 ? NULL : "Keep them first: they are not shown again. Space ticks this.";
}

static const struct input_spec inputs[] = {
    {.name = "kept", .label = "I have kept them", .kind = INPUT_CHECK, .check = kept},
    {.name = "on", .label = "Go on", .kind = INPUT_BUTTON},
};

static void open_codes(struct ui *ui, void *state, uint64_t subject)
{
    struct state *s = state;
    (void)subject;
    s->form = ui_form(ui, inputs, COUNT_OF(inputs));
    snprintf(s->business, sizeof s->business, "%s", client_me(ui)->business);
    ui_status(ui, "y  send them to your terminal's clipboard     w  save them");
}

static void submit(struct ui *ui, void *state, struct form *form)
{
    struct state *s = state;
    form_kept(form);
    if (s->enter)
        client_enter(ui);
    else
        ui_pop(ui);
}

static void draw(const void *state, struct canvas *c)
{
    const struct state *s = state;
    struct canvas part = alone_head(c, "Your backup codes", s->business);
    bool low = part.rows < 16; /* the form has to show whole */
    int y =
        alone_text(&part, 0, STYLE_PLAIN,
                   low ? "Each signs you in once without your phone. Shown only now."
                       : "Without your phone, each of these signs you in once. They are shown only now. "
                         "Keep them where you find them without the phone: on paper, in a password store.");
    y += !low;
    int rows = low ? ((int)s->n + 1) / 2 : (int)s->n;
    for (int i = 0; i < (int)s->n; i++)
        canvas_print(&part, y + i % rows, 8 + i / rows * 20, STYLE_BOLD, "%d  %s", i + 1, s->codes[i]);
    alone_form(&part, y + rows + 1, s->form);
}

/* --- keeping them */

static size_t all(const struct state *s, char *out, size_t size)
{
    size_t n = 0;
    for (size_t i = 0; i < s->n && n < size; i++)
        n += (size_t)snprintf(out + n, size - n, "%s\n", s->codes[i]);
    return n < size ? n : size - 1;
}

static void copy(struct ui *ui, struct state *s)
{
    char text[MOST * 33] = "";
    all(s, text, sizeof text);
    ui_copy_secret(ui, text, "the backup codes. Paste them somewhere to see that it took them.");
    explicit_bzero(text, sizeof text);
}

static void save_done(struct ui *ui, void *state, const struct said *said)
{
    char text[MOST * 33] = "";
    all(state, text, sizeof text);
    keep_save(ui, text, said->text);
    explicit_bzero(text, sizeof text);
}

static void send_them(struct ui *ui, void *state, const struct said *said)
{
    (void)said;
    copy(ui, state);
}

/* The only way on is the form: there is no second look. */
static bool key(struct ui *ui, void *state, const struct key *k)
{
    if (k->code == 'y')
        copy(ui, state);
    else if (k->code == 'w')
        keep_ask(ui, FILE_NAME, save_done, send_them);
    else if (k->code == K_ESC)
        ui_toast(ui, TONE_BAD, "Keep the codes first, then say so: they are not shown again.");
    else
        return false;
    return true;
}

static void close_state(void *state)
{
    explicit_bzero(((struct state *)state)->codes, sizeof((struct state *)state)->codes);
}

static const struct key_row keys[] = {{.key = K_TAB, .action = "next", .help = "The next field"},
                                      {.key = K_ENTER, .action = "go on", .help = "Go on"},
                                      {0}};

static const struct screen screen_backup_codes = {.name = "backup_codes",
                                                  .title = "Backup codes",
                                                  .state_size = sizeof(struct state),
                                                  .open = open_codes,
                                                  .draw = draw,
                                                  .submit = submit,
                                                  .key = key,
                                                  .close = close_state,
                                                  .keys = keys,
                                                  .alone = true};

void backup_codes_show(struct ui *ui, const struct text_list *codes, bool enter)
{
    struct state *s = ui_replace(ui, &screen_backup_codes, 0);
    s->enter = enter;
    for (size_t i = 0; i < codes->n && s->n < MOST; i++, s->n++) {
        char *code = (char *)(uintptr_t)codes->v[i]; /* of an answer that nobody else reads */
        snprintf(s->codes[s->n], sizeof s->codes[0], "%s", code);
        explicit_bzero(code, strlen(code));
    }
}
