"""A YAML mapping → its values one key at a time, with a Finding for each that is not as wanted."""

from collections.abc import Callable, Iterable
from typing import TypeVar

from drillbook.model.finding import Finding, Severity
from drillbook.model.place import Place
from drillbook.read.sentences.duration import read_duration
from drillbook.read.sentences.wording import quote, slip_of
from drillbook.read.yaml import Node, list_of, mapping_of

T = TypeVar("T")


class Fields:
    """The keys of one mapping; `what` names it in messages, as in `the drill`."""

    def __init__(self, node: Node, what: str, findings: list[Finding]) -> None:
        self.node = node
        self.what = what
        self.findings = findings

    def flag(
        self,
        place: Place,
        lint: str,
        message: str,
        cure: str,
        severity: Severity = Severity.ERROR,
    ) -> None:
        self.findings.append(
            Finding(place=place, lint=lint, message=message, help=cure, severity=severity)
        )

    def get(self, key: str) -> Node | None:
        """The key's value; None where the key is missing or empty."""
        node = mapping_of(self.node).get(key)
        is_empty = node is None or (
            node.value is None and node.items is None and node.entries is None
        )
        return None if is_empty else node

    def wrong(self, node: Node, key: str, wanted: str) -> None:
        message = f'"{quote(key)}" of {self.what} is not {wanted}'
        self.flag(node.place, "value-of-wrong-kind", message, f"write {key}: and {wanted}")

    def text(self, key: str) -> str | None:
        """A scalar as it is written, numbers included."""
        return self._one(key, "one word or text", scalar_text)

    def duration_s(self, key: str) -> float | None:
        """Seconds."""
        return self._one(key, "a duration such as 20s or 5m", scalar_seconds)

    def flag_value(self, key: str) -> bool | None:
        """True or false."""
        return self._one(key, "true or false", scalar_flag)

    def _one(self, key: str, wanted: str, read: Callable[[Node], T | None]) -> T | None:
        node = self.get(key)
        value = read(node) if node is not None else None
        if node is not None and value is None:
            self.wrong(node, key, wanted)
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts; one text alone is a list of one."""
        node = self.get(key)
        if node is None:
            return ()
        nodes = list_of(node) if node.items is not None else [node]
        texts = [scalar_text(item) for item in nodes]
        if None in texts:
            self.wrong(node, key, "a list of words such as [a, b]")
        return tuple(text for text in texts if text is not None)

    def mapping(self, key: str) -> "Fields | None":
        node = self.get(key)
        if node is not None and node.entries is None:
            self.wrong(node, key, "a mapping of keys to values")
        is_mapping = node is not None and node.entries is not None
        return Fields(node, f'"{key}"', self.findings) if node and is_mapping else None

    def require(self, *keys: str) -> bool:
        """Whether all keys are there; a Finding for each that is not."""
        missing = [key for key in keys if self.get(key) is None]
        for key in missing:
            message = f'{self.what} has no "{key}"'
            self.flag(self.node.place, "missing-key", message, f'add "{key}: …"')
        return not missing

    def refuse_others(self, known: Iterable[str]) -> None:
        """A Finding for each key that is not known."""
        known = tuple(known)
        for key, place in self.node.key_places.items():
            if key not in known:
                meant = slip_of(key, known)
                cure = f'write "{meant}"' if meant else f"remove it; known are {', '.join(known)}"
                message = f'{self.what} has a key "{quote(key)}" that nothing reads'
                self.flag(place, "unknown-key", message, cure)


def scalar_text(node: Node) -> str | None:
    """A scalar as written; None for lists, mappings and nothing."""
    is_scalar = node.items is None and node.entries is None and node.value is not None
    return node.text if is_scalar else None


def scalar_seconds(node: Node) -> float | None:
    """Seconds of a duration; None for everything else."""
    text = scalar_text(node)
    return read_duration(text) if text is not None else None


def scalar_flag(node: Node) -> bool | None:
    """True or false, also in the words yes and no; None for everything else."""
    if isinstance(node.value, bool):
        return node.value
    return {"yes": True, "no": False}.get(node.text.lower()) if scalar_text(node) else None
