/* Staff accounts (F9): accounts.c the list, account.c one of them, account_forms.c inviting and changing. Administrators change,
 * the others see. */
#ifndef TUI_STAFF_ACCOUNTS_H
#define TUI_STAFF_ACCOUNTS_H
#include "tui/full/ui.h"

/* "active", "invited, expires 29 Nov", "invitation expired", "one-time password", "deactivated" */
char *account_words(char *buffer, size_t size, const struct staff *p, const char *zone, int32_t today);
unsigned account_style(const struct staff *p);
/* The only one who signs in as administrator? */
bool account_is_last_admin(const struct staff_list_out *all, uint64_t staff);
#define ACCOUNT_LAST "Make somebody else administrator first: this is the last one."

void account_new(struct ui *ui); /* a form: by invitation, or with a one-time password */
void account_edit(struct ui *ui, const struct staff *p, bool last_admin); /* name and role; p is copied */
#endif
