import pytest

from schemas.private_use import TABLE, restore
from schemas.types import normalise_name


@pytest.mark.parametrize(
    ("private", "meant"),
    [("\ue863", "\u4dae"), ("\ue82d", "\u3b4e"), ("\ue81e", "\u9fb4"), ("\ue831", "\U000215d7")],
)
def test_characters(private: str, meant: str) -> None:
    assert normalise_name(f"马{private}") == f"马{meant}"


def test_the_table_is_of_eighty_and_leads_out_of_the_private_area() -> None:
    assert (len(TABLE), min(TABLE), max(TABLE)) == (80, 0xE815, 0xE864)
    assert not any("\ue000" <= character <= "\uf8ff" for character in TABLE.values())


@pytest.mark.parametrize("text", ["", "张三", "a", "\ue000", "\uf8ff", "𠮷"])
def test_anything_else_stays(text: str) -> None:
    assert restore(text) == text
