/* What became of an import, for people. */
#include "common/text.h"
#include "proto/ctl/ctl_import.h"
#include <inttypes.h>
#include <string.h>

#define NUMBERS 10 /* that are named behind a count */

static const char *text(const json_t *of, const char *key)
{
    const char *value = json_string_value(json_object_get(of, key));
    return value ? value : "";
}

static const char *shown(const struct import_set *set, const char *value)
{
    return text_shown(set->c->a, value, false);
}

static void say_counts(const struct import_set *set)
{
    for (int i = 0; i < IMPORT_FILES; i++) {
        const struct import_file *f = &set->files[i];
        size_t out = 0;
        if (!f->table.path && !f->n)
            continue;
        for (size_t k = 0; k < f->n; k++)
            out += f->rows[k].bad;
        printf("%-9s %" PRId64 " %s, %" PRId64 " %s", f->what, f->created,
               set->c->dry_run ? "would come in" : "brought in", f->known, "here already");
        if (f->changed)
            printf(" (%" PRId64 " %s)", f->changed, set->c->dry_run ? "would change" : "changed");
        if (out)
            printf(", %zu stayed out", out);
        if (f->skipped)
            printf(", %" PRId64 " rows passed over (%s)", f->skipped,
                   i == IMPORT_CUSTOMERS ? "vendors" : "never paid");
        putchar('\n');
    }
}

static void say_sum(const struct import_set *set, const char *of, const char *currency, const json_t *sum)
{
    bool invoices = set->files[IMPORT_INVOICES].table.path, payments = set->files[IMPORT_PAYMENTS].table.path;
    printf("%s%s%s: ", of, *currency ? ", " : "", currency);
    if (invoices)
        printf("invoiced %s", text(sum, "invoiced"));
    if (payments)
        printf("%spaid %s", invoices ? ", " : "", text(sum, "paid"));
    static const char *const more[][2] = {{"in_advance", "paid in advance"},
                                          {"credited", "credited"},
                                          {"credits_applied", "credits applied"},
                                          {"refunded", "refunded"}};
    for (size_t i = 0; i < sizeof more / sizeof *more; i++)
        if (*text(sum, more[i][0]))
            printf(", %s %s", more[i][1], text(sum, more[i][0]));
    if (*text(sum, "settled_otherwise"))
        printf(", settled otherwise %s", text(sum, "settled_otherwise"));
    if (invoices && *text(sum, "outstanding"))
        printf(", outstanding %s", text(sum, "outstanding"));
    putchar('\n');
}

/* `of`: what the numbers are of. */
static void say_totals(const struct import_set *set, const char *of, const json_t *totals)
{
    const json_t *currencies = json_object_get(totals, "currencies");
    const char *currency;
    json_t *sum;
    if (!set->files[IMPORT_INVOICES].table.path && !set->files[IMPORT_PAYMENTS].table.path)
        return;
    if (!currencies)
        say_sum(set, of, "", totals);
    json_object_foreach((json_t *)(uintptr_t)currencies, currency, sum) say_sum(set, of, currency, sum);
}

static bool any_stayed_out(const struct import_set *set)
{
    for (int i = 0; i < IMPORT_FILES; i++)
        for (size_t k = 0; k < set->files[i].n; k++)
            if (set->files[i].rows[k].bad)
                return true;
    return false;
}

static void say_booked(const struct import_set *set, const json_t *booked)
{
    const json_t *one;
    size_t i;
    json_array_foreach(booked, i, one)
        printf("%sinvoice %s: %s %s %s\n", i ? "" : "\nSettled otherwise than by payments of the files:\n",
               shown(set, text(one, "invoice")), text(one, "as"), text(one, "amount"), text(one, "currency"));
}

static void say_notes(const struct import_set *set)
{
    const char *sentence;
    json_t *numbers;
    bool first = true;
    json_object_foreach(set->notes, sentence, numbers)
    {
        size_t n = json_array_size(numbers);
        printf("%s%zu × %s:", first ? "\nWorth knowing:\n" : "", n, sentence);
        for (size_t i = 0; i < n && i < NUMBERS; i++)
            printf(" %s", shown(set, json_string_value(json_array_get(numbers, i))));
        printf("%s\n", n > NUMBERS ? " …" : "");
        first = false;
    }
}

static void say_differs(const struct import_set *set)
{
    const json_t *one;
    size_t i;
    json_array_foreach(set->differs, i, one)
        printf("%s%s, line %" JSON_INTEGER_FORMAT " (%s), column \"%s\": here \"%s\", in the file \"%s\"%s\n",
               i ? "" : "\nWhat is here already and differs:\n", shown(set, text(one, "file")),
               json_integer_value(json_object_get(one, "line")), shown(set, text(one, "name")),
               text(one, "column"), shown(set, text(one, "here")), shown(set, text(one, "there")),
               json_is_true(json_object_get(one, "applied")) ? ": changed" : "");
    if (i && !set->c->update)
        puts("Nothing of it was changed; --update takes over what may be.");
}

void import_say(const struct import_set *set, const json_t *out)
{
    say_counts(set);
    say_totals(set, any_stayed_out(set) ? "in the files, without what stayed out" : "in the files",
               json_object_get(out, "totals"));
    say_totals(set, set->c->dry_run ? "of it would be new here" : "of it new here",
               json_object_get(out, "new_totals"));
    say_booked(set, json_object_get(out, "booked"));
    say_notes(set);
    say_differs(set);
    if (set->problems)
        printf("\n%d %s: see above. Those rows stayed out.\n", set->problems,
               set->problems == 1 ? "fault" : "faults");
}
