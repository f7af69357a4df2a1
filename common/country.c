#include "common/country.h"
#include "common/text.h"
#include <string.h>

static const char codes[] = "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL "
                            "BM BN BO BQ BR BS BT BV BW BY BZ CA "
                            "CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE "
                            "EG EH ER ES ET FI FJ FK FM FO FR GA "
                            "GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE "
                            "IL IM IN IO IQ IR IS IT JE JM JO JP "
                            "KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME "
                            "MF MG MH MK ML MM MN MO MP MQ MR MS "
                            "MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK "
                            "PL PM PN PR PS PT PW PY QA RE RO RS "
                            "RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF "
                            "TG TH TJ TK TL TM TN TO TR TT TV TW "
                            "TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW ";

/* The member states, with their English and own names as text_fold gives them. */
static const struct {
    const char *code, *names;
} members[] = {
    {"AT", "|austria|osterreich|"},
    {"BE", "|belgium|belgie|belgique|belgien|"},
    {"BG", "|bulgaria|българия|"},
    {"CY", "|cyprus|κυπροσ|kibris|"},
    {"CZ", "|czechia|czech republic|cesko|ceska republika|"},
    {"DE", "|germany|deutschland|federal republic of germany|"},
    {"DK", "|denmark|danmark|"},
    {"EE", "|estonia|eesti|"},
    {"ES", "|spain|espana|"},
    {"FI", "|finland|suomi|"},
    {"FR", "|france|"},
    {"GR", "|greece|ελλαδα|ellada|hellas|"},
    {"HR", "|croatia|hrvatska|"},
    {"HU", "|hungary|magyarorszag|"},
    {"IE", "|ireland|eire|republic of ireland|"},
    {"IT", "|italy|italia|"},
    {"LT", "|lithuania|lietuva|"},
    {"LU", "|luxembourg|luxemburg|letzebuerg|"},
    {"LV", "|latvia|latvija|"},
    {"MT", "|malta|"},
    {"NL", "|netherlands|the netherlands|nederland|holland|"},
    {"PL", "|poland|polska|"},
    {"PT", "|portugal|"},
    {"RO", "|romania|"},
    {"SE", "|sweden|sverige|"},
    {"SI", "|slovenia|slovenija|"},
    {"SK", "|slovakia|slovensko|"},
};
#define MEMBERS (sizeof members / sizeof *members)

bool country_code(const char *code)
{
    return code && strlen(code) == 2 && !strchr(code, ' ') && strstr(codes, code);
}

bool country_eu(const char *code)
{
    for (size_t i = 0; i < MEMBERS; i++)
        if (code && strcmp(members[i].code, code) == 0)
            return true;
    return false;
}

static const char *code_of(struct arena *a, const char *written)
{
    char *code = arena_text(a, written, 2);
    for (char *c = code; *c; c++)
        *c = (char)(*c >= 'a' && *c <= 'z' ? *c - 32 : *c);
    if (strcmp(code, "EL") == 0) /* as Greece writes its VAT numbers */
        return "GR";
    return country_code(code) ? code : NULL;
}

const char *country_of(struct arena *a, const char *written)
{
    if (!written)
        return NULL;
    const char *name = text_fold(a, written);
    size_t n = strlen(name += strspn(name, " "));
    while (n && name[n - 1] == ' ')
        n--;
    if (n == 2)
        return code_of(a, name);
    const char *wanted = n && !memchr(name, '|', n) ? arena_printf(a, "|%.*s|", (int)n, name) : NULL;
    for (size_t i = 0; i < MEMBERS; i++)
        if (wanted && strstr(members[i].names, wanted))
            return members[i].code;
    return NULL;
}
