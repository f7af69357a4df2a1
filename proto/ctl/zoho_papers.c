/* The columns of Invoice.csv, and what is called otherwise in the files of retainer invoices and of credit notes. */
#include "common/text.h"
#include "proto/ctl/zoho_columns.h"
#include <string.h>

static const struct table_column invoice_columns[COLUMNS] = {
    [ID] = {"Invoice ID", "invoiceid", true, false},
    [NUMBER] = {"Invoice Number", "invoicenumber|invoice#", true, false},
    [STATUS] = {"Invoice Status", "invoicestatus|status", true, false},
    [DATE] = {"Invoice Date", "invoicedate|date", true, false},
    [DUE] = {"Due Date", "duedate", false, false},
    [CUSTOMER] = {"Customer ID", "customerid|contactid", true, false},
    [CUSTOMER_NAME] = {"Customer Name", "customername|contactname", false, false},
    [COMPANY] = {"Company Name", "companyname", false, false},
    [REFERENCE] = {"PurchaseOrder", "purchaseorder|purchaseordernumber|ponumber|referencenumber", false,
                   false},
    [CURRENCY] = {"Currency Code", "currencycode|currency", true, false},
    [INCLUSIVE] = {"Is Inclusive Tax", "isinclusivetax", false, false},
    [TOTAL] = {"Total", "total|invoicetotal", true, true},
    [BALANCE] = {"Balance", "balance|balancedue|amountdue", false, true},
    [SHIPPING] = {"Shipping Charge", "shippingcharge|shippingcharges", false, true},
    [SHIPPING_TAX] = {"Shipping Charge Tax Name", "shippingchargetaxname", false, false},
    [SHIPPING_TAX_PERCENT] = {"Shipping Charge Tax %", "shippingchargetax%", false, true},
    [ADJUSTMENT] = {"Adjustment", "adjustment", false, true},
    [ROUND_OFF] = {"Round Off", "roundoff|roundingoff|roundoffamount", false, true},
    [GIVEN_UP] = {"WriteOff Amount", "writeoffamount|writeoff", false, true},
    [CREDITED] = {"Credits Applied", "creditsapplied|creditapplied|creditnotesapplied|creditnoteamount",
                  false, true},
    [LAST_PAYMENT] = {"Last Payment Date", "lastpaymentdate", false, false},
    [NOTES] = {"Notes", "notes|customernotes", false, false},
    [TERMS] = {"Terms & Conditions", "termsconditions", false, false},
    [DISCOUNT_TYPE] = {"Discount Type", "discounttype", false, false},
    [WHOLE_PERCENT] = {"Entity Discount Percent", "entitydiscountpercent", false, true},
    [WHOLE_AMOUNT] = {"Entity Discount Amount", "entitydiscountamount", false, true},
    [BEFORE_TAX] = {"Is Discount Before Tax", "isdiscountbeforetax", false, false},
    [ITEM] = {"Item Name", "itemname", true, false},
    [DESCRIPTION] = {"Item Desc", "itemdesc|itemdescription", false, false},
    [QUANTITY] = {"Quantity", "quantity|qty", true, true},
    [UNIT] = {"Usage unit", "usageunit|unit", false, false},
    [PRICE] = {"Item Price", "itemprice|rate|price", true, true},
    [DISCOUNT] = {"Discount", "discount", false, true},
    [DISCOUNT_AMOUNT] = {"Discount Amount", "discountamount", false, true},
    [TAX] = {"Item Tax", "itemtax|itemtax1", false, false},
    [TAX_PERCENT] = {"Item Tax %", "itemtax%|itemtax1%", false, true},
    [TAX2] = {"Item Tax2", "itemtax2", false, false},
    [TAX2_PERCENT] = {"Item Tax2 %", "itemtax2%", false, true},
    [CGST] = {"CGST Rate %", "cgstrate%|cgstrate", false, true}, /* editions for India */
    [SGST] = {"SGST Rate %", "sgstrate%|sgstrate", false, true},
    [IGST] = {"IGST Rate %", "igstrate%|igstrate", false, true},
    [CESS] = {"CESS Rate %", "cessrate%|cessrate", false, true},
    [LINE_TOTAL] = {"Item Total", "itemtotal", false, true},
    ZOHO_ADDRESS_COLUMNS(B, "Billing", "billing"),
    [ABOUT] = {"Associated Invoice Number", "associatedinvoicenumber", false, false},
    [USED_ON] = {"Applied Invoice Number", "appliedinvoicenumber", false, false},
    [USED] = {"Amount Applied to Invoice", "amountappliedtoinvoice|amountapplied|appliedamount", false, true},
};
static const struct import_path invoice_paths[] = {
    {"source", "Invoice ID"},
    {"customer_source", "Customer ID"},
    {"total", "Total"},
    {"balance", "Balance"},
    {"applied", "Balance"},
    {"guessed", "Balance"},
    {"written_off", "Balance"},
    {"settled", "Balance"},
    {"credited", "Balance"},
    {"gone", "Balance"},
    {"about", "Associated Invoice Number"},
    {"settled_on", "Last Payment Date"},
    {"document.number", "Invoice Number"},
    {"document.total", "Total"},
    {"document.state", "Invoice Status"},
    {"document.tax_inclusive", "Is Inclusive Tax"},
    {"document.reason", "Balance"},
    {"document.date", "Invoice Date"},
    {"document.due", "Due Date"},
    {"document.customer_name", "Customer Name"},
    {"document.customer_company", "Company Name"},
    {"document.reference", "PurchaseOrder"},
    {"document.currency", "Currency Code"},
    {"document.notes", "Notes"},
    {"document.terms", "Terms & Conditions"},
    {"document.discount_percent", "Entity Discount Percent"},
    {"document.discount_amount", "Entity Discount Amount"},
    {"document.shipping", "Shipping Charge"},
    {"document.shipping_tax_percent", "Shipping Charge Tax %"},
    {"document.shipping_tax_name", "Shipping Charge Tax Name"},
    {"document.adjustment", "Adjustment"},
    ZOHO_ADDRESS_PATHS("document.billing", "Billing"),
    {"document.lines.name", "Item Name"},
    {"document.lines.description", "Item Desc"},
    {"document.lines.quantity", "Quantity"},
    {"document.lines.unit", "Usage unit"},
    {"document.lines.price", "Item Price"},
    {"document.lines.discount_percent", "Discount"},
    {"document.lines.discount", "Discount Amount"},
    {"document.lines.tax_name", "Item Tax"},
    {"document.lines.tax_percent", "Item Tax %"},
    {"document.lines.tax2_name", "Item Tax2"},
    {"document.lines.tax2", "Item Tax2"},
    {"document.lines.tax2_percent", "Item Tax2 %"},
    {"document.lines", "Item Name"},
    {NULL, NULL},
};

