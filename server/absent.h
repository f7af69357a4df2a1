/* Operations whose handler is not written yet: they answer unknown_operation. Writing one removes its row; the file goes with the
 * last. Included by server/dispatch_table.c only. */
#ifndef SERVER_ABSENT_H
#define SERVER_ABSENT_H
#endif
