"""How answers show carriers, vehicles and drivers: what is personal is masked."""

from collections.abc import Sequence
from typing import Any

from sqlmodel import Session

from schemas.fleets import (
    CarrierOut,
    DriverOut,
    SeatOut,
    VehicleKind,
    VehicleListed,
    VehicleOut,
)
from schemas.identity import mask_id, mask_name, mask_phone
from service.fleets.queries import open_driver, open_phone
from service.fleets.rules import count_places
from service.recording.described import Row
from service.vault.vault import Vault


# --- carriers -----------------------------------------------------------------------------------
def show_carriers(
    session: Session, vault: Vault, county_code: str, rows: Sequence[Row]
) -> list[CarrierOut]:
    """One read of keys for all rows."""
    keyring = vault.open_keyring(session, county_code, [row["id"] for row in rows])
    return [_show_carrier(row, open_phone(keyring, row)) for row in rows]


def _show_carrier(row: Row, phone: str | None) -> CarrierOut:
    return CarrierOut(
        id=row["id"],
        name=row["name"],
        credit_code=row["credit_code"],
        licence_number=row["licence_number"],
        licence_valid_until=row["licence_valid_until"],
        phone=mask_phone(phone) if phone else None,
        version=row["version"],
    )


# --- vehicles -----------------------------------------------------------------------------------
def show_vehicle_listed(row: Row) -> VehicleListed:
    return VehicleListed(**_columns(row))


def show_vehicle(row: Row) -> VehicleOut:
    seats = [SeatOut(row=seat[0], column=seat[1], label=seat[2]) for seat in row["seats"]]
    return VehicleOut(**_columns(row), seats=seats)


def _columns(row: Row) -> dict[str, Any]:
    names = VehicleListed.model_fields.keys() - {"kind", "passenger_places"}
    return {
        **{name: row[name] for name in names},
        "kind": VehicleKind(row["kind"]),
        "passenger_places": count_places(
            row["licensed_places"], row["crew_seats"], len(row["seats"])
        ),
    }


# --- drivers ------------------------------------------------------------------------------------
def show_drivers(
    session: Session, vault: Vault, county_code: str, rows: Sequence[Row]
) -> list[DriverOut]:
    """One read of keys for all rows."""
    keyring = vault.open_keyring(session, county_code, [row["id"] for row in rows])
    return [_show_driver(row, open_driver(keyring, row)) for row in rows]


def _mask_number(text: str) -> str:
    """The last four only: paper numbers are short, and a licence's is often the id number."""
    return "*" * (len(text) - 4) + text[-4:] if len(text) > 4 else "*" * len(text)


_MASKS = {
    "name": mask_name,
    "phone": mask_phone,
    "id_number": mask_id,
    "licence_number": _mask_number,
    "qualification_number": _mask_number,
}
_PLAIN = ("id", "carrier_id", "licence_class", "licence_valid_until", "qualification_valid_until")


def _show_driver(row: Row, sealed: dict[str, Any]) -> DriverOut:
    masked = {name: mask(sealed[name]) for name, mask in _MASKS.items() if sealed.get(name)}
    plain = {name: row[name] for name in (*_PLAIN, "version")}
    return DriverOut(**(dict.fromkeys(_MASKS) | masked | plain))
