/* What an amount is for, as questions: a number takes one in or leaves it out, with an amount behind it that much of it. */
#include "proto/paper/show.h"
#include "tui/face/run.h"
#include "tui/line/talk_book.h"
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static size_t say_parts(struct talk *t, const struct run *r, const struct give *g)
{
    struct run_part p;
    size_t n = 0, taken;
    char due[SHOW_TEXT], now[SHOW_TEXT];
    for (; run_part(r, g, n, &p); n++) {
        const bool part = p.taken.amount && p.taken.amount != p.of.due.amount;
        talk_say(t, "%zu. %s, %s%s%s%s%s%s%s%s", n + 1, p.of.name, show_money(due, p.of.due),
                 *show_text(p.of.state) ? ", " : "", show_text(p.of.state), p.taken.amount ? "" : ", not now",
                 p.why ? ": " : "", show_text(p.why), part ? ", of it now " : "",
                 part ? show_money(now, p.taken) : "");
    }
    const struct money sum = run_parts_sum(r, g, &taken);
    talk_fact(t, "In all", "%s for %zu of %zu", show_money(now, sum), taken, n);
    return n;
}

/* By its number in the list, or its name. */
static bool part_named(const struct run *r, const struct give *g, const char *name, size_t size, size_t *at)
{
    struct run_part p;
    char *end;
    const size_t number = strtoul(name, &end, 10);
    for (*at = 0; run_part(r, g, *at, &p); ++*at)
        if ((end == name + size && number == *at + 1) ||
            (strlen(p.of.name) == size && strncasecmp(p.of.name, name, size) == 0))
            return true;
    return false;
}

static const char *take(struct run *r, const struct give *g, const char *typed)
{
    const size_t word = strcspn(typed, " ");
    const char *amount = typed + word + strspn(typed + word, " ");
    size_t i;
    if (!part_named(r, g, typed, word, &i))
        return "There is no such one. Type a number of the list.";
    return *amount ? run_part_read(r, g, i, amount, true) : run_part_turn(r, g, i);
}

enum turn talk_parts(struct talk *t, struct run *r, const struct give *g)
{
    const bool whole = g->whole && g->whole(&r->view);
    bool say = true; /* but not behind a refusal, which stands above the prompt */
    for (;;) {
        char typed[100];
        size_t taken;
        if (say && !say_parts(t, r, g))
            return TURN_ON;
        enum turn turn =
            talk_ask(t,
                     &(struct talk_prompt){
                         .label = "Enter goes on; a number leaves one out or takes it in",
                         .optional = true,
                         .afresh = true,
                         .help = whole ? NULL : "A number and an amount, as 2 100.00: that much of it."},
                     typed, sizeof typed);
        if (turn != TURN_ON)
            return turn;
        (void)run_parts_sum(r, g, &taken);
        const char *why = *typed ? take(r, g, typed) : g->must && !taken ? "Nothing is chosen." : NULL;
        if (why)
            talk_say(t, "%s", why);
        else if (!*typed)
            return TURN_ON;
        say = !why;
    }
}
