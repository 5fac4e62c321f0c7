"""durable_rules as it is, one fault at a time, to be run as a script in a child process: some faults take it with them.

python tests/support/raw_durable.py FAULT...     prints {fault: what it said} as JSON
"""

import json
import signal
import sys

import durable_rules_engine as extension

ENDLESS = 1  # seconds after which a loop that would not end is ended from outside


def load(*conditions, name="raw"):
    rules = {f"r{place}": {"all": [{"m": condition}]} for place, condition in enumerate(conditions)}
    return extension.create_ruleset(name, json.dumps(rules))


def fire(ruleset, fact, session="0"):
    """The names that fired for a fact: JSON, or what becomes JSON."""
    text = fact if isinstance(fact, str) else json.dumps(fact)
    code, state = extension.assert_fact(ruleset, f'{text[:-1]},"id":"1","sid":"{session}"}}')
    started = extension.start_action_for_state(ruleset, state) if code == 0 else None
    said, fired = started[1] if started else None, []
    while said:
        fired.append(said[2 : said.index('"', 2)])
        said = extension.complete_and_start_action(ruleset, state)
    return fired


def small_number():
    return fire(load({"$lt": {"x": 0.1}}), '{"x":5e-05}')


def large_number():
    return fire(load({"$gt": {"x": 1}}), '{"x":1e16}')


def small_threshold():
    return fire(load({"$lt": {"x": 5e-05}}), {"x": 0})


def beyond_64_bits():
    return fire(load({"x": 2**63 - 1}), {"x": 2**64})


def null():
    return fire(load({"$neq": {"x": 5}}, {"$lt": {"x": 5}}), {"x": None})


def not_a_number():
    return fire(load({"$neq": {"x": 5}}), '{"x":NaN}')


def infinite():
    return fire(load({"$gt": {"x": 5}}), '{"x":Infinity}')


def text_against_number():
    return fire(load({"$gt": {"x": 5}}), {"x": "abc"})


def flag_against_number():
    return fire(load({"$gt": {"x": 0}}), {"x": True})


def names_with_one_hash():
    return fire(load({"liquid": 5}), {"costarring": 5})


def alternatives_in_one_rule():
    return fire(load({"$or": [{"x": 5}, {"$gt": {"y": 1}}]}), {"x": 5, "y": 2})


def many_true_at_once():
    return fire(load(*({"$gt": {"x": -place}} for place in range(65))), {"x": 5})


def many_first_conditions():
    signal.alarm(ENDLESS)
    return fire(load(*({"x": place} for place in range(513))), {"x": 5})


def many_fields():
    return fire(load({"f0": 1}), {f"f{place}": 1 for place in range(254)})


def many_levels():
    condition = {"x": 1}
    for _ in range(8):
        condition = {"$and": [{"y": 1}, {"$or": [condition, {"z": 1}]}]}
    return fire(load(condition), {"x": 1, "y": 1})


def many_sessions():
    ruleset = load({"x": 1})
    for session in range(1025):
        fire(ruleset, {"x": 1}, str(session))


def long_text():
    return fire(load({"x": 1}), {"x": "a" * (17 << 20)})


def unquoted_text():
    return fire(load({"x": 1}), '{"x":abc}')


def decimal_comma():
    import locale  # noqa: PLC0415 - for this fault only

    locale.setlocale(locale.LC_ALL, "de_DE.UTF-8")
    return fire(load({"$gt": {"x": 0.4}}), {"x": 0.5})


def quiet_host(run):
    from durable.engine import Host  # noqa: PLC0415 - for the faults of the host only

    class QuietHost(Host):
        def _run(self):
            """No timer threads."""

    host = QuietHost()
    host.set_rulesets({"raw": {"r": {"all": [{"m": {"x": 1}}], "run": run}}})
    return host


def interrupted_action():
    def run(_context):
        raise KeyboardInterrupt

    return "exception" in quiet_host(run).assert_fact("raw", {"x": 1, "id": "1"})


def same_fact_twice():
    host = quiet_host(lambda _context: None)
    host.assert_fact("raw", {"x": 1, "id": "1"})
    return host.assert_fact("raw", {"x": 1, "id": "1"})


def no_rule_true():
    return quiet_host(lambda _context: None).assert_fact("raw", {"x": 2, "id": "2"})


def told(fault):
    try:
        return globals()[fault]()
    except Exception as error:  # noqa: BLE001 - the library raises bare exceptions
        return f"{type(error).__name__}: {error}"


if __name__ == "__main__":
    json.dump({fault: told(fault) for fault in sys.argv[1:]}, sys.stdout)
