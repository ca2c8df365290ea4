"""A worker as every list shows it: 张*, 211221********3417, 138****2345."""

from schemas.identity import mask_id, mask_name, mask_phone
from schemas.workers import WorkerOut
from service.workers.people import Person


def mask_person(person: Person) -> WorkerOut:
    return WorkerOut(
        id=person.id,
        name=mask_name(person.name),
        id_number=mask_id(person.id_number),
        gender=person.gender,
        phone=mask_phone(person.phone) if person.phone else None,
        reachable=person.reachable,
        person_role=person.person_role,
        township_code=person.township_code,
        township=person.township,
        village=person.village,
        sixteen_on=person.sixteen_on,
        version=person.version,
    )
