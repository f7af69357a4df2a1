/* Machine tokens (H3): tokens.c the list, token_new.c making one and showing it this once. Line mode says them in the same words. */
#ifndef TUI_STAFF_TOKENS_H
#define TUI_STAFF_TOKENS_H
#include "proto/op.h"
#include "tui/full/ui.h"

#define TOKEN_DAYS 90        /* that a token is good when nobody says otherwise */
#define TOKEN_OPERATIONS 100 /* operations that token.create takes */

void token_new(struct ui *ui);
/* "29 Nov", "expired 29 Nov", "taken back 29 Nov" */
char *token_until(char *buffer, size_t size, const struct machine_token *t, const char *zone, int32_t today);
bool token_over(const struct machine_token *t); /* expired */
/* A token does what its role may and what concerns no person: the rule of token.create; what touches credentials only if it is named. */
bool token_may(const struct op *op, int role);
#endif
