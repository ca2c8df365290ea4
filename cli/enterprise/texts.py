"""What the enterprise commands say, in Chinese and English: the one table of this group."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from schemas.texts import choose


class Text(StrEnum):
    CALLED = "called"
    CHASE_SHEET = "chase-sheet"
    CHASE_WRITTEN = "chase-written"
    FILE_ENDING = "file-ending"
    FILE_EXISTS = "file-exists"
    FILE_UNWRITABLE = "file-unwritable"
    FOLDER_UNWRITABLE = "folder-unwritable"
    LETTERS_DONE = "letters-done"
    LETTER_FILE = "letter-file"
    LETTER_WRITTEN = "letter-written"
    NEXT = "next"
    NOBODY = "nobody"
    NOBODY_TO_ASK = "nobody-to-ask"
    NOBODY_TO_CALL = "nobody-to-call"
    NO_ENTERPRISE = "no-enterprise"
    NO_ENTERPRISES = "no-enterprises"
    NO_RESULT = "no-result"
    PERSON_SHAPE = "person-shape"
    PRIVATE = "private"
    PURPOSE = "purpose"
    PURPOSE_LETTERS = "purpose-letters"
    SEVERAL_ENTERPRISES = "several-enterprises"
    WHICH_ENTERPRISE = "which-enterprise"


_TEXTS: Final[Mapping[Text, tuple[str, str]]] = MappingProxyType(
    {
        Text.CALLED: ("{name}：已登记“{result}”。", "{name}: “{result}” is noted."),
        Text.CHASE_SHEET: ("电话核实", "to telephone"),
        Text.CHASE_WRITTEN: ("已写出 {path}：{count:,} 人。", "Written: {path}, {count:,} people."),
        Text.FILE_ENDING: (
            "文件名要以 .xlsx 结尾，如 电话核实.xlsx。",
            "The file's name has to end in .xlsx.",
        ),
        Text.FILE_EXISTS: (
            "文件已存在：{path}。请换一个文件名，或加 --force 覆盖。",
            "{path} exists. Choose another name, or add --force.",
        ),
        Text.FILE_UNWRITABLE: (
            "写不了 {path}：请检查文件夹，若在WPS中打开请先关闭。",
            "Cannot write {path}: check the folder, close the file elsewhere.",
        ),
        Text.FOLDER_UNWRITABLE: (
            "建不了文件夹 {path}。请换一个位置。",
            "Cannot make the folder {path}. Choose another place.",
        ),
        Text.LETTERS_DONE: (
            "共 {letters} 份协助函，{people:,} 人。",
            "{letters} letters, {people:,} people.",
        ),
        Text.LETTER_FILE: ("协助函-{bureau}-{day}.xlsx", "letter-{bureau}-{day}.xlsx"),
        Text.LETTER_WRITTEN: ("  {people:,} 人  {path}", "  {people:,} people  {path}"),
        Text.NEXT: (
            (
                "下一步：看谁没有对上 fangang enterprise staff list；本县的逐个打电话 "
                "fangang enterprise staff chase；外县的发协助函 fangang enterprise letters --out 协助函"
            ),
            (
                "Next: who is not known: fangang enterprise staff list; telephone our own: "
                "fangang enterprise staff chase; write for the others: fangang enterprise letters "
                "--out FOLDER"
            ),
        ),
        Text.NOBODY: ("没有符合条件的人。", "Nobody fits."),
        Text.NOBODY_TO_ASK: (
            "没有需要发函的人；已发过的要再发，请加 --all。",
            "Nobody to write for; add --all to write again for those who were named before.",
        ),
        Text.NOBODY_TO_CALL: ("没有要打电话核实的人。", "Nobody to telephone."),
        Text.NO_ENTERPRISE: (
            "没有名称以“{name}”开头的企业。请先登记企业，或核对名称。",
            "No enterprise's name begins with “{name}”. Register it first, or check the name.",
        ),
        Text.NO_ENTERPRISES: ("还没有登记企业。", "No enterprise is registered yet."),
        Text.NO_RESULT: (
            "不认识“{text}”。可以写：{results}。",
            "“{text}” is no result. Write one of: {results}.",
        ),
        Text.PERSON_SHAPE: (
            "“{text}”不是系统编号。请照抄 fangang enterprise staff chase 显示的编号。",
            "“{text}” is no id. Copy the one that fangang enterprise staff chase shows.",
        ),
        Text.PRIVATE: (
            "文件里有完整的姓名、电话等个人信息，请妥善保管，用完删除。",
            "The file holds names and phones in full: keep it safe, delete it afterwards.",
        ),
        Text.PURPOSE: (
            "请用 --purpose 写明导出用途（2至200字），会留痕。",
            "State what it is for with --purpose (2 to 200 characters); it is recorded.",
        ),
        Text.PURPOSE_LETTERS: (
            "函请户籍地人社部门协助联系滞留员工",
            "asking the bureaus of the home counties to find stranded staff",
        ),
        Text.SEVERAL_ENTERPRISES: (
            "名称以“{name}”开头的企业不止一家，请写全名或编号：\n{names}",
            "Several enterprises begin with “{name}”; write the whole name or the id:\n{names}",
        ),
        Text.WHICH_ENTERPRISE: (
            "请用 --enterprise 指明是哪家企业的名单。",
            "Say with --enterprise whose list it is.",
        ),
    }
)


def get_text(text: Text, /, **values: object) -> str:
    return choose(*_TEXTS[text]).format_map(values)
