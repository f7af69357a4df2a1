/* Everything that can happen has words of its own, for staff, for customers, and in a table. */
#include "tests/unit/test.h"
#include "proto/paper/show.h"

static void every_kind_has_words(void)
{
    const struct enum_table *t = enum_what();
    for (size_t i = 0; i < t->n; i++) {
        int what = t->values[i].value;
        char text[200];
        struct event e = {.what = what, .side = SIDE_STAFF, .name = "Ana Kelly"};
        CHECK(*show_what(what) && !strchr(show_what(what), '_'));
        for (int customer = 0; customer < 2; customer++) {
            show_event(text, sizeof text, &e, customer);
            CHECK(*text && !strchr(text, '_') && !strchr(text, '%'));
        }
    }
    for (size_t i = 0; i < enum_subject()->n; i++)
        CHECK(*show_subject(enum_subject()->values[i].value));
    CHECK_TEXT(show_what(9999), "");
}

static void whoever_has_no_name_is_called_something(void)
{
    char text[200];
    struct event e = {.what = WHAT_CHANGED, .side = SIDE_MACHINE};
    CHECK_TEXT(show_event(text, sizeof text, &e, false), "changed by a program");
    e.side = SIDE_SYSTEM;
    CHECK_TEXT(show_event(text, sizeof text, &e, false), "changed by the system");
    e.side = SIDE_STAFF;
    CHECK_TEXT(show_event(text, sizeof text, &e, true), "changed by the business");
    e.name = "nightly export";
    e.text = "phone";
    CHECK_TEXT(show_event(text, sizeof text, &e, true), "changed by nightly export: phone");
    e = (struct event){.what = WHAT_SIGN_IN_REFUSED, .side = SIDE_SYSTEM, .text = "password"};
    CHECK_TEXT(show_event(text, sizeof text, &e, false), "a sign-in was refused: password");
}

int main(void)
{
    every_kind_has_words();
    whoever_has_no_name_is_called_something();
    return test_end();
}
