"""The plan of a soak is its seed: the same steps, request ids and faults each time, others for another seed."""
import collections

from actor import story_of
from plan import CAST, FAULTS, LONGEST, WEIGHTS, Plan


def drawn(seed, seconds=1800):
    plan = Plan(seed, seconds)
    steps = [(s.story, s.pause, s.random.random()) for client in range(len(CAST)) for s in (plan.step(client, n) for n in range(50))]
    return steps, plan.faults(), plan.request_id(3, 4, 5)


def test_a_seed_replays_and_another_is_another():
    assert drawn(7) == drawn(7)
    assert all(a != b for a, b in zip(drawn(7), drawn(8)))


def test_a_step_does_not_depend_on_the_steps_before_it():
    assert Plan(7, 60).step(5, 1000).random.random() == Plan(7, 1800).step(5, 1000).random.random()


def test_every_fault_comes_in_its_turn_and_the_last_one_is_over_before_the_end():
    for seed in range(20):
        for seconds in (35, 1800):
            faults = Plan(seed, seconds).faults()
            assert {f.kind for f in faults} == set(FAULTS), (seed, seconds)
            assert all(a.at + a.lasts < b.at for a, b in zip(faults, faults[1:])) and faults[-1].at + LONGEST < seconds
    assert min(collections.Counter(f.kind for f in Plan(1, 1800).faults()).values()) > 40


def test_in_a_long_run_one_daemon_lives_for_a_third_of_it():
    kills = [0, *(f.at for f in Plan(1, 1800).faults() if f.kind == "kill"), 1800]
    assert max(b - a for a, b in zip(kills, kills[1:])) > 600


def test_every_story_of_the_plan_is_told_and_every_role_is_cast():
    assert all(callable(story_of(name)) for weights in WEIGHTS.values() for name in weights)
    assert len(CAST) == 16 and {part.role for part in CAST} == set(WEIGHTS)
