"""The caller's environment → what every step's environment begins with."""

import os

# What a step gets of the caller's environment: who they are and how they reach their systems.
# Everything else that a step uses stands in its text, as an input, or in its target.
PASSED_ON = (
    "HOME", "USER", "LOGNAME", "LANG", "LC_ALL", "TZ", "SSH_AUTH_SOCK", "KUBECONFIG",
    "XDG_RUNTIME_DIR", "http_proxy", "https_proxy", "no_proxy",
    "DOCKER_HOST", "DOCKER_CONTEXT", "DOCKER_CONFIG", "DOCKER_CERT_PATH", "DOCKER_TLS_VERIFY",
    "CONTAINER_HOST", "CONTAINERS_CONF", "CONTAINERS_STORAGE_CONF",
)  # fmt: skip
PATH_DEFAULT = "/usr/local/bin:/usr/bin:/bin"


def base_env() -> dict[str, str]:
    """What every step's environment begins with."""
    env = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    return {"LANG": "C.UTF-8", "TERM": "dumb", "PATH": PATH_DEFAULT, **env, **_own_path()}


def _own_path() -> dict[str, str]:
    path = os.environ.get("PATH")
    return {"PATH": path} if path else {}
