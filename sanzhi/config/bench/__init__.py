"""Measuring the house on data of its own: sections, each in a process and a scratch database of its own."""

SECTIONS = ("board", "pages", "reader", "moves", "engine", "start")
"""Names of the sections, in the order in which they are told; each is a module of this package with `run(quick)`."""

TITLES = {
    "board": "任务看板",
    "pages": "列表、详情和表单",
    "reader": "方案阅读器",
    "moves": "三万个单位的县",
    "engine": "计量引擎",
    "start": "演示镇",
}
