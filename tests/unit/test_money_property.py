"""Random documents against an oracle of our own in decimal arithmetic: the same totals, the same refusals, to the last unit."""
import os
import random
import subprocess
from decimal import ROUND_HALF_UP, Decimal, getcontext

PROBE = os.path.join(os.environ["POSTERN_BUILD"], "tests", "totals_probe")
DIGITS = {"EUR": 2, "JPY": 0, "KWD": 3, "CLF": 4, "XXX": None}
MONEY_MAX = 10**15
ONE = Decimal(10) ** 6
getcontext().prec = 120


class Refused(Exception):
    pass


def whole(value):
    """Half away from zero, which is what decimal calls half up."""
    return int(value.to_integral_value(rounding=ROUND_HALF_UP))


def percent(value):
    return Decimal(value) / ONE / 100


def bounded(value, field):
    if abs(value) > MONEY_MAX:
        raise Refused("overflow " + field)
    return value


def must(condition, field):
    if not condition:
        raise Refused("invalid " + field)


def is_percent(value):
    return 0 <= value <= 100 * 10**6


def line_net(i, line, digits):
    quantity, price, off_percent, off, tax = line
    at = f"lines.{i}."
    must(quantity >= 0, at + "quantity")
    must(is_percent(off_percent), at + "discount_percent")
    must(is_percent(tax), at + "tax_percent")
    must(not (off and off_percent), at + "discount_amount")
    gross = bounded(whole(Decimal(quantity) / ONE * Decimal(price) / ONE * 10**digits), at + "price")
    must(off >= 0 and (off == 0 or off <= gross), at + "discount_amount")
    return gross - whole(gross * percent(off_percent)) - off


