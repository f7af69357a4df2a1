"""Programs, and sessions that somebody left open, neither make nor redirect credentials (docs/decisions/credentials.md)."""
import pytest

from daemon import PASSWORD, Daemon, Refused, add_customer
from smtp_sink import Sink, code_in, configure


@pytest.fixture(scope="module")
def d():
    with Daemon() as daemon:
        daemon.admin = daemon.sign_in()
        yield daemon


def program(d, role="admin", **more):
    client = d.client()
    client.token = d.admin.ask("token.create", name="program", role=role, **more)["token"]
    return client


# --- the two attacks ---------------------------------------------------------------------------------------------------------------------
def test_a_token_gets_no_session_of_its_administrator_by_a_mail_server_of_its_own(d):
    """mail.settings_set to one's own server, password.ask_reset, and the code arrives there."""
    with Sink() as sink:
        with pytest.raises(Refused) as refused:
            configure(program(d), sink)
            d.client().ask("password.ask_reset", portal="acme", email=d.email)
            code = code_in(sink.wait(d.email))
            got = d.client().ask("password.reset", portal="acme", code=code, password="seven quiet lighthouses")
            pytest.fail(f"the program became {got['me']['name']}, {got['me']['role']}")
        assert refused.value.code == "forbidden"


def test_a_staff_token_gets_no_session_of_a_customer_by_inviting_itself(d):
    """A contact person with one's own address, an invitation to it, and its code."""
    with Sink() as sink:
        configure(d.admin, sink)
        customer, _ = add_customer(d.admin, "Victim", "v@victim.test")
        token = program(d, "staff")
        mine = token.ask("contact.create", customer=customer, contact={"name": "Mallory", "email": "m@evil.test"})["contact"]["id"]
        with pytest.raises(Refused) as refused:
            token.ask("access.invite", contacts=[mine])
            got = d.client().ask("invitation.accept", portal="acme", code=code_in(sink.wait("m@evil.test")), password="seven quiet lighthouses")
            pytest.fail(f"the program became {got['me']['name']} of {got['me']['customer_name']}")
        assert refused.value.code == "forbidden"
