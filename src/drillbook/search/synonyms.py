"""Abbreviations and names of errors → what they mean in the words of a runbook."""

from functools import cache

from drillbook.search.words import terms

# Only what means one thing: a word with many neighbours leads astray.
_MEANINGS = {
    "oom": "out of memory killed",
    "oomkilled": "out of memory killed limit",
    "oomkill": "out of memory killed",
    "enospc": "no space left on device disk full",
    "edquot": "disk quota exceeded",
    "econnrefused": "connection refused",
    "econnreset": "connection reset",
    "etimedout": "connection timed out timeout",
    "ehostunreach": "no route to host unreachable network",
    "enetunreach": "network unreachable",
    "emfile": "too many open files descriptors",
    "enfile": "too many open files descriptors",
    "eacces": "permission denied",
    "eperm": "operation not permitted permission",
    "erofs": "read-only filesystem",
    "eio": "input output error disk",
    "enomem": "out of memory allocate",
    "nxdomain": "dns name resolution no such host",
    "servfail": "dns name resolution",
    "x509": "certificate tls",
    "tls": "certificate",
    "ssl": "tls certificate",
    "cert": "certificate",
    "sigkill": "killed",
    "sigsegv": "segmentation fault crash",
    "wal": "write ahead log",
    "raft": "leader election quorum",
    "quorum": "majority members",
    "imagepullbackoff": "image pull registry",
    "errimagepull": "image pull registry",
    "crashloopbackoff": "crashlooping restart",
    "crashlooping": "restart crashloop",
    "evicted": "eviction pressure",
    "pvc": "persistent volume claim",
    "pv": "persistent volume",
    "hpa": "horizontal autoscaler",
    "ntp": "clock time synchronisation",
    "skew": "clock time",
    "503": "unavailable",
    "502": "gateway upstream",
    "504": "gateway timeout",
    "429": "too many requests rate limit",
    "403": "forbidden permission",
    "401": "unauthorized credentials token",
    "137": "killed memory",
    "143": "terminated",
    "fd": "file descriptors",
    "inode": "inodes files",
    "k8s": "kubernetes kube",
    "kubernetes": "kube",
    "kube": "kubernetes",
    "pg": "postgresql postgres",
    "postgres": "postgresql",
    "postgresql": "postgres",
    "db": "database",
    "fs": "filesystem",
    "lb": "loadbalancer",
    "lag": "behind delay",
    "latency": "slow duration",
    "slow": "latency duration",
    "unreachable": "down unavailable",
    "unavailable": "down unreachable",
}
_BY_TERM = {terms(word)[0]: said for word, said in _MEANINGS.items()}


@cache
def meant_by(term: str) -> tuple[str, ...]:
    """The terms that it also means; none of most."""
    return tuple(dict.fromkeys(terms(_BY_TERM.get(term, ""))))
