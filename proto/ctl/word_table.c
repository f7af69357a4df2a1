/* The words, from the rows of the operations. A row without a name says whose the words behind it are. */
#include "proto/ctl/word.h"
#include <string.h>

#define OF_OPERATION(symbol) {.op = OPNO_##symbol},
#define OP(symbol, ...) OF_OPERATION(symbol)
#define WORD(name_, places_, help_) {.name = name_, .places = places_, .help = help_},
#define WORD_WITH(name_, places_, always_, help_) \
    {.name = name_, .places = places_, .always = always_, .help = help_},
#define WORD_RUN(name_, places_, run_, help_) {.name = name_, .places = places_, .run = run_, .help = help_},
#define ALSO(name_) {.also = name_},
#define NO_WORD(why_) {.why_none = why_},
#define TOPIC(name_) {.topic = name_},
static const struct word rows[] = {
#include "proto/ops.def"
};
#define ROWS (sizeof rows / sizeof *rows)

const struct word *word_next(const struct word *w)
{
    for (w = w ? w + 1 : rows; w < rows + ROWS; w++)
        if (w->name)
            return w;
    return NULL;
}

static bool of_operation(const struct word *w)
{
    return !w->name && !w->also && !w->why_none && !w->topic;
}

const struct op *word_op(const struct word *w)
{
    while (!of_operation(w))
        w--;
    return op_at(w->op);
}

const char *word_also_next(const struct word *w, const char *also)
{
    for (w++; w < rows + ROWS && w->also; w++) {
        if (!also)
            return w->also;
        if (w->also == also)
            also = NULL;
    }
    return NULL;
}

const char *word_why_none(const struct op *op)
{
    const struct word *w = rows;
    while (w < rows + ROWS && !(of_operation(w) && op_at(w->op) == op))
        w++;
    for (w++; w < rows + ROWS && !of_operation(w); w++)
        if (w->why_none)
            return w->why_none;
    return NULL;
}

const char *word_topic(const struct word *w)
{
    while (!w->topic)
        w--;
    return w->topic;
}

const char *word_topic_next(const char *topic)
{
    bool found = !topic;
    for (const struct word *w = rows; w < rows + ROWS; w++) {
        const struct word *earlier = rows;
        if (!w->topic)
            continue;
        while (!earlier->topic || strcmp(earlier->topic, w->topic) != 0)
            earlier++;
        if (earlier == w && found)
            return w->topic;
        found = found || strcmp(w->topic, topic) == 0;
    }
    return NULL;
}
