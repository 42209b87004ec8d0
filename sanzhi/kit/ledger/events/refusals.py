"""What events refuse, and what to do then."""

from __future__ import annotations

from sanzhi.domain.problems import declare

declare(
    "events",
    {
        "backwards": "事件的最后一天{last}早于第一天{first}。请检查两个日期。",
        "too_long": "事件有{days}天，超过一年。请核对日期；长期的变化请由牵头单位逐项豁免或导入方案新版本。",
        "name": "事件要有名称（至少 2 个字），如“七月洪涝”。请填写名称。",
        "ground": "请写明依据（至少 4 个字），如防汛指挥部通知的文件号。它会和数字一起显示。",
        "villages": "请至少选一个受影响的村。",
        "not_village": "{unit}不是本镇的村，不能选。请从列表里选。",
        "tasks": "请至少选一条受影响的任务。",
        "not_task": "没有编号为{code}的任务。请从列表里选。",
        "known": "同样的事件已经登记过：{name}（{first}至{last}）。请打开它查看。",
        "revoked": "这个事件已经撤销。请刷新页面再看。",
        "reason": "请写明为什么撤销（至少 4 个字）。",
    },
)
