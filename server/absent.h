/* Operations whose handler is not written yet: they answer unknown_operation. Writing one removes its row; the file goes with the
 * last. Included by server/dispatch_table.c only. */
#ifndef SERVER_ABSENT_H
#define SERVER_ABSENT_H
#define op_estimate_create(c, in, out) ERR_UNKNOWN_OP
#define op_estimate_update(c, in, out) ERR_UNKNOWN_OP
#define op_estimate_send(c, in, out) ERR_UNKNOWN_OP
#define op_estimate_list(c, in, out) ERR_UNKNOWN_OP
#define op_estimate_get(c, in, out) ERR_UNKNOWN_OP
#define op_estimate_delete(c, in, out) ERR_UNKNOWN_OP
#define op_estimate_duplicate(c, in, out) ERR_UNKNOWN_OP
#define op_estimate_void(c, in, out) ERR_UNKNOWN_OP
#define op_estimate_accept(c, in, out) ERR_UNKNOWN_OP
#define op_estimate_decline(c, in, out) ERR_UNKNOWN_OP
#define op_estimate_convert(c, in, out) ERR_UNKNOWN_OP
#define op_estimate_version(c, in, out) ERR_UNKNOWN_OP
#define op_invoice_create(c, in, out) ERR_UNKNOWN_OP
#define op_invoice_update(c, in, out) ERR_UNKNOWN_OP
#define op_invoice_send(c, in, out) ERR_UNKNOWN_OP
#define op_invoice_list(c, in, out) ERR_UNKNOWN_OP
#define op_invoice_get(c, in, out) ERR_UNKNOWN_OP
#define op_invoice_delete(c, in, out) ERR_UNKNOWN_OP
#define op_invoice_duplicate(c, in, out) ERR_UNKNOWN_OP
#define op_invoice_void(c, in, out) ERR_UNKNOWN_OP
#define op_invoice_write_off(c, in, out) ERR_UNKNOWN_OP
#define op_document_preview(c, in, out) ERR_UNKNOWN_OP
#define op_comment_add(c, in, out) ERR_UNKNOWN_OP
#define op_comment_list(c, in, out) ERR_UNKNOWN_OP
#define op_import_customers(c, in, out) ERR_UNKNOWN_OP
#define op_import_invoices(c, in, out) ERR_UNKNOWN_OP
#define op_import_payments(c, in, out) ERR_UNKNOWN_OP
#endif
