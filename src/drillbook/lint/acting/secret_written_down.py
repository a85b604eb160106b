"""A password, key or token that stands in the text itself."""

import re
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from typing import Any

from drillbook.lint.shell.acts import text_of
from drillbook.lint.shell.secret_names import is_example, is_password, is_random
from drillbook.model.document import Document
from drillbook.model.finding import Severity
from drillbook.model.lint import Circumstances, DocumentLint, Flaw

# What a line must hold before the library is asked, and the library's module and detector for it.
# Loading it takes longer than to read a hundred documents.
_DETECTORS = (
    ("aws", r"AKIA[0-9A-Z]{16}|ASIA[0-9A-Z]{16}", "aws", "AWSKeyDetector", "an AWS access key"),
    ("github", r"gh[pousr]_\w{36}", "github_token", "GitHubTokenDetector", "a GitHub token"),
    ("gitlab", r"gl\w{2,9}-[\w-]{20}", "gitlab_token", "GitLabTokenDetector", "a GitLab token"),
    ("slack", r"xox[abeoprs]-|hooks\.slack\.com/serv", "slack", "SlackDetector", "a Slack token"),
    ("stripe", r"[sr]k_live_", "stripe", "StripeDetector", "a Stripe key"),
    ("jwt", r"eyJ[\w-]{10,400}\.eyJ", "jwt", "JwtTokenDetector", "a signed token (JWT)"),
    ("sendgrid", r"SG\.[\w-]{22}\.", "sendgrid", "SendGridDetector", "a SendGrid key"),
    ("npm", r"_authToken=", "npm", "NpmDetector", "an npm token"),
    ("pypi", r"pypi-AgE", "pypi_token", "PypiTokenDetector", "a PyPI token"),
    ("openai", r"T3BlbkFJ", "openai", "OpenAIDetector", "an OpenAI key"),
    ("basic", r"://[^\s:/@]{1,80}:[^\s:/@]{8,80}@", "basic_auth", "BasicAuthDetector",
     "a password"),
)  # fmt: skip
_MAY_BE = re.compile("|".join(f"(?P<{name}>{pattern})" for name, pattern, *_ in _DETECTORS))
# In small letters; what has none of these has no secret that we know.
_KINDS = (
    "akia asia ghp_ gho_ ghu_ ghs_ ghr_ glpat- glrt- xox hooks.slack k_live_ .eyj sg. _authtoken "
    "pypi-age t3blbkfj"
).split()
_NAMES = ("passw", "passphrase", "secret", "token", "api_key", "apikey", "access_key")
# Each way to find one needs one of these.
_HINTS = (*_KINDS, "@", *_NAMES, "private key")
WORD_CHARS_MIN = 12
_DIGIT = re.compile(r"[0-9]")
_VALUE = re.compile(
    r"(?:[oO][rR])?[dD]?(?:_?[kK][eE][yY])?[\"']?(?:\s{0,3}[:=]\s{0,3}|\s+is\s+)[\"']?([^\s\"',;]{12,200})"
)
_KEY_BODY = re.compile(r"-----\n\s*[A-Za-z0-9+/=]{40,}\s*\n")


def _check(document: Document, _: Circumstances) -> Iterator[Flaw]:
    text = text_of(document)
    small = text.casefold()
    # A secret is a long word, or stands beside one: nearly every text is done with here.
    if not any(hint in small for hint in _HINTS):
        return
    long = " ".join([word for word in text.split() if len(word) >= WORD_CHARS_MIN])
    if _DIGIT.search(long) is None:
        return
    told: set[int] = set()
    for at, secret, what in _secrets(text, small, long.casefold()):
        number = text.count("\n", 0, at) + 1
        if number not in told:
            told.add(number)
            yield Flaw(
                place=document.place_of(secret, number),
                message=f"{what} stands here for everybody who can read the file",
                help="take it out, make it void where it holds, and declare an input from "
                "secret.NAME",
            )


Secret = tuple[int, str, str]


def _secrets(text: str, small: str, long: str) -> Iterator[Secret]:
    if any(kind in long for kind in _KINDS) or ("://" in long and "@" in long):
        yield from _of_known_kinds(text)
    if len(small) == len(text):
        for name in _NAMES:
            yield from _assigned_to(name, text, small)
    if "private key-----" in small:
        for found in _KEY_BODY.finditer(text):
            line = text[text.rfind("\n", 0, found.start()) + 1 : found.start() + 5].strip()
            if line.startswith("-----BEGIN "):
                yield found.start(), line, "a private key"


def _of_known_kinds(text: str) -> Iterator[Secret]:
    for found in _MAY_BE.finditer(text):
        kind = found.lastgroup or ""
        if kind == "basic" and _is_harmless(found[0][:-1].rpartition(":")[2], kind):
            continue
        _, _, module, detector, what = next(row for row in _DETECTORS if row[0] == kind)
        start = text.rfind("\n", 0, found.start()) + 1
        end = text.find("\n", found.end())
        line = text[start : end if end >= 0 else len(text)]
        for secret in sorted(_detector(module, detector).analyze_string(line)):
            whole = secret if len(secret) > len(found[0]) or kind == "basic" else found[0]
            if whole and not _is_harmless(whole, kind):
                yield found.start(), whole, what


def _assigned_to(name: str, text: str, small: str) -> Iterator[Secret]:
    """`DB_PASSWORD=…`: only a value that nobody would invent as an example."""
    at = small.find(name)
    while at >= 0:
        found = _VALUE.match(text, at + len(name))
        if found and is_random(found[1]) and not _is_name(found[1]):
            yield found.start(1), found[1], "a secret"
        at = small.find(name, at + len(name))


def _is_harmless(secret: str, kind: str) -> bool:
    """`user:password@` of every manual; Amazon's own example; a token that jwt.io shows."""
    if kind == "basic":
        return not is_password(secret)
    if kind == "jwt":
        return "eyJzdWIiOiIxMjM0NTY3ODkw" in secret
    return is_example(secret.rpartition("_")[2])


def _is_name(value: str) -> bool:
    """A path, a host, a digest or an object's name is no secret."""
    is_path = "/" in value or ".svc" in value or value.startswith(("-", "sha256:"))
    return is_path or value.count("-") >= 2 or value.count(".") >= 2 or "_" in value or ":" in value


@cache
def _detector(module: str, name: str) -> Any:
    """One of the library's, loaded when it is first asked."""
    return getattr(import_module(f"detect_secrets.plugins.{module}"), name)()


LINT = DocumentLint(
    name="secret-written-down",
    summary="a password, key or token in the text",
    severity=Severity.ERROR,
    of_any_markdown=True,
    check=_check,
)
