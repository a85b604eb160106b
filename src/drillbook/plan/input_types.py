"""A value + the type of its input → why it is none of that type, in words, or nothing."""

import math
import re
from collections.abc import Callable, Mapping
from ipaddress import AddressValueError, IPv6Address

from drillbook.model.runbook import InputType

HOST_CHARACTERS_MAX = 253
# Whatever reads it holds it in 64 bits.
_INTEGER = re.compile(r"-?[0-9]{1,19}")
_INTEGERS = range(-(2**63), 2**63)
_NUMBER = re.compile(r"-?[0-9]{1,300}(?:\.[0-9]{1,300})?(?:[eE][+-]?[0-9]{1,3})?")
_DURATION = re.compile(
    r"(?=[0-9])(?:[0-9]{1,9}w)?(?:[0-9]{1,9}d)?(?:[0-9]{1,9}h)?(?:[0-9]{1,9}m)?"
    r"(?:[0-9]{1,9}(?:\.[0-9]{1,9})?s)?(?:[0-9]{1,9}ms)?"
)
_LABEL = re.compile(r"(?!-)[A-Za-z0-9_-]{1,63}(?<!-)")
_IPV4_LIKE = re.compile(r"[0-9.]+")
_IPV4_PART = re.compile(r"0|[1-9][0-9]{0,2}")
_URL = re.compile(
    r"[A-Za-z][A-Za-z0-9+.-]{0,30}://(?:[A-Za-z0-9._~%!$&'()*+,;=:-]*@)?"
    r"(?P<host>\[[0-9A-Fa-f:.]{2,45}\]|[A-Za-z0-9._-]+)(?::(?P<port>[0-9]{1,5}))?"
    r"(?:[/?#][A-Za-z0-9._~%!$&'()*+,;=:@/?#-]*)?"
)
_PORTS = range(1, 65_536)


def is_host(value: str) -> bool:
    """Whether it is a name of DNS, an IPv4 or an IPv6 address, without a port."""
    if ":" in value:
        return _is_ipv6(value)
    if _IPV4_LIKE.fullmatch(value):
        parts = value.split(".")
        return len(parts) == 4 and all(
            _IPV4_PART.fullmatch(part) and int(part) < 256 for part in parts
        )
    labels = value.removesuffix(".").split(".")
    return len(value) <= HOST_CHARACTERS_MAX and all(_LABEL.fullmatch(label) for label in labels)


def is_url(value: str) -> bool:
    """Whether it is `scheme://host` with what may follow, in characters that need no quoting."""
    found = _URL.fullmatch(value)
    if found is None or (found["port"] is not None and int(found["port"]) not in _PORTS):
        return False
    return is_host(found["host"].strip("[]"))


def _is_ipv6(value: str) -> bool:
    try:
        IPv6Address(value)
    except AddressValueError:
        return False
    return "%" not in value


def _is_integer(value: str) -> bool:
    return _INTEGER.fullmatch(value) is not None and int(value) in _INTEGERS


def _is_number(value: str) -> bool:
    return _NUMBER.fullmatch(value) is not None and math.isfinite(float(value))


def _is_duration(value: str) -> bool:
    return _DURATION.fullmatch(value) is not None


_TYPES: Mapping[InputType, tuple[Callable[[str], bool], str]] = {
    InputType.TEXT: (lambda _: True, ""),
    InputType.INTEGER: (_is_integer, "it is no integer such as 42"),
    InputType.NUMBER: (_is_number, "it is no number such as 0.5"),
    InputType.BOOLEAN: (lambda value: value in ("true", "false"), "it is neither true nor false"),
    InputType.DURATION: (_is_duration, "it is no duration such as 30s or 1h30m"),
    InputType.URL: (is_url, "it is no URL such as https://api.example.org:8443/v1"),
    InputType.HOST: (is_host, "it is no host name or address, which has no port"),
}


def reason_against_type(wanted: InputType, value: str) -> str:
    """Why the value is none of this type; empty where it is one."""
    is_one, reason = _TYPES[wanted]
    return "" if is_one(value) else reason
