/* What was typed is not lost to who goes back from the question for the password: the deed offers it when it is begun again. */
#include "tui/line/talk_inside.h"
#include <stdlib.h>
#include <string.h>

static void cut(struct talk_kept *k, size_t n)
{
    while (k->n > n) {
        k->n--;
        free(k->label[k->n]);
        free(k->text[k->n]);
    }
}

void talk_kept_drop(struct talk *t)
{
    cut(&t->kept, 0);
    t->kept = (struct talk_kept){0};
}

void talk_kept_begin(struct talk *t, const struct deed *d)
{
    t->running = d;
    t->unconfirmed = false;
    if (t->kept.of == d)
        t->kept.at = 0;
}

void talk_kept_end(struct talk *t, const struct deed *d)
{
    if (t->kept.of == d && t->unconfirmed)
        t->kept.offered = true;
    else if (t->kept.of == d)
        talk_kept_drop(t);
    t->unconfirmed = false;
}

const char *talk_kept_offer(const struct talk *t, const char *label)
{
    const struct talk_kept *k = &t->kept;
    bool same = k->offered && k->of == t->running && k->at < k->n && strcmp(k->label[k->at], label) == 0;
    return same ? k->text[k->at] : NULL;
}

void talk_kept_take(struct talk *t, const char *label, const char *text)
{
    struct talk_kept *k = &t->kept;
    if (!t->running)
        return;
    if (k->of != t->running)
        talk_kept_drop(t);
    k->of = t->running;
    if (k->at < k->n && strcmp(k->label[k->at], label) == 0) {
        free(k->text[k->at]);
    } else {
        cut(k, k->at); /* it goes another way than before */
        if (k->n == TALK_KEPT || !(k->label[k->n] = strdup(label)))
            return;
        k->n++;
    }
    if (!(k->text[k->at] = strdup(text)))
        abort();
    k->at++;
}
