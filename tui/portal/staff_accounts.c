/* Staff accounts (F9): who signs in here, what they may do, how each stands. */
#include "common/zone.h"
#include "proto/paper/show.h"
#include "tui/portal/staff_accounts.h"

static bool invited(const struct scene *v)
{
    return staff_of(v)->access == ACCESS_INVITED && staff_of(v)->invite_expires;
}

static bool expired(const struct scene *v)
{
    return invited(v) && staff_of(v)->invite_expires <= v->now;
}

/* The only one who signs in as administrator? */
bool staff_is_last(const struct scene *v)
{
    const struct staff_list *all = &((const struct staff_list_out *)v->out)->staff;
    bool is = false;
    for (size_t i = 0; i < all->n; i++) {
        const struct staff *p = &all->v[i];
        if (p->role != ROLE_ADMIN || !p->active || p->access == ACCESS_INVITED)
            continue;
        if (p->id != v->id)
            return false;
        is = true;
    }
    return is;
}

/* --- how it stands */

static const char *name(const struct scene *v)
{
    return scene_text(v, "%s%s", show_text(staff_of(v)->name), staff_is_oneself(v) ? " (you)" : "");
}

static const char *role(const struct scene *v)
{
    return show_may(staff_of(v)->role);
}

static const char *state(const struct scene *v)
{
    const struct staff *p = staff_of(v);
    if (!p->active)
        return "deactivated";
    if (expired(v))
        return "invitation expired";
    if (invited(v))
        return scene_text(v, "invited, expires %s", scene_day(v, p->invite_expires));
    if (p->must_change)
        return "one-time password";
    return p->last_sign_in ? "active" : "not signed in yet";
}

static enum look state_look(const struct scene *v)
{
    const struct staff *p = staff_of(v);
    if (!p->active || expired(v))
        return LOOK_BAD;
    return invited(v) || p->must_change || !p->last_sign_in ? LOOK_WARN : LOOK_GOOD;
}

static enum look look(const struct scene *v)
{
    return staff_of(v)->active ? LOOK_PLAIN : LOOK_DIM;
}

static const char *factor(const struct scene *v)
{
    return staff_of(v)->mfa ? "yes" : "no";
}

static const char *factor_spoken(const struct scene *v)
{
    return staff_of(v)->mfa ? "second factor" : "";
}

static enum look factor_look(const struct scene *v)
{
    return staff_of(v)->mfa ? LOOK_GOOD : LOOK_DIM;
}

static const char *seen_spoken(const struct scene *v)
{
    return staff_of(v)->last_sign_in
               ? scene_text(v, "last sign-in %s", scene_when(v, staff_of(v)->last_sign_in))
               : "";
}

static const struct column columns[] = {
    {.field = "name", .width = 14, .grow = 1, .sorts = true, .text = name},
    {.field = "email", .width = 26, .grow = 1, .sorts = true, .drop = 2},
    {.field = "role", .says = "may", .width = 14, .text = role},
    {.field = "active", .title = "State", .width = 24, .text = state, .look = state_look},
    {.field = "last_sign_in", .width = 12, .drop = 1, .spoken = seen_spoken},
    {.field = "mfa",
     .title = "Code",
     .width = 4,
     .text = factor,
     .spoken = factor_spoken,
     .look = factor_look},
    {0}};

static void tell(struct page *p, const struct scene *v)
{
    const struct staff *s = staff_of(v);
    page_title(p, "%s", name(v));
    page_fact_as(p, state_look(v), "State", state(v));
    page_fact(p, "E-mail", "%s", show_text(s->email));
    page_fact(p, "Phone", "%s", show_text(s->phone));
    page_fact(p, "May", "%s%s", role(v),
              s->role == ROLE_ADMIN    ? ": settings and accounts, too"
              : s->role == ROLE_READER ? " at everything, change nothing"
                                       : "");
    page_fact(p, "Last sign-in", "%s", s->last_sign_in ? scene_when(v, s->last_sign_in) : "never");
    page_fact(p, "Second factor", "%s", s->mfa ? "set up" : "none");
}

static const char *name_of(const struct scene *v)
{
    return staff_of(v)->name;
}

static const struct also also[] = {{OPNO_password_rules, NULL}, {OP_COUNT, NULL}};

const struct book book_staff = {.name = "staff",
                                .title = "Staff accounts",
                                .noun = "colleague",
                                .empty = "There are none.",
                                .op = OPNO_staff_list,
                                .rows = "staff",
                                .one = "staff",
                                .also = also,
                                .columns = columns,
                                .tell = tell,
                                .name_of = name_of,
                                .look = look,
                                .acts = acts_on_staff,
                                .live = SUBJECT_BIT(SUBJECT_STAFF) | SUBJECT_BIT(SUBJECT_SESSION)};
