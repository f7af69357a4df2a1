/* What is seen by whoever came with the code of a document: that document, and nothing beside it. */
#include "tui/customer/customer_screens.h"
#include "tui/full/book_screen.h"
#include "tui/portal/books.h"

static bool at_the_bottom(const struct ui *ui, const void *state)
{
    const struct me *me = client_me(ui);
    uint64_t id = me->document;
    const struct book *b = book_about(me, doc_kind(me->document_kind)->subject, &id);
    (void)state;
    return b && book_on_top(ui, b);
}

static const struct key_row keys[] = {
    {.key = 'q',
     .action = "leave",
     .help = "Leave: the code opens it again",
     .run = sign_out_run,
     .offered = at_the_bottom},
    {.action = "sign out", .help = "Leave: the code opens it again", .run = sign_out_run},
    {0}};

static void waits(struct ui *ui, const void *out)
{
    (void)ui, (void)out;
}

const struct view view_holder = {.keys = keys, .work = OPNO_session_me, .waits = waits};
