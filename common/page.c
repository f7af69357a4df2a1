#include "common/page.h"
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct page *page_open(struct arena *a)
{
    struct page *p = arena_alloc(a, sizeof *p);
    p->arena = a;
    return p;
}

static struct page_item *add(struct page *p, enum page_kind kind, enum look look, const char *label)
{
    if (p->n == p->capacity)
        p->items = arena_grow(p->arena, p->items, &p->capacity, sizeof *p->items);
    struct page_item *i = &p->items[p->n++];
    *i = (struct page_item){.kind = kind, .look = look};
    i->label = label ? arena_text(p->arena, label, strlen(label)) : NULL;
    return i;
}

/* What was formatted, whole, however long: it may be what somebody wrote. */
static void add_made(struct page *p, enum page_kind kind, enum look look, const char *label,
                     const char *format, va_list ap)
{
    va_list again;
    va_copy(again, ap);
    int n = vsnprintf(NULL, 0, format, again);
    va_end(again);
    if (n <= 0)
        return;
    char *text = arena_alloc(p->arena, (size_t)n + 1);
    vsnprintf(text, (size_t)n + 1, format, ap);
    add(p, kind, look, label)->text = text;
}

static void add_text(struct page *p, enum page_kind kind, enum look look, const char *label, const char *text)
{
    if (text && *text)
        add(p, kind, look, label)->text = arena_text(p->arena, text, strlen(text));
}

void page_title(struct page *p, const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    add_made(p, PAGE_TITLE, LOOK_STRONG, NULL, format, ap);
    va_end(ap);
}

void page_note(struct page *p, enum look look, const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    add_made(p, PAGE_NOTE, look, NULL, format, ap);
    va_end(ap);
}

void page_fact(struct page *p, const char *label, const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    add_made(p, PAGE_FACT, LOOK_PLAIN, label, format, ap);
    va_end(ap);
}

void page_fact_as(struct page *p, enum look look, const char *label, const char *text)
{
    add_text(p, PAGE_FACT, look, label, text);
}

void page_list(struct page *p, const char *label, const char *text)
{
    add_text(p, PAGE_LIST, LOOK_PLAIN, label, text);
}

void page_quote(struct page *p, const char *label, const char *text)
{
    add_text(p, PAGE_QUOTE, LOOK_PLAIN, label, text);
}

static void add_money(struct page *p, enum page_kind kind, const char *label, enum look look, struct money m,
                      const char *note)
{
    struct page_item *i = add(p, kind, look, label);
    i->money = m;
    i->text = note && *note ? arena_text(p->arena, note, strlen(note)) : NULL;
}

void page_money(struct page *p, const char *label, enum look look, struct money m, const char *note)
{
    add_money(p, PAGE_MONEY, label, look, m, note);
}

void page_amount(struct page *p, const char *label, enum look look, struct money m, const char *note)
{
    add_money(p, PAGE_AMOUNT, label, look, m, note);
}

void page_raw(struct page *p, const char *text)
{
    add_text(p, PAGE_RAW, LOOK_STRONG, NULL, text);
}

void page_copy(struct page *p, const char *what, const char *text)
{
    add_text(p, PAGE_COPY, LOOK_PLAIN, what, text);
}

void page_scan(struct page *p, const char *label, const char *text)
{
    add_text(p, PAGE_SCAN, LOOK_DIM, label, text);
}

void page_secret(struct page *p, const char *what, const char *text)
{
    add_text(p, PAGE_SECRET, LOOK_STRONG, what, text);
}

const struct page_item *page_find(const struct page *p, enum page_kind kind)
{
    for (size_t i = 0; i < p->n; i++)
        if (p->items[i].kind == kind)
            return &p->items[i];
    return NULL;
}
