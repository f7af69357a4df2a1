"""The staff's screens for getting people in: persons and their access, the outbox, accounts, tokens, second factor, the portal's name.
A real daemon, a real pseudo-terminal. One business for all tests of this file; each makes the persons it needs."""
import pytest

from daemon import PASSWORD, open_portal
from northwind import Northwind
from phone import enrol
from pty_screen import ENTER, ESC, F2, RIGHT, TAB
from test_staff import SCREEN, go_to, own_customer, section, terminal


@pytest.fixture(scope="module")
def business():
    with Northwind() as b:
        b.ana.ask("staff.create", name="Rory Lynch", email="rory@northwind.example", role="reader", password=PASSWORD, keep_password=True)
        b.ana.ask("staff.create", name="Ana Kelly", email=SCREEN, role="admin", password=PASSWORD, keep_password=True)
        yield b


@pytest.fixture
def ana(business):
    with terminal(business) as t:
        yield t
        assert t.poll() in (None, 0), t.text()


def crumb(t, name):
    """Until the last crumb is that one; long ones are cut."""
    def there(s):
        last = s.line(0).split("  ")[0].split("›")[-1].strip()
        return last == name or (last.endswith("…") and name.startswith(last[:-1]))
    return t.wait_for(there)


def at_customer(t, name):
    section(t, "2").keys("/", name.lower(), ENTER)
    go_to(t, name).keys(ENTER)
    return crumb(t, name)


def setting(t, name):
    section(t, "6", "Machine tokens")
    go_to(t, name).keys(ENTER)
    return crumb(t, name)


def access(business, customer):
    return {c["name"]: c["access"] for c in business.ana.ask("customer.get", id=customer)["contacts"]}


# --- persons ---------------------------------------------------------------------------------------------------------------------
def test_customers_that_are_marked_get_access_for_the_person_to_turn_to(business, ana):
    made = [own_customer(business, name) for name in ("Marked One", "Marked Two")]
    section(ana, "2").keys("/", "marked", ENTER).wait_for("Marked Two").settle(0.2).keys("  ").wait_for("2 marked")
    ana.keys("a").wait_for("2 persons each get a mail").keys(ESC)
    ana.wait_gone("2 persons").keys("w").wait_for("Switch access on").wait_for("Marked Ruiz, Marked Ruiz")
    ana.keys("one time password", TAB, "one time password", F2).wait_for("Access is on")
    for customer, _, email in made:
        assert access(business, customer) == {"Marked Ruiz": "invited"}
        assert business.sign_in(email, "one time password").me["stage"] == "password"


def test_the_second_factor_of_who_lost_the_phone_is_reset(business, ana):
    customer, contact, email = own_customer(business, "Phone Ltd")
    client = open_portal(business, business.ana, contact, email)
    enrol(client, password=PASSWORD)
    at_customer(ana, "Phone Ltd").wait_for("yes").keys(ENTER)
    crumb(ana, "Phone Ruiz").wait_for("Second factor: set up")
    ana.keys("F").wait_for("Reset the second factor?").wait_for("Be sure it is really them").keys(TAB, ENTER)
    ana.wait_for("The second factor is reset").wait_for("Second factor: none")
    assert business.sign_in(email).me["stage"] == "full"
    ana.keys("F").wait_for("No second factor is set up.")


# --- settings --------------------------------------------------------------------------------------------------------------------
def test_the_second_factor_is_asked_of_customers_and_no_more(business, ana):
    customer, contact, email = own_customer(business, "Factor AB")
    open_portal(business, business.ana, contact, email)
    setting(ana, "Second factor").wait_for("Off: whoever has one is still asked")
    go_to(ana, "Customers ").keys(ENTER).wait_for("customers: on?").wait_for("every customer has to").keys(TAB, ENTER)
    ana.wait_for("Switched on").wait_for("on: everybody has to set one up")
    client = business.sign_in(email)
    assert client.me["stage"] == "enrol"
    enrol(client)
    go_to(ana, "Customers ").keys(ENTER).wait_for("customers: off?").wait_for("still need their code").keys(TAB, ENTER)
    ana.wait_for("Switched off").wait_gone("on: everybody")
    assert business.sign_in(email).me["stage"] == "code"  # C6: still
    go_to(ana, "Staff ").keys(ENTER).wait_for("you have none yet").keys(ESC)
    assert not business.ana.ask("settings.get")["business"].get("staff_mfa")


# --- accounts --------------------------------------------------------------------------------------------------------------------
def test_a_colleague_gets_a_one_time_password_instead(business, ana):
    setting(ana, "Staff accounts").keys("+").wait_for("Gets in with")
    ana.keys("Liam Roe", TAB, "liam@northwind.example", TAB, TAB, RIGHT, F2).wait_for("At least 10 characters.")
    ana.keys("a first password", TAB, "a first password", F2).wait_for("The account is there").wait_for("one-time password")
    assert business.sign_in("liam@northwind.example", "a first password").me["stage"] == "password"
