"""What a Kubernetes API server says of its objects, in JSON; and the pods of tests.

A pod's process is a process of this machine, which carries the pod's mark in its environment.
"""

import os
import signal
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

MARK = "KUBE_TEST_POD"


@dataclass(kw_only=True)
class Pod:
    """A pod: its processes are those whose environment has its mark. A bare one has no bash."""

    name: str
    namespace: str = "default"
    containers: tuple[str, ...] = ("main",)
    labels: Mapping[str, str] = field(default_factory=dict)
    phase: str = "Running"
    is_bare: bool = False
    env: Mapping[str, str] = field(default_factory=dict)

    def mark(self) -> str:
        """What its processes have in their environment."""
        return f"{self.namespace}/{self.name}/{id(self):x}"

    def processes(self) -> list[int]:
        """The ids of what runs in it now; what is dead and not buried does not count."""
        mark = f"{MARK}={self.mark()}".encode()
        return [int(p.name) for p in Path("/proc").glob("[0-9]*") if mark in _environ(p)]

    def kill(self) -> None:
        """End it as its node would in need: at once, all of it."""
        while pids := self.processes():
            for pid in pids:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)


def _environ(process: Path) -> list[bytes]:
    with suppress(OSError):
        return (process / "environ").read_bytes().split(b"\0")
    return []


def exit_facts(code: int) -> Mapping[str, Any]:
    """How a command ended, as a kubelet says it."""
    if code == 0:
        return {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success"}
    message = f"command terminated with non-zero exit code: exit status {code}"
    causes = [{"reason": "ExitCode", "message": str(code)}]
    return {**failure_facts("NonZeroExitCode", message, code=0), "details": {"causes": causes}}


def failure_facts(reason: str, message: str, *, code: int) -> dict[str, Any]:
    """What could not be done."""
    facts = {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure"}
    return {**facts, "reason": reason, "message": message, "code": code}


def pod_facts(pod: Pod) -> Mapping[str, Any]:
    """A pod, as kubectl wants to see it before it execs into it."""
    containers = [{"name": name, "image": "none"} for name in pod.containers]
    ready = {"type": "Ready", "status": "True" if pod.phase == "Running" else "False"}
    return {
        "kind": "Pod",
        "apiVersion": "v1",
        "metadata": {
            "name": pod.name,
            "namespace": pod.namespace,
            "labels": dict(pod.labels),
            "creationTimestamp": "2026-11-01T00:00:00Z",
        },
        "spec": {"containers": containers, "nodeName": "node"},
        "status": {"phase": pod.phase, "conditions": [ready]},
    }


def namespace_facts(name: str) -> Mapping[str, Any]:
    """A namespace: every one that is asked for is there."""
    return {"kind": "Namespace", "apiVersion": "v1", "metadata": {"name": name}}


def deployment_facts(namespace: str, name: str) -> Mapping[str, Any]:
    """A deployment, whose pods have its name as their label `app`."""
    return {
        "kind": "Deployment",
        "apiVersion": "apps/v1",
        "metadata": {"name": name, "namespace": namespace},
        "spec": {"selector": {"matchLabels": {"app": name}}, "template": {}},
    }


def discovery(path: str, version: str) -> Mapping[str, Any] | None:
    """What kinds of things there are."""
    major, minor = version.split(".")
    answers: dict[str, Mapping[str, Any]] = {
        "/version": {"major": major, "minor": minor, "gitVersion": f"v{version}.0"},
        "/api": {"kind": "APIVersions", "versions": ["v1"]},
        "/apis": {
            "kind": "APIGroupList",
            "apiVersion": "v1",
            "groups": [{"name": "apps", "versions": [_APPS], "preferredVersion": _APPS}],
        },
        "/api/v1": _resources("v1", ("pods", "pod", "Pod", "po")),
        "/apis/apps/v1": _resources(
            "apps/v1", ("deployments", "deployment", "Deployment", "deploy")
        ),
    }
    return answers.get(path)


_DEPLOYMENT = ("deployments", "deployment", "Deployment", "deploy")
_APPS = {"groupVersion": "apps/v1", "version": "v1"}


def _resources(group: str, names: tuple[str, str, str, str]) -> Mapping[str, Any]:
    name, singular, kind, short = names
    resource = {
        "name": name,
        "singularName": singular,
        "namespaced": True,
        "kind": kind,
        "verbs": ["get", "list"],
        "shortNames": [short],
    }
    return {
        "kind": "APIResourceList",
        "apiVersion": "v1",
        "groupVersion": group,
        "resources": [resource],
    }
