#include "server/door/certificate.h"
#include "common/date.h"
#include "common/log.h"
#include "server/door/listener.h"

#define TELL_MS (24 * 60 * 60 * 1000)

static int64_t told; /* tick; 0: not yet */

void certificate_look(struct daemon *d)
{
    struct refusal words = {0};
    char quoted[300], ends[INSTANT_TEXT];
    const int64_t tick = daemon_tick(), end = listener_certificate(d->listener, daemon_now(), &words);
    if (end == 0 || words.code == OK || (told && tick - told < TELL_MS - CERTIFICATE_LOOK_MS / 2))
        return;
    told = tick;
    instant_plain(ends, end);
    log_line(LOG_WARN, "the certificate has to be renewed", "ends=%s why=%s", ends,
             log_quote(quoted, sizeof quoted, words.detail));
}

void certificate_reload(struct daemon *d)
{
    struct refusal why = {0};
    char quoted[300], ends[INSTANT_TEXT];
    if (listener_certificate(d->listener, daemon_now(), NULL) == 0) {
        log_line(LOG_INFO, "nothing to read again", "why=\"no --listen tls+tcp://\"");
        return;
    }
    enum err e = listener_reload(d->listener, daemon_now(), &why);
    if (e) {
        log_line(LOG_ERROR, "certificate not read again, the one before stays", "option=%s why=%s",
                 why.field[0] ? why.field : "--cert",
                 log_quote(quoted, sizeof quoted, why.code == e ? why.detail : err_sentence(e)));
        return;
    }
    instant_plain(ends, listener_certificate(d->listener, daemon_now(), NULL));
    log_line(LOG_INFO, "certificate read again", "ends=%s", ends);
    told = 0;
    certificate_look(d);
}
