/* What there is to see and to do, said once for every face: the full screen, line mode, later words over SSH and paper. No terminal here.
 *
 *   book   a list with its columns, or a record as its page; and the acts that are possible there
 *   act    one operation, from the keystroke to what is said when it is done
 *   give   one field of its arguments that a person fills in: type, limits and help come from the operation
 *   scene  who looks, when, and what there is before them: all that a function of a description gets to know
 *
 * A noun is a file in tui/portal that ends in its book. What it says of itself is told as a page (common/page.h). */
#ifndef FACE_BOOK_H
#define FACE_BOOK_H
#include "common/filter.h"
#include "common/page.h"
#include "proto/op.h"

#define BOOK_ALSO 3

struct way_in {                                     /* how this program came here; texts as long as it runs */
    const char *portal, *from, *hint, *fingerprint; /* "" for not known; of the key that sshd has proved */
    const char *call; /* how a command is given there: "ssh portal@HOST"; "" where one is given here */
    bool bound;       /* sessions end with the connection, and no disk here is the person's */
};
struct scene {
    struct arena *arena; /* for texts that are made here: they live as long as what is told now */
    const struct me *me;
    int32_t today;               /* of the business */
    int64_t now;                 /* UTC milliseconds */
    const void *out;             /* answer of the book's operation */
    const void *also[BOOK_ALSO]; /* of the others; NULL: not there */
    unsigned absent;             /* bits of those of a straight book that there are none of */
    const void *row;             /* of a list: the one that is meant; NULL: none */
    uint64_t id;                 /* of the row or the record; 0: none */
    uint64_t of;                 /* of a list: whose rows; 0: everybody's */
    int only;                    /* of a list: one value of the book's `only`; 0: all */
    int sort;                    /* of a list that the server sorts: one of its orders, 0: as it comes */
    bool reverse;                /* … the other way round */
    bool codes;                  /* the face draws what a phone reads */
    uint64_t *marked;            /* of an act about several rows: their ids … */
    size_t marked_n;             /* … 0: the one that is meant */
    const char *find;            /* of a list: what is looked for; NULL or "": everything */
    const char *after; /* of a list in pages: where the page begins that is meant; NULL or "": the first */
    int64_t most;      /* rows of a page; 0: as many as there can be */
    const struct way_in *way; /* NULL: nobody asks for it here */
    const void *sent;         /* with what an act was asked: the one that is done, or that led here */
};
const char *scene_text(const struct scene *v, const char *format, ...) PRINTF(2, 3);
/* For `goes_by`: the record or row that is meant; whose rows they are. */
uint64_t scene_id(const struct scene *v);
uint64_t scene_of(const struct scene *v);
/* That command as it is typed where this person sits, the host as the server tells it. */
const char *scene_command(const struct scene *v, const char *words);
const char *scene_day(const struct scene *v, int64_t instant);  /* "29 Nov" */
const char *scene_when(const struct scene *v, int64_t instant); /* "29 Nov 09:14", "" for never */

/* A column of a list: a field of its rows. The type says how it is told and on which side it stands, unless it is said here. */
struct column {
    const char *field, *title; /* title: NULL: the field's label */
    const char *says;          /* before it in a sentence: "may"; NULL: nothing */
    uint8_t width, grow, drop;
    bool sparse;  /* not there while no row has anything in it */
    bool sorts;   /* can be sorted by, here: all rows are */
    uint8_t sort; /* can be sorted by, by the server: a value of the operation's `sort`; 0: not … */
    bool down;    /* … whose natural direction is downwards */
    const char *(*text)(const struct scene *v);   /* NULL: by the table */
    const char *(*spoken)(const struct scene *v); /* in a sentence, instead of text; "": not at all */
    enum look (*look)(const struct scene *v);
    bool (*offered)(const struct scene *v); /* NULL: always. By who looks and whose rows, not by the row */
};

