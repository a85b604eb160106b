"""Text → the terms by which it is found: stems, the parts of identifiers, error codes."""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise

from drillbook.search.stems import stem

TERM_CHARS_MAX = 40
_CACHED = 50_000
TOKEN = re.compile(r"[^\W_]+(?:_+[^\W_]+)*")
_PART = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[^\W\dA-Z_]+|[A-Z]+|[0-9]+")
_CODE = re.compile(r"(?:[a-z]+[0-9]{1,5}|[a-z][0-9][a-z])\Z")
_NUMBER_CHARS = (3, 5)
STOPPED = frozenset(
    "a an and are as at be been but by can could do does for from had has have if in into is it "
    "its may more most must nor of on or our over should so some such than that the their them "
    "then there these they this those to too very was we were what when where which while who why "
    "will with within would you your also any each other only same own about again between both "
    "during further here how just now once one per via vs etc eg ie s t".split()
)
# Written as one word and as two; the two are found as the one.
COMPOUNDS = {
    ("file", "system"): "filesystem",
    ("time", "stamp"): "timestamp",
    ("time", "out"): "timeout",
    ("crash", "looping"): "crashlooping",
    ("crash", "loop"): "crashloop",
    ("data", "base"): "database",
    ("data", "store"): "datastore",
    ("daemon", "set"): "daemonset",
    ("stateful", "set"): "statefulset",
    ("replica", "set"): "replicaset",
    ("config", "map"): "configmap",
    ("host", "name"): "hostname",
    ("name", "space"): "namespace",
    ("name", "server"): "nameserver",
    ("api", "server"): "apiserver",
    ("web", "hook"): "webhook",
    ("auto", "scaler"): "autoscaler",
    ("alert", "manager"): "alertmanager",
    ("load", "balancer"): "loadbalancer",
    ("fail", "over"): "failover",
    ("dead", "lock"): "deadlock",
    ("check", "point"): "checkpoint",
    ("back", "up"): "backup",
}
_COMPOUND_STEMS = {(stem(a), stem(b)): stem(one) for (a, b), one in COMPOUNDS.items()}
_FIRST_STEMS = frozenset(first for first, _ in _COMPOUND_STEMS)


def terms(text: str) -> list[str]:
    """The terms in their order; the same word says the same term in a runbook and a question."""
    found = [term for token in TOKEN.findall(text) for term in terms_of_word(token)]
    if len(found) > 1:
        found += joined(found)
    return found


def joined(found: list[str]) -> list[str]:
    """The compounds among neighbouring terms."""
    if _FIRST_STEMS.isdisjoint(found):
        return []
    return [one for pair in pairwise(found) if (one := _COMPOUND_STEMS.get(pair)) is not None]


@lru_cache(maxsize=_CACHED)
def terms_of_word(token: str) -> tuple[str, ...]:
    """Of `KubePodCrashLooping` the whole and its parts; of `as` nothing."""
    return tuple(_terms_of(token))


def _terms_of(token: str) -> Iterator[str]:
    parts = _PART.findall(token)
    whole = token.casefold()[:TERM_CHARS_MAX]
    if len(parts) > 1 and (_CODE.match(whole) or not any(part.isdigit() for part in parts)):
        yield whole
    for part in parts:
        small = part.casefold()
        if small.isdigit():
            if len(parts) == 1 and _NUMBER_CHARS[0] <= len(small) <= _NUMBER_CHARS[1]:
                yield small
        elif len(small) > 1 and small not in STOPPED:
            yield stem(small[:TERM_CHARS_MAX])
