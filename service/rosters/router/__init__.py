"""HTTP of what comes into the registry: townships' rosters, enterprises' lists, sign-ups."""

from fastapi import APIRouter

from service.rosters.router import imports, sign_ups, staff, undoing

router = APIRouter()
router.include_router(imports.router)
router.include_router(undoing.router)
router.include_router(staff.router)
router.include_router(sign_ups.router)
