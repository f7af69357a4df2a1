#include "server/mail/smtp.h"
#include "common/text.h"
#include "server/core/limits.h"
#include "server/core/reach.h"
#include "server/mail/mime.h"
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

/* How far a conversation came: what a refusal is about. Follows the commands that libcurl says it sends. */
enum stage { STAGE_CONNECT, STAGE_GREETING, STAGE_AUTH, STAGE_MAIL, STAGE_BODY };

#define SOCKETS 4 /* addresses that are tried at once */

/* One conversation. The reply of several lines is kept as one line. */
struct talk {
    const char *text;
    size_t size, at;
    bool all_read; /* libcurl was told that the message ends: its closing dot may be on the way */
    enum stage stage;
    int code;             /* of the last whole reply line */
    bool continued, over; /* in the middle of a reply; QUIT was sent: nothing after it matters */
    char reply[SMTP_WORDS];
    const atomic_bool *stop;
    int sockets[SOCKETS];    /* open ones; −1: none */
    struct timespec stopped; /* when *stop was first seen */
};

const char *smtp_result_name(enum smtp_result r)
{
    static const char *const names[] = {"sent", "again", "dead", "unknown"};
    return names[r];
}

static bool is_address6(const char *host)
{
    struct in6_addr six;
    return inet_pton(AF_INET6, host, &six) == 1;
}

static bool is_loopback(const char *host)
{
    struct in_addr four;
    struct in6_addr six;
    if (inet_pton(AF_INET, host, &four) == 1)
        return (ntohl(four.s_addr) >> 24) == 127;
    if (inet_pton(AF_INET6, host, &six) == 1)
        return IN6_IS_ADDR_LOOPBACK(&six);
    return strcasecmp(host, "localhost") == 0;
}

/* The host is put into a URL: nothing but what names and addresses consist of. */
static bool good_host(const char *host)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-";
    size_t size = host ? strlen(host) : 0;
    if (size == 0 || size > 253)
        return false;
    return is_address6(host) || (strspn(host, letters) == size && host[0] != '-' && host[0] != '.');
}

static bool good_secret(const char *text)
{
    return !text || (strlen(text) <= LIMIT_MAIL_HEADER && text_utf8(text, strlen(text)) &&
                     text_printable(text, strlen(text), false));
}

enum err smtp_check(const struct smtp_server *s, struct refusal *why)
{
    bool user = s->user && *s->user, password = s->password && *s->password;
    if (!good_host(s->host))
        return refuse(why, ERR_INVALID, "host", "not the name or the address of a server");
    if (s->port == 0)
        return refuse(why, ERR_INVALID, "port", "1 to 65535");
    if (s->security == SMTP_PLAIN && !is_loopback(s->host))
        return refuse(why, ERR_INVALID, "security", "in the clear only to this machine");
    if (!good_secret(s->user) || (password && !user))
        return refuse(why, ERR_INVALID, "user",
                      password && !user ? "missing" : "a control character, or too long");
    if (!good_secret(s->password))
        return refuse(why, ERR_INVALID, "password", "a control character, or too long");
    if (s->ca_file && *s->ca_file && s->ca_file[0] != '/')
        return refuse(why, ERR_INVALID, "ca_file", "give the whole path");
    return OK;
}

/* A line from the server: "250-words" goes on, "250 words" ends the reply. */
static void take_reply(struct talk *t, const char *line, size_t size)
{
    while (size && (line[size - 1] == '\n' || line[size - 1] == '\r'))
        size--;
    if (size < 3)
        return;
    char digits[4] = {line[0], line[1], line[2], '\0'};
    char *end;
    long code = strtol(digits, &end, 10);
    if (end != digits + 3 || code < 200 || code > 599)
        return;
    size_t used = t->continued ? strlen(t->reply) : 0;
    size_t skip = t->continued ? (size > 3 ? 4 : 3) : 0; /* the code once */
    snprintf(t->reply + used, sizeof t->reply - used, "%s%.*s", t->continued ? " " : "", (int)(size - skip),
             line + skip);
    t->code = (int)code;
    t->continued = size > 3 && line[3] == '-';
    if (!t->continued && strlen(t->reply) > 3)
        t->reply[3] = ' ';
    if (t->stage == STAGE_CONNECT)
        t->stage = STAGE_GREETING;
}

