"""What README and tutorial tell a newcomer to do works, in the order in which it stands."""

import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from terminal import environment

ROOT = Path(__file__).parents[2]
PAGES = ("README.md", "docs/tutorial.md")
DOCUMENTS = tuple(sorted(str(path.relative_to(ROOT)) for path in ROOT.glob("docs/**/*.md")))
FENCE = re.compile(r"^(`{3,})(\w+)\n(.*?)^\1$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)#]+)(?:#[^)]*)?\)")


def fences(page: str) -> list[tuple[str, str, str]]:
    """(language, content, the text before) of every fence of a page."""
    text = (ROOT / page).read_text(encoding="utf-8")
    return [(found[2], found[3], text[: found.start()]) for found in FENCE.finditer(text)]


def free_port() -> str:
    """A port on which nothing listens now."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return str(listener.getsockname()[1])


@pytest.mark.parametrize("page", PAGES)
def test_commands_of_the_page_work(page, tmp_path):
    """Every command ends with 0, the Markdown having been written where the page says."""
    path = f"{Path(sys.executable).parent}:{environment({})['PATH']}"
    port = free_port()
    ran = 0
    try:
        for language, shown, before in fences(page):
            # Two of these at once, or a web server of the reader's own, must not meet.
            content = shown.replace("8765", port)
            if language == "markdown":
                (name,) = re.findall(r"`([\w-]+\.md)`:\n\n$", before)
                (tmp_path / name).write_text(content, encoding="utf-8")
            # The make targets are `make test` itself, which runs this, and the lab's own tests.
            elif language == "sh" and not content.startswith("make "):
                is_expected_to_complain = content == "drillbook plan disk.md\n" and not ran
                result = subprocess.run(
                    ["bash", "-euo", "pipefail", "-c", content],
                    cwd=tmp_path,
                    env=environment({"PATH": path}),
                    capture_output=True,
                    text=True,
                    timeout=120,
                    check=False,
                )
                assert int(is_expected_to_complain) == result.returncode, content + result.stderr
                assert "Traceback" not in result.stderr
                ran += 1
    finally:
        stop = '[ -e web.pid ] && kill "$(cat web.pid)" 2>/dev/null || true'
        subprocess.run(["bash", "-c", stop], cwd=tmp_path, check=True)
    assert ran >= 5


def test_make_targets_of_the_pages_are_there():
    """Every `make TARGET` that the pages name is a target of the Makefile."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    for page in PAGES:
        text = (ROOT / page).read_text(encoding="utf-8")
        named = set(re.findall(r"(?:`|^)make ([a-z-]+)", text, re.MULTILINE))
        assert named <= targets, page
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert {"drill", "test"} <= set(re.findall(r"^make ([a-z-]+)", readme, re.MULTILINE))


@pytest.mark.parametrize("page", ["README.md", "ARCHITECTURE.md", "CHANGELOG.md", *DOCUMENTS])
def test_links_lead_somewhere(page):
    """Every relative link of the page is a file or folder of the repository."""
    text = FENCE.sub("", (ROOT / page).read_text(encoding="utf-8"))
    for target in LINK.findall(text):
        if "://" not in target:
            assert ((ROOT / page).parent / target).exists(), target


def test_every_page_is_in_the_list_of_all():
    """Whoever looks for a page finds it from one place, and that place from the README."""
    listed = set(LINK.findall((ROOT / "docs/README.md").read_text(encoding="utf-8")))
    pages = {page.removeprefix("docs/") for page in DOCUMENTS} - {"README.md"}
    # The pages of lints have a list of their own, which test_reference writes.
    pages -= {page for page in pages if page.startswith("lints/")}
    assert pages <= listed, pages - listed
    assert "](docs/README.md)" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_first_flaws_of_the_tutorial(tmp_path, drillbook):
    """The tutorial's first runbook has the flaws that the tutorial says it has."""
    first = next(text for language, text, _ in fences("docs/tutorial.md") if language == "markdown")
    (tmp_path / "disk.md").write_text(first, encoding="utf-8")
    told = drillbook("plan", "disk.md").stderr
    for words in ("UPLOADS", "does not say when it applies", "does not say its risk"):
        assert words in told
