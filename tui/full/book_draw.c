/* A book drawn: its rows with what stands above them, a record as its page or by its painter, the preview beside a list. */
#include "proto/paper/show.h"
#include "tui/full/book_inside.h"
#include "tui/full/look.h"
#include <string.h>

/* What is read of a row for its preview; false: nothing. */
bool book_peeks(const struct book *b, const struct scene *v, struct peek *p)
{
    const struct also *peek = b->peek;
    if (b->peeks)
        return b->peeks(v, p);
    if (!peek || !v->id)
        return false;
    void *in = arena_alloc(v->arena, op_at(peek->op)->in()->size);
    peek->complete(v, in);
    *p = (struct peek){peek->op, in};
    return true;
}

static const struct painter *painter_of(const struct book *b)
{
    const struct painter *p = full_painters;
    while (p->book && p->book != b)
        p++;
    return p;
}

/* What stands before the rows; c: what is left for them. */
static void draw_above(const struct book_state *s, struct canvas *c)
{
    const struct painter *p = painter_of(s->book);
    struct arena *a = arena_open();
    const struct scene v = book_scene(s, a);
    if (p->around) {
        p->around(&v, c);
    } else {
        struct page *page = page_open(a);
        s->book->above(page, &v);
        const int y = page->n ? page_draw(page, c, 0) + 1 : 0;
        *c = canvas_part(c, y, 0, c->rows - y, c->columns);
    }
    arena_close(a);
}

static void draw_list(const struct book_state *s, const struct canvas *c)
{
    const int below = s->book->note && c->rows > 8 ? 2 : 0;
    struct canvas part = canvas_part(c, 0, 0, c->rows - below, c->columns);
    if (s->book->above && !s->view.out) {
        canvas_loading(c, 1, 2);
        return;
    }
    if (s->book->above)
        draw_above(s, &part);
    list_draw(s->list, &part);
    if (below)
        canvas_fit(c, c->rows - 1, 2, c->columns - 3, STYLE_DIM, s->book->note);
}

/* False: nobody draws it by hand. */
bool book_paint(const struct book *b, const char *act, const struct scene *v, struct canvas *c)
{
    const struct painter *p = full_painters;
    while (p->book && (p->book != b || !p->paint || strcmp(show_text(p->act), show_text(act)) != 0))
        p++;
    if (p->book)
        p->paint(v, c);
    return p->book;
}

static bool paint(const struct book_state *s, struct canvas *c)
{
    struct arena *a = arena_open();
    const struct scene v = book_scene(s, a);
    const bool painted = book_paint(s->book, NULL, &v, c);
    arena_close(a);
    return painted;
}

void book_draw(const void *state, struct canvas *c)
{
    const struct book_state *s = state;
    if (s->list)
        draw_list(s, c);
    else if (s->page && paint(s, c))
        return;
    else if (s->page)
        page_draw(s->page, c, 1);
    else
        canvas_loading(c, 1, 2);
}

bool book_has_beside(const void *state)
{
    const struct book_state *s = state;
    return s->page && painter_of(s->book)->beside;
}

void book_beside(const void *state, struct canvas *c)
{
    const struct book_state *s = state;
    struct arena *a = arena_open();
    const struct scene v = book_scene(s, a);
    painter_of(s->book)->beside(&v, c);
    arena_close(a);
}

/* Where the rows say all, they have the whole width. */
bool book_previews(const void *state)
{
    const struct book_state *s = state;
    struct arena *a = arena_open();
    const struct scene v = book_scene(s, a);
    struct peek p;
    const bool some = book_peeks(s->book, &v, &p) || (s->book->tell && !s->book->peek);
    arena_close(a);
    return some;
}

static void preview_record(const struct book_state *s, struct canvas *c, struct arena *a)
{
    struct scene v = book_scene(s, a);
    const struct book *of = s->book->opens;
    if (s->peek_id != v.id) {
        canvas_text(c, 0, 1, STYLE_DIM, v.id ? "…" : "");
        return;
    }
    v.out = s->peek;
    v.row = NULL;
    v.codes = false;
    if (book_paint(of, NULL, &v, c))
        return;
    struct page *p = page_open(a);
    of->tell(p, &v);
    page_draw(p, c, 0);
}

void book_preview(const void *state, struct canvas *c)
{
    const struct book_state *s = state;
    struct arena *a = arena_open();
    struct scene v = book_scene(s, a);
    if (s->book->peek) {
        preview_record(s, c, a);
    } else if (v.row && s->book->tell) {
        struct page *p = page_open(a);
        s->book->tell(p, &v);
        page_draw(p, c, 0);
    } else if (v.row && s->peek_id == v.id) {
        painter_of(s->book)->preview(&v, s->peek_op, s->peek, c);
    }
    arena_close(a);
}
