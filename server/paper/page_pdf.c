#include "server/paper/page_pdf.h"
#include "common/buf.h"
#include "common/date.h"
#include "common/late.h"
#include "common/log.h"
#include "common/text.h"
#include "proto/paper/show.h"
#include <cairo-pdf.h>
#include <pango/pangocairo.h>
#include <pthread.h>

/* A4 in points, and where things stand on it. */
#define WIDTH 595.28
#define HEIGHT 841.89
#define LEFT 62.0
#define RIGHT (WIDTH - 62.0)
#define TOP 64.0
#define BOTTOM (HEIGHT - 76.0)
#define VALUES 182.0  /* where values begin */
#define AMOUNTS 320.0 /* where amounts end */
#define GAP 4.0
#define FAMILY "Noto Sans, DejaVu Sans, Sans" /* and for letters that these lack, what is installed */
#define SIZE 10.0

/* One thread at a time: fonts are shared, and GLib's own locks are none that ThreadSanitizer sees. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static PangoFontMap *fonts; /* stay open: reading them is what takes long */

#define LATE(name) __typeof__(name) *name;
static struct {
#include "server/paper/page_pdf_pango.def"
} lib;
#undef LATE

#define LATE(name) #name,
static const char *const names[] = {
#include "server/paper/page_pdf_pango.def"
};
#undef LATE

