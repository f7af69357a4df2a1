/* Books that are not described yet, as the full screen has them: until each is a file in tui/portal. */
#include "tui/full/book_screen.h"
#include "tui/customer/customer_screens.h"
#include "tui/full/view.h"
#include "tui/portal/papers.h"
#include "tui/staff/editor.h"
#include "tui/staff/staff_screens.h"
#include <string.h>

static void write_one(struct ui *ui, uint64_t id, const struct scene *v)
{
    int kind;
    const uint64_t customer = new_for(id, &kind);
    (void)v;
    if (customer)
        editor_new(ui, kind, customer);
    else
        staff_pick(ui, kind);
}

static void open_writing(struct ui *ui, uint64_t customer, const struct scene *v)
{
    (void)v;
    editor_new(ui, 0, customer);
}

static void edit(struct ui *ui, uint64_t id, const struct scene *v)
{
    (void)id;
    editor_edit(ui, paper_of(v));
}

static void recur(struct ui *ui, uint64_t id, const struct scene *v)
{
    (void)v;
    editor_recur(ui, id, 0);
}

static void recur_for(struct ui *ui, uint64_t customer, const struct scene *v)
{
    (void)v;
    if (customer)
        editor_recur(ui, 0, customer);
    else
        staff_pick_recurring(ui);
}

bool subject_open(struct ui *ui, int subject, uint64_t about, uint64_t customer)
{
    const struct book *b = book_about(client_me(ui), subject, &about);
    (void)customer;
    if (b)
        book_open(ui, b, about);
    return b != NULL;
}

static void open_subject(struct ui *ui, uint64_t about, const struct scene *v)
{
    int subject;
    (void)v;
    const uint64_t id = about_what(about, &subject);
    if (!subject_open(ui, subject, id, 0))
        ui_toast(ui, TONE_INFO, "%s", show_closed(subject));
    else if (about & ABOUT_SAID)
        ui_to_place(ui);
}

static const struct {
    const char *name;
    void (*open)(struct ui *ui, uint64_t id, const struct scene *v);
} places[] = {{"new", write_one}, {"edit", edit},           {"writing", open_writing},
              {"recur", recur},   {"recur for", recur_for}, {"subject", open_subject}};

bool full_knows(const char *name)
{
    for (size_t i = 0; i < COUNT_OF(places); i++)
        if (strcmp(places[i].name, name) == 0)
            return true;
    return false;
}

bool full_foreign(struct ui *ui, const char *name, uint64_t id, const struct scene *v)
{
    for (size_t i = 0; i < COUNT_OF(places); i++)
        if (strcmp(places[i].name, name) == 0) {
            places[i].open(ui, id, v);
            return true;
        }
    return false;
}
