"""A Prometheus's own configuration file → its jobs, rule files and what it keeps of metrics."""

import re
from collections.abc import Iterator

from drillbook.model.finding import Finding
from drillbook.model.library import Keep, ScrapeConfig
from drillbook.read.fields import scalar_text
from drillbook.read.sentences.duration import read_prometheus_duration
from drillbook.read.yaml import Node, list_of, mapping_of, read_yaml

# Both as a key of the file itself: a chart's values hold them deeper.
_CONFIG = re.compile(r"^(?:scrape_configs|rule_files|remote_write)[ \t]*:", re.MULTILINE)
_OF_PROMETHEUS = frozenset(("scrape_configs", "rule_files", "remote_write", "alerting", "global"))


def may_be_scrape_config(text: str) -> bool:
    """False where `read_scrape_config` would surely find nothing."""
    return _CONFIG.search(text) is not None


def read_scrape_config(text: str, path: str) -> tuple[ScrapeConfig | None, tuple[Finding, ...]]:
    """None where the file is another's. Durations in seconds, None where the file gives none."""
    documents, flaws = read_yaml(text, path)
    if len(documents) != 1 or not _OF_PROMETHEUS & set(mapping_of(documents[0])):
        return None, flaws
    entries = mapping_of(documents[0])
    scrapes = list_of(entries.get("scrape_configs"))
    common = mapping_of(entries.get("global"))
    jobs = [name for each in scrapes for name in _names(each)]
    config = ScrapeConfig(
        path=path,
        jobs=frozenset(job for job in jobs if job),
        rule_files=tuple(_texts(entries.get("rule_files"))),
        keeps=tuple(_keeps(entries.get("remote_write"))),
        scrape_s=read_prometheus_duration(_text(common.get("scrape_interval"))),
        evaluation_s=read_prometheus_duration(_text(common.get("evaluation_interval"))),
        is_whole="scrape_config_files" not in entries and not any(map(_makes_jobs, scrapes)),
    )
    return config, flaws


def _names(scrape: Node) -> Iterator[str]:
    """The job's own name, and what labels of its targets make of it."""
    entries = mapping_of(scrape)
    yield _text(entries.get("job_name"))
    for targets in list_of(entries.get("static_configs")):
        yield _text(mapping_of(mapping_of(targets).get("labels")).get("job"))


def _texts(node: Node | None) -> Iterator[str]:
    for each in list_of(node):
        if text := _text(each):
            yield text


def _text(node: Node | None) -> str:
    return (scalar_text(node) or "") if node is not None else ""


def _makes_jobs(scrape: Node) -> bool:
    """Whether relabelling, or what it scrapes, may name the job otherwise."""
    entries = mapping_of(scrape)
    steps = list_of(entries.get("relabel_configs")) + list_of(entries.get("metric_relabel_configs"))
    targets = [_text(mapping_of(step).get("target_label")) for step in steps]
    maps = [_text(mapping_of(step).get("action")) for step in steps]
    elsewhere = any(f"{kind}_sd_configs" in entries for kind in ("file", "http", "consul"))
    is_honoured = _text(entries.get("honor_labels")) == "true"
    return elsewhere or is_honoured or "job" in targets or "labelmap" in maps


def _keeps(remote: Node | None) -> Iterator[Keep]:
    """The filters on a metric's name alone."""
    for write in list_of(remote):
        for step in list_of(mapping_of(write).get("write_relabel_configs")):
            entries = mapping_of(step)
            labels = list(_texts(entries.get("source_labels")))
            pattern = entries.get("regex")
            if _text(entries.get("action")) == "keep" and labels == ["__name__"] and pattern:
                yield Keep(place=pattern.place, pattern=_text(pattern))
