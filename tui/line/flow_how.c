/* How all that is due is paid elsewhere, with the rules of tui/customer/pay_rules.c. */
#include "proto/paper/paper.h"
#include "tui/customer/pay.h"
#include "tui/line/flow.h"

/* All that can be paid that way; what can not be is named with the reason. */
static bool say_way(struct talk *t, const struct pay_way *way, struct pay *p)
{
    const void *out;
    enum err e = ERR_INVALID;
    while (e && p->count) {
        struct payment_begin_in in = {0};
        pay_begin(p, way->method, talk_scratch(t), &in);
        e = talk_try(t, TAG_MORE, OPNO_payment_begin, &in, NULL, &out);
        if (e && !pay_left_out(p, talk_scratch(t), talk_why(t))) {
            talk_refused(t);
            return false;
        }
    }
    const struct payment_begin_out *begun = e ? NULL : out;
    bool code = false;
    for (size_t i = 0; begun && i < begun->told.n; i++) {
        say_told(t, &begun->told.v[i]);
        code |= *show_text(begun->told.v[i].qr) != '\0';
    }
    for (size_t i = 0; i < p->n; i++)
        if (p->due[i].why)
            talk_say(t, "%s: %s.", p->due[i].number, p->due[i].why);
    if (code)
        talk_say(t, "For a QR code open the invoice and type qr.");
    return true;
}

static bool how_one(struct talk *t, uint64_t invoice)
{
    struct document_get_in in = {0};
    const void *out;
    GIVE(document_get_in, &in, id, invoice);
    GIVE(document_get_in, &in, peek, true);
    if (!talk_get(t, TAG_DOC, OPNO_invoice_get, &in, &out))
        return false;
    const struct document_get_out *got = out;
    struct page *p = page_open(talk_scratch(t));
    paper_paying(p, &(struct document_view){.doc = got->document, .me = talk_me(t), .told = &got->told});
    talk_page(t, p);
    return true;
}

enum turn flow_how_one(struct talk *t, uint64_t invoice)
{
    return how_one(t, invoice) ? TURN_BACK : talk_turn(t, TURN_BACK);
}

enum turn flow_how(struct talk *t, void *ctx)
{
    const void *out;
    const struct pay_way_list *ways = &talk_me(t)->ways;
    (void)ctx;
    if (!talk_get(t, TAG_HOME, OPNO_home_get, NULL, &out))
        return talk_turn(t, TURN_BACK);
    const struct home_get_out *home = out;
    if (!home->due.n)
        talk_say(t, "Nothing is due. Thank you.");
    for (size_t i = 0; i < ways->n && home->due.n; i++) {
        struct pay p;
        pay_elsewhere_all(&p, talk_scratch(t), home);
        if (!say_way(t, &ways->v[i], &p))
            break;
    }
    return talk_turn(t, TURN_BACK);
}
