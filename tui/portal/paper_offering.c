/* By what an invoice can be paid (E3): staff choose among the methods that payments can be begun with here, and those it names already. */
#include "common/doc_kind.h"
#include "proto/paper/show.h"
#include "tui/portal/papers.h"
#include "tui/portal/writing.h"
#include <string.h>

static bool names(const struct text_list *all, const char *name)
{
    size_t i = 0;
    while (i < all->n && strcmp(all->v[i], name) != 0)
        i++;
    return i < all->n;
}

/* Those of the business, and behind them those that are only on the document: closed since, or recorded by hand. */
static bool nth(const struct scene *v, const void *in, size_t i, struct option *o)
{
    const struct text_list *here = &v->me->methods, *own = &paper_of(v)->methods;
    const char *name = i < here->n ? here->v[i] : NULL;
    size_t left = i - here->n;
    (void)in;
    for (size_t k = 0; !name && k < own->n; k++)
        if (!names(here, own->v[k]) && !left--)
            name = own->v[k];
    *o = (struct option){.value = (int64_t)i + 1,
                         .name = name,
                         .help = name && (!own->n || names(own, name)) ? "offered" : "not offered"};
    return name;
}

const char *offering_can(const struct scene *v)
{
    return document_closed(paper_of(v)->kind, paper_of(v)->state);
}

void offering_these(const struct scene *v, const void *in, void *send)
{
    struct document_update_in *to = send;
    const struct document *chosen = ((const struct document_update_in *)in)->document;
    struct document *d = arena_alloc(v->arena, sizeof *d);
    GIVE(document, d, methods, chosen ? chosen->methods : ((struct text_list){0, NULL}));
    GIVE(document_update_in, to, document, d);
    GIVE(document_update_in, to, revision, paper_of(v)->revision);
}

const struct give offering_gives[] = {{.field = "document.methods",
                                       .label = "Offered",
                                       .all = "all that there are",
                                       .some = "only those marked below",
                                       .help = "By what its customer can pay it",
                                       .none = "Mark at least one below: Tab, then Space.",
                                       .wrong = "is no method of payment here",
                                       .choice = nth,
                                       .width = 28},
                                      {0}};
