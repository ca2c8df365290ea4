from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from schemas import types
from schemas.private_use import TABLE, restore
from schemas.types import normalise_name


def parse(kind: Any, text: str) -> str:
    """The stored form, or the code of the error."""
    try:
        return str(TypeAdapter(kind).validate_python(text))
    except ValidationError as error:
        return f"!{error.errors()[0]['type']}"


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("+86 15404321898", "15404321898"),
        ("8615404329817", "15404329817"),
        ("0086-15404337736", "15404337736"),
        ("154 0434 5655", "15404345655"),
        ("154-0435-3574", "15404353574"),
        ("(154)04353574", "15404353574"),
        ("１５４０４３６１４９３", "15404361493"),
        ("15404369412.0", "15404369412"),
        ("\u200b15404369412\u202d", "15404369412"),
        ("18611186111", "18611186111"),
        ("8613911186111", "13911186111"),
        ("024-74840000", "024-74840000"),
        ("(024) 74840000", "024-74840000"),
        ("02474840000", "024-74840000"),
        ("0411-80000000", "0411-80000000"),
        ("+86-24-74840000", "024-74840000"),
        ("010-12345678", "!phone-invalid"),
        ("0410-80000000", "0410-80000000"),
        ("010-62345678", "010-62345678"),
        ("024-7484000", "024-7484000"),
        ("024-74840000-801", "024-74840000-801"),
        ("024-74840000转801", "024-74840000-801"),
        ("024-74840000 ext 801", "024-74840000-801"),
        ("12345678901", "!phone-invalid"),
        ("1540000123", "!phone-invalid"),
        ("154000012345", "!phone-invalid"),
        ("74840000", "!phone-invalid"),
        ("400-123-4567", "!phone-invalid"),
        ("1.54E+10", "!phone-invalid"),
        ("无", "!phone-invalid"),
        ("", "!phone-invalid"),
    ],
)
def test_phone(text: str, stored: str) -> None:
    assert parse(types.Phone, text) == stored


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("张三", "张三"),
        ("张 三", "张三"),
        ("张\u3000三", "张三"),
        ("王\u00a0五", "王五"),
        ("孙\u200b七", "孙七"),
        ("周\n八", "周八"),
        (" 赵六 ", "赵六"),
        ("欧阳 合成", "欧阳合成"),
        ("阿卜杜拉·买买提", "阿卜杜拉·买买提"),
        ("古丽娜尔•艾合买提", "古丽娜尔·艾合买提"),
        ("卓玛‧才让", "卓玛·才让"),
        ("扎西・次仁", "扎西·次仁"),
        ("迪丽･热合曼", "迪丽·热合曼"),
        ("巴特尔.苏和", "巴特尔·苏和"),
        ("玛依拉．吐尔逊", "玛依拉·吐尔逊"),
        ("阿依努尔 · 艾则孜江∙玉素甫", "阿依努尔·艾则孜江·玉素甫"),
        ("刘㛃合", "刘㛃合"),
        ("刘䶮合", "刘䶮合"),
        ("刘𬍛合", "刘𬍛合"),
        ("张𮯠", "张𮯠"),
        ("张⼭", "张⼭"),
        ("李〇", "李〇"),
        ("Nguyen Van An", "Nguyen Van An"),
        ("José", "José"),
        ("Jose\u0301", "José"),
        ("王", "!name-invalid"),
        ("", "!name-invalid"),
        ("  ", "!name-invalid"),
        ("??", "!name-invalid"),
        ("\ufffd\ufffd三", "!name-invalid"),
        ("张\ue000", "!name-invalid"),
        ("张三13800", "!name-invalid"),
        ("李四(妻)", "!name-invalid"),
        ("李四（妻）", "!name-invalid"),
        ("赵六/钱七", "!name-invalid"),
        ("赵六、钱七", "!name-invalid"),
        ("=张三", "!name-invalid"),
        ("·张三", "!name-invalid"),
        ("张三·", "!name-invalid"),
        ("阿卜··拉", "!name-invalid"),
        ("阿卜杜拉 买买提", "!name-invalid"),
        ("张" * 60, "张" * 60),
        ("张" * 61, "!name-invalid"),
    ],
)
def test_person_name(text: str, stored: str) -> None:
    assert parse(types.PersonName, text) == stored


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("21122119751213952x", "21122119751213952X"),
        ("211221780512341", "!id-15-digit"),
        ("211221197805123418", "!id-check-digit"),
        ("211221198513329178", "!id-birth-date"),
        ("2112", "!id-format"),
        ("", "!id-missing"),
        ("2" * 201, "!string_too_long"),
    ],
)
def test_id_number(text: str, stored: str) -> None:
    assert parse(types.IdNumber, text) == stored