struct option {
    int64_t value;
    const char *name, *help; /* of a field of texts the name is also what is sent */
    bool named;              /* of many: only meant when it is marked, not by "all" */
};
enum give_as {
    AS_IT_IS,
    AS_SHOWN,
    AS_LINES,
    AS_TAIL
}; /* a secret that is seen; a text that is pasted, maybe broken; a secret that is seen while it is typed, then its last four alone */
/* One of what an amount can be for: an invoice that is open. */
struct part {
    uint64_t id;
    const char *name, *state; /* its number; "overdue 2 days" */
    enum look look;           /* of the state */
    struct money due;
    bool in;         /* to begin with, all of it */
    const char *why; /* why it can not be; NULL: it can */
};
struct give {
    const char *field, *label; /* path in the arguments: "settings.host"; label: NULL: the field's own */
    const char *help, *unit;   /* help: NULL: the table's */
    const char *heading;       /* above it: the fields from here on belong together; NULL: to those before */
    const char *
        empty; /* what nothing typed means, or a number that is 0, after the label: "empty for none"; of a choice, the one for none */
    const char *all, *some; /* of many: "all of it", "only those marked below" */
    const char *none,
        *wrong; /* of many: none of them is marked; said after a name that is not among them, and for a code that is not good */
    uint8_t width;
    enum give_as as;
    bool twice; /* of a secret that is chosen: typed once more, for nobody sees it */
    bool must;  /* when it is wanted, also where the operation could do without */
    /* The i-th of what can be chosen, in the light of what was given before; NULL: all of the enum. */
    bool (*choice)(const struct scene *v, const void *in, size_t i, struct option *o);
    /* What stands there at first, in the words of who would type it; NULL: nothing. */
    const char *(*first)(const struct scene *v);
    /* What stands for nothing typed; it follows the other fields. Of numbers. */
    const char *(*usual)(const struct scene *v, const void *in);
    bool (*wanted)(const struct scene *v,
                   const void *in); /* NULL: always. What is not wanted is neither asked for nor sent */
    bool (*offered)(
        const struct scene *v); /* NULL: to everybody; false: there is no such field for this one */
    bool later;                 /* only asked for when the server refuses without it */
    bool
        proof; /* shows who asks: a refusal that names no field is about the last of these, and it is typed again */
    /* Of texts: NULL or what is wrong, beyond the table; what must not even stand there: a face takes it away at once; and what is meant
     * by what was typed. */
    const char *(*check)(const char *typed);
    const char *(*never)(const char *typed);
    /* What stands beside it while it is typed; *wrong: why it can not be sent so, as a sentence. */
    const char *(*beside)(const struct scene *v, const char *typed, const char **wrong);
    const char *(*tidy)(struct arena *a, const char *typed);
    const char *(*currency)(const struct scene *v); /* of an amount; NULL: the business's */
    /* Of a list of allocations, and nothing else then: the i-th that the amount can be for, and whether each only whole. */
    bool (*part)(const struct scene *v, size_t i, struct part *p);
    const struct book *otherwise; /* leads to what else can be done about one of them */
    bool (*whole)(const struct scene *v);
};
#define GIVE_DIFFERS "The two differ."

