/* Signing the logs in the background (server/ops/audit.h): every minute those that have grown, sooner after many writes, and
 * whatever is not signed yet when the daemon starts or ends. */
#ifndef SERVER_AUDIT_H
#define SERVER_AUDIT_H
#include "common/err.h"

struct daemon;
enum err audit_start(struct daemon *d)
    MUST_USE; /* after the writer and the waits were opened, and before the writer has work */
void audit_wrote(struct daemon *d);  /* by the writer, after each write: only counts */
void audit_finish(struct daemon *d); /* after the writer has stopped; the store may be NULL */
#endif
