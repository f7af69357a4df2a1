/* What becomes of a payment that was begun. */
#ifndef TUI_PORTAL_PAY_OUTCOME_H
#define TUI_PORTAL_PAY_OUTCOME_H
#include "tui/portal/pay_with.h"

extern const struct follow pay_follow;                           /* until its outcome is known */
uint64_t pay_made(const struct scene *v, const void *out);       /* 0: none, credit settled all */
const char *pay_came_to(const struct scene *v, const void *out); /* in words */
struct money pay_asked(const struct scene *v, const void *in);   /* besides credit; paying.c */
#endif