enum about {
    ABOUT_AS_IT_TAKES,
    ABOUT_ROW,
    ABOUT_ALL
}; /* one row when its operation takes one, or as it is said */
enum agree { AGREE_NONE, AGREE_YES, AGREE_WORD };
struct despite { /* a refusal after which it is asked whether it is meant all the same */
    enum err code;
    const char *field; /* the argument that says so */
    const char *question, *yes;
};
/* What takes a while and must not be done twice: looked at until its outcome is known. */
struct follow {
    enum op_number look, nudge; /* how it stands; what is asked now and then, so that it goes on */
    void (*about)(const struct scene *v, const void *out, void *in); /* arguments of both */
    bool (*over)(const void *out),
        (*failed)(const void *out); /* of what was answered last, first by the act's own operation */
    void (*tell)(struct page *p, const struct scene *v, const void *out); /* one that failed */
    const char *(*doing)(const struct scene *v, const void *in);
    const char *lost, *waits,
        *slow;                   /* nobody answered; it is being done; that takes long, and one may leave */
    const char *nothing, *again; /* what a failure leaves; to the fields once more */
};
struct book;
/* The answer is a file, with what it is called: it is kept in a new one of one's own, never over another. Not for who came over ssh: that machine is not theirs. */
struct keeps {
    const char *bytes, *name; /* fields of the answer */
};
struct act {
    int key;
    const char *name, *help; /* name: one word, of the keys and of line mode */
    const char *title;       /* of its form; NULL: its name, and what a row is called */
    bool quiet;              /* found by who looks for it: not among the first that are told */
    enum op_number op;       /* who may and what it takes is its row; with `goes` alone it is not asked */
    enum about about;
    const struct give *gives;                              /* NULL: nothing. Ends with {0} */
    const char *note;                                      /* above them */
    void (*before)(struct page *p, const struct scene *v); /* the same as a page */
    const char *
        begins; /* argument that is a record to change: "settings". They begin with the row that is meant, or with
                                 that field of the book's answer; what differs is sent, and the revision. BEGINS_ROW: the
                                 arguments themselves are fields of the row, BEGINS_ME: of who looks; a field that is no
                                 argument: of that record */
    void (*complete)(const struct scene *v, const void *in, void *send); /* adds what nobody fills in */
    /* NULL: always; false: it is nothing that this record has. Not told among the others then; `possible` says why, too. */
    bool (*offered)(const struct scene *v);
    const char *(*possible)(
        const struct scene *v); /* NULL: always. NULL, or why not; may name acts: "{change} sets one." */
    /* NULL, or what is wrong with all of it, under that field. */
    const char *(*wrong)(const struct scene *v, const void *in, const char **field);
    const struct despite *despite; /* NULL: there is none */
    const struct follow *follow;   /* NULL: it is done when it is answered */
    enum agree agree;
    void (*review)(struct page *p, const struct scene *v, const void *in); /* what is agreed to */
    const char *(*word)(const struct scene *v, const void *in); /* of AGREE_WORD: what has to be typed */
    const char *question, *yes, *busy;
    const char *done;                                            /* may name acts */
    const char *(*told)(const struct scene *v, const void *out); /* instead of done */
    /* Done a part at a time: what is said meanwhile, and it is asked for once more; NULL: it is done. */
    const char *(*going)(const struct scene *v, const void *out);
    const char *
        many; /* argument for the ids of several rows: it is about those that are marked, or about one; of a record: about that */
    const struct act
        *undo; /* takes it back for UNDO_MS, with what was shown when it was done; NULL: nothing does */
    /* When somebody changed the record meanwhile: what is another now than it was agreed to. Nothing was done then, and nothing is but to read. */
    void (*differs)(struct page *p, const struct scene *was, const void *is);
    bool leaves;       /* the record is not there any more: back to where it was opened from */
    const char *makes; /* field of the answer that is a row of the book now: the cursor goes there */
    bool opens;        /* … and it is told at once */
    void (*learns)(struct me *me, const void *out); /* what is another with the one who did it */
    bool (*already)(
        const struct scene *v); /* NULL: never. It is so already: nothing is asked, and it is done */
    bool enters; /* the answer is a session: `token` and `me`; one is there as that from now on */
    /* A page before that, such as a secret that is told once. */
    void (*after)(struct page *p, const struct scene *v, const void *out);
    /* When nobody knows whether it was done and asking again would not tell: the answer is shown once. */
    const char *unknown;
    enum err
        as_done; /* a refusal from which nobody is to learn anything: it is as if it was done; OK: none */
    const struct book *goes; /* on to there: at once, or when it is done … */
    uint64_t (*goes_to)(const struct scene *v, const void *out); /* … with this record; 0: it stays here */
    uint64_t (*goes_by)(const struct scene *v);                  /* … at once, with that one, or … */
    /* … with one of several, where there are: the i-th. */
    bool (*goes_among)(const struct scene *v, size_t i, struct option *o);
    const struct keeps *keeps; /* NULL: it is none */
    bool hands;                /* … with its answer, which is what that book stands on */
    /* Nothing is asked at all: */
    const char *(*copies)(const struct scene *v);         /* that is copied, or told on a row of its own */
    const char *(*finds)(const struct scene *v);          /* that is looked for in this list */
    void (*tells)(struct page *p, const struct scene *v); /* a page of its own */
};
#define BEGINS_ROW "."
#define BEGINS_ME "me"
#define ENTER '\r' /* key of an act on a record or a row: what lies behind it */
#define UNDO_MS 10000
#define DELETE_KEY 0x110009 /* as tui/full/keystroke.h has it */
/* An act that leads to a book, at once; with `goes_by` and the like behind it. op: what one has to be allowed. */
#define LEADS_TO(its_key, its_name, its_help, its_op, to) \
    .key = (its_key), .name = (its_name), .help = (its_help), .op = (its_op), .goes = &(to)
