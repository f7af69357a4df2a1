/* A document under the hand: what it lacks, what is asked of the server to keep and send it, and what comes of that. */
#include "proto/paper/show.h"
#include "tui/face/fill_in.h"
#include "tui/portal/writing_inside.h"
#include <stdlib.h>
#include <string.h>

/* --- what it lacks */

bool writing_changed(const struct writing *w)
{
    return w->version != w->kept;
}

static const char *lacks(struct writing *w, enum written at, size_t row)
{
    if (!writing_field(at)->must || !writing_offered(w, at) || *writing_typed(w, at, row))
        return NULL;
    return at == WRITE_NAME ? "Say what it is." : "This is needed.";
}

const char *writing_lacks(struct writing *w, bool send, enum written *at, size_t *row)
{
    const char *why = NULL;
    for (*row = 0, *at = 0; *at < WRITE_WHOLE && !(why = lacks(w, *at, 0)); ++*at)
        ;
    for (*row = why ? 0 : *row; !why && *row < w->doc.lines.n; ++*row)
        if (!writing_says_nothing(w, *row) && (why = lacks(w, WRITE_NAME, *row))) {
            *at = WRITE_NAME;
            return why;
        }
    if (why)
        return why;
    *at = WRITES;
    writing_sum(w);
    if (w->wrong.code) {
        (void)writing_place(w, w->wrong.field, at, row);
        return arena_printf(w->sum, "It does not add up: %s",
                            *w->wrong.detail ? w->wrong.detail : err_sentence(w->wrong.code));
    }
    return send && !w->sums.lines.n ? "There is nothing on it yet." : NULL;
}

static bool begins(const char *text, const char *with)
{
    return strncmp(text, with, strlen(with)) == 0;
}

/* Taxes and discounts are several fields, and written as one. */
static bool place_of(const char *field, bool of_line, enum written *at)
{
    for (*at = of_line ? WRITE_WHOLE : 0; *at < (of_line ? WRITES : WRITE_WHOLE); ++*at)
        if (strcmp(writing_field(*at)->name, field) == 0)
            return true;
    if (!of_line && strcmp(field, "period") == 0)
        *at = WRITE_OFTEN;
    else if (begins(field, "discount"))
        *at = of_line ? WRITE_LESS : WRITE_DISCOUNT;
    else if (!of_line && begins(field, "deposit_amount"))
        *at = WRITE_DEPOSIT;
    else if (!of_line && begins(field, "shipping_"))
        *at = WRITE_SHIPPING_TAX;
    else if (of_line && begins(field, "tax2"))
        *at = WRITE_TAX2;
    else if (of_line &&
             (begins(field, "tax") || strcmp(field, "category") == 0 || strcmp(field, "reason") == 0))
        *at = WRITE_TAX;
    return *at < (of_line ? WRITES : WRITE_WHOLE);
}

bool writing_place(const struct writing *w, const char *field, enum written *at, size_t *row)
{
    *row = 0;
    if (begins(field, "schedule."))
        field += 9;
    if (begins(field, "document."))
        field += 9;
    if (!begins(field, "lines."))
        return place_of(field, false, at) && writing_offered(w, *at);
    char *end;
    size_t line = (size_t)strtoul(field + 6, &end, 10);
    while (*row < w->doc.lines.n && (writing_says_nothing(w, *row) || line-- > 0))
        ++*row;
    if (*row == w->doc.lines.n || !place_of(*end == '.' ? end + 1 : "name", true, at))
        *at = WRITES;
    return *at < WRITES;
}

/* --- what is sent */

/* A line is sent whole; given is what an item would fill in, too. */
static struct line sent_line(const struct line *from)
{
    struct line l = *from;
    l.head = (struct shape_head){0};
    l.net = (struct money){0};
    GIVE(line, &l, name, show_text(from->name));
    GIVE(line, &l, quantity, from->quantity);
    GIVE(line, &l, price, from->price);
    GIVE(line, &l, description, show_text(from->description));
    GIVE(line, &l, unit, show_text(from->unit));
    if (l.tax) {
        GIVE(line, &l, tax, from->tax);
    } else {
        GIVE(line, &l, tax_name, show_text(from->tax_name));
        GIVE(line, &l, tax_percent, from->tax_percent);
    }
    return l;
}

