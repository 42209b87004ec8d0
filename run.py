#!/usr/bin/env python3
"""Start Sanzhi, test it, or say anything to it.

python3 run.py                 make the environment, the demonstration town, and serve it
python3 run.py --plan FILE     the same, with that plan document read and waiting to be confirmed
python3 run.py test [LANE…]    every test (or: fast, or the names of single stages)
python3 run.py WORDS…          `sanzhi WORDS…`, the command line of the package

Standard library only. This file is read by old Pythons too (macOS brings 3.9), so that they can be told what is missing;
nothing newer than Python 3.6 may stand in it.
"""

import hashlib
import os
import shutil
import subprocess
import sys

ROOT = os.path.dirname(os.path.abspath(__file__))
VENV = os.path.join(ROOT, ".venv")
PYTHON = os.path.join(VENV, "bin", "python")
OLDEST = (3, 11)
NAMES_OF_PYTHON = ("python3.13", "python3.12", "python3.11", "python3.14")
ON_DEBIAN = os.path.exists("/etc/debian_version")


def say(chinese, english):
    """One line on what is being done, for a person at the terminal (standard error: output stays clean)."""
    line = "三治 · {}  ({})".format(chinese, english)
    encoding = getattr(sys.stderr, "encoding", None) or "ascii"
    sys.stderr.write(line.encode(encoding, "replace").decode(encoding) + "\n")
    sys.stderr.flush()


def stop(chinese, english):
    """Say what is missing and what to do, and end with exit code 2."""
    say(chinese, english)
    sys.exit(2)


