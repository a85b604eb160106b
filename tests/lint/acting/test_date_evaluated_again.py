"""Documents → what `date-evaluated-again` says of them."""

import pytest

from acting import findings_of, marked, plain
from drillbook.lint.acting.date_evaluated_again import LINT
from drillbook.model.finding import Severity

NEXT = "\n```\n\nlater:\n\n```bash\n"


@pytest.mark.parametrize(
    "command",
    [
        "pg_dump a > a_$(date +%Y%m%d).sql" + NEXT + "psql a < a_$(date +%Y%m%d).sql",
        "pg_dump a > a_$(date +%s).sql\npsql a < a_$(date +%s).sql",
        "pg_dump -Fc a > /backup/a-$(date).dump\npg_restore -d a /backup/a-$(date).dump",
        "mysqldump a > a-$(date +%F).sql" + NEXT + "mysql a < a-$(date +%F).sql",
        "tar czf a-$(date +%H%M).tgz data\ntar xzf a-$(date +%H%M).tgz",
        "cp a.conf a.conf.`date +%s`\ncp a.conf.`date +%s` a.conf",
        "kubectl get cm a -o yaml > a-$(date +%s).yaml\nkubectl apply -f a-$(date +%s).yaml",
        'pg_dump a > "a_$(date +%T).sql"\npsql a < "a_$(date +%T).sql"',
    ],
)
def test_a_restore_from_a_name_made_again_is_flagged(command):
    """The moment is another one by then."""
    (finding,) = findings_of(LINT, plain(command))
    assert Severity.ERROR is finding.severity


def test_the_name_is_underlined():
    """Where it is made the second time."""
    text = plain("pg_dump a > a_$(date +%s).sql\npsql a < a_$(date +%s).sql")
    assert ["a_$(date +%s).sql"] == marked(LINT, text)
    (finding,) = findings_of(LINT, text)
    assert text.split("\n").index("psql a < a_$(date +%s).sql") + 1 == finding.place.line


@pytest.mark.parametrize(
    "command",
    [
        "pg_dump a > a_$(date +%s).sql",
        'b="a_$(date +%s).sql"\npg_dump a > "$b"\npsql a < "$b"',
        "pg_dump a > a_$(date +%F).sql\npg_dump b > b_$(date +%F).sql",
        "pg_dump a > a_$(date +%F).sql\ngzip a_$(date +%F).sql",
        "cp a a.$(date +%s)" + NEXT + "cp a a.$(date +%s)",
        "journalctl > log-$(date +%s)" + NEXT + "cat extra > log-$(date +%s)",
        "pg_dump a > a_$(date +%F).sql\npsql a < a_$(date +%F).sql",
        "# pg_dump a > a_$(date +%s).sql\npsql a < a_$(date +%s).sql",
        "psql -c 'SELECT 1' -o r_$(date +%s).txt"
        + NEXT
        + "psql -c 'SELECT 1' -o r_$(date +%s).txt",
        "date\ndate",
        "velero backup describe n-$(date +%s)" + NEXT + "velero restore --from n-$(date +%s)",
        "dump > a-$(date -d yesterday +%F)" + NEXT + "psql < a-$(date -d yesterday +%F)",
    ],
)
def test_other_uses_of_the_date_are_fine(command):
    """A name that is kept; two files; a day's name in one script."""
    assert [] == findings_of(LINT, plain(command))
