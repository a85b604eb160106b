"""A seed → Markdown runbooks as teams write them: prose, tables, checks, options, plain fences."""

from collections.abc import Iterator
from random import Random

SERVICES = ("orders", "billing", "search", "gateway", "ledger", "mailer", "inventory", "sessions")
TROUBLES = ("is down", "is slow", "loses its primary", "fills its disk", "lags behind", "leaks")
WORDS = (
    "the a its every server replica client queue disk pool request session answer shows keeps "
    "waits returns before after while until because whether nobody somebody metric dashboard "
    "timeout restart recent deploy configuration network region writes reads backlog limit"
).split()
PROBES = (
    'curl --fail --silent "$API_URL/health"',
    "df --output=pcent /var/lib/data | tail -1",
    'psql --no-psqlrc --tuples-only --command "select count(*) from pg_stat_activity"',
    "kubectl get pods --selector app=orders --output name | wc -l",
)
CURES = (
    "supervisorctl restart worker",
    "systemctl reload gateway",
    "kubectl rollout restart deployment/orders",
    "find /var/log/app -name '*.gz' -mtime +7 -delete",
)


def runbook_texts(count: int, seed: int = 1) -> list[str]:
    """So many files, the same for the same seed; 120 to 260 lines each."""
    random = Random(seed)
    return ["\n".join(_lines(random)) + "\n" for _ in range(count)]


def _lines(random: Random) -> Iterator[str]:
    service = random.choice(SERVICES)
    title = f"{service.capitalize()} {random.choice(TROUBLES)}"
    yield from _front_matter(random, service)
    yield from (f"# {title}", "", _prose(random, 40), "")
    yield from ("## Symptoms", *_list(random, 4), "", "## Impact", _prose(random, 30), "")
    yield from ("## Causes", *_list(random, 5), "", "## Diagnosis", "")
    checks = [f"{service}-check-{number}" for number in range(random.randint(3, 6))]
    for check in checks:
        yield from _check(random, check)
    yield from ("## Resolution", "")
    for number in range(random.randint(2, 4)):
        yield from _option(random, f"{service}-cure-{number}", random.choice(checks))
    yield from _verification(random, service)
    yield from ("## Escalation", *_table(random), "", "## Related", *_links(random), "")


def _front_matter(random: Random, service: str) -> Iterator[str]:
    yield from (
        "---",
        f"severity: {random.choice(('critical', 'warning'))}",
        f"service: {service}",
        "owner: platform",
        f"alerts: [{service.capitalize()}Down, {service.capitalize()}Slow]",
        "objectives: {detect: 2m, recover: 10m}",
        "inputs:",
        "  api_url: {from: target.api.url}",
        "  instance: {from: label.instance, pattern: '[a-z0-9.:-]+'}",
        "---",
    )


def _check(random: Random, name: str) -> Iterator[str]:
    yield from (f"### What does {name} say?", _prose(random, 25), "")
    yield from (f"```sh {{ name={name} timeout=5s }}", random.choice(PROBES), "```")
    bound = random.randint(1, 99)
    yield from random.choice(
        (
            ("**Healthy:** exit code is 0. **Unhealthy:** exit code is 1 or 2.",),
            (f"**Healthy:** number is below {bound}.",),
            ("**Healthy:** output contains `ok`.", f"**Capture:** `seen_{bound}` is number"),
        )
    )
    yield ""
    if random.random() < 0.4:
        yield from ("It looks like this:", "", "```", *_output(random), "```", "")


def _option(random: Random, name: str, check: str) -> Iterator[str]:
    yield from (f"### Apply {name}", _prose(random, 20), "")
    yield f"**When:** `{check}` is unhealthy."
    yield f"**Risk:** {random.choice(('none', 'disruptive', 'destructive'))}. Clients reconnect."
    yield "**Loses:** nothing."
    for number in range(random.randint(1, 3)):
        yield f"```sh {{ name={name}-{number} timeout=60s idempotent=yes }}"
        yield from (random.choice(CURES), "```", "**Expect:** exit code is 0.", "")
    yield from ("1. Tell the channel:", "   - what was done", "   - what is next", "")


def _verification(random: Random, service: str) -> Iterator[str]:
    yield from ("## Verification", _prose(random, 15), "")
    yield from (f"```sh {{ name={service}-answers timeout=5s every=1s }}", PROBES[0], "```")
    yield from ("**Recovered:** exit code is 0, for 10 s, within 60 s.", "")


def _prose(random: Random, words: int) -> str:
    chosen = random.choices(WORDS, k=words)
    chosen[words // 2] = f"`{chosen[words // 2]}`"
    chosen[words // 3] = f"**{chosen[words // 3]}**"
    return f"{' '.join(chosen).capitalize()}."


def _list(random: Random, items: int) -> list[str]:
    return [f"- {_prose(random, random.randint(6, 16))}" for _ in range(items)]


def _links(random: Random) -> list[str]:
    return [f"- [{word}](https://wiki.example/{word})" for word in random.choices(WORDS, k=4)]


def _table(random: Random) -> list[str]:
    rows = [f"| {after} min | {random.choice(SERVICES)} on-call |" for after in (0, 15, 30)]
    return ["| after | who |", "|---|---|", *rows]


def _output(random: Random) -> list[str]:
    return [f"{word}: {random.randint(0, 9999)}" for word in random.choices(WORDS, k=8)]
