/* All books and acts that are described: each is something that every face can show, ask for and do. */
#include "tests/unit/test.h"
#include "tui/face/fill_in.h"
#include "tui/full/book_screen.h"
#include "tui/line/talk_book.h"
#include "tui/portal/books.h"
#include <ctype.h>

static const struct book *b;
static const struct act *act;

#define HOLDS(condition, what)                                                                     \
    do {                                                                                           \
        if (condition) {                                                                           \
            test_passed++;                                                                         \
        } else {                                                                                   \
            test_failed++;                                                                         \
            fprintf(stderr, "%s, %s: %s\n", b->name, act && act->name ? act->name : "book", what); \
        }                                                                                          \
    } while (0)

static bool in_portal(const struct book *other)
{
    size_t i = 0;
    while (portal_books[i] && portal_books[i] != other)
        i++;
    return portal_books[i] != NULL;
}

/* What both faces have a question for: act_form.c and talk_act.c. */
static bool can_be_asked(const struct field *f)
{
    switch (f->type) {
    case FIELD_BOOL:
    case FIELD_COUNT:
    case FIELD_DECIMAL:
    case FIELD_ENUM:
    case FIELD_TEXT:
    case FIELD_LINES:
    case FIELD_SECRET:
    case FIELD_DATE:
    case FIELD_MONEY:
    case FIELD_TEXTS: return !(f->flags & (FIELD_HIDDEN | FIELD_CALC));
    default: return false;
    }
}

static void a_give_can_be_asked_for(const struct give *g)
{
    const struct field *f = fill_field(op_at(act->op)->in(), g->field);
    HOLDS(f, "a field that the operation does not have");
    if (!f)
        return;
    if (g->part) {
        HOLDS(f->type == FIELD_LIST && f->shape() == shape_allocation() && g->none,
              "what an amount is for: a list of allocations, none");
        return;
    }
    HOLDS(can_be_asked(f) || (f->type == FIELD_ID && g->choice), "a field that no face can ask for");
    char label[64];
    HOLDS(!g->label || strcmp(g->label, field_label(label, sizeof label, f)) != 0,
          "a label that its field has by itself");
    HOLDS(!g->label || isupper((unsigned char)*g->label), "a label begins with a capital");
    HOLDS(g->help || *f->help, "a field is explained");
    HOLDS(f->type != FIELD_TEXTS || (g->choice && g->all && g->some && g->none && g->wrong),
          "several of many: choice, all, some, none, wrong");
    HOLDS(!g->usual || f->type == FIELD_COUNT || f->type == FIELD_DECIMAL || f->type == FIELD_MONEY ||
              f->type == FIELD_TEXT || f->type == FIELD_DATE,
          "what is usual is a number, an amount, a day or a text");
    HOLDS(!g->currency || f->type == FIELD_MONEY, "a currency is an amount's");
}

/* Names of acts in a text are acts of the same book. */
static void call(const struct act *a, char *buffer, size_t size)
{
    snprintf(buffer, size, "%s", a->name);
}

static bool names_acts(const char *text)
{
    struct arena *a = arena_open();
    const char *said = book_words(b, a, text, call);
    bool fine = !said || !strpbrk(said, "{}");
    arena_close(a);
    return fine;
}

static bool is_a_word(const char *name)
{
    for (const char *s = name; *s; s++)
        if (!islower((unsigned char)*s))
            return false;
    return *name;
}

/* Never before the same person at once: they are of the two sides, or of what a record has and has not. */
static bool apart(const struct act *one, const struct act *other)
{
    static const struct me customer = {.role = ROLE_CUSTOMER}, staff = {.role = ROLE_STAFF};
    return (one->offered && other->offered) ||
           !((act_offered(one, &customer) && act_offered(other, &customer)) ||
             (act_offered(one, &staff) && act_offered(other, &staff)));
}

static void every_key_and_word_stands_once(void)
{
    for (const struct act *other = b->acts; other != act; other++)
        HOLDS((other->key != act->key || apart(act, other) || (other->offered && act->offered)) &&
                  strcmp(other->name, act->name) != 0,
              "key and name are one act's, or of what is never offered together");
    HOLDS(!(book_narrows(b) && act->key == 'f') && !strchr("?:/qQrvmbu", act->key) && !isdigit(act->key) &&
              !(b->rows && act->key == 's'),
          "a key that the interface itself has");
    HOLDS(is_a_word(act->name) && strcmp(act->name, "undo") != 0 &&
              (act->key == ENTER || strcmp(act->name, "open") != 0) && strcmp(act->name, "refresh") != 0 &&
              strcmp(act->name, "back") != 0 && strcmp(act->name, "quit") != 0 &&
              strcmp(act->name, "help") != 0 && strcmp(act->name, "find") != 0 &&
              strcmp(act->name, "show") != 0 && strcmp(act->name, "sort") != 0 &&
              strcmp(act->name, "next") != 0 && strcmp(act->name, "first") != 0,
          "a name is one word, and not one that line mode itself has");
}

