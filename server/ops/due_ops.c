/* What is due, as people of the business see it. What is done then: server/due. */
#include "server/due/due.h"

static const char UNREADABLE[] = "its record is damaged: see posternctl check";

/* It takes its place among the others: what is damaged is not hidden, and hides nothing. */
static void damaged(uint64_t id, void *row)
{
    *(struct due *)row = (struct due){.id = id, .said = UNREADABLE};
}

static void fill(struct due_row *to, const struct due *w)
{
    const struct due_kind *kind = due_kind(w->work);
    if (w->said == UNREADABLE) {
        *to = (struct due_row){.id = w->id, .work = "damaged", .said = w->said};
        return;
    }
    bool rests = kind && kind->doing->stands && !w->tries;
    *to = (struct due_row){.id = w->id,
                           .work = kind ? kind->name : "unknown",
                           .about = w->about,
                           .at = rests ? 0 : w->at,
                           .tries = w->tries,
                           .said = kind ? w->said : "only a newer program knows what it is: it is kept",
                           .gave_up = w->gave_up,
                           .since = w->since};
}

enum err op_due_list(struct call *c, const struct due_list_in *in, struct due_list_out *out)
{
    struct key k = index_key(&c->txn, INDEX_DUE_LIST);
    if (in->gave_up)
        key_u8(&k, 0);
    struct list_range range = list_range(&k);
    struct record_list l = {.kind = KIND_DUE,
                            .view = shape_due(),
                            .ranges = &range,
                            .n = 1,
                            .after = in->after,
                            .limit = call_limit(in->limit),
                            .damaged = damaged};
    enum err e = record_list(&c->txn, &l, &c->why);
    if (e)
        return e;
    const struct due *found = l.rows;
    out->due.n = l.count;
    out->due.v = arena_alloc(c->arena, l.count * sizeof *out->due.v);
    for (size_t i = 0; i < l.count; i++)
        fill(&out->due.v[i], &found[i]);
    out->next = l.next;
    return OK;
}

enum err op_due_again(struct call *c, const struct due_again_in *in, struct due_again_out *out)
{
    struct due w;
    enum err e = record_get(&c->txn, KIND_DUE, in->due, &w);
    if (e)
        return e;
    const struct due_kind *kind = due_kind(w.work);
    if (!kind)
        return REFUSE(c, ERR_STATE, "due", "only a newer program knows what it is: it is kept");
    if (kind->doing->again) {
        e = kind->doing->again(c, &w);
    } else {
        w.at = c->now;
        w.tries = w.gave_up = 0;
        e = due_put(c, &w);
    }
    if (!e)
        e = record_get(&c->txn, KIND_DUE, in->due, &w);
    if (e)
        return e;
    due_now(c, (enum due_work)w.work);
    out->due = arena_alloc(c->arena, sizeof *out->due);
    fill(out->due, &w);
    return OK;
}
