"""A variable exported in a shell for a service that is not started by that shell."""

import re
from collections.abc import Iterator
from itertools import islice

from drillbook.lint.shell.acts import Act, acts_of
from drillbook.lint.shell.calls import Call, calls_of
from drillbook.lint.shell.deeds import own_words
from drillbook.model.document import Document
from drillbook.model.finding import Severity
from drillbook.model.lint import Circumstances, DocumentLint, Flaw

EXPORTS_MAX = 20
_NAME = re.compile(r"([A-Z][A-Z0-9_]*)=(?!\$\()")
# What programs in a terminal read by themselves.
_OF_CLIENTS = re.compile(
    r"PG\w+|AWS_\w+|KUBE\w*|DOCKER_\w+|VAULT_\w+|ETCDCTL_\w+|GOOGLE_\w+|CLOUDSDK_\w+|AZURE_\w+|"
    r"HELM_\w+|NAMESPACE|NS|CONTEXT|PATH|EDITOR|LC_\w+|LANG|TZ|\w*_?PROXY|TF_\w+|ARM_\w+|"
    r"REDISCLI_\w+|MYSQL_\w+|SSH_\w+|GIT_\w+|CONSUL_\w+|NOMAD_\w+|MC_\w+|S3_ENDPOINT|\w*PASSWORD|"
    r"DEBIAN_FRONTEND|PYTHON\w*|NODE_OPTIONS|JAVA_\w+|PM2_\w+|COMPOSE_\w+"
)
_TOLD = re.compile(
    r"set env|--update-env|EnvironmentFile|import-environment|set-environment|compose|docker run"
)


def _check(document: Document, _: Circumstances) -> Iterator[Flaw]:
    acts = [act for act in acts_of(document) if act.is_shell]
    for index, act in enumerate(acts):
        if "export" not in act.words:
            continue
        exports = list(islice(_exports(act), EXPORTS_MAX))
        text = "\n".join(one.text for one in acts[index:]) if exports else ""
        if not exports or _TOLD.search(text):
            continue
        later = [one for one in acts[index:] if one.heading == act.heading]
        for call, name in exports:
            service = _restarted(act, call, later)
            if service and not re.search(rf"\$\{{?{name}\b", text):
                yield Flaw(
                    place=act.place_at(document, call.start, call.end),
                    message=f'this sets {name} in this shell alone; "{service}" starts without it',
                    help=f"set it where the service reads it, such as kubectl set env … {name}=…",
                )


def _exports(act: Act) -> Iterator[tuple[Call, str]]:
    for call in calls_of(act.text):
        if call.program == "export" and not call.command.depth:
            for text in call.texts:
                found = _NAME.match(text)
                if found and not _OF_CLIENTS.fullmatch(found[1]):
                    yield call, found[1]


def _restarted(act: Act, export: Call, later: list[Act]) -> str:
    """The command that restarts a service behind the export; empty where none does."""
    for one in later:
        for call in calls_of(one.text):
            if one is act and call.start < export.start:
                continue
            words = own_words(call.texts, "kubectl")
            if call.program in ("kubectl", "oc") and words[:2] == ["rollout", "restart"]:
                return " ".join((call.program, *words[:3]))
            if call.program in ("systemctl", "supervisorctl", "pm2") and words[:1] == ["restart"]:
                return " ".join((call.program, *words[:2]))
    return ""


LINT = DocumentLint(
    name="export-reaches-no-service",
    summary="a variable exported in a shell for a service that this shell does not start",
    severity=Severity.ERROR,
    check=_check,
)
