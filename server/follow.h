/* What comes after an answer: marks left by reads, and payments handed to the gateway once their record is durable. */
#ifndef SERVER_FOLLOW_H
#define SERVER_FOLLOW_H
#include "server/job.h"

/* Starts what the job asked for. Nothing here is promised to a caller: a viewed mark that is lost to a crash is left by the
 * next look, a payment that is pending is found again at the next start. */
void follow_start(const struct job *j);
/* At the start of the daemon: all payments that are still pending, of every business. */
enum err follow_resume(struct daemon *d) MUST_USE;
#endif
