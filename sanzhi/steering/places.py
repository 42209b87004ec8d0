"""The places of this floor in the menu, in the order in which they stand; rooms follow with their own."""

from sanzhi.kit.manifest import Place

PLACES = (
    Place("待办", "dashboards:home", "ledger:mine", icon="todo", phone=True),
    Place("记一条", "dashboards:record", "ledger:record", icon="add", phone=True),
    Place("本单位", "plans:mine", "ledger:own", icon="village", phone=True),
    Place("我的一周", "dashboards:me", "ledger:own", icon="check"),
    Place("全镇一页", "dashboards:town", "ledger:board", icon="chart"),
    Place("全镇看板", "plans:board", "ledger:board", icon="board", phone=True),
    Place("牵头任务", "plans:lead", "ledger:lead", icon="folder"),
    Place("日历", "plans:calendar", "ledger:mine", icon="calendar"),
    Place("方案", "plans:list", "plans:read", icon="plan"),
    Place("指标", "indicators:figures", "indicators:figures", icon="chart"),
    Place("月度锁定", "indicators:list", "indicators:read", icon="lock"),
    Place("机构与人员", "registers:home", "registers:read", icon="people"),
    Place("账号与权限", "administration:accounts", "accounts:manage", icon="lock"),
    Place("操作记录", "administration:audit", "audit:read", icon="shield"),
    Place("我的", "accounts:me", "ledger:mine", icon="me", phone=True),
)
