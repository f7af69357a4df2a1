"""What most tests stand on. A module that wants another daemon says how in DAEMON: DAEMON = dict(zone="Europe/Dublin")."""
import pytest

from daemon import Daemon
from smtp_sink import Sink


@pytest.fixture(scope="module")
def d(request):
    """One daemon for all tests of a module."""
    with Daemon(**getattr(request.module, "DAEMON", {})) as daemon:
        yield daemon


@pytest.fixture(scope="module")
def admin(d):
    """Its first administrator, signed in."""
    return d.sign_in()


@pytest.fixture
def daemon():
    """A daemon for one test alone."""
    with Daemon() as d:
        yield d


@pytest.fixture
def sink():
    """A mail server on this machine that keeps what it is given."""
    with Sink() as s:
        yield s
