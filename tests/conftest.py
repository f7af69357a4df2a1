"""What most tests stand on. A module that wants another daemon says how in DAEMON: DAEMON = dict(zone="Europe/Dublin")."""
import os
import pathlib

import pytest

from daemon import Daemon
from smtp_sink import Sink
from stripe_double import Stripe
from stripe_portal import LOCAL, Portal

os.environ.setdefault("LSAN_OPTIONS", f"print_suppressions=0:suppressions={pathlib.Path(__file__).with_name('lsan.supp')}")


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


@pytest.fixture(scope="module")
def s(tmp_path_factory):
    """A double of Stripe for all tests of a module."""
    with Stripe(tmp_path_factory.mktemp("stripe")) as double:
        yield double


@pytest.fixture
def stripe_alone(tmp_path):
    """A double of Stripe for one test alone."""
    with Stripe(tmp_path) as double:
        yield double


@pytest.fixture(scope="module")
def p(s, request):
    """A business that is paid through it, and one of its customers."""
    with Daemon(**{"sandbox": False, **LOCAL, **getattr(request.module, "DAEMON", {})}) as daemon:
        yield Portal(daemon, s)
