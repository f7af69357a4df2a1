/* What only documents do that something is owed on. */
#include "server/ops/document.h"

/* What was due is given up: it is no balance any more, and stays on record by itself. */
enum err op_document_write_off(struct call *c, const struct document_write_off_in *in,
                               struct document_write_off_out *out)
{
    struct document d;
    int state;
    enum err e = document_of_kind(c, in->id, &d);
    if (!e)
        e = document_may(c, &d, ACT_WRITE_OFF, &state);
    if (!e)
        e = document_no_pending(c, &d);
    if (e)
        return e;
    d.state = state;
    d.given_up = true;
    d.reason = in->reason;
    d.written_off = money_of(d.written_off.amount + d.balance.amount, d.currency); /* an import may have */
    d.balance = money_of(0, d.currency);
    d.revision++;
    e = document_credit_begins(c, &d); /* of a retainer: what was paid */
    if (!e)
        e = document_put(c, &d);
    if (!e)
        e = document_event(c, &d, WHAT_WRITTEN_OFF, false, NULL);
    if (!e)
        e = document_finish(c, &d);
    if (!e)
        out->document = document_give(c, &d);
    return e;
}
