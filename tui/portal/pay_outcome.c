/* What becomes of a payment that was begun: followed until its outcome is known. payment.pay and payment.get answer alike: with the payment alone. */
#include "tui/portal/pay_outcome.h"
#include "common/shape.h"
#include "proto/paper/paper.h"
#include "proto/paper/show.h"
#include "tui/portal/books.h"

_Static_assert(offsetof(struct payment_pay_out, payment) == offsetof(struct payment_get_out, payment),
               "alike");

static const struct payment *made(const void *out)
{
    return ((const struct payment_pay_out *)out)->payment;
}

static void about(const struct scene *v, const void *out, void *in)
{
    (void)v; /* payment.get and payment.settle are asked alike, too */
    GIVE(payment_get_in, (struct payment_get_in *)in, payment, made(out)->id);
}

/* What it wants of its payer is asked for with the payment; with a page to go to, one goes there. There is none where credit settled all. */
static bool over(const void *out)
{
    const struct payment *p = made(out);
    return !p || p->state != PAY_PENDING || p->wants.n || *show_text(p->url);
}

static bool failed(const void *out)
{
    return made(out) && made(out)->state == PAY_FAILED;
}

static void tell_failed(struct page *p, const struct scene *v, const void *out)
{
    paper_payment(p, made(out), v->me, v->today);
}

static const char *doing(const struct scene *v, const void *in)
{
    char amount[SHOW_TEXT];
    return scene_text(v, "Paying %s to %s", show_money(amount, pay_asked(v, in)), show_text(v->me->business));
}

uint64_t pay_made(const struct scene *v, const void *out)
{
    (void)v;
    return made(out) ? made(out)->id : 0;
}

const char *pay_came_to(const struct scene *v, const void *out)
{
    return made(out) ? payment_came_to(v, made(out)) : "Settled with credit. Thank you.";
}

#define UNKNOWN "Outcome unknown: do not pay again"
const struct follow pay_follow = {
    .look = OPNO_payment_get,
    .nudge = OPNO_payment_settle,
    .about = about,
    .over = over,
    .failed = failed,
    .tell = tell_failed,
    .doing = doing,
    .lost = UNKNOWN
    ". The connection was lost. The same payment is asked about when it is back; it can not be made "
    "twice. If it was made, it stands under payments.",
    .waits = "The payment is being made. Waiting for its answer …",
    .slow = UNKNOWN
    ", we are asking the gateway. It may take a while: one may wait, or leave; the payment stands under "
    "payments as pending and settles by itself.",
    .nothing = "Nothing was charged.",
    .again = "Try another card"};
