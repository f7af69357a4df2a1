/* The portal's name (A3): another one ends customers' sessions and open invitations, so it says whom that concerns before, wants a word,
 * and afterwards everyone can be written to. */
#include "proto/paper/show.h"
#include "tui/portal/books.h"
#include <inttypes.h>
#include <string.h>

static const struct business *set(const struct scene *v)
{
    return ((const struct settings_get_out *)v->out)->business;
}

static const char *one_or_many(int64_t n, const char *one, const char *many)
{
    return n == 1 ? one : many;
}

static void tell(struct page *p, const struct scene *v)
{
    const struct access_count_out *n = v->also[0];
    page_fact(p, "Portal name", "%s", show_text(set(v)->portal));
    if (n)
        page_fact(p, "Concerns", "%" PRId64 " %s access, %" PRId64 " open %s", n->active,
                  one_or_many(n->active, "person with", "persons with"), n->invited,
                  one_or_many(n->invited, "invitation", "invitations"));
    page_note(p, LOOK_PLAIN,
              "People type this name to get in. With another one, every open invitation and every customer's "
              "session ends; before anything happens you see how many people that concerns.");
}

/* --- another one */

static const char *well_formed(const char *typed)
{
    size_t n = strlen(typed);
    if (n < 2 || n > 40)
        return "2 to 40 characters.";
    if (strspn(typed, "abcdefghijklmnopqrstuvwxyz0123456789-") != n)
        return "Lower-case letters, digits and hyphens only.";
    return typed[0] == '-' || typed[n - 1] == '-' ? "It begins and ends with a letter or digit." : NULL;
}

static const struct give gives[] = {
    {.field = "business.portal",
     .help = "Lower-case letters, digits, hyphens: what people type to get in",
     .must = true,
     .check = well_formed,
     .width = 41},
    {0}};

static const char *given(const void *in)
{
    return show_text(((const struct settings_update_in *)in)->business->portal);
}

static void review(struct page *p, const struct scene *v, const void *in)
{
    const struct access_count_out *n = v->also[0];
    if (strcmp(given(in), show_text(set(v)->portal)) == 0) {
        page_note(p, LOOK_PLAIN, "That is the name it has: nothing changes.");
        return;
    }
    page_note(p, LOOK_PLAIN, "“%s” becomes “%s”. At once:", show_text(set(v)->portal), given(in));
    if (n) {
        page_note(
            p, LOOK_PLAIN,
            "· %" PRId64 " %s access sign%s in under the new name only; passwords, keys and codes stay good",
            n->active, one_or_many(n->active, "person with", "persons with"), n->active == 1 ? "s" : "");
        page_note(p, LOOK_PLAIN, "· %" PRId64 " open %s: the %s sent no longer work", n->invited,
                  one_or_many(n->invited, "invitation ends", "invitations end"),
                  one_or_many(n->invited, "code that was", "codes that were"));
        page_note(p, LOOK_PLAIN, "· %" PRId64 " %s, in the middle of whatever is being done there",
                  n->sessions,
                  one_or_many(n->sessions, "customer's session ends", "customers' sessions end"));
    }
    page_note(p, LOOK_PLAIN, "Afterwards you can write to all of them in one go. Staff stay signed in.");
}

static const char *word(const struct scene *v, const void *in)
{
    (void)v, (void)in;
    return "RENAME";
}

/* --- telling everyone, a part at a time */

/* How many that are is not known beforehand: an invitation that ended with the name is no open one any more. */
static void review_write(struct page *p, const struct scene *v, const void *in)
{
    (void)in;
    page_note(
        p, LOOK_PLAIN,
        "Who does not know yet that the portal is “%s” gets a mail with that name, and who was invited a new "
        "code.",
        show_text(set(v)->portal));
}

static const char *writing(const struct scene *v, const void *out)
{
    const struct access_invite_all_out *o = out;
    if (!o->left || !o->invited)
        return NULL;
    return scene_text(v, "Mails are being written: %" PRId64 " left…", o->left);
}

static const char *written(const struct scene *v, const void *out)
{
    const struct access_invite_all_out *o = out;
    if (o->left)
        return scene_text(v, "It stopped on the way: {write} goes on with the %" PRId64 " who are left.",
                          o->left);
    return o->invited ? "All of them are written to: {outbox} shows how the mails fare."
                      : "Nobody is left to be told.";
}

static const struct act acts[] = {
    {.key = 'e',
     .name = "rename",
     .help = "Give the portal another name; says whom it concerns first",
     .op = OPNO_settings_update,
     .gives = gives,
     .begins = "business",
     .agree = AGREE_WORD,
     .question = "Change the portal's name?",
     .word = word,
     .yes = "Change the name",
     .busy = "Changing the name…",
     .review = review,
     .done = "It is done, but nobody knows yet: {write} writes to everyone."},
    {.key = 'a',
     .name = "write",
     .help = "A mail with the name to everyone who does not know it yet",
     .op = OPNO_access_invite_all,
     .agree = AGREE_YES,
     .question = "Write to everyone?",
     .yes = "Write to everyone",
     .busy = "Mails are being written…",
     .review = review_write,
     .going = writing,
     .told = written},
    {LEADS_TO('O', "outbox", "How the mails fare", OPNO_mail_list, book_outbox)},
    {0}};

static const struct also also[] = {{OPNO_access_count, NULL}, {OP_COUNT, NULL}};

const struct book book_portal_name = {.name = "name",
                                      .title = "Portal name",
                                      .op = OPNO_settings_get,
                                      .also = also,
                                      .tell = tell,
                                      .acts = acts,
                                      .live = SUBJECT_BIT(SUBJECT_BUSINESS)};
