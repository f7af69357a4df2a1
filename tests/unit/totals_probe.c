/* Computes the totals of documents read from standard input, one a line, so that a test in another language can check them:
 *   currency inclusive per_line discount_percent discount_amount shipping shipping_tax_percent adjustment n
 *   then n times: quantity price discount_percent discount_amount tax_percent
 * With a "+" behind the currency: shipping_tax_percent is followed by shipping_tax_kind, and each line's tax_percent by tax_kind
 * tax2_percent tax2_kind; then each rate is answered with its kind behind its percent.
 * Answers a line each: "ok subtotal discount shipping adjustment tax total rates {percent base tax} {net}" or "code field". */
#include "common/money.h"
#include "common/totals.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The next number of the line; ends the program when there is none. */
static int64_t number(void)
{
    const char *word = strtok(NULL, " \n");
    char *end;
    long long v = word ? strtoll(word, &end, 10) : 0;
    if (!word || *end) {
        fprintf(stderr, "totals_probe: a number was expected\n");
        exit(2);
    }
    return v;
}

static void document(const char *currency)
{
    char code[4];
    bool more = strchr(currency, '+') != NULL;
    snprintf(code, sizeof code, "%.3s", currency);
    struct totals_in in = {.currency = code};
    in.tax_inclusive = number();
    in.tax_per_line = number();
    in.discount_percent = number();
    in.discount_amount = number();
    in.shipping = number();
    in.shipping_tax_percent = number();
    in.shipping_tax_kind = more ? (int)number() : 0;
    in.adjustment = number();
    in.n = (size_t)number();
    in.lines = calloc(in.n + 1, sizeof *in.lines);
    if (!in.lines)
        exit(2);
    for (size_t i = 0; i < in.n; i++) {
        struct totals_line *l = &in.lines[i];
        l->quantity = number();
        l->price = number();
        l->discount_percent = number();
        l->discount_amount = number();
        l->tax_percent = number();
        l->tax_kind = more ? (int)number() : 0;
        l->tax2_percent = more ? number() : 0;
        l->tax2_kind = more ? (int)number() : 0;
    }
    struct totals t;
    struct refusal why = {.code = OK};
    enum err e = totals_compute(&in, &t, &why);
    if (e) {
        printf("%s %s\n", err_name(e), why.field);
    } else {
        printf("ok %" PRId64 " %" PRId64 " %" PRId64 " %" PRId64 " %" PRId64 " %" PRId64 " %zu", t.subtotal,
               t.discount, t.shipping, t.adjustment, t.tax, t.total, t.rates);
        for (size_t i = 0; i < t.rates; i++) {
            printf(" %" PRId64, t.rate[i].percent);
            if (more)
                printf(" %d", t.rate[i].kind);
            printf(" %" PRId64 " %" PRId64, t.rate[i].base, t.rate[i].tax);
        }
        for (size_t i = 0; i < in.n; i++)
            printf(" %" PRId64, in.lines[i].net);
        putchar('\n');
    }
    free(in.lines);
}

int main(void)
{
    char *line = NULL;
    size_t capacity = 0;
    while (getline(&line, &capacity, stdin) > 0) {
        const char *currency = strtok(line, " \n");
        if (currency)
            document(currency);
    }
    free(line);
    return 0;
}
