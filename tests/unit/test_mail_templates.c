/* Every mail has its text, and every {name} in it a value. */
#include "common/text.h"
#include "server/mail/template.h"
#include "tests/unit/test.h"
#include <string.h>

static struct arena *a;

static const char *render(const char *text, const struct mail_value *values, size_t n, enum err want)
{
    static struct refusal why;
    const char *out = NULL;
    why = (struct refusal){0};
    CHECK_INT(template_render(a, text, values, n, &out, &why), want);
    return out ? out : why.field;
}

static void check_names(const struct mail_text *t, const char *text)
{
    for (const char *at = text; (at = strchr(at, '{')) != NULL; at++) {
        size_t size = strcspn(at + 1, "}");
        CHECK(at[1 + size] == '}');
        if (!template_takes(t, at + 1, size))
            fprintf(stderr, "no such name: %.*s\n", (int)size, at + 1);
        CHECK(template_takes(t, at + 1, size));
    }
}

static void every_template_takes_the_names_that_it_shows(void)
{
    for (size_t i = 0; i < enum_mail_template()->n; i++) {
        const struct mail_text *t = template_default(enum_mail_template()->values[i].value);
        const bool ruled = enum_mail_template()->values[i].value == TEMPLATE_REMINDER; /* by its rule */
        CHECK((t != NULL) == !ruled);
        if (!t)
            continue;
        check_names(t, t->subject);
        check_names(t, t->text);
        CHECK(strstr(t->subject, "{code}") == NULL);
        char names[200], *rest = NULL;
        snprintf(names, sizeof names, "%s", t->names);
        for (char *name = strtok_r(names, " ", &rest); name; name = strtok_r(NULL, " ", &rest)) {
            char shown[64];
            snprintf(shown, sizeof shown, "{%s}", name);
            CHECK(strstr(t->text, shown) != NULL);
        }
    }
    CHECK(template_default(0) == NULL && template_default(999) == NULL && template_default(-1) == NULL);
}

/* What is copied from a mail is a whole line; lines fit any reader. */
static void codes_and_commands_stand_in_lines_of_their_own(void)
{
    for (size_t i = 0; i < enum_mail_template()->n; i++) {
        const struct mail_text *t = template_default(enum_mail_template()->values[i].value);
        if (!t)
            continue;
        const char *code = strstr(t->text, "{code}"), *ssh = strstr(t->text, "{ssh}");
        CHECK(!code || (strncmp(code - 5, "\n    ", 5) == 0 && code[6] == '\n'));
        CHECK(!code || strstr(code + 1, "{code}") == NULL);
        CHECK(!ssh || (strncmp(ssh - 5, "\n    ", 5) == 0 && ssh[5] == '\n'));
        CHECK(t->text[strlen(t->text) - 1] == '\n' && text_utf8(t->text, strlen(t->text)));
        for (const char *line = t->text; *line; line += strcspn(line, "\n") + 1)
            CHECK(strcspn(line, "\n") <= 72);
    }
}

static void values_are_put_in(void)
{
    const struct mail_value v[] = {
        {"name", "Maria"}, {"business", "Acme {code} {name}"}, {"none", ""}, {"nul", NULL}};
    CHECK_TEXT(render("Hello {name}, {business}.\n", v, 4, OK), "Hello Maria, Acme (code) {name}.\n");
    CHECK_TEXT(render("a\n\nb {none}\nc\n\nd\n", v, 4, OK), "a\n\nd\n");
    CHECK_TEXT(render("a\n\nb\n\nc {nul}\n", v, 4, OK), "a\n\nb\n");
    CHECK_TEXT(render("{none}", v, 4, OK), "");
    CHECK_TEXT(render("{ name} {Name} {} { {name", v, 4, OK), "{ name} {Name} {} { {name");
    CHECK_TEXT(render("    {code}\n", v, 4, OK), "    {code}\n");
    const struct mail_value parts[] = {{"name", "}"}, {"business", "{code"}, {"none", ""}};
    CHECK_TEXT(render("{code{name} {code} {business}} {code}\n", parts, 3, OK),
               "(code) {code} (code) {code}\n");
    CHECK_TEXT(render("{code} {none}\n\n{business}} {code}\n", parts, 3, OK), "(code) {code}\n");
    CHECK_TEXT(template_code(a, "x\n    {code}\ny\n", "ABC"), "x\n    ABC\ny\n");
    CHECK_TEXT(template_code(a, "x {code}", NULL), "x {code}");
    CHECK_TEXT(template_code(a, "x", "ABC"), "x");
}

static void an_unknown_name_is_a_fault_and_a_control_character_a_refusal(void)
{
    const struct mail_value v[] = {{"name", "Maria\r\nBcc: all@x.test"}, {"bad", "\xff"}, {"esc", "\x1b[2J"}};
    render("{unknown}", v, 3, ERR_INTERNAL);
    CHECK_TEXT(render("{name}", v, 3, ERR_INVALID), "name");
    CHECK_TEXT(render("{bad}", v, 3, ERR_INVALID), "bad");
    CHECK_TEXT(render("{esc}", v, 3, ERR_INVALID), "esc");
}

int main(void)
{
    a = arena_open();
    every_template_takes_the_names_that_it_shows();
    codes_and_commands_stand_in_lines_of_their_own();
    values_are_put_in();
    an_unknown_name_is_a_fault_and_a_control_character_a_refusal();
    arena_close(a);
    return test_end();
}
