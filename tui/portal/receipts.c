#include "tui/portal/receipts.h"
#include "common/page.h"
#include "proto/paper/show.h"

static const struct payment *payment(const struct scene *v)
{
    return ((const struct payment_get_out *)v->out)->payment;
}

const char *receipt_is_there(const struct scene *v)
{
    return payment(v)->state == PAY_SUCCEEDED ? NULL : "It is not paid.";
}

/* --- by mail */

void receipt_review(struct page *p, const struct scene *v, const void *in)
{
    (void)in;
    page_note(p, LOOK_PLAIN, "Its receipt goes by mail to all who can sign in at %s, as this page tells it.",
              show_text(payment(v)->customer_name));
}

const char *receipt_told(const struct scene *v, const void *out)
{
    const struct receipt_send_out *o = out;
    const char *to = o->to.n == 1 ? o->to.v[0] : scene_text(v, "%zu persons", o->to.n);
    return scene_text(
        v, o->held ? "Written to %s; held, since no mail server is set." : "The receipt to %s is on its way.",
        to);
}

/* --- as a file */

const struct keeps receipt_file = {.bytes = "pdf", .name = "file"};

bool receipt_is_kept_elsewhere(const struct scene *v)
{
    return v->way && v->way->bound;
}

bool receipt_is_kept_here(const struct scene *v)
{
    return !receipt_is_kept_elsewhere(v);
}

void receipt_tell_command(struct page *p, const struct scene *v)
{
    const char *number = show_text(payment(v)->number);
    const char *line =
        scene_text(v, "%s > %s.pdf", scene_command(v, scene_text(v, "receipt save %s", number)), number);
    page_title(p, "The receipt as PDF");
    page_note(
        p, LOOK_PLAIN,
        "Here is no disk of yours to save to. This command, typed on your own machine, writes it there. It "
        "wants a key that is registered here.");
    page_note(p, LOOK_STRONG, "%s", line);
    page_copy(p, "the command", line);
}
