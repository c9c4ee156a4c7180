#!/bin/sh
# Prints the first Python on this machine that can carry the project: 3.11 or newer, with venv, SSL and SQLite.
# Each candidate is run, because a version manager's shim exists even for versions that are not installed.
for candidate in python3.13 python3.12 python3.11 python3 python; do
    path=$(command -v "$candidate") || continue
    if "$path" -c 'import sys, ensurepip, sqlite3, ssl, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        echo "$path"
        exit 0
    fi
done
cat >&2 <<'MESSAGE'
没有找到可用的 Python：需要 3.11 或更新版本，并带 venv 模块。
请先安装（Debian/Ubuntu：apt install python3 python3-venv），再重新运行；
已装在别处的，请指明：make setup PYTHON=/path/to/python3.11
MESSAGE
exit 1
