"""The invented county and town: places, offices and the names its people bear. Nobody real."""

from __future__ import annotations

from dataclasses import dataclass

COUNTY = ("YL", "云岭县")
TOWN = ("YLQH", "青禾镇")


@dataclass(frozen=True)
class DemoOffice:
    """An office: its official name, the short one of stamps, other names it is printed under, its officer's account."""

    code: str
    name: str
    short_name: str
    aliases: tuple[str, ...]
    account: str
    officer: str
    answers_to_county: bool = False


# Named as plans print them, or by an alias; 镇农业农村服务中心 is left to be matched by hand (plans say 农业农村发展中心).
OFFICES = (
    DemoOffice("O01", "青禾镇党建工作办公室", "镇党建办", ("党建办", "党建工作办公室"), "off_djb", "周敏"),
    DemoOffice(
        "O02", "青禾镇社会治安综合治理办公室", "镇综治办", ("综治办", "镇平安办"), "off_zzb", "高志远"
    ),
    DemoOffice("O03", "青禾司法所", "司法所", ("镇司法所",), "off_sfs", "郑明法", True),
    DemoOffice("O04", "青禾镇纪律检查委员会", "镇纪委", ("纪委",), "off_jw", "严正"),
    DemoOffice("O05", "青禾镇党政综合办公室", "镇党政办", ("党政办", "镇党政综合办公室"), "off_dzb", "黎文"),
    DemoOffice("O06", "青禾镇为民服务中心", "镇为民服务中心", ("为民服务中心",), "off_wm", "夏晴"),
    DemoOffice("O07", "青禾镇社会事务中心", "镇社会事务中心", ("社会事务中心",), "off_sw", "方雅"),
    DemoOffice("O08", "青禾镇财政所", "镇财政所", ("财政所",), "off_cz", "钱衡"),
    DemoOffice(
        "O09", "青禾镇综合行政执法大队", "综合行政执法大队", ("镇综合行政执法大队",), "off_zf", "雷厉"
    ),
    DemoOffice("O10", "青禾镇教育办公室", "镇教办", ("教办",), "off_jb", "文启"),
    DemoOffice("O11", "青禾镇规划建设中心", "规划建设中心", ("镇规划建设中心",), "off_gh", "梁栋"),
    DemoOffice("O12", "青禾镇农业农村服务中心", "镇农服中心", (), "off_ny", "田丰"),
    DemoOffice(
        "O13", "云岭县公安局城南派出所", "城南派出所", ("派出所", "青禾派出所"), "off_pcs", "武安", True
    ),
)


@dataclass(frozen=True)
class DemoVillage:
    """A village: grids, groups and households it has, and its secretary."""

    name: str
    secretary: str
    grids: int
    groups: int
    households: int


VILLAGES = (
    DemoVillage("上河村", "林秀兰", 4, 18, 540),
    DemoVillage("下河村", "王长根", 4, 17, 512),
    DemoVillage("石桥村", "吴桂英", 3, 16, 478),
    DemoVillage("竹坑村", "胡大江", 3, 14, 405),
    DemoVillage("梅岭头村", "陈月娥", 3, 15, 467),
    DemoVillage("东塘村", "徐国平", 4, 18, 551),
    DemoVillage("西塘村", "何玉兰", 3, 14, 421),
    DemoVillage("枫林畲族村", "蓝水根", 3, 13, 388),
    DemoVillage("白沙新村", "宋小川", 3, 15, 438),
)
SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾萧田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
GIVEN = (
    "建国",
    "秀英",
    "志强",
    "小红",
    "文斌",
    "丽华",
    "国庆",
    "桂芳",
    "海涛",
    "春梅",
    "永康",
    "玉珍",
    "立新",
    "晓燕",
    "德明",
    "美玲",
)
LEADER, LEADER_NAME = "leader", "赵文清"
"""Account and name of the town leader."""