/* What another kind's file has instead. */
struct other {
    int place; /* the last has the place of no column */
    struct table_column column;
};
static const struct other retainers[] = {
    {ID, {"Retainer Invoice ID", "retainerinvoiceid|retainerid|invoiceid", true, false}},
    {NUMBER,
     {"Retainer Invoice Number", "retainerinvoicenumber|retainernumber|retainerinvoice#|invoicenumber", true,
      false}},
    {STATUS,
     {"Retainer Invoice Status", "retainerinvoicestatus|retainerstatus|invoicestatus|status", true, false}},
    {DATE, {"Retainer Invoice Date", "retainerinvoicedate|retainerdate|invoicedate|date", true, false}},
    {REFERENCE, {"Reference#", "reference#|reference|referencenumber|purchaseorder", false, false}},
    {ITEM, {"Item Name", "itemname", false, false}},
    {QUANTITY, {"Quantity", "quantity|qty", false, true}},
    {PRICE, {"Item Price", "itemprice|rate|price|itemtotal|itemamount", true, true}},
    {COLUMNS, {NULL, NULL, false, false}},
};
static const struct other credit_notes[] = {
    {ID, {"CreditNotes ID", "creditnotesid|creditnoteid", true, false}},
    {NUMBER, {"Credit Note Number", "creditnotenumber|creditnote#", true, false}},
    {STATUS, {"Credit Note Status", "creditnotestatus|status", true, false}},
    {DATE, {"Credit Note Date", "creditnotedate|date", true, false}},
    {REFERENCE, {"Reference#", "reference#|reference|referencenumber", false, false}},
    {COLUMNS, {NULL, NULL, false, false}},
};

const char *zoho_paper_key(int kind)
{
    return kind == DOC_RETAINER ? "retainer/" : kind == DOC_CREDIT_NOTE ? "credit note/" : "";
}

size_t zoho_paper_columns(struct arena *a, int kind, const struct table_column **columns,
                          const struct import_path **paths)
{
    const struct other *others = kind == DOC_RETAINER      ? retainers
                                 : kind == DOC_CREDIT_NOTE ? credit_notes
                                                           : NULL;
    const size_t n = kind == DOC_CREDIT_NOTE ? COLUMNS : ABOUT;
    *columns = invoice_columns;
    *paths = invoice_paths;
    if (!others)
        return n;
    struct table_column *own = arena_copy(a, invoice_columns, sizeof invoice_columns);
    struct import_path *called = arena_copy(a, invoice_paths, sizeof invoice_paths);
    for (const struct other *o = others; o->place != COLUMNS; o++) {
        for (struct import_path *p = called; p->path; p++)
            if (strcmp(p->column, invoice_columns[o->place].name) == 0)
                p->column = o->column.name;
        own[o->place] = o->column;
    }
    *columns = own;
    *paths = called;
    return n;
}
