#include "proto/ctl/ctl_import.h"
#include "common/codec.h"
#include "common/text.h"
#include "proto/ctl/json.h"
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define FAULTS_OF_A_ROW 10000 /* by the codec, which stops at the first: looked for again and again */

size_t import_find(const json_t *map, const char *key)
{
    const json_t *place = map ? json_object_get(map, key) : NULL;
    return place ? (size_t)json_integer_value(place) : SIZE_MAX;
}

size_t import_find_number(const struct import_file *file, const char *number)
{
    struct arena *a = arena_open();
    size_t place = import_find(file->by_name, text_fold(a, number));
    arena_close(a);
    return place;
}

/* Once for each place: what is wrong with a cell is not also missing there. */
static bool said_before(struct import_set *set, const struct import_file *file, size_t line,
                        const char *column)
{
    if (!*column)
        return false;
    char *key = arena_printf(set->c->a, "%s %zu %s", file->what, line, column);
    if (json_object_get(set->said, key))
        return true;
    json_object_set_new(set->said, key, json_true());
    return false;
}

void import_said(struct import_set *set, const struct import_file *file, size_t line, const char *column)
{
    (void)said_before(set, file, line, column);
}

void import_problem(struct import_set *set, const struct import_file *file, size_t line, const char *column,
                    const char *format, ...)
{
    char text[400];
    va_list ap;
    if (said_before(set, file, line, column))
        return;
    va_start(ap, format);
    vsnprintf(text, sizeof text, format, ap);
    va_end(ap);
    err_mend(text);
    set->problems++;
    json_t *one = json_object();
    json_object_set_new(one, "file", json_text(file->table.path));
    json_object_set_new(one, "line", json_integer((json_int_t)line));
    json_object_set_new(one, "column", json_text(column));
    json_object_set_new(one, "reason", json_text(text));
    json_array_append_new(set->faults, one);
    fprintf(stderr, "posternctl: invalid: %s, line %zu%s%s%s: %s\n",
            text_shown(set->c->a, file->table.path, false), line, *column ? ", column \"" : "",
            text_shown(set->c->a, column, false), *column ? "\"" : "", text_shown(set->c->a, text, false));
}

