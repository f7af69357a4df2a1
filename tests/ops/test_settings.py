"""The business's settings, accounts, customers, items, taxes and number series: kept, obeyed, and refused by name."""

from daemon import PASSWORD, Daemon, add_customer, line, money, open_portal


def change(admin, **fields):
    revision = admin.ask("settings.get")["business"]["revision"]
    return admin.ask("settings.update", business={"revision": revision, **fields})["business"]


def test_every_setting_is_kept_over_a_restart():
    wanted = {"name": "Acme Paper", "address": {"street": "1 Mill Lane", "city": "Porto"}, "email": "a@acme.test", "phone": "1", "tax_id": "PT5",
              "website": "https://acme.test", "time_zone": "Asia/Kathmandu", "banner": "Closed\non Friday.", "notify_business": True,
              "notify_customer": True, "customers_edit": True, "customers_forward": True, "reviews": True, "projects": True, "mfa": True,
              "partial_payments": True, "tax_per_line": True, "terms_days": 10, "estimate_days": 20, "notes": "Thank you.", "terms": "10 days", "bank": "IBAN"}
    with Daemon() as d:
        before = d.sign_in().ask("settings.get")["business"]
        change(d.sign_in(), **wanted)
        d.stop()
        d.start()
        got = d.sign_in().ask("settings.get")["business"]
        assert {k: got[k] for k in wanted} == wanted and got["portal"] == "acme" and got["currency"] == before["currency"]
        off = {k: False for k, v in wanted.items() if v is True}
        got = change(d.sign_in(), **off)
        assert {k: got.get(k, False) for k in off} == off and got["name"] == "Acme Paper"


def test_wrong_settings_name_their_field(admin):
    revision = admin.ask("settings.get")["business"]["revision"]
    for field, value in [("portal", "Not Good"), ("portal", "x"), ("name", ""), ("time_zone", "Mars/Olympus"), ("currency", "XXQ"), ("email", "nobody"),
                         ("terms_days", -1)]:
        refusal = admin.refused("settings.update", business={"revision": revision, field: value})
        assert refusal.field == f"business.{field}", (field, value, refusal)


def test_a_portal_name_is_unique_and_a_new_one_ends_the_customers_sessions(d, admin):
    d.client().ask("business.create", portal="taken", name="Taken", currency="EUR", admin_email="eve@taken.test", password=PASSWORD)
    refusal = d.client().refused("business.create", portal="taken", name="Again", currency="EUR", admin_email="e@e.test", password=PASSWORD)
    assert refusal.code == "portal_name_taken"
    revision = admin.ask("settings.get")["business"]["revision"]
    assert admin.refused("settings.update", business={"revision": revision, "portal": "taken"}).code == "portal_name_taken"
    _, contact = add_customer(admin, "Named Ltd", "n@named.test")
    session = open_portal(d, admin, contact, "n@named.test")
    change(admin, portal="acme-paper")
    assert session.refused("home.get").code == "sign_in"
    assert d.client().refused("session.sign_in", portal="acme", email="n@named.test", password=PASSWORD).code == "credentials"
    assert d.sign_in("n@named.test", portal="acme-paper").ask("home.get")["business"]["portal"] == "acme-paper"
    assert d.client().refused("portal.show", portal="acme").code == "not_found"
    change(admin, portal="acme")
    assert d.client().ask("portal.show", portal="acme")["name"] == "Acme Ltd"


def test_accounts_of_staff_and_what_their_roles_allow(d, admin):
    for role in ("reader", "staff", "admin"):
        made = admin.ask("staff.create", name=role, email=f"{role}@roles.test", role=role, password="a first password")["staff"]
        assert made["must_change"] and made["role"] == role and "password" not in made
    assert admin.refused("staff.create", name="x", email="READER@roles.test", role="staff", password=PASSWORD).code == "exists"
    assert admin.refused("staff.create", name="x", email="x@roles.test", role="customer", password=PASSWORD).field == "role"
    assert admin.refused("staff.create", name="x", email="x@roles.test", role="staff", password="short").field == "password"
    reader = d.sign_in("reader@roles.test", "a first password")
    assert reader.refused("customer.list").code == "password_change"
    reader.ask("password.change", old="a first password", password=PASSWORD)
    assert reader.ask("customer.list")["customers"] is not None
    assert reader.refused("customer.create", customer={"name": "x"}).code == "forbidden"
    assert {"reader@roles.test", "staff@roles.test", "ada@acme.test"} <= {s["email"] for s in reader.ask("staff.list")["staff"]}


