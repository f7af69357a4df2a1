#include "common/filter_table.h"

#define TABLE(array)                        \
    {                                       \
        array, sizeof array / sizeof *array \
    }

const struct filter_fields *filter_of_documents(void)
{
    static const struct filter_field fields[] = {
        {.names = "status state",
         .type = FILTER_SET,
         .id = FILTER_STATUS,
         .values = enum_doc_status,
         .other = "late=overdue",
         .plain = true},
        {.names = "number no", .type = FILTER_NUMBER, .id = FILTER_NO, .plain = true},
        {.names = "customer name", .type = FILTER_WORDS, .id = FILTER_CUSTOMER, .plain = true},
        {.names = "reference ref po", .type = FILTER_WORDS, .id = FILTER_REFERENCE, .plain = true},
        {.names = "date dated", .type = FILTER_DATE, .id = FILTER_DAY, .past = true},
        {.names = "due until expires", .type = FILTER_DATE, .id = FILTER_DUE},
        {.names = "amount total sum", .type = FILTER_MONEY, .id = FILTER_AMOUNT},
        {.names = "balance open topay", .type = FILTER_MONEY, .id = FILTER_BALANCE},
        {.names = "written_off writtenoff", .type = FILTER_MONEY, .id = FILTER_WRITTEN_OFF},
        {.names = "currency cur", .type = FILTER_CODE, .id = FILTER_CURRENCY},
    };
    static const struct filter_fields table = TABLE(fields);
    return &table;
}

const struct filter_fields *filter_of_payments(void)
{
    static const struct filter_field fields[] = {
        {.names = "status state",
         .type = FILTER_SET,
         .id = FILTER_STATUS,
         .values = enum_pay_state,
         .other = "paid=succeeded",
         .plain = true},
        {.names = "number no", .type = FILTER_NUMBER, .id = FILTER_NO, .plain = true},
        {.names = "customer name", .type = FILTER_WORDS, .id = FILTER_CUSTOMER, .plain = true},
        {.names = "reference ref", .type = FILTER_WORDS, .id = FILTER_REFERENCE, .plain = true},
        {.names = "invoice for", .type = FILTER_NUMBER, .id = FILTER_INVOICE, .plain = true},
        {.names = "method mode with", .type = FILTER_WORDS, .id = FILTER_MODE},
        {.names = "date dated", .type = FILTER_DATE, .id = FILTER_DAY, .past = true},
        {.names = "amount total sum", .type = FILTER_MONEY, .id = FILTER_AMOUNT},
        {.names = "currency cur", .type = FILTER_CODE, .id = FILTER_CURRENCY},
    };
    static const struct filter_fields table = TABLE(fields);
    return &table;
}

static const struct enum_table *customer_status(void)
{
    static const struct enum_value values[] = {{CUSTOMER_ACTIVE, "active", "may be billed"},
                                               {CUSTOMER_INACTIVE, "inactive", "deactivated"}};
    static const struct enum_table table = {"customer_status", "whether a customer is active", values, 2};
    return &table;
}

const struct filter_fields *filter_of_customers(void)
{
    static const struct filter_field fields[] = {
        {.names = "name customer", .type = FILTER_WORDS, .id = FILTER_CUSTOMER, .plain = true},
        {.names = "company", .type = FILTER_WORDS, .id = FILTER_COMPANY, .plain = true},
        {.names = "email mail", .type = FILTER_WORDS, .id = FILTER_EMAIL, .plain = true},
        {.names = "status state active",
         .type = FILTER_SET,
         .id = FILTER_STATUS,
         .values = customer_status,
         .other = "yes=active no=inactive",
         .plain = true},
        {.names = "access", .type = FILTER_SET, .id = FILTER_ACCESS, .values = enum_access},
        {.names = "currency cur", .type = FILTER_CODE, .id = FILTER_CURRENCY},
        {.names = "balance outstanding owed amount", .type = FILTER_MONEY, .id = FILTER_BALANCE},
        {.names = "open invoices", .type = FILTER_COUNT, .id = FILTER_OPEN},
    };
    static const struct filter_fields table = TABLE(fields);
    return &table;
}

const struct filter_fields *filter_of_events(void)
{
    static const struct filter_field fields[] = {
        {.names = "what",
         .type = FILTER_SET,
         .id = FILTER_WHAT,
         .values = enum_what,
         .other = "opened=viewed comment=commented withdrawn=voided payment_received=paid "
                  "access_switched_on=access_on access_switched_off=access_off "
                  "new_password_asked_for=reset_asked second_factor_set_up=mfa_on "
                  "second_factor_given_up=mfa_off second_factor_taken_away=mfa_reset "
                  "new_backup_codes=mfa_codes backup_code_used=mfa_code_used ssh_key_added=key_added "
                  "ssh_key_proved=key_proved ssh_key_removed=key_removed sessions_ended=session_ended "
                  "token_made=token_created token_taken_back=token_revoked mail_not_delivered=mail_failed "
                  "one-time_password_set=password_set"},
        {.names = "side", .type = FILTER_SET, .id = FILTER_SIDE, .values = enum_side},
        {.names = "who by", .type = FILTER_WORDS, .id = FILTER_WHO, .plain = true},
        {.names = "about kind", .type = FILTER_WORDS, .id = FILTER_ABOUT, .plain = true},
        {.names = "customer", .type = FILTER_WORDS, .id = FILTER_CUSTOMER, .plain = true},
        {.names = "text", .type = FILTER_WORDS, .id = FILTER_TEXT, .plain = true},
        {.names = "from place", .type = FILTER_WORDS, .id = FILTER_PLACE, .plain = true},
        {.names = "date dated", .type = FILTER_DATE, .id = FILTER_DAY, .past = true},
        {.names = "event number", .type = FILTER_COUNT, .id = FILTER_EVENT},
    };
    static const struct filter_fields table = TABLE(fields);
    return &table;
}
