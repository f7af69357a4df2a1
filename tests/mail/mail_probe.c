/* Composes a message and, when a server is named, sends it: server/mail for the tests in Python.
 *
 *   mail_probe field=value …    fields: from from_name to to_name reply_to subject id date body, raw (compose nothing: these bytes),
 *                               host port security(plain|starttls|tls) user password ca connect_ms reply_ms total_ms
 *
 * "\n", "\r", "\0" and "\\" in a value are what they are in C. Prints the message when no host is given; otherwise
 * "result code settings words". A refusal is "invalid field detail" and exit code 2. */
#include "common/err.h"
#include "server/core/reach.h"
#include "server/mail/mime.h"
#include "server/mail/smtp.h"
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *values[32];
static const char *const names[] = {"from",    "from_name",  "to",       "to_name",  "reply_to",
                                    "subject", "id",         "date",     "body",     "raw",
                                    "host",    "port",       "security", "user",     "password",
                                    "ca",      "connect_ms", "reply_ms", "total_ms", NULL};

static const char *get(const char *name)
{
    for (size_t i = 0; names[i]; i++)
        if (strcmp(names[i], name) == 0)
            return values[i];
    abort();
}

static long number(const char *name)
{
    return get(name) ? atol(get(name)) : 0;
}

static void unescape(char *text)
{
    char *to = text;
    for (; *text; text++) {
        if (*text == '\\' && text[1]) {
            text++;
            *to++ = *text == 'n' ? '\n' : *text == 'r' ? '\r' : *text == '0' ? '\0' : *text;
        } else {
            *to++ = *text;
        }
    }
    *to = '\0';
}

static bool take(char *argument)
{
    char *value = strchr(argument, '=');
    if (!value)
        return false;
    *value++ = '\0';
    unescape(value);
    for (size_t i = 0; names[i]; i++)
        if (strcmp(names[i], argument) == 0)
            return (values[i] = value) != NULL;
    return false;
}

static int complain(const struct refusal *why, enum err e)
{
    printf("%s %s %s\n", err_name(e), why->field, why->detail);
    return 2;
}

static int send_it(const char *text, size_t size)
{
    struct refusal why = {0};
    struct smtp_answer answer;
    const char *security = get("security") ? get("security") : "plain";
    struct smtp_server s = {.host = get("host"),
                            .port = (uint16_t)number("port"),
                            .security = strcmp(security, "plain") == 0      ? SMTP_PLAIN
                                        : strcmp(security, "starttls") == 0 ? SMTP_STARTTLS
                                                                            : SMTP_TLS,
                            .user = get("user"),
                            .password = get("password"),
                            .ca_file = get("ca"),
                            .connect_ms = number("connect_ms"),
                            .reply_ms = number("reply_ms"),
                            .total_ms = number("total_ms")};
    enum err e = smtp_send(&s, get("from"), get("to"), text, size, NULL, &answer, &why);
    if (e)
        return complain(&why, e);
    printf("%s %d %d %s\n", smtp_result_name(answer.result), answer.code, answer.settings, answer.words);
    return 0;
}

int main(int argc, char **argv)
{
    struct refusal why = {0};
    const char *text = NULL;
    size_t size = 0;
    signal(SIGPIPE, SIG_IGN);
    for (int i = 1; i < argc; i++)
        if (!take(argv[i]))
            return fprintf(stderr, "mail_probe: what is %s?\n", argv[i]), 3;
    struct arena *a = arena_open();
    struct mime_message m = {.from = get("from"),
                             .from_name = get("from_name"),
                             .to = get("to"),
                             .to_name = get("to_name"),
                             .reply_to = get("reply_to"),
                             .subject = get("subject"),
                             .id = get("id"),
                             .body = get("body"),
                             .date = get("date") ? atoll(get("date")) : 0};
    enum err e = OK;
    if (get("raw")) {
        text = get("raw");
        size = strlen(text);
    } else {
        e = mime_compose(a, &m, &text, &size, &why);
    }
    int code = e ? complain(&why, e) : 0;
    if (!e && !get("host"))
        fwrite(text, 1, size, stdout);
    else if (!e)
        code = reach_start() == OK ? send_it(text, size) : 1;
    arena_close(a);
    return code;
}
