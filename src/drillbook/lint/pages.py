"""A lint → its page, as it stands below docs/lints or in the installed package."""

from pathlib import Path

from drillbook.model.lint import Lint

# In a wheel beside this module, in the source tree below docs.
INSTALLED = Path(__file__).with_name("pages")
SOURCE = Path(__file__).parents[3] / "docs" / "lints"


def page_of(lint: Lint) -> str:
    """The page's text; what the lint itself says where there is none."""
    for folder in (INSTALLED, SOURCE):
        path = folder / f"{lint.name}.md"
        if path.is_file():
            return path.read_text(encoding="utf-8")
    return (
        f"# {lint.name}\n\nFlags {lint.summary}.\n\n"
        f"Severity: {lint.severity.value}. Keeps a runbook from being: {lint.rung.value}.\n"
    )
