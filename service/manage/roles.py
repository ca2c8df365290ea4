"""What roles are called."""

from schemas.permissions import Role
from schemas.texts import choose

ROLE_NAMES: dict[Role, str] = {
    Role.ADMINISTRATOR: "管理员",
    Role.AUDITOR: "审计",
    Role.CARRIER: "承运单位",
    Role.COUNTY_COORDINATOR: "县协调员",
    Role.DESTINATION_OFFICER: "输入地人社",
    Role.ENTERPRISE_RECEIVER: "企业接收人",
    Role.ESCORT: "领队",
    Role.HEALTH_OFFICER: "卫健人员",
    Role.TOWNSHIP_CLERK: "乡镇经办",
}


def name_role(role: Role) -> str:
    return choose(ROLE_NAMES[role], str(role))