static curl_socket_t open_socket(void *arg, curlsocktype purpose, struct curl_sockaddr *address)
{
    struct talk *t = arg;
    (void)purpose;
    int made = socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
    for (size_t i = 0; i < SOCKETS && made >= 0; i++)
        if (t->sockets[i] < 0) {
            t->sockets[i] = made;
            break;
        }
    return made;
}

static int close_socket(void *arg, curl_socket_t socket)
{
    struct talk *t = arg;
    for (size_t i = 0; i < SOCKETS; i++)
        if (t->sockets[i] == socket)
            t->sockets[i] = -1;
    return close(socket);
}

/* Nothing more is read: libcurl says QUIT at the end, and would wait for the answer of a server that hangs, while what became of
 * the message is not written down yet. */
static void listen_no_more(struct talk *t)
{
    t->over = true;
    for (size_t i = 0; i < SOCKETS; i++)
        if (t->sockets[i] >= 0)
            shutdown(t->sockets[i], SHUT_RD);
}

static void take_command(struct talk *t, const char *line, size_t size)
{
    if (size >= 5 && strncasecmp(line, "MAIL ", 5) == 0)
        t->stage = STAGE_MAIL;
    else if (size >= 4 && strncasecmp(line, "AUTH", 4) == 0)
        t->stage = STAGE_AUTH;
    else if (size >= 4 && strncasecmp(line, "DATA", 4) == 0)
        t->stage = STAGE_BODY;
    else if (size >= 4 && strncasecmp(line, "QUIT", 4) == 0)
        listen_no_more(t);
}

/* libcurl's account of the conversation. What is sent includes the password: only the first word of it is looked at. */
static int overhear(CURL *curl, curl_infotype type, char *data, size_t size, void *arg)
{
    (void)curl;
    struct talk *t = arg;
    if (type == CURLINFO_HEADER_IN && !t->over)
        take_reply(t, data, size);
    else if (type == CURLINFO_HEADER_OUT)
        take_command(t, data, size);
    return 0;
}

static size_t give(char *buffer, size_t size, size_t n, void *arg)
{
    struct talk *t = arg;
    size_t left = t->size - t->at, most = size * n;
    size_t now = left < most ? left : most;
    memcpy(buffer, t->text + t->at, now);
    t->at += now;
    t->all_read = t->at == t->size;
    return now;
}

static int still_wanted(void *arg, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d)
{
    struct talk *t = arg;
    struct timespec now;
    (void)a, (void)b, (void)c, (void)d;
    if (!t->stop || !atomic_load(t->stop))
        return 0;
    if (t->stage != STAGE_BODY || !t->all_read)
        return 1;
    clock_gettime(CLOCK_MONOTONIC, &now); /* the server may be about to take it: some time for its answer */
    if (t->stopped.tv_sec == 0)
        t->stopped = now;
    return (now.tv_sec - t->stopped.tv_sec) * 1000 + (now.tv_nsec - t->stopped.tv_nsec) / 1000000 >
           LIMIT_MAIL_GRACE_MS;
}

static void set_security(CURL *curl, const struct smtp_server *s)
{
    curl_easy_setopt(curl, CURLOPT_USE_SSL,
                     s->security == SMTP_PLAIN ? (long)CURLUSESSL_NONE : (long)CURLUSESSL_ALL);
    if (s->user && *s->user) {
        curl_easy_setopt(curl, CURLOPT_USERNAME, s->user);
        curl_easy_setopt(curl, CURLOPT_PASSWORD, s->password ? s->password : "");
    }
}

static void set_server(CURL *curl, const struct smtp_server *s, const char *url, char *detail)
{
    const struct reach r = {.url = url,
                            .protocols = "smtp,smtps",
                            .ca_file = s->ca_file,
                            .connect_ms = s->connect_ms ? s->connect_ms : LIMIT_MAIL_CONNECT_MS,
                            .total_ms = s->total_ms ? s->total_ms : LIMIT_MAIL_TOTAL_MS};
    const int64_t reply = s->reply_ms ? s->reply_ms : LIMIT_MAIL_REPLY_MS;
    reach_set(curl, &r, detail);
    curl_easy_setopt(curl, CURLOPT_SERVER_RESPONSE_TIMEOUT, (long)((reply + 999) / 1000));
    set_security(curl, s);
}

