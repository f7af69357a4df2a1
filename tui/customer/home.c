/* Home: what is owed, what waits for an answer, what happened last. */
#include "tui/customer/screens.h"

struct state {
    const struct me *me;
};

static void open(struct ui *ui, void *state, uint64_t subject)
{
    struct state *s = state;
    (void)subject;
    s->me = client_me(ui);
}

const struct screen screen_customer_home = {
    .name = "customer.home", .title = "Home", .state_size = sizeof(struct state), .open = open};
