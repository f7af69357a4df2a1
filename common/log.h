/* logfmt on standard error, one line a call, written with one write(2). Values are quoted and escaped here. Libraries below
 * the server do not log; they return errors. Never pass a secret, a card number or a token. */
#ifndef COMMON_LOG_H
#define COMMON_LOG_H
#include "common/err.h"

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR };
void log_level_set(enum log_level least);
/* log_line(LOG_INFO, "ready", "listen=%s", url): the part after msg is printf-formatted key=value text; text values from
 * outside go through log_quote first. */
void log_line(enum log_level level, const char *message, const char *format, ...) PRINTF(3, 4);
/* Quotes a value for logfmt into buffer (always NUL-terminated; control characters escaped, cut to fit). Returns buffer. */
const char *log_quote(char *buffer, size_t size, const char *value);
#endif
