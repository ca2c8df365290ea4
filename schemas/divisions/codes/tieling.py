"""The townships of 铁岭县 (211221): code, kind, name, pinyin initials.

Source of the facts: the statistical divisions of the National Bureau of Statistics, state of
2023-06-30; codes, kinds and names are public facts. Written by hand. The kind is stated because
the number does not tell it: the two 街道 have the numbers of "similar units". A name with 堡, which
is read bǎo or pù, has both initials.
"""

TOWNSHIPS: tuple[tuple[str, str, str, str], ...] = (
    ("211221101", "镇", "新台子镇", "xtz"),
    ("211221102", "镇", "阿吉镇", "aj"),
    ("211221103", "镇", "平顶堡镇", "pdb pdp"),
    ("211221104", "镇", "大甸子镇", "ddz"),
    ("211221105", "镇", "凡河镇", "fh"),
    ("211221106", "镇", "腰堡镇", "yb yp"),
    ("211221107", "镇", "镇西堡镇", "zxb zxp"),
    ("211221108", "镇", "蔡牛镇", "cn"),
    ("211221109", "镇", "李千户镇", "lqh"),
    ("211221110", "镇", "熊官屯镇", "xgt"),
    ("211221111", "镇", "横道河子镇", "hdhz"),
    ("211221112", "镇", "双井子镇", "sjz"),
    ("211221208", "乡", "鸡冠山乡", "jgs"),
    ("211221209", "民族乡", "白旗寨满族乡", "bqz"),
    ("211221400", "街道", "如意湖街道", "ryh"),
    ("211221402", "街道", "莲花湖街道", "lhh"),
)
