/* What stands between the interface and the daemon: who is signed in, asks that go out one after another on one link, and the
 * news that arrive on a second one (event.wait). Screens see it through ui_session.
 *
 * Asks: a read that gets lost is silently dropped (the screen loads again once connected). A write that was sent and whose answer got
 * lost is sent again with the same id after reconnecting, for up to CLIENT_UNKNOWN_MS; after that its screen gets ERR_OFFLINE, which
 * then means "outcome unknown". A write that was never sent is refused with ERR_OFFLINE at once and its detail says so. */
#ifndef TUI_CLIENT_H
#define TUI_CLIENT_H
#include "tui/link/loop.h"
#include "tui/full/ui.h"

#define CLIENT_UNKNOWN_MS 60000
#define CLIENT_NOT_SENT "Not connected: nothing was sent."

struct client;
struct way_in;
/* How it is shown that a session has ended or is locked, where that is no screen. Line mode brings one. */
struct client_face {
    void *ctx;
    void (*warn)(void *ctx,
                 const char *text); /* nobody there for nine minutes, and again every few seconds */
    void (*locked)(void *ctx, const char *why);
    void (*signed_out)(void *ctx, const char *why);
};
struct client_options {
    const char *url;                /* of the daemon */
    const char *portal;             /* name of the portal; "" or NULL: the sign-in screen asks */
    const char *hint;               /* shown on the sign-in screen; NULL: nothing. All texts are copied. */
    const struct client_face *face; /* NULL: screens. Outlives the client */
    /* What sshd knows of the person, when it stands before this program. */
    const char *fingerprint; /* SHA256:… of the key it has proved; NULL: none */
    const char *from;        /* address of the person's terminal; NULL: not known */
    const char *call;        /* how a command is given at this door: "ssh portal@HOST"; NULL: it is no door */
    bool bound; /* sessions end with the connection, and there are no files of the person's here */
};
/* The ui gets this as its backend and session. loop and ui must outlive it. */
enum err client_open(struct loop *loop, struct ui *ui, const struct client_options *o, struct client **out,
                     struct refusal *why) MUST_USE;
void client_close(
    struct client *c); /* accepts NULL; ends the session at the server if it can be reached at once */

/* --- for screens */
const struct me *client_me(
    const struct ui *ui); /* who is signed in; all empty before. The address stays the same; keep no texts */
const struct choice_list *
client_choices(const struct ui *ui); /* the customers to switch between; may be empty */
const char *client_portal(const struct ui *ui);
void client_set_portal(struct ui *ui, const char *portal);
void client_go_to(struct ui *ui, const char *portal); /* … where one is named, not NULL or "" */
const char *client_hint(const struct ui *ui);         /* "" for none */
const char *client_fingerprint(const struct ui *ui);  /* "" for none */
const char *client_from(const struct ui *ui);         /* "" for not known */
bool client_bound(const struct ui *ui);
const struct way_in *client_way(struct ui *ui); /* the same for descriptions */
/* The first screen: signs in with the proved key when there is one, else asks. */
void client_begin(struct ui *ui);
/* A sign-in has been answered: client_signed_in, and on to what comes next, be it for which customer of several, where that was not chosen. */
void client_welcome(struct ui *ui, const char *token, const struct me *me, const struct choice_list *choices,
                    bool chosen);
/* What this session has still to show: STAGE_FULL or what comes before. */
int client_stage(const struct ui *ui);
/* A sign-in or switch has been answered: takes over token and person, without showing anything. choices NULL: as before. */
void client_signed_in(struct ui *ui, const char *token, const struct me *me,
                      const struct choice_list *choices);
void client_know(struct ui *ui, const struct me *me); /* the same person, changed */
/* To the first screen of this person's view, or to what has to be shown or chosen before. */
void client_enter(struct ui *ui);
/* Ends the session and goes to the sign-in screen, which says `why` ("" for nothing). */
void client_sign_out(struct ui *ui, const char *why);
/* Hides everything, keeps place and drafts. The session ends, but where a code of the second factor opens it again. */
void client_lock(struct ui *ui, const char *why);
bool client_locked(const struct ui *ui);
void client_unlocked(struct ui *ui); /* signed in again as the same person */
/* What had to be shown first was: client_enter, or back to what was locked. */
void client_go_on(struct ui *ui);
#endif