def shares(amount, nets):
    """The largest-remainder method, with exact fractions."""
    total = sum(nets)
    if not amount:
        return [0] * len(nets)
    floors = [amount * net // total for net in nets]
    order = sorted(range(len(nets)), key=lambda i: (-(amount * nets[i] % total), i))
    for i in order[: amount - sum(floors)]:
        floors[i] += 1
    return floors


def tax_of(amount, rate, inclusive):
    return whole(amount * percent(rate) / (1 + percent(rate))) if inclusive else whole(amount * percent(rate))


def oracle(doc):
    currency, inclusive, per_line, off_percent, off, shipping, shipping_tax, adjustment, lines = doc
    digits = DIGITS[currency]
    if digits is None:
        raise Refused("currency currency")
    nets, rates, subtotal, by_rate = [], set(), 0, {}
    for i, line in enumerate(lines):
        net = line_net(i, line, digits)
        rates.add(line[4])
        must(len(rates) <= 16, f"lines.{i}.tax_percent")
        by_rate[line[4]] = bounded(by_rate.get(line[4], 0) + net, "subtotal")
        subtotal = bounded(subtotal + net, "subtotal")
        nets.append(net)
    must(is_percent(off_percent), "discount_percent")
    must(not (off and off_percent), "discount_amount")
    must(not off_percent or subtotal >= 0, "discount_percent")
    must(off >= 0 and (off == 0 or off <= subtotal), "discount_amount")
    discount = off or whole(subtotal * percent(off_percent))
    must(shipping >= 0, "shipping")
    bounded(shipping, "shipping")
    must(is_percent(shipping_tax), "shipping_tax_percent")
    if shipping:
        must(len(rates | {shipping_tax}) <= 16, "shipping_tax_percent")
    # (rate, taxable amount) for every rounding of tax there is
    if per_line:
        taxable = [(line[4], net - share) for line, net, share in zip(lines, nets, shares(discount, nets))]
        taxable += [(shipping_tax, shipping)] if shipping else []
    else:
        order = sorted(by_rate)
        amounts = {r: by_rate[r] - share for r, share in zip(order, shares(discount, [by_rate[r] for r in order]))}
        if shipping:
            amounts[shipping_tax] = bounded(amounts.get(shipping_tax, 0) + shipping, "shipping")
        taxable = list(amounts.items())
    base, tax = {}, {}
    for rate, amount in taxable:
        t = tax_of(amount, rate, inclusive)
        base[rate] = bounded(base.get(rate, 0) + amount - (t if inclusive else 0), "subtotal")
        tax[rate] = bounded(tax.get(rate, 0) + t, "tax")
    all_tax = 0
    for rate in sorted(tax):
        all_tax = bounded(all_tax + tax[rate], "tax")
    bounded(adjustment, "adjustment")
    total = subtotal - discount
    for part in (shipping, 0 if inclusive else all_tax, adjustment):
        total = bounded(total + part, "total")
    must(total >= 0, "total")
    rows = [(r, base[r], tax[r]) for r in sorted(base) if base[r] or tax[r] or (r == 0 and 0 in rates)]
    # What must hold whatever the rounding: the rows add up to the document.
    assert sum(t for _, _, t in rows) == all_tax
    assert sum(b + t for _, b, t in rows) + adjustment == total
    numbers = [subtotal, discount, shipping, adjustment, all_tax, total, len(rows)]
    return "ok " + " ".join(map(str, numbers + [v for row in rows for v in row] + nets))


RATES = [0, 0, 7 * 10**6, 19 * 10**6, 20 * 10**6, 5500000, 8875000, 100 * 10**6, 1]


def random_line(rng, digits, wild):
    if wild:
        edge = [0, 1, -1, 10**6, 10**12, 10**15, 10**15 + 1, 2**63 - 1, -(2**63), 100 * 10**6, 100 * 10**6 + 1]
        pick = lambda usual: rng.choice(edge) if rng.random() < 0.12 else usual
    else:
        pick = lambda usual: usual
    quantity = rng.choice([10**6, 2 * 10**6, rng.randrange(10**4), rng.randrange(10**9), 0, 1500000])
    price = rng.choice([rng.randrange(10**8), rng.randrange(100) * 10**4, rng.randrange(10**13), 5000 * 10**rng.randrange(4)])
    if rng.random() < 0.1:
        price = -price
    off_percent = off = 0
    if rng.random() < 0.2:
        off_percent = rng.choice([10**7, rng.randrange(10**8), 33333333, 10**8])
    elif rng.random() < 0.15 and price > 0:
        off = rng.randrange(quantity * price * 10**digits // 10**12 + 1)
    return tuple(map(pick, (quantity, price, off_percent, off, rng.choice(RATES))))


def random_document(rng):
    currency = rng.choice(["EUR", "EUR", "JPY", "KWD", "CLF"]) if rng.random() < 0.995 else "XXX"
    digits = DIGITS[currency] or 0
    wild = rng.random() < 0.2
    count = rng.choice([0, 1, 2, 3, 5, 8]) if rng.random() < 0.98 else 120
    lines = [random_line(rng, digits, wild) for _ in range(count)]
    if rng.random() < 0.03:
        lines = [line[:4] + (i * 10**6,) for i, line in enumerate(lines)]
    off_percent = off = 0
    if rng.random() < 0.25:
        off_percent = rng.choice([10**6, 12500000, rng.randrange(10**8), 10**8])
    elif rng.random() < 0.3:
        try:
            nets = sum(line_net(i, line, digits) for i, line in enumerate(lines))
        except Refused:
            nets = 0
        off = rng.choice([1, 2, 7, nets, rng.randrange(abs(nets) + 1), nets + 1])
    shipping = rng.choice([0, 0, 495, rng.randrange(10**5)])
    adjustment = rng.choice([0, 0, -1, 2, rng.randrange(-500, 500)])
    doc = [off_percent, off, shipping, rng.choice(RATES), adjustment]
    if wild and rng.random() < 0.3:
        doc[rng.randrange(5)] = rng.choice([-1, 10**8 + 1, 10**15, 10**15 + 1, 2**63 - 1, -(2**63)])
    return (currency, rng.random() < 0.5, rng.random() < 0.5, *doc, lines)


def extremes():
    """Amounts beside MONEY_MAX, shared, taxed and summed."""
    big = 10**13 * 10**6 // 10**6  # decimal: 10^7 units
    for inclusive in (False, True):
        for per_line in (False, True):
            for price, quantity in ((9 * 10**12, 10**12), (10**13 // 2, 2 * 10**12), (10**13 - 1, 10**12), (big, 10**12)):
                for off in (0, 1, 10**15 - 1, 10**15):
                    for rate in (0, 1, 7 * 10**6, 10**8):
                        yield ("EUR", inclusive, per_line, 0, off, 0, 0, 0, [(quantity, price, 0, 0, rate)])
                        third = (quantity, price // 3, 0, 0, rate)
                        yield ("EUR", inclusive, per_line, 0, off, 1, rate, -1, [third, third[:4] + (19 * 10**6,), third])
            yield ("EUR", inclusive, per_line, 10**8, 0, 0, 0, 0, [(10**6, 10**9, 0, 0, 10**6)] * 3 + [(10**6, -(10**9), 0, 0, 0)] * 2)


def written(doc):
    *head, lines = doc
    return " ".join(str(int(v) if isinstance(v, bool) else v) for v in head + [len(lines)] + [v for line in lines for v in line])


def answer(doc):
    try:
        return oracle(doc)
    except Refused as why:
        return str(why)


def test_totals_agree_with_decimal_arithmetic():
    seed = int(os.environ.get("POSTERN_SEED", "20261122"))
    rng = random.Random(seed)
    docs = list(extremes()) + [random_document(rng) for _ in range(12000)]
    run = subprocess.run([PROBE], input="\n".join(map(written, docs)) + "\n", capture_output=True, text=True, timeout=300)
    assert run.returncode == 0, run.stderr
    got = run.stdout.splitlines()
    assert len(got) == len(docs)
    wanted = [answer(doc) for doc in docs]
    differ = [(written(d), g, w) for d, g, w in zip(docs, got, wanted) if g != w]
    assert not differ, f"seed {seed}: {len(differ)} of {len(docs)} differ, first (document, program, oracle): {differ[0]}"
    # The cases must be worth having: most are computed, and every kind of refusal occurs.
    computed = sum(w.startswith("ok") for w in wanted)
    assert computed > 5000
    kinds = {".".join(p for p in w.split()[-1].split(".") if not p.isdigit()) for w in wanted if not w.startswith("ok")}
    assert {"currency", "lines.quantity", "lines.price", "lines.discount_percent", "lines.discount_amount", "lines.tax_percent",
            "subtotal", "discount_percent", "discount_amount", "shipping", "shipping_tax_percent", "adjustment", "total"} <= kinds
    print(f"{len(docs)} documents agree, {computed} computed, the others refused alike")
