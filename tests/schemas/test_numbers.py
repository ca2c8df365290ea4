"""Short numbers: shown, heard again, and every slip noticed that the check digit promises to notice."""

import random

import pytest

from schemas.numbers import NumberKind, looks_like_number, read_number, show_number

WORKER, IMPORT = NumberKind
SOME = [1, 7, 42, 1024, 99_999, 31_415_926, *random.Random(3).sample(range(1, 10_000_000), 200)]


def test_the_form_is_pinned() -> None:
    """572-4 is the example of the method's author."""
    assert show_number(WORKER, 572) == "572-4"


@pytest.mark.parametrize("kind", NumberKind)
def test_a_number_is_heard_as_it_is_shown(kind: NumberKind) -> None:
    for number in SOME:
        shown = show_number(kind, number)
        for said in (shown, shown.replace("-", ""), f" {shown} ", shown.translate(_FULL_WIDTH)):
            assert (read_number(kind, said), looks_like_number(said)) == (number, True)


_FULL_WIDTH = str.maketrans("0123456789-", "０１２３４５６７８９－")


@pytest.mark.parametrize("kind", NumberKind)
def test_one_wrong_digit_and_two_that_changed_places_are_noticed(kind: NumberKind) -> None:
    for number in SOME:
        said = show_number(kind, number).replace("-", "")
        wrong = {
            said[:place] + digit + said[place + 1 :]
            for place in range(len(said))
            for digit in "0123456789"
        }
        wrong |= {
            said[:place] + said[place + 1] + said[place] + said[place + 2 :]
            for place in range(len(said) - 1)
        }
        assert [each for each in wrong - {said} if read_number(kind, each) is not None] == []


def test_no_number_of_one_kind_is_one_of_the_other() -> None:
    assert [each for each in SOME if read_number(IMPORT, show_number(WORKER, each))] == []


@pytest.mark.parametrize(
    "text",
    ["", "7", "王国强", "R-20200324-7F3A", "0-0", "15400012345", "211221197805123417", "1-2-3"],
)
def test_what_is_no_number(text: str) -> None:
    assert (read_number(WORKER, text), looks_like_number(text)) == (None, False)
