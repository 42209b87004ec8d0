"""The words by which plans name units, roles and dates; shared by the modules of the reader. All in shadow form."""

from __future__ import annotations

import re
from collections.abc import Iterator

_WHO = r"(?:单位|部门|处室|科室|处（室）|科（室）|股室|机构|主体|地区|县区)"
_MORE = r"(?:（[^（）：]{1,8}）|(?:[／、和及与或]" + _WHO + r"))?"
_LEAD = r"(?:总|共同|主要)?(?:牵头|主办|主责|主抓)(?:责任|负责|（责任）)?"
_RESPONSIBLE = r"(?:主要)?(?:责任|承办|落实|实施|负责|执行)(?:落实)?"
_COOPERATING = r"(?:配合|协办|协同|协助|参与|参加|协作)(?:责任|落实)?"
_TIME = (
    r"(?:(?:工作|任务|整改|完成|办结|推进|落实|实施|时间|进度|办理)?(?:完成)?(?:时限|期限)(?:要求)?"
    r"|(?:完成|办结|实施|推进|落实|整改)(?:时间|日期)(?:节点|要求)?|时间(?:要求|节点|安排)|时间进度|进度安排|进度要求)"
)
_OTHER = (
    r"(?:(?:牵头|责任|分管|包保|挂钩|联系|市级|县级|镇级|主要)?(?:责任|负责|牵头|分管|联系|包抓)(?:领导|人员|人)|联系人|联系电话|联系方式"
    r"|责任领导|备注|工作措施|保障措施)"
)
#: A label that opens a field of an annotation; `lead`, `resp`, `coop`, `time`, `other` tell which.
FIELD = re.compile(
    r"(?:(?P<both>牵头(?:单位)?[、和及／]?(?:责任|负责)单位)"
    rf"|(?P<lead>{_LEAD}{_WHO}{_MORE}|牵头(?=：))"
    rf"|(?P<coop>{_COOPERATING}{_WHO}{_MORE}|配合(?=：))"
    rf"|(?P<resp>{_RESPONSIBLE}{_WHO}{_MORE}|责任(?=：))"
    rf"|(?P<time>{_TIME})"
    rf"|(?P<other>{_OTHER}))：(?!：)"
)
#: No label of a field is longer.
LONGEST_FIELD = 20
#: A column of a table that holds the same; matched against the whole cell without blanks.
COLUMN = re.compile(
    rf"(?:(?P<lead>{_LEAD}(?:{_WHO})?{_MORE})|(?P<coop>{_COOPERATING}(?:{_WHO})?{_MORE})|(?P<resp>{_RESPONSIBLE}{_WHO}{_MORE}(?:[及和、／]?(?:责任人|负责人|分管领导))?|责任)"
    rf"|(?P<time>{_TIME})|(?P<number>序号|编号|号)|(?P<group>类别|类型|分类|项目类别|重点领域|领域|方面|一级指标|工作类别|项目)"
    rf"|(?P<task>(?:主要|重点|具体|工作|目标|年度|改革)*(?:任务|内容|措施|举措|事项|要点|目标任务|工作任务|工作内容)(?:名称|及要求|和要求|分解|清单)?|要求|工作要求|任务目标|工作目标|目标)"
    rf"|(?P<other>{_OTHER}|联系人.*))"
)
#: What a clause says about the units named before it: 牵头, 负责, 配合.
VERB = re.compile(
    r"(?:(?:按照?|根据|依据)(?:各自)?(?:职责|职能|权限|分工|工作职责)(?:范围|分工|权限|任务)?，?)?(?:分别|共同|具体|各自|联合|协同|密切|积极|主动)?"
    r"(?:(?P<lead>牵头(?:负责|落实|组织实施|组织|实施|推进)?|主办|主责|总牵头)|(?P<coop>(?:协同|积极)?(?:配合|协助|协办|参与|参加)(?:落实|实施|做好|推进|负责)?)"
    r"|(?P<resp>(?:抓好)?(?:负责|落实|实施|承办|组织实施|推进落实|抓好落实)(?:落实|实施)?))"
)
#: The end of a list of units that only says how the work is divided.
DIVISION = re.compile(
    r"(?:等)?(?:按照?|根据|依据)(?:各自)?(?:职责|职能|权限|分工|工作职责)(?:范围|分工|权限|任务)?，?(?:分别|共同|各自)?(?:负责|牵头|落实|配合|实施|推进|抓好落实)*(?:落实)?$"
)
STANDING = re.compile(
    r"(?:并|且|，)?(?:长期(?:坚持|推进|实施|开展|执行|落实|任务|工作|持续|有效)*|持续(?:推进|坚持|实施|开展|推动|落实|深化|优化|完善|加强|用力|进行|改进|提升)*"
    r"|常态化?(?:推进|开展|坚持|实施|落实|进行|长效)*|全年(?:坚持|推进|开展|持续推进|实施|落实|工作)*|贯穿全年|常年(?:坚持|推进|开展)*|日常(?:工作|推进)|经常性(?:工作|开展)|始终坚持|坚持不懈)"
)
SUPERIOR = re.compile(
    r"(?:根据|按照?|依据|依照|以|与|视)[^，。；]{0,14}(?:上级|省|市|县|区|国家|自治区|中央|省级|市级)[^，。；]{0,16}(?:安排|要求|部署|通知|规定|进度|时限|时间|计划|为准|推进|同步|情况)"
    r"(?:执行|落实|完成|确定|推进|实施)?"
)
PREAMBLE = re.compile(
    r"指导思想|总体(?:要求|思路|目标|部署)|工作(?:目标|思路|原则)|主要目标|目标(?:任务|要求)?$|基本原则|目标定位|总体考虑|预期目标"
)
CLOSING = re.compile(
    r"工作要求|组织(?:领导|保障|实施)|保障(?:措施|机制|落实)|有关要求|相关要求|工作保障|落实(?:措施|要求)|实施步骤|工作步骤|方法步骤|时间安排|进度安排|工作机制|实施保障"
)
UNIT_TAIL = re.compile(
    r"(?:局|委|委员会|办|办公室|厅|(?<!干)部|院|站|所|处|室|科|股|组|队|中心|大队|支队|总队|派出所|政府|管委会|单位|部门|公司|集团|银行|学校|医院|协会|联合会|联|会|团|党组织|支部|党委|党支部|党工委|纪委|法院|检察院"
    r"|村|社区|镇|乡|街道|县|区|市|旗|园区|开发区|分局|分行|支行|海关|专班|指挥部|合作社|企业|机构|学会|总站|服务站|窗口|中学|小学|馆|台|社|厂|场|段|组织|总商会|代表处|办事处|各地|各级|网格|责任处室|成员单位|镇街|机关|队伍|中心校|小学校|学区|党群|工会)(?:（[^（）]{1,20}）)?$"
)


def fields_in(shadow: str, start: int, end: int) -> Iterator[re.Match[str]]:
    """The field labels in a stretch, in order. Each ends with a colon, so only what stands before colons is looked at."""
    low = start
    colon = shadow.find("：", start, end)
    while colon >= 0:
        m = FIELD.search(shadow, max(low, colon - LONGEST_FIELD), colon + 1)
        if m and m.end() == colon + 1 and shadow[colon + 1 : colon + 2] != "：":
            yield m
        low = colon + 1
        colon = shadow.find("：", low, end)
