from datetime import date

import pytest

from schemas import identity
from schemas.identity import IdProblem
from tests.schemas.roster_factories import AS_OF, make_id

# The standard's two samples, citizens, an abolished county, children, permits, a residence card.
VALID = [
    "11010519491231002X",
    "440524188001010014",
    "211221197805123417",
    "211221199001010029",
    "211221198506153119",
    "211281197503204226",
    "412723197501010016",
    "211221201003010014",
    "211221201207150027",
    "810000199408230021",
    "820000199408230023",
    "830000199201300022",
    "911124198108030024",
]


@pytest.mark.parametrize("number", VALID)
def test_published_numbers_are_valid(number: str) -> None:
    assert identity.find_problem(number) is None
    assert identity.compute_check_character(number[:17]) == number[17]


@pytest.mark.parametrize(
    ("number", "problem"),
    [
        ("", IdProblem.MISSING),
        ("110105491231002", IdProblem.FIFTEEN_DIGITS),
        ("21122119780512341", IdProblem.FORMAT),
        ("2112211978051234177", IdProblem.FORMAT),
        ("21122119780512341Y", IdProblem.FORMAT),
        ("2112211978051234x7", IdProblem.FORMAT),
        ("21122119780512341x", IdProblem.FORMAT),
        ("２１１２２１１９７８０５１２３４１７", IdProblem.FORMAT),
        ("1101054912310O2", IdProblem.FORMAT),
        (make_id(area="991221"), IdProblem.FORMAT),
        (make_id(area="001221"), IdProblem.FORMAT),
        (make_id(area="810001"), IdProblem.FORMAT),
        (make_id(area="901124"), IdProblem.FORMAT),
        ("211221198513329178", IdProblem.BIRTH_DATE),
        (make_id(born="19790229"), IdProblem.BIRTH_DATE),
        (make_id(born="20200325"), IdProblem.BIRTH_DATE),
        (make_id(born="19000323"), IdProblem.BIRTH_DATE),
        ("211221197805123418", IdProblem.CHECK_DIGIT),
        ("21122119780512341X", IdProblem.CHECK_DIGIT),
    ],
)
def test_problems(number: str, problem: IdProblem) -> None:
    assert identity.find_problem(number, as_of=AS_OF) is problem


@pytest.mark.parametrize("born", ["20200324", "19000324"])
def test_the_first_and_the_last_birth_date_are_taken(born: str) -> None:
    assert identity.find_problem(make_id(born=born), as_of=AS_OF) is None


def test_every_typing_error_of_one_digit_and_every_swap_is_found() -> None:
    number = "211221197805123417"
    wrong = {
        number[:place] + digit + number[place + 1 :]
        for place in range(18)
        for digit in "0123456789X"[: 11 if place == 17 else 10]
    } - {number}
    swapped = {
        number[:place] + number[place + 1] + number[place] + number[place + 2 :]
        for place in range(17)
    } - {number}
    assert [n for n in sorted(wrong | swapped) if identity.find_problem(n) is None] == []
    assert (len(wrong), len(swapped)) == (17 * 9 + 10, 14)


@pytest.mark.parametrize(
    ("short", "long"),
    [
        ("110105491231002", "11010519491231002X"),
        ("130503670401001", "130503196704010016"),
        ("130503670401996", "13050318670401996X"),
        ("130503670401999", "130503186704019994"),
        ("130503670401995", "130503196704019950"),
    ],
)
def test_expand_15(short: str, long: str) -> None:
    assert identity.expand_15(short) == long
    assert identity.find_problem(long) is None


@pytest.mark.parametrize(
    "typed",
    [
        "21122119751213952x",
        "21122119751213952Ｘ",
        "21122119751213952×",
        "21122119751213952Ⅹ",
        "21122119751213952ⅹ",
        "21122119751213952Х",
        "21122119751213952х",
        "21122119751213952Χ",
        " 211221 19751213 952X\t",
        "２１１２２１１９７５１２１３９５２Ｘ",
        "\ufeff21122119751213952X\u200b",
        "211221\u00a019751213\u3000952X\n",
    ],
)
def test_normalise_id(typed: str) -> None:
    assert identity.normalise_id(typed) == "21122119751213952X"


def test_only_the_last_character_can_be_an_x() -> None:
    assert identity.normalise_id("2112x119751213952x") == "2112x119751213952X"


@pytest.mark.parametrize(
    ("number", "born", "sex"),
    [
        ("211221197805123417", date(1978, 5, 12), "男"),
        ("211221199001010029", date(1990, 1, 1), "女"),
        ("911124198108030024", date(1981, 8, 3), "女"),
    ],
)
def test_birth_date_and_sex(number: str, born: date, sex: str) -> None:
    assert (identity.get_birth_date(number), identity.get_sex(number)) == (born, sex)


@pytest.mark.parametrize("number", ["211221198513329178", "2112211985", "21122119AB0512341X"])
def test_no_birth_date(number: str) -> None:
    assert identity.get_birth_date(number) is None


@pytest.mark.parametrize(
    ("day", "years", "before"),
    [
        (date(2020, 3, 24), 16, date(2004, 3, 24)),
        (date(2020, 2, 29), 16, date(2004, 2, 29)),
        (date(2020, 2, 29), 14, date(2006, 2, 28)),
    ],
)
def test_years_before(day: date, years: int, before: date) -> None:
    assert identity.years_before(day, years) == before


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("211221197805123417", "211221********3417"),
        ("211221780512341", "211221*****2341"),
        ("21122119780", "211221*9780"),
        ("2112211978", "21********"),
        ("21", "21"),
        ("", ""),
    ],
)
def test_mask_id(text: str, masked: str) -> None:
    assert identity.mask_id(text) == masked


@pytest.mark.parametrize(
    ("text", "masked"),
    [("15400001234", "154****1234"), ("024-74840000", "024*****0000"), ("7484000", "74*****")],
)
def test_mask_phone(text: str, masked: str) -> None:
    assert identity.mask_phone(text) == masked


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("妻子211221197805123417同行", "妻子211221********3417同行"),
        ("旧证211221780512341", "旧证211221*****2341"),
        ("尾号21122119780512341x", "尾号211221********341x"),
        ("打15400001234或024-74840000", "打154****1234或024*****0000"),
        ("154 0000 1234", "154******1234"),
        ("共12人，2020年", "共12人，2020年"),
    ],
)
def test_mask_text(text: str, masked: str) -> None:
    assert identity.mask_text(text) == masked
