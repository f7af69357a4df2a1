"""A business that is paid through a double of Stripe (stripe_double.py), and one of its customers.

    with Daemon(**LOCAL, sandbox=False) as d, Stripe(d.temp) as s:
        p = Portal(d, s)
        payment = p.pay(p.invoice())             # pending, with the page that the customer has to go to
        s.pay(payment["gateway_id"]); p.settled(payment)
"""
from daemon import add_customer, days, line, open_portal, wait_until

LOCAL = {"arguments": ["--local-gateways"]}  # of the daemon: settings may name a gateway on this machine
HOME = "https://acme.test/thanks?session={CHECKOUT_SESSION_ID}"


def row_of(admin):
    return next(r for r in admin.ask("gateway.list")["gateways"] if r["name"] == "stripe")


def set_stripe(admin, secret=None, webhook_secret=None, **stripe):
    """Changes what is given; the row as it is then."""
    secrets_given = {name: value for name, value in (("secret", secret), ("webhook_secret", webhook_secret)) if value is not None}
    return admin.ask("gateway.set", gateway="stripe", **secrets_given, settings={
        "revision": row_of(admin)["settings"]["revision"], **({"stripe": stripe} if stripe else {})})["gateway"]


class Portal:
    def __init__(self, d, s, currency="EUR", **stripe):
        self.d, self.s, self.currency = d, s, currency
        self.admin = d.sign_in()
        set_stripe(self.admin, s.secret, success_url=HOME, api=s.url, **stripe)
        self.customer, contact = add_customer(self.admin, currency=currency)
        self.maria = open_portal(d, self.admin, contact, "maria@bodega.test")

    def again(self):
        """Signs in again: the daemon was started anew."""
        self.admin, self.maria = self.d.sign_in(), self.d.sign_in("maria@bodega.test")

    def invoice(self, price="11.90", **more):
        return self.admin.ask("invoice.create", customer=self.customer, send=True,
                              document={"lines": [line(price=price)], "due": days(14), **more})["invoice"]

    def begin(self, *invoices, expect=None):
        total = sum(i["balance"]["amount"] for i in invoices)
        return self.maria.ask("payment.begin", parts=[{"invoice": i["id"]} for i in invoices], method="stripe/checkout",
                              expect=expect or {"amount": total, "currency": self.currency})

    def start(self, *invoices):
        """Begun and confirmed: the payment as it is right after."""
        return self.maria.ask("payment.confirm", begun=self.begin(*invoices)["begun"])["payment"]

    def get(self, payment, who=None):
        return (who or self.admin).ask("payment.get", payment=payment["id"])["payment"]

    def pay(self, *invoices):
        made = self.start(*invoices)
        return wait_until(lambda: (p := self.get(made)).get("url") and p, what="the page")

    def ask(self, payment):
        self.admin.ask("payment.settle", payment=payment["id"])
        return self.get(payment)

    def settled(self, payment, seconds=20):
        """Asked about until it is no longer pending."""
        return wait_until(lambda: (p := self.ask(payment))["state"] != "pending" and p, seconds, "the outcome")

    def due(self, payment):
        """What stands in the way of it, as staff read it."""
        rows = self.admin.ask("due.list")["due"]
        return next((r for r in rows if r["work"] == "payment" and r.get("about") == payment["id"]), None)


