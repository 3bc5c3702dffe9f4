"""Taking personal names out of the messages that the bundled model learns from."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

_NAME_TAGS = frozenset({"nr", "nrfg", "nrt"})
_TITLES = ("书记", "市长", "县长", "区长", "镇长", "局长", "厅长", "省长")
_SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕"
    "丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃"
    "武戴莫孔向常温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮"
    "柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳时穆农司卓古"
    "吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师和仇栾隋商刁沙荣巫"
)


@cache
def _tagger() -> Any:
    import rjieba

    return rjieba.Jieba()


@cache
def _ordinary() -> frozenset[str]:
    path = Path(__file__).with_name("not_names.txt")
    return frozenset(line for line in path.read_text("utf-8").splitlines() if line[:1] != "#")


def is_name(word: str, tag: str) -> bool:
    """Say whether a tagged word looks like a person's name, alone or with an office.

    Examples
    --------
    >>> is_name("张建国", "nr"), is_name("文明", "nr"), is_name("胡书记", "nr")
    (True, False, True)
    """
    if tag not in _NAME_TAGS or word[0] not in _SURNAMES or word in _ordinary():
        return False
    return len(word) in (2, 3) or word.endswith(_TITLES)


def without_names(text: str) -> str:
    """Return a text with a space for every personal name that jieba's tagger finds.

    Examples
    --------
    >>> without_names("我叫张建国，住在星沙")
    '我叫 ，住在星沙'
    """
    tagged = _tagger().tag(text)
    return "".join(" " if is_name(word, tag) else word for word, tag in tagged)
