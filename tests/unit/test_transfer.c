/* What transfers are written with: IBANs, references and the text of the QR code, against the examples of their standards. */
#include "server/pay/swiss.h"
#include "tests/unit/test.h"
#include <stdlib.h>

static void ibans_are_read_as_people_write_them(void)
{
    static const char *const good[][2] = {
        {"DE89 3704 0044 0532 0130 00", "DE89370400440532013000"},
        {"ie29aibk93115212345678", "IE29AIBK93115212345678"},
        {"GB82 WEST 1234 5698 7654 32", "GB82WEST12345698765432"},
        {"NO93 8601 1117 947", "NO9386011117947"},
        {"MT84MALT011000012345MTLCAST001S", "MT84MALT011000012345MTLCAST001S"},
        {"SA03 8000 0000 6080 1016 7519", "SA0380000000608010167519"}};
    static const char *const bad[] = {"",
                                      "DE89 3704 0044 0532 0130 01" /* a digit */,
                                      "DE89 3704 0044 0532 0103 00" /* two exchanged */,
                                      "DE89370400440532013" /* too short for Germany */,
                                      "DE8937040044053201300000",
                                      "DE89-3704-0044-0532-0130-00",
                                      "D989370400440532013000",
                                      "DEX9370400440532013000",
                                      "NO938601111794",
                                      "IE29 ÀIBK 9311 5212 3456 78",
                                      "XX003704004405320130003704004405320130003704"};
    char iban[IBAN_TEXT];
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        CHECK(iban_read(good[i][0], iban) == NULL);
        CHECK_TEXT(iban, good[i][1]);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        CHECK(iban_read(bad[i], iban) != NULL);
}

static void bics_have_eight_or_eleven_characters(void)
{
    char bic[BIC_TEXT];
    CHECK(transfer_bic("aibk ie2d", bic) == NULL);
    CHECK_TEXT(bic, "AIBKIE2D");
    CHECK(transfer_bic("DEUTDEFF500", bic) == NULL);
    CHECK(transfer_bic("COBADEFFXX", bic) != NULL && transfer_bic("C0BADEFF", bic) != NULL &&
          transfer_bic("", bic) != NULL && transfer_bic("DEUTDEFF500X", bic) != NULL);
}

static void a_reference_is_of_one_document_and_leads_back(void)
{
    static const struct {
        uint64_t id;
        const char *reference;
    } known[] = {{539007547034, "RF18539007547034"}, {2026000000042, "RF442026000000042"}};
    char reference[REFERENCE_TEXT];
    uint64_t back;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        transfer_reference(known[i].id, reference);
        CHECK_TEXT(reference, known[i].reference);
    }
    for (uint64_t id = 1; id < UINT64_MAX / 7; id = id * 7 + 3) {
        transfer_reference(id, reference);
        CHECK(transfer_reference_read(reference, &back) && back == id);
        for (char *p = reference + 2; *p; p++) { /* any mistyped digit is seen */
            const char was = *p;
            for (char c = '0'; c <= '9'; c++) {
                *p = c;
                CHECK(c == was || !transfer_reference_read(reference, &back));
            }
            *p = was;
        }
    }
    transfer_reference(UINT64_MAX, reference);
    CHECK_TEXT(reference + 4, "18446744073709551615");
    CHECK(transfer_reference_read("rf18 5390 0754 7034", &back) && back == 539007547034);
    CHECK(transfer_reference_read("RF18000539007547034", &back) && back == 539007547034);
}

static void what_is_no_reference_of_ours_leads_nowhere(void)
{
    static const char *const bad[] = {"",
                                      "RF18",
                                      "RF040",
                                      "RF73INV000123",
                                      "RF18539007547035",
                                      "DE18539007547034",
                                      "RF18539007547034 thanks",
                                      "RF-18539007547034",
                                      "18539007547034"};
    uint64_t back = 7;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        CHECK(!transfer_reference_read(bad[i], &back) && back == 7);
}

static const char *qr(const char *holder, const char *bic, int64_t amount, const char *currency)
{
    static struct arena *a;
    if (!a)
        a = arena_open();
    return transfer_qr(a, &(struct transfer){holder, "DE89370400440532013000", bic, "RF18539007547034",
                                             money_of(amount, currency)});
}

