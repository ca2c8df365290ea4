"""HTTP of batches, trips and their passengers."""

from fastapi import APIRouter

from service.trips.router import batches, people, trips

router = APIRouter()
router.include_router(batches.router)
router.include_router(trips.router)
router.include_router(people.router)
