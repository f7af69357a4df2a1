"""A small business with a customer to look at, for tests of screens: `with Northwind() as b:` is a Daemon that has

    Northwind Paper Ltd, portal northwind; Ana Kelly its administrator; Maria Ruiz of Bodega Sur with portal access;
    a paid, an overdue, an open and a large open invoice; two open estimates and a declined one; a conversation.

Everything is made through the protocol. Days are relative to today.
"""
import daemon
from daemon import PASSWORD, add_customer, days, line, money

MARIA = "maria@bodegasur.example"
ANA = "ana@northwind.example"
VISA = {"card_number": "4242 4242 4242 4242", "card_expiry": "12/39", "card_code": "123"}


class Northwind(daemon.Daemon):
    def __init__(self, **more):
        super().__init__(portal="northwind", name="Northwind Paper Ltd", email=ANA, zone="Europe/Dublin", **more)

    def start(self):
        super().start()
        self.ana = self.sign_in()
        self.ana.ask("account.update", name="Ana Kelly")
        self.settings()
        self.bodega, self.maria_id = add_customer(self.ana, "Bodega Sur", MARIA)
        self.details()
        self.maria = daemon.open_portal(self, self.ana, self.maria_id, MARIA)
        self.documents()
        return self

    def settings(self):
        b = self.ana.ask("settings.get")["business"]
        self.ana.ask("settings.update", business={
            "revision": b["revision"], "email": "accounts@northwind.example", "phone": "+353 91 555 010", "tax_id": "IE1234567T",
            "banner": "Office closed 24–26 December. Orders before the 20th ship this year.", "bank": "IE29 AIBK 9311 5212 3456 78",
            "partial_payments": True, "customers_edit": True,
            "address": {"street": "12 Quay Street", "city": "Galway", "code": "H91 X2Y3", "country": "Ireland"}})

    def details(self):
        c = self.ana.ask("customer.get", id=self.bodega)["customer"]
        self.ana.ask("customer.update", id=self.bodega, customer={
            "revision": c["revision"], "company": "Bodega Sur S.L.", "phone": "+34 956 555 020", "tax_id": "ESB12345678",
            "billing": {"attention": "Administración", "street": "Calle Mayor 4", "code": "11001", "city": "Cádiz", "country": "Spain"},
            "shipping": {"street": "Muelle 2, nave 7", "code": "11006", "city": "Cádiz", "country": "Spain"}})
        self.ana.ask("contact.create", customer=self.bodega, contact={"name": "José Ferrer", "email": "jose@bodegasur.example", "position": "Warehouse"})

    def invoice(self, lines, due, date=0, **more):
        return self.ana.ask("invoice.create", customer=self.bodega, send=True,
                            document={"date": days(date), "due": days(due), "lines": lines, **more})["invoice"]

    def estimate(self, lines, due=20, **more):
        return self.ana.ask("estimate.create", customer=self.bodega, send=True,
                            document={"due": days(due), "lines": lines, **more})["estimate"]

    def documents(self):
        kraft = line("Kraft paper 80 g, pallet", "3", "320", "23", description="brown, 700 × 1000 mm", tax_name="VAT")
        cadiz = line("Delivery to Cádiz", "1", "15.61", "23", tax_name="VAT")
        self.paid = self.invoice([line("Kraft tape, box", "52", "15", "23", tax_name="VAT")], -14, -44)
        self.ana.ask("payment.record", customer=self.bodega, mode="bank_transfer", date=days(-10), parts=[{"invoice": self.paid["id"]}])
        self.late = self.invoice([line("Kraft paper 80 g, pallet", "2.5", "331.25", "23", tax_name="VAT")], -3, -33)
        self.open = self.invoice([kraft, cadiz], 12, -2, reference="PO-771", terms="Payment within 14 days. Goods remain ours until paid.")
        self.large = self.invoice([line("Consulting", "12.25", "90.5", "23", tax_name="VAT", unit="h", discount_percent="10"),
                                   line("Samples", "1", "626.02", "0")], 30)
        self.est = self.estimate([kraft, cadiz], 9, terms="Prices hold until the last day named here.")
        self.est2 = self.estimate([line("Kraft paper 90 g, pallet", "3", "335", "23", tax_name="VAT")])
        self.gone = self.estimate([line("Recycled pallets", "40", "4.75", "23", tax_name="VAT")])
        self.maria.ask("estimate.decline", estimate=self.gone["id"], revision=self.gone["revision"], reason="Too many for us this year.")
        self.ana.ask("comment.add", document=self.open["id"], text="The pallets left this morning.", portal=True)
        self.maria.ask("comment.add", document=self.open["id"], text="Thank you. Could the next ones be 90 g? We would need them in January, before the fair in Jerez.")
        self.ana.ask("comment.add", document=self.open["id"], text="Margin is thin, do not discount.")
        self.ana.ask("comment.add", document=self.est2["id"], text="We could do 3 pallets at this price if you order before the fair.", portal=True)
