/* Signing in with the key that sshd has proved (B12), which may open several doors. */
#include "tui/full/alone.h"
#include "tui/link/client.h"
#include "tui/full/book_screen.h"
#include "tui/full/view.h"
#include "tui/portal/books.h"
#include <stdio.h>
#include <string.h>

enum { PORTALS, SIGN_IN };

static const struct list_column columns[] = {{.name = "name", .width = 30, .grow = 1}};

static void draw_list(const struct canvas *c, const char *title, const char *right, const char *text,
                      const struct list *list)
{
    struct canvas part = alone_head(c, title, right);
    int y = alone_text(&part, 0, STYLE_PLAIN, text) + 1;
    struct canvas rest = canvas_part(&part, y, 0, part.rows - y, part.columns);
    list_draw(list, &rest);
}

/* --- with a key */

struct key_state {
    struct list *list;
    const struct portal_choice_list *choices; /* in the reply */
    bool asked, several;
};

static void key_open(struct ui *ui, void *state, uint64_t subject)
{
    struct key_state *s = state;
    (void)subject;
    s->list = ui_list(ui, columns, COUNT_OF(columns));
}

static void key_load(struct ui *ui, void *state, enum load why)
{
    struct key_state *s = state;
    struct key_portals_in in = {0};
    (void)why;
    if (s->several)
        return;
    GIVE(key_portals_in, &in, fingerprint, client_fingerprint(ui));
    ui_ask(ui, PORTALS, OPNO_key_portals, &in);
}

static void sign_in(struct ui *ui, const struct portal_choice *to)
{
    struct session_sign_in_key_in in = {0};
    GIVE(session_sign_in_key_in, &in, portal, to->portal);
    GIVE(session_sign_in_key_in, &in, fingerprint, client_fingerprint(ui));
    if (to->customer)
        GIVE(session_sign_in_key_in, &in, customer, to->customer);
    else
        GIVE(session_sign_in_key_in, &in, staff, true);
    if (*client_from(ui))
        GIVE(session_sign_in_key_in, &in, from, client_from(ui));
    if (client_bound(ui))
        GIVE(session_sign_in_key_in, &in, bound, true);
    ui_ask_with(ui, &(struct ask){.tag = SIGN_IN,
                                  .op = op_at(OPNO_session_sign_in_key),
                                  .in = &in,
                                  .busy = "Signing in with your key…"});
}

/* The key opens nothing, or not what was asked for: e-mail and password may. */
static void ask_instead(struct ui *ui, const char *why)
{
    book_start(ui, &book_entrance);
    ui_toast(ui, TONE_INFO, "%s", why);
}

static bool wanted(const struct ui *ui, const struct portal_choice *p)
{
    const char *portal = client_portal(ui);
    return p->portal && (!*portal || strcmp(portal, p->portal) == 0);
}

static void found(struct ui *ui, struct key_state *s, const struct portal_choice_list *choices)
{
    size_t n = 0, last = 0;
    list_begin(s->list);
    for (size_t i = 0; i < choices->n; i++) {
        const struct portal_choice *p = &choices->v[i];
        if (!wanted(ui, p))
            continue;
        const char *cell = arena_printf(ui_arena(ui), "%s%s%s", p->name ? p->name : p->portal,
                                        p->customer ? ", for " : ", as its staff",
                                        p->customer && p->customer_name ? p->customer_name : "");
        list_add(s->list, &(struct list_row){.id = i + 1, .cells = &cell});
        last = i;
        n++;
    }
    list_end(s->list, false, (int64_t)n);
    s->choices = choices;
    s->several = n > 1;
    if (n == 0)
        ask_instead(ui, "Your SSH key is not registered here. E-mail and password sign you in.");
    else if (n == 1)
        sign_in(ui, &choices->v[last]);
}

static void key_reply(struct ui *ui, void *state, int tag, const struct reply *r)
{
    struct key_state *s = state;
    if (r->code == ERR_CANCELLED)
        return;
    if (r->code != OK) {
        ask_instead(ui, r->code == ERR_CREDENTIALS || r->code == ERR_FORBIDDEN
                            ? "Your SSH key does not sign you in here. E-mail and password may."
                        : *r->why->detail ? r->why->detail
                                          : err_sentence(r->code));
    } else if (tag == PORTALS) {
        found(ui, s, &((const struct key_portals_out *)r->out)->portals);
    } else {
        const struct session_sign_in_key_out *out = r->out;
        client_signed_in(ui, out->token, out->me, &out->choices);
        client_enter(ui); /* for whom was chosen here, if there was a choice */
    }
}

static void key_run(struct ui *ui, void *state)
{
    struct key_state *s = state;
    uint64_t at = list_id(s->list);
    if (s->several && at && at <= s->choices->n)
        sign_in(ui, &s->choices->v[at - 1]);
}

static void key_draw(const void *state, struct canvas *c)
{
    const struct key_state *s = state;
    if (s->several) {
        draw_list(c, "Where to?", "signed in by your SSH key", "Your key opens more than one door here.",
                  s->list);
    } else {
        struct canvas part = alone_head(c, "Postern", "SSH key");
        alone_text(&part, 0, STYLE_DIM, "Looking what your key opens …");
    }
}

static void run_password(struct ui *ui, void *state)
{
    (void)state;
    book_start(ui, &book_entrance);
}

static void run_leave(struct ui *ui, void *state)
{
    (void)state;
    ui_quit(ui, 0);
}

static bool key_key(struct ui *ui, void *state, const struct key *k)
{
    if (k->code != K_ESC || list_typing(((struct key_state *)state)->list))
        return false;
    ui_quit(ui, 0);
    return true;
}

static const struct key_row key_keys[] = {
    {.key = K_ENTER, .action = "go on", .help = "Go there", .run = key_run},
    {.key = 'p', .action = "password", .help = "Sign in with e-mail and password", .run = run_password},
    {.key = K_ESC, .action = "leave", .help = "Leave", .run = run_leave},
    {0}};

const struct screen screen_key = {.name = "sign_in.key",
                                  .title = "Sign in",
                                  .state_size = sizeof(struct key_state),
                                  .open = key_open,
                                  .load = key_load,
                                  .reply = key_reply,
                                  .draw = key_draw,
                                  .key = key_key,
                                  .keys = key_keys,
                                  .alone = true};
