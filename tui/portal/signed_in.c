/* Sessions (B14) of a colleague: where somebody is signed in; one or all ended. */
#include "proto/paper/show.h"
#include "tui/portal/books.h"
#include <inttypes.h>

static const struct session *session(const struct scene *v)
{
    return v->row;
}

static const struct session_list *all(const struct scene *v)
{
    return &((const struct session_list_out *)v->out)->sessions;
}

/* --- the rows */

static const char *place(const struct scene *v)
{
    char where[SHOW_SESSION];
    return scene_text(v, "%s", show_session(where, session(v)));
}

static const char *means(const struct scene *v)
{
    return show_means(session(v)->means);
}

static const char *stage(const struct scene *v)
{
    switch (session(v)->stage) {
    case STAGE_CODE: return "has still to show the code";
    case STAGE_PASSWORD: return "has still to choose a password";
    case STAGE_ENROL: return "has still to set a code up";
    default: return session(v)->current ? "this one" : "";
    }
}

static const char *mark(const struct scene *v)
{
    return session(v)->current ? "this one" : *stage(v) ? "halfway" : "";
}

static enum look look(const struct scene *v)
{
    return session(v)->current ? LOOK_STRONG : LOOK_PLAIN;
}

static const struct column columns[] = {
    {.field = "place", .title = "From", .says = "from", .width = 22, .grow = 1, .sorts = true, .text = place},
    {.field = "means", .title = "Opened with", .says = "with", .width = 12, .text = means},
    {.field = "created", .title = "Since", .says = "since", .width = 13},
    {.field = "seen", .title = "Last use", .says = "last use", .width = 13},
    {.field = "stage", .title = "", .width = 9, .grow = 1, .text = mark, .spoken = stage},
    {0}};

static void tell(struct page *p, const struct scene *v)
{
    const struct session *s = session(v);
    page_title(p, "A session%s%s", *stage(v) ? ": " : "", stage(v));
    page_fact(p, "From", "%s", place(v));
    page_fact(p, "Opened with", "%s", means(v));
    page_fact(p, "Since", "%s", scene_when(v, s->created));
    page_fact(p, "Last use", "%s", scene_when(v, s->seen));
    page_fact(p, "Ends", "%s%s", scene_when(v, s->expires),
              s->bound ? " at the latest, or with its terminal" : " at the latest");
}

static const char *name_of(const struct scene *v)
{
    return place(v);
}

/* --- ending */

static void review_one(struct page *p, const struct scene *v, const void *in)
{
    (void)in;
    page_note(p, LOOK_PLAIN, "Opened %s with %s: %s. Whoever is there is out at once.",
              scene_when(v, session(v)->created), means(v), place(v));
}

static const char *ended(const struct scene *v, const void *out)
{
    int64_t n = ((const struct session_revoke_out *)out)->ended;
    return n == 1 ? "One session has ended." : scene_text(v, "%" PRId64 " sessions have ended.", n);
}

static const char *may(const struct scene *v)
{
    return v->me->role == ROLE_READER ? "Your account may look at everything, but not change it." : NULL;
}

static const char *has_some(const struct scene *v)
{
    const char *why = may(v);
    return why ? why : all(v)->n ? NULL : "There is no session to end.";
}

static void review_all(struct page *p, const struct scene *v, const void *in)
{
    (void)in;
    page_note(p, LOOK_PLAIN, "%s is signed out everywhere, at once. What is being written there is lost.",
              show_text(all(v)->v[0].name));
}

static void of_colleague(const struct scene *v, const void *in, void *send)
{
    (void)in;
    GIVE(session_revoke_in, (struct session_revoke_in *)send, staff, v->of);
}

#define ACTS_ON(whose)                        \
    {                                         \
        {.key = 'x',                          \
         .name = "end",                       \
         .help = "End this session",          \
         .op = OPNO_session_revoke,           \
         .possible = may,                     \
         .agree = AGREE_YES,                  \
         .question = "End this session?",     \
         .yes = "End it",                     \
         .busy = "Ending it…",                \
         .review = review_one,                \
         .complete = (whose),                 \
         .told = ended},                      \
            {.key = 'X',                      \
             .name = "all",                   \
             .help = "End all of them",       \
             .about = ABOUT_ALL,              \
             .op = OPNO_session_revoke,       \
             .possible = has_some,            \
             .agree = AGREE_YES,              \
             .question = "End all sessions?", \
             .yes = "End all",                \
             .busy = "Ending them…",          \
             .review = review_all,            \
             .complete = (whose),             \
             .told = ended},                  \
        {                                     \
            0                                 \
        }                                     \
    }
static const struct act colleague_acts[] = ACTS_ON(of_colleague);

#define BOOK_OF(argument, whose)                                                                           \
    {                                                                                                      \
        .name = "sessions of somebody", .title = "Sessions", .noun = "session",                            \
        .empty = "Not signed in anywhere.", .op = OPNO_session_list, .rows = "sessions", .one = "session", \
        .of = (argument), .columns = columns, .tell = tell, .name_of = name_of, .look = look,              \
        .acts = (whose), .live = SUBJECT_BIT(SUBJECT_SESSION)                                              \
    }
const struct book book_colleague_sessions = BOOK_OF("staff", colleague_acts);
