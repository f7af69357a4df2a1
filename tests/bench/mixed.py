"""A day's load: nine of ten requests read (a list, an invoice, Home), one records a payment; which customer asks follows Zipf's law, and one request
in fifty is the first of its session. What is kept between requests has to earn its keep here, not where one page is read again and again."""
import random

ASKS, FRESH, WRITE = 20000, 50, 10  # requests before the first is asked again; one in so many with a new session; one in so many writes


def by_zipf(chance, things, n):
    """n of them; the k-th as often as 1/k."""
    return chance.choices(things, [1 / k for k in range(1, len(things) + 1)], k=n)


def requests(samples, usual, envelope, pay, writes):
    """Payloads, of which one in WRITE writes, when `writes`. usual: so many of the sessions are those of every day; the others are asked with once."""
    chance = random.Random(5)
    everyday, fresh = [token for token, _, _ in samples["customers"][:usual]], [token for token, _, _ in samples["customers"][usual:]]
    invoices = by_zipf(chance, samples["invoices"], ASKS)
    made = []
    for n, token in enumerate(by_zipf(chance, everyday, ASKS)):
        if n % FRESH == 0 and fresh:
            token = fresh.pop()
        if n % WRITE == WRITE - 1 and writes:
            made.append(pay[n % len(pay)])
        else:
            made.append((envelope("invoice.list", token, {"limit": 25}), envelope("invoice.get", samples["staff"], {"invoice": invoices[n]}),
                         envelope("home.get", token, {}))[n % 3])
    return made


def measure(bench, clients, envelope, pay, usual, load_on, in_turn, payload_file):
    """{size: {clients: (results of the mix, results of the same readers with nobody who writes)}}"""
    got = {}
    for name, s in bench.served.items():
        files = {writes: payload_file(bench.temp, f"mixed-{name}-{writes}", requests(s.samples, usual, envelope, pay(s.samples), writes)) for writes in (True, False)}
        got[name] = {n: in_turn(bench.rounds, {writes: (lambda n=n, writes=writes: load_on(s, n, bench.write_s, files[writes])) for writes in (True, False)})
                     for n in clients}
    return got
