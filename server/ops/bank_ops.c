/* Bank statements as staff see them and work on them (E15). */
#include "server/ops/bank.h"
#include <string.h>

static bool is_in(void *context, void *row)
{
    (void)context;
    return !((const struct statement *)row)->coming;
}

enum err op_bank_statements(struct call *c, const struct bank_statements_in *in,
                            struct bank_statements_out *out)
{
    struct key k = record_key(&c->txn, KIND_STATEMENT);
    struct list_range range = list_range(&k);
    struct record_list l = {.kind = KIND_STATEMENT,
                            .view = shape_statement(),
                            .ranges = &range,
                            .n = 1,
                            .backward = true,
                            .after = in->after,
                            .limit = call_limit(in->limit),
                            .keep = is_in};
    enum err e = record_list(&c->txn, &l, &c->why);
    if (e)
        return e;
    out->statements = (struct statement_list){l.count, l.rows};
    out->next = l.next;
    return OK;
}

static bool stands_so(void *context, void *row)
{
    const struct bank_lines_in *in = context;
    const struct statement_line *l = row;
    return l->state != LINE_COMING && (!in->state || l->state == in->state);
}

enum err op_bank_lines(struct call *c, const struct bank_lines_in *in, struct bank_lines_out *out)
{
    static const int states[] = {LINE_WAITING, LINE_BOOKED, LINE_IGNORED, LINE_OUTGOING, LINE_TOOK_BACK};
    struct list_range ranges[sizeof states / sizeof *states];
    size_t n = 0;
    if (in->statement) {
        struct key k = index_key(&c->txn, INDEX_LINE_STATEMENT);
        ranges[n++] = list_range(key_u64(&k, in->statement));
    }
    for (size_t i = 0; i < sizeof states / sizeof *states && !in->statement; i++) {
        struct key k = index_key(&c->txn, INDEX_LINE_STATE);
        if (!in->state || states[i] == in->state)
            ranges[n++] = list_range(key_u8(&k, (uint8_t)states[i]));
    }
    struct record_list l = {.kind = KIND_STATEMENT_LINE,
                            .view = shape_statement_line(),
                            .ranges = ranges,
                            .n = n,
                            .backward = !in->statement,
                            .after = in->after,
                            .limit = call_limit(in->limit),
                            .keep = stands_so,
                            .context = (void *)(uintptr_t)in};
    enum err e = record_list(&c->txn, &l, &c->why);
    out->lines = (struct statement_line_list){l.count, l.rows};
    out->next = l.next;
    for (size_t i = 0; i < l.count && !e; i++)
        e = bank_guess(c, &out->lines.v[i]);
    return e;
}

enum err bank_line_of(struct call *c, uint64_t id, struct statement_line **line)
{
    *line = arena_alloc(c->arena, sizeof **line);
    enum err e = record_get(&c->txn, KIND_STATEMENT_LINE, id, *line);
    if (!e && (*line)->state == LINE_COMING)
        e = REFUSE(c, ERR_NOT_FOUND, "line", "there is none of that id or number");
    return e;
}

enum err op_bank_line(struct call *c, const struct bank_line_in *in, struct bank_line_out *out)
{
    enum err e = bank_line_of(c, in->line, &out->line);
    if (!e)
        e = bank_candidates(c, out->line, &out->candidates);
    if (!e && out->candidates.n)
        out->line->guess = out->candidates.v[0].text;
    return e;
}
