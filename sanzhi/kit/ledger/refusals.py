"""What the ledger refuses, and what a person should do next."""

from __future__ import annotations

from sanzhi.domain.problems import declare

declare(
    "ledger",
    {
        "first_day_needed": "还没有填写方案的起始日。文件没有写明的，请按印发日期填写后再确认。",
        "first_day_year": "起始日{day}不在方案年度{year}年内。请核对年份。",
        "units_unmatched": "任务“{task}”里的“{names}”还没有和登记的单位对上。请逐个选定单位，或标为镇外单位。",
        "confirmed": "任务“{task}”已经确认，原文和单位不能再改。需要变动请导入方案的新版本。",
        "due_passed": "“{what}”的第一个截止日{day}已经到了，不能再改整数、分母和份额。可以由牵头单位写明理由豁免。",
        "discarded": "这份读取结果已经放弃。请重新导入文件。",
        "reason_needed": "请写明理由（至少 4 个字），它会和数字一起显示。",
        "exempt_already": "这一项已经豁免：{reason}。",
        "handed_over": "“{what}”已经移交，不能再改怎样接续。可以在接续单位的那一项上豁免。",
        "hand_over_how": "没有“{how}”这种接续办法。请选移交、重新计或免除。",
        "hand_over_standing": "“{what}”看的是建成什么，不能重新计。请选移交或免除。",
        "not_village": "{unit}不是村，不能选为相关村。",
        "pick_one": "请至少选一个村，或按“没有相关村”写明依据。",
        "pick_due": "第一个截止日{day}已过，相关村不能再换。",
        "requirement_due": "按期完成的要求要有截止日。请填写日期。",
        "requirement_every": "周期性的要求要选周期（每周、每月、每季度、每半年、每年）。",
        "requirement_share": "请填写比例，如 80%。",
        "requirement_ower": "请选由哪个单位承担这一份额。",
        "requirement_proof": "没有“{proves}”这项记录。请从列表里选，或选进展说明。",
        "requirement_count": "数量至少是 1，收到的是“{amount}”。请改正。",
        "requirement_gone": "这条要求已经被删去。请刷新页面再看。",
        "ground_needed": "把比例改按数量考核，要写明依据（如会议纪要、上级批复）。",
        "not_changed_here": "确认以后只能改整数、分母和份额；“{what}”要改，请导入方案的新版本。",
        "not_yet_confirmed": "任务“{task}”还没有确认，请在确认任务分解的页面里直接改。",
        "no_share": "请写明份额：做什么，多久一次，或在哪天之前。",
        "open_version": "方案“{plan}”还有一份待确认的读取结果。请先确认或放弃它，再导入新版本。",
        "document_known": "这份文件已经导入过：方案“{plan}”第{number}版（{day}导入）。",
        "plan_discarded": "方案“{plan}”没有确认过的版本，不能导入新版本。请作为新方案导入。",
        "pairing": "新版本的任务“{task}”还没有和旧版本对应。请逐条确认是延续还是新增。",
        "paired_twice": "旧任务{code}已经和新版本的“{task}”对应。请先改那一条。",
        "not_before": "任务{code}不在上一版里。请从列表里选。",
        "old_open": "旧版本的任务{codes}在新版本里没有去向。请对应到新任务，或标为不再保留。",
        "whole_version": "新版本要整份确认，不能只确认其中几条。请完成新旧对应后一次确认。",
        "first_version": "这是方案的第一版，没有旧版本要对应。",
        "no_tasks_confirmed": "请至少勾选一条任务再确认。",
        "shares_unseen": "还有{count}个比例的整数没有核对。请看过“几个算达到”后勾选确认。",
        "doubts_chosen": "请至少勾选一个疑点。",
    },
)
