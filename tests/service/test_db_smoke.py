from service.app.composition import make_context
from service.settings import Settings


def test_service_starts(settings: Settings) -> None:
    context = make_context(settings)
    context.database.check()
    context.dispose()
