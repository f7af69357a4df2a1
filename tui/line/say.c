/* What several flows say, as proto/paper tells it. */
#include "proto/paper/paper.h"
#include "tui/line/flow.h"
#include <stdlib.h>
#include <string.h>

void say_payment(struct talk *t, const struct payment *payment)
{
    struct page *p = page_open(talk_scratch(t));
    paper_payment(p, payment, talk_me(t));
    talk_page(t, p);
}

void say_told(struct talk *t, const struct pay_told *told)
{
    struct page *p = page_open(talk_scratch(t));
    paper_told(p, told);
    talk_page(t, p);
}

void say_event(struct talk *t, const struct event *e)
{
    struct page *p = page_open(talk_scratch(t));
    paper_event(p, e, talk_me(t), talk_today(t));
    talk_page(t, p);
}
