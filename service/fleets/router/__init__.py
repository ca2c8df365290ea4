"""Carriers, vehicles and drivers over HTTP."""

from fastapi import APIRouter

from service.fleets.router import carriers, drivers, vehicles

router = APIRouter(prefix="/v1", tags=["fleets 承运"])
for part in (carriers, vehicles, drivers):
    router.include_router(part.router)
