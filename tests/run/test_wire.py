"""Which server is asked, and through which proxy."""

import pytest

from drillbook.run.clients.ending import NOT_ASKED, StepError
from drillbook.run.clients.wire import Base, _proxy_for, base_of


@pytest.mark.parametrize(
    ("url", "authority"),
    [
        ("http://api", "api"),
        ("http://api:80", "api"),
        ("http://api:8080/v1/", "api:8080"),
        ("https://api:443", "api"),
        ("https://[fe80::1]:8443", "[fe80::1]:8443"),
    ],
)
def test_a_base_says_its_authority_without_the_usual_port(url, authority):
    """As the Host header has it."""
    base = base_of(url)
    assert base is not None
    assert authority == base.authority


@pytest.mark.parametrize(
    ("env", "expected"),
    [
        ({}, None),
        ({"http_proxy": "http://other:1"}, None),
        ({"https_proxy": "http://proxy:3128"}, ("proxy", 3128, {})),
        ({"https_proxy": "proxy"}, ("proxy", 80, {})),
        (
            {"https_proxy": "http://me:p%40w@proxy:1/"},
            ("proxy", 1, {"Proxy-Authorization": "Basic bWU6cEB3"}),
        ),
        ({"https_proxy": "http://proxy:1", "no_proxy": "*"}, None),
        ({"https_proxy": "http://proxy:1", "no_proxy": "x, .example.com"}, None),
        ({"https_proxy": "http://proxy:1", "no_proxy": "example.com"}, None),
        ({"https_proxy": "http://proxy:1", "no_proxy": "ample.com"}, ("proxy", 1, {})),
    ],
)
def test_a_proxy_is_the_one_that_the_environment_names(monkeypatch, env, expected):
    """By the scheme, and not for what no_proxy names."""
    for name in ("http_proxy", "https_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    assert expected == _proxy_for(Base("https", "api.Example.com", 443, ""))


def test_a_proxy_that_is_none_sends_nothing(monkeypatch):
    """Rather than asking the server past a proxy that was meant."""
    monkeypatch.setenv("https_proxy", "socks5://proxy:1")
    with pytest.raises(StepError) as refused:
        _proxy_for(Base("https", "api", 443, ""))
    assert (NOT_ASKED, "https_proxy is no http://HOST:PORT") == (
        refused.value.code,
        refused.value.because,
    )
