/* Operations whose handler is not written yet: they answer unknown_operation. Writing one removes its row; the file goes with the
 * last. Included by server/dispatch_table.c only. */
#ifndef SERVER_ABSENT_H
#define SERVER_ABSENT_H
#define op_portal_show(c, in, out) ERR_UNKNOWN_OP
#define op_settings_get(c, in, out) ERR_UNKNOWN_OP
#define op_settings_update(c, in, out) ERR_UNKNOWN_OP
#define op_series_update(c, in, out) ERR_UNKNOWN_OP
#define op_staff_list(c, in, out) ERR_UNKNOWN_OP
#define op_staff_create(c, in, out) ERR_UNKNOWN_OP
#define prep_staff_create(c, in) OK
#define op_customer_create(c, in, out) ERR_UNKNOWN_OP
#define op_customer_update(c, in, out) ERR_UNKNOWN_OP
#define op_customer_get(c, in, out) ERR_UNKNOWN_OP
#define op_customer_edit_own(c, in, out) ERR_UNKNOWN_OP
#define op_customer_list(c, in, out) ERR_UNKNOWN_OP
#define op_customer_overview(c, in, out) ERR_UNKNOWN_OP
#define op_contact_create(c, in, out) ERR_UNKNOWN_OP
#define op_contact_update(c, in, out) ERR_UNKNOWN_OP
#define op_contact_delete(c, in, out) ERR_UNKNOWN_OP
#define op_access_enable(c, in, out) ERR_UNKNOWN_OP
#define prep_access_enable(c, in) OK
#define op_access_disable(c, in, out) ERR_UNKNOWN_OP
#define op_item_create(c, in, out) ERR_UNKNOWN_OP
#define op_item_update(c, in, out) ERR_UNKNOWN_OP
#define op_item_list(c, in, out) ERR_UNKNOWN_OP
#define op_tax_create(c, in, out) ERR_UNKNOWN_OP
#define op_tax_update(c, in, out) ERR_UNKNOWN_OP
#define op_tax_list(c, in, out) ERR_UNKNOWN_OP
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
#define op_home_get(c, in, out) ERR_UNKNOWN_OP
#define op_queue_get(c, in, out) ERR_UNKNOWN_OP
#define op_import_customers(c, in, out) ERR_UNKNOWN_OP
#define op_import_invoices(c, in, out) ERR_UNKNOWN_OP
#define op_import_payments(c, in, out) ERR_UNKNOWN_OP
#endif