bool act_asks(const struct act *a); /* does it ask its operation? */

struct also { /* what else is asked for */
    enum op_number op;
    void (*complete)(const struct scene *v, void *in);
};
struct shown { /* a filter that has a name */
    const char *name, *filter;
};
struct peek { /* what is read of a row for its preview */
    enum op_number op;
    const void *in;
};
struct instead { /* of a straight book: where its act can not be done, is refused or not wanted */
    const struct book *book;
    const char *yes;     /* leads there */
    const char *refused; /* said there when the key, or what it is, does not let in */
};
struct book {
    const char *name;         /* "tokens"; of a foreign one, the name by which faces know it */
    const char *title, *noun; /* noun: of one row */
    const char *
        empty; /* there are no rows; may name acts. The act with the key + is named by itself, unless one is */
    const char *note;                                     /* of a list: stands below its rows */
    void (*above)(struct page *p, const struct scene *v); /* of a list: what is told before its rows */
    /* Of a list whose rows lead to things of many kinds: what is read of the one that is meant; false: nothing. Painted, not told. */
    bool (*peeks)(const struct scene *v, struct peek *p);
    uint64_t (*row_id)(
        const void *row); /* what tells rows apart where their `id` does not; NULL: that does */
    /* Of a list: what is asked when its first page is shown, to say that it was read; false: nothing. The bell counts anew then. */
    bool (*seen)(const struct scene *v, struct peek *p);
    const char *closed; /* said to whom its operation is not for; NULL: as of an act */
    enum op_number op;  /* the list, or the record */
    const char *rows;   /* field of the answer that is the list; NULL: a record */
    const char *one;    /* argument that names one record, of the acts on it and of the record's op; where the
                                  record itself is called so, it is named by `id` */
    const char *
        of; /* argument of the list that says whose rows: with what the book is opened; "": `complete` knows what
                                  that means */
    const char *only;                /* argument of the list, one of an enum: only such rows */
    const struct shown *shows;       /* instead of it, of a list with a filter. Ends with {0} */
    const struct shown *shows_staff; /* … and more of them, for staff alone */
    const struct book *opens; /* a row is opened as that record, read by itself; NULL: told from the row */
    const struct also *peek;  /* … and is read so for a preview of it; NULL: that is told from the row */
    int holds; /* of a list: SUBJECT_… of its rows, where they are made elsewhere, too; 0: not */
    /* Of a list: is the event about a row that is not in it yet? Then it is counted, and stands there when one asks for it. */
    bool (*fresh)(const struct scene *v, const struct event *e);
    int64_t (*again)(const struct scene *v); /* it is looked at again after so many ms; 0: not, NULL: never */
    const struct filter_fields *(*filter)(
        void); /* language of the list's `filter`; with `search` alone: words */
    void (*complete)(const struct scene *v, void *in); /* adds to what it asks with */
    const struct also *also;                           /* ends with op OP_COUNT; NULL: nothing */
    bool (*asks_also)(const struct scene *v);          /* of a straight book: at all; NULL: it does */
    unsigned
        also_after; /* bits of those that go by the book's own answer, a record: asked when that is there */
    const struct column *columns;
    void (*tell)(struct page *p,
                 const struct scene *v); /* the record, or the row that is meant; NULL: the rows say all */
    const char *(*name_of)(const struct scene *v); /* of the record or row: the crumb */
    const char *(*says)(const struct scene *v);    /* of a record: one sentence beside it, NULL: none */
    enum look (*look)(const struct scene *v);      /* of a whole row */
    const struct act *acts;                        /* ends with {0} */
    unsigned live; /* bits SUBJECT_BIT: events about these change what is shown */
    bool
        straight; /* what one opens it for is its first act: that begins as soon as it was read, and leaving the one leaves the
                      other. Its operation may be one that makes something, or OP_COUNT: none. What is typed there is known by heart */
    bool first; /* … before anything else: leaving it signs out, and when it is done one goes on */
    bool hides; /* … in front of what is kept below it: one goes on there, and Esc shows none of it */
    bool alone; /* … with the screen for itself */
    const struct instead *instead; /* … and in its place; NULL: nothing */
    /* … or what it is opened for is done already, or under way, as was read: that record is shown instead, and why is said with it; 0: it begins. */
    const struct book *rather;
    uint64_t (*rather_this)(const struct scene *v, const char **why);
    /* What it is opened with is chosen from that list, where it is not said. */
    const struct book *picks;
    int picks_only;
    const char *picks_title;
    bool foreign; /* not described yet: a face knows it by its name and has something of its own */
};
#define SUBJECT_BIT(subject) (1u << (subject))

