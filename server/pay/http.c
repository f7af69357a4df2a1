#include "server/pay/http.h"
#include "server/core/limits.h"
#include "server/core/reach.h"
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

static bool allowed;
static char authorities[1024]; /* "": those of the system */

void http_allow_loopback(void)
{
    allowed = true;
}

bool http_allows_loopback(void)
{
    return allowed;
}

enum err http_trust(const char *path, struct refusal *why)
{
    if (path[0] != '/' || strlen(path) >= sizeof authorities || access(path, R_OK) != 0)
        return refuse(why, ERR_INVALID, "--gateway-ca",
                      "%.200s is not the whole path of a file that can be read", path);
    snprintf(authorities, sizeof authorities, "%s", path);
    return OK;
}

/* What comes in, as far as it is kept. */
struct intake {
    struct arena *arena;
    char *body;
    size_t size, capacity;
    bool too_large, replayed;
    const atomic_bool *stop;
};

static size_t take_body(char *bytes, size_t size, size_t n, void *arg)
{
    struct intake *in = arg;
    n *= size;
    if (in->size + n > LIMIT_HTTP_BODY) {
        in->too_large = true;
        return 0;
    }
    while (in->size + n + 1 > in->capacity)
        in->body = arena_grow(in->arena, in->body, &in->capacity, 1);
    memcpy(in->body + in->size, bytes, n);
    in->size += n;
    in->body[in->size] = '\0';
    return n;
}

static size_t take_header(char *line, size_t size, size_t n, void *arg)
{
    static const char replayed[] = "idempotent-replayed: true";
    struct intake *in = arg;
    n *= size;
    if (n >= sizeof replayed - 1 && strncasecmp(line, replayed, sizeof replayed - 1) == 0)
        in->replayed = true;
    return n;
}

static int still_wanted(void *arg, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d)
{
    const struct intake *in = arg;
    (void)a, (void)b, (void)c, (void)d;
    return in->stop && atomic_load(in->stop);
}

static void set_server(CURL *curl, const struct http_request *r, char *detail)
{
    const struct reach to = {.url = r->url,
                             .protocols = http_loopback(r->url) ? "http,https" : "https",
                             .ca_file = authorities,
                             .connect_ms = r->connect_ms ? r->connect_ms : LIMIT_HTTP_CONNECT_MS,
                             .total_ms = r->total_ms ? r->total_ms : LIMIT_HTTP_TOTAL_MS};
    reach_set(curl, &to, detail);
}

static void set_request(CURL *curl, const struct http_request *r, struct intake *in)
{
    if (r->body) {
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS, r->body);
        curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)strlen(r->body));
    }
    if (r->bearer) {
        curl_easy_setopt(curl, CURLOPT_HTTPAUTH, CURLAUTH_BEARER);
        curl_easy_setopt(curl, CURLOPT_XOAUTH2_BEARER, r->bearer);
    }
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_body);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, in);
    curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, take_header);
    curl_easy_setopt(curl, CURLOPT_HEADERDATA, in);
    curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, still_wanted);
    curl_easy_setopt(curl, CURLOPT_XFERINFODATA, in);
}

static struct curl_slist *headers_of(const struct http_request *r)
{
    struct curl_slist *list = curl_slist_append(NULL, "Expect:"); /* the body goes with the request */
    for (size_t i = 0; list && i < HTTP_HEADERS && r->headers[i]; i++) {
        struct curl_slist *more = curl_slist_append(list, r->headers[i]);
        if (!more)
            curl_slist_free_all(list);
        list = more;
    }
    return list;
}

static enum err judge(CURL *curl, CURLcode result, const struct intake *in, const char *detail,
                      struct http_answer *out)
{
    long status = 0;
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    *out = (struct http_answer){
        .status = (int)status, .body = in->body ? in->body : "", .size = in->size, .replayed = in->replayed};
    if (result == CURLE_OK)
        return OK;
    out->status = 0;
    const char *why = in->too_large ? "the answer is too long" : reach_trouble(result);
    snprintf(out->said, sizeof out->said, "%s%s%.150s", why, *detail ? ": " : "", detail);
    err_mend(out->said);
    return ERR_OFFLINE;
}

enum err http_ask(struct arena *a, const struct http_request *r, struct http_answer *out)
{
    if (http_loopback(r->url) && !allowed) {
        *out = (struct http_answer){.body = "", .said = "a service on this machine is not to be asked"};
        return ERR_OFFLINE;
    }
    char detail[CURL_ERROR_SIZE] = "";
    struct intake in = {.arena = a, .stop = r->stop};
    enum err e = reach_start();
    if (e) {
        *out = (struct http_answer){.body = "", .said = "what speaks to it can not be loaded"};
        return e;
    }
    struct curl_slist *headers = headers_of(r);
    CURL *curl = headers ? curl_easy_init() : NULL;
    e = ERR_NO_MEMORY;
    if (curl) {
        set_server(curl, r, detail);
        set_request(curl, r, &in);
        curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
        e = judge(curl, curl_easy_perform(curl), &in, detail, out);
    }
    curl_easy_cleanup(curl);
    curl_slist_free_all(headers);
    return e;
}

bool http_loopback(const char *url)
{
    static const char *const hosts[] = {"127.0.0.1", "localhost", "[::1]"};
    const char *at = strncmp(url, "http://", 7) == 0 ? url + 7 : url + 8;
    if (at == url + 8 && strncmp(url, "https://", 8) != 0)
        return false;
    for (size_t i = 0; i < sizeof hosts / sizeof *hosts; i++) {
        size_t n = strlen(hosts[i]);
        if (strncmp(at, hosts[i], n) != 0)
            continue;
        if (at[n] == ':')
            n += 1 +
                 strspn(at + n + 1, "0123456789"); /* a port, and no name and password before another host */
        return at[n] == '\0' || at[n] == '/';
    }
    return false;
}
