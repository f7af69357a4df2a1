#include "common/codec_plan.h"
#include "common/hash.h"
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* On the wire to a reader, numbers, booleans and lists are always said; what can not be said empty is left out. */
#define SAID_WHEN_EMPTY                                                                                \
    (1u << FIELD_BOOL | 1u << FIELD_COUNT | 1u << FIELD_DECIMAL | 1u << FIELD_LIST | 1u << FIELD_IDS | \
     1u << FIELD_TEXTS)

/* Empty when the number or pointer that they begin with is 0. */
#define WIDE                                                                                              \
    (1u << FIELD_COUNT | 1u << FIELD_DECIMAL | 1u << FIELD_INSTANT | 1u << FIELD_ID | 1u << FIELD_SHAPE | \
     1u << FIELD_LIST | 1u << FIELD_IDS | 1u << FIELD_TEXTS)

static void tell(struct plan_choice *to, const struct field *f, shape_bits bit, unsigned never)
{
    if (f->flags & never)
        return;
    if (f->flags & FIELD_KNOWN)
        to->given |= bit;
    else if (!(f->flags & FIELD_HIDDEN) && f->type != FIELD_SECRET)
        *(1u << f->type & SAID_WHEN_EMPTY ? &to->always : &to->filled) |= bit;
}

static void choose(struct codec_plan *plan, const struct field *f, shape_bits bit)
{
    tell(&plan->choice[CODEC_TO_STAFF], f, bit, 0);
    tell(&plan->choice[CODEC_TO_CUSTOMER], f, bit, FIELD_STAFF);
    if (!(f->flags & FIELD_CALC) && f->type != FIELD_SECRET)
        plan->choice[CODEC_STORE].filled |= bit;
    if (!(f->flags & FIELD_HIDDEN)) {
        plan->choice[CODEC_TO_SERVER].given |= bit;
        plan->choice[CODEC_TO_SERVER].filled |= bit;
    }
    if (f->type != FIELD_SECRET) {
        plan->choice[CODEC_DIGEST].given |= bit;
        plan->choice[CODEC_DIGEST].filled |= bit;
    }
}

/* --- the names of enums ------------------------------------------------------------------------------------------------- */
#define ENUMS 512 /* places; a few hundred would fit */
static struct plan_words *_Atomic enums[ENUMS];

static void *must(void *memory)
{
    if (memory)
        return memory;
    fputs("level=fatal msg=\"out of memory\"\n", stderr);
    abort();
}

static struct plan_words *words_make(const struct enum_table *t)
{
    int first = t->n ? t->values[0].value : 0, last = first;
    for (size_t i = 0; i < t->n; i++) {
        first = t->values[i].value < first ? t->values[i].value : first;
        last = t->values[i].value > last ? t->values[i].value : last;
    }
    const int n = t->n && last - first < 256 ? last - first + 1 : 0;
    struct plan_words *w = must(calloc(1, sizeof *w + (size_t)n * sizeof *w->word));
    w->of = t;
    w->first = first;
    w->n = n;
    for (size_t i = 0; n && i < t->n; i++) {
        const size_t size = strlen(t->values[i].name);
        if (!size || size + 1 >= PLAN_WORD)
            continue;
        w->word[t->values[i].value - first].size = (uint8_t)(size + 1);
        w->word[t->values[i].value - first].text[0] = (uint8_t)(0xa0 | size);
        memcpy(w->word[t->values[i].value - first].text + 1, t->values[i].name, size);
    }
    return w;
}

static const struct plan_words *words_of(const struct enum_table *t)
{
    struct plan_words *mine = NULL;
    for (size_t i = (uintptr_t)t / 8 % ENUMS;; i = (i + 1) % ENUMS) {
        struct plan_words *w = atomic_load_explicit(&enums[i], memory_order_acquire);
        if (!w) {
            mine = mine ? mine : words_make(t);
            if (atomic_compare_exchange_strong(&enums[i], &w, mine))
                return mine;
        }
        if (w->of == t) {
            free(mine); /* another thread was quicker */
            return w;
        }
    }
}

static void fill_row(struct plan_row *row, const struct field *f)
{
    assert(f->name_size < PLAN_KEY && f->number < PLAN_NUMBERS);
    row->key[0] = (uint8_t)(0xa0 | f->name_size);
    memcpy(row->key + 1, f->name, f->name_size);
    row->key_size = (uint8_t)(f->name_size + 1);
    row->type = f->type;
    row->number = (uint8_t)f->number;
    row->offset = f->offset;
    row->words = f->type == FIELD_ENUM ? words_of(f->values()) : NULL;
}

const struct codec_plan *codec_plan_make(const struct shape *shape)
{
    struct codec_plan *plan = must(calloc(1, sizeof *plan + (2 * shape->n + 1) * sizeof *plan->rows));
    uint64_t form = HASH_BEGIN;
    struct plan_row *told = plan->rows + shape->n;
    bool ordered = true;
    for (size_t i = 0; i < shape->n; i++) {
        const struct field *f = &shape->fields[i];
        fill_row(&plan->rows[i], f);
        choose(plan, f, SHAPE_BIT(i));
        if (field_heavy(f))
            plan->heavy |= SHAPE_BIT(i);
        if (1u << f->type & WIDE)
            plan->wide |= SHAPE_BIT(i);
        if (1u << f->type & (1u << FIELD_ENUM | 1u << FIELD_DATE))
            plan->half |= SHAPE_BIT(i);
        if (1u << f->type & (1u << FIELD_TEXT | 1u << FIELD_LINES | 1u << FIELD_SECRET))
            plan->text |= SHAPE_BIT(i);
        if (f->flags & FIELD_CALC) {
            plan->calc |= SHAPE_BIT(i);
            continue;
        }
        plan->row_of[f->number] = (uint8_t)(i + 1);
        plan->rows[i].bit = (uint64_t)SHAPE_BIT(i);
        ordered = ordered && (told == plan->rows + shape->n || f->number > told[-1].number);
        *told++ = plan->rows[i];
        const uint8_t what[] = {(uint8_t)f->number, f->type};
        form = hash_add(form, what, sizeof what);
    }
    *told = (struct plan_row){.type = UINT8_MAX, .number = UINT8_MAX};
    plan->told = plan->rows + shape->n;
    const struct plan_choice *staff = &plan->choice[CODEC_TO_STAFF];
    plan->tells = shape->n <= 64 && ordered && !staff->given &&
                  memcmp(staff, &plan->choice[CODEC_TO_CUSTOMER], sizeof *staff) == 0 &&
                  ((staff->always | staff->filled) == SHAPE_BIT(shape->n) - 1);
    plan->form = (uint16_t)(form ^ form >> 16 ^ form >> 32 ^ form >> 48);
    const struct codec_plan *other = NULL;
    if (atomic_compare_exchange_strong(shape->plan, &other, plan))
        return plan;
    free(plan); /* another thread was quicker */
    return other;
}

void codec_narrow(const struct shape *view, void *to, const struct shape *shape, const void *from)
{
    const struct codec_plan *plan = codec_plan(shape);
    memset(to, 0, view->size);
    for (size_t i = 0; i < view->n; i++) {
        const struct field *f = &view->fields[i];
        const size_t row = plan->row_of[f->number];
        if (row)
            memcpy((char *)to + f->offset, (const char *)from + shape->fields[row - 1].offset, field_size(f));
    }
}