/* The rows of an answer: their number, their shape and the first. */
size_t book_rows(const struct book *b, const void *out, const struct shape **of, const char **first);
uint64_t book_row_id(const struct book *b, const struct shape *of, const void *row);
/* Puts row and id into the scene; false, and none there, when it is not among the rows. */
bool book_find(const struct book *b, struct scene *v, uint64_t id);
bool column_offered(const struct column *c, const struct scene *v);
const char *book_cell(const struct column *c, const struct scene *v, const struct shape *of);
/* A list may come in pages: an operation that has `after`. Where the next one begins; NULL: this was the last. */
bool book_pages(const struct book *b);
const char *book_next(const struct book *b, const void *out);
/* The argument that finds some of the rows: "filter", "search" or NULL. */
const char *book_finds(const struct book *b);
/* All pages as one answer, in an arena that holds them: a copy of the page after the rows so far (NULL: none; *room is 0 then). */
void *book_join(const struct book *b, struct arena *a, const void *so_far, const void *page, size_t *room);
bool book_narrows(const struct book *b); /* are there such? */
/* The i-th value that the list can be narrowed to, and what it is called; false behind the last. 0 is "all". */
bool book_only(const struct book *b, const struct me *me, size_t i, struct option *o);
/* How many rows there are in all, as the server counted; −1: not told. */
int64_t book_total(const struct book *b, const void *out);
/* Of a list in which something was looked for: how many pass, −1: not told; more: at least; sums: what they come to, "" for not known. */
int64_t book_matched(const struct book *b, const struct scene *v, bool *more, const char **sums);
/* What is said in place of rows; nothing: what the book says of none at all, as book_words has it. */
const char *book_empty(const struct scene *v, const char *nothing);
/* NULL, or why this person can not open it. */
const char *book_closed(const struct book *b, const struct me *me);
/* The argument of its operation that names the one record it is about; NULL: there is none. */
const char *act_one(const struct book *b, const struct act *a);
/* The act that Enter does on a row; NULL: it opens it, or there is none. */
const struct act *book_enters(const struct book *b);
/* Is the act about one row of the list, or several? */
bool book_about_row(const struct book *b, const struct act *a);
/* Is the i-th of what else is asked for there for whom the code of a document let in? */
bool book_may_also(const struct book *b, size_t i, const struct me *me);
/* Arguments of the book's own operation (also < 0) or of what else is asked for, in the scene's arena. */
void *book_asks(const struct book *b, const struct scene *v, int also);
/* NULL, or why this person can not do it at all, whatever is before them. */
const char *act_refused(const struct act *a, const struct me *me);
/* Is it for this person's side of the portal? What only the other side can do is not there at all. */
bool act_offered(const struct act *a, const struct me *me);
/* NULL, or why it can not be done: the person, or what is before them. call: what the face calls an act ("e"); texts live in the
 * scene's arena, which a face empties before each time it asks. */
typedef void act_calls(const struct act *a, char *buffer, size_t size);
const char *act_impossible(const struct book *b, const struct act *a, const struct scene *v, act_calls *call);
/* NULL, or why a straight book can not begin. Before anything else it does not matter who one is. */
const char *book_not_begun(const struct book *b, const struct scene *v, act_calls *call);
/* "{change} sets one." with what the face calls that act. NULL for NULL. */
const char *book_words(const struct book *b, struct arena *a, const char *text, act_calls *call);
/* What is said where there are no rows: what the book says, and which act adds one, for who may. Of acts that are offered by what was read
 * the first that is; before it is there, none. */
const char *book_nothing(const struct book *b, const struct scene *v, act_calls *call);
const struct act *book_act(const struct book *b, const char *name); /* there has to be one */
#endif
