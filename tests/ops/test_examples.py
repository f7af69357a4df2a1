"""The example that help gives for an operation is one that can be run: whatever else is refused of it, it is not what it says.

Its numbers stand for some that exist: the business of the test has an account, a document and an item for each of them as far as that
can be, so that an example gets as far as it would with a reader's own."""
import re
import subprocess

import pytest

import keys
from ctl import BUILD, Ctl
from daemon import PASSWORD, Daemon, add_customer, line

KINDS = ("estimate", "invoice", "retainer", "credit_note")
SECRETS = {"card_number": "4111 1111 1111 1111", "card_expiry": "12/49", "card_code": "123", "code": "123456", "old": "not that one"}


@pytest.fixture
def ctl():
    with Daemon() as d:
        admin = d.sign_in()
        for n in range(17):
            customer, _ = add_customer(admin, name=f"Customer {n}", email=f"c{n}@customer.test")
            admin.ask("item.create", item={"name": f"Item {n}", "price": "1"})
            admin.ask("tax.create", tax={"name": f"VAT {n}", "percent": "20"})
        for kind in KINDS:
            admin.ask(f"{kind}.create", customer=customer, send=True, document={"lines": [line()]})
        home = d.temp / ".ssh"
        home.mkdir()
        keys.pair(home, name="id_ed25519")
        (d.temp / "signature").write_text("-----BEGIN SSH SIGNATURE-----\nU1NIU0lH\n-----END SSH SIGNATURE-----\n")
        yield Ctl(d).login()


def test_no_example_is_refused_for_what_it_says(ctl):
    faults = []
    env = ctl.env | {"PATH": f"{BUILD.resolve() / 'bin'}:{ctl.env['PATH']}"}
    for operation in ctl.json("describe")["operations"]:
        if operation["name"] in ("session.sign_out", "event.wait"):
            continue  # the one ends what the others need, the other waits
        example = next(text.strip() for text in ctl.run("help", operation["name"]).stdout.splitlines() if text.startswith(f"  posternctl {operation['name']}"))
        asked = "".join(SECRETS.get(name, PASSWORD) + "\n" for name in re.findall(r" (\w+)=-", example))
        session = ctl.session.read_bytes()
        done = subprocess.run(["sh", "-c", example], input=asked, text=True, capture_output=True, timeout=120, env=env, cwd=ctl.daemon.temp)
        ctl.session.write_bytes(session)
        said = re.match(r"\w+: (\w+): ", done.stderr)
        told = {r["code"] for r in operation["refuses"]}
        if done.returncode and (not said or said[1] in {"invalid", "unknown_op", "internal"} - told):
            faults.append(f"{example}\n    {done.stderr}")
    assert not faults, "\n".join(faults)
