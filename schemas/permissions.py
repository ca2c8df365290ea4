"""Roles and permissions, and which role may do what; whose data it may do it to is in service/auth.py."""

from enum import StrEnum


class Role(StrEnum):
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"
    CARRIER = "carrier"
    COUNTY_COORDINATOR = "county_coordinator"
    DESTINATION_OFFICER = "destination_officer"
    ENTERPRISE_RECEIVER = "enterprise_receiver"
    ESCORT = "escort"
    HEALTH_OFFICER = "health_officer"
    TOWNSHIP_CLERK = "township_clerk"


class Permission(StrEnum):
    ACCOUNT_READ = "account:read"
    ACCOUNT_WRITE = "account:write"
    APPROVAL_CONFIRM = "approval:confirm"
    ATTACHMENT_READ = "attachment:read"
    ATTACHMENT_WRITE = "attachment:write"
    BATCH_WRITE = "batch:write"
    BOARDING_WRITE = "boarding:write"
    CARRIAGE_WRITE = "carriage:write"
    CONSENT_WRITE = "consent:write"
    CONTACTS_ANSWER = "contacts:answer"
    CONTACTS_READ = "contacts:read"
    DEMAND_READ = "demand:read"
    DIVISION_READ = "division:read"
    ENTERPRISE_READ = "enterprise:read"
    ENTERPRISE_WRITE = "enterprise:write"
    FILING_ACKNOWLEDGE = "filing:acknowledge"
    FLEET_READ = "fleet:read"
    FLEET_WRITE = "fleet:write"
    GATE_OVERRIDE = "gate:override"
    GATE_READ = "gate:read"
    HANDOVER_WRITE = "handover:write"
    HEALTH_READ = "health:read"
    HEALTH_RECORD = "health:record"
    HEALTH_WRITE = "health:write"
    LEDGER_READ = "ledger:read"
    MANIFEST_READ = "manifest:read"
    NOTICE_WRITE = "notice:write"
    OWN_READ = "own:read"
    POLICY_READ = "policy:read"
    POLICY_WRITE = "policy:write"
    ROSTER_IMPORT = "roster:import"
    STAFF_IMPORT = "staff:import"
    STAFF_READ = "staff:read"
    STAFF_WRITE = "staff:write"
    TRACE_READ = "trace:read"
    TRIP_READ = "trip:read"
    TRIP_WRITE = "trip:write"
    WORKER_READ = "worker:read"
    WORKER_REVEAL = "worker:reveal"
    WORKER_WRITE = "worker:write"


_P = Permission
_EVERYBODY = frozenset({_P.OWN_READ, _P.DIVISION_READ, _P.POLICY_READ})
_ATTACHING = frozenset({_P.ATTACHMENT_READ, _P.ATTACHMENT_WRITE})
"""Of every role that may say something of a trip."""

ROLE_PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.ADMINISTRATOR: _EVERYBODY | {_P.ACCOUNT_READ, _P.ACCOUNT_WRITE},
    Role.AUDITOR: _EVERYBODY
    | {_P.LEDGER_READ, _P.TRACE_READ, _P.TRIP_READ, _P.WORKER_READ, _P.DEMAND_READ}
    | {_P.ENTERPRISE_READ, _P.FLEET_READ, _P.ATTACHMENT_READ},
    Role.CARRIER: _EVERYBODY | _ATTACHING | {_P.TRIP_READ, _P.CARRIAGE_WRITE, _P.FLEET_READ},
    Role.COUNTY_COORDINATOR: frozenset(_P)
    - {_P.ACCOUNT_READ, _P.ACCOUNT_WRITE, _P.LEDGER_READ, _P.HEALTH_WRITE}
    - {_P.CONTACTS_ANSWER},
    Role.DESTINATION_OFFICER: _EVERYBODY
    | _ATTACHING
    | {_P.TRIP_READ, _P.MANIFEST_READ, _P.FILING_ACKNOWLEDGE, _P.HANDOVER_WRITE}
    | {_P.APPROVAL_CONFIRM},
    Role.ENTERPRISE_RECEIVER: _EVERYBODY
    | _ATTACHING
    | {_P.TRIP_READ, _P.MANIFEST_READ, _P.HANDOVER_WRITE, _P.ENTERPRISE_READ, _P.STAFF_IMPORT},
    Role.ESCORT: _EVERYBODY
    | _ATTACHING
    | {_P.TRIP_READ, _P.MANIFEST_READ, _P.BOARDING_WRITE, _P.CARRIAGE_WRITE, _P.HANDOVER_WRITE}
    | {_P.NOTICE_WRITE, _P.CONSENT_WRITE, _P.GATE_READ},
    Role.HEALTH_OFFICER: _EVERYBODY
    | {_P.APPROVAL_CONFIRM, _P.GATE_OVERRIDE, _P.GATE_READ}
    | {_P.HEALTH_READ, _P.HEALTH_RECORD, _P.HEALTH_WRITE, _P.WORKER_READ, _P.WORKER_REVEAL}
    | {_P.TRIP_READ, _P.TRACE_READ, _P.MANIFEST_READ, _P.ATTACHMENT_READ}
    | {_P.CONTACTS_READ, _P.CONTACTS_ANSWER},
    Role.TOWNSHIP_CLERK: _EVERYBODY
    | _ATTACHING
    | {_P.ROSTER_IMPORT, _P.WORKER_READ, _P.WORKER_WRITE, _P.DEMAND_READ}
    | {_P.NOTICE_WRITE, _P.CONSENT_WRITE, _P.TRACE_READ, _P.ENTERPRISE_READ}
    | {_P.HEALTH_RECORD},
}

ROLE_NAMES: dict[Role, tuple[str, str]] = {
    Role.ADMINISTRATOR: ("管理员", "administrator"),
    Role.AUDITOR: ("审计", "auditor"),
    Role.CARRIER: ("承运企业", "carrier"),
    Role.COUNTY_COORDINATOR: ("县协调员", "county coordinator"),
    Role.DESTINATION_OFFICER: ("输入地人社局", "destination officer"),
    Role.ENTERPRISE_RECEIVER: ("用工企业", "enterprise receiver"),
    Role.ESCORT: ("领队", "escort"),
    Role.HEALTH_OFFICER: ("卫健", "health officer"),
    Role.TOWNSHIP_CLERK: ("乡镇经办", "township clerk"),
}
