"""The pages of API and server say what is so: their commands run, their tables are the code's."""

import re
import subprocess
from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families

from drillbook.verbs.serving.crew import SWEEP_EVERY_S
from drillbook.web.bounds import STREAMS_MAX
from drillbook.web.following import STREAMS_EACH_MAX
from drillbook.web.listening import CONNECTIONS_MAX, HEAD_WITHIN_S, HEADER_BYTES_MAX, KEEP_ALIVE_S
from flagsite import give_tokens, make_site
from served import served
from terminal import environment

PAGES = Path(__file__).parents[2] / "docs/reference"


def page(name):
    return (PAGES / f"{name}.md").read_text(encoding="utf-8")


def test_every_command_of_the_page_does_what_it_says(tmp_path):
    """All of them in one shell, as somebody would who follows the page."""
    site = give_tokens(make_site(tmp_path / "site"))
    commands = "".join(re.findall(r"^```sh\n(.*?)^```$", page("api"), re.MULTILINE | re.DOTALL))
    with served(site) as server:
        env = {"DRILLBOOK_URL": server.url, "DRILLBOOK_TOKEN": site.tokens["alice"]}
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", commands],
            env=environment({**env, "no_proxy": "*"}),
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
    assert (0, "") == (done.returncode, done.stderr)
    assert '"is_runnable":true' in done.stdout
    assert "event: run-ended" in done.stdout
    assert ["north-1"] == site.raised()


def test_every_path_is_on_the_page(house, as_person):
    """Each with its method, and nothing that is not there."""
    described = as_person("alice").get("/api/v1/openapi.json").json()["paths"]
    paths = {f"{method.upper()} {path}" for path, item in described.items() for method in item}
    rows = re.findall(r"^\| `((?:GET|POST) /[^`]+)` \|", page("api"), re.MULTILINE)
    assert sorted(paths) == sorted(rows)


def test_every_metric_is_on_the_page(house):
    """By its name."""
    text = house.meters.text().decode()
    names = {family.name for family in text_string_to_metric_families(text)}
    told = set(re.findall(r"`(drillbook_\w+)", page("serve")))
    counters = {name.removesuffix("_total") for name in told}
    assert {name for name in names if not name.endswith("_created")} == counters


def test_every_bound_is_as_the_page_says(site):
    """Numbers in tables grow stale."""
    text, server = page("serve"), site.settings.server
    for words in (
        f"| requests at once | {server.requests_max} |",
        f"| clients that follow a run | {STREAMS_MAX}, of one person {STREAMS_EACH_MAX} |",
        f"| time of a request, to be read and answered | {server.request_timeout_s:g} s |",
        f"| size of a body | {server.request_bytes_max >> 20} MiB |",
        f"| head of a request | {HEADER_BYTES_MAX >> 10} KiB, within {HEAD_WITHIN_S:g} s |",
        f"| connections | {CONNECTIONS_MAX:,}, idle for {KEEP_ALIVE_S} s |",
        f"| runs at once | {server.slots} |",
        f"| an orderly stop | {server.stop_within_s:g} s |",
        f"every {SWEEP_EVERY_S:g} seconds",
    ):
        assert words in text
