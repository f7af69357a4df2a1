/* The certificate of tls+tcp in the course of time: read again on SIGHUP, told of before it ends. By the main thread. */
#ifndef SERVER_CERTIFICATE_H
#define SERVER_CERTIFICATE_H
#include "server/core/daemon.h"

#define CERTIFICATE_LOOK_MS (60 * 60 * 1000)
/* Reads the files again for connections from now on; what is wrong with them is logged, and those before stay. */
void certificate_reload(struct daemon *d);
/* Logs, once a day, that the certificate ends soon, has ended or has not begun. */
void certificate_look(struct daemon *d);
#endif