void import_note(struct import_set *set, const char *sentence, const char *number)
{
    json_t *list = json_object_get(set->notes, sentence);
    if (!list) {
        list = json_array();
        json_object_set_new(set->notes, sentence, list);
    }
    const char *last = json_string_value(json_array_get(list, json_array_size(list) - 1));
    if (!last || strcmp(last, number) != 0)
        json_array_append_new(list, json_text(number));
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

const char *import_column(struct import_set *set, const struct import_file *file,
                          const struct import_row *row, const char *path, size_t *line)
{
    if (row->from)
        file = row->from;
    char plain[128];
    size_t place;
    without_places(path, plain, sizeof plain, &place);
    *line = row->part_lines && place < row->parts ? row->part_lines[place] : row->line;
    for (const struct import_path *p = file->paths; p->path; p++)
        if (strcmp(p->path, plain) == 0)
            return p->column;
    return text_shown(set->c->a, plain, false);
}

void import_refused(struct import_set *set, const struct import_file *file, struct import_row *row,
                    const char *path, const char *reason)
{
    size_t line;
    if (row->from)
        file = row->from;
    const char *column = import_column(set, file, row, path, &line);
    row->bad = true;
    import_problem(set, file, line, column, "%s", reason);
}

struct import_row *import_invoice_row(const struct import_set *set, const char *number)
{
    const struct import_file *file = &set->files[IMPORT_INVOICES];
    size_t place = import_find_number(file, number);
    return place == SIZE_MAX ? NULL : &file->rows[place];
}

struct import_row *import_credit_row(const struct import_set *set, int of, const char *number)
{
    const struct import_file *file = &set->files[of == SUBJECT_RETAINER      ? IMPORT_RETAINERS
                                                 : of == SUBJECT_CREDIT_NOTE ? IMPORT_CREDIT_NOTES
                                                                             : IMPORT_PAYMENTS];
    size_t place = import_find_number(file, number);
    return place == SIZE_MAX ? NULL : &file->rows[place];
}

struct import_row *import_settled_row(const struct import_set *set, const struct import_part *part)
{
    return part->retainer ? import_credit_row(set, SUBJECT_RETAINER, part->number)
                          : import_invoice_row(set, part->number);
}

struct import_row *import_add(struct import_set *set, struct import_file *file, const struct import_row *row)
{
    const char *name = file == &set->files[IMPORT_CUSTOMERS] ? row->name : text_fold(set->c->a, row->name);
    if (file->n == file->capacity)
        file->rows = arena_grow(set->c->a, file->rows, &file->capacity, sizeof *file->rows);
    if (*row->source)
        json_object_set_new(file->by_source, row->source, json_integer((json_int_t)file->n));
    if (*name && import_find(file->by_name, name) == SIZE_MAX)
        json_object_set_new(file->by_name, name, json_integer((json_int_t)file->n));
    file->rows[file->n] = *row;
    return &file->rows[file->n++];
}

/* Empties the member at a path such as "document.lines.2.name", so that the next fault can be found. *figure: what it comes to depends
 * on it. */
static bool clear(const struct shape *shape, void *in, const char *path, bool *figure)
{
    static const char anything[] = "?";
    size_t token = strcspn(path, ".");
    const struct field *f = shape_field(shape, path, token);
    if (!f)
        return false;
    void *at = (char *)in + f->offset;
    path += token + (path[token] == '.');
    if (f->type == FIELD_SHAPE && *path)
        return *(void **)at && clear(f->shape(), *(void **)at, path, figure);
    if (f->type == FIELD_LIST && *path) {
        struct any_list *list = at;
        char *end;
        size_t place = strtoul(path, &end, 10);
        return place < list->n && *end == '.' &&
               clear(f->shape(), (char *)list->v + place * f->shape()->size, end + 1, figure);
    }
    memset(at, 0, field_size(f));
    *figure = f->type == FIELD_MONEY || f->type == FIELD_DECIMAL || f->type == FIELD_LIST;
    if (f->type == FIELD_TEXT && f->flags & FIELD_MUST)
        *(const char **)at = anything;
    return true;
}

/* A copy of what a row brings in, for `clear`: the lists' items and the shapes inside are copied too. */
static void *copy_of(struct arena *a, const struct shape *shape, const void *in)
{
    char *copy = arena_copy(a, in, shape->size);
    for (size_t i = 0; i < shape->n; i++) {
        const struct field *f = &shape->fields[i];
        void *at = copy + f->offset;
        if (f->type == FIELD_SHAPE && *(void **)at) {
            *(void **)at = copy_of(a, f->shape(), *(void **)at);
        } else if (f->type == FIELD_LIST) {
            struct any_list *list = at;
            const struct shape *of = f->shape();
            list->v = arena_copy(a, list->v, list->n * of->size);
        }
    }
    return copy;
}

static void keep_packed(struct import_set *set, struct import_row *row, const struct buf *packed)
{
    row->bytes = arena_copy(set->c->a, packed->data, packed->size);
    row->size = packed->size;
}

/* All that the codec refuses of a row whose first fault is in *why. What is left of it then is packed. */
static void say_all(struct import_set *set, struct import_file *file, struct import_row *row, struct arena *a,
                    struct refusal *why)
{
    const struct shape *shape = file->shape();
    void *copy = copy_of(a, shape, row->in), *unpacked = arena_alloc(a, shape->size);
    for (int i = 0; i < FAULTS_OF_A_ROW; i++) {
        struct buf packed;
        char before[sizeof why->field];
        memcpy(before, why->field, sizeof before);
        import_refused(set, file, row, why->field, why->detail);
        bool figure = false;
        if (!clear(shape, copy, why->field, &figure))
            return;
        row->vague |= figure;
        if (figure && file->leave_out)
            file->leave_out(copy);
        buf_init(&packed, CALL_REQUEST_MAX);
        codec_pack(&packed, shape, copy, CODEC_TO_SERVER);
        enum err e = codec_unpack(a, shape, packed.data, packed.size, unpacked, NULL, why);
        if (!e)
            keep_packed(set, row, &packed);
        buf_fini(&packed);
        if (!e || strcmp(before, why->field) == 0)
            return;
    }
}

void import_pack(struct import_set *set, struct import_file *file, struct import_row *row)
{
    struct buf packed;
    struct refusal why = {.code = OK};
    const struct shape *shape = file->shape();
    struct arena *a = arena_open();
    void *unpacked = arena_alloc(a, shape->size);
    if (row->vague && file->leave_out)
        file->leave_out(row->in);
    buf_init(&packed, CALL_REQUEST_MAX - 1024); /* the envelope has to fit too */
    codec_pack(&packed, shape, row->in, CODEC_TO_SERVER);
    if (packed.full) {
        row->bad = true;
        import_problem(set, file, row->line, "", "is larger than a request can be");
    } else if (codec_unpack(a, shape, packed.data, packed.size, unpacked, NULL, &why) != OK) {
        say_all(set, file, row, a, &why);
    } else {
        keep_packed(set, row, &packed);
    }
    buf_fini(&packed);
    arena_close(a);
}

/* What would come in: what the server said of each batch counts rows that stay out, too. */
static void count_checked(struct import_set *set)
{
    for (int i = 0; i < IMPORT_FILES; i++) {
        struct import_file *file = &set->files[i];
        file->created = file->known = 0;
        for (size_t k = 0; k < file->n; k++)
            if (!file->rows[k].bad)
                ++*(file->rows[k].known ? &file->known : &file->created);
    }
}

/* All files with check, so that nothing is done when anything is wrong; then for real. */
static enum err send_all(struct import_set *set)
{
    bool skip = set->c->skip_bad;
    enum err e = OK;
    for (int i = 0; i < IMPORT_FILES && !e; i++) {
        import_cascade(set, &set->files[i], skip);
        e = import_send(set, &set->files[i], true);
    }
    import_cascade_back(set, skip);
    count_checked(set);
    if (e || set->c->dry_run || (set->problems && !skip))
        return e;
    set->checked = set->problems;
    set->writing = true;
    json_array_clear(set->differs); /* told again, with what was applied */
    for (int i = 0; i < IMPORT_FILES && !e && (skip || set->problems == set->checked); i++) {
        import_cascade(set, &set->files[i], skip); /* of what was refused after all */
        e = import_send(set, &set->files[i], false);
    }
    import_left_open(set);
    return e;
}

/* How far it came when it ended while it was for real: by a refusal that nobody could know before, or because the server did not answer,
 * which may have taken the last batch all the same. */
static void say_how_far(const struct import_set *set, enum err e)
{
    const struct import_file *file = set->files;
    int late = set->problems - set->checked;
    for (int i = 0; i < IMPORT_FILES; i++)
        if (set->files[i].to_send)
            file = &set->files[i]; /* the last that was begun: those before are whole */
    if (late)
        fprintf(stderr, "posternctl: %d %s; before it ", late, late == 1 ? "fault" : "faults");
    else
        fputs("posternctl: ", stderr);
    fprintf(stderr, "%zu of %zu %s %s%s; run it again: what is in is left as it is\n", file->sent,
            file->to_send, file->what, late && !e ? "came in" : "are in for certain",
            file == set->files ? "" : ", after what comes before them");
}

static int import(struct import_set *set, json_t *out)
{
    enum err e = zoho_read(set);
    bool skip = set->c->skip_bad;
    if (!e)
        e = send_all(set);
    if (set->writing && (e || (set->problems > set->checked && !skip))) {
        say_how_far(set, e);
        return e ? ctl_fail(set->c, e) : err_exit_code(ERR_INVALID);
    }
    if (set->problems && (e || !skip)) {
        fprintf(stderr, "posternctl: %d %s; nothing was brought in\n", set->problems,
                set->problems == 1 ? "fault" : "faults");
        return e ? ctl_fail(set->c, e) : err_exit_code(ERR_INVALID);
    }
    if (e)
        return ctl_fail(set->c, e);
    e = import_result(set, out);
    if (e && set->writing)
        fputs("posternctl: it is in; what is here now could not be asked for\n", stderr);
    if (e)
        return ctl_fail(set->c, e);
    if (set->c->json)
        json_print(out, false);
    else
        import_say(set, out);
    return set->problems ? IMPORT_SOME_OUT : 0;
}

static const char *wrong_option(const struct ctl *c)
{
    if (c->encoding && strcasecmp(c->encoding, "utf-8") != 0 && strcasecmp(c->encoding, "windows-1252") != 0)
        return "--encoding is utf-8 or windows-1252";
    if (c->decimal && strcasecmp(c->decimal, "comma") != 0 && strcasecmp(c->decimal, "point") != 0)
        return "--decimal is comma or point";
    if (!c->contacts && !c->invoices && !c->payments && !c->retainers && !c->credit_notes &&
        !c->credits_applied && !c->refunds)
        return "import needs at least one of --contacts FILE, --invoices FILE, --payments FILE, --retainers "
               "FILE, --credit-notes FILE, --credits-applied FILE, --refunds FILE";
    return NULL;
}

void import_open(struct import_set *set, struct ctl *c)
{
    *set = (struct import_set){
        .c = c,
        .files =
            {
                [IMPORT_CUSTOMERS] = {.what = "contacts",
                                      .always = true,
                                      .op = OPNO_import_customers,
                                      .shape = shape_import_customer},
                [IMPORT_INVOICES] = {.what = "invoices",
                                     .always = true,
                                     .op = OPNO_import_invoices,
                                     .shape = shape_import_document},
                [IMPORT_RETAINERS] = {.what = "retainers",
                                      .always = false,
                                      .op = OPNO_import_invoices,
                                      .shape = shape_import_document},
                [IMPORT_PAYMENTS] = {.what = "payments",
                                     .always = true,
                                     .op = OPNO_import_payments,
                                     .shape = shape_import_payment},
                [IMPORT_CREDIT_NOTES] = {.what = "credit notes",
                                         .always = false,
                                         .op = OPNO_import_invoices,
                                         .shape = shape_import_document},
                [IMPORT_CREDITS] = {.what = "credits applied",
                                    .always = false,
                                    .op = OPNO_import_credits,
                                    .shape = shape_import_credit},
                [IMPORT_REFUNDS] = {.what = "refunds",
                                    .always = false,
                                    .op = OPNO_import_refunds,
                                    .shape = shape_import_refund},
            },
        .faults = json_array(),
        .booked = json_array(),
        .notes = json_object(),
        .differs = json_array(),
        .said = json_object(),
        .taken = json_object(),
    };
    for (int i = 0; i < IMPORT_FILES; i++) {
        set->files[i].by_source = json_object();
        set->files[i].by_name = json_object();
    }
}

void import_close(struct import_set *set)
{
    json_t *all[] = {set->faults, set->booked, set->notes, set->differs, set->said, set->taken};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        json_decref(all[i]);
    for (int i = 0; i < IMPORT_FILES; i++) {
        json_decref(set->files[i].by_source);
        json_decref(set->files[i].by_name);
    }
}

int verb_import(struct ctl *c)
{
    struct import_set set;
    if (c->n_words != 2 || strcmp(c->words[1], "zoho") != 0)
        return ctl_usage(
            c, "import takes a source: import zoho --contacts FILE --invoices FILE --payments FILE");
    if (wrong_option(c))
        return ctl_usage(c, wrong_option(c));
    json_t *out = json_object();
    import_open(&set, c);
    int code = import(&set, out);
    json_decref(out);
    import_close(&set);
    return code;
}
