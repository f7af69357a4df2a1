/* Books that are not described yet, as the full screen has them: until each is a file in tui/portal. */
#include "tui/full/book_screen.h"
#include "tui/customer/customer_screens.h"
#include "tui/full/view.h"
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
    const uint64_t id = about_what(about, &subject);
    const bool customer = client_me(ui)->role == ROLE_CUSTOMER;
    if (!(customer ? customer_open_subject : staff_open_subject)(ui, subject, id))
        ui_toast(ui, TONE_INFO, "%s", show_closed(subject));
    else if (about & ABOUT_SAID)
        ui_to_place(ui);
}

static void open_pay(struct ui *ui, uint64_t invoice)
{
    ui_push(ui, &screen_customer_pay, invoice);
}

static void open_how_to_pay(struct ui *ui, uint64_t invoice)
{
    ui_push(ui, &screen_customer_transfer, invoice);
}

static const struct {
    const char *name;
    void (*open)(struct ui *ui, uint64_t id);
} places[] = {{"invoices of", open_invoices},
              {"estimates of", open_estimates},
              {"subject", open_subject},
              {"pay", open_pay},
              {"how to pay", open_how_to_pay}};

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
