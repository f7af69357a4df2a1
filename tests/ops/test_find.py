"""portal.find: from a number or a name to what is meant, and for a customer only to what is theirs."""
import pytest

from daemon import Daemon, Refused, add_customer, line, money, open_portal


@pytest.fixture(scope="module")
def world():
    with Daemon() as d:
        staff = d.sign_in()
        bodega, maria = add_customer(staff, "Bodega Sur", "maria@bodega.test")
        other, jonas = add_customer(staff, "Köhler & Sohn", "jonas@koehler.test")
        for customer in (bodega, other):
            staff.ask("invoice.create", customer=customer, document={"lines": [line()]}, send=True)
            staff.ask("estimate.create", customer=customer, document={"lines": [line()]}, send=True)
            staff.ask("payment.record", customer=customer, mode="cash", amount=money("1"), parts=[])
        yield {"d": d, "staff": staff, "bodega": bodega, "maria": open_portal(d, staff, maria, "maria@bodega.test")}


def found(session, text):
    return [(h["what"], h["title"]) for h in session.ask("portal.find", text=text)["hits"]]


def test_a_number_as_it_stands_there_is_found(world):
    hit, = world["staff"].ask("portal.find", text="INV-000001")["hits"]
    assert (hit["what"], hit["title"], hit["customer"]) == ("invoice", "INV-000001", world["bodega"])
    assert "Bodega Sur" in hit["note"] and "open" in hit["note"]
    assert found(world["staff"], "inv-1") == [("invoice", "INV-000001")]


def test_the_end_of_a_number_finds_every_kind(world):
    assert set(found(world["staff"], "1")) == {("invoice", "INV-000001"), ("estimate", "EST-000001"), ("payment", "PAY-000001")}


def test_words_find_customers_and_persons(world):
    assert found(world["staff"], "bodega")[0] == ("customer", "Bodega Sur")
    assert found(world["staff"], "kohl soh") == [("customer", "Köhler & Sohn")]
    for text in ("maria", "ruiz", "mar rui", "Ruiz bodega"):
        assert ("contact", "Maria Ruiz") in found(world["staff"], text), text
    assert ("contact", "Maria Ruiz") not in found(world["staff"], "mario")
    assert ("contact") in {what for what, _ in found(world["staff"], "maria@bodega")}


def test_a_customer_finds_only_what_is_theirs(world):
    maria = world["maria"]
    assert found(maria, "INV-000001") == [("invoice", "INV-000001")]
    for text in ("INV-000002", "EST-000002", "PAY-000002", "köhler", "bodega sur"):
        assert found(world["staff"], text) and not [h for h in found(maria, text) if h[0] != "contact"], text
    assert not found(maria, "jonas")
    assert {h["customer"] for text in ("1", "2", "3", "4") for h in maria.ask("portal.find", text=text)["hits"]} == {world["bodega"]}


def test_there_are_at_most_twelve(world):
    with Daemon() as d:
        staff = d.sign_in()
        for n in range(40):
            add_customer(staff, f"Paper mill {n}", f"mill{n}@mills.test")
        assert len(found(staff, "paper")) == 12
        assert found(staff, "nothing of that name") == []
        assert found(staff, "…") == []


@pytest.mark.parametrize("text", ["", "x" * 61])
def test_what_is_too_long_or_nothing_is_refused(world, text):
    with pytest.raises(Refused) as e:
        world["staff"].ask("portal.find", text=text)
    assert e.value.field == "text"