static PangoFontDescription *description_of(double size, bool strong)
{
    PangoFontDescription *font = lib.pango_font_description_new();
    lib.pango_font_description_set_family_static(font, FAMILY);
    lib.pango_font_description_set_absolute_size(font, size * PANGO_SCALE);
    lib.pango_font_description_set_weight(font, strong ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
    return font;
}

/* Under the lock. Without any font Pango would set pages with nothing on them. */
static enum err start(void)
{
    if (fonts)
        return OK;
    enum err e = late_load(LATE_PANGOCAIRO, names, sizeof names / sizeof *names, &lib);
    if (e)
        return e;
    PangoFontMap *map = lib.pango_cairo_font_map_new();
    PangoContext *context = lib.pango_font_map_create_context(map);
    PangoFontDescription *description = description_of(SIZE, false);
    PangoFont *font = lib.pango_font_map_load_font(map, context, description);
    lib.pango_font_description_free(description);
    lib.g_object_unref(context);
    if (font) {
        lib.g_object_unref(font);
        fonts = map;
        return OK;
    }
    lib.g_object_unref(map);
    log_line(LOG_ERROR, "there is no font to set a PDF with", "package=fonts-dejavu-core");
    return ERR_INTERNAL;
}

struct sheet {
    struct arena *arena;
    cairo_t *cr;
    PangoContext *context;
    const char *title;
    double y;
    int number, of; /* of: 0 while they are counted, and nothing is drawn */
};

struct cell {
    const char *text;
    double x, end, size; /* from there to there; size 0: SIZE */
    bool strong, dim, right;
};

static PangoLayout *lay(const struct sheet *s, const struct cell *c)
{
    PangoFontDescription *font = description_of(c->size > 0 ? c->size : SIZE, c->strong);
    PangoLayout *l = lib.pango_layout_new(s->context);
    lib.pango_layout_set_font_description(l, font);
    lib.pango_font_description_free(font);
    lib.pango_layout_set_width(l, (int)((c->end - c->x) * PANGO_SCALE));
    lib.pango_layout_set_wrap(l, PANGO_WRAP_WORD_CHAR);
    lib.pango_layout_set_height(l, (int)((BOTTOM - TOP) * PANGO_SCALE)); /* a sheet; nothing is so long */
    lib.pango_layout_set_ellipsize(l, PANGO_ELLIPSIZE_END);
    lib.pango_layout_set_alignment(l, c->right ? PANGO_ALIGN_RIGHT : PANGO_ALIGN_LEFT);
    lib.pango_layout_set_text(l, text_shown(s->arena, show_text(c->text), true), -1);
    return l;
}

static double height(PangoLayout *l)
{
    int w, h;
    lib.pango_layout_get_size(l, &w, &h);
    return (double)h / PANGO_SCALE;
}

static void draw(const struct sheet *s, const struct cell *c, PangoLayout *l, double y)
{
    const double grey = c->dim ? 0.35 : 0;
    lib.cairo_set_source_rgb(s->cr, grey, grey, grey);
    lib.cairo_move_to(s->cr, c->x, y);
    lib.pango_cairo_show_layout(s->cr, l);
}

static void rule(const struct sheet *s, double y)
{
    lib.cairo_set_source_rgb(s->cr, 0.75, 0.75, 0.75);
    lib.cairo_set_line_width(s->cr, 0.5);
    lib.cairo_move_to(s->cr, LEFT, y);
    lib.cairo_line_to(s->cr, RIGHT, y);
    lib.cairo_stroke(s->cr);
}

static void end_sheet(struct sheet *s)
{
    if (s->of) {
        const struct cell foot = {
            .x = LEFT,
            .end = RIGHT,
            .size = 8,
            .dim = true,
            .right = true,
            .text = arena_printf(s->arena, "%s, page %d of %d", s->title, s->number, s->of)};
        PangoLayout *l = lay(s, &foot);
        rule(s, BOTTOM + 14);
        draw(s, &foot, l, BOTTOM + 20);
        lib.g_object_unref(l);
        lib.cairo_show_page(s->cr);
    }
}

/* Cells beside each other, together on a sheet. */
static void put(struct sheet *s, const struct cell *cells, size_t n)
{
    PangoLayout *layouts[3];
    double most = 0;
    for (size_t i = 0; i < n; i++) {
        layouts[i] = lay(s, &cells[i]);
        most = height(layouts[i]) > most ? height(layouts[i]) : most;
    }
    if (s->y > TOP && s->y + most > BOTTOM) {
        end_sheet(s);
        s->number++;
        s->y = TOP;
    }
    for (size_t i = 0; i < n; i++) {
        if (s->of)
            draw(s, &cells[i], layouts[i], s->y);
        lib.g_object_unref(layouts[i]);
    }
    s->y += most + GAP;
}

static void put_amount(struct sheet *s, const struct page_item *i, bool first, bool last)
{
    char amount[SHOW_TEXT];
    const struct cell row[] = {
        {.x = LEFT, .end = VALUES - 8, .dim = true, .text = i->label},
        {.x = VALUES,
         .end = AMOUNTS,
         .right = true,
         .strong = i->look == LOOK_STRONG,
         .text = i->kind == PAGE_MONEY ? show_money(amount, i->money) : show_amount(amount, i->money)},
        {.x = AMOUNTS + 12, .end = RIGHT, .dim = true, .text = i->text}};
    s->y += first ? GAP : 0;
    if (first && s->of && s->y > TOP + GAP)
        rule(s, s->y - GAP);
    put(s, row, 3);
    if (s->of)
        rule(s, s->y - GAP / 2);
    s->y += last ? GAP : 0;
}

static bool is_amount(const struct page *p, size_t at)
{
    return at < p->n && (p->items[at].kind == PAGE_MONEY || p->items[at].kind == PAGE_AMOUNT);
}

static void put_item(struct sheet *s, const struct page *p, size_t at)
{
    const struct page_item *i = &p->items[at];
    const bool strong = i->look == LOOK_STRONG;
    switch (i->kind) {
    case PAGE_COPY:
    case PAGE_SCAN:
    case PAGE_SECRET: break;
    case PAGE_MONEY:
    case PAGE_AMOUNT: put_amount(s, i, !at || !is_amount(p, at - 1), !is_amount(p, at + 1)); break;
    case PAGE_TITLE:
        put(s, &(struct cell){.x = LEFT, .end = RIGHT, .size = 18, .strong = true, .text = i->text}, 1);
        s->y += 3 * GAP;
        break;
    case PAGE_NOTE:
    case PAGE_RAW:
        put(s, &(struct cell){.x = LEFT, .end = RIGHT, .strong = strong, .text = i->text}, 1);
        break;
    case PAGE_FACT:
    case PAGE_LIST:
    case PAGE_QUOTE: {
        const struct cell row[] = {{.x = LEFT, .end = VALUES - 8, .dim = true, .text = i->label},
                                   {.x = VALUES, .end = RIGHT, .strong = strong, .text = i->text}};
        put(s, row, 2);
    }
    }
}

static int sheets(struct sheet *s, const struct page *p, int of)
{
    s->of = of;
    s->number = 1;
    s->y = TOP;
    for (size_t i = 0; i < p->n; i++)
        put_item(s, p, i);
    end_sheet(s);
    return s->number;
}

static cairo_status_t take(void *to, const unsigned char *bytes, unsigned size)
{
    struct buf *b = to;
    buf_add(b, bytes, size);
    return b->full ? CAIRO_STATUS_WRITE_ERROR : CAIRO_STATUS_SUCCESS;
}

static void describe(struct arena *a, cairo_surface_t *pdf, const struct page_pdf *about)
{
    char day[16];
    const char *made = arena_printf(a, "%sT00:00:00Z", date_plain(day, about->day));
    lib.cairo_pdf_surface_set_metadata(pdf, CAIRO_PDF_METADATA_TITLE, text_shown(a, about->title, false));
    lib.cairo_pdf_surface_set_metadata(pdf, CAIRO_PDF_METADATA_AUTHOR,
                                       text_shown(a, show_text(about->author), false));
    lib.cairo_pdf_surface_set_metadata(pdf, CAIRO_PDF_METADATA_CREATE_DATE, made);
    lib.cairo_pdf_surface_set_metadata(pdf, CAIRO_PDF_METADATA_MOD_DATE, made);
}

/* By the paper, whatever the screen of this machine: no glyph is moved to where pixels are. */
static PangoContext *context_of(void)
{
    PangoContext *context = lib.pango_font_map_create_context(fonts);
    cairo_font_options_t *options = lib.cairo_font_options_create();
    lib.cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
    lib.cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
    lib.pango_cairo_context_set_font_options(context, options);
    lib.cairo_font_options_destroy(options);
    lib.pango_context_set_language(context, lib.pango_language_from_string("en"));
    return context;
}

static enum err set(struct arena *a, const struct page *p, const struct page_pdf *about, struct buf *b)
{
    cairo_surface_t *pdf = lib.cairo_pdf_surface_create_for_stream(take, b, WIDTH, HEIGHT);
    struct sheet s = {
        .arena = a, .cr = lib.cairo_create(pdf), .context = context_of(), .title = about->title};
    describe(a, pdf, about);
    sheets(&s, p, sheets(&s, p, 0));
    lib.cairo_surface_finish(pdf);
    const bool fine = lib.cairo_status(s.cr) == CAIRO_STATUS_SUCCESS &&
                      lib.cairo_surface_status(pdf) == CAIRO_STATUS_SUCCESS;
    lib.cairo_destroy(s.cr);
    lib.cairo_surface_destroy(pdf);
    lib.g_object_unref(s.context);
    if (b->full)
        return ERR_TOO_LARGE;
    return fine ? OK : ERR_INTERNAL;
}

enum err page_pdf(struct arena *a, const struct page *p, const struct page_pdf *about, struct bytes *out)
{
    struct buf b;
    buf_init(&b, PAGE_PDF_MOST);
    pthread_mutex_lock(&lock);
    enum err e = start();
    if (!e)
        e = set(a, p, about, &b);
    pthread_mutex_unlock(&lock);
    if (!e)
        *out = (struct bytes){.data = arena_copy(a, b.data, b.size), .size = b.size};
    buf_fini(&b);
    return e;
}
