@echo off
setlocal DisableDelayedExpansion
chcp 936 >nul 2>nul
title @TITLE@
set "PROGRAM=%LOCALAPPDATA%\Fangang\venv\Scripts\python.exe"
if not exist "%PROGRAM%" goto missing
rem Names with a blank arrive in quotes. One with an ampersand and no blank is cut off here, so the
rem whole line is handed on as well; from there on nothing is expanded with percent signs, because
rem that would eat exclamation marks.
set FANGANG_FILES=%*
setlocal EnableDelayedExpansion
set "FANGANG_LINE=!cmdcmdline!"
"!PROGRAM!" -I -m cli.kit.drop @COMMAND@
set "CODE=!errorlevel!"
goto end

:missing
echo 这台电脑还没有安装。请先双击工具包里的“安装.cmd”。
set "CODE=1"

:end
echo.
pause
exit %CODE%
