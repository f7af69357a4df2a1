#include "server/ops/patch.h"
#include "common/address.h"
#include "common/codec.h"
#include "common/text.h"
#include <string.h>

#define LARGEST (512 * 1024) /* of a part that is compared; more than a request can hold */

bool patch_named(const char *names, const char *name, size_t size)
{
    for (const char *at = names; (at = strstr(at, name)) != NULL; at += size)
        if ((at == names || at[-1] == ' ') && (at[size] == ' ' || at[size] == '\0'))
            return true;
    return false;
}

bool patch_same_text(const char *a, const char *b)
{
    return strcmp(a ? a : "", b ? b : "") == 0;
}

bool patch_same(const struct shape *shape, const void *a, const void *b)
{
    struct buf left, right;
    buf_init(&left, LARGEST);
    buf_init(&right, LARGEST);
    codec_pack(&left, shape, a, CODEC_STORE);
    codec_pack(&right, shape, b, CODEC_STORE);
    bool same = left.size == right.size && memcmp(left.data, right.data, left.size) == 0;
    buf_fini(&left);
    buf_fini(&right);
    return same;
}

static bool same_list(const struct field *f, const struct any_list *a, const struct any_list *b)
{
    if (a->n != b->n || f->type != FIELD_LIST)
        return a->n == 0 && b->n == 0;
    const struct shape *of = f->shape();
    for (size_t i = 0; i < a->n; i++)
        if (!patch_same(of, (const char *)a->v + i * of->size, (const char *)b->v + i * of->size))
            return false;
    return true;
}

/* Do both mean the same? Where in doubt, no. */
static bool same(const struct field *f, const void *a, const void *b)
{
    switch ((enum field_type)f->type) {
    case FIELD_TEXT:
    case FIELD_LINES:
    case FIELD_SECRET: return patch_same_text(*(const char *const *)a, *(const char *const *)b);
    case FIELD_MONEY: {
        const struct money *m = a, *n = b;
        bool nothing = !m->amount && !n->amount; /* is none, whatever it is in */
        return nothing || (m->amount == n->amount && strcmp(m->currency, n->currency) == 0);
    }
    case FIELD_SHAPE: {
        const void *m = *(void *const *)a, *n = *(void *const *)b;
        return m && n ? patch_same(f->shape(), m, n) : m == n;
    }
    case FIELD_LIST:
    case FIELD_IDS:
    case FIELD_TEXTS: return same_list(f, a, b);
    case FIELD_BYTES: return false;
    default: return memcmp(a, b, field_size(f)) == 0;
    }
}

/* Names for an event: the top of what differs is enough once it gets long. */
static const char *add_name(struct call *c, const char *names, const char *path)
{
    if (strlen(names) >= 200)
        return names;
    return arena_printf(c->arena, "%s%s%s", names, *names ? ", " : "", path);
}

static bool says_nothing(const struct shape *shape, const void *record)
{
    struct buf packed;
    buf_init(&packed, LARGEST);
    codec_pack(&packed, shape, record, CODEC_STORE);
    bool nothing = packed.size == 1; /* a map of none */
    buf_fini(&packed);
    return nothing;
}

static const char *merge(struct call *c, const struct field *f, const char *path, const void *from, void **to,
                         const char *names);

/* Every field that was given, nested ones by the same rule. Adds the names of those that differ now. */
static const char *apply(struct call *c, const struct shape *shape, const char *prefix, const void *from,
                         void *to, const char *names)
{
    const struct shape_head *given = from;
    for (size_t i = 0; i < shape->n; i++) {
        const struct field *f = &shape->fields[i];
        const void *new = (const char *)from + f->offset;
        void *old = (char *)to + f->offset;
        if (!(given->has >> i & 1) || same(f, new, old))
            continue;
        const char *path = *prefix ? arena_printf(c->arena, "%s.%s", prefix, f->name) : f->name;
        if (f->type == FIELD_SHAPE && *(void *const *)new) {
            names = merge(c, f, path, *(void *const *)new, old, names);
        } else if (f->type != FIELD_SHAPE) {
            memcpy(old, new, field_size(f));
            names = add_name(c, names, path);
        }
    }
    return names;
}

/* A nested shape: a copy of what is there, so that nobody else who holds the old one sees it change. One that says nothing any
 * more is none. */
static const char *merge(struct call *c, const struct field *f, const char *path, const void *from, void **to,
                         const char *names)
{
    const struct shape *shape = f->shape();
    void *made = *to ? arena_copy(c->arena, *to, shape->size) : arena_alloc(c->arena, shape->size);
    names = apply(c, shape, path, from, made, names);
    *to = says_nothing(shape, made) ? NULL : made;
    return names;
}

enum err patch_apply(struct call *c, const struct shape *shape, const char *path, const char *allowed,
                     const void *from, void *to, const char **changed)
{
    const struct shape_head *given = from;
    for (size_t i = 0; i < shape->n; i++) {
        const struct field *f = &shape->fields[i];
        if (given->has >> i & 1 && !patch_named(allowed, f->name, f->name_size) &&
            !same(f, (const char *)from + f->offset, (char *)to + f->offset))
            return REFUSE(c, ERR_INVALID, arena_printf(c->arena, "%s.%s", path, f->name),
                          "can not be changed this way");
    }
    const char *names = apply(c, shape, "", from, to, "");
    if (changed)
        *changed = names;
    return OK;
}

enum err patch_revision(struct call *c, const char *field, bool given, int64_t revision, int64_t present)
{
    if (!given)
        return REFUSE(c, ERR_INVALID, field, "has to be given: the revision that was read");
    if (revision != present)
        return REFUSE(c, ERR_STALE, field, "it is at revision %lld now: read it again", (long long)present);
    return OK;
}

enum err patch_check_name(struct call *c, const char *field, const char *name)
{
    if (!name || text_blank(name, strlen(name)))
        return REFUSE(c, ERR_INVALID, field, "may not be empty");
    return OK;
}

enum err patch_check_email(struct call *c, const char *field, const char *email)
{
    const char *why = email && *email ? address_wrong(email) : NULL;
    return why ? REFUSE(c, ERR_INVALID, field, "is no e-mail address: %s", why) : OK;
}

enum err patch_check_currency(struct call *c, const char *field, const char *code)
{
    if (!code || currency_digits(code) < 0)
        return REFUSE(c, ERR_INVALID, field, "is no currency code of ISO 4217, such as EUR");
    return OK;
}

enum err patch_check_new_currency(struct call *c, const char *field, const char *code)
{
    enum err e = patch_check_currency(c, field, code);
    if (!e && currency_past(code))
        e = REFUSE(c, ERR_INVALID, field, "%s was withdrawn: nothing new is written in it", code);
    return e;
}
