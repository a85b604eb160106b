"""The configuration files say what the servers must do, and hold what they are given safely."""

import configparser
import shlex
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from supervisor.options import ServerOptions

from drillbook_labs.erpgo import configs
from drillbook_labs.erpgo.layout import Layout


def supervisord(layout: Layout) -> configparser.RawConfigParser:
    """Parse supervisord's configuration of that layout."""
    parser = configparser.RawConfigParser(inline_comment_prefixes=(" ;",))
    parser.read_string(configs.supervisord_conf(layout))
    return parser


def test_nothing_starts_or_heals_by_itself(layout: Layout) -> None:
    """Every process has autostart and autorestart off, or the drill would credit the runbook."""
    parser = supervisord(layout)
    programs = [section for section in parser.sections() if section.startswith("program:")]
    assert [f"program:{name}" for name in (*configs.SERVERS, configs.CLIENT)] == programs
    assert {"false"} == {parser[program]["autostart"] for program in programs}
    assert {"false"} == {parser[program]["autorestart"] for program in programs}


def test_supervisord_itself_understands_its_configuration(layout: Layout) -> None:
    """Supervisor's own reader finds every program with the command that was meant."""
    ordinary = replace(layout, server_user=None)
    ordinary.logs.mkdir()
    ordinary.configuration.write_text(configs.supervisord_conf(ordinary), encoding="utf-8")
    options = ServerOptions()
    options.realize(["-c", str(ordinary.configuration)])
    programs = {
        process.name: process
        for group in options.process_group_configs
        for process in group.process_configs
    }
    assert set(programs) == {*configs.SERVERS, configs.CLIENT}
    database = programs["postgresql"]
    assert configs.command_of(ordinary, "postgresql") == shlex.split(database.command)
    api = programs["orders-api"].environment
    assert configs.environment_of(ordinary, "orders-api") == dict(api)


def test_only_postgresql_runs_as_another_user(layout: Layout) -> None:
    """PostgreSQL refuses root; nobody else needs another user."""
    parser = supervisord(layout)
    users = {section: parser[section].get("user") for section in parser.sections()}
    assert "nobody" == users.pop("program:postgresql")
    assert "root" == users.pop("supervisord")
    assert {None} == set(users.values())


def test_without_root_no_user_is_named(layout: Layout) -> None:
    """An ordinary user cannot become another, so the configuration asks for none."""
    parser = supervisord(replace(layout, server_user=None))
    assert not any(parser[section].get("user") for section in parser.sections())


def test_a_folder_with_a_space_stays_one_word(layout: Layout) -> None:
    """Paths reach the servers whole."""
    spaced = replace(layout, data=Path("/tmp/my lab/data"))
    command = supervisord(spaced)["program:postgresql"]["command"]
    assert ["/opt/postgresql/bin/postgres", "-D", "/tmp/my lab/data"] == shlex.split(command)


def test_the_database_keeps_what_it_acknowledged(layout: Layout) -> None:
    """Durability is never traded for speed, or the drill's invariant would prove nothing."""
    lines = configs.postgresql_conf(layout).splitlines()
    for setting in ("fsync = on", "synchronous_commit = on", "full_page_writes = on"):
        assert setting in lines
    assert "port = 11001" in lines


def test_prometheus_runs_at_the_lab_s_pace(layout: Layout) -> None:
    """Intervals are the compressed ones; a scrape may take no longer than its interval."""
    rules = [Path("/lab/rules/000-a.yaml")]
    read = yaml.safe_load(configs.prometheus_yml(layout, rules))
    expected = {
        "scrape_interval": "1500ms",
        "scrape_timeout": "1500ms",
        "evaluation_interval": "1500ms",
    }
    assert expected == read["global"]
    assert ["/lab/rules/000-a.yaml"] == read["rule_files"]


def test_at_full_length_a_scrape_has_ten_seconds(layout: Layout) -> None:
    """The scrape's limit is Prometheus's own default where the interval allows it."""
    read = yaml.safe_load(configs.prometheus_yml(replace(layout, compression=1), []))
    assert "10000ms" == read["global"]["scrape_timeout"]


def test_the_alert_names_the_database_and_not_the_exporter(layout: Layout) -> None:
    """`instance` is what an engineer connects to."""
    read = yaml.safe_load(configs.prometheus_yml(layout, []))
    job = read["scrape_configs"][0]["static_configs"][0]
    assert ["127.0.0.1:11003"] == job["targets"]
    assert "127.0.0.1:11001" == job["labels"]["instance"]


def test_alertmanager_posts_with_the_token_and_sends_resolved(layout: Layout) -> None:
    """The webhook is told of both ends of an alert, under the token it asked for."""
    text = configs.alertmanager_yml(layout, hook_url="http://127.0.0.1:9/a", hook_token='a"b: c')
    read = yaml.safe_load(text)
    hook = read["receivers"][0]["webhook_configs"][0]
    assert ("http://127.0.0.1:9/a", True) == (hook["url"], hook["send_resolved"])
    credentials = {"type": "Bearer", "credentials": 'a"b: c'}
    assert credentials == hook["http_config"]["authorization"]
    assert ["alertname", "service"] == read["route"]["group_by"]
    assert ("1000ms", "1000ms", "30m") == tuple(
        read["route"][key] for key in ("group_wait", "group_interval", "repeat_interval")
    )


def test_without_a_token_no_authorization_is_sent(layout: Layout) -> None:
    """An empty credential would be refused by Alertmanager."""
    text = configs.alertmanager_yml(layout, hook_url="http://127.0.0.1:9/", hook_token="")
    assert "http_config" not in yaml.safe_load(text)["receivers"][0]["webhook_configs"][0]


def test_an_unpacked_alertmanager_starts_where_its_templates_are(layout: Layout) -> None:
    """Its folder is the one above its bin, where share/ lies."""
    assert Path("/opt/servers") == configs.folder_of(layout, "alertmanager")
    assert layout.data == configs.folder_of(layout, "postgresql")
    assert layout.folder == configs.folder_of(layout, "prometheus")


def test_our_own_programs_run_on_this_python(layout: Layout) -> None:
    """The API and the writer run as modules, isolated from the caller's folder and variables."""
    for name, module in (("orders-api", "api"), ("writer", "writer")):
        command = configs.command_of(layout, name)
        assert [sys.executable, "-I", "-m", f"drillbook_labs.erpgo.{module}"] == command[:4]


@pytest.mark.parametrize(
    ("seconds", "expected"), [(0.2, "200ms"), (1.5, "1500ms"), (15, "15000ms"), (0.1234, "123ms")]
)
def test_durations_are_written_in_milliseconds(seconds: float, expected: str) -> None:
    """Prometheus reads no fractions, so a compressed interval is written in whole milliseconds."""
    assert expected == configs.milliseconds(seconds)
