/* The rows of common/doc_kind.def and what proto/ops/documents.def makes of them agree, and every kind has all that is one's own. */
#include "proto/op.h"
#include "tests/unit/test.h"
#include <string.h>

static bool has(const struct doc_traits *of, enum any_document what)
{
    return op_for(of->kind, what) != OP_COUNT;
}

static void what_a_kind_is_and_what_it_can_be_asked_agree(void)
{
    size_t n;
    const struct doc_traits *of = doc_kinds(&n);
    for (size_t i = 0; i < n; i++) {
        for (int what = ANY_document_create; what <= ANY_document_void; what++)
            CHECK(has(&of[i], what));
        CHECK_INT(has(&of[i], ANY_document_accept), of[i].answered);
        CHECK_INT(has(&of[i], ANY_document_version), of[i].versions);
        CHECK_INT(has(&of[i], ANY_document_write_off), of[i].owes > 0);
        CHECK_INT(has(&of[i], ANY_document_write_off),
                  doc_kind_may(of[i].kind, DOC_OPEN, ACT_WRITE_OFF, NULL));
        CHECK_INT(has(&of[i], ANY_document_accept), doc_kind_may(of[i].kind, DOC_OPEN, ACT_ACCEPT, NULL));
    }
}

/* GIVE takes the shape that all kinds share: its rows have to be those of each. */
static void all_kinds_have_the_same_rows(void)
{
    const struct shape *any[][2] = {{shape_document_create_in(), shape_document_create_out()},
                                    {shape_document_update_in(), shape_document_update_out()},
                                    {shape_document_send_in(), shape_document_send_out()},
                                    {shape_document_list_in(), shape_document_list_out()},
                                    {shape_document_get_in(), shape_document_get_out()},
                                    {shape_document_delete_in(), shape_document_delete_out()},
                                    {shape_document_duplicate_in(), shape_document_duplicate_out()},
                                    {shape_document_void_in(), shape_document_void_out()}};
    size_t n;
    const struct doc_traits *of = doc_kinds(&n);
    for (size_t i = 0; i < n; i++)
        for (int what = 0; what < (int)(sizeof any / sizeof *any); what++) {
            const struct op *op = op_at(op_for(of[i].kind, what));
            const struct shape *own[] = {op->in(), op->out()};
            CHECK_INT(op->doc_kind, of[i].kind);
            for (int side = 0; side < 2; side++) {
                const struct shape *all = any[what][side];
                CHECK_INT(own[side]->n, all->n);
                CHECK_INT(own[side]->size, all->size);
                for (size_t f = 0; f < all->n; f++) {
                    CHECK_INT(own[side]->fields[f].number, all->fields[f].number);
                    CHECK_INT(own[side]->fields[f].offset, all->fields[f].offset);
                    CHECK_INT(own[side]->fields[f].type, all->fields[f].type);
                }
            }
        }
}

static void every_kind_has_its_own(void)
{
    size_t n;
    const struct doc_traits *of = doc_kinds(&n);
    for (size_t i = 0; i < n; i++) {
        CHECK(doc_kind(of[i].kind) == &of[i]);
        CHECK(doc_kind_of_record(of[i].record) == &of[i]);
        CHECK(doc_kind_of_subject(of[i].subject) == &of[i]);
        CHECK(doc_kind_of_series(of[i].series) == &of[i] && of[i].series <= (int)n + 1);
        CHECK(kind_document(of[i].record) && kind_numbered(of[i].record));
        CHECK(doc_kind_may(of[i].kind, DOC_DRAFT, ACT_SEND, NULL));
        CHECK(*of[i].prefix && *of[i].words && *of[i].one);
        CHECK_TEXT(enum_name(enum_doc_kind(), of[i].kind), of[i].word);
    }
    CHECK(!doc_kind(99)->answered && !doc_kind(99)->owes && !doc_kind(99)->record); /* of a newer store */
}

/* A state and a status are numbered apart: each has its own row. */
static void every_state_has_a_status(void)
{
    const struct enum_table *states = enum_doc_state();
    for (size_t i = 0; i < states->n; i++)
        CHECK_TEXT(enum_name(enum_doc_status(), doc_status_of(states->values[i].value)),
                   states->values[i].name);
}

int main(void)
{
    what_a_kind_is_and_what_it_can_be_asked_agree();
    all_kinds_have_the_same_rows();
    every_kind_has_its_own();
    every_state_has_a_status();
    return test_end();
}