@pytest.mark.parametrize(
    ("code", "organisation_fits"),
    [
        ("91350100M000100Y43", True),
        ("914403001922038216", True),
        ("9144030071526726XG", True),
        ("91330100799655058B", True),
        ("91110000600037341L", True),
        ("91211221MA0ABC121W", True),
        ("91320583MA1XYTE537", True),
        ("11211221001234562R", True),
        ("12100000400014631R", False),
    ],
)
def test_credit_code(code: str, *, organisation_fits: bool) -> None:
    assert parse(types.CreditCode, f" {code[:9].lower()} {code[9:]}") == code
    assert types.organisation_part_fits(code) is organisation_fits
    wrong = code[:-1] + ("0" if code[-1] != "0" else "1")
    assert parse(types.CreditCode, wrong) == "!credit-code-check"


@pytest.mark.parametrize(
    "code", ["", "91350100M000100Y4", "9I350100M000100Y43", "91350100M000100Y4张"]
)
def test_credit_code_format(code: str) -> None:
    assert parse(types.CreditCode, code) == "!credit-code-format"


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("辽M·12345", "辽M12345"),
        ("辽m-12345", "辽M12345"),
        (" 辽 Ｍ １２３４５ ", "辽M12345"),
        ("辽MD12345", "辽MD12345"),
        ("辽MDA1234", "辽MDA1234"),
        ("辽M12345D", "辽M12345D"),
        ("辽M1234挂", "辽M1234挂"),
        ("粤Z1234港", "粤Z1234港"),
        ("辽M1234学", "辽M1234学"),
        ("辽MI2345", "!plate-invalid"),
        ("辽M1234", "!plate-invalid"),
        ("辽M123456", "!plate-invalid"),
        ("辽I12345", "!plate-invalid"),
        ("台M12345", "!plate-invalid"),
        ("辽ML12345", "!plate-invalid"),
        ("", "!plate-invalid"),
    ],
)
def test_plate(text: str, stored: str) -> None:
    assert parse(types.Plate, text) == stored


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("211221", "211221"),
        ("２１１２２１", "211221"),
        ("211221105", "211221105"),
        ("211221105201", "211221105201"),
        ("810000", "810000"),
        ("2112", "!division-code-invalid"),
        ("991221", "!division-code-invalid"),
        ("21122A", "!division-code-invalid"),
    ],
)
def test_division_code(text: str, stored: str) -> None:
    assert parse(types.DivisionCode, text) == stored


@pytest.mark.parametrize(
    "kind", [types.IdNumber, types.Phone, types.PersonName, types.CreditCode, types.Plate]
)
def test_an_error_never_repeats_the_value(kind: Any) -> None:
    with pytest.raises(ValidationError) as caught:
        TypeAdapter(kind).validate_python("不211221197805123418")
    assert "211221" not in caught.value.errors()[0]["msg"]


# --- private characters in names ---------------------------------------------------------------
@pytest.mark.parametrize(
    ("private", "meant"),
    [("\ue863", "\u4dae"), ("\ue82d", "\u3b4e"), ("\ue81e", "\u9fb4"), ("\ue831", "\U000215d7")],
)
def test_private_characters_of_names(private: str, meant: str) -> None:
    assert normalise_name(f"马{private}") == f"马{meant}"


def test_the_table_of_private_characters_is_of_eighty_and_leads_out_of_the_private_area() -> None:
    assert (len(TABLE), min(TABLE), max(TABLE)) == (80, 0xE815, 0xE864)
    assert not any("\ue000" <= character <= "\uf8ff" for character in TABLE.values())


@pytest.mark.parametrize("text", ["", "张三", "a", "\ue000", "\uf8ff", "𠮷"])
def test_other_characters_stay(text: str) -> None:
    assert restore(text) == text
