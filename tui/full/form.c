/* A form: its inputs by name, what keys do there, and what is wrong. */
#include "tui/full/form_inside.h"
#include "common/date.h"
#include "common/text.h"
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool stops(const struct input *f)
{
    return f->spec.kind != INPUT_NOTE && !f->gone;
}

struct form *form_open(const struct input_spec *specs, size_t count)
{
    struct form *f = calloc(1, sizeof *f);
    if (!f)
        abort();
    f->inputs = calloc(count ? count : 1, sizeof *f->inputs);
    if (!f->inputs)
        abort();
    f->count = count;
    for (size_t i = 0; i < count; i++)
        input_init(&f->inputs[i], &specs[i]);
    while (f->at + 1 < count && !stops(&f->inputs[f->at]))
        f->at++;
    f->pressed = "";
    f->today = DATE_UNIX_EPOCH;
    return f;
}

void form_close(struct form *f)
{
    if (!f)
        return;
    for (size_t i = 0; i < f->count; i++)
        input_fini(&f->inputs[i]);
    free(f->inputs);
    free(f);
}

/* --- fields by name */

struct input *form_field(struct form *f, const char *name)
{
    for (size_t i = 0; i < f->count; i++)
        if (f->inputs[i].spec.name && strcmp(f->inputs[i].spec.name, name) == 0)
            return &f->inputs[i];
    return NULL;
}

static struct input *must(const struct form *f, const char *name)
{
    struct input *found = form_field((struct form *)(uintptr_t)f, name);
    assert(found && "no input of that name");
    return found;
}

struct input *form_at(struct form *f, size_t i)
{
    return &f->inputs[i];
}

const char *form_text(const struct form *f, const char *name)
{
    return input_text(must(f, name));
}

int form_choice(const struct form *f, const char *name)
{
    return must(f, name)->choice;
}

void form_set(struct form *f, const char *name, const char *text)
{
    input_set(must(f, name), text ? text : "");
}

void form_set_choice(struct form *f, const char *name, int index)
{
    must(f, name)->choice = index;
    must(f, name)->changed = false;
}

void form_today(struct form *f, int32_t day)
{
    f->today = day;
}

void form_error(struct form *f, const char *name, const char *sentence)
{
    snprintf(must(f, name)->error, sizeof must(f, name)->error, "%s", sentence);
}

void form_focus(struct form *f, const char *name)
{
    f->at = (size_t)(must(f, name) - f->inputs);
}

const char *form_focus_name(const struct form *f)
{
    const char *name = f->at < f->count ? f->inputs[f->at].spec.name : NULL;
    return name ? name : "";
}

/* The input that a dotted path means: by its longest end first, then by single parts. */
static struct input *by_path(struct form *f, const char *path)
{
    for (const char *end = path; end; end = strchr(end, '.') ? strchr(end, '.') + 1 : NULL) {
        struct input *in = form_field(f, end);
        if (in && stops(in))
            return in;
    }
    for (const char *part = path; *part;) {
        char name[96];
        size_t n = strcspn(part, ".[");
        snprintf(name, sizeof name, "%.*s", (int)n, part);
        struct input *in = form_field(f, name);
        if (in && stops(in))
            return in;
        part += n + strspn(part + n, ".[]0123456789");
    }
    return NULL;
}

static void refuse_input(struct form *f, struct input *in, const struct refusal *why)
{
    snprintf(in->error, sizeof in->error, "%s", *why->detail ? why->detail : err_sentence(why->code));
    f->at = (size_t)(in - f->inputs);
    f->pause = (struct pause){.in = why->retry_ms > 0 ? in : NULL, .wait = why->retry_ms};
    memcpy(f->pause.shown, in->error, sizeof in->error);
}

bool form_refuse(struct form *f, const struct refusal *why)
{
    struct input *in = *why->field ? by_path(f, why->field) : NULL;
    if (!in)
        return false;
    refuse_input(f, in, why);
    return true;
}

void form_refuse_at(struct form *f, const char *name, const struct refusal *why)
{
    refuse_input(f, must(f, name), why);
}

