"""A key is registered by who holds it: what somebody else's public key is good for (nothing), and the two ways to show that one holds it."""
import json

import pytest

from daemon import PASSWORD
from northwind import MARIA, Northwind
from sshd import Door


@pytest.fixture(scope="module")
def door():
    with Door(kind=Northwind) as d:
        b = d.daemon
        contact = next(c for c in b.ana.ask("customer.get", id=b.bodega)["contacts"] if c["name"].startswith("Jos"))
        b.ana.ask("access.enable", contacts=[contact["id"]], password=PASSWORD, keep_password=True)
        d.mallory_email = contact["email"]
        yield d


@pytest.fixture
def mallory(door):
    return door.daemon.sign_in(door.mallory_email)


def who(door, key):
    return json.loads(door.ssh("account", "--json", key=key).stdout)["me"]["email"]


def test_nobody_comes_in_as_who_registered_their_public_key(door, mallory):
    hers = door.key()
    mallory.ask("key.add", key=door.public(hers), password=PASSWORD)
    assert "Permission denied" in door.ssh("account", key=hers, code=255).stderr, "not as Mallory"


def test_who_holds_a_key_registers_it_whoever_registered_it_before(door, mallory):
    hers = door.key()
    mallory.ask("key.add", key=door.public(hers), password=PASSWORD)
    assert door.daemon.maria.ask("key.add", key=door.public(hers), password=PASSWORD)["key"]["fingerprint"] == door.fingerprint(hers)


def test_registering_tells_nobody_whose_keys_are_known(door, mallory):
    hers = door.key()
    door.daemon.maria.ask("key.add", key=door.public(hers), password=PASSWORD)
    assert mallory.ask("key.add", key=door.public(hers), password=PASSWORD)["key"]["fingerprint"] == door.fingerprint(hers)
