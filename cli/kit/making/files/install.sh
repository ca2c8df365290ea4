#!/bin/sh
# Installs into the user's own folder. No network, no administrator.
FANGANG_KIT=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd) || exit 1
export FANGANG_KIT
PYTHON=
CODE=1

usable() {
  "$1" -I -c 'import sys; sys.exit(not ((@FIRST@) <= sys.version_info[:2] <= (@LAST@)))' 2>/dev/null
}

if [ ! -f "$FANGANG_KIT/wheels/@WHEEL@" ]; then
  echo '旁边没有 wheels 文件夹。请拷贝整个文件夹，再运行里面的“安装.sh”。' >&2
  exit 1
fi

case "$(uname -m)" in
  x86_64 | aarch64)
    for each in @PROGRAMS@ python3; do
      if usable "$each"; then PYTHON=$each; break; fi
    done
    if [ -n "$PYTHON" ]; then
      "$PYTHON" -I -c 'import os, sys; sys.path.insert(0, os.path.join(os.environ["FANGANG_KIT"], "wheels", "@WHEEL@")); from cli.kit.install import main; main()'
      CODE=$?
    else
      echo '没有找到可用的 Python，需要 @RANGE@。请联系维护人员安装，或换一台电脑。' >&2
    fi
    ;;
  *)
    echo "不支持这种处理器（$(uname -m)）：只支持 x86_64 和 ARM64。请换一台电脑检查，或把花名册文件直接交给县里。" >&2
    ;;
esac

if [ -t 0 ]; then
  printf '%s' '按回车键关闭。'
  read -r _
fi
exit "$CODE"
