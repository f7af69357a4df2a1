"""A payment of a hundred invoices is one commit, as one of a single invoice is; no time is measured here."""
import bulk


def test_a_payment_of_a_hundred_invoices_takes_the_commits_of_one():
    found = bulk.measure(rounds=3)
    for name, by in found.items():
        assert by[bulk.MANY][0] == by[1][0], (name, by)
    assert found["by hand"][bulk.MANY][0] == 1, found
