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

static void add_to(struct reminded_mail_list *to, const char *address, const char *name)
{
    to->v[to->n++] = (struct reminded_mail){.to = address, .name = name};
}

enum err customer_everybody(struct call *c, const struct customer *of, struct reminded_mail_list *to)
{
    struct contact_list persons;
    enum err e = contact_all(c, of->id, CONTACTS_MAX, &persons);
    if (e)
        return e;
    *to = (struct reminded_mail_list){0, arena_alloc(c->arena, (persons.n + 1) * sizeof *to->v)};
    for (size_t i = 0; i < persons.n; i++)
        if (person_has_access(&persons.v[i]) && customer_reached(persons.v[i].email))
            add_to(to, persons.v[i].email, persons.v[i].name);
    if (!to->n && customer_reached(of->email))
        add_to(to, of->email, of->name);
    for (size_t i = 0; i < persons.n && !to->n && !(of->email && *of->email); i++)
        if (persons.v[i].primary && customer_reached(persons.v[i].email))
            add_to(to, persons.v[i].email, persons.v[i].name);
    return OK;
}

enum err customer_tell(struct call *c, uint64_t customer, enum mail_template template,
                       const struct mail_value *values, size_t n)
{
    struct customer of;
    struct reminded_mail_list to = {0};
    enum err e = record_needed(&c->txn, KIND_CUSTOMER, customer, &of);
    if (!e)
        e = customer_everybody(c, &of, &to);
    for (size_t i = 0; i < to.n && !e; i++)
        e = customer_mail(c, customer, template, &(struct customer_addressee){to.v[i].to, to.v[i].name},
                          values, n);
    return e;
}
