#!/bin/sh
PROGRAM="${XDG_DATA_HOME:-$HOME/.local/share}/fangang/venv/bin/python"
CODE=1

if [ -x "$PROGRAM" ]; then
  "$PROGRAM" -I -m cli.kit.drop @COMMAND@ "$@"
  CODE=$?
else
  echo '这台电脑还没有安装。请先运行工具包里的“安装.sh”（终端里：sh 安装.sh）。' >&2
fi

if [ -t 0 ]; then
  printf '%s' '按回车键关闭。'
  read -r _
fi
exit "$CODE"
