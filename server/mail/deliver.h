/* One try of one mail: read from the store, composed, sent. Between reading and sending no transaction is open. */
#ifndef SERVER_MAIL_DELIVER_H
#define SERVER_MAIL_DELIVER_H
#include "server/mail/outbox.h"
#include "server/paper/page_pdf.h"
#include <stdatomic.h>

struct delivery {
    /* what is asked */
    uint64_t id;
    int64_t now;
    struct arena *arena;
    /* what deliver_load found */
    bool due; /* it waits, and the business has a mail server */
    struct mail mail;
    struct mail_settings settings;
    const char *from_name, *reply_to, *password, *code;
    enum err password_error, code_error; /* they could not be opened */
    enum mail_worth worth;
    const char *ended; /* why nobody wants it, where that is not about its code */
    bool otherwise;    /* it is to be written anew before it leaves */
    struct page *page; /* of a receipt, which goes with it as PDF; NULL: nothing does */
    struct page_pdf about;
    const struct mime_file *file; /* that PDF; NULL: it could not be set */
    /* what came of it */
    struct mail_outcome outcome;
    bool trouble; /* it is the server or its settings: the next mail would fare the same */
};

/* ERR_NOT_FOUND: there is no such mail. */
enum err deliver_load(struct txn *t, struct delivery *d) MUST_USE;
/* May take minutes. ca_file: "" for the system's authorities. Sets outcome, for mail_settle, and trouble. Wipes the secrets. */
void deliver(struct delivery *d, const char *ca_file, const atomic_bool *stop);
/* The settings as smtp.h wants them; strings are shared. */
struct smtp_server;
struct smtp_server deliver_server(const struct mail_settings *s, const char *password, const char *ca_file);
#endif
