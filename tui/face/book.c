#include "tui/face/book.h"
#include "common/zone.h"
#include "proto/paper/show.h"
#include "tui/face/fill_in.h"
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* --- scenes */

const char *scene_text(const struct scene *v, const char *format, ...)
{
    va_list ap, again;
    va_start(ap, format);
    va_copy(again, ap);
    int n = vsnprintf(NULL, 0, format, again);
    va_end(again);
    char *text = arena_alloc(v->arena, n > 0 ? (size_t)n + 1 : 1);
    if (n > 0)
        vsnprintf(text, (size_t)n + 1, format, ap);
    va_end(ap);
    return text;
}

uint64_t scene_id(const struct scene *v)
{
    return v->id;
}

uint64_t scene_of(const struct scene *v)
{
    return v->of;
}

/* "ssh portal@HOST" and "-p 2222 portal-login@books.example" → "ssh -p 2222 portal@books.example" */
const char *scene_command(const struct scene *v, const char *words)
{
    const char *call = v->way ? v->way->call : "", *door = show_text(v->me->door);
    const char *host = strrchr(door, '@'), *account = host;
    if (!*call)
        return scene_text(v, "posternctl %s", words);
    while (account && account > door && account[-1] != ' ')
        account--;
    if (!host || strncmp(call, "ssh ", 4) != 0)
        return scene_text(v, "%s %s", call, words);
    return scene_text(v, "ssh %.*s%.*s%s %s", (int)(account - door), door, (int)strcspn(call + 4, "@"),
                      call + 4, host, words);
}

const char *scene_day(const struct scene *v, int64_t instant)
{
    char text[SHOW_TEXT];
    return scene_text(v, "%s", show_day(text, zone_day(v->me->time_zone, instant), v->today));
}

const char *scene_when(const struct scene *v, int64_t instant)
{
    char text[SHOW_TEXT];
    return scene_text(v, "%s", show_when(text, instant, v->me->time_zone, v->today));
}

/* --- rows */

size_t book_rows(const struct book *b, const void *out, const struct shape **of, const char **first)
{
    const struct shape *s = op_at(b->op)->out();
    const struct any_list *l = fill_at(s, out, b->rows);
    *of = fill_field(s, b->rows)->shape();
    *first = l->v;
    return l->n;
}

/* Its `id`, else the first thing that it names. */
uint64_t book_row_id(const struct book *b, const struct shape *of, const void *row)
{
    const struct field *f = shape_field(of, "id", 2);
    uint64_t id;
    if (b->row_id)
        return b->row_id(row);
    for (size_t i = 0; !f && i < of->n; i++)
        f = of->fields[i].type == FIELD_ID ? &of->fields[i] : NULL;
    memcpy(&id, (const char *)row + f->offset, sizeof id);
    return id;
}

bool book_find(const struct book *b, struct scene *v, uint64_t id)
{
    const struct shape *of;
    const char *row = NULL;
    size_t n = v->out ? book_rows(b, v->out, &of, &row) : 0;
    v->row = NULL;
    v->id = 0;
    for (size_t i = 0; id && i < n && !v->row; i++, row += of->size)
        if (book_row_id(b, of, row) == id) {
            v->row = row;
            v->id = id;
        }
    return v->row != NULL;
}

bool column_offered(const struct column *c, const struct scene *v)
{
    return !c->offered || c->offered(v);
}

const char *book_cell(const struct column *c, const struct scene *v, const struct shape *of)
{
    if (c->text)
        return c->text(v);
    char text[300];
    const struct field *f = fill_field(of, c->field);
    const void *at = fill_at(of, v->row, c->field);
    if (f->type == FIELD_INSTANT)
        return scene_when(v, *(const int64_t *)at);
    return scene_text(v, "%s", fill_told(text, sizeof text, f, at));
}

const char *act_one(const struct book *b, const struct act *a)
{
    const struct shape *in = op_at(a->op)->in();
    const struct field *f = b->one ? fill_field(in, b->one) : NULL;
    if (!f || f->type != FIELD_SHAPE)
        return f ? b->one : NULL;
    return fill_field(in, "id") ? "id" : NULL;
}

