"""`sanzhi start` (a demonstration, all in one) and `sanzhi serve` (the server and the worker)."""

from __future__ import annotations

import argparse
import errno
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from sanzhi.config import homes
from sanzhi.config.commands import ready
from sanzhi.domain.problems import Problem, declare

declare(
    "serve",
    {
        "no_file": "找不到文件“{name}”。请检查路径，文件名里有空格时要加引号。",
        "own_database": "--plan 会新建一个演示镇，只能用在 SQLite 上。请去掉 SANZHI_DATABASE_URL 再试。",
        "real": "这里是正式使用的系统（{county}），没有改动。正式系统请用 sanzhi serve。",
        "port": "端口 {port} 已被占用。请用 --port 换一个，或先关掉占用它的程序。",
        "no_port": "端口要在 1 到 65535 之间，{port} 不行。请用 --port 换一个，如 8000。",
        "no_host": "这台机器没有地址“{host}”。请用 --host 127.0.0.1（只本机）或 0.0.0.0（局域网）。",
        "workers": "进程数至少是 1，{count} 不行。请用 --workers 2 这样。",
        "did_not_start": "服务没有启动起来。上面几行若有原因，请照着改；没有，多半是机器太忙，请过一会儿再运行一次。",
    },
)
ADDRESS = "127.0.0.1"
PATIENCE = 180.0
"""Seconds that a server may take to answer for the first time; a busy small machine needs more than one minute."""


def add(sub: argparse._SubParsersAction) -> None:
    """Add the commands."""
    start = sub.add_parser("start", help="建好演示镇并打开（再次运行不改动已有内容）")
    start.add_argument("--plan", help="读入这份方案，等待确认（新建一个演示镇）")
    start.add_argument("--no-serve", action="store_true", help="只准备，不打开服务")
    serve = sub.add_parser("serve", help="打开服务（正式使用）")
    for parser in (start, serve):
        parser.add_argument("--host", default=ADDRESS)
        parser.add_argument("--port", type=int, help="端口（默认 8000 起第一个空闲的）")
        parser.add_argument("--workers", type=int, default=2)
    start.set_defaults(run=run_start)
    serve.set_defaults(run=run_serve)


def run_start(arguments: argparse.Namespace) -> int:
    """Prepare a demonstration town (once) and serve it."""
    home = homes.choose(_document(arguments.plan))
    ready()
    # Only now are the settings and models there.
    from sanzhi.config.demo.build import build, guide
    from sanzhi.config.demo.prepare import prepare

    fresh = prepare()
    if fresh:
        say("建立演示镇：云岭县青禾镇，2022 年 …")
        began = time.monotonic()
        build(plan_file=Path(arguments.plan) if arguments.plan else None, say=say)
        say(f"演示镇建好了，用时 {time.monotonic() - began:.0f} 秒。")
    else:
        say("演示镇已经在，没有改动任何内容。")
    homes.remember(home)
    say("")
    for line in guide():
        print(line, flush=True)
    return 0 if arguments.no_serve else _serve(arguments)


def run_serve(arguments: argparse.Namespace) -> int:
    """Serve what is there; the worker runs beside it."""
    ready()
    from sanzhi.config.demo.prepare import migrate

    migrate()
    return _serve(arguments)


def say(text: str) -> None:
    """What is being done, for the person at the terminal."""
    print(text, file=sys.stderr, flush=True)


def _document(plan: str | None) -> bytes | None:
    """The document a demonstration is to be started with: it gets a data folder of its own, named by its content."""
    if not plan:
        return None
    if os.environ.get("SANZHI_DATABASE_URL"):
        raise Problem("serve.own_database")
    # The readers of .docx and .pdf take a while to load; a start without a document need not wait for them.
    from sanzhi.domain.plan_text import read
    from sanzhi.foundation.files.extract import extract

    try:
        data = Path(plan).read_bytes()
    except OSError:
        raise Problem("serve.no_file", name=plan) from None
    extracted = extract(data, Path(plan).name)
    read(
        extracted.lines, tables=extracted.tables
    )  # what cannot be read is told before a folder is made for it
    return data


def _free(host: str, wanted: int | None) -> int:
    if wanted is not None and not 1 <= wanted <= 65535:
        raise Problem("serve.no_port", port=wanted)
    for port in range(8000, 8100) if wanted is None else [wanted]:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError as error:
                if isinstance(error, socket.gaierror) or error.errno == errno.EADDRNOTAVAIL:
                    raise Problem("serve.no_host", host=host) from None
                continue
            return port
    raise Problem("serve.port", port=wanted or 8000)


def _serve(arguments: argparse.Namespace) -> int:
    if arguments.workers < 1:
        raise Problem("serve.workers", count=arguments.workers)
    port = _free(arguments.host, arguments.port)
    granian = shutil.which(
        "granian", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    )
    server = [
        granian or "granian",
        "--interface", "wsgi",
        "--host", arguments.host,
        "--port", str(port),
        "--workers", str(arguments.workers),
        "--blocking-threads", "4",
        "--workers-kill-timeout", "3",
        "--no-ws",
        "--log-level", "warning",
        "sanzhi.config.wsgi:application",
    ]  # fmt: skip
    # Stopped from outside (a service manager, a test), both children must end too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    running = [
        subprocess.Popen(server),
        subprocess.Popen([sys.executable, "-m", "sanzhi", "worker"]),
    ]
    try:
        address = f"http://{arguments.host}:{port}/"
        _wait_until_ready(f"{address}health", running[0])
        print(f"打开 {address}  （按 Ctrl-C 停止）", flush=True)
        return running[0].wait()
    finally:
        for process in running:
            process.terminate()
        for process in running:
            try:
                process.wait(timeout=5)
            except subprocess.TimeoutExpired:
                process.kill()


def _wait_until_ready(url: str, server: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if server.poll() is not None:
            raise Problem("serve.did_not_start")
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except OSError:
            time.sleep(0.2)
    raise Problem("serve.did_not_start")
