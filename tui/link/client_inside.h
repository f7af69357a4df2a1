/* Inside of client*.c only. */
#ifndef TUI_CLIENT_INSIDE_H
#define TUI_CLIENT_INSIDE_H
#include "proto/envelope.h"
#include "tui/face/book.h"
#include "proto/link.h"
#include "tui/link/client.h"
#include "tui/full/view.h"

#define CLIENT_JOBS 64
#define GRACE_MS 500          /* without a connection, before anybody is told */
#define READ_TIMEOUT_MS 20000 /* for an answer */
#define WRITE_TIMEOUT_MS 60000
#define HEAVY_TIMEOUT_MS 600000 /* of what reads a whole log */
#define BUSY_TRIES 6
#define WAIT_MS 30000 /* of one event.wait */

/* A request that waits for its turn (jobs[0] may be under way). */
struct errand {
    unsigned ticket; /* 0: nobody waits for the answer any more */
    const struct op *op;
    struct buf request;
    bool write;
    bool sent;     /* at least once: what became of it is unknown until it is answered */
    int busy;      /* how often the answer was "busy" */
    bool confirms; /* the step between another and its answer */
    int64_t since;
};
struct client {
    struct loop *loop;
    struct ui *ui;
    struct link *asks, *news;
    struct errand jobs[CLIENT_JOBS];
    int job_count;
    struct errand held; /* waits until it was confirmed who asks; op NULL: none does */
    bool flying;        /* jobs[0] is under way */
    bool online;        /* as the ui was told */
    int gone_timer, retry_timer, news_timer, idle_timer, stranger_timer;
    int news_failures;
    bool waiting; /* an event.wait is under way */
    int64_t last_event;
    char token[128], portal[64];
    char *hint, *fingerprint, *from;
    char *call; /* NULL: it is no door */
    bool bound;
    struct way_in way;
    bool choosing; /* for which customer, as soon as the session is full */
    bool kept;     /* locked, and the session lives on */
    struct me me;
    struct choice_list choices;
    struct arena *person; /* texts of me and choices */
    bool locked, warned;
    const struct client_face *face;
};

struct client *client_of(const struct ui *ui);
/* Before anything reaches the ui from the loop: its clock stood still while the loop slept, and toasts are timed by it. */
void client_tick(struct client *c);
/* Takes a job out without telling anybody; sends the next one. */
void client_job_drop(struct client *c, int at);
void client_pump(struct client *c);
/* client_confirm.c: asking for the password or a code once more, for whatever screen. True: jobs[0] is held until that is answered. */
bool client_confirm(struct client *c, enum err code);
void client_confirmed(struct client *c, const struct reply *r); /* session.confirm was answered */
void client_confirm_drop(struct client *c);                     /* what is held is not wanted any more */
void client_drop_jobs(struct client *c);                        /* reads, asked for by whomever */
/* An answer or an event that carries the business's name: what is shown follows it. */
void client_see_business(struct client *c, const struct op *op, const void *out);
void client_see_work(struct client *c, const struct op *op,
                     const void *out); /* how much waits in the sections */
/* Asks it for no screen: what follows from the answer is seen to when it comes. */
void client_ask_aside(struct client *c, enum op_number op);
void client_see_event(struct client *c, const struct event *e);
bool client_tell(struct client *c, const struct ask *ask,
                 struct refusal *why); /* nobody waits for the answer */
/* client_news.c: the long poll; client_idle.c: the idle lock */
void client_news_start(struct client *c);
void client_news_stop(struct client *c);
void client_news_ready(void *ctx, int revents);
void client_idle_start(struct client *c);
void client_idle_stop(struct client *c);
void client_idle_locked(struct client *c);    /* it was locked just now */
void client_stranger_start(struct client *c); /* of a bound client: who does not sign in leaves */
void client_session_over(struct client *c);
/* True when an answer says that this session, until now a full one, has something to show first: goes there. */
bool client_stage_lost(struct client *c, enum err code, const struct refusal *why);
#endif