bool book_about_row(const struct book *b, const struct act *a)
{
    if (!b->rows || a->about)
        return b->rows && a->about == ABOUT_ROW;
    return act_asks(a) && (a->begins || a->many || act_one(b, a));
}

const struct act *book_enters(const struct book *b)
{
    const struct act *first = NULL;
    for (const struct act *a = b->acts; a->name; a++) {
        if (!book_about_row(b, a))
            continue;
        if (a->key == ENTER)
            return a;
        first = first ? first : a;
    }
    return b->tell || b->opens ? NULL : first;
}

bool book_narrows(const struct book *b)
{
    return b->only || b->shows;
}

static size_t count(const struct shown *shows)
{
    size_t n = 0;
    while (shows && shows[n].name)
        n++;
    return n;
}

static const struct shown *shown_at(const struct book *b, size_t i)
{
    const size_t n = count(b->shows);
    return i < n ? &b->shows[i] : &b->shows_staff[i - n];
}

static bool nth_shown(const struct book *b, const struct me *me, size_t i, struct option *o)
{
    const size_t n = count(b->shows) + (me->role == ROLE_CUSTOMER ? 0 : count(b->shows_staff));
    if (i <= n)
        *o = (struct option){.value = (int64_t)i, .name = i ? shown_at(b, i - 1)->name : "all"};
    return i <= n;
}

const char *book_empty(const struct scene *v, const char *nothing)
{
    return v->only ? "There is none of these." : nothing;
}

bool book_only(const struct book *b, const struct me *me, size_t i, struct option *o)
{
    char name[80];
    if (b->shows)
        return nth_shown(b, me, i, o);
    const struct field *f = fill_field(op_at(b->op)->in(), b->only);
    const struct enum_table *t = f->values();
    *o = (struct option){.name = "all"};
    if (i == 0 || i > t->n)
        return i == 0;
    (void)fill_told(name, sizeof name, f, &t->values[i - 1].value);
    *o = (struct option){
        .value = t->values[i - 1].value, .name = t->values[i - 1].name, .help = t->values[i - 1].help};
    return true;
}

/* --- how many */

static const void *answered(const struct book *b, const void *out, const char *field)
{
    const struct shape *s = op_at(b->op)->out();
    return out && fill_field(s, field) && fill_given(s, out, field) ? fill_at(s, out, field) : NULL;
}

/* Where "total" is an amount, it counts nothing. */
int64_t book_total(const struct book *b, const void *out)
{
    const struct field *f = fill_field(op_at(b->op)->out(), "total");
    const int64_t *total = f && f->type == FIELD_COUNT ? answered(b, out, "total") : NULL;
    return total ? *total : -1;
}

/* "total EUR 1,234.50, open EUR 200.00 · total USD 20.00"; "" for many currencies. */
static const char *sums_told(const struct book *b, const struct scene *v, const struct list_sum_list *sums)
{
    const struct shape *of = fill_field(op_at(b->op)->out(), b->rows)->shape();
    const bool owes = fill_field(of, "balance") != NULL;
    const char *told = "";
    for (size_t i = 0; sums && i < sums->n && sums->n <= 3; i++) {
        char total[SHOW_TEXT], open[SHOW_TEXT];
        told = scene_text(v, "%s%stotal %s%s%s", told, i ? " · " : "", show_money(total, sums->v[i].total),
                          owes ? ", open " : "", owes ? show_money(open, sums->v[i].balance) : "");
    }
    return told;
}

int64_t book_matched(const struct book *b, const struct scene *v, bool *more, const char **sums)
{
    const int64_t *matched = answered(b, v->out, "matched");
    const bool *further = answered(b, v->out, "matched_more");
    *more = further && *further;
    *sums = matched ? sums_told(b, v, answered(b, v->out, "sums")) : "";
    return matched ? *matched : -1;
}

