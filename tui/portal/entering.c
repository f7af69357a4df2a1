/* Getting in with a code of a mail, before anybody is signed in: an invitation (B3), a forgotten password (B9), a document (D17). Nothing here says whether anybody
 * has an address. */
#include "common/date.h"
#include "proto/paper/show.h"
#include "tui/portal/books.h"
#include "tui/portal/proofs.h"
#include <ctype.h>

#define NOT_GOOD "That code is not good: mistyped, used, replaced or too old."

/* Codes tell by their length what they are of; in groups of five they are read so. */
#define DOCUMENT_LETTERS 20
#define OTHER_LETTERS 25
static size_t letters(const char *typed)
{
    size_t n = 0;
    for (; *typed; typed++)
        n += isalnum((unsigned char)*typed) != 0;
    return n;
}

static const char *of_a_document(const char *typed)
{
    return letters(typed) == DOCUMENT_LETTERS
               ? "That is the code of a document: go back, and choose “I have a code”."
               : NULL;
}

static const char *of_no_document(const char *typed)
{
    return letters(typed) == OTHER_LETTERS
               ? "That is no code of a document: an invitation and a forgotten password have their own place."
               : NULL;
}

#define CODE_CHECKED(says, check_)                                                                    \
    {                                                                                                 \
        .field = "code", .label = (says), .as = AS_SHOWN, .must = true, .proof = true, .width = 34,   \
        .help = "As the mail says it; capitals, blanks and hyphens do not matter", .wrong = NOT_GOOD, \
        .check = (check_)                                                                             \
    }
#define CODE_OF_MAIL(says) CODE_CHECKED(says, NULL)

/* What no person fills in: which portal, and how one came. */
#define COMPLETE(op_in, in, v)                     \
    do {                                           \
        if (*(v)->way->from)                       \
            GIVE(op_in, in, from, (v)->way->from); \
        if ((v)->way->bound)                       \
            GIVE(op_in, in, bound, true);          \
    } while (0)

static const struct password_rules_out *rules(const struct scene *v)
{
    return v->also[0];
}

static const char *beside(const struct scene *v, const char *typed, const char **wrong)
{
    return proof_chosen(rules(v), v, typed, wrong);
}

static void tell_rules(struct page *p, const struct scene *v)
{
    page_quote(p, "Rules for passwords",
               rules(v) ? rules(v)->rules
                        : "At least 10 characters. Several words are easy to remember and hard to guess.");
}

#define CHOSEN(says)                                                                                    \
    {                                                                                                   \
        .field = "password", .label = (says), .help = "You sign in with it from now on", .twice = true, \
        .beside = beside, .width = 28                                                                   \
    }

static const struct also also[] = {{OPNO_password_rules, NULL}, {OP_COUNT, NULL}};

/* --- an invitation: its code, then whom it is for, and a password */

static void before_code(struct page *p, const struct scene *v)
{
    (void)v;
    page_note(p, LOOK_PLAIN,
              "The mail that invited you has a code. It is good once, and shows you whom it is for before "
              "anything is done.");
    page_note(p, LOOK_DIM,
              "No good any more? Ask whoever invited you: a new invitation is quickly sent, and the old code "
              "ends.");
}

static void look_at(const struct scene *v, const void *in, void *send)
{
    (void)in;
    GIVE(invitation_show_in, (struct invitation_show_in *)send, portal, v->way->portal);
}

static const struct give look_gives[] = {CODE_CHECKED(NULL, of_a_document), {0}};
static const struct act look_acts[] = {{.key = 'g',
                                        .name = "look",
                                        .help = "Look whom it is for",
                                        .op = OPNO_invitation_show,
                                        .before = before_code,
                                        .gives = look_gives,
                                        .complete = look_at,
                                        .yes = "Go on",
                                        .busy = "Looking for your invitation…",
                                        .hands = true,
                                        .goes = &book_invitation},
                                       {0}};

static const struct invitation_show_out *invitation(const struct scene *v)
{
    return v->out;
}

static const char *welcome(const struct scene *v)
{
    const char *name = show_text(invitation(v)->name);
    return scene_text(v, "Welcome, %s", *name ? name : show_text(invitation(v)->email));
}

static void before_accept(struct page *p, const struct scene *v)
{
    const struct invitation_show_out *i = invitation(v);
    char until[DATE_TEXT];
    page_note(p, LOOK_PLAIN, "%s",
              *show_text(i->customer_name)
                  ? scene_text(v, "You are invited to the portal of %s, for %s. You will sign in as %s.",
                               show_text(i->business), i->customer_name, show_text(i->email))
                  : scene_text(v, "You are invited to work at %s. You will sign in as %s.",
                               show_text(i->business), show_text(i->email)));
    page_note(p, LOOK_PLAIN, "Choose a password; the invitation is good until %s.",
              date_short(until, date_of_instant(i->expires, 0)));
    tell_rules(p, v);
}

static void accept(const struct scene *v, const void *in, void *send)
{
    const struct invitation_show_in *looked = v->sent;
    struct invitation_accept_in *to = send;
    (void)in;
    GIVE(invitation_accept_in, to, portal, looked->portal);
    GIVE(invitation_accept_in, to, code, looked->code);
    COMPLETE(invitation_accept_in, to, v);
}

