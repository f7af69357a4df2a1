/* Removes leftovers (server/ops/leftover.h) in the background: of every business when the daemon starts and every LIMIT_SWEEP_MS, of one at
 * once when its portal got another name. Each step is a small write of its own, queued behind those of others. */
#ifndef SERVER_SWEEP_H
#define SERVER_SWEEP_H
#include "common/err.h"
#include <stdint.h>

struct daemon;
enum err sweep_start(struct daemon *d) MUST_USE; /* after the writer and the waits were opened */
void sweep_now(struct daemon *d, uint32_t business);
#endif