/* --- pages */

bool book_pages(const struct book *b)
{
    return b->rows && fill_field(op_at(b->op)->in(), "after");
}

const char *book_next(const struct book *b, const void *out)
{
    const char *const *next = book_pages(b) && out ? fill_at(op_at(b->op)->out(), out, "next") : NULL;
    return next && *next && **next ? *next : NULL;
}

const char *book_finds(const struct book *b)
{
    const struct shape *in = op_at(b->op)->in();
    if (!b->rows)
        return NULL;
    return b->filter ? "filter" : !fill_field(in, "filter") && fill_field(in, "search") ? "search" : NULL;
}

void *book_join(const struct book *b, struct arena *a, const void *so_far, const void *page, size_t *room)
{
    const struct shape *s = op_at(b->op)->out(), *of = fill_field(s, b->rows)->shape();
    const struct any_list *before = so_far ? fill_at(s, so_far, b->rows) : NULL;
    void *all = fill_copy(s, page, a);
    struct any_list *rows = fill_place(s, all, b->rows, NULL, false), more = *rows;
    rows->n = before ? before->n : 0;
    rows->v = before ? before->v : NULL;
    while (*room < rows->n + more.n)
        rows->v = arena_grow(a, rows->v, room, of->size);
    if (more.n)
        memcpy((char *)rows->v + rows->n * of->size, more.v, more.n * of->size);
    rows->n += more.n;
    return all;
}

/* --- asking */

static void give_text(const struct shape *s, void *in, const char *argument, const char *text)
{
    if (argument && text && *text)
        *(const char **)fill_place(s, in, argument, NULL, true) = text;
}

static void give_id(const struct shape *s, void *in, const char *argument, uint64_t id)
{
    if (argument && *argument && id)
        *(uint64_t *)fill_place(s, in, argument, NULL, true) = id;
}

static void give_value(const struct shape *s, void *in, const char *argument, int value)
{
    if (argument && value)
        *(int *)fill_place(s, in, argument, NULL, true) = value;
}

static void give_order(const struct scene *v, const struct shape *s, void *in)
{
    give_value(s, in, "sort", v->sort);
    if (v->reverse)
        *(bool *)fill_place(s, in, "reverse", NULL, true) = true;
}

static const char *looked_for(const struct book *b, const struct scene *v)
{
    const char *only = b->shows && v->only ? shown_at(b, (size_t)v->only - 1)->filter : "",
               *find = show_text(v->find);
    return *only ? scene_text(v, "%s%s%s", only, *find ? " " : "", find) : find;
}

static void give_page(const struct book *b, const struct scene *v, const struct shape *s, void *in)
{
    give_id(s, in, b->of, v->of);
    give_value(s, in, b->only, v->only);
    give_text(s, in, book_finds(b), looked_for(b, v));
    if (v->sort || v->reverse)
        give_order(v, s, in);
    const bool pages = book_pages(b);
    const struct field *limit = fill_field(s, "limit");
    if (limit)
        *(int64_t *)fill_place(s, in, "limit", NULL, true) =
            pages && v->most && v->most < limit->max ? v->most : limit->max;
    if (pages)
        give_text(s, in, "after", v->after);
}

void *book_asks(const struct book *b, const struct scene *v, int also)
{
    const struct shape *s = op_at(also < 0 ? b->op : b->also[also].op)->in();
    void *in = arena_alloc(v->arena, s->size);
    if (also >= 0 && b->also[also].complete)
        b->also[also].complete(v, in);
    if (also < 0 && b->complete)
        b->complete(v, in);
    if (also < 0 && !b->rows)
        give_id(s, in, b->one, v->id);
    if (also < 0 && b->rows)
        give_page(b, v, s, in);
    return in;
}

/* --- acts */

bool act_asks(const struct act *a)
{
    return !a->copies && !a->finds && !a->tells && (!a->goes || a->goes_to || a->hands);
}