/* "Too many failed tries: wait 60 seconds." → "Too many failed tries. Wait 59 seconds." and so on. */
int64_t form_tick(struct form *f, int64_t now, bool *changed)
{
    struct pause *p = &f->pause;
    if (!p->in || strcmp(p->in->error, p->shown) != 0) { /* typed over, or there is something else to say */
        p->in = NULL;
        return -1;
    }
    if (!p->until)
        p->until = now + p->wait;
    int64_t left = (p->until - now + 999) / 1000;
    int lead = (int)strcspn(p->shown, ".:");
    char text[sizeof p->shown];
    if (left > 0)
        snprintf(text, sizeof text, "%.*s. Wait %lld second%s.", lead, p->shown, (long long)left,
                 left == 1 ? "" : "s");
    else
        snprintf(text, sizeof text, "%.*s. Now you can try again.", lead, p->shown);
    *changed = *changed || strcmp(text, p->in->error) != 0;
    memcpy(p->in->error, text, sizeof text);
    memcpy(p->shown, text, sizeof text);
    if (left <= 0)
        p->in = NULL;
    return left > 0 ? p->until - (left - 1) * 1000 : -1;
}

bool form_changed(const struct form *f)
{
    bool changed = f->changed;
    for (size_t i = 0; i < f->count; i++)
        changed = changed || f->inputs[i].changed;
    return changed;
}

void form_kept(struct form *f)
{
    f->changed = false;
    for (size_t i = 0; i < f->count; i++)
        f->inputs[i].changed = false;
}

bool form_check(struct form *f)
{
    size_t first = f->count;
    for (size_t i = f->count; i-- > 0;)
        if (!f->inputs[i].gone && !input_check(&f->inputs[i], f->today))
            first = i;
    if (first < f->count)
        f->at = first;
    return first == f->count;
}

const char *form_button(const struct form *f)
{
    return f->pressed;
}

/* --- keys */

/* The next stop in a direction, or count when there is none. */
static size_t stop(const struct form *f, size_t from, int by)
{
    for (size_t i = from + (size_t)by; i < f->count; i += (size_t)by)
        if (stops(&f->inputs[i]))
            return i;
    return f->count;
}

static enum form_event leave(struct form *f, size_t to)
{
    input_check(&f->inputs[f->at], f->today);
    f->at = to;
    input_select(&f->inputs[to]);
    return FORM_LEFT_FIELD;
}

static enum form_event submit(struct form *f)
{
    return form_check(f) ? FORM_SUBMIT : FORM_USED;
}

static enum form_event press(struct form *f, const struct input *in)
{
    f->pressed = in->spec.name ? in->spec.name : "";
    for (size_t i = 0; i < f->count; i++)
        if (f->inputs[i].spec.kind == INPUT_BUTTON)
            return &f->inputs[i] == in ? submit(f) : FORM_BUTTON;
    return FORM_BUTTON;
}

bool form_is_button(const struct form *f, size_t i)
{
    return i < f->count && f->inputs[i].spec.kind == INPUT_BUTTON;
}

static enum form_event enter(struct form *f)
{
    size_t next = stop(f, f->at, 1);
    if (next == f->count || form_is_button(f, next))
        return submit(f);
    return leave(f, next);
}

enum form_event form_key(struct form *f, const struct key *k)
{
    if (f->count == 0 || !stops(&f->inputs[f->at]))
        return FORM_IGNORED;
    struct input *in = &f->inputs[f->at];
    size_t next = stop(f, f->at, 1), before = stop(f, f->at, -1);
    bool button = in->spec.kind == INPUT_BUTTON;
    if (button && (k->code == K_ENTER || k->code == ' '))
        return press(f, in);
    if (input_key(in, k))
        return FORM_USED;
    switch (k->code) {
    case K_TAB: return next < f->count ? leave(f, next) : FORM_IGNORED;
    case K_BACK_TAB: return before < f->count ? leave(f, before) : FORM_IGNORED;
    case K_RIGHT: return button && form_is_button(f, next) ? leave(f, next) : FORM_IGNORED;
    case K_LEFT: return button && form_is_button(f, before) ? leave(f, before) : FORM_IGNORED;
    case K_DOWN: return next < f->count ? leave(f, next) : FORM_USED;
    case K_UP: return before < f->count ? leave(f, before) : FORM_USED;
    case K_ENTER: return enter(f);
    case K_F0 + 2: return submit(f);
    case K_PASTE: return FORM_USED; /* never falls through to hot-keys */
    default: return FORM_IGNORED;
    }
}

void form_set_focused(struct form *f, bool focused)
{
    f->focused = focused;
}

bool form_focused(const struct form *f)
{
    return f->focused;
}
