/* Words for people: every row of the table is about fields that there are, and words become the arguments they should. */
#include "proto/ctl/word.h"
#include "tests/unit/test.h"
#include <stdlib.h>

static void every_row_names_fields_of_its_operation(void)
{
    for (const struct word *w = NULL; (w = word_next(w)) != NULL;) {
        const struct op *op = word_op(w);
        const char *places = w->run == act_pay                    ? ""
                             : strcmp(w->places, "filter …") == 0 ? "filter"
                                                                  : w->places;
        while (*places && strcmp(places, "…") != 0) {
            size_t n = strcspn(places, " ");
            const struct field *f = shape_field(op->in(), places, strcspn(places, " ."));
            if (!f)
                fprintf(stderr, "%s: no field %s\n", w->name, places);
            CHECK(f != NULL);
            places += n + (places[n] == ' ');
        }
        for (const char *always = w->always ? w->always : ""; *always;
             always += strcspn(always, " "), always += *always == ' ')
            CHECK(shape_field(op->in(), always, strcspn(always, "=")) != NULL);
        CHECK(op->who & (BY_ROLES | BY_PUBLIC | BY_OPERATOR));
        CHECK(w->help && *w->help);
    }
}

static void finds(const struct word *w, const char *name)
{
    struct ctl c = {.a = arena_open()};
    const char *words[3] = {NULL, NULL, NULL};
    char copy[64];
    int used;
    snprintf(copy, sizeof copy, "%s", name);
    c.words = words;
    for (char *rest = copy, *word; (word = strsep(&rest, " ")) != NULL && c.n_words < 3;)
        words[c.n_words++] = word;
    CHECK(c.n_words <= 2); /* noun verb */
    CHECK(word_find(&c, &used) == w);
    CHECK_INT(used, c.n_words);
    arena_close(c.a);
}

static void every_row_can_be_reached(void)
{
    for (const struct word *w = NULL; (w = word_next(w)) != NULL;) {
        finds(w, w->name);
        for (const char *also = NULL; (also = word_also_next(w, also)) != NULL;)
            finds(w, also);
    }
}

/* Every operation has a word, or it is said why not: never both, never neither. */
static void every_operation_has_a_word_or_a_reason(void)
{
    for (int i = 0; i < OP_COUNT; i++) {
        const struct op *op = op_at((enum op_number)i);
        const char *why = word_why_none(op);
        bool found = false;
        for (const struct word *w = NULL; (w = word_next(w)) != NULL;)
            found |= word_op(w) == op;
        if (found == (why != NULL))
            fprintf(stderr, "%s: give it a WORD or a NO_WORD in proto/ops\n", op->name);
        CHECK(found != (why != NULL));
        CHECK(!why || *why);
    }
}

static void every_word_has_a_topic(void)
{
    size_t topics = 0;
    for (const char *topic = NULL; (topic = word_topic_next(topic)) != NULL;)
        topics++;
    CHECK(topics > 10 && topics <= 32);
    for (const struct word *w = NULL; (w = word_next(w)) != NULL;)
        CHECK(*word_topic(w) != '\0');
}

/* Words joined with "|" after they became arguments, or the refusal behind "!". */
static const char *arguments(struct arena *a, const char *text)
{
    struct ctl c = {.a = a};
    const char *words[20], *all = "";
    char *copy = arena_text(a, text, strlen(text)), *word;
    int used = 1;
    c.words = words;
    while ((word = strsep(&copy, "|")) != NULL)
        words[c.n_words++] = word;
    const struct word *w = word_find(&c, &used);
    const struct op *op = w ? word_op(w) : op_find(words[0], strlen(words[0]));
    if (word_arguments(&c, op, w ? w->places : "", w ? w->always : NULL, used) != OK)
        return arena_printf(a, "!%s", c.why.detail);
    for (int i = 0; i < c.n_words; i++)
        all = arena_printf(a, "%s%s%s", all, i ? "|" : "", c.words[i]);
    return all;
}

static void words_become_arguments(void)
{
    static const struct {
        const char *words, *arguments;
    } rows[] = {
        {"invoices", "invoice.list"},
        {"invoices|--unpaid|--limit|5", "invoice.list|status=unpaid|limit=5"},
        {"invoices|--limit=5|--reverse|sort=due", "invoice.list|limit=5|reverse=true|sort=due"},
        {"invoice.list|status=unpaid", "invoice.list|status=unpaid"},
        {"invoice.list|--unpaid", "invoice.list|status=unpaid"},
        {"invoice|INV-1", "invoice.get|invoice=INV-1"},
        {"invoice|invoice=INV-1|--peek", "invoice.get|invoice=INV-1|peek=true"},
        {"estimate|accept|EST-1|Maria Ruiz", "estimate.accept|estimate=EST-1|signed_by=Maria Ruiz"},
        {"estimate|accept|EST-1|--signed-by|Maria", "estimate.accept|estimate=EST-1|signed_by=Maria"},
        {"estimate|EST-1", "estimate.get|estimate=EST-1"},
        {"comment|INV-1|a=b and c", "comment.add|document=INV-1|text=a=b and c"},
        {"comment|INV-1|--|--dashes", "comment.add|document=INV-1|text=--dashes"},
        {"bell", "event.list|bell=true"},
        {"bank|match|12|INV-1", "bank.match|line=12|parts.0.invoice=INV-1"},
        {"how|INV-1", "payment.how|invoice=INV-1"},
        {"schedule|pause|3", "schedule.pause|schedule=3"},
        {"factor|off", "mfa.off|password=-|code=-"},
        {"password", "password.change|old=-|password=-"},
        {"pay|INV-1|INV-2|--card-name|Ada", "payment.pay|invoice=INV-1|invoice=INV-2|card_name=Ada"},
        {"invoice.create|customer=1|document.lines.0.name=x",
         "invoice.create|customer=1|document.lines.0.name=x"},
        {"invoice.create|-", "invoice.create|-"},
        {"sessions|;|id", "!what is \";\" here? Arguments are key=value: help session.list"},
        {"invoices|overdue|amount>=500|--limit|9|!customer:zeta",
         "invoice.list|limit=9|filter=overdue amount>=500 !customer:zeta"},
        {"invoices|partly paid|customer:\"bodega sur\"",
         "invoice.list|filter=\"partly paid\" customer:\"bodega sur\""},
        {"invoices|--unpaid|due<30d", "invoice.list|status=unpaid|filter=due<30d"},
        {"customers|balance>500", "customer.list|filter=balance>500"},
        {"invoices|--nothing", "!there is no option --nothing here"},
        {"invoices|--limit", "!--limit takes a value"},
        {"invoices|--", "invoice.list"},
        {"invoice|INV-1|INV-2", "!what is \"INV-2\" here? Arguments are key=value: help invoice.get"},
    };
    struct arena *a = arena_open();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        CHECK_TEXT(arguments(a, rows[i].words), rows[i].arguments);
    arena_close(a);
}

int main(void)
{
    every_row_names_fields_of_its_operation();
    every_row_can_be_reached();
    every_operation_has_a_word_or_a_reason();
    every_word_has_a_topic();
    words_become_arguments();
    return test_end();
}
