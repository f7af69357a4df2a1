#include "server/core/reach.h"

void reach_set(CURL *curl, const struct reach *r, char *detail)
{
    curl_easy_setopt(curl, CURLOPT_URL, r->url);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, r->protocols);
    curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(curl, CURLOPT_PROXY, ""); /* nor one that the environment names */
    curl_easy_setopt(curl, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 1L);
    curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 2L);
    if (r->ca_file && *r->ca_file) {
        curl_easy_setopt(curl, CURLOPT_CAINFO, r->ca_file);
        curl_easy_setopt(curl, CURLOPT_CAPATH, NULL); /* instead of the system's, not besides */
    }
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, (long)r->connect_ms);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)r->total_ms);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_QUICK_EXIT,
                     1L); /* a name server that does not answer holds nobody up at the end */
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, detail);
}

const char *reach_trouble(CURLcode code)
{
    switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST: return "there is no server of that name";
    case CURLE_COULDNT_CONNECT: return "the server can not be reached";
    case CURLE_PEER_FAILED_VERIFICATION: return "the server's certificate is not to be trusted";
    case CURLE_SSL_CACERT_BADFILE: return "the file of the certificate authority can not be used";
    case CURLE_SSL_CONNECT_ERROR: return "no secure connection came about";
    case CURLE_OPERATION_TIMEDOUT: return "no answer in time";
    case CURLE_ABORTED_BY_CALLBACK: return "stopped";
    case CURLE_GOT_NOTHING: return "it hung up without an answer";
    case CURLE_PARTIAL_FILE: return "the answer was cut short";
    /* of mail */
    case CURLE_USE_SSL_FAILED: return "the server offers no STARTTLS";
    case CURLE_LOGIN_DENIED: return "user or password refused";
    default: return curl_easy_strerror(code);
    }
}
