"""Which action runs a fence of which language. To add one: a module with `start`, a line here."""

from drillbook.model.action import Action
from drillbook.run.actions import http, promql, python, shell, sql

ACTIONS: dict[str, Action] = {
    "sh": shell,
    "bash": shell,
    "shell": shell,
    "console": shell,
    "python": python,
    "sql": sql,
    "http": http,
    "promql": promql,
}