static void set_talk(CURL *curl, struct talk *t)
{
    curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(curl, CURLOPT_INFILESIZE_LARGE, (curl_off_t)t->size);
    curl_easy_setopt(curl, CURLOPT_READFUNCTION, give);
    curl_easy_setopt(curl, CURLOPT_READDATA, t);
    curl_easy_setopt(curl, CURLOPT_OPENSOCKETFUNCTION, open_socket);
    curl_easy_setopt(curl, CURLOPT_OPENSOCKETDATA, t);
    curl_easy_setopt(curl, CURLOPT_CLOSESOCKETFUNCTION, close_socket);
    curl_easy_setopt(curl, CURLOPT_CLOSESOCKETDATA, t);
    curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, still_wanted);
    curl_easy_setopt(curl, CURLOPT_XFERINFODATA, t);
    curl_easy_setopt(curl, CURLOPT_VERBOSE, 1L); /* only so that overhear is called */
    curl_easy_setopt(curl, CURLOPT_DEBUGFUNCTION, overhear);
    curl_easy_setopt(curl, CURLOPT_DEBUGDATA, t);
}

static void set_words(struct smtp_answer *out, const char *words)
{
    struct arena *a = arena_open();
    snprintf(out->words, sizeof out->words, "%s", text_shown(a, words, false));
    err_mend(out->words);
    arena_close(a);
}

/* The server's own words where its last reply is the refusal; otherwise libcurl's, and what it adds. */
static void judge(const struct talk *t, CURLcode result, const char *detail, struct smtp_answer *out)
{
    char words[2 * SMTP_WORDS];
    bool refused = t->code >= 400 && !t->continued;
    *out = (struct smtp_answer){.code = t->code};
    if (result == CURLE_OK) {
        out->result = SMTP_SENT;
        set_words(out, t->reply);
        return;
    }
    out->settings = t->stage < STAGE_MAIL;
    if (refused && t->stage >= STAGE_MAIL)
        out->result = t->code >= 500 ? SMTP_DEAD : SMTP_AGAIN;
    else if (!refused && t->stage == STAGE_BODY && t->all_read)
        out->result = SMTP_UNKNOWN;
    else
        out->result = SMTP_AGAIN;
    if (refused)
        snprintf(words, sizeof words, "%s", t->reply);
    else
        snprintf(words, sizeof words, "%s%s%s", reach_trouble(result), *detail ? ": " : "", detail);
    set_words(out, words);
}

enum err smtp_send(const struct smtp_server *s, const char *from, const char *to, const char *text,
                   size_t size, const atomic_bool *stop, struct smtp_answer *out, struct refusal *why)
{
    char url[320], detail[CURL_ERROR_SIZE] = "", sender[260], recipient[260];
    bool six = s->host && is_address6(s->host);
    struct talk t = {.text = text, .size = size, .stop = stop, .sockets = {-1, -1, -1, -1}};
    enum err e = smtp_check(s, why);
    if (!e && !mime_address(from))
        e = refuse(why, ERR_INVALID, "from", "not an e-mail address that can be written to");
    if (!e && !mime_address(to))
        e = refuse(why, ERR_INVALID, "to", "not an e-mail address that can be written to");
    if (!e)
        e = reach_start();
    if (e)
        return e;
    snprintf(url, sizeof url, "%s://%s%s%s:%u", s->security == SMTP_TLS ? "smtps" : "smtp", six ? "[" : "",
             s->host, six ? "]" : "", s->port);
    snprintf(sender, sizeof sender, "<%s>", from);
    snprintf(recipient, sizeof recipient, "<%s>", to);
    struct curl_slist *recipients = curl_slist_append(NULL, recipient);
    CURL *curl = curl_easy_init();
    if (!curl || !recipients) {
        curl_slist_free_all(recipients);
        curl_easy_cleanup(curl);
        return ERR_NO_MEMORY;
    }
    set_server(curl, s, url, detail);
    curl_easy_setopt(curl, CURLOPT_MAIL_FROM, sender);
    curl_easy_setopt(curl, CURLOPT_MAIL_RCPT, recipients);
    set_talk(curl, &t);
    judge(&t, curl_easy_perform(curl), detail, out);
    listen_no_more(&t);
    curl_easy_cleanup(curl); /* says QUIT */
    curl_slist_free_all(recipients);
    return OK;
}
