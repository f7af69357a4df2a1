/* What can hardly be anything but the number of a card is told from other digits. */
#include "common/pan.h"
#include "tests/unit/test.h"

int main(void)
{
    static const char *const cards[] = {"4242424242424242",    "4242 4242 4242 4242",
                                        "4242-4242-4242-4242", "5555555555554444",
                                        "2223003122003222",    "378282246310005",
                                        "36227206271667",      "my card is 4242 4242 4242 4242, thank you"};
    static const char *const others[] = {"",
                                         "INV-000003",
                                         "1 2000",
                                         "2026-12-01",
                                         "4242 4242 4242 4241",
                                         "42424242424242424242424242424242",
                                         "+353 91 555 0100",
                                         "AT611904300234573202",
                                         "GB29 NWBK 6016 1331 9268 19",
                                         "DE89 3704 0044 0532 0130 00",
                                         "IE29 AIBK 9311 5212 3456 78",
                                         "x4242424242424242",
                                         "4242424242424242x",
                                         "5901234123457",
                                         "RF18539007547034"};
    for (size_t i = 0; i < sizeof cards / sizeof *cards; i++)
        CHECK(pan_within(cards[i]));
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        CHECK(!pan_within(others[i]));
    return test_end();
}
