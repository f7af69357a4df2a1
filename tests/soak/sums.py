"""What a document comes to, computed without the product: exact fractions, each rounding half away from zero and done once (docs/rules.md)."""
from fractions import Fraction


def half_away(x):
    whole = int(abs(x) + Fraction(1, 2))
    return whole if x >= 0 else -whole


def total(document):
    """Minor units, for a currency of two digits, taxes not contained in the prices, tax taken from the sum of each rate."""
    nets, by_rate = 0, {}
    for row in document["lines"]:
        net = half_away(Fraction(row["quantity"]) * Fraction(row["price"]) * 100)
        net -= half_away(net * Fraction(row.get("discount_percent", "0")) / 100)
        rate = Fraction(row.get("tax_percent", "0"))
        by_rate[rate] = by_rate.get(rate, 0) + net
        nets += net
    return nets + sum(half_away(base * rate / 100) for rate, base in by_rate.items())
