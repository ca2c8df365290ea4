"""Which enterprise is meant: the account's own, an id, or the beginning of a name."""

from uuid import UUID

from cli.api import Api
from cli.enterprise.texts import Text, get_text
from cli.exits import CommandError, ExitCode
from schemas.accounts import MeOut
from schemas.enterprises import EnterpriseOut

_SHOWN = 5


def find_enterprise_id(api: Api, typed: str) -> UUID:
    """Raises CommandError, naming the next step, where that is not exactly one."""
    if not typed.strip():
        own = MeOut.model_validate(api.get("/v1/me")).scope.enterprise_id
        if own is None:
            raise CommandError(get_text(Text.WHICH_ENTERPRISE), ExitCode.USAGE)
        return own
    try:
        return UUID(typed.strip())
    except ValueError:
        return _find_by_name(api, typed.strip())


def _find_by_name(api: Api, name: str) -> UUID:
    items = api.get_list("/v1/enterprises", q=name, limit=_SHOWN + 1)
    found = [EnterpriseOut.model_validate(each) for each in items]
    exact = [each for each in found if each.name == name]
    chosen = exact if len(exact) == 1 else found
    if len(chosen) == 1:
        return chosen[0].id
    if not found:
        raise CommandError(get_text(Text.NO_ENTERPRISE, name=name), ExitCode.USAGE)
    names = "\n".join(f"  {each.name or ''}  {each.id}" for each in found[:_SHOWN])
    message = get_text(Text.SEVERAL_ENTERPRISES, name=name, names=names)
    raise CommandError(message, ExitCode.USAGE)
