/* Reaching servers outside, by libcurl: what holds for each, whatever is spoken with it (mail, gateways of payments). Certificates are checked, no
 * proxy that the environment names is used, no redirect is followed, nothing but the protocols that are named is spoken, and all has an end. */
#ifndef SERVER_CORE_REACH_H
#define SERVER_CORE_REACH_H
#include "common/err.h"
#include <curl/curl.h>
#include <stdint.h>

/* Loads libcurl where it is not loaded yet: before any other function of it, from any thread. ERR_INTERNAL: it is not there. */
enum err reach_start(void) MUST_USE;

struct reach {
    const char *url, *protocols; /* "https"; "smtp,smtps" */
    const char *ca_file; /* PEM: these authorities instead of the system's; NULL or "": the system's */
    int64_t connect_ms, total_ms; /* until it is reached; in all */
};
/* The texts have to live as long as the handle; detail: CURL_ERROR_SIZE bytes, for reach_trouble. */
void reach_set(CURL *curl, const struct reach *r, char *detail);
/* Why it came to nothing, for a person. */
const char *reach_trouble(CURLcode code);
#endif
