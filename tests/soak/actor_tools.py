"""What the stories share: documents, cards, and which record somebody means."""

GOOD_CARDS = ["4242424242424242", "5555555555554444"]
OTHER_CARDS = ["4000000000000002", "4000000000009995", "4000000000009235", "4000000000000119", "4000000000003006", "4111111111111112"]


def card(number):
    return {"card_number": number, "card_expiry": "12/39", "card_code": "123"}


def cents(n):
    return {"amount": int(n), "currency": "EUR"}


def pick(draw, there):
    return draw.choice(there) if there else None


def portal_mark(c, customer):
    """For what that customer may see."""
    return f"qz{c.model.key_of(customer)}.{c.number}.{c.step.number}.{c.turn}"


def staff_mark(c):
    return f"qz{'staff' if c.part.business == 'acme' else 'eve'}.{c.number}.{c.step.number}.{c.turn}"


def document(draw, mark):
    lines = []
    for _ in range(draw.choice([1, 1, 2, 3, 12])):
        row = {"name": draw.choice(["Kraft paper", "Délivery", "日本の紙"]), "quantity": draw.choice(["1", "3", "2.5", "0.333333", "12"]),
               "price": f"{draw.randrange(1, 200)}.{draw.randrange(1000):03}", "tax_percent": draw.choice(["0", "19", "7.5", "23"])}
        if draw.random() < 0.3:
            row["discount_percent"] = draw.choice(["10", "33.333333", "50"])
        lines.append(row)
    return {"lines": lines, "reference": mark}


def plain(document):
    """Lines and their taxes only, which sums.py adds up."""
    return not any((document.get("tax_inclusive"), document.get("tax_per_line"), document["discount"]["amount"], document.get("discount_percent", "0") != "0",
                    document.get("discount_amount"), document.get("shipping"), document.get("adjustment")))


def own(c, draw, kind):
    """The id of something that this customer was shown, newest most often."""
    rows = c.ask(f"{kind}.list", limit=25)[kind + "s"]
    return pick(draw, [row["id"] for row in rows])


def someones(c, draw):
    """(kind, id, customer) of something that is another customer's, or nothing."""
    kind = draw.choice(["invoice", "estimate", "payment"])
    owners = {n: c.model.owner(kind, n) for n in c.model.ids(kind)}
    there = [n for n, owner in owners.items() if owner not in (None, c.me["customer"])]
    number = pick(draw, there[-50:])
    return kind, number, owners.get(number)