def run(words, env=None, quiet=False):
    """Run a program; true when it ended well. `quiet` keeps its output to be shown only when it failed."""
    try:
        if not quiet:
            return subprocess.call(words, env=env, stdout=sys.stderr) == 0
        done = subprocess.Popen(words, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    except OSError:
        return False
    run.output = done.communicate()[0].decode("utf-8", "replace")
    return done.returncode == 0


run.output = ""


def hand_over_to_a_newer_python():
    """Go on under Python 3.11 or newer, when this one is older and such a one is installed."""
    if sys.version_info >= OLDEST:
        return
    for name in NAMES_OF_PYTHON:
        found = shutil.which(name)
        if found:
            os.execv(found, [found] + sys.argv)
    stop(
        "需要 Python 3.11 或更新的版本，这里是 {}.{}。请先安装新版 Python，再运行一次。".format(
            *sys.version_info[:2]
        ),
        "Python 3.11 or newer is needed; install it and run this again",
    )


def apt_install(*packages):
    """Install Debian packages when that needs no question (root, or sudo without a password)."""
    apt = shutil.which("apt-get")
    if not apt:
        return False
    words = [apt] if os.geteuid() == 0 else ["sudo", "-n", apt]
    env = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    if os.geteuid() != 0 and not run(["sudo", "-n", "true"], quiet=True):
        return False
    say("用 apt 安装 {} …".format("、".join(packages)), "installing Debian packages")
    install = words + ["install", "-y", "-qq", "--no-install-recommends"] + list(packages)
    return run(install, env, quiet=True) or (
        run(words + ["update", "-qq"], env, quiet=True) and run(install, env, quiet=True)
    )


def venv_works():
    """True when .venv has a Python new enough that starts (a moved folder or an upgraded system breaks it)."""
    return run([PYTHON, "-c", "import sys; sys.exit(sys.version_info < (3, 11))"], quiet=True)


def make_venv():
    """Make .venv, by whatever this machine has for it."""
    if venv_works():
        return
    say("建立运行环境 .venv …", "making the environment .venv")
    shutil.rmtree(VENV, ignore_errors=True)
    if run([sys.executable, "-m", "venv", VENV], quiet=True):
        return
    reason = run.output
    for words in (
        ["uv", "venv", "--seed", "-p", sys.executable, VENV],
        [sys.executable, "-m", "virtualenv", VENV],
    ):
        shutil.rmtree(VENV, ignore_errors=True)
        if run(words, dict(os.environ, UV_PYTHON_DOWNLOADS="never"), quiet=True):
            return
    shutil.rmtree(VENV, ignore_errors=True)
    if ON_DEBIAN and apt_install("python3-venv") and run([sys.executable, "-m", "venv", VENV], quiet=True):
        return
    shutil.rmtree(VENV, ignore_errors=True)
    if ON_DEBIAN:
        stop(
            "这台机器的 Python 缺少 venv。请先运行：sudo apt install python3-venv，再运行一次。",
            "this Python has no venv; run: sudo apt install python3-venv",
        )
    sys.stderr.write(reason)
    stop("无法建立运行环境，原因见上。", "the environment could not be made; the reason stands above")


def digest(name):
    """Digest of a requirements file, with the Python and the folder it is for (a moved folder is made anew)."""
    with open(os.path.join(ROOT, name), "rb") as f:
        return hashlib.sha256(f.read() + (sys.version + ROOT).encode("utf-8", "replace")).hexdigest()


def stamp(name):
    """Where the digest of what was last installed is kept."""
    return os.path.join(VENV, "installed-" + name)


def is_installed(name):
    """True when exactly this requirements file was installed last."""
    try:
        with open(stamp(name)) as f:
            return f.read() == digest(name)
    except OSError:
        return False


def environment_for_uv():
    """The environment for uv: no Python of its own, the system's certificates, and the mirror that pip is set to."""
    env = dict(os.environ, VIRTUAL_ENV=VENV, UV_PYTHON_DOWNLOADS="never")
    env.setdefault("UV_SYSTEM_CERTS", "1")
    env.setdefault("UV_HTTP_TIMEOUT", "120")
    if "UV_DEFAULT_INDEX" not in env:
        mirror = os.environ.get("PIP_INDEX_URL", "")
        if not mirror and run([PYTHON, "-m", "pip", "config", "get", "global.index-url"], quiet=True):
            mirror = run.output.strip()
        if mirror:
            env["UV_DEFAULT_INDEX"] = mirror
    return env


def install(name):
    """Install a requirements file, every package checked against its digest."""
    path = os.path.join(ROOT, name)
    pip = [PYTHON, "-m", "pip", "--disable-pip-version-check", "--quiet", "install", "--require-hashes"]
    uv = os.path.join(VENV, "bin", "uv")
    if not os.path.exists(uv):
        run(pip + ["--only-binary=:all:", "-r", os.path.join(ROOT, "requirements-start.txt")], quiet=True)
    say("安装所需的软件包（只在第一次，或清单变动之后）…", "installing the packages of {}".format(name))
    if os.path.exists(uv):
        if run(
            [uv, "pip", "install", "--quiet", "--require-hashes", "-r", path],
            environment_for_uv(),
            quiet=True,
        ):
            return
        say("uv 没有装成，改用 pip …", "uv did not succeed, trying pip")
    reason = run.output
    if run(pip + ["-r", path], quiet=True):
        return
    sys.stderr.write(reason + run.output)
    stop(
        "软件包没有装成，原因见上。多半是网络不通：请检查网络，或用 pip config 设好镜像，再运行一次。",
        "the packages could not be installed (no network?); set a mirror with pip config and run this again",
    )


def put_package_into_venv():
    """Let `import sanzhi` and .venv/bin/sanzhi work anywhere, without building anything."""
    folder = subprocess.check_output([PYTHON, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"])
    with open(os.path.join(folder.decode().strip(), "sanzhi.pth"), "w") as f:
        f.write(ROOT + "\n")
    command = os.path.join(VENV, "bin", "sanzhi")
    with open(command, "w") as f:
        # Through the shell, because a first line with a path of spaces or of many characters is refused by systems.
        f.write('#!/bin/sh\nexec "{}" -m sanzhi "$@"\n'.format(PYTHON.replace('"', '\\"')))
    os.chmod(command, 0o755)


def prepare(name, *or_else):
    """Have the environment ready for one of the files named; at once when nothing changed."""
    if any(is_installed(each) for each in (name,) + or_else) and venv_works():
        return
    make_venv()
    install(name)
    put_package_into_venv()
    with open(stamp(name), "w") as f:
        f.write(digest(name))
    say("环境已就绪。", "the environment is ready")


def command(words):
    """The program that some words are for: the tests, the demonstration town, or the package's own command line."""
    if words[:1] == ["test"]:
        return [PYTHON, os.path.join(ROOT, "tools", "run_tests.py")] + words[1:]
    if not words or (words[0].startswith("--") and words[0] not in ("--help", "--version")):
        return [PYTHON, "-m", "sanzhi", "start"] + words
    return [PYTHON, "-m", "sanzhi"] + words


def main(words):
    """Prepare what the words need and hand over to it."""
    if os.name == "nt":
        stop(
            "这里是 Windows：请在 WSL（适用于 Linux 的 Windows 子系统）里运行。",
            "on Windows, run this inside WSL",
        )
    hand_over_to_a_newer_python()
    if words[:1] == ["test"]:
        prepare("requirements-dev.txt")
    else:
        prepare("requirements.txt", "requirements-dev.txt")
    sys.stdout.flush()
    os.execv(PYTHON, command(words))


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except KeyboardInterrupt:
        stop("已停止。", "stopped")
