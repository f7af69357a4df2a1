/* Words for people: every row of the table is about fields that there are, and words become the arguments they should. */
#include "proto/ctl/word.h"
#include "tests/unit/test.h"
#include <stdlib.h>

static void every_row_names_fields_of_its_operation(void)
{
    for (const struct word *w = word_table; w->name; w++) {
        const struct op *op = op_at(w->op);
        const char *places = w->run == act_pay                    ? ""
                             : strcmp(w->places, "filter …") == 0 ? "filter"
                                                                  : w->places;
        while (*places) {
            size_t n = strcspn(places, " ");
            const struct field *f = shape_field(op->in(), places, strcspn(places, " ."));
            CHECK(f != NULL);
            places += n + (places[n] == ' ');
        }
        if (w->always)
            CHECK(shape_field(op->in(), w->always, strcspn(w->always, "=")) != NULL);
        CHECK(op->who & BY_ROLES);
        CHECK(w->help && *w->help);
    }
}

/* A word that begins like another stands behind it, or it would never be found. */
static void every_row_can_be_reached(void)
{
    for (const struct word *w = word_table; w->name; w++) {
        struct ctl c = {.a = arena_open()};
        const char *words[2] = {NULL, NULL};
        char copy[64];
        int used;
        snprintf(copy, sizeof copy, "%s", w->name);
        c.words = words;
        for (char *rest = copy, *word; (word = strsep(&rest, " ")) != NULL;)
            words[c.n_words++] = word;
        CHECK(word_find(&c, &used) == w);
        CHECK_INT(used, c.n_words);
        arena_close(c.a);
    }
}

/* What a customer can ask for at all has a word of its own, but for what only a program wants. */
static void customers_have_a_word_for_everything(void)
{
    static const enum op_number without[] = {
        OPNO_event_wait,                             /* events --follow */
        OPNO_session_switch,                         /* --as */
        OPNO_session_confirm,                        /* asked for before what wants it */
        OPNO_portal_find,                            /* goes somewhere: `:` of the screen */
        OPNO_payment_begin,    OPNO_payment_confirm, /* `pay` is both in one */
        OPNO_method_begin,     OPNO_method_save,     /* what is typed there is a secret */
        OPNO_method_edit,      OPNO_method_agree,    /* … or has to be read first */
        OPNO_session_sign_out, OPNO_mfa_verify,      /* --code */
        OPNO_mfa_begin,        OPNO_mfa_confirm,
        OPNO_mfa_codes,        OPNO_mfa_off, /* by their names: secrets are shown once */
    };
    for (int i = 0; i < OP_COUNT; i++) {
        const struct op *op = op_at((enum op_number)i);
        bool found = !(op->who & BY_CUSTOMER);
        for (size_t k = 0; k < sizeof without / sizeof *without; k++)
            found |= without[k] == (enum op_number)i;
        for (const struct word *w = word_table; w->name; w++)
            found |= w->op == (enum op_number)i;
        if (!found)
            fprintf(stderr, "no word for %s\n", op->name);
        CHECK(found);
    }
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
    const struct op *op = w ? op_at(w->op) : op_find(words[0], strlen(words[0]));
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
    customers_have_a_word_for_everything();
    words_become_arguments();
    return test_end();
}
