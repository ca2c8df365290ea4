"""All settings with their defaults (environment variables FANGANG_…): county, database, key file, ends of
tokens, wrong logins per address, reveals per hour, pool, log, size of a body.
"""

from pathlib import Path
from typing import Literal

from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Paths are files on this machine; URLs are SQLAlchemy URLs (sqlite:/// or postgresql+psycopg://).

    On PostgreSQL the owner's URL is for migrations only; the application's role can neither
    update nor delete events.
    """

    model_config = SettingsConfigDict(env_prefix="FANGANG_", extra="ignore")

    county_code: str = "211221"
    database_url: SecretStr = SecretStr("sqlite:///data/fangang.db")
    owner_database_url: SecretStr | None = None
    key_file: Path = Path("data/fangang.kek")
    token_idle_hours: int = 12
    token_absolute_hours: int = 24 * 30
    login_failures_per_address: int = 30
    reveals_per_hour: int = 30
    pool_size: int = 10
    pool_timeout_seconds: int = 2
    log_format: Literal["json", "text"] = "json"
    body_limit_bytes: int = 8 * 1024 * 1024

    @property
    def migration_url(self) -> str:
        return (self.owner_database_url or self.database_url).get_secret_value()
