/* Books that are not described yet, as line mode has them: until each is a file in tui/portal. */
#include "tui/line/flow.h"
#include "tui/line/talk_book.h"
#include "tui/portal/papers.h"
#include <string.h>

static enum turn write_one(struct talk *t, uint64_t id, const struct scene *v)
{
    int kind;
    const uint64_t customer = new_for(id, &kind);
    (void)v;
    return id ? flow_write_kind(t, kind, customer) : flow_write(t, NULL);
}

static enum turn write_for(struct talk *t, uint64_t customer, const struct scene *v)
{
    (void)v;
    return flow_write_for(t, customer);
}

static enum turn edit(struct talk *t, uint64_t id, const struct scene *v)
{
    return flow_write_change(t, paper_of(v)->kind, id ? id : paper_of(v)->id);
}

static enum turn recur(struct talk *t, uint64_t id, const struct scene *v)
{
    (void)v;
    return flow_write_recur(t, id, 0);
}

static enum turn recur_for(struct talk *t, uint64_t customer, const struct scene *v)
{
    (void)v;
    return flow_write_recur_for(t, customer);
}

static enum turn open_subject(struct talk *t, uint64_t about, const struct scene *v)
{
    int subject;
    (void)v;
    uint64_t id = about_what(about, &subject);
    const struct book *b = book_about(talk_me(t), subject, &id);
    if (b)
        return talk_book(t, b, id);
    talk_say(t, "%s", show_closed(subject));
    return TURN_BACK;
}

static const struct {
    const char *name;
    enum turn (*open)(struct talk *t, uint64_t id, const struct scene *v);
} places[] = {{"new", write_one},        {"edit", edit},        {"recur", recur}, {"recur for", recur_for},
              {"subject", open_subject}, {"writing", write_for}};

bool line_knows(const char *name)
{
    for (size_t i = 0; i < COUNT_OF(places); i++)
        if (strcmp(places[i].name, name) == 0)
            return true;
    return false;
}

enum turn line_foreign(struct talk *t, const char *name, uint64_t id, const struct scene *v)
{
    for (size_t i = 0; i < COUNT_OF(places); i++)
        if (strcmp(places[i].name, name) == 0)
            return places[i].open(t, id, v);
    return TURN_BACK;
}
