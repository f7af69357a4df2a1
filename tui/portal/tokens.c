/* Machine tokens (H3): which programs may ask, for what, until when, and when they last did; made and told once, taken back. */
#include "common/date.h"
#include "common/zone.h"
#include "proto/paper/show.h"
#include "tui/portal/books.h"

static const struct machine_token *token(const struct scene *v)
{
    return v->row;
}

static bool over(const struct scene *v)
{
    return token(v)->revoked || (token(v)->expires && token(v)->expires <= v->now);
}

static enum look row_look(const struct scene *v)
{
    return over(v) ? LOOK_DIM : LOOK_PLAIN;
}

static enum look good_look(const struct scene *v)
{
    return over(v) ? LOOK_BAD : LOOK_PLAIN;
}

static const char *good(const struct scene *v)
{
    if (token(v)->revoked)
        return scene_text(v, "taken back %s", scene_day(v, token(v)->revoked));
    return scene_text(v, "%s %s", over(v) ? "expired" : "until", scene_day(v, token(v)->expires));
}

static const char *may(const struct scene *v)
{
    return show_may(token(v)->role);
}

static const char *operations(const struct scene *v)
{
    size_t n = token(v)->operations.n;
    return n ? scene_text(v, "%zu operations of it", n) : "all of it";
}

static const char *used(const struct scene *v)
{
    return token(v)->used ? scene_when(v, token(v)->used) : "never";
}

static enum look used_look(const struct scene *v)
{
    return token(v)->used ? LOOK_PLAIN : LOOK_DIM;
}

static const char *place(const struct scene *v)
{
    return token(v)->used ? show_place(token(v)->place) : "";
}

static const struct column columns[] = {
    {.field = "name", .title = "Token for", .width = 16, .grow = 2, .sorts = true},
    {.field = "role", .title = "May", .says = "may", .width = 14, .text = may},
    {.field = "operations", .width = 10, .grow = 1, .drop = 2, .text = operations},
    {.field = "expires", .title = "Good", .width = 22, .text = good, .look = good_look},
    {.field = "used",
     .title = "Last used",
     .says = "last used",
     .width = 12,
     .text = used,
     .look = used_look},
    {.field = "place", .title = "From", .says = "from", .width = 14, .grow = 1, .drop = 3, .text = place},
    {0}};

static void tell(struct page *p, const struct scene *v)
{
    const struct machine_token *t = token(v);
    page_title(p, "%s", show_text(t->name));
    page_fact(p, "May", "%s", may(v));
    page_fact_as(p, good_look(v), "Good", good(v));
    page_fact(p, "Made", "%s by %s", scene_when(v, t->created), show_text(t->created_by));
    page_fact(p, "Last used", "%s%s%s", used(v), *place(v) ? " from " : "", place(v));
    for (size_t i = 0; i < t->operations.n; i++)
        page_list(p, "Operations", t->operations.v[i]);
    if (!t->operations.n)
        page_fact(p, "Operations", "all of its role that concern no person and touch no credentials");
}

static const char *name_of(const struct scene *v)
{
    return token(v)->name;
}

/* --- making one */

static bool roles(const struct scene *v, const void *in, size_t i, struct option *o)
{
    static const int values[] = {ROLE_READER, ROLE_STAFF, ROLE_ADMIN};
    (void)v, (void)in;
    if (i >= 3)
        return false;
    *o = (struct option){.value = values[i], .name = show_may(values[i])};
    return true;
}

/* A token does what its role may and what concerns no person, as token.create has it; what touches credentials only if it is named. */
static bool allowed(const struct scene *v, const void *in, size_t i, struct option *o)
{
    int chosen = ((const struct token_create_in *)in)->role;
    unsigned role = 1u << (chosen ? chosen : ROLE_READER);
    (void)v;
    for (int n = 0; n < OP_COUNT; n++) {
        const struct op *op = op_at((enum op_number)n);
        if ((op->who & role) && !(op->who & PERSONAL) && i-- == 0) {
            *o = (struct option){
                .value = n + 1, .name = op->name, .help = op->help, .named = op->who & CREDENTIALS};
            return true;
        }
    }
    return false;
}

static const char *usual_days(const struct scene *v, const void *in)
{
    (void)v, (void)in;
    return "90";
}

static const struct give gives[] = {
    {.field = "name",
     .label = "Token for",
     .help = "The program that uses it: “nightly export”",
     .width = 40},
    {.field = "role", .label = "What it may", .choice = roles, .width = 20},
    {.field = "days",
     .label = "Good for",
     .unit = "days",
     .usual = usual_days,
     .help = "1 to 730",
     .width = 6},
    {.field = "operations",
     .all = "all of it",
     .some = "only those marked below",
     .help = "Enter alone: all that its role may, but what touches credentials.",
     .none = "Mark at least one below: Tab, then Space.",
     .wrong = "is nothing that a token of this role may",
     .choice = allowed,
     .width = 28},
    {0}};

static void after(struct page *p, const struct scene *v, const void *out)
{
    const struct token_create_out *made = out;
    char until[DATE_TEXT];
    date_short(until, zone_day(v->me->time_zone, made->machine_token->expires));
    page_title(p, "The token for “%s”, good until %s", show_text(made->machine_token->name), until);
    page_note(p, LOOK_PLAIN, "It is told only now.");
    page_secret(p, "the token", made->token);
    page_note(p, LOOK_PLAIN,
              "Nobody can look it up later. Keep it where the program reads it, and nowhere else; who has it "
              "may do "
              "what the program may. A program sends it as `token` with every request.");
}

/* --- taking one back */

static const char *can_revoke(const struct scene *v)
{
    return token(v)->revoked ? "It was taken back already." : NULL;
}

static void review(struct page *p, const struct scene *v, const void *in)
{
    (void)in;
    page_note(p, LOOK_PLAIN, "The program that uses “%s” is refused from then on. That can not be undone.",
              show_text(token(v)->name));
}

static const struct act acts[] = {
    {.key = '+',
     .name = "new",
     .help = "Make a token for a program",
     .op = OPNO_token_create,
     .gives = gives,
     .yes = "Make the token",
     .busy = "Making the token…",
     .after = after,
     .makes = "machine_token",
     .done = "The token is good from now on.",
     .unknown = "Not known whether it was made: look at the list, and take back what nobody has."},
    {.key = 'x',
     .name = "revoke",
     .help = "Take a token back at once",
     .op = OPNO_token_revoke,
     .possible = can_revoke,
     .agree = AGREE_YES,
     .question = "Take this token back?",
     .yes = "Take it back",
     .busy = "Taking it back…",
     .review = review,
     .done = "Taken back: the next request with it is refused."},
    {0}};

const struct book book_tokens = {.name = "tokens",
                                 .title = "Machine tokens",
                                 .noun = "token",
                                 .empty = "No tokens yet.",
                                 .op = OPNO_token_list,
                                 .rows = "tokens",
                                 .one = "token",
                                 .columns = columns,
                                 .tell = tell,
                                 .name_of = name_of,
                                 .look = row_look,
                                 .acts = acts,
                                 .live = SUBJECT_BIT(SUBJECT_TOKEN)};
