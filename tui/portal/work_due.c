/* Work that is due (G5): what waits for its time or was given up, what stood in its way, and trying it now. */
#include "proto/paper/show.h"
#include "tui/portal/books.h"
#include <inttypes.h>
#include <string.h>

static const struct due_row *due(const struct scene *v)
{
    return v->row;
}

/* What people call it. A kind that has no words here is told by its name. */
static const struct words {
    const char *work, *words, *about;
} works[] = {{"mail", "send a mail", "mail"},
             {"outbox", "sort the outbox", NULL},
             {"payment", "ask the gateway", "payment"},
             {"sweep", "clean up", NULL},
             {"recur", "recurring bills", NULL},
             {"seal", "sign the log", NULL},
             {"remind", "remind customers", NULL},
             {"unknown", "not known here", NULL},
             {"damaged", "damaged", NULL},
             {0}};

static const struct words *work(const struct scene *v)
{
    const struct words *k = works;
    while (k->work && strcmp(k->work, show_text(due(v)->work)) != 0)
        k++;
    return k;
}

static const char *what(const struct scene *v)
{
    return work(v)->work ? work(v)->words : show_text(due(v)->work);
}

static const char *about(const struct scene *v)
{
    const char *of = work(v)->about ? work(v)->about : "number";
    return due(v)->about ? scene_text(v, "%s %" PRId64, of, due(v)->about) : "";
}

static const char *next(const struct scene *v)
{
    if (due(v)->gave_up)
        return "not by itself";
    if (!due(v)->at)
        return "when needed";
    return due(v)->at <= v->now ? "now" : scene_when(v, due(v)->at);
}

static const char *tries(const struct scene *v)
{
    return due(v)->tries ? scene_text(v, "%" PRId64, due(v)->tries) : "";
}

static const char *gave_up(const struct scene *v)
{
    return due(v)->gave_up ? scene_when(v, due(v)->gave_up) : "";
}

static enum look look(const struct scene *v)
{
    return due(v)->gave_up ? LOOK_BAD : due(v)->tries ? LOOK_WARN : LOOK_PLAIN;
}

static const struct column columns[] = {
    {.field = "work", .title = "What", .width = 15, .text = what},
    {.field = "about", .says = "about", .width = 9, .text = about},
    {.field = "at", .title = "Tried next", .says = "tried next:", .width = 13, .text = next},
    {.field = "tries", .says = "tries:", .width = 5, .drop = 2, .text = tries},
    {.field = "said", .title = "In the way", .says = "in the way:", .width = 13, .grow = 1},
    {.field = "gave_up", .title = "Given up", .says = "given up", .width = 12, .drop = 1, .text = gave_up},
    {0}};

static void tell(struct page *p, const struct scene *v)
{
    page_title(p, "Due: %s", what(v));
    if (*about(v))
        page_fact(p, "About", "%s", about(v));
    page_fact(p, "Tried next", "%s", next(v));
    page_fact(p, "Tries", "%" PRId64 " that came to nothing", due(v)->tries);
    if (*show_text(due(v)->said))
        page_fact_as(p, look(v), "In the way", due(v)->said);
    if (due(v)->gave_up)
        page_fact_as(p, LOOK_BAD, "Given up", gave_up(v));
    if (due(v)->since)
        page_fact(p, "Due since", "%s", scene_when(v, due(v)->since));
    if (due(v)->gave_up)
        page_note(p, LOOK_PLAIN, "It is not tried any more until somebody wants it.");
}

static const char *can_try(const struct scene *v)
{
    const char *work = show_text(due(v)->work);
    if (strcmp(work, "damaged") == 0)
        return "Its record can not be read.";
    return strcmp(work, "unknown") == 0 ? "Only a newer program knows what it is: it is kept for it." : NULL;
}

static const struct act acts[] = {{.key = 't',
                                   .name = "again",
                                   .help = "Try it now",
                                   .op = OPNO_due_again,
                                   .possible = can_try,
                                   .busy = "Asking for it…",
                                   .done = "It is tried now."},
                                  {0}};

/* There is no news of work alone: of what it is about there is. */
const struct book book_due = {.name = "due",
                              .title = "Work that is due",
                              .noun = "work",
                              .empty = "Nothing is due.",
                              .op = OPNO_due_list,
                              .rows = "due",
                              .one = "due",
                              .columns = columns,
                              .tell = tell,
                              .name_of = what,
                              .look = look,
                              .acts = acts,
                              .live = SUBJECT_BIT(SUBJECT_MAIL) | SUBJECT_BIT(SUBJECT_PAYMENT)};
