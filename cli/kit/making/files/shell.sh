#!/bin/sh
# With words: that command. Without: a shell in which fangang is found.
PROGRAMS="${XDG_DATA_HOME:-$HOME/.local/share}/fangang/venv/bin"

if [ ! -x "$PROGRAMS/fangang" ]; then
  echo '这台电脑还没有安装。请先运行工具包里的“安装.sh”（终端里：sh 安装.sh）。' >&2
  if [ -t 0 ]; then
    printf '%s' '按回车键关闭。'
    read -r _
  fi
  exit 1
fi

PATH="$PROGRAMS:$PATH"
export PATH
[ $# -gt 0 ] && exec fangang "$@"
cd "$HOME" || exit 1
fangang --help
exec "${SHELL:-/bin/sh}"