static void a_code_says_what_the_rules_of_the_banks_ask_for(void)
{
    char longest[70 * 4 + 1] = "";
    CHECK_TEXT(qr("Northwind GmbH", "", 14303, "EUR"),
               "BCD\n002\n1\nSCT\n\nNorthwind GmbH\nDE89370400440532013000\nEUR143.03\n\nRF18539007547034");
    CHECK_TEXT(qr("Grüße AG", "DEUTDEFF500", 99999999999, "EUR"),
               "BCD\n002\n1\nSCT\nDEUTDEFF500\nGrüße "
               "AG\nDE89370400440532013000\nEUR999999999.99\n\nRF18539007547034");
    CHECK(qr("Northwind GmbH", NULL, 1, "EUR") != NULL);
    CHECK(qr("Northwind GmbH", "", 0, "EUR") == NULL &&
          qr("Northwind GmbH", "", 100000000000, "EUR") == NULL);
    CHECK(qr("Northwind GmbH", "", 100, "USD") == NULL && qr("Northwind GmbH", "", 100, "CHF") == NULL);
    for (int i = 0; i < 70; i++)
        strcat(longest, "é");
    CHECK(qr(longest, "", 100, "EUR") != NULL && strlen(qr(longest, "", 100, "EUR")) <= 331);
    strcat(longest, "e");
    CHECK(qr(longest, "", 100, "EUR") == NULL);
    longest[0] = '\0';
    for (int i = 0; i < 70; i++)
        strcat(longest, "東");
    CHECK(qr(longest, "", 100, "EUR") != NULL);
    CHECK(qr(longest, "DEUTDEFF500", 99999999999, "EUR") != NULL);
    longest[0] = '\0';
    for (int i = 0; i < 70; i++)
        strcat(longest, "𝄞"); /* 280 bytes: more than a code holds */
    CHECK(qr(longest, "", 100, "EUR") == NULL);
}

static const char *bill(const char *iban, const char *holder, const struct swiss_place *at, int64_t amount,
                        const char **why)
{
    static struct arena *a;
    char reference[QRR_TEXT];
    if (!a)
        a = arena_open();
    if (swiss_qr_iban(iban))
        swiss_reference(42, reference);
    else
        transfer_reference(539007547034, reference);
    *why = NULL;
    return swiss_qr(a, &(struct transfer){holder, iban, "", reference, money_of(amount, "CHF")}, at, why);
}

/* As npm's swissqrbill writes them. */
static void a_swiss_bill_says_what_its_rules_ask_for(void)
{
    static const struct swiss_place at = {"Bahnhofstrasse 1", "8001", "Zürich", "CH"};
    const char *why;
    CHECK_TEXT(
        bill("CH9300762011623852957", "Papeterie Grüße AG", &at, 194975, &why),
        "SPC\n0200\n1\nCH9300762011623852957\nS\nPapeterie Grüße AG\nBahnhofstrasse 1\n\n8001\nZürich\nCH\n"
        "\n\n\n\n\n\n\n1949.75\nCHF\n\n\n\n\n\n\n\nSCOR\nRF18539007547034\n\nEPD");
    CHECK_TEXT(bill("CH4431999123000889012", "Papeterie AG",
                    &(struct swiss_place){"", "8001", "Zürich", "CH"}, 5, &why),
               "SPC\n0200\n1\nCH4431999123000889012\nS\nPapeterie AG\n\n\n8001\nZürich\nCH\n"
               "\n\n\n\n\n\n\n0.05\nCHF\n\n\n\n\n\n\n\nQRR\n000000000000000000000000420\n\nEPD");
    CHECK(swiss_qr_iban("CH4431999123000889012") && swiss_qr_iban("CH5630000123456789012"));
    CHECK(!swiss_qr_iban("CH9300762011623852957") && !swiss_qr_iban("DE4431999123000889012") &&
          !swiss_qr_iban("CH4432000123000889012") && !swiss_qr_iban("CH4429999123000889012"));
}

