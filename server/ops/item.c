/* Items that are sold. */
#include "server/ops/patch.h"
#include "server/ops/search.h"

static const char EDITABLE[] = "name description price unit tax active";

static enum err event_of(struct call *c, int what, const struct item *item, const char *text)
{
    struct event event = {.what = what,
                          .subject = SUBJECT_ITEM,
                          .about = (int64_t)item->id,
                          .number = item->name,
                          .text = text};
    return call_event(c, &event);
}

static enum err save(struct call *c, const struct item *patch, struct item *item)
{
    bool new = item->id == 0;
    const char *changed;
    enum err e = patch_apply(c, shape_item(), "item", EDITABLE, patch, item, &changed);
    if (!e)
        e = patch_check_name(c, "item.name", item->name);
    if (e || (!new && !*changed))
        return e;
    e = record_put(&c->txn, KIND_ITEM, item);
    return e ? e : event_of(c, new ? WHAT_CREATED : WHAT_CHANGED, item, new ? NULL : changed);
}

enum err op_item_create(struct call *c, const struct item_create_in *in, struct item_create_out *out)
{
    out->item = arena_alloc(c->arena, sizeof *out->item);
    out->item->active = true;
    return save(c, in->item, out->item);
}

enum err op_item_update(struct call *c, const struct item_update_in *in, struct item_update_out *out)
{
    out->item = arena_alloc(c->arena, sizeof *out->item);
    enum err e = record_get(&c->txn, KIND_ITEM, in->id, out->item);
    return e ? e : save(c, in->item, out->item);
}

static bool keep(void *context, void *row)
{
    return search_match(context, (const char *const[]){((const struct item *)row)->name}, 1);
}

enum err op_item_list(struct call *c, const struct item_list_in *in, struct item_list_out *out)
{
    struct search search;
    bool searched = search_read(c, in->search, &search);
    if (!searched && call_folded(c, in->search))
        return OK; /* no letter and no digit: no record has that */
    struct key k = index_key(&c->txn, INDEX_ITEM_NAME);
    enum err e = searched ? search_key(c, INDEX_ITEM_WORD, &search, &k) : OK;
    if (e)
        return e;
    struct list_range range = list_range(&k);
    struct record_list l = {.kind = KIND_ITEM,
                            .view = shape_item(),
                            .ranges = &range,
                            .n = 1,
                            .after = in->after,
                            .limit = call_limit(in->limit),
                            .keep = searched ? keep : NULL,
                            .context = &search};
    e = record_list(&c->txn, &l, &c->why);
    if (e)
        return e;
    out->items = (struct item_list){l.count, l.rows};
    out->next = l.next;
    return OK;
}