static const struct give accept_gives[] = {CHOSEN(NULL), {0}};
static const struct act accept_acts[] = {{.key = 'a',
                                          .name = "accept",
                                          .help = "Accept the invitation, and be signed in",
                                          .op = OPNO_invitation_accept,
                                          .before = before_accept,
                                          .gives = accept_gives,
                                          .complete = accept,
                                          .yes = "Accept and sign in",
                                          .busy = "Accepting the invitation…",
                                          .enters = true,
                                          .done = "Welcome. From now on you sign in with this password."},
                                         {0}};

#define ALONE .straight = true, .alone = true
const struct book book_invitation_code = {
    .name = "invitation code", .title = "Invitation", .op = OPNO_session_sign_in, .acts = look_acts, ALONE};
const struct book book_invitation = {.name = "invitation",
                                     .title = "Invitation",
                                     .op = OPNO_invitation_show,
                                     .also = also,
                                     .name_of = welcome,
                                     .acts = accept_acts,
                                     ALONE};

/* --- a document: its code opens it, and nothing else */

static void before_open(struct page *p, const struct scene *v)
{
    (void)v;
    page_note(
        p, LOOK_PLAIN,
        "The mail about a document has a code that opens it: to read, answer and pay it, without an account. "
        "It opens nothing else.");
    page_note(p, LOOK_DIM, "No good any more? Ask whoever sent it for another one.");
}

static void open_with(const struct scene *v, const void *in, void *send)
{
    struct code_open_in *to = send;
    (void)in;
    GIVE(code_open_in, to, portal, v->way->portal);
    COMPLETE(code_open_in, to, v);
}

static const struct give open_gives[] = {CODE_CHECKED("Code of the mail", of_no_document), {0}};
static const struct act open_acts[] = {{.key = 'o',
                                        .name = "read",
                                        .help = "Open the document",
                                        .op = OPNO_code_open,
                                        .before = before_open,
                                        .gives = open_gives,
                                        .complete = open_with,
                                        .yes = "Open it",
                                        .busy = "Looking for the document…",
                                        .enters = true,
                                        .done = "This is the document. Nothing else is shown."},
                                       {0}};

const struct book book_document_code = {
    .name = "document code", .title = "A document", .op = OPNO_session_sign_in, .acts = open_acts, ALONE};

/* --- a forgotten password: the address, then the code of the mail and another one */

static void before_send(struct page *p, const struct scene *v)
{
    (void)v;
    page_note(p, LOOK_PLAIN,
              "A code by mail lets you choose another one. Until then the old password stays good.");
}

static void send_to(const struct scene *v, const void *in, void *send)
{
    struct password_ask_reset_in *to = send;
    (void)in;
    GIVE(password_ask_reset_in, to, portal, v->way->portal);
    if (*v->way->from)
        GIVE(password_ask_reset_in, to, from, v->way->from);
}

/* That was typed before. */
static const char *typed(const struct scene *v)
{
    const struct session_sign_in_in *led = v->sent;
    return led ? show_text(led->email) : "";
}

static const struct give send_gives[] = {{.field = "email",
                                          .first = typed,
                                          .label = "Your e-mail",
                                          .help = "The address you sign in with",
                                          .must = true,
                                          .width = 40},
                                         {0}};
static const struct act send_acts[] = {{.key = 'n',
                                        .name = "send",
                                        .help = "Send a code by mail",
                                        .op = OPNO_password_ask_reset,
                                        .before = before_send,
                                        .gives = send_gives,
                                        .complete = send_to,
                                        .as_done = ERR_NOT_FOUND,
                                        .yes = "Send me a code",
                                        .busy = "One moment…",
                                        .hands = true,
                                        .goes = &book_reset},
                                       {.key = 'h',
                                        .name = "have",
                                        .help = "A code of such a mail is there already",
                                        .op = OPNO_password_ask_reset,
                                        .yes = "I have a code",
                                        .hands = true,
                                        .goes = &book_reset},
                                       {0}};

static void before_reset(struct page *p, const struct scene *v)
{
    const struct password_ask_reset_in *sent = v->sent;
    if (*show_text(sent->email))
        page_note(p, LOOK_PLAIN,
                  "If %s may sign in here, a code is on its way there. Look among the unwanted mail, too.",
                  sent->email);
    else
        page_note(p, LOOK_PLAIN, "The mail that was sent to you has a code.");
    tell_rules(p, v);
}

static void reset(const struct scene *v, const void *in, void *send)
{
    struct password_reset_in *to = send;
    (void)in;
    GIVE(password_reset_in, to, portal, v->way->portal);
    COMPLETE(password_reset_in, to, v);
}

static const struct give reset_gives[] = {CODE_OF_MAIL("Code of the mail"), CHOSEN("New password"), {0}};
static const struct act reset_acts[] = {{.key = 'w',
                                         .name = "reset",
                                         .help = "Set another password, and be signed in",
                                         .op = OPNO_password_reset,
                                         .before = before_reset,
                                         .gives = reset_gives,
                                         .complete = reset,
                                         .yes = "Set it and sign in",
                                         .busy = "Setting your password…",
                                         .enters = true,
                                         .done = "Your new password is set."},
                                        {0}};

const struct book book_forgotten = {
    .name = "forgotten", .title = "Forgotten password", .op = OPNO_session_sign_in, .acts = send_acts, ALONE};
const struct book book_reset = {.name = "reset",
                                .title = "Another password",
                                .op = OPNO_password_ask_reset,
                                .also = also,
                                .acts = reset_acts,
                                ALONE};
