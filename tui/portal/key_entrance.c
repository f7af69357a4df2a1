/* Getting in with the key that sshd has proved (B12), which may open several doors; with e-mail and password where it opens none. */
#include "proto/paper/show.h"
#include "tui/face/fill_in.h"
#include "tui/portal/books.h"
#include <string.h>

static void this_key(const struct scene *v, void *in)
{
    GIVE(key_portals_in, (struct key_portals_in *)in, fingerprint, v->way->fingerprint);
}

/* The i-th door that the key opens, of the portal that was asked for; NULL: there are no more. */
static const struct portal_choice *door(const struct scene *v, size_t i)
{
    const struct portal_choice_list *l = &((const struct key_portals_out *)v->out)->portals;
    const char *portal = v->way->portal;
    for (size_t at = 0; at < l->n; at++)
        if (l->v[at].portal && (!*portal || strcmp(portal, l->v[at].portal) == 0) && !i--)
            return &l->v[at];
    return NULL;
}

static const char *opens_one(const struct scene *v)
{
    return door(v, 0) ? NULL : "Your SSH key is not registered here. E-mail and password sign you in.";
}

static const char *name_of(const struct scene *v, const struct portal_choice *p)
{
    return scene_text(v, "%s, %s%s", p->name ? p->name : p->portal, p->customer ? "for " : "as its staff",
                      p->customer ? show_text(p->customer_name) : "");
}

/* By its place among them: an id alone would not say whose staff. */
static bool which(const struct scene *v, const void *in, size_t i, struct option *o)
{
    const struct portal_choice *p = door(v, i);
    (void)in;
    if (p)
        *o = (struct option){.value = (int64_t)i + 1, .name = name_of(v, p)};
    return p != NULL;
}

static void before(struct page *p, const struct scene *v)
{
    (void)v;
    page_note(p, LOOK_PLAIN, "Your key opens more than one door here.");
}

static void go_there(const struct scene *v, const void *in, void *send)
{
    struct session_sign_in_key_in *to = send;
    const struct portal_choice *p =
        door(v, (size_t)((const struct session_sign_in_key_in *)in)->customer - 1);
    fill_drop(op_at(OPNO_session_sign_in_key)->in(), to, "customer");
    GIVE(session_sign_in_key_in, to, portal, p->portal);
    GIVE(session_sign_in_key_in, to, fingerprint, v->way->fingerprint);
    if (p->customer)
        GIVE(session_sign_in_key_in, to, customer, p->customer);
    else
        GIVE(session_sign_in_key_in, to, staff, true);
    if (*v->way->from)
        GIVE(session_sign_in_key_in, to, from, v->way->from);
    if (v->way->bound)
        GIVE(session_sign_in_key_in, to, bound, true);
}

static const struct give gives[] = {{.field = "customer",
                                     .label = "Where to",
                                     .help = "← → another one",
                                     .must = true,
                                     .choice = which,
                                     .width = 60},
                                    {0}};
static const struct act acts[] = {{.key = 'g',
                                   .name = "go",
                                   .help = "Go there",
                                   .op = OPNO_session_sign_in_key,
                                   .possible = opens_one,
                                   .before = before,
                                   .gives = gives,
                                   .complete = go_there,
                                   .enters = true,
                                   .yes = "Go there",
                                   .busy = "Signing in with your key…",
                                   .unknown = "Not known whether your key has signed you in."},
                                  {0}};

static const struct instead password = {
    .book = &book_entrance,
    .yes = "E-mail and password",
    .refused = "Your SSH key does not sign you in here. E-mail and password may."};

const struct book book_key_entrance = {.name = "key entrance",
                                       .title = "Where to?",
                                       .op = OPNO_key_portals,
                                       .complete = this_key,
                                       .straight = true,
                                       .first = true,
                                       .alone = true,
                                       .instead = &password,
                                       .acts = acts};
