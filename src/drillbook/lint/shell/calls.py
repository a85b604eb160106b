"""A shell script → the programs that it calls, also inside sudo, ssh, `kubectl exec` and `sh -c`.

A program's name that is only printed, searched for or written into a file is no call of it.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from drillbook.lint.shell.shell_text import Command, Word, read_shell

NESTING_MAX = 4
# Options of these that take a value of their own, before the command that they carry.
_BEFORE_A_COMMAND: Mapping[str, frozenset[str]] = {
    "sudo": frozenset(("-u", "-g", "-h", "-p", "-C", "-D", "-T", "-r", "-t", "--user", "--group")),
    "doas": frozenset(("-u", "-C")),
    "nohup": frozenset(),
    "command": frozenset(),
    "builtin": frozenset(),
    "exec": frozenset(("-a",)),
    "setsid": frozenset(),
    "nice": frozenset(("-n",)),
    "ionice": frozenset(("-c", "-n")),
    "stdbuf": frozenset(("-i", "-o", "-e")),
    "time": frozenset(("-f", "-o")),
    "env": frozenset(("-u", "-C", "-S")),
    "xargs": frozenset(
        ("-n", "-I", "-P", "-L", "-d", "-s", "-a", "-E", "--max-args", "--max-procs")
    ),
    "watch": frozenset(("-n", "--interval")),
    "timeout": frozenset(("-s", "-k", "--signal", "--kill-after")),
    "chroot": frozenset(),
    "gosu": frozenset(),
    "su-exec": frozenset(),
}
# These take one word of their own (a time, a folder, a user) before the command.
_TAKES_A_WORD = frozenset(("timeout", "chroot", "gosu", "su-exec"))
_SHELLS = frozenset(("sh", "bash", "zsh", "ash", "dash", "ksh"))
_KUBE = frozenset(("kubectl", "oc", "k"))
_CONTAINERS = frozenset(("docker", "podman", "nerdctl", "docker-compose", "podman-compose"))
_SSH_VALUES = frozenset(
    ("-i", "-p", "-l", "-o", "-F", "-J", "-L", "-R", "-D", "-b", "-c", "-E", "-m", "-S", "-W")
)
_EXEC_VALUES = frozenset(
    (
        *("-n", "--namespace", "-c", "--container", "--context", "--kubeconfig", "-f"),
        *("--pod-running-timeout", "-e", "--env", "-u", "--user", "-w", "--workdir", "--index"),
        *("-p", "--project-name", "--host"),
    )
)  # fmt: skip
_ASSIGNMENT = re.compile(r"[A-Za-z_][A-Za-z0-9_]*=")


@dataclass(frozen=True, slots=True)
class Call:
    """`start` and `end` are of the script that was read, also for what a carrier carries.

    `via` are the carriers, outermost first (`kubectl exec deploy/api`). `fed` is what comes by
    standard input where the script itself says it. `command` is the simple command it stands in.
    """

    program: str
    args: tuple[Word, ...]
    start: int
    end: int
    command: Command
    via: tuple[str, ...] = ()
    fed: str = ""
    is_piped_to: bool = False

    @property
    def texts(self) -> tuple[str, ...]:
        """The arguments as texts."""
        return tuple(word.text for word in self.args)


@lru_cache(maxsize=128)
def calls_of(text: str) -> tuple[Call, ...]:
    """In the order of the script."""
    return tuple(_calls(text, 0))


def _calls(text: str, nesting: int) -> Iterator[Call]:
    before: Call | None = None
    for command in read_shell(text):
        # `> file` alone calls nothing, and empties the file.
        if not command.words and not command.redirects:
            before = None
            continue
        call = Call(
            program=_base(command.words[0].text) if command.words else "",
            args=command.words[1:],
            start=command.start,
            end=command.end,
            command=command,
            fed=_fed(command, before),
            is_piped_to=command.before in ("|", "|&"),
        )
        before = call
        yield from carried(call, nesting)


def carried(call: Call, nesting: int) -> Iterator[Call]:
    """The call, and what it carries."""
    yield call
    if nesting >= NESTING_MAX:
        return
    if call.program in _BEFORE_A_COMMAND:
        if inner := _wrapped(call):
            yield from carried(inner, nesting + 1)
    elif reader := _CARRIERS.get(call.program):
        yield from reader(call, nesting)


def _base(name: str) -> str:
    return name.rsplit("/", 1)[-1]


def _fed(command: Command, before: Call | None) -> str:
    for redirect in command.redirects:
        if redirect.operator in ("<<", "<<<"):
            return redirect.word.text
    if before and command.before == "|" and before.program in ("echo", "printf"):
        return " ".join(text for text in before.texts if not text.startswith("-"))
    return ""


def _wrapped(call: Call) -> Call | None:
    """What stands behind `sudo -u postgres` and its like."""
    values = _BEFORE_A_COMMAND[call.program]
    at = _behind_options(call.texts, values)
    at += call.program in _TAKES_A_WORD
    while call.program in ("env", "sudo") and at < len(call.args):
        if not _ASSIGNMENT.match(call.args[at].text):
            break
        at += 1
    return _rest(call, at, call.program)


def _behind_options(texts: tuple[str, ...], values: frozenset[str]) -> int:
    at = 0
    while at < len(texts) and texts[at].startswith("-") and texts[at] != "-":
        if texts[at] == "--":
            return at + 1
        at += 2 if texts[at] in values else 1
    return at


def _rest(call: Call, at: int, via: str) -> Call | None:
    """The call of what stands from argument `at` on."""
    if at >= len(call.args):
        return None
    word, *args = call.args[at:]
    # `watch 'kubectl get pods'`: one word that holds a whole command.
    return replace(
        call,
        program=_base(word.text),
        args=tuple(args),
        start=word.start,
        via=(*call.via, via),
    )


def _script(call: Call, word: Word, via: str, nesting: int) -> Iterator[Call]:
    """The calls of a script that stands in one word."""
    if nesting >= NESTING_MAX:
        return
    # Behind the quote; quotes inside may shift it, but never off its line.
    offset = word.start + word.is_quoted
    for inner in _calls(word.text, nesting + 1):
        yield replace(
            inner,
            start=min(offset + inner.start, word.end),
            end=min(offset + inner.end, word.end),
            via=(*call.via, via, *inner.via),
        )


def _of_shell(call: Call, nesting: int) -> Iterator[Call]:
    for index, text in enumerate(call.texts[:-1]):
        if text.startswith("-") and not text.startswith("--") and text.endswith("c"):
            yield from _script(call, call.args[index + 1], call.program, nesting)
            return
    for redirect in call.command.redirects:
        if redirect.operator == "<<" and not any(not t.startswith("-") for t in call.texts):
            yield from _script(call, redirect.word, call.program, nesting)


def _of_eval(call: Call, nesting: int) -> Iterator[Call]:
    if len(call.args) == 1:
        yield from _script(call, call.args[0], "eval", nesting)


def _of_ssh(call: Call, nesting: int) -> Iterator[Call]:
    at = _behind_options(call.texts, _SSH_VALUES)
    if at >= len(call.args):
        return
    via, at = f"ssh {call.args[at].text}", at + 1
    at += _behind_options(call.texts[at:], _SSH_VALUES)
    if at == len(call.args) - 1 and " " in call.args[at].text:
        yield from _script(call, call.args[at], via, nesting)
    elif inner := _rest(call, at, via):
        yield from carried(inner, nesting + 1)
    else:
        for redirect in call.command.redirects:
            if redirect.operator == "<<":
                yield from _script(call, redirect.word, via, nesting)


def _of_kube(call: Call, nesting: int) -> Iterator[Call]:
    texts = call.texts
    verb = _behind_options(texts, _EXEC_VALUES)
    if verb >= len(texts) or texts[verb] not in ("exec", "debug", "rsh", "run"):
        return
    at = verb + 1 + _behind_options(texts[verb + 1 :], _EXEC_VALUES)
    if at >= len(texts):
        return
    via = f"{call.program} {texts[verb]} {texts[at]}"
    if "--" in texts[verb:]:
        at = texts.index("--", verb) + 1
    elif texts[verb] in ("debug", "run"):
        return
    else:
        at += 1
        at += _behind_options(texts[at:], _EXEC_VALUES)
    if inner := _rest(call, at, via):
        yield from carried(inner, nesting + 1)


def _of_container(call: Call, nesting: int) -> Iterator[Call]:
    texts = call.texts
    verb = _behind_options(texts, _EXEC_VALUES)
    if verb < len(texts) and texts[verb] in ("compose", "container"):
        verb += 1 + _behind_options(texts[verb + 1 :], _EXEC_VALUES)
    if verb >= len(texts) or texts[verb] != "exec":
        return
    at = verb + 1 + _behind_options(texts[verb + 1 :], _EXEC_VALUES)
    if at < len(texts):
        via = f"{call.program} exec {texts[at]}"
        if inner := _rest(call, at + 1, via):
            yield from carried(inner, nesting + 1)


def _of_su(call: Call, nesting: int) -> Iterator[Call]:
    for index, text in enumerate(call.texts[:-1]):
        if text in ("-c", "--command"):
            yield from _script(call, call.args[index + 1], "su", nesting)


def _of_find(call: Call, nesting: int) -> Iterator[Call]:
    for index, text in enumerate(call.texts):
        if text in ("-exec", "-execdir", "-ok"):
            inner = _rest(call, index + 1, "find")
            if inner:
                yield from carried(inner, nesting + 1)
            return


_CARRIERS: Mapping[str, Callable[[Call, int], Iterator[Call]]] = {
    **dict.fromkeys(_SHELLS, _of_shell),
    **dict.fromkeys(_KUBE, _of_kube),
    **dict.fromkeys(_CONTAINERS, _of_container),
    "eval": _of_eval,
    "ssh": _of_ssh,
    "su": _of_su,
    "find": _of_find,
}
