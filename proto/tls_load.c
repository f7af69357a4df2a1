/* OpenSSL is loaded by whoever first needs TLS (docs/decisions/late-libraries.md). */
#include "common/late.h"
#include "proto/tls_openssl.h"
#include <pthread.h>

struct tls_lib ossl;

#define LATE(name) #name,
static const char *const names[] = {
#include "proto/tls_openssl.def"
};
#undef LATE

enum err tls_load(struct refusal *why)
{
    static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    static bool loaded;
    pthread_mutex_lock(&lock);
    enum err e = loaded ? OK : late_load(LATE_SSL, names, sizeof names / sizeof *names, &ossl);
    loaded = !e;
    pthread_mutex_unlock(&lock);
    return e ? refuse(why, e, NULL, "TLS needs OpenSSL (%s), which can not be loaded here: install it",
                      LATE_SSL)
             : OK;
}
