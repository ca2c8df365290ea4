"""the first tables"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from service.db.columns import Day, Id, Instant

revision: str = "0001"
down_revision: str | None = None
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "account",
        sa.Column("county_code", sa.String(length=6), nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("username", sa.String(length=40), nullable=False),
        sa.Column("identity", sa.LargeBinary(), nullable=False),
        sa.Column("contact", sa.LargeBinary(), nullable=True),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("division_prefix", sa.String(length=9), nullable=True),
        sa.Column("enterprise_id", Id(), nullable=True),
        sa.Column("carrier_id", Id(), nullable=True),
        sa.Column("trip_ids", sa.JSON(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("county_code", "id"),
        sa.UniqueConstraint("county_code", "username", name="account_username"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "batch",
        sa.Column("county_code", sa.String(length=6), nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("direction", sa.String(length=8), nullable=False),
        sa.Column("organiser_kind", sa.String(length=24), nullable=False),
        sa.Column("organiser", sa.String(length=200), nullable=False),
        sa.Column("destination_code", sa.String(length=6), nullable=False),
        sa.Column("window_from", Day(), nullable=False),
        sa.Column("window_to", Day(), nullable=False),
        sa.Column("enterprise_id", Id(), nullable=True),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("county_code", "id"),
        sa.UniqueConstraint("county_code", "number", name="batch_number"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "carrier",
        sa.Column("county_code", sa.String(length=6), nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("credit_code", sa.String(length=18), nullable=True),
        sa.Column("licence_number", sa.String(length=40), nullable=True),
        sa.Column("licence_valid_until", Day(), nullable=True),
        sa.Column("contact_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("created_mac", sa.LargeBinary(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("county_code", "id"),
        sa.UniqueConstraint("county_code", "credit_code", name="carrier_credit_code"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "employer_name",
        sa.Column("county_code", sa.String(length=6), nullable=False),
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("county_code", "key"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "enterprise",
        sa.Column("county_code", sa.String(length=6), nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=True),
        sa.Column("name_key", sa.String(length=240), nullable=True),
        sa.Column("name_index", sa.LargeBinary(), nullable=True),
        sa.Column("credit_code", sa.String(length=18), nullable=True),
        sa.Column("division_code", sa.String(length=12), nullable=False),
        sa.Column("address", sa.String(length=200), nullable=True),
        sa.Column("details_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("created_mac", sa.LargeBinary(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("county_code", "id"),
        sa.UniqueConstraint("county_code", "credit_code", name="enterprise_credit_code"),
        sqlite_with_rowid=False,
    )
    op.create_index("enterprise_name_key", "enterprise", ["county_code", "name_key"], unique=False)
    op.create_table(
        "event",
        sa.Column("county_code", sa.String(length=6), nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("stream_kind", sa.String(length=16), nullable=False),
        sa.Column("stream_id", Id(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("subject_id", Id(), nullable=False),
        sa.Column("worker_id", Id(), nullable=True),
        sa.Column("happened_at", Instant(), nullable=False),
        sa.Column("device_sequence", sa.Integer(), nullable=False),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("county_code", "id"),
        sa.UniqueConstraint(
            "county_code", "stream_kind", "stream_id", "seq", name="event_stream_seq"
        ),
    )
    op.create_index("event_subject", "event", ["county_code", "subject_id"], unique=False)
    op.create_index(
        "event_worker", "event", ["county_code", "worker_id", "happened_at"], unique=False
    )
    op.create_table(
        "journey",
        sa.Column("county_code", sa.String(length=6), nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("worker_id", Id(), nullable=False),
        sa.Column("demand_id", Id(), nullable=True),
        sa.Column("open", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("county_code", "id"),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "journey_open_by_worker",
        "journey",
        ["county_code", "worker_id"],
        unique=True,
        sqlite_where=sa.text("open"),
        postgresql_where=sa.text("open"),
    )
    op.create_index("journey_worker", "journey", ["county_code", "worker_id"], unique=False)
    op.create_table(
        "log_pending",
        sa.Column("county_code", sa.String(length=6), nullable=False),
        sa.Column("event_id", Id(), nullable=False),
        sa.Column("event_hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("county_code", "event_id"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "login_attempt",
        sa.Column("county_code", sa.String(length=6), nullable=False),
        sa.Column("username_hash", sa.LargeBinary(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("last_at", Instant(), nullable=False),
        sa.Column("locked_until", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("county_code", "username_hash"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "roster_import",
        sa.Column("county_code", sa.String(length=6), nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("import_key", sa.String(length=64), nullable=False),
        sa.Column("receipt", sa.String(length=24), nullable=False),
        sa.Column("account_id", Id(), nullable=False),
        sa.Column("township_code", sa.String(length=9), nullable=True),
        sa.Column("as_of", Day(), nullable=False),
        sa.Column("rules_version", sa.Integer(), nullable=False),
        sa.Column("file_sha256", sa.String(length=64), nullable=False),
        sa.Column("file_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("sheet_count", sa.Integer(), nullable=False),
        sa.Column("accepted", sa.Integer(), nullable=False),
        sa.Column("rejected", sa.Integer(), nullable=False),
        sa.Column("ignored", sa.Integer(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.Column("applied_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("county_code", "id"),
        sa.UniqueConstraint("county_code", "import_key", name="roster_import_key"),
        sa.UniqueConstraint("county_code", "receipt", name="roster_import_receipt"),
        info={"division_column": "township_code"},
        sqlite_with_rowid=False,
    )
    op.create_table(
        "stream",
        sa.Column("county_code", sa.String(length=6), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("county_code", "kind", "id"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "worker",
        sa.Column("county_code", sa.String(length=6), nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("id_number_index", sa.LargeBinary(), nullable=False),
        sa.Column("name_index", sa.LargeBinary(), nullable=False),
        sa.Column("phone_index", sa.LargeBinary(), nullable=True),
        sa.Column("township_code", sa.String(length=9), nullable=True),
        sa.Column("person_role", sa.String(length=8), nullable=False),
        sa.Column("sixteen_on", Day(), nullable=True),
        sa.Column("guardian_index", sa.LargeBinary(), nullable=True),
        sa.Column("guardian_worker_id", Id(), nullable=True),
        sa.Column("reachable", sa.Boolean(), nullable=False),
        sa.Column("household_key", sa.String(length=32), nullable=True),
        sa.Column("employer_key", sa.String(length=32), nullable=True),
        sa.Column("village_key", sa.String(length=32), nullable=True),
        sa.Column("identity_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("contact_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("detail_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("source_macs", sa.JSON(), nullable=False),
        sa.Column("origins", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("updated_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("county_code", "id"),
        sa.UniqueConstraint("county_code", "id_number_index", name="worker_id_number"),
        info={"division_column": "township_code"},
        sqlite_with_rowid=False,
    )
    op.create_index("worker_guardian", "worker", ["county_code", "guardian_index"], unique=False)
    op.create_index("worker_name", "worker", ["county_code", "name_index"], unique=False)
    op.create_index("worker_phone", "worker", ["county_code", "phone_index"], unique=False)
    op.create_index(
        "worker_township", "worker", ["county_code", "township_code", "id"], unique=False
    )
    op.create_index("worker_village", "worker", ["county_code", "village_key"], unique=False)
    op.create_table(
        "worker_state",
        sa.Column("county_code", sa.String(length=6), nullable=False),
        sa.Column("worker_id", Id(), nullable=False),
        sa.Column("held", sa.JSON(), nullable=False),
        sa.Column("released", sa.JSON(), nullable=False),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.Column("last_happened_at", Instant(), nullable=True),
        sa.Column("last_sequence", sa.Integer(), nullable=True),
        sa.Column("last_event_id", Id(), nullable=True),
        sa.PrimaryKeyConstraint("county_code", "worker_id"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "driver",
        sa.Column("county_code", sa.String(length=6), nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("carrier_id", Id(), nullable=False),
        sa.Column("identity_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("contact_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("id_number_index", sa.LargeBinary(), nullable=True),
        sa.Column("licence_class", sa.String(length=2), nullable=False),
        sa.Column("licence_valid_until", Day(), nullable=True),
        sa.Column("qualification_valid_until", Day(), nullable=True),
        sa.Column("created_mac", sa.LargeBinary(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["county_code", "carrier_id"],
            ["carrier.county_code", "carrier.id"],
        ),
        sa.PrimaryKeyConstraint("county_code", "id"),
        sa.UniqueConstraint("county_code", "id_number_index", name="driver_id_number"),
        sqlite_with_rowid=False,
    )
    op.create_index("driver_carrier", "driver", ["county_code", "carrier_id"], unique=False)
    op.create_table(
        "event_part",
        sa.Column("county_code", sa.String(length=6), nullable=False),
        sa.Column("event_id", Id(), nullable=False),
        sa.Column("part", sa.String(length=32), nullable=False),
        sa.Column("subject_id", Id(), nullable=False),
        sa.Column("personal_class", sa.String(length=16), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["county_code", "event_id"],
            ["event.county_code", "event.id"],
        ),
        sa.PrimaryKeyConstraint("county_code", "event_id", "part"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "roster_chunk",
        sa.Column("county_code", sa.String(length=6), nullable=False),
        sa.Column("import_id", Id(), nullable=False),
        sa.Column("chunk", sa.Integer(), nullable=False),
        sa.Column("content_mac", sa.LargeBinary(), nullable=False),
        sa.Column("row_count", sa.Integer(), nullable=False),
        sa.Column("staged_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("bases", sa.JSON(), nullable=False),
        sa.Column("villages", sa.JSON(), nullable=False),
        sa.Column("plan", sa.JSON(), nullable=False),
        sa.Column("answer", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("staged_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["county_code", "import_id"],
            ["roster_import.county_code", "roster_import.id"],
        ),
        sa.PrimaryKeyConstraint("county_code", "import_id", "chunk"),
    )
    op.create_table(
        "token",
        sa.Column("county_code", sa.String(length=6), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("account_id", Id(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("last_used_at", Instant(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.Column("revoked_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["county_code", "account_id"],
            ["account.county_code", "account.id"],
        ),
        sa.PrimaryKeyConstraint("county_code", "token_hash"),
        sqlite_with_rowid=False,
    )
    op.create_index("token_account", "token", ["county_code", "account_id"], unique=False)
    op.create_table(
        "travel_demand",
        sa.Column("county_code", sa.String(length=6), nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("worker_id", Id(), nullable=False),
        sa.Column("township_code", sa.String(length=9), nullable=True),
        sa.Column("destination_code", sa.String(length=6), nullable=True),
        sa.Column("enterprise_id", Id(), nullable=True),
        sa.Column("employer_name_key", sa.String(length=32), nullable=True),
        sa.Column("wish_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("window_from", Day(), nullable=True),
        sa.Column("window_to", Day(), nullable=True),
        sa.Column("source", sa.String(length=12), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("updated_at", Instant(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.ForeignKeyConstraint(
            ["county_code", "worker_id"],
            ["worker.county_code", "worker.id"],
        ),
        sa.PrimaryKeyConstraint("county_code", "id"),
        info={"division_column": "township_code"},
        sqlite_with_rowid=False,
    )
    op.create_index(
        "travel_demand_current",
        "travel_demand",
        ["county_code", "worker_id"],
        unique=True,
        sqlite_where=sa.text("state IN ('open', 'assigned')"),
        postgresql_where=sa.text("state IN ('open', 'assigned')"),
    )
    op.create_index(
        "travel_demand_state", "travel_demand", ["county_code", "state", "id"], unique=False
    )
    op.create_index(
        "travel_demand_worker", "travel_demand", ["county_code", "worker_id"], unique=False
    )
    op.create_table(
        "trip",
        sa.Column("county_code", sa.String(length=6), nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("batch_id", Id(), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("destination_code", sa.String(length=6), nullable=False),
        sa.Column("planned_departure_at", Instant(), nullable=True),
        sa.Column("planned_arrival_at", Instant(), nullable=True),
        sa.Column("route", sa.String(length=500), nullable=True),
        sa.Column("distance_km", sa.Integer(), nullable=True),
        sa.Column("charter_sign_number", sa.String(length=60), nullable=True),
        sa.Column("kept_free_rows", sa.JSON(), nullable=False),
        sa.Column("carrier_id", Id(), nullable=True),
        sa.Column("contacts_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("policy_version", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("vehicle_id", Id(), nullable=True),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.Column("aboard", sa.Integer(), nullable=False),
        sa.Column("open_exceptions", sa.Integer(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("list_version", sa.Integer(), nullable=False),
        sa.Column("list_hash", sa.String(length=64), nullable=True),
        sa.Column("departed_at", Instant(), nullable=True),
        sa.Column("arrived_at", Instant(), nullable=True),
        sa.Column("over_at", Instant(), nullable=True),
        sa.Column("fold", sa.JSON(), nullable=True),
        sa.CheckConstraint("taken <= places", name="trip_not_overfull"),
        sa.ForeignKeyConstraint(
            ["county_code", "batch_id"],
            ["batch.county_code", "batch.id"],
        ),
        sa.PrimaryKeyConstraint("county_code", "id"),
        sa.UniqueConstraint("county_code", "number", name="trip_number"),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "trip_departure", "trip", ["county_code", "planned_departure_at", "id"], unique=False
    )
    op.create_table(
        "vehicle",
        sa.Column("county_code", sa.String(length=6), nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("carrier_id", Id(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("plate", sa.String(length=8), nullable=True),
        sa.Column("designation", sa.String(length=40), nullable=True),
        sa.Column("licensed_places", sa.Integer(), nullable=False),
        sa.Column("crew_seats", sa.Integer(), nullable=False),
        sa.Column("seats", sa.JSON(), nullable=False),
        sa.Column("air_sealed", sa.Boolean(), nullable=False),
        sa.Column("transport_licence_number", sa.String(length=40), nullable=True),
        sa.Column("transport_licence_valid_until", Day(), nullable=True),
        sa.Column("created_mac", sa.LargeBinary(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("crew_seats < licensed_places", name="vehicle_places"),
        sa.ForeignKeyConstraint(
            ["county_code", "carrier_id"],
            ["carrier.county_code", "carrier.id"],
        ),
        sa.PrimaryKeyConstraint("county_code", "id"),
        sa.UniqueConstraint("county_code", "designation", name="vehicle_designation"),
        sa.UniqueConstraint("county_code", "plate", name="vehicle_plate"),
        sqlite_with_rowid=False,
    )
    op.create_index("vehicle_carrier", "vehicle", ["county_code", "carrier_id"], unique=False)
    op.create_table(
        "worker_source",
        sa.Column("county_code", sa.String(length=6), nullable=False),
        sa.Column("import_id", Id(), nullable=False),
        sa.Column("chunk", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("worker_id", Id(), nullable=True),
        sa.Column("feed", sa.String(length=12), nullable=False),
        sa.Column("township_code", sa.String(length=9), nullable=True),
        sa.Column("as_of", Day(), nullable=False),
        sa.Column("sheet", sa.Integer(), nullable=False),
        sa.Column("row_number", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=12), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=True),
        sa.Column("content_mac", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["county_code", "import_id"],
            ["roster_import.county_code", "roster_import.id"],
        ),
        sa.PrimaryKeyConstraint("county_code", "import_id", "chunk", "place"),
        info={"division_column": "township_code"},
        sqlite_with_rowid=False,
    )
    op.create_index(
        "worker_source_worker", "worker_source", ["county_code", "worker_id"], unique=False
    )
    op.create_table(
        "passenger",
        sa.Column("county_code", sa.String(length=6), nullable=False),
        sa.Column("trip_id", Id(), nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("worker_id", Id(), nullable=True),
        sa.Column("journey_id", Id(), nullable=True),
        sa.Column("leg", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=8), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("seat_row", sa.Integer(), nullable=True),
        sa.Column("seat_column", sa.Integer(), nullable=True),
        sa.Column("seat_held", sa.Boolean(), nullable=False),
        sa.Column("leg_held", sa.Boolean(), nullable=False),
        sa.Column("enterprise_id", Id(), nullable=True),
        sa.Column("handover_point_id", Id(), nullable=True),
        sa.Column("boarded_at", Instant(), nullable=True),
        sa.Column("custody", sa.String(length=24), nullable=False),
        sa.Column("custody_since", Instant(), nullable=True),
        sa.Column("exceptions", sa.JSON(), nullable=False),
        sa.Column("received_by", sa.String(length=24), nullable=True),
        sa.Column("fold", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["county_code", "trip_id"],
            ["trip.county_code", "trip.id"],
        ),
        sa.PrimaryKeyConstraint("county_code", "trip_id", "id"),
        sqlite_with_rowid=False,
    )
    op.create_index("passenger_journey", "passenger", ["county_code", "journey_id"], unique=False)
    op.create_index(
        "passenger_leg",
        "passenger",
        ["county_code", "journey_id", "leg"],
        unique=True,
        sqlite_where=sa.text("leg_held"),
        postgresql_where=sa.text("leg_held"),
    )
    op.create_index(
        "passenger_seat",
        "passenger",
        ["county_code", "trip_id", "seat_row", "seat_column"],
        unique=True,
        sqlite_where=sa.text("seat_held"),
        postgresql_where=sa.text("seat_held"),
    )
    op.create_index("passenger_worker", "passenger", ["county_code", "worker_id"], unique=False)
    op.create_table(
        "stay",
        sa.Column("county_code", sa.String(length=6), nullable=False),
        sa.Column("trip_id", Id(), nullable=False),
        sa.Column("passenger_id", Id(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("worker_id", Id(), nullable=True),
        sa.Column("from_at", Instant(), nullable=False),
        sa.Column("to_at", Instant(), nullable=True),
        sa.Column("seat_row", sa.Integer(), nullable=True),
        sa.Column("seat_column", sa.Integer(), nullable=True),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["county_code", "trip_id"],
            ["trip.county_code", "trip.id"],
        ),
        sa.PrimaryKeyConstraint("county_code", "trip_id", "passenger_id", "ordinal"),
        sqlite_with_rowid=False,
    )
    op.create_index("stay_worker", "stay", ["county_code", "worker_id", "from_at"], unique=False)
    op.create_table(
        "trip_point",
        sa.Column("county_code", sa.String(length=6), nullable=False),
        sa.Column("trip_id", Id(), nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("division_code", sa.String(length=9), nullable=True),
        sa.Column("planned_at", Instant(), nullable=True),
        sa.Column("enterprise_id", Id(), nullable=True),
        sa.ForeignKeyConstraint(
            ["county_code", "trip_id"],
            ["trip.county_code", "trip.id"],
        ),
        sa.PrimaryKeyConstraint("county_code", "trip_id", "id"),
        sqlite_with_rowid=False,
    )
    # On SQLite the keys lie in a file of their own (service/vault/keys.py).
    if op.get_bind().dialect.name == "postgresql":
        op.create_table(
            "subject_key",
            sa.Column("county_code", sa.String(length=6), nullable=False),
            sa.Column("subject_id", Id(), nullable=False),
            sa.Column("personal_class", sa.String(length=16), nullable=False),
            sa.Column("kek_id", sa.String(length=16), nullable=False),
            sa.Column("wrapped", sa.LargeBinary(), nullable=False),
            sa.PrimaryKeyConstraint("county_code", "subject_id", "personal_class"),
            schema="vault",
            sqlite_with_rowid=False,
        )


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.drop_table("subject_key", schema="vault")
    op.drop_table("trip_point")
    op.drop_index("stay_worker", table_name="stay")
    op.drop_table("stay")
    op.drop_index("passenger_worker", table_name="passenger")
    op.drop_index(
        "passenger_seat",
        table_name="passenger",
        sqlite_where=sa.text("seat_held"),
        postgresql_where=sa.text("seat_held"),
    )
    op.drop_index(
        "passenger_leg",
        table_name="passenger",
        sqlite_where=sa.text("leg_held"),
        postgresql_where=sa.text("leg_held"),
    )
    op.drop_index("passenger_journey", table_name="passenger")
    op.drop_table("passenger")
    op.drop_index("worker_source_worker", table_name="worker_source")
    op.drop_table("worker_source")
    op.drop_index("vehicle_carrier", table_name="vehicle")
    op.drop_table("vehicle")
    op.drop_index("trip_departure", table_name="trip")
    op.drop_table("trip")
    op.drop_index("travel_demand_worker", table_name="travel_demand")
    op.drop_index("travel_demand_state", table_name="travel_demand")
    op.drop_index(
        "travel_demand_current",
        table_name="travel_demand",
        sqlite_where=sa.text("state IN ('open', 'assigned')"),
        postgresql_where=sa.text("state IN ('open', 'assigned')"),
    )
    op.drop_table("travel_demand")
    op.drop_index("token_account", table_name="token")
    op.drop_table("token")
    op.drop_table("roster_chunk")
    op.drop_table("event_part")
    op.drop_index("driver_carrier", table_name="driver")
    op.drop_table("driver")
    op.drop_table("worker_state")
    op.drop_index("worker_village", table_name="worker")
    op.drop_index("worker_township", table_name="worker")
    op.drop_index("worker_phone", table_name="worker")
    op.drop_index("worker_name", table_name="worker")
    op.drop_index("worker_guardian", table_name="worker")
    op.drop_table("worker")
    op.drop_table("stream")
    op.drop_table("roster_import")
    op.drop_table("login_attempt")
    op.drop_table("log_pending")
    op.drop_index("journey_worker", table_name="journey")
    op.drop_index(
        "journey_open_by_worker",
        table_name="journey",
        sqlite_where=sa.text("open"),
        postgresql_where=sa.text("open"),
    )
    op.drop_table("journey")
    op.drop_index("event_worker", table_name="event")
    op.drop_index("event_subject", table_name="event")
    op.drop_table("event")
    op.drop_index("enterprise_name_key", table_name="enterprise")
    op.drop_table("enterprise")
    op.drop_table("employer_name")
    op.drop_table("carrier")
    op.drop_table("batch")
    op.drop_table("account")