static void what_does_not_fit_a_swiss_bill_is_said(void)
{
    static const char ch[] = "CH9300762011623852957";
    char longer[72 * 2 + 1] = "";
    const struct {
        const char *iban, *holder;
        struct swiss_place at;
        int64_t amount;
        const char *says;
    } bad[] = {
        {"DE89370400440532013000", "A", {"", "1", "B", "CH"}, 1, "not in Switzerland"},
        {ch, "A", {"", "", "B", "CH"}, 1, "postal code in the address of the business is missing"},
        {ch, "A", {"", "1", NULL, "CH"}, 1, "city in the address of the business is missing"},
        {ch, "A", {"", "1", "B", NULL}, 1, "country"},
        {ch, "", {"", "1", "B", "CH"}, 1, "name is missing"},
        {ch, "東京", {"", "1", "B", "CH"}, 1, "letter"},
        {ch, "Α", {"", "1", "B", "CH"}, 1, "letter"},
        {ch, "A", {"two\nlines", "1", "B", "CH"}, 1, "letter"},
        {ch, "A", {"", "1", "A city whose name has more than thirty-five letters", "CH"}, 1, "more than 35"},
        {ch, "A", {"", "12345678901234567", "B", "CH"}, 1, "more than 16"},
        {ch, "A", {"", "1", "B", "CH"}, 0, "amount"},
        {ch, "A", {"", "1", "B", "CH"}, 100000000000, "amount"},
    };
    const char *why;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        CHECK(bill(bad[i].iban, bad[i].holder, &bad[i].at, bad[i].amount, &why) == NULL);
        CHECK(why && strstr(why, bad[i].says));
    }
    for (int i = 0; i < 70; i++)
        strcat(longer, "é");
    const struct swiss_place at = {longer, "1", "B", "CH"};
    CHECK(bill(ch, longer, &at, 99999999999, &why) != NULL && !why);
    strcat(longer, "e");
    CHECK(bill(ch, longer, &(struct swiss_place){"", "1", "B", "CH"}, 1, &why) == NULL);
    CHECK(bill(ch, "Ștefan Țurcanu €", &(struct swiss_place){"Łódzka 1", "1", "Šibenik", "CH"}, 1, &why) !=
          NULL);
}

static void a_qr_reference_leads_back(void)
{
    char reference[QRR_TEXT];
    uint64_t back = 7;
    struct arena *a = arena_open();
    for (uint64_t id = 1; id < UINT64_MAX / 7; id = id * 7 + 3) {
        swiss_reference(id, reference);
        CHECK(strlen(reference) == 27 && swiss_reference_read(reference, &back) && back == id);
        for (char *p = reference; *p; p++) {
            const char was = *p;
            *p = was == '9' ? '0' : (char)(was + 1);
            CHECK(!swiss_reference_read(reference, &back));
            *p = was;
        }
    }
    back = 7;
    CHECK(!swiss_reference_read("210000000003139471430009017",
                                &back)); /* right, and no id of ours: it is too large */
    CHECK(!swiss_reference_read("210000000003139471430009016", &back) && !swiss_reference_read("", &back) &&
          !swiss_reference_read("000000000000000000000000000", &back) && back == 7);
    CHECK_TEXT(swiss_fives(a, "210000000003139471430009017"), "21 00000 00003 13947 14300 09017");
    arena_close(a);
}

static void people_read_it_in_fours(void)
{
    struct arena *a = arena_open();
    CHECK_TEXT(transfer_fours(a, "RF73INV000123"), "RF73 INV0 0012 3");
    CHECK_TEXT(transfer_fours(a, "ABCD"), "ABCD");
    CHECK_TEXT(transfer_fours(a, ""), "");
    arena_close(a);
}

int main(void)
{
    ibans_are_read_as_people_write_them();
    bics_have_eight_or_eleven_characters();
    a_reference_is_of_one_document_and_leads_back();
    what_is_no_reference_of_ours_leads_nowhere();
    a_code_says_what_the_rules_of_the_banks_ask_for();
    a_swiss_bill_says_what_its_rules_ask_for();
    what_does_not_fit_a_swiss_bill_is_said();
    a_qr_reference_leads_back();
    people_read_it_in_fours();
    return test_end();
}