static void an_act_can_be_done(void)
{
    const struct shape *in = op_at(act->op)->in();
    every_key_and_word_stands_once();
    HOLDS(act->help && isupper((unsigned char)*act->help), "an act is explained");
    for (const struct give *g = act->gives; g && g->field; g++)
        a_give_can_be_asked_for(g);
    HOLDS(!act_asks(act) || act->done || act->told || act->after || act->hands || act->keeps || b->first,
          "it is said when it is done, but for what is done before anything else");
    HOLDS(!act->undo || (act->undo->done && !act->undo->gives && !act->undo->undo && act_asks(act->undo)),
          "what takes it back asks nothing and says so");
    HOLDS(act->agree == AGREE_NONE || (act->question && act->yes && act->review), "question, yes and review");
    const struct field *despite = act->despite ? fill_field(in, act->despite->field) : NULL;
    HOLDS(!act->despite ||
              (despite && despite->type == FIELD_BOOL && act->despite->question && act->despite->yes),
          "a refusal that one may go on despite: argument, question, yes");
    HOLDS((act->agree == AGREE_WORD) == (act->word != NULL), "a word to be typed");
    const struct field *many = act->many ? fill_field(in, act->many) : NULL;
    HOLDS(!act->many || (many && (many->type == FIELD_IDS || !act_asks(act))), "it is about several rows");
    HOLDS(!act->many || act_asks(act) || act->goes->straight,
          "what is marked is taken to what begins at once");
    HOLDS(!act->differs || (!b->rows && !act->begins),
          "what differs is a record's, and it is not written on top of");
    HOLDS(!act->leaves || !b->rows, "it is a record that is left");
    HOLDS(!(op_at(act->op)->who & SHOWN_ONCE) || !act_asks(act) ||
              ((act->after || act->enters || act->hands) && act->unknown),
          "an answer that is shown once: after, unknown");
    HOLDS(!act->finds || (book_finds(b) && book_about_row(b, act)), "it finds what a row says");
    HOLDS(!act->goes || in_portal(act->goes), "it leads to a book of the portal");
    HOLDS(!act->enters ||
              (fill_field(op_at(act->op)->out(), "token") && fill_field(op_at(act->op)->out(), "me")),
          "a session: token and me");
    HOLDS(!act->hands || (act->goes && act->goes->straight && act->goes->op == act->op),
          "it hands its answer to a straight book that stands on it");
    HOLDS(!act->makes || (b->rows && fill_field(op_at(act->op)->out(), act->makes)), "it makes a row");
    HOLDS(names_acts(act->done), "a text names an act that is not there");
    if (!act->begins)
        return;
    if (!fill_field(in, act->begins)) {
        const bool is_me = strcmp(act->begins, BEGINS_ME) == 0;
        const struct field *of =
            is_me ? NULL : fill_field(op_at(b->op)->out(), b->rows ? b->rows : act->begins);
        HOLDS(act->gives && (is_me || of), "fields begin with a record");
        for (const struct give *g = act->gives; g && (is_me || of) && g->field; g++) {
            const struct field *was = fill_field(is_me ? shape_me() : of->shape(), g->field),
                               *arg = fill_field(in, g->field);
            HOLDS(was && arg && was->type == arg->type, "a field begins as it stands in the record");
        }
        return;
    }
    const struct field *mine = fill_field(in, act->begins),
                       *was = fill_field(op_at(b->op)->out(), b->rows ? b->rows : act->begins);
    HOLDS(act->gives && mine && was && mine->type == FIELD_SHAPE && mine->shape() == was->shape(),
          "fields begin with a record of the answer");
}

static bool is_in(const char *argument, enum field_type type)
{
    const struct field *f = fill_field(op_at(b->op)->in(), argument);
    return f && f->type == type;
}

static bool all_are_understood(const struct shown *shows)
{
    struct arena *a = arena_open();
    bool fine = true;
    for (; fine && shows->name; shows++) {
        struct filter f;
        fine = filter_read(a, b->filter(), shows->filter, 0, &f, NULL) == OK;
    }
    arena_close(a);
    return fine;
}

static bool names_something(const struct shape *s)
{
    bool found = fill_field(s, "id") != NULL;
    for (size_t i = 0; i < s->n; i++)
        found = found || s->fields[i].type == FIELD_ID;
    return found;
}

