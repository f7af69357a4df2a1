/* The viewed mark (G1). */
#include "server/ops/follow.h"

enum err follow_viewed(struct call *c, uint64_t document)
{
    struct document d;
    enum err e = record_get(&c->txn, KIND_DOCUMENT, document, &d);
    if (e == ERR_NOT_FOUND || (!e && (d.viewed || d.state == DOC_DRAFT)))
        return OK;
    if (e)
        return e;
    d.viewed = c->now;
    d.viewed_by = c->who.name;
    e = record_put(&c->txn, KIND_DOCUMENT, &d);
    struct event event = {.what = WHAT_VIEWED,
                          .subject = d.kind == DOC_INVOICE ? SUBJECT_INVOICE : SUBJECT_ESTIMATE,
                          .about = (int64_t)d.id,
                          .number = d.number,
                          .customer = d.customer,
                          .customer_name = d.customer_name,
                          .portal = true};
    return e ? e : call_event(c, &event);
}
