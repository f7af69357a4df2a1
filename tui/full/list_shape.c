#include "tui/full/list_shape.h"
#include "common/date.h"
#include "tui/full/form_shape.h"
#include "tui/full/list_rows.h"
#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

char *shape_shown(char *buffer, size_t size, const struct field *f, const void *at)
{
    char text[MONEY_TEXT];
    const struct money *m = at;
    const char *words = "";
    int digits;
    switch (f->type) {
    case FIELD_BOOL: words = *(const bool *)at ? "yes" : "no"; break;
    case FIELD_COUNT: words = money_grouped(text, *(const int64_t *)at, 0); break;
    case FIELD_DECIMAL: words = decimal_plain(text, *(const int64_t *)at); break;
    case FIELD_ENUM: words = enum_name(f->values(), *(const int *)at); break;
    case FIELD_TEXT:
    case FIELD_LINES: words = *(const char *const *)at; break;
    case FIELD_DATE: words = date_short(text, *(const int32_t *)at); break;
    case FIELD_INSTANT:
        words = *(const int64_t *)at ? date_short(text, date_of_instant(*(const int64_t *)at, 0)) : "";
        break;
    case FIELD_ID: snprintf(text, sizeof text, "%" PRIu64, *(const uint64_t *)at), words = text; break;
    case FIELD_MONEY:
        digits = currency_digits(m->currency);
        if (*m->currency) {
            snprintf(buffer, size, "%s %s", m->currency,
                     money_grouped(text, m->amount, digits < 0 ? 2 : digits));
            return buffer;
        }
        break;
    default: break;
    }
    snprintf(buffer, size, "%s", words ? words : "");
    for (char *s = buffer; f->type == FIELD_ENUM && *s; s++)
        if (*s == '_')
            *s = ' ';
    return buffer;
}

static void column_of(const struct field *f, struct list_column *c)
{
    switch (f->type) {
    case FIELD_MONEY: c->width = 18, c->right = true; break;
    case FIELD_COUNT:
    case FIELD_DECIMAL: c->width = 9, c->right = true; break;
    case FIELD_DATE:
    case FIELD_INSTANT: c->width = 11; break;
    case FIELD_ENUM: c->width = 11; break;
    case FIELD_BOOL: c->width = 4; break;
    default:
        c->width = f->max > 0 && f->max < 20 ? (int)f->max : 16;
        c->grow = f->max > 30 || f->max <= 0 ? 1 : 0;
    }
    int heading = (int)strlen(c->title);
    c->width = c->width < heading ? heading : c->width;
}

struct list *list_of_shape(struct ui *ui, const struct shape *shape, const char *const *names)
{
    struct arena *a = ui_arena(ui);
    size_t n = 0;
    while (names[n])
        n++;
    struct list_column *columns = arena_alloc(a, (n ? n : 1) * sizeof *columns);
    for (size_t i = 0; i < n; i++) {
        char label[64];
        size_t size = strcspn(names[i], "=");
        const struct field *f = shape_field(shape, names[i], size);
        assert(f && "no such field");
        shape_label(label, sizeof label, f->name);
        columns[i].name = f->name;
        columns[i].title = names[i][size] ? names[i] + size + 1 : arena_text(a, label, strlen(label));
        columns[i].drop = i == 0 || i + 1 == n ? 0 : (int)i;
        column_of(f, &columns[i]);
    }
    return ui_list(ui, columns, n);
}

void list_add_shape(struct list *l, const struct shape *shape, const void *record, unsigned style)
{
    struct arena *a = arena_open();
    const char *cells[LIST_COLUMNS] = {0};
    const struct field *id = shape_field(shape, "id", 2);
    for (size_t i = 0; i < l->column_count; i++) {
        char text[256];
        const struct field *f = shape_field(shape, l->columns[i].name, strlen(l->columns[i].name));
        shape_shown(text, sizeof text, f, (const char *)record + f->offset);
        cells[i] = arena_text(a, text, strlen(text));
    }
    assert(id && id->type == FIELD_ID && "the shape has no id");
    uint64_t key;
    memcpy(&key, (const char *)record + id->offset, sizeof key);
    list_add(l, &(struct list_row){.id = key, .cells = cells, .style = style});
    arena_close(a);
}
