/* Books that are not described yet, as line mode has them: until each is a file in tui/portal. */
#include "tui/line/flow.h"
#include "tui/line/talk_book.h"
#include "tui/portal/books.h"
#include <string.h>

static enum turn open_subject(struct talk *t, uint64_t about)
{
    int subject;
    uint64_t id = about_what(about, &subject);
    return flow_about(t, subject, id);
}

static enum turn open_invoices(struct talk *t, uint64_t customer)
{
    return flow_invoices(t, &customer);
}

static enum turn open_estimates(struct talk *t, uint64_t customer)
{
    return flow_estimates(t, &customer);
}

static enum turn open_pay(struct talk *t, uint64_t invoice)
{
    return flow_pay(t, invoice ? &invoice : NULL);
}

static enum turn open_how_to_pay(struct talk *t, uint64_t invoice)
{
    (void)invoice;
    return flow_how(t, NULL);
}

static const struct {
    const char *name;
    enum turn (*open)(struct talk *t, uint64_t id);
} places[] = {{"invoices of", open_invoices},
              {"estimates of", open_estimates},
              {"subject", open_subject},
              {"pay", open_pay},
              {"how to pay", open_how_to_pay}};

bool line_knows(const char *name)
{
    for (size_t i = 0; i < COUNT_OF(places); i++)
        if (strcmp(places[i].name, name) == 0)
            return true;
    return false;
}

enum turn line_foreign(struct talk *t, const char *name, uint64_t id)
{
    for (size_t i = 0; i < COUNT_OF(places); i++)
        if (strcmp(places[i].name, name) == 0)
            return places[i].open(t, id);
    return TURN_BACK;
}
