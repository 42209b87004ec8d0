"""Small invented plan documents, and people signed in, for the tests of importing."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from sanzhi.domain.plan_text import read
from sanzhi.foundation.accounts.models import User

HEAD = """青禾镇党政办公室文件

青办〔2022〕3号

关于印发《青禾镇基层治理提升年活动方案》的通知

各村党组织、村委会，镇直各单位：

青禾镇基层治理提升年活动方案

一、工作任务
"""
VIDEO = """
（一）建好视频监控。推进各村视频监控建设。2022年5月底前完成50%的村，9月底前做到所有村全覆盖。（牵头单位：镇综治办；责任单位：司法所、各村；完成时限：长期坚持）
"""
DISCLOSURE = """
（二）做实村务公开。村务每月在公开栏公开，对落实情况开展检查。（牵头单位：镇综治办；责任单位：司法所、各村；完成时限：长期坚持）
"""
MEDIATION = """
（三）强化村级调解组织。2022年6月底前全镇村人民调解委员会标准化建设达到80%。（牵头单位：司法所；责任单位：各村；完成时限：2022年6月底前）
"""
TRAINING = """
（四）加强教育培训。举办集中培训，提升村干部能力。（牵头单位：镇党建办；责任单位：镇为民服务中心、各村；完成时限：6月底前完成集中培训）
"""
ADS = """
（五）印制宣传品。结合群众需求印制一批宣传品。（牵头单位：镇党建办；责任单位：各村、镇直各单位；完成时限：2022年10月底前）
"""
SITE = """
（六）打造示范点。至少打造1个核心价值观示范点位。（牵头单位：镇党建办；责任单位：相关村；完成时限：2022年10月底前）
"""
UNKNOWN = """
（七）开展义务巡逻。组建义务巡逻队，每周开展巡逻。（牵头单位：镇综治办；责任单位：综合执法大队、各村；完成时限：长期坚持）
"""
PLAN = HEAD + VIDEO + DISCLOSURE + MEDIATION + TRAINING + ADS + SITE


def reading(text: str = PLAN) -> dict[str, Any]:
    """What the reader reads of a text."""
    return read(text).as_json()


def signed_in(user: User) -> Client:
    """A browser in which the person is signed in."""
    client = Client()
    client.force_login(user)
    return client


def file(text: str = PLAN, name: str = "方案.txt", encoding: str = "utf-8") -> SimpleUploadedFile:
    """A text file to hand in."""
    return SimpleUploadedFile(name, text.encode(encoding))
