#include "tests/fuzz/made.h"
#include "common/codec.h"
#include "common/date.h"
#include "tests/fuzz/fuzz.h"

#define DEEP 5
#define EVERY 6 /* one mutation in so many */

size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t most);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t most, unsigned seed);

struct making {
    struct buf *out;
    bool store;
    int depth;
    uint64_t dice;
};

static unsigned roll(struct making *m, unsigned sides)
{
    m->dice = m->dice * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (unsigned)(m->dice >> 33) % sides;
}

static int64_t whole(struct making *m, int64_t least, int64_t most)
{
    switch (roll(m, 8)) {
    case 0: return least;
    case 1: return most;
    case 2: return 0;
    case 3: return -1;
    case 4: return INT64_MAX;
    default: return least > 0 ? least + roll(m, 100) : (int64_t)roll(m, 1000);
    }
}

static const char *words(struct making *m, const struct field *f)
{
    static const char *const texts[] = {
        "",       " ",        "Acme Ltd",   "INV-000017", "ada@example.org", "Köhler & Söhne",
        "EUR",    "12.50",    "2026-11-22", "\xC2\xA0",   "line\nline",      "ada@xn--n3h.de",
        "ACCEPT", "\x1b[31m", "true",       "漢字"};
    (void)f;
    return texts[roll(m, sizeof texts / sizeof *texts)];
}

static void shape(struct making *m, const struct shape *s);

static void text_form(struct making *m, const struct field *f)
{
    char text[64];
    int64_t v = whole(m, f->min, f->max);
    if (f->type == FIELD_DECIMAL)
        decimal_plain(text, v);
    else if (f->type == FIELD_DATE)
        date_plain(text, DATE_LEAST + (int32_t)roll(m, 60000));
    else
        instant_plain(text, INT64_C(1795000000000) + roll(m, 1000000));
    codec_text(m->out, text);
}

static void list(struct making *m, const struct field *f)
{
    unsigned n = roll(m, m->depth < DEEP ? 4 : 2);
    codec_array(m->out, n);
    for (unsigned i = 0; i < n; i++) {
        if (f->type == FIELD_IDS)
            codec_int(m->out, roll(m, 50));
        else if (f->type == FIELD_TEXTS)
            codec_text(m->out, words(m, f));
        else
            shape(m, f->shape());
    }
}

static void money(struct making *m)
{
    static const char *const codes[] = {"EUR", "USD", "JPY", "KWD", "DEM", "", "eur"};
    if (m->store) {
        codec_array(m->out, 2);
    } else {
        codec_map(m->out, 2);
        codec_text(m->out, "amount");
    }
    codec_int(m->out, whole(m, -MONEY_MAX, MONEY_MAX));
    if (!m->store)
        codec_text(m->out, "currency");
    codec_text(m->out, codes[roll(m, sizeof codes / sizeof *codes)]);
}

static void value(struct making *m, const struct field *f)
{
    static const uint8_t yes_no_nil[] = {0xc2, 0xc3, 0xc0};
    static const uint8_t zeros[64];
    if (roll(m, 40) == 0) {
        buf_add(m->out, &yes_no_nil[roll(m, 3)], 1);
        return;
    }
    switch ((enum field_type)f->type) {
    case FIELD_BOOL: buf_add(m->out, &yes_no_nil[roll(m, 2)], 1); return;
    case FIELD_COUNT: codec_int(m->out, whole(m, f->min, f->max)); return;
    case FIELD_DECIMAL:
    case FIELD_DATE:
    case FIELD_INSTANT:
        if (m->store)
            codec_int(m->out, whole(m, f->min, f->type == FIELD_DATE ? DATE_MAX : f->max));
        else
            text_form(m, f);
        return;
    case FIELD_ENUM: {
        const struct enum_table *t = f->values();
        const struct enum_value *v = &t->values[roll(m, (unsigned)t->n)];
        if (m->store)
            codec_int(m->out, v->value);
        else
            codec_text(m->out, v->name);
        return;
    }
    case FIELD_ID:
        if (roll(m, 6) && !m->store)
            codec_text(m->out, words(m, f));
        else
            codec_int(m->out, roll(m, 200));
        return;
    case FIELD_TEXT:
    case FIELD_LINES:
    case FIELD_SECRET: codec_text(m->out, words(m, f)); return;
    case FIELD_BYTES: codec_bin(m->out, zeros, f->max > 64 ? 32 : (size_t)f->max); return;
    case FIELD_MONEY: money(m); return;
    case FIELD_SHAPE: shape(m, f->shape()); return;
    case FIELD_LIST:
    case FIELD_IDS:
    case FIELD_TEXTS: list(m, f); return;
    }
}

static void shape(struct making *m, const struct shape *s)
{
    shape_bits chosen = 0;
    unsigned n = 0, part = roll(m, 4);
    m->depth++;
    for (size_t i = 0; i < s->n; i++) {
        const struct field *f = &s->fields[i];
        bool asked = (f->flags & FIELD_MUST) || (m->depth < DEEP && roll(m, 5) <= part);
        bool telling = f->flags & (m->store ? FIELD_CALC : FIELD_HIDDEN | FIELD_CALC | FIELD_TOLD);
        if (asked && (!telling || roll(m, 60) == 0)) {
            chosen |= SHAPE_BIT(i);
            n++;
        }
    }
    codec_map(m->out, n);
    for (size_t i = 0; i < s->n; i++) {
        if (!(chosen >> i & 1))
            continue;
        if (m->store)
            codec_int(m->out, s->fields[i].number);
        else
            codec_text(m->out, s->fields[i].name);
        value(m, &s->fields[i]);
    }
    m->depth--;
}

void made_shape(struct buf *out, const struct shape *s, bool store, unsigned seed)
{
    struct making m = {.out = out, .store = store, .dice = seed * UINT64_C(0x9e3779b97f4a7c15) + 1};
    shape(&m, s);
}

size_t made_mutation(uint8_t *data, size_t size, size_t most, unsigned seed, size_t fixed,
                     const struct shape *(*shape_of)(const uint8_t *data, bool *store))
{
    bool store;
    struct buf out;
    if (seed % EVERY || most <= fixed)
        return LLVMFuzzerMutate(data, size, most);
    for (size_t i = 0; i < fixed; i++)
        data[i] = (uint8_t)(seed >> (8 + 8 * i) & 0xff);
    const struct shape *s = shape_of(data, &store);
    if (!s)
        return LLVMFuzzerMutate(data, size, most);
    buf_init(&out, 1 << 20);
    made_shape(&out, s, store, seed);
    size_t n = out.size < most - fixed ? out.size : most - fixed;
    memcpy(data + fixed, out.data, n);
    buf_fini(&out);
    return fixed + n;
}
