@echo off
setlocal DisableDelayedExpansion
chcp 936 >nul 2>nul
title 花名册工具命令行
if not exist "%LOCALAPPDATA%\Fangang\venv\Scripts\fangang.exe" goto missing
set "PATH=%LOCALAPPDATA%\Fangang\venv\Scripts;%PATH%"
cd /d "%USERPROFILE%"
fangang --help
cmd /k
exit %errorlevel%

:missing
echo 这台电脑还没有安装。请先双击工具包里的“安装.cmd”。
echo.
pause
exit 1
