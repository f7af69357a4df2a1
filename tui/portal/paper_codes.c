/* Codes that open one document without an account (D17): staff mail them, see when they were used, and take them back. */
#include "proto/paper/show.h"
#include "tui/portal/paper_codes.h"
#include "tui/portal/papers.h"

static const struct doc_code *code(const struct scene *v)
{
    return v->row;
}

static const char *good(const struct scene *v)
{
    const struct doc_code *c = code(v);
    return c->revoked ? scene_text(v, "taken back %s", scene_when(v, c->revoked))
           : c->good  ? scene_text(v, "until %s", scene_day(v, c->expires))
                      : show_text(c->why_not);
}

static const char *good_spoken(const struct scene *v)
{
    return scene_text(v, "%s%s", code(v)->good ? "good " : "", good(v));
}

static enum look good_look(const struct scene *v)
{
    return code(v)->good ? LOOK_PLAIN : LOOK_DIM;
}

static const char *used(const struct scene *v)
{
    return code(v)->opened ? scene_when(v, code(v)->last) : "never";
}

static const char *from(const struct scene *v)
{
    return code(v)->opened ? show_place(code(v)->place) : "";
}

static const struct column columns[] = {
    {.field = "email", .title = "Mailed to", .says = "mailed to", .width = 24, .grow = 2},
    {.field = "created", .width = 12, .drop = 1},
    {.field = "expires",
     .title = "Good",
     .width = 26,
     .text = good,
     .spoken = good_spoken,
     .look = good_look},
    {.field = "last", .says = "last used", .width = 12, .text = used},
    {.field = "place", .title = "From", .says = "from", .width = 14, .grow = 1, .drop = 2, .text = from},
    {0}};

static void tell(struct page *p, const struct scene *v)
{
    const struct doc_code *c = code(v);
    page_title(p, "%s", show_text(c->email));
    page_fact(p, "For", "%s", show_text(c->name));
    page_fact_as(p, good_look(v), "Good", good(v));
    page_fact(p, "Sent", "%s by %s", scene_when(v, c->created), show_text(c->by));
    page_fact(p, "Last used", "%s%s%s", used(v), *from(v) ? " from " : "", from(v));
    if (c->opened)
        page_fact(p, "Used", "%lld times", (long long)c->opened);
    if (c->revoked)
        page_fact(p, "Taken back", "%s by %s", scene_when(v, c->revoked), show_text(c->revoked_by));
}

static const char *name_of(const struct scene *v)
{
    return show_text(code(v)->email);
}

static const char *can_revoke(const struct scene *v)
{
    return code(v)->revoked ? "It was taken back already." : NULL;
}

static void review(struct page *p, const struct scene *v, const void *in)
{
    (void)in;
    page_note(
        p, LOOK_PLAIN,
        "Whoever has the code that was mailed to %s opens nothing with it from then on; what is open is "
        "closed at once. Another one can be sent.",
        show_text(code(v)->email));
}

static const struct act acts[] = {{.key = 'x',
                                   .name = "revoke",
                                   .help = "Take a code back at once",
                                   .op = OPNO_code_revoke,
                                   .possible = can_revoke,
                                   .agree = AGREE_YES,
                                   .question = "Take this code back?",
                                   .yes = "Take it back",
                                   .busy = "Taking it back…",
                                   .review = review,
                                   .done = "Taken back: it opens nothing any more."},
                                  {0}};

const struct book book_codes = {.name = "codes",
                                .title = "Codes",
                                .noun = "code",
                                .empty = "No code was mailed.",
                                .op = OPNO_code_list,
                                .rows = "codes",
                                .one = "code",
                                .of = "document",
                                .columns = columns,
                                .tell = tell,
                                .name_of = name_of,
                                .acts = acts,
                                .live = SUBJECT_BIT(SUBJECT_ESTIMATE) | SUBJECT_BIT(SUBJECT_INVOICE) |
                                        SUBJECT_BIT(SUBJECT_RETAINER) | SUBJECT_BIT(SUBJECT_CREDIT_NOTE)};

/* --- mailing one */

bool code_is_sent(const struct scene *v)
{
    return paper_of(v)->state != DOC_DRAFT && paper_of(v)->sent;
}

bool code_is_unsent(const struct scene *v)
{
    return !code_is_sent(v);
}

const char *code_can(const struct scene *v)
{
    return paper_of(v)->state == DOC_VOID ? "It was withdrawn." : NULL;
}

void code_of_this(const struct scene *v, const void *in, void *send)
{
    (void)in;
    GIVE(code_send_in, (struct code_send_in *)send, document, v->id);
}

void code_explained(struct page *p)
{
    page_note(
        p, LOOK_PLAIN,
        "A code goes to the contact person to turn to, or else to the customer's own address. Whoever has it "
        "reads, answers and pays this document, and sees nothing else.");
}

void code_review(struct page *p, const struct scene *v, const void *in)
{
    (void)in;
    page_fact(p, "Document", "%s, %s", show_text(paper_of(v)->number), show_text(paper_of(v)->customer_name));
    code_explained(p);
    page_note(p, LOOK_PLAIN, "An earlier code to the same address ends.");
}

const char *code_told(const struct scene *v, const void *out)
{
    const struct code_send_out *o = out;
    return scene_text(v, "A code %s %s. {codes} takes it back.",
                      o->held ? "waits for a mail server, and then goes to" : "is on its way to",
                      show_text(o->code->email));
}
