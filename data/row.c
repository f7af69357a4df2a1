#include "data/row.h"
#include "common/codec_plan.h"
#include <assert.h>
#include <stddef.h>
#include <string.h>

#define MARK 0xc1
#define HEAD 3
#define ROW_MAX 1024 /* bytes of a view's struct */

const struct shape *row_view(enum index index)
{
    switch (index) {
    case INDEX_DOC_DATE:
    case INDEX_DOC_CUSTOMER: return shape_document_row();
    case INDEX_DOC_CUSTOMER_DUE: return shape_document_due();
    default: return NULL;
    }
}

static void put_head(uint8_t head[HEAD], const struct shape *view)
{
    const uint16_t form = codec_plan(view)->form;
    head[0] = MARK;
    head[1] = (uint8_t)(form >> 8);
    head[2] = (uint8_t)form;
}

void row_pack(struct buf *out, const struct shape *view, const void *row)
{
    uint8_t head[HEAD];
    put_head(head, view);
    buf_add(out, head, sizeof head);
    codec_pack(out, view, row, CODEC_STORE);
}

void row_of_record(struct buf *out, const struct shape *view, const struct shape *shape, const void *record)
{
    _Alignas(max_align_t) char row[ROW_MAX];
    assert(view->size <= sizeof row);
    codec_narrow(view, row, shape, record);
    row_pack(out, view, row);
}

bool row_is(const struct shape *view, const void *value, size_t size)
{
    const uint8_t *head = value;
    return size > HEAD && head[0] == MARK && (head[1] << 8 | head[2]) == codec_plan(view)->form;
}

bool row_read(struct arena *a, const struct shape *view, uint64_t id, const void *value, size_t size,
              void *row)
{
    return row_is(view, value, size) &&
           codec_view(a, view, (const uint8_t *)value + HEAD, size - HEAD, row) == OK && record_id(row) == id;
}

bool row_tell(struct arena *a, const struct shape *view, uint64_t id, const void *value, size_t size,
              void *row)
{
    return row_is(view, value, size) &&
           codec_tell(a, view, (const uint8_t *)value + HEAD, size - HEAD, row) && record_id(row) == id;
}

bool row_numbers(const struct shape *view, uint64_t id, const void *value, size_t size, void *row)
{
    return row_is(view, value, size) &&
           codec_numbers(view, (const uint8_t *)value + HEAD, size - HEAD, row) && record_id(row) == id;
}
