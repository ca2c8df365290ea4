@echo off
setlocal DisableDelayedExpansion
chcp 936 >nul 2>nul
title 安装花名册工具
rem Windows 7 and 8 are version 6; the blank keeps 10.0.19045.6 out.
ver | findstr /c:" 6." >nul && goto old
if not exist "%~dp0wheels\@WHEEL@" goto partial
set "FANGANG_KIT=%~dp0."
rem What looks for a Python must not fetch one from the network.
set "PYTHON_MANAGER_AUTOMATIC_INSTALL=false"
set "PYTHON="
for %%v in (@VERSIONS@) do call :try py -%%v
call :try python
call :try python3
if not defined PYTHON goto missing
call %PYTHON% -I -c "import os, sys; sys.path.insert(0, os.path.join(os.environ['FANGANG_KIT'], 'wheels', '@WHEEL@')); from cli.kit.install import main; main()"
set "CODE=%errorlevel%"
goto end

:try
if defined PYTHON exit /b 0
call %* -I -c "import sys, sysconfig; sys.exit(not ((@FIRST@) <= sys.version_info[:2] <= (@LAST@)) or sysconfig.get_platform() != 'win-amd64' or 'WindowsApps' in sys.base_prefix)" >nul 2>nul
if not errorlevel 1 set "PYTHON=%*"
exit /b 0

:partial
echo 旁边没有 wheels 文件夹。请先把压缩包完整解压，或拷贝整个文件夹，再双击里面的“安装.cmd”。
set "CODE=1"
goto end

:old
echo 本工具需要 64 位的 Windows 10 或更新的系统，这台电脑的系统太旧。
echo 请换一台电脑检查，或把花名册文件直接交给县里。
set "CODE=1"
goto end

:missing
echo 没有找到可用的 Python。需要 64 位的 Python @RANGE@（微软商店里的不行）。
if exist "%~dp0python-3*.exe" echo 本文件夹里有 Python 安装程序：请双击它，按默认选项装好，再双击“安装.cmd”。
if not exist "%~dp0python-3*.exe" echo 请向县里要 Python 安装程序（python-3.13.x-amd64.exe），按默认选项装好，再双击“安装.cmd”。
set "CODE=1"

:end
echo.
pause
exit %CODE%
