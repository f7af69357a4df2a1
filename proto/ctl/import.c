#include "proto/ctl/import.h"
#include "common/codec.h"
#include "common/text.h"
#include "proto/ctl/json.h"
#include <ctype.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

size_t import_find(const json_t *map, const char *key)
{
    const json_t *place = map ? json_object_get(map, key) : NULL;
    return place ? (size_t)json_integer_value(place) : SIZE_MAX;
}

void import_problem(struct import_set *set, const struct import_file *file, size_t line, const char *column,
                    const char *format, ...)
{
    char text[320];
    va_list ap;
    if (set->problems++ >= IMPORT_SAID)
        return;
    va_start(ap, format);
    vsnprintf(text, sizeof text, format, ap);
    va_end(ap);
    fprintf(stderr, "posternctl: invalid: %s, line %zu%s%s%s: %s\n",
            text_shown(set->c->a, file->table.path, false), line, *column ? ", column \"" : "", column,
            *column ? "\"" : "", text_shown(set->c->a, text, false));
}

/* "document.lines.12.name" → "document.lines.name" and 12 (SIZE_MAX for none). */
static void without_places(const char *path, char *to, size_t room, size_t *place)
{
    size_t n = 0;
    *place = SIZE_MAX;
    while (*path) {
        size_t token = strcspn(path, ".");
        if (strspn(path, "0123456789") == token && token) {
            *place = strtoul(path, NULL, 10);
        } else if (n + token + 2 < room) {
            if (n)
                to[n++] = '.';
            memcpy(to + n, path, token);
            n += token;
        }
        path += token + (path[token] == '.');
    }
    to[n] = '\0';
}

void import_refused(struct import_set *set, const struct import_file *file, const struct import_row *row,
                    const char *path, const char *reason)
{
    char plain[128];
    size_t place;
    const char *column = NULL;
    without_places(path, plain, sizeof plain, &place);
    for (const struct import_path *p = file->paths; p->path && !column; p++)
        if (strcmp(p->path, plain) == 0)
            column = p->column;
    bool part = row->part_lines && place < row->parts;
    import_problem(set, file, part ? row->part_lines[place] : row->line,
                   column ? column : text_shown(set->c->a, plain, false), "%s", reason);
}

void import_pack(struct import_set *set, struct import_file *file, const struct shape *shape, const void *in,
                 struct import_row *row)
{
    struct buf packed;
    struct refusal why = {.code = OK};
    struct arena *a = arena_open();
    void *unpacked = arena_alloc(a, shape->size);
    buf_init(&packed, CALL_REQUEST_MAX - 1024); /* the envelope has to fit too */
    codec_pack(&packed, shape, in, CODEC_TO_SERVER);
    if (packed.full) {
        import_problem(set, file, row->line, "", "is larger than a request can be");
    } else if (codec_unpack(a, shape, packed.data, packed.size, unpacked, NULL, &why) != OK) {
        import_refused(set, file, row, why.field, why.detail);
    } else {
        row->bytes = arena_copy(set->c->a, packed.data, packed.size);
        row->size = packed.size;
        json_object_set_new(file->by_source, row->source, json_integer((json_int_t)file->n));
        json_object_set_new(file->by_name, row->name, json_integer((json_int_t)file->n));
        file->rows[file->n++] = *row;
    }
    buf_fini(&packed);
    arena_close(a);
}

static json_t *unused_columns(const struct import_file *file)
{
    json_t *list = json_array();
    for (size_t i = 0; i < file->table.n_columns; i++)
        if (!file->table.used[i])
            json_array_append_new(list, json_text(file->table.names[i]));
    return list;
}

/* All files with check, so that nothing is done when anything is wrong; then for real. */
static enum err send_all(struct import_set *set, json_t *fresh, json_t *known)
{
    for (int real = 0; real < (set->c->dry_run ? 1 : 2); real++) {
        for (int i = 0; i < 3; i++) {
            struct import_file *file = &set->files[i];
            int64_t n_created = 0, n_known = 0;
            enum err e = file->n ? import_send(set, file, !real, &n_created, &n_known) : OK;
            if (e)
                return e;
            json_object_set_new(fresh, file->what, json_integer(n_created));
            json_object_set_new(known, file->what, json_integer(n_known));
        }
        if (set->problems)
            break;
    }
    return OK;
}

static enum err report(struct import_set *set, json_t *out)
{
    json_t *unused = json_object(), *skipped = json_object(), *map = NULL;
    json_object_set_new(out, "totals", import_totals(set));
    for (int i = 0; i < 3; i++) {
        const struct import_file *file = &set->files[i];
        if (file->table.path)
            json_object_set_new(unused, file->what, unused_columns(file));
        if (file->skipped)
            json_object_set_new(skipped, file->what, json_integer(file->skipped));
    }
    json_object_set_new(out, "unused_columns", unused);
    json_object_set_new(out, "skipped", skipped);
    json_object_set_new(out, "dry_run", json_boolean(set->c->dry_run));
    enum err e = OK;
    if (set->c->per_customer && !e && (e = import_read_customers(set, &map)) == OK)
        json_object_set_new(out, "customers", map);
    if (set->c->per_invoice && !e && (e = import_read_invoices(set, &map)) == OK)
        json_object_set_new(out, "invoices", map);
    return e;
}

static int complain(struct import_set *set)
{
    if (set->problems > IMPORT_SAID)
        fprintf(stderr, "posternctl: and %d more problems\n", set->problems - IMPORT_SAID);
    return err_exit_code(ERR_INVALID);
}

static int import(struct import_set *set, json_t *out)
{
    json_t *fresh = json_object(), *known = json_object();
    json_object_set_new(out, "new", fresh);
    json_object_set_new(out, "known", known);
    enum err e = zoho_read(set);
    if (!e && !set->problems)
        e = send_all(set, fresh, known);
    if (set->problems)
        return complain(set);
    if (!e)
        e = report(set, out);
    if (e)
        return ctl_fail(set->c, e);
    json_print(out, false);
    return 0;
}

int verb_import(struct ctl *c)
{
    struct import_set set = {.c = c,
                             .files = {
                                 {.what = "contacts", .op = OPNO_import_customers},
                                 {.what = "invoices", .op = OPNO_import_invoices},
                                 {.what = "payments", .op = OPNO_import_payments},
                             }};
    if (c->n_words != 2 || strcmp(c->words[1], "zoho") != 0)
        return ctl_usage(
            c, "import takes a source: import zoho --contacts FILE --invoices FILE --payments FILE");
    if (!c->contacts && !c->invoices && !c->payments)
        return ctl_usage(c, "import needs at least one of --contacts FILE, --invoices FILE, --payments FILE");
    for (int i = 0; i < 3; i++) {
        set.files[i].by_source = json_object();
        set.files[i].by_name = json_object();
    }
    json_t *out = json_object();
    int code = import(&set, out);
    json_decref(out);
    for (int i = 0; i < 3; i++) {
        json_decref(set.files[i].by_source);
        json_decref(set.files[i].by_name);
    }
    return code;
}
