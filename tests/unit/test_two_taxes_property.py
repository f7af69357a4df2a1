"""Random documents whose lines have two taxes and whose taxes are told apart by more than their rate, against an oracle of our own in
exact fractions: the same totals to the last unit."""
import os
import random
import subprocess
from fractions import Fraction

PROBE = os.path.join(os.environ["POSTERN_BUILD"], "tests", "totals_probe")
DIGITS = {"EUR": 2, "JPY": 0, "KWD": 3}
ONE = 10**6
RATES = [0, 5 * ONE, 9 * ONE, 9975000, 20 * ONE, 100 * ONE, 1]


def half_up(x):
    """Half away from zero."""
    whole = abs(x) + Fraction(1, 2)
    return (whole.numerator // whole.denominator) * (1 if x >= 0 else -1)


def shared(amount, nets):
    """The largest-remainder method."""
    total = sum(nets)
    if not amount:
        return [0] * len(nets)
    exact = [Fraction(amount * n, total) for n in nets]
    down = [e.numerator // e.denominator for e in exact]
    order = sorted(range(len(nets)), key=lambda i: (-(exact[i] - down[i]), i))
    for i in order[:amount - sum(down)]:
        down[i] += 1
    return down


def oracle(doc):
    currency, inclusive, per_line, off, shipping, shipping_tax, lines = doc
    nets = [half_up(Fraction(q * p * 10**DIGITS[currency], ONE * ONE)) for q, p, _, _ in lines]
    of = [tuple(sorted({a, b})) if b[0] else (a,) for _, _, a, b in lines]
    if per_line:
        parts = [(taxes, n - s) for taxes, n, s in zip(of, nets, shared(off, nets))] + ([((shipping_tax,), shipping)] if shipping else [])
    else:
        groups = sorted(set(of) | ({(shipping_tax,)} if shipping else set()))
        sums = [sum(n for t, n in zip(of, nets) if t == g) for g in groups]
        parts = [(g, n - s + (shipping if g == (shipping_tax,) else 0)) for g, n, s in zip(groups, sums, shared(off, sums))]
    base, tax = {}, {}
    for taxes, amount in parts:
        both = sum(t[0] for t in taxes)
        each = {t: half_up(Fraction(amount * t[0], 100 * ONE + both if inclusive else 100 * ONE)) for t in taxes}
        for t in taxes:
            base[t] = base.get(t, 0) + amount - (sum(each.values()) if inclusive else 0)
            tax[t] = tax.get(t, 0) + each[t]
    if not inclusive and not per_line:
        tax = {t: half_up(Fraction(base[t] * t[0], 100 * ONE)) for t in base}
    subtotal, all_tax = sum(nets), sum(tax.values())
    total = subtotal - off + shipping + (0 if inclusive else all_tax)
    rows = [t for t in sorted(base) if base[t] or tax[t] or (t[0] == 0 and any(a == t for _, _, a, _ in lines))]
    numbers = [subtotal, off, shipping, 0, all_tax, total, len(rows)] + [v for t in rows for v in (*t, base[t], tax[t])]
    return "ok " + " ".join(map(str, numbers + nets))


def document(rng):
    currency = rng.choice(list(DIGITS))
    kind = lambda: (rng.choice(RATES), rng.randrange(3))
    lines = []
    for _ in range(rng.choice([1, 2, 3, 5, 9])):
        a, b = kind(), kind() if rng.random() < 0.6 else (0, 0)
        while b == a:
            b = kind()
        lines.append((rng.choice([ONE, 3 * ONE, rng.randrange(10**8)]), rng.randrange(10**9), a, b))
    nets = [half_up(Fraction(q * p * 10**DIGITS[currency], ONE * ONE)) for q, p, _, _ in lines]
    off = rng.choice([0, 0, 1, 7, rng.randrange(sum(nets) + 1)]) if sum(nets) else 0
    return (currency, rng.random() < 0.5, rng.random() < 0.5, min(off, sum(nets)), rng.choice([0, 0, 495, rng.randrange(10**4)]), kind(), lines)


def written(doc):
    currency, inclusive, per_line, off, shipping, shipping_tax, lines = doc
    numbers = [int(inclusive), int(per_line), 0, off, shipping, *shipping_tax, 0, len(lines)]
    return currency + "+ " + " ".join(map(str, numbers + [v for q, p, a, b in lines for v in (q, p, 0, 0, *a, *b)]))


def answers(docs):
    run = subprocess.run([PROBE], input="\n".join(map(written, docs)) + "\n", capture_output=True, text=True, timeout=300)
    assert run.returncode == 0, run.stderr
    return run.stdout.splitlines()


def test_two_taxes_agree_with_exact_fractions():
    seed = int(os.environ.get("POSTERN_SEED", "20261129"))
    rng = random.Random(seed)
    docs = [document(rng) for _ in range(6000)]
    differ = [(written(d), got, want) for d, got in zip(docs, answers(docs), strict=True) if got != (want := oracle(d))]
    assert not differ, f"seed {seed}: {len(differ)} of {len(docs)} differ, first (document, program, oracle): {differ[0]}"


def test_known_amounts():
    hundred = (ONE, 100 * ONE, (5 * ONE, 0), (9975000, 1))
    assert answers([("EUR", False, False, 0, 0, (0, 0), [hundred])]) == ["ok 10000 0 0 0 1498 11498 2 5000000 0 10000 500 9975000 1 10000 998 10000"]
    halves = (ONE, 118010000, (9 * ONE, 0), (9 * ONE, 1))  # CGST and SGST of prices that contain them: equal, as the law wants
    assert answers([("EUR", True, False, 0, 0, (0, 0), [halves])]) == ["ok 11801 0 0 0 1800 11801 2 9000000 0 10001 900 9000000 1 10001 900 11801"]
    assert answers([("EUR", False, False, 0, 0, (0, 0), [(ONE, ONE, (5 * ONE, 1), (5 * ONE, 1))])]) == ["invalid lines.0.tax2_percent"]
