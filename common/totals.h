/* What a document adds up to: one computation for the server, which stores it, and for the screen that shows live totals.
 *
 * Amounts are minor units of the document's currency, percentages, quantities and prices decimals of six places; every rounding
 * is money_mul_div's, half away from zero. The rules follow EN 16931, whose numbers are given:
 *
 *   line net    = round(quantity × price) − line discount; a percentage is rounded to an amount first (BT-131, BT-136)
 *   subtotal    = sum of the line nets (BR-CO-10)
 *   discount    = of the document: the amount given, or round(subtotal × percent) (BR-CO-11)
 *   shipping    = a charge of the document, never discounted, taxed at a rate of its own (BR-CO-12)
 *   base        = per tax: its line nets, less their share of the discount, plus shipping of that tax (BR-S-08)
 *   tax         = per tax: round(base × percent) (BR-CO-17), summed over the taxes (BR-CO-14)
 *   total       = subtotal − discount + shipping + tax + adjustment (BR-CO-13, BR-CO-15; the adjustment is untaxed, as BT-114)
 *
 * A tax is a rate and a kind: what else tells it from others of the same rate (category, name, reason; common/sums.h makes a number of
 * them). 20 % VAT and 20 % IGST are two, each with a base and a rounding of its own.
 * A line may have two taxes (GST + PST, CGST + SGST). Both are taken from the same amount, none from the other; that amount is in the
 * base of both, so with two taxes the bases add up to more than the document.
 * Sharing the discount: it is shared over what has the same tax, or the same two. each share is discount × net / subtotal rounded down, and what is left goes out one unit each to the
 * largest fractions (between equal ones the lower rate, the earlier line first), so the shares add up exactly. A negative
 * line takes a negative share.
 * tax_per_line: the same, but the discount is shared over the lines and the tax is rounded on each line (shipping counts as
 * one) and then summed; this deviates from BR-CO-17 and is for businesses whose earlier documents were made so.
 * tax_inclusive: prices, nets, subtotal, discount and shipping contain the tax; tax = round(gross × percent / (100 + percent)),
 * base = gross − tax, total = subtotal − discount + shipping + adjustment. With two taxes a and b each is
 * round(gross × its percent / (100 + a + b)), rounded for what has these same two taxes (so equal rates have equal taxes), and the base
 * of both is gross − both. */
#ifndef COMMON_TOTALS_H
#define COMMON_TOTALS_H
#include "common/err.h"
#include <stdint.h>

#define TOTALS_RATES 16

struct totals_line {
    int64_t quantity;         /* decimal, ≥ 0 */
    int64_t price;            /* decimal; negative for a deduction */
    int64_t discount_percent; /* decimal, 0 … 100; */
    int64_t discount_amount;  /* or minor units, 0 … quantity × price; not both */
    int64_t tax_percent;      /* decimal, 0 … 100 */
    int tax_kind;             /* any number ≥ 0; the same percent and kind: the same tax */
    int tax2_kind;
    int64_t tax2_percent; /* of the second tax; 0: there is none */
    int64_t net; /* out: minor units, after the line's discount; contains the tax when tax_inclusive */
};

struct totals_in {
    const char *currency;
    bool tax_inclusive;
    bool tax_per_line;        /* the rounding mode that is frozen on the document */
    int64_t discount_percent; /* of the document, before tax: decimal, 0 … 100; */
    int64_t discount_amount;  /* or minor units, 0 … subtotal; not both */
    int64_t shipping;         /* minor units, ≥ 0 */
    int64_t shipping_tax_percent;
    int shipping_tax_kind;
    int64_t adjustment; /* minor units, after tax, may be negative */
    struct totals_line *lines;
    size_t n;
};

struct totals_rate {
    int64_t percent; /* decimal */
    int kind;
    int64_t base; /* minor units, without tax */
    int64_t tax;  /* minor units */
};

/* What has the same tax, or the same two. */
struct totals_group {
    int64_t percent, percent2; /* decimals; percent2 0: there is no second */
    int kind, kind2;
    int64_t
        amount; /* minor units: its nets less their share of the discount, with shipping; contains the tax when tax_inclusive */
};

/* Each tax alone, and each two. */
#define TOTALS_GROUPS (TOTALS_RATES * (TOTALS_RATES + 1) / 2)

struct totals {
    int64_t subtotal, discount, shipping, adjustment, tax, total; /* minor units */
    size_t groups;
    struct totals_group group[TOTALS_GROUPS]; /* in the order of their taxes, those of nothing too */
    size_t rates;
    struct totals_rate rate
        [TOTALS_RATES]; /* ascending by percent, then kind; those that came to nothing are left out, but a rate of zero
                                              stays when lines have it */
};

/* Computes *out and the net of every line. Refuses with the field's path ("lines.2.quantity", 0-based; "discount_amount",
 * "total" …): ERR_INVALID for a value outside its range, more than TOTALS_RATES taxes, the same tax twice on a line, or a negative total; ERR_CURRENCY for a code
 * that is not in the table; ERR_OVERFLOW for any sum beyond MONEY_MAX; ERR_NO_MEMORY. On failure *out and the nets are
 * untouched. Takes O(n log n) time. why may be NULL. */
enum err totals_compute(struct totals_in *in, struct totals *out, struct refusal *why) MUST_USE;
#endif
