#include "common/doc_kind.h"
#include <string.h>

static const struct doc_traits rows[] = {
#define DOC_KIND(symbol, number_, subject_, record_, word_, help_, one_, ...) \
    {.kind = DOC_##symbol,                                                    \
     .record = KIND_##symbol,                                                 \
     .subject = SUBJECT_##symbol,                                             \
     .word = word_,                                                           \
     .one = one_,                                                             \
     __VA_ARGS__},
#include "common/doc_kind.def"
};
#define ROWS (sizeof rows / sizeof *rows)

static const struct step {
    int kind, from;
    enum document_act act;
    int to;
} steps[] = {
#define DOC_STEP(kind, from, act, to) {DOC_##kind, DOC_##from, ACT_##act, DOC_##to},
#include "common/doc_kind.def"
};

const struct doc_traits *doc_kinds(size_t *n)
{
    *n = ROWS;
    return rows;
}

const struct doc_traits *doc_kind(int kind)
{
    static const struct doc_traits unknown = {
        .word = "document", .one = "a document", .words = "documents", .prefix = ""};
    for (size_t i = 0; i < ROWS; i++)
        if (rows[i].kind == kind)
            return &rows[i];
    return &unknown;
}

const char *doc_noun(int kind)
{
    return strchr(doc_kind(kind)->one, ' ') + 1;
}

const struct doc_traits *doc_kind_of_record(enum kind record)
{
    for (size_t i = 0; i < ROWS; i++)
        if (rows[i].record == record)
            return &rows[i];
    return NULL;
}

const struct doc_traits *doc_kind_of_subject(int subject)
{
    for (size_t i = 0; i < ROWS; i++)
        if (rows[i].subject == subject)
            return &rows[i];
    return NULL;
}

const struct doc_traits *doc_kind_of_series(int64_t series)
{
    for (size_t i = 0; i < ROWS; i++)
        if (rows[i].series == series)
            return &rows[i];
    return NULL;
}

static const struct {
    int64_t id;
    const char *words, *prefix;
} other_series[] = {{SERIES_PAYMENTS, "payments", "PAY-"}, {SERIES_REFUNDS, "refunds", "REF-"}};
#define OTHER_SERIES (sizeof other_series / sizeof *other_series)

const char *series_words(int64_t id)
{
    const struct doc_traits *of = doc_kind_of_series(id);
    for (size_t i = 0; !of && i < OTHER_SERIES; i++)
        if (other_series[i].id == id)
            return other_series[i].words;
    return of ? of->words : NULL;
}

const char *series_prefix(int64_t id)
{
    const struct doc_traits *of = doc_kind_of_series(id);
    for (size_t i = 0; !of && i < OTHER_SERIES; i++)
        if (other_series[i].id == id)
            return other_series[i].prefix;
    return of ? of->prefix : NULL;
}

bool doc_kind_may(int kind, int state, enum document_act act, int *to)
{
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
        if (steps[i].kind == kind && steps[i].from == state && steps[i].act == act) {
            if (to)
                *to = steps[i].to;
            return true;
        }
    return false;
}

int doc_status_of(int state)
{
    switch ((enum doc_state)state) {
    case DOC_DRAFT: return STATUS_DRAFT;
    case DOC_OPEN: return STATUS_OPEN;
    case DOC_ACCEPTED: return STATUS_ACCEPTED;
    case DOC_DECLINED: return STATUS_DECLINED;
    case DOC_INVOICED: return STATUS_INVOICED;
    case DOC_PAID: return STATUS_PAID;
    case DOC_VOID: return STATUS_VOID;
    case DOC_WRITTEN_OFF: return STATUS_WRITTEN_OFF;
    }
    return STATUS_VOID; /* of a newer store: counts for nothing here */
}
