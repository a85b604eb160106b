"""The arithmetic of `find`'s benchmark, and its peers."""

import pytest

from bench.baselines import fts5, program, ripgrep, words_of
from bench.finding import LOG_LINES, interval, recall, reciprocal

DOCUMENTS = {
    "disk.md": "the disk is full, full of logs",
    "lag.md": "replicas lag behind",
    "both.md": "a disk and a lag",
}


def test_recall_counts_the_answers_that_are_near_enough():
    """Nothing found is 0, and in no case an answer."""
    assert (50.0, 75.0) == (recall([1, 1, 3, 0], 1), recall([1, 1, 3, 0], 5))


def test_the_reciprocal_rank_is_half_for_the_second():
    """And nothing for what was not found."""
    assert 37.5 == reciprocal([1, 2, 0, 0])


def test_the_interval_holds_the_difference():
    """It is nothing where both are always the same, and narrow where one always wins."""
    assert (0, 0) == interval([1, 2, 0], [1, 2, 0])
    assert (100, 100) == interval([1] * 9, [2] * 9)
    low, high = interval([1] * 60 + [2] * 40, [1] * 50 + [2] * 50)
    assert low < 10 < high


def test_words_of_a_question_are_asked_once():
    """In small letters."""
    assert ["disk", "is", "full"] == words_of("Disk is FULL, disk!")


@pytest.mark.parametrize("tokenizer", ["unicode61", "porter unicode61"])
def test_fts5_answers_best_first(tokenizer):
    """By its own ranking."""
    search = fts5(DOCUMENTS, tokenizer)
    assert "disk.md" == search("full disk")[0]
    assert ["lag.md"] == search("replicas")
    assert [] == search("") == search("!")


def test_ripgrep_answers_by_words_that_it_matched(tmp_path):
    """The one with more of them first; among equals the one that has them more often."""
    if program() is None:
        pytest.skip("ripgrep is not installed")
    search = ripgrep(DOCUMENTS, tmp_path)
    assert search is not None
    assert "both.md" == search("a disk or lag")[0]
    assert ["disk.md"] == search("FULL")
    assert [] == search("zeppelin")


def test_lines_of_logs_are_labelled_once_each():
    """Each block names its document and says something."""
    blocks = LOG_LINES.read_text(encoding="utf-8").split("=== ")[1:]
    names = [block.partition("\n")[0] for block in blocks]
    assert 40 <= len(names) == len(set(names))
    assert all(len(block.partition("\n")[2]) > 40 for block in blocks)
