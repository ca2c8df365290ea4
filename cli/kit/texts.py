"""What the kit says while it installs and when files are dragged onto it."""

from schemas.texts import Text


class KitText(Text):
    ASK_FILES = (
        "请把花名册文件（或文件夹）拖到这个窗口里，然后按回车键：",
        "Drag the roster (or a folder) into this window and press Enter: ",
    )
    ASK_SERVER = (
        "服务器地址（向县里要，如 https://fangang.example.cn）：",
        "Address of the server (ask the county): ",
    )
    BROKEN = (
        "安装没有完成。请再试一次；仍不行，请把上面几行发给县里的维护人员。",
        "The installation failed. Try again; then send the lines above to the county.",
    )
    DAMAGED = (
        "工具包不完整或已损坏：{names}。请重新拷贝整个文件夹后再安装。",
        "The kit is damaged: {names}. Copy the whole folder again.",
    )
    DONE = (
        "安装完成（版本 {version}）。以后把花名册拖到“检查花名册”上即可；工具包可以留着备用。",
        "Installed (version {version}). Drag rosters onto “检查花名册” from now on.",
    )
    ICONS = (
        "“检查花名册”和“导入花名册”已放到桌面上。",
        "“检查花名册” and “导入花名册” are on the desktop.",
    )
    INSTALLING = (
        "正在安装到 {home}，不联网，约需一分钟……",
        "Installing into {home} without a network; about a minute …",
    )
    LOGIN_FIRST = (
        "导入前要先登录（每台电脑一次，过期再登）。账号向县里要；输入密码时屏幕上不显示。",
        "Log in first. The county gives accounts; the password does not show while you type.",
    )
    NEXT_IMPORT = (
        "没有发现错误。要导入，请把同样的文件拖到“导入花名册”上。",
        "No errors. To import, drag the same files onto “导入花名册”.",
    )
    NO_FILES = (
        "没有选文件。请把花名册拖到图标上，可以一次拖几个。",
        "No files. Drag rosters onto the icon, several at once if you like.",
    )
    NO_LIST = (
        "工具包不完整：没有 {name}。请重新拷贝整个文件夹后再安装。",
        "The kit is not whole: there is no {name}. Copy the whole folder again.",
    )
    NO_ROOM = (
        "写不进 {home}：{reason}。请关闭正在使用本工具的窗口，或检查磁盘空间，然后再安装。",
        "Cannot write to {home}: {reason}. Close windows that use the tool, look at the disk.",
    )
