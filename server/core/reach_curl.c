/* libcurl's own functions, as far as they are called here, each handing on to the library once reach_start has loaded it: callers keep its
 * headers, with their checks of what belongs to which option. */
#include "common/late.h"
#include "server/core/reach.h"
#include <pthread.h>
#include <stdarg.h>
#undef curl_easy_setopt
#undef curl_easy_getinfo

#define LATE(name) __typeof__(name) *name;
static struct {
#include "server/core/reach_curl.def"
} curl;
#undef LATE

#define LATE(name) #name,
static const char *const names[] = {
#include "server/core/reach_curl.def"
};
#undef LATE

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static bool loaded;

/* What was in the way once, such as files that were all in use, may not be the next time. */
enum err reach_start(void)
{
    pthread_mutex_lock(&lock);
    enum err e = loaded ? OK : late_load(LATE_CURL, names, sizeof names / sizeof *names, &curl);
    if (!e && !loaded && curl.curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
        e = ERR_INTERNAL;
    loaded = !e;
    pthread_mutex_unlock(&lock);
    return e;
}

CURL *curl_easy_init(void)
{
    return curl.curl_easy_init();
}

/* What an option takes is told by its number: a long below 10,000, a curl_off_t from 30,000 on, pointers otherwise. */
CURLcode curl_easy_setopt(CURL *handle, CURLoption option, ...)
{
    CURLcode code;
    va_list args;
    va_start(args, option);
    if (option < CURLOPTTYPE_OBJECTPOINT)
        code = curl.curl_easy_setopt(handle, option, va_arg(args, long));
    else if (option >= CURLOPTTYPE_OFF_T && option < CURLOPTTYPE_BLOB)
        code = curl.curl_easy_setopt(handle, option, va_arg(args, curl_off_t));
    else
        code = curl.curl_easy_setopt(handle, option, va_arg(args, void *));
    va_end(args);
    return code;
}

CURLcode curl_easy_perform(CURL *handle)
{
    return curl.curl_easy_perform(handle);
}

CURLcode curl_easy_getinfo(CURL *handle, CURLINFO info, ...)
{
    va_list args;
    va_start(args, info);
    CURLcode code = curl.curl_easy_getinfo(handle, info, va_arg(args, void *));
    va_end(args);
    return code;
}

void curl_easy_cleanup(CURL *handle)
{
    curl.curl_easy_cleanup(handle);
}

const char *curl_easy_strerror(CURLcode code)
{
    return curl.curl_easy_strerror(code);
}

struct curl_slist *curl_slist_append(struct curl_slist *list, const char *text)
{
    return curl.curl_slist_append(list, text);
}

void curl_slist_free_all(struct curl_slist *list)
{
    curl.curl_slist_free_all(list);
}