static bool same_line(const struct line *a, const struct line *b)
{
    const struct shape *s = shape_line();
    for (size_t i = 0; i < s->n; i++)
        if (!(s->fields[i].flags & FIELD_TOLD) && !fill_same(s, a, b, s->fields[i].name))
            return false;
    return true;
}

static bool same_lines(const struct line_list *mine, const struct line_list *other)
{
    size_t n = 0;
    for (size_t i = 0; i < mine->n; i++) {
        if (writing_empty(&mine->v[i]))
            continue;
        if (n == other->n || !same_line(&mine->v[i], &other->v[n]))
            return false;
        n++;
    }
    return n == other->n;
}

/* What goes together: a tax is told in five fields, a discount in two. */
#define COUNT_OF_GROUPS (sizeof together / sizeof *together)
static const char *const together[][6] = {
    {"date"},
    {"due"},
    {"reference"},
    {"discount_percent", "discount_amount"},
    {"shipping"},
    {"shipping_tax", "shipping_tax_percent", "shipping_tax_name", "shipping_category", "shipping_reason"},
    {"adjustment"},
    {"tax_inclusive"},
    {"deposit_percent", "deposit_amount"},
    {"deposit_terms"},
    {"no_card"},
    {"no_transfer"},
    {"notes"},
    {"terms"},
    {"supply_date"},
    {"period_from"},
    {"period_until"},
    {"statement"}};
/* Of a new one these are said also where they are empty: or else the server puts there what is usual. */
static bool always(const char *field)
{
    return strcmp(field, "date") == 0 || strcmp(field, "notes") == 0 || strcmp(field, "terms") == 0 ||
           strcmp(field, "statement") == 0;
}

static bool same_group(const char *const *group, const struct document *a, const struct document *b)
{
    for (; *group; group++)
        if (!fill_same(shape_document(), a, b, *group))
            return false;
    return true;
}

static void copy_group(const char *const *group, const struct document *from, struct document *to)
{
    const struct shape *s = shape_document();
    for (; *group; group++)
        memcpy(fill_place(s, to, *group, NULL, false), fill_at(s, from, *group),
               field_size(fill_field(s, *group)));
}

/* Another rate without a tax of the settings is said by the rate, and what else there is of it. */
static void give_group(const char *const *group, struct document *d)
{
    const bool shipping = strcmp(*group, "shipping_tax") == 0;
    for (; *group; group++)
        if (!shipping || strcmp(*group, d->shipping_tax ? "shipping_tax" : "shipping_tax_percent") == 0)
            shape_give(shape_document(), &d->head, *group);
}

/* Only what differs from what was read. */
static struct document *sent(struct writing *w)
{
    static const struct document nothing;
    struct document *d = arena_alloc(w->asking, sizeof *d);
    const struct document *was = w->was ? w->was : &nothing;
    for (size_t i = 0; i < COUNT_OF_GROUPS; i++)
        if (!same_group(together[i], &w->doc, was) || (!w->was && always(together[i][0]))) {
            copy_group(together[i], &w->doc, d);
            give_group(together[i], d);
        }
    if (w->was && same_lines(&w->doc.lines, &w->was->lines))
        return fill_copy(shape_document(), d, w->asking);
    struct line_list lines = {0, arena_alloc(w->asking, (w->doc.lines.n + 1) * sizeof(struct line))};
    for (size_t i = 0; i < w->doc.lines.n; i++)
        if (!writing_says_nothing(w, i))
            lines.v[lines.n++] = sent_line(&w->doc.lines.v[i]);
    GIVE(document, d, lines, lines);
    return fill_copy(shape_document(), d, w->asking); /* its texts stay as they are now */
}

/* --- keeping and sending */

static enum writing_wants ask(struct writing *w, enum op_number op, const void *in)
{
    w->op = op;
    w->in = in;
    w->asked = w->version;
    w->make_id(w->ctx, w->request);
    return WRITING_ASKS;
}

static enum writing_wants ask_create(struct writing *w)
{
    struct document_create_in *in = arena_alloc(w->asking, sizeof *in);
    GIVE(document_create_in, in, customer, w->customer);
    GIVE(document_create_in, in, document, sent(w));
    if (w->sends)
        GIVE(document_create_in, in, send, true);
    return ask(w, op_for(w->kind, ANY_document_create), in);
}

static enum writing_wants ask_update(struct writing *w)
{
    struct document_update_in *in = arena_alloc(w->asking, sizeof *in);
    GIVE(document_update_in, in, id, w->id);
    GIVE(document_update_in, in, revision, w->revision);
    GIVE(document_update_in, in, document, sent(w));
    return ask(w, op_for(w->kind, ANY_document_update), in);
}

