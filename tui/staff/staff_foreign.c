/* Books that are not described yet, as the full screen has them: until each is a file in tui/portal. */
#include "tui/full/book_screen.h"
#include "tui/portal/books.h"
#include "tui/staff/staff_screens.h"
#include <string.h>

static void open_invoices(struct ui *ui, uint64_t customer)
{
    staff_documents_of(ui, DOC_INVOICE, customer);
}

static void open_estimates(struct ui *ui, uint64_t customer)
{
    staff_documents_of(ui, DOC_ESTIMATE, customer);
}

static void open_subject(struct ui *ui, uint64_t about)
{
    int subject;
    uint64_t id = about_what(about, &subject);
    if (client_me(ui)->role == ROLE_CUSTOMER)
        (void)customer_open_subject(ui, subject, id);
    else
        (void)staff_open_subject(ui, subject, id);
}

static const struct {
    const char *name;
    void (*open)(struct ui *ui, uint64_t id);
} places[] = {{"invoices of", open_invoices}, {"estimates of", open_estimates}, {"subject", open_subject}};

bool full_knows(const char *name)
{
    for (size_t i = 0; i < COUNT_OF(places); i++)
        if (strcmp(places[i].name, name) == 0)
            return true;
    return false;
}

bool full_foreign(struct ui *ui, const char *name, uint64_t id)
{
    for (size_t i = 0; i < COUNT_OF(places); i++)
        if (strcmp(places[i].name, name) == 0) {
            places[i].open(ui, id);
            return true;
        }
    return false;
}
