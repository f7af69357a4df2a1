#include "tui/both/new_password.h"
#include "common/text.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define LEAST_BEFORE_KNOWN 10

void new_password_ask(struct ui *ui, struct new_password *p, int tag)
{
    struct password_rules_in none = {0};
    if (!p->least)
        *p = (struct new_password){.least = LEAST_BEFORE_KNOWN, .most = 200};
    ui_ask(ui, tag, OPNO_password_rules, &none);
}

void new_password_rules(struct new_password *p, const struct reply *r)
{
    const struct password_rules_out *out = r->out;
    if (r->code != OK) /* they are checked all the same */
        return;
    p->rules = out->rules;
    p->least = out->least;
    p->most = out->most;
}

static int64_t characters(struct form *f, const char *name)
{
    const char *text = form_text(f, name);
    return (int64_t)text_length(text, strlen(text));
}

static void beside(struct form *f, const char *name, const char *text)
{
    form_field(f, name)->spec.unit = text;
}

/* False when the length is right; else says so under the field. */
static bool length_wrong(const struct new_password *p, struct form *f, int64_t n)
{
    char wrong[64];
    if (n >= p->least && n <= p->most)
        return false;
    snprintf(wrong, sizeof wrong,
             n < p->least ? "At least %" PRId64 " characters." : "At most %" PRId64 " characters.",
             n < p->least ? p->least : p->most);
    form_error(f, "password", wrong);
    return true;
}

void new_password_typed(struct new_password *p, struct form *f)
{
    int64_t n = characters(f, "password");
    const char *again = form_text(f, "again");
    p->count[0] = p->same[0] = '\0';
    if (n && n < p->least)
        snprintf(p->count, sizeof p->count, "%" PRId64 " of at least %" PRId64, n, p->least);
    else if (n)
        snprintf(p->count, sizeof p->count, n > p->most ? "too long" : "long enough");
    if (*again)
        snprintf(p->same, sizeof p->same,
                 strcmp(again, form_text(f, "password")) == 0 ? "the same" : "not yet the same");
    if (n && strcmp(form_focus_name(f), "password") != 0) /* the field was left */
        length_wrong(p, f, n);
    beside(f, "password", p->count);
    beside(f, "again", p->same);
    form_kept(f); /* nothing is lost by leaving */
}

bool new_password_fine(const struct new_password *p, struct form *f)
{
    if (length_wrong(p, f, characters(f, "password"))) {
        form_focus(f, "password");
        return false;
    }
    if (strcmp(form_text(f, "password"), form_text(f, "again")) == 0)
        return true;
    form_error(f, "again", "The two differ.");
    form_focus(f, "again");
    return false;
}

int new_password_draw(const struct new_password *p, const struct canvas *c, int y, int x)
{
    char line[400];
    int rows = 0;
    if (!p->rules)
        return canvas_print(c, y, x, STYLE_PLAIN, "At least %" PRId64 " characters.", p->least), 1;
    int most = c->rows < 16 ? 1 : 20; /* where there is no room, how long it has to be */
    for (const char *from = p->rules; *from && rows < most; from += *from == '\n') {
        size_t n = strcspn(from, "\n");
        snprintf(line, sizeof line, "%.*s", (int)n, from);
        if (n) {
            canvas_text(c, y + rows, x, STYLE_DIM, "·");
            rows += canvas_wrap(c, y + rows, x + 2, c->columns - x - 4, 4, STYLE_PLAIN, line);
        }
        from += n;
    }
    return rows;
}