def test_customers_with_what_is_special_about_them(admin):
    fields = [{"label": "Depot", "value": "Gate 7"}, {"label": "Cost centre"}]
    got = admin.ask("customer.create", customer={"name": "Depot Ltd", "currency": "BHD", "fields": fields, "notes": "be firm", "terms_days": 7,
                                                 "billing": {"city": "Manama"}, "tax_id": "BH1"}, contact={"name": "Ali", "email": "ali@depot.test"})
    customer = got["customer"]
    assert customer["fields"][0] == fields[0] and customer["fields"][1]["label"] == "Cost centre"
    made = admin.ask("invoice.create", customer=customer["id"], send=True, document={"lines": [line(price="1.2345", quantity="2")]})["invoice"]
    assert made["total"] == {"amount": 2469, "currency": "BHD"} and made["billing"]["city"] == "Manama"
    refusal = admin.refused("customer.update", id=customer["id"], customer={"revision": customer["revision"], "currency": "EUR"})
    assert refusal.code == "in_use"
    now = admin.ask("customer.update", id=customer["id"], customer={"revision": customer["revision"], "active": False})["customer"]
    assert now["active"] is False and now["fields"] == customer["fields"]
    assert admin.refused("customer.update", id=customer["id"], customer={"revision": customer["revision"], "phone": "1"}).code == "stale"


def test_persons_have_addresses_of_their_own(d, admin):
    customer, contact = add_customer(admin, "Persons Ltd", "one@persons.test")
    assert admin.refused("contact.create", customer=customer, contact={"name": "Two", "email": "ONE@persons.test"}).code == "exists"
    bare = admin.ask("contact.create", customer=customer, contact={"name": "Three"})["contact"]["id"]
    assert admin.refused("access.enable", contacts=[contact, bare], password=PASSWORD).code == "no_email"
    assert admin.ask("customer.get", id=customer)["contacts"][0].get("access", "none") == "none"  # none of them
    session = open_portal(d, admin, contact, "one@persons.test")
    admin.ask("contact.update", id=contact, contact={"email": "new@persons.test"})
    assert session.refused("home.get").code == "sign_in"
    assert admin.ask("customer.get", id=customer)["contacts"][0]["access"] == "none"
    session = open_portal(d, admin, contact, "new@persons.test")
    admin.ask("contact.delete", id=contact)
    assert session.refused("home.get").code == "sign_in"
    assert [c["id"] for c in admin.ask("customer.get", id=customer)["contacts"]] == [bare]


def test_items_and_taxes_fill_in_lines(admin):
    customer, _ = add_customer(admin, "Items Ltd", "i@items.test")
    tax = admin.ask("tax.create", tax={"name": "IVA", "percent": "23"})["tax"]["id"]
    item = admin.ask("item.create", item={"name": "Kraft paper", "price": "3.4", "unit": "kg", "tax": tax})["item"]["id"]
    assert [i["id"] for i in admin.ask("item.list", search="kraf")["items"]] == [item]
    got = admin.ask("invoice.create", customer=customer, document={"lines": [{"item": item, "quantity": "10", "tax": tax}]})["invoice"]
    assert (got["lines"][0]["name"], got["lines"][0]["tax_name"], got["total"]) == ("Kraft paper", "IVA", money("41.82"))
    admin.ask("item.update", id=item, item={"price": "5", "active": False})
    admin.ask("tax.update", id=tax, tax={"active": False})
    assert admin.ask("invoice.get", invoice=got["id"])["invoice"]["total"] == money("41.82")
    assert admin.refused("tax.update", id=tax, tax={"percent": "5"}).field == "tax.percent"
    assert admin.ask("tax.list")["taxes"][0].get("active", False) is False


def test_numbers_follow_their_series_without_gaps(admin):
    customer, _ = add_customer(admin, "Series Ltd", "s@series.test")

    def send():
        return admin.ask("invoice.create", customer=customer, document={"lines": [line()]}, send=True)["invoice"]["number"]
    series = next(s for s in admin.ask("settings.get")["series"] if s["id"] == 2)
    admin.ask("series.update", series={"id": 2, "prefix": "2026/", "next": series["next"] + 100, "digits": 4})
    first = series["next"] + 100
    assert [send(), send()] == [f"2026/{first:04}", f"2026/{first + 1:04}"]
    draft = admin.ask("invoice.create", customer=customer, document={"lines": [line()]})["invoice"]
    assert not draft.get("number")
    admin.ask("invoice.delete", invoice=draft["id"], revision=draft["revision"])
    admin.refused("invoice.create", customer=customer, document={"lines": [{"quantity": "-1"}]}, send=True)
    assert send() == f"2026/{first + 2:04}"
    assert admin.refused("series.update", series={"id": 2, "next": 1}).field == "series.next"
