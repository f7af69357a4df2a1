/* To whom of a customer a mail about its money goes, and sending it. */
#include "server/ops/customer_mail.h"
#include "server/ops/contact.h"
#include "server/ops/person.h"

bool customer_reached(const char *email)
{
    return email && *email && mail_reaches(email);
}

enum err customer_addressee(struct call *c, uint64_t customer, uint64_t person, struct customer_addressee *to)
{
    struct contact_list all = {0};
    bool primary = false;
    enum err e = contact_all(c, customer, CONTACTS_MAX, &all);
    *to = (struct customer_addressee){0};
    for (size_t i = 0; i < all.n && !e; i++) {
        const struct contact *p = &all.v[i];
        if (!person_has_access(p) || !customer_reached(p->email))
            continue;
        const bool it = p->id == person;
        if (it || !to->email || (p->primary && !primary))
            *to = (struct customer_addressee){p->email, p->name};
        primary = primary || p->primary || it;
        if (it)
            break;
    }
    return e;
}

enum err customer_mail(struct call *c, uint64_t customer, enum mail_template template,
                       const struct customer_addressee *to, const struct mail_value *values, size_t n)
{
    const struct mail_new mail = {.template = template,
                                  .to = to->email,
                                  .to_name = to->name,
                                  .customer = customer,
                                  .values = values,
                                  .n = n};
    return mail_queue(c, &mail, NULL);
}