static bool says_something(const struct document *d)
{
    for (size_t i = 0; i < COUNT_OF_GROUPS; i++)
        if (shape_given(shape_document(), &d->head, together[i][0]) ||
            (together[i][1] && shape_given(shape_document(), &d->head, together[i][1])))
            return true;
    return GIVEN(document, d, lines);
}

static enum writing_wants ask_plan(struct writing *w)
{
    struct schedule_create_in *create = arena_alloc(w->asking, sizeof *create);
    struct schedule_update_in *update = arena_alloc(w->asking, sizeof *update);
    struct schedule *s = arena_alloc(w->asking, sizeof *s);
    struct document *d = sent(w);
    writing_plan_sent(w, s);
    if (!w->id || says_something(d))
        GIVE(schedule, s, document, d);
    if (w->id) {
        GIVE(schedule, s, revision, w->revision);
        GIVE(schedule_update_in, update, id, w->id);
    }
    s = fill_copy(shape_schedule(), s, w->asking); /* its texts stay as they are now */
    GIVE(schedule_update_in, update, schedule, s);
    GIVE(schedule_create_in, create, customer, w->customer);
    GIVE(schedule_create_in, create, schedule, s);
    return w->id ? ask(w, OPNO_schedule_update, update) : ask(w, OPNO_schedule_create, create);
}

static enum writing_wants ask_send(struct writing *w)
{
    struct document_send_in *in = arena_alloc(w->asking, sizeof *in);
    GIVE(document_send_in, in, id, w->id);
    GIVE(document_send_in, in, revision, w->revision);
    return ask(w, op_for(w->kind, ANY_document_send), in);
}

static enum writing_wants next(struct writing *w)
{
    arena_reset(w->asking);
    if (w->recurs)
        return !w->id || writing_changed(w) ? ask_plan(w) : WRITING_KEPT;
    if (!w->id)
        return ask_create(w);
    if (writing_changed(w))
        return ask_update(w);
    return w->sends ? ask_send(w) : WRITING_KEPT;
}

enum writing_wants writing_save(struct writing *w, bool send)
{
    w->sends = send;
    return w->open ? WRITING_ASKS : next(w);
}

static bool was_sent(const struct writing *w)
{
    if (w->recurs)
        return false;
    return w->op == op_for(w->kind, ANY_document_send) || (w->op == op_for(w->kind, ANY_document_create) &&
                                                           ((const struct document_create_in *)w->in)->send);
}

enum writing_wants writing_answer(struct writing *w, enum err code, const struct refusal *why, bool not_sent,
                                  const void *out)
{
    w->why = *why;
    w->why.code = code;
    if (code == ERR_OFFLINE && !not_sent) {
        w->open = true;
        return WRITING_UNKNOWN;
    }
    w->open = w->open && code == ERR_OFFLINE; /* not asked at all: what was open still is */
    if (code == ERR_STALE)
        return WRITING_STALE;
    if (code != OK)
        return WRITING_REFUSED;
    const char *word = w->recurs ? "schedule" : doc_kind(w->kind)->word;
    const void *now = *(void *const *)fill_at(op_at(w->op)->out(), out, word);
    if (w->recurs)
        writing_schedule(w, now);
    else
        writing_document(w, now);
    w->kept = w->asked;
    return was_sent(w) ? WRITING_SENT : next(w);
}

void writing_refresh(struct writing *w)
{
    w->have[NEED_DOCUMENT] = false;
}

void writing_newer(struct writing *w, const void *out, bool mine)
{
    const struct document *before = w->was;
    const struct schedule *plan_before = w->plan_was;
    writing_answered(w, out);
    w->have[NEED_DOCUMENT] = true;
    if (!mine) {
        writing_begin(w, w->was);
        return;
    }
    const struct document *now = fill_copy(shape_document(), w->was, w->texts);
    if (w->recurs)
        writing_plan_newer(w, plan_before);
    for (size_t i = 0; i < COUNT_OF_GROUPS; i++)
        if (same_group(together[i], &w->doc, before))
            copy_group(together[i], now, &w->doc);
    if (same_lines(&w->doc.lines, &before->lines)) {
        w->doc.lines = now->lines;
        w->capacity = now->lines.n;
    }
    writing_touch(w);
    writing_sum(w);
}
