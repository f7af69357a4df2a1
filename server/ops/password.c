#include "server/ops/password.h"
#include "server/core/password_check.h"

enum err password_fits(struct call *c, const char *password, const char *field, const char *name,
                       const char *email, const char *customer)
{
    const struct business *b;
    enum err e = call_business(c, &b);
    if (e)
        return e;
    const struct password_about about = {{name, email, customer, b->name, b->portal, b->email, b->website}};
    return password_check(c->arena, password, &about, field, &c->why);
}

enum err password_fits_contact(struct call *c, const char *password, const char *field,
                               const struct contact *person)
{
    struct customer_row of;
    enum err e = record_needed_view(&c->txn, KIND_CUSTOMER, person->customer, shape_customer_row(), &of);
    if (e)
        return e;
    const char *both = arena_printf(c->arena, "%s %s", of.name, of.company ? of.company : "");
    return password_fits(c, password, field, person->name, person->email, both);
}