static void rows_can_be_shown(void)
{
    const struct field *rows = fill_field(op_at(b->op)->out(), b->rows);
    HOLDS(rows && rows->type == FIELD_LIST && (b->row_id || names_something(rows->shape())),
          "a list of rows with ids");
    HOLDS(b->noun && b->empty && b->columns, "noun, empty and columns");
    HOLDS(!book_pages(b) || (is_in("after", FIELD_TEXT) && is_in("limit", FIELD_COUNT) &&
                             fill_field(op_at(b->op)->out(), "next")),
          "pages: after, limit and next");
    HOLDS(!book_finds(b) || is_in(book_finds(b), FIELD_TEXT), "what is looked for is a text");
    HOLDS(!b->filter || fill_field(op_at(b->op)->in(), "filter"),
          "the language of a filter, where there is one");
    HOLDS(!b->of || (!*b->of && b->complete) || is_in(b->of, FIELD_ID) || is_in(b->of, FIELD_COUNT),
          "whose rows: an id, or which part of them: a number, such as a month");
    HOLDS(!b->only || is_in(b->only, FIELD_ENUM), "only some rows: an enum");
    HOLDS(!b->shows || (!b->only && b->filter && all_are_understood(b->shows)),
          "filters that have a name: of a list with a filter");
    HOLDS(!b->peek || (b->opens && !b->opens->foreign && b->peek->op == b->opens->op && b->peek->complete),
          "a preview is read as the record is");
    HOLDS(!b->opens || (in_portal(b->opens) && !b->opens->rows && b->opens->one),
          "a row is opened as a record of the portal");
    char label[64];
    for (const struct column *c = b->columns; rows && c && c->field; c++) {
        HOLDS(!c->sort || (is_in("sort", FIELD_ENUM) && is_in("reverse", FIELD_BOOL)), "the server sorts");
        const struct field *f = fill_field(rows->shape(), c->field);
        HOLDS(f && c->width, "a column is a field of the rows, with a width");
        HOLDS(!f || !c->title || strcmp(c->title, field_label(label, sizeof label, f)) != 0,
              "a title that its field has by itself");
        HOLDS(!f || c->text || !(field_heavy(f) || f->type == FIELD_BYTES),
              "a column that the table can not tell");
    }
}

static void a_book_can_be_opened(void)
{
    act = NULL;
    if (b->foreign) {
        HOLDS(full_knows(b->name), "the full screen does not know it");
        HOLDS(line_knows(b->name), "line mode does not know it");
        return;
    }
    HOLDS(b->name && b->title && b->acts, "name, title and acts");
    HOLDS(b->rows || b->tell || b->straight, "rows or a page");
    HOLDS(!b->picks || (b->picks->rows && b->picks_title && !b->rows && in_portal(b->picks)),
          "what a record is opened with is chosen from a list of the portal");
    HOLDS(b->straight || op_at(b->op)->mode == OP_READ || op_at(b->op)->mode == OP_HEAVY, "it is read");
    HOLDS(!b->straight || (!b->rows && act_asks(b->acts)), "straight: an act");
    HOLDS(!b->instead || (b->first && in_portal(b->instead->book) && b->instead->book->first &&
                          b->instead->yes && b->instead->refused),
          "instead: before anything else, in place of one that is, too");
    HOLDS(b->straight || (!b->first && !b->alone), "first and alone: of a straight book");
    size_t also = 0;
    while (b->also && b->also[also].op != OP_COUNT)
        also++;
    HOLDS(also <= BOOK_ALSO, "more other answers than a scene has");
    if (b->rows)
        rows_can_be_shown();
    bool enters = !b->rows || b->tell || b->opens;
    for (const struct act *a = b->acts; a->name && !enters; a++)
        enters = book_about_row(b, a);
    HOLDS(enters, "Enter on a row does something");
    for (act = b->acts; act->name; act++)
        an_act_can_be_done();
}

/* What is drawn by hand is told as a page, too. */
static void painters_know_their_books(void)
{
    act = NULL;
    for (const struct painter *p = full_painters; p->book; p++) {
        b = p->book;
        HOLDS(in_portal(b) && !b->foreign, "a painter of something else");
        HOLDS(!b->peeks == !p->preview, "a preview that is read is painted");
        HOLDS(b->rows ? p->around && b->above : p->paint && b->tell, "what is painted is told, too");
    }
}

/* What only the other side can do is not there at all. */
static void acts_are_of_a_side(void)
{
    static const struct me customer = {.role = ROLE_CUSTOMER}, reader = {.role = ROLE_READER};
    const struct act pays = {.op = OPNO_payment_pay}, records = {.op = OPNO_payment_record},
                     reads = {.op = OPNO_payment_get};
    CHECK(act_offered(&pays, &customer) && !act_offered(&pays, &reader));
    CHECK(!act_offered(&records, &customer) && act_offered(&records, &reader));
    CHECK(act_offered(&reads, &customer) && act_offered(&reads, &reader));
}

int main(void)
{
    painters_know_their_books();
    acts_are_of_a_side();
    for (size_t i = 0; portal_books[i]; i++) {
        b = portal_books[i];
        a_book_can_be_opened();
    }
    return test_end();
}
