/* Signing the logs in the background (server/ops/audit.h): a minute after they have grown, sooner after many writes, and what is not signed
 * yet when the daemon starts or ends. */
#ifndef SERVER_AUDIT_H
#define SERVER_AUDIT_H
#include <stdint.h>

struct daemon;
void audit_wrote(struct daemon *d, uint32_t business); /* by the writer, after each write */
void audit_finish(struct daemon *d);                   /* after the writer has stopped */
#endif