bool book_may_also(const struct book *b, size_t i, const struct me *me)
{
    return !me || !me->document || op_at(b->also[i].op)->who & (WITH_CODE | BY_PUBLIC);
}

static const char *refused(enum op_number op, const struct me *me)
{
    unsigned who = op_at(op)->who;
    if (me->document && !(who & (WITH_CODE | BY_PUBLIC)))
        return "The code opens this document alone.";
    if (who & (1u << me->role | BY_PUBLIC))
        return NULL;
    if (who & (BY_STAFF | BY_READER))
        return "Your account may look at everything, but not change it.";
    return "Only an administrator may do that.";
}

const char *act_refused(const struct act *a, const struct me *me)
{
    return refused(a->op, me);
}

bool act_offered(const struct act *a, const struct me *me)
{
    const unsigned side = me->role == ROLE_CUSTOMER ? BY_CUSTOMER : BY_ROLES & ~(unsigned)BY_CUSTOMER;
    return op_at(a->op)->who & ((me->document ? WITH_CODE : side) | BY_PUBLIC);
}

const char *book_closed(const struct book *b, const struct me *me)
{
    const char *why = b->foreign || b->op == OP_COUNT ? NULL : refused(b->op, me);
    return why && b->closed ? b->closed : why;
}

const char *act_impossible(const struct book *b, const struct act *a, const struct scene *v, act_calls *call)
{
    const char *why = act_refused(a, v->me);
    if (!why && book_about_row(b, a) && !v->row)
        return scene_text(v, "There is no %s.", b->noun);
    if (!why && a->possible)
        why = book_words(b, v->arena, a->possible(v), call);
    return why;
}

const char *book_not_begun(const struct book *b, const struct scene *v, act_calls *call)
{
    const struct act *a = b->acts;
    if (!b->first)
        return act_impossible(b, a, v, call);
    return a->possible ? book_words(b, v->arena, a->possible(v), call) : NULL;
}

/* The act whose name stands there, up to the brace. */
static const struct act *act_named(const struct book *b, const char *name)
{
    size_t size = strcspn(name, "}");
    for (const struct act *a = b->acts; a && a->name; a++)
        if (strlen(a->name) == size && memcmp(a->name, name, size) == 0)
            return a;
    return NULL;
}

const char *book_words(const struct book *b, struct arena *a, const char *text, act_calls *call)
{
    char called[40];
    const char *made = "";
    while (text && *text) {
        size_t plain = strcspn(text, "{");
        const struct act *act = text[plain] ? act_named(b, text + plain + 1) : NULL;
        size_t taken = plain + (act ? strlen(act->name) + 2 : text[plain] != '\0');
        *called = '\0';
        if (act)
            call(act, called, sizeof called);
        made = arena_printf(a, "%s%.*s%s", made, (int)(act ? plain : taken), text, called);
        text += taken;
    }
    return text ? made : NULL;
}

/* Does it add a row, as things stand? One whose offer depends on what is read is looked at when that is there. */
static bool adds_now(const struct book *b, const struct act *a, const struct scene *v)
{
    if (a->key != '+' && !(a->makes && b->one && a->about == ABOUT_ALL && strcmp(a->makes, b->one) == 0))
        return false;
    if (act_refused(a, v->me) || !act_offered(a, v->me))
        return false;
    return !a->offered || (v->out && a->offered(v) && !(a->possible && a->possible(v)));
}

const char *book_nothing(const struct book *b, const struct scene *v, act_calls *call)
{
    char called[40];
    const struct act *adds = b->acts;
    const char *text = book_words(b, v->arena, b->empty, call);
    if (!text || strchr(b->empty, '{'))
        return text;
    while (adds && adds->name && !adds_now(b, adds, v))
        adds++;
    if (!adds || !adds->name)
        return text;
    call(adds, called, sizeof called);
    return scene_text(v, "%s %s adds one.", text, called);
}

const struct act *book_act(const struct book *b, const char *name)
{
    const struct act *a = b->acts;
    while (strcmp(a->name, name) != 0)
        a++;
    return a;
}
